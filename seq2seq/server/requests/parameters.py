"""The parameters of a request, decoded from JSON, a form or the query."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from seq2seq.server.faults import RequestError
from seq2seq.server.requests.body import Body

FORM: Final = "multipart/form-data"
_OTHERS: Final = 20
"""Most fields of a form beside its texts."""
_KINDS: Final = ("str", "int")
"""What pydantic calls the kinds of a value that may be of several."""

P = TypeVar("P", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form."""

    name: str
    """As its client calls it."""
    data: bytes


def content_type(headers: Headers) -> str:
    """The type that a request declares for its body, without parameters; empty: none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def query_values(text: str, texts: int) -> dict[str, object]:
    """URL-encoded fields; those that occur several times as lists.

    Args:
        text: a query, or the body of a form.
        texts: most texts of a request.

    Raises:
        RequestError: there are too many fields (400).
    """
    try:
        fields = parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=texts + _OTHERS)
    except ValueError as error:
        raise RequestError(400, "too many fields", code="serve.form") from error
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


async def body_values(
    body: Body, headers: Headers, *, texts: int, files: int, seen: Callable[[str, str], None]
) -> Mapping[str, object]:
    """The values of a body: of JSON, or of a form, whose files are :class:`SentFile`.

    Args:
        body: of the request.
        headers: say what the body is.
        texts: most texts of a request.
        files: most files of a form.
        seen: called with the fields of a form (name, text) before what comes behind them is read.

    Raises:
        RequestError: as :meth:`Body.chunks`; or the body is damaged (400), or of an unknown type (415).
    """
    kind = content_type(headers)
    if kind == FORM:
        return await _form_values(body, headers, texts=texts, files=files, seen=seen)
    if files:
        message = f"a file is sent in a form: set Content-Type: {FORM}"
        raise RequestError(415, message, code="serve.content-type")
    content = await body.read()
    if not content:
        return {}
    is_json = kind == "application/json" or kind.endswith("+json")
    is_form = kind in ("", "application/x-www-form-urlencoded")
    if is_form and not content.lstrip().startswith(b"{"):  # JSON, as curl declares it
        return query_values(content.decode("utf-8", "replace"), texts)
    if not is_json:
        message = "the body is no JSON and no form: set Content-Type: application/json"
        raise RequestError(415, message, code="serve.content-type")
    return _json_values(content)


def checked(values: Mapping[str, object], kind: type[P]) -> P:
    """Parameters of a kind.

    Raises:
        RequestError: one is missing or wrong (400).
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problem, where = error.errors()[0], error.errors()[0]["loc"]
        name = _named(where)
        what = "is missing" if problem["type"] == "missing" else problem["msg"][0].lower() + problem["msg"][1:]
        raise RequestError(400, f"{name}: {what}", code="serve.parameter") from error


def _named(where: Sequence[str | int]) -> str:
    """The parameter that a problem is in: ``text``, or ``series[0].values[3]`` of a list of objects."""
    if len(where) < 2 or isinstance(where[1], str):  # the key of an object, or a kind of value
        return str(where[0]) if where else "parameters"
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in where if part not in _KINDS]
    return "".join(parts).lstrip(".")


def _json_values(content: bytes) -> Mapping[str, object]:
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, "the body is no JSON", code="serve.json") from error
    if not isinstance(values, dict):
        raise RequestError(400, "the JSON is no object", code="serve.json")
    return values


async def _form_values(
    body: Body, headers: Headers, *, texts: int, files: int, seen: Callable[[str, str], None]
) -> Mapping[str, object]:
    async def chunks() -> AsyncGenerator[bytes, None]:
        told = 0
        async for chunk in body.chunks():
            yield chunk
            for name, value in parser.items[told:]:  # what was complete in it
                if isinstance(value, str):
                    seen(name, value)
            told = len(parser.items)

    parser = MultiPartParser(headers, chunks(), max_files=files, max_fields=texts + _OTHERS)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise RequestError(400, error.message, code="serve.form") from error
    except UnicodeError as error:
        raise RequestError(400, "the form is not in the encoding that it declares", code="serve.form") from error
    try:
        return {name: found if len(found) > 1 else found[0] for name in form if (found := await _values(form, name))}
    finally:
        await form.close()


async def _values(form: FormData, name: str) -> list[object]:
    return [
        SentFile(value.filename or "", await value.read()) if isinstance(value, UploadFile) else value
        for value in form.getlist(name)
    ]
