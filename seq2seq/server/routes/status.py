"""``/health``, ``/metrics`` and ``/frontend/settings``."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seq2seq.documents.open import endings
from seq2seq.server.server import server_of

router = APIRouter()


@router.get("/health", summary="Health")
async def health(request: Request) -> JSONResponse:
    """``ok`` while a model can be asked; models with problems are named, and the reasons are in the log."""
    service = server_of(request).service
    broken = sorted(service.models.problems.keys() | service.catalogue.problems().keys())
    works = bool(service.catalogue.models())
    content = {"status": "ok" if works else "error", **({"broken": broken} if broken else {})}
    return JSONResponse(content, status_code=200 if works else 503)


@router.get("/metrics", summary="Metrics")
async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    return Response(server_of(request).metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/frontend/settings", summary="Settings")
async def settings(request: Request) -> JSONResponse:
    """What a page has to know of the server."""
    server = server_of(request)
    languages = server.service.catalogue.languages()
    first = next(iter(server.service.catalogue.pairs()), ("", ""))
    names = {code: name for code, name, _ in languages}
    source, target = ({"code": code, "name": names.get(code, "")} for code in first)
    return JSONResponse(
        {
            "apiKeys": server.gate.needs_key,
            "keyRequired": server.gate.needs_key,
            "charLimit": server.settings.request.characters,
            "frontendTimeout": 500,
            "language": {"source": source, "target": target},
            "suggestions": False,
            "supportedFilesFormat": [] if server.results is None else endings(),
        }
    )
