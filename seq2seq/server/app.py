"""The application: routes, errors, and what is done around every request."""

import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seq2seq import log
from seq2seq.server.clients.bodies import HELD
from seq2seq.server.faults import RequestError
from seq2seq.server.http import HeadAsGet, PlainPaths, allowed_methods
from seq2seq.server.metrics import Metrics
from seq2seq.server.requests.common import refusal
from seq2seq.server.routes import files, google, page, status, translate
from seq2seq.server.routes.v1 import chat, classify, forecast, generate, models, synthesize
from seq2seq.server.routes.v1 import translate as translate_v1
from seq2seq.server.server import Server

_EXPOSED: Final = ("X-Model", "X-Model-Version", "Retry-After", "Content-Disposition")
"""Headers that pages of other origins may read."""


def create_app(open_server: Callable[[], Server]) -> FastAPI:
    """The application.

    Args:
        open_server: makes the server's parts, in the event loop that they run in.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        server = open_server()
        app.state.server = server
        try:
            if server.settings.preload:
                await server.service.preload()
            yield
        finally:
            await server.service.models.close()
            if server.results is not None:
                server.results.close()

    # The pages of FastAPI load scripts from elsewhere.
    app = FastAPI(
        title="seq2seq",
        lifespan=lifespan,
        openapi_url="/spec",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # clients that do not follow lose their request
    )
    texts, numbers = (translate, files, google, translate_v1, classify, generate, chat), (forecast, synthesize)
    for routes in (*texts, *numbers, models, page, status):
        app.include_router(routes.router)
    app.mount("/page/web", page.PageFiles(directory=page.SHARED))
    app.mount("/page", page.PageFiles(directory=page.PAGE))
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(Measured)
    app.add_middleware(HeadAsGet)
    app.add_middleware(PlainPaths)
    return app


def allow_origins(app: FastAPI, origins: tuple[str, ...]) -> None:
    """Let pages of some origins read answers (CORS); without, browsers let no other page."""
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )


class Measured:
    """Measures each request, from its head to the end of its answer, and answers for faults of ours.

    They are not raised again: the server would print them, and their messages may hold a user's text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; see ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            _report(error)
            if not status:
                content = {"error": "internal error", "code": "serve.bug"}
                await JSONResponse(content, status_code=500)(scope, receive, noting)
        finally:
            if HELD in scope:
                scope[HELD].release()
            metrics: Metrics = scope["app"].state.server.metrics
            route = scope.get("route")
            endpoint = getattr(route, "path", "other")  # the path as asked for may hold anything
            metrics.request(endpoint, status, time.perf_counter() - start)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestError)
    return refusal(request, error, {"error": str(error), "code": error.code})


async def _http_error(request: Request, error: Exception) -> Response:
    """Paths and methods that there are none of."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(allowed_methods(request))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    content = {"error": str(error.detail), "code": "serve.http"}
    return JSONResponse(content, status_code=error.status_code, headers=headers)


def _report(error: Exception) -> None:
    """Log a fault of ours by its kind and place."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.warn(f"{type(error).__name__} at {places[-1] if places else 'an unknown place'}", code="serve.bug")
