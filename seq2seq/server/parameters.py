"""The parameters of a request: from JSON, a form or the query, within limits of size and time."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from seq2seq.server.faults import RequestError
from seq2seq.server.settings import RequestLimits

_OTHERS: Final = 20
"""Most fields of a form beside its texts."""

P = TypeVar("P", bound=BaseModel)
T = TypeVar("T")


async def read_parameters(request: Request, kind: type[P], limits: RequestLimits) -> P:
    """The parameters of a request; those of the body before those of the query.

    Raises:
        RequestError: one is missing or wrong (400), or the body is too large (413), too slow (408) or of an unknown
            type (415).
    """
    values = {**_fields(request.url.query, limits), **await _of_body(request, limits)}
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problem, where = error.errors()[0], error.errors()[0]["loc"]
        name = str(where[0]) if where else "parameters"
        what = "is missing" if problem["type"] == "missing" else problem["msg"][0].lower() + problem["msg"][1:]
        raise RequestError(400, f"{name}: {what}", code="serve.parameter") from error


async def _of_body(request: Request, limits: RequestLimits) -> Mapping[str, object]:
    body = await _body(request, limits)
    if not body:
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("", "application/x-www-form-urlencoded"):
        return _fields(body.decode("utf-8", "replace"), limits)
    if kind == "multipart/form-data":
        return await _multipart(request, body, limits)
    if kind == "application/json" or kind.endswith("+json"):
        try:
            content = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RequestError(400, "the body is no JSON", code="serve.json") from error
        if not isinstance(content, dict):
            raise RequestError(400, "the JSON is no object", code="serve.json")
        return content
    message = "the body is no JSON and no form: set Content-Type: application/json"
    raise RequestError(415, message, code="serve.content-type")


async def _body(request: Request, limits: RequestLimits) -> bytes:
    """The body, of which no more is read than may be."""
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limits.body_bytes:
                    message = f"the body is larger than {limits.body_bytes:,} bytes"
                    raise RequestError(413, message, code="serve.body-size")
                chunks.append(chunk)
    except TimeoutError as error:
        raise RequestError(408, "the body did not arrive in time", code="serve.body-time") from error
    return b"".join(chunks)


def _fields(text: str, limits: RequestLimits) -> dict[str, object]:
    """URL-encoded fields; those that occur several times as lists."""
    try:
        fields = parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=limits.texts + _OTHERS)
    except ValueError as error:
        raise RequestError(400, "too many fields", code="serve.form") from error
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


async def _multipart(request: Request, body: bytes, limits: RequestLimits) -> dict[str, object]:
    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        form = await Request(request.scope, replay).form(max_files=0, max_fields=limits.texts + _OTHERS)
    except HTTPException as error:
        raise RequestError(400, str(error.detail), code="serve.form") from error
    values = {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}
    return {name: found if len(found) > 1 else found[0] for name, found in values.items() if found}


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """The result of some work, which is cancelled when the client leaves; its body has been read.

    Raises:
        RequestError: the client has left (499, as nginx counts it); nobody reads the answer.
    """
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_left(request.receive))
    try:
        await asyncio.wait((task, watch), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise RequestError(499, "the client has left", code="serve.client-left")
    finally:
        for one in (task, watch):
            one.cancel()
        await asyncio.wait((task, watch))


async def _left(receive: Callable[[], Awaitable[Message]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
