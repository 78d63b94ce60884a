"""Methods and paths as clients have them: HEAD, OPTIONS, slashes too many."""

import re
from typing import Final

from starlette.requests import Request
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SLASHES: Final = re.compile("/{2,}")


class PlainPaths:
    """Answers ``//translate`` and ``/translate/`` as ``/translate``: addresses are put together from two parts.

    It is no redirect: many clients of LibreTranslate do not follow one, or ask again without the body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; see ASGI."""
        if scope["type"] == "http":
            scope = {**scope, "path": _SLASHES.sub("/", scope["path"]).rstrip("/") or "/"}
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET, without the body (RFC 9110, section 9.3.2): monitors and balancers ask so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; see ASGI."""

        async def without_body(message: Message) -> None:
            await send(message if message["type"] == "http.response.start" else {**message, "body": b""})

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, without_body)
        else:
            await self._app(scope, receive, send)


def allowed_methods(request: Request) -> list[str]:
    """Methods that a path of the application has, for the header ``Allow`` (RFC 9110, section 10.2.1)."""
    found = ["OPTIONS"]
    scope = request.scope
    scope = {**scope, "root_path": scope.get("app_root_path", scope.get("root_path", ""))}  # outside of any mount
    for method in _METHODS:
        for route in request.app.router.routes:
            match, _ = route.matches({**scope, "method": method})
            if match is Match.FULL and (method == "GET" or not isinstance(route, Mount)):  # a mount has files
                found.append(method)
                break
    return ["HEAD", *found] if "GET" in found else found
