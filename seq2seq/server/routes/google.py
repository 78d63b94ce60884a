"""``/language/translate/v2`` as clients of Google's Translation API (Basic, v2) ask for it."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.server.faults import RequestError
from seq2seq.server.requests.admission import admit
from seq2seq.server.requests.common import Parameters, documented, errors_as, named, nothing_as, texts_of
from seq2seq.server.translation.service import AUTO, Wanted

_REASONS: Final = {400: "invalid", 403: "forbidden", 404: "notFound", 429: "rateLimitExceeded", 503: "backendError"}


def _error(error: RequestError) -> object:
    detail = {"message": str(error), "domain": "global", "reason": _REASONS.get(error.status, "backendError")}
    return {"error": {"code": error.status, "message": str(error), "errors": [detail], "status": error.code}}


router = APIRouter(route_class=errors_as(_error))


class _Keyed(Parameters):
    key_field = "key"
    key: Annotated[str, nothing_as("")] = ""
    """API key, if the server needs one."""


class GoogleTranslateParameters(_Keyed):
    """Of ``/language/translate/v2``."""

    q: str | list[str]
    """The text, or several."""
    source: Annotated[str, nothing_as("")] = Field(default="", max_length=35)
    """Code of its language; without, or if it is `auto`, it is detected."""
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
    asked = await admit(request, GoogleTranslateParameters)
    parameters, server = asked.parameters, asked.server
    texts = texts_of("q", parameters.q, asked.limits)
    wanted = Wanted(texts, parameters.source or AUTO, parameters.target, parameters.format)
    detected = wanted.source == AUTO
    results = await asked.answer(server.service.translate(wanted, client=asked.client, deadline=asked.deadline))
    server.count(texts, results)
    translations = [
        {
            "translatedText": one.text,
            **({"detectedSourceLanguage": one.source} if detected else {}),
            **({} if one.model is None else {"model": one.model}),
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
    asked = await admit(request, GoogleDetectParameters, queued=False)
    detections = []
    for text in texts_of("q", asked.parameters.q, asked.limits):
        found = await asked.server.service.detect(text)
        detections.append(
            [{"language": code, "confidence": probability, "isReliable": False} for code, probability in found[:1]]
        )
    return JSONResponse({"data": {"detections": detections}})


@router.get("/language/translate/v2/languages", summary="Languages, in the shape of Google's API v2")
@router.post("/language/translate/v2/languages", include_in_schema=False)
async def languages(request: Request) -> JSONResponse:
    """Codes of the languages, with English names if `target` is given."""
    asked = await admit(request, GoogleLanguagesParameters, queued=False)
    listed = [
        {"language": code, **({"name": name} if asked.parameters.target else {})}
        for code, name, _ in asked.server.service.catalogue.languages()
    ]
    return JSONResponse({"data": {"languages": listed}})
