"""``/language/translate/v2`` as clients of Google's Translation API (Basic, v2) ask for it."""

import asyncio
from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.server.faults import RequestError
from seq2seq.server.requests.common import documented, errors_as, named, nothing_as, texts_of
from seq2seq.server.requests.parameters import read_parameters, while_connected
from seq2seq.server.server import server_of
from seq2seq.server.translation.service import AUTO, Wanted

_REASONS: Final = {400: "invalid", 403: "forbidden", 404: "notFound", 429: "rateLimitExceeded", 503: "backendError"}


def _error(error: RequestError) -> object:
    detail = {"message": str(error), "domain": "global", "reason": _REASONS.get(error.status, "backendError")}
    return {"error": {"code": error.status, "message": str(error), "errors": [detail], "status": error.code}}


router = APIRouter(route_class=errors_as(_error))


class _Keyed(BaseModel):
    key: Annotated[str, nothing_as("")] = ""
    """API key, if the server needs one."""


class GoogleTranslateParameters(_Keyed):
    """Of ``/language/translate/v2``."""

    q: str | list[str]
    """The text, or several."""
    source: Annotated[str, nothing_as("")] = Field(default="", max_length=35)
    """Code of its language; without, it is detected."""
    target: str = Field(min_length=1, max_length=35)
    """Code of the language to translate into."""
    format: Annotated[Literal["html", "text"], nothing_as("html")] = "html"


class GoogleDetectParameters(_Keyed):
    """Of ``/language/translate/v2/detect``."""

    q: str | list[str]
    """The text, or several."""


class GoogleLanguagesParameters(_Keyed):
    """Of ``/language/translate/v2/languages``."""

    target: Annotated[str, nothing_as("")] = ""
    """If given, languages are named, always in English."""


@router.get("/language/translate/v2", include_in_schema=False)
@router.post(
    "/language/translate/v2",
    openapi_extra=documented(GoogleTranslateParameters),
    summary="Translate texts, in the shape of Google's API v2",
)
async def translate(request: Request) -> JSONResponse:
    """Translate a text, or a list of texts, in their order; they are HTML unless `format` is `text`."""
    server = server_of(request)
    limits = server.settings.request
    deadline = asyncio.get_running_loop().time() + limits.seconds
    asked = await read_parameters(request, GoogleTranslateParameters, limits)
    client = server.enter(request, asked.key)
    texts = texts_of("q", asked.q, limits)
    wanted = Wanted(texts, asked.source or AUTO, asked.target, asked.format)
    results = await while_connected(request, server.service.translate(wanted, client=client, deadline=deadline))
    server.count(texts, results)
    translations = [
        {
            "translatedText": one.text,
            **({} if asked.source else {"detectedSourceLanguage": one.source}),
            "model": one.model,
        }
        for one in results
    ]
    return JSONResponse({"data": {"translations": translations}}, headers=named(results))


@router.get("/language/translate/v2/detect", include_in_schema=False)
@router.post(
    "/language/translate/v2/detect",
    openapi_extra=documented(GoogleDetectParameters),
    summary="Detect the languages of texts, in the shape of Google's API v2",
)
async def detect(request: Request) -> JSONResponse:
    """The likeliest language of each text, with its probability."""
    server = server_of(request)
    limits = server.settings.request
    asked = await read_parameters(request, GoogleDetectParameters, limits)
    server.enter(request, asked.key)
    texts = texts_of("q", asked.q, limits)
    detections = []
    for text in texts:
        found = await server.service.detect(text)
        detections.append(
            [{"language": code, "confidence": probability, "isReliable": False} for code, probability in found[:1]]
        )
    return JSONResponse({"data": {"detections": detections}})


@router.get("/language/translate/v2/languages", summary="Languages, in the shape of Google's API v2")
@router.post("/language/translate/v2/languages", include_in_schema=False)
async def languages(request: Request) -> JSONResponse:
    """Codes of the languages, with English names if `target` is given."""
    server = server_of(request)
    asked = await read_parameters(request, GoogleLanguagesParameters, server.settings.request)
    server.enter(request, asked.key)
    listed = [
        {"language": code, **({"name": name} if asked.target else {})}
        for code, name, _ in server.service.catalogue.languages()
    ]
    return JSONResponse({"data": {"languages": listed}})
