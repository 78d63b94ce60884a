"""The parameters of a request: from JSON, a form or the query, within limits of size and time."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from seq2seq.server.faults import RequestError
from seq2seq.server.settings import RequestLimits

_OTHERS: Final = 20
"""Most fields of a form beside its texts."""
_DISCARDED: Final = 1 << 24
"""Bytes that are read of a body beyond the limit: who is still sending reads no answer."""

P = TypeVar("P", bound=BaseModel)
T = TypeVar("T")


async def read_parameters(request: Request, kind: type[P], limits: RequestLimits) -> P:
    """The parameters of a request; those of the body before those of the query.

    Raises:
        RequestError: one is missing or wrong (400), or the body is too large (413), too slow (408) or of an unknown
            type (415).
    """
    return _checked({**_fields(request.url.query, limits), **await _of_body(request, limits)}, kind)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form."""

    name: str
    """As its client calls it."""
    data: bytes


async def read_form(request: Request, kind: type[P], limits: RequestLimits, *, file: str) -> tuple[P, SentFile]:
    """The parameters of a form, and its file.

    Args:
        request: the request.
        kind: the parameters.
        limits: of the whole form.
        file: name of the file's field.

    Raises:
        RequestError: as :func:`read_parameters`; or there is no file, or there are several (400).
    """
    body = await _body(request, limits)
    if _content_type(request) != "multipart/form-data":
        message = "a file is sent in a form: set Content-Type: multipart/form-data"
        raise RequestError(415, message, code="serve.content-type")
    async with _form(request, body, limits, files=1) as form:
        values, sent = {**_fields(request.url.query, limits), **_texts(form)}, form.get(file)
        parameters = _checked(values, kind)
        if not isinstance(sent, UploadFile):
            raise RequestError(400, f"{file}: is missing", code="serve.parameter")
        return parameters, SentFile(sent.filename or "", await sent.read())


def _checked(values: Mapping[str, object], kind: type[P]) -> P:
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
    kind = _content_type(request)
    if kind in ("", "application/x-www-form-urlencoded") and not body.lstrip().startswith(
        b"{"
    ):  # as curl declares JSON
        return _fields(body.decode("utf-8", "replace"), limits)
    if kind == "multipart/form-data":
        async with _form(request, body, limits, files=0) as form:
            return _texts(form)
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
                if size > limits.body_bytes + _DISCARDED:
                    break
                chunks.append(chunk if size <= limits.body_bytes else b"")
    except TimeoutError as error:
        raise RequestError(408, "the body did not arrive in time", code="serve.body-time") from error
    if size > limits.body_bytes:
        raise RequestError(413, f"the body is larger than {limits.body_bytes:,} bytes", code="serve.body-size")
    return b"".join(chunks)


def _fields(text: str, limits: RequestLimits) -> dict[str, object]:
    """URL-encoded fields; those that occur several times as lists."""
    try:
        fields = parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=limits.texts + _OTHERS)
    except ValueError as error:
        raise RequestError(400, "too many fields", code="serve.form") from error
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@asynccontextmanager
async def _form(request: Request, body: bytes, limits: RequestLimits, *, files: int) -> AsyncIterator[FormData]:
    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    again = Request(request.scope, replay)
    try:
        form = await again.form(max_files=files, max_fields=limits.texts + _OTHERS)
    except HTTPException as error:
        raise RequestError(400, str(error.detail), code="serve.form") from error
    except UnicodeError as error:
        raise RequestError(400, "the form is not in the encoding that it declares", code="serve.form") from error
    try:
        yield form
    finally:
        await form.close()


def _texts(form: FormData) -> dict[str, object]:
    """The fields that are no files; those that occur several times as lists."""
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
