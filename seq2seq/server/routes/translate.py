"""``/translate``, ``/detect``, ``/languages`` and ``/suggest`` as the clients of LibreTranslate ask for them."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from seq2seq.server.faults import RequestError
from seq2seq.server.requests.admission import admit
from seq2seq.server.requests.common import Keyed, documented, named, nothing_as, texts_of
from seq2seq.server.server import server_of
from seq2seq.server.translation.service import AUTO, Wanted

router = APIRouter()
_LEAST_SHOWN: Final = 0.01
"""Probability of a language below which `/detect` leaves it out, unless it is the likeliest."""


class TranslateParameters(Keyed):
    """Of ``/translate``."""

    q: str | list[str]
    """The text, or several."""
    source: str = Field(min_length=1, max_length=35)
    """Code of its language, or `auto`."""
    target: str = Field(min_length=1, max_length=35)
    """Code of the language to translate into."""
    format: Annotated[Literal["text", "html"], nothing_as("text")] = "text"
    alternatives: Annotated[int, nothing_as(0)] = Field(default=0, ge=0)
    """Translations beside the best."""


class DetectParameters(Keyed):
    """Of ``/detect``."""

    q: str


@router.get("/translate", include_in_schema=False)
@router.post("/translate", openapi_extra=documented(TranslateParameters), summary="Translate texts")
async def translate(request: Request) -> JSONResponse:
    """Translate a text, or a list of texts, in their order. Parameters are JSON, a form or the query."""
    asked = await admit(request, TranslateParameters)
    parameters, server = asked.parameters, asked.server
    texts = texts_of("q", parameters.q, asked.limits)
    if parameters.alternatives > asked.limits.alternatives:
        message = f"alternatives: more than {asked.limits.alternatives}"
        raise RequestError(400, message, code="serve.too-many-alternatives")
    wanted = Wanted(texts, parameters.source, parameters.target, parameters.format, parameters.alternatives)
    results = await asked.answer(server.service.translate(wanted, client=asked.client, deadline=asked.deadline))
    server.count(texts, results)
    answer: dict[str, object] = {"translatedText": [result.text for result in results]}
    if parameters.source == AUTO:
        answer["detectedLanguage"] = [_detected(result.source, result.probability or 0.0) for result in results]
    if parameters.alternatives:
        answer["alternatives"] = [list(result.alternatives) for result in results]
    if isinstance(parameters.q, str):
        answer = {name: values[0] for name, values in answer.items() if isinstance(values, list)}
    return JSONResponse(answer, headers=named(results))


@router.get("/detect", include_in_schema=False)
@router.post("/detect", openapi_extra=documented(DetectParameters), summary="Detect the language of a text")
async def detect(request: Request) -> JSONResponse:
    """Languages that a text may be in, likeliest first; confidence is 0 to 100."""
    asked = await admit(request, DetectParameters, queued=False)
    (text,) = texts_of("q", asked.parameters.q, asked.limits)
    found = await asked.server.service.detect(text)
    shown = found[:1] + [pair for pair in found[1:] if pair[1] >= _LEAST_SHOWN]
    return JSONResponse([_detected(language, probability) for language, probability in shown])


@router.get("/languages", summary="Languages")
async def languages(request: Request) -> JSONResponse:
    """Languages, and those that each is translated into."""
    listed = server_of(request).service.catalogue.languages()
    return JSONResponse([{"code": code, "name": name, "targets": targets} for code, name, targets in listed])


@router.post("/suggest", summary="Suggest a better translation")
async def suggest(request: Request) -> JSONResponse:  # noqa: ARG001 - FastAPI's signature
    """Suggestions are not collected."""
    raise RequestError(403, "suggestions are not collected here", code="serve.no-suggestions")


def _detected(language: str, probability: float) -> dict[str, object]:
    return {"confidence": round(100 * probability, 1), "language": language}
