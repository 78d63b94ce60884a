"""What routes have in common: parameters of any request, their limits, and how they are documented."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from string import punctuation
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seq2seq.server.faults import RequestError
from seq2seq.server.server import ByModel, server_of
from seq2seq.server.settings import RequestLimits

FORMS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
"""Types of the bodies that parameters come in."""


def named(results: Sequence[ByModel]) -> dict[str, str]:
    """Headers that say which models an answer is by."""
    # As a URL: folders have names that no header may have.
    models = dict.fromkeys(quote(result.model, safe=punctuation) for result in results if result.model is not None)
    versions = dict.fromkeys(result.version for result in results if result.version is not None)
    return {"X-Model": ", ".join(models), "X-Model-Version": ", ".join(versions)} if models else {}


def nothing_as(default: object) -> BeforeValidator:
    """Null and an empty string as a default: clients send what they have."""
    return BeforeValidator(lambda value: default if value is None or value == "" else value)


Tags = Annotated[list[str], BeforeValidator(lambda value: value.split() if isinstance(value, str) else value)]
"""Tags that are generated from; a string of them is separated by spaces."""


class Parameters(BaseModel):
    """What a request asks for."""

    key_field: ClassVar[str] = ""
    """The parameter with the API key; empty: the key is a bearer token."""


class Keyed(Parameters):
    """What most requests may have."""

    key_field = "api_key"
    api_key: Annotated[str, nothing_as("")] = ""


def refusal(request: Request, error: RequestError, content: object) -> JSONResponse:
    """The answer to a request that is not answered as asked."""
    server_of(request).metrics.refused(error.code)
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if error.status in (408, 413):  # the rest of the body would be read as the next request
        headers["Connection"] = "close"
    return JSONResponse(content, status_code=error.status, headers=headers)


def errors_as(shape: Callable[[RequestError], object]) -> type[APIRoute]:
    """Routes whose errors have a shape of their own."""

    class Shaped(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def shaped(request: Request) -> Response:
                try:
                    return await handle(request)
                except RequestError as error:
                    return refusal(request, error, shape(error))

            return shaped

    return Shaped


def documented(kind: type[BaseModel], *, types: Sequence[str] = FORMS) -> dict[str, Any]:
    """The body of a request, for ``/spec``."""
    schema = kind.model_json_schema()
    parts = schema.pop("$defs", {})
    whole = _without_references(schema, parts)
    return {"requestBody": {"required": True, "content": {name: {"schema": whole} for name in types}}}


def _without_references(schema: Any, parts: Mapping[str, Any]) -> Any:
    """A schema with its parts in the places of the references to them, which ``/spec`` would look for elsewhere."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _without_references(parts[schema["$ref"].rpartition("/")[2]], parts)
        return {name: _without_references(value, parts) for name, value in schema.items()}
    return [_without_references(one, parts) for one in schema] if isinstance(schema, list) else schema


def texts_of(name: str, given: str | list[str], limits: RequestLimits) -> list[str]:
    """The texts of a parameter, one or several.

    Raises:
        RequestError: there are more, or longer ones, than a request may have.
    """
    texts = [given] if isinstance(given, str) else given
    if len(texts) > limits.texts:
        raise RequestError(400, f"{name}: more than {limits.texts:,} texts", code="serve.too-many-texts")
    check_length(name, sum(map(len, texts)), limits.characters)
    return texts


def check_length(name: str, characters: int, most: int) -> None:
    """Refuse more characters than there may be."""
    if characters > most:
        raise RequestError(400, f"{name}: more than {most:,} characters", code="serve.too-long")


def check_most(name: str, value: int, most: int) -> None:
    """Refuse a number that is too large."""
    if value > most:
        raise RequestError(400, f"{name}: more than {most:,}", code="serve.parameter")
