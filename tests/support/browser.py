"""Chromium, for the tests that look at pages. Its packages are the extra `browser`; the browser is the system's.

A machine without them skips these tests by name. Where SEQ2SEQ_BROWSER is `required`, as in CI, they fail instead.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, LocatorAssertions, Page

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLACES: Final = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
_MODULES: Final = ("playwright", "axe_playwright_python")
_PATIENCE: Final = 30_000
"""Milliseconds that an expectation has, as Playwright's actions do: a busy machine is no failure."""


@dataclass
class Visit:
    """A page in a browser, and what it asked for and complained about."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    """Addresses that it wanted to load, its own apart."""
    messages: list[str] = field(default_factory=list)
    """What stands in the console: errors, and what the policy of the page refused."""

    def violations(self) -> list[str]:
        """What axe-core finds, as rule and element."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    def wait_for_messages(self, part: str, count: int) -> list[str]:
        """The messages with ``part`` in them, once there are ``count``."""
        for _ in range(_PATIENCE // 50):
            found = [message for message in self.messages if part in message]
            if len(found) >= count:
                return found
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{part}: fewer than {count} messages: {self.messages}")


def expect(locator: "Locator") -> "LocatorAssertions":
    """Playwright's ``expect``: what follows waits until it is true.

    A value that is read at once (``locator.count()``) is that before an answer of the network, or before an event that
    comes later, as ``toggle`` does.
    """
    from playwright.sync_api import expect

    return expect(locator)


def expect_text(locator: "Locator", text: str) -> None:
    """Wait until an element has this text; in ``to_have_text``, all white space is one space."""
    expect(locator).to_have_text(re.compile(f"^{re.escape(text)}$"))


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A browser; where there is none, the test is skipped, or fails if it has to run."""
    missing = [f"the package {name}" for name in _MODULES if find_spec(name) is None]
    found = next((path for path in (*map(shutil.which, _NAMES), *_PLACES) if path and Path(path).exists()), None)
    if missing or found is None:
        what = f"needs {' and '.join([*missing, *([] if found else ['Chromium'])])}, not installed"
        if os.environ.get("SEQ2SEQ_BROWSER") == "required":
            pytest.fail(what)
        pytest.skip(what)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_PATIENCE)
    # As root, as in a container, Chromium has no sandbox. The pages are our own.
    root = getattr(os, "geteuid", lambda: 1)() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if root else [])
        yield browser
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *given: Any, broken: Event, **more: Any) -> None:
        self.broken = broken
        super().__init__(*given, **more)

    def do_GET(self) -> None:
        if self.broken.is_set():
            self.send_error(503)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serve(folder: Path, *, broken: Event | None = None) -> Iterator[str]:
    """Serve a folder's files on this machine; gives the address of its index.

    Args:
        folder: with the files.
        broken: while it is set, the server answers 503.
    """
    handler = partial(_Quiet, directory=str(folder), broken=broken or Event())
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def visit(
    browser: "Browser",
    page: Path | str,
    *,
    width: int = 1280,
    scheme: str = "light",
    script: bool = True,
    offline: bool = True,
) -> Iterator[Visit]:
    """Open a page in a window of its own.

    Args:
        browser: from :func:`chromium`.
        page: a file of HTML, or an address from :func:`serve`.
        width: of the window, in pixels.
        scheme: what the system prefers, ``light`` or ``dark``.
        script: whether scripts of the page run.
        offline: whether there is no network, not even on this machine.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script, offline=offline
    )
    visit = Visit(context.new_page())
    address = page if isinstance(page, str) else page.resolve().as_uri()
    visit.page.on("request", lambda request: visit.requests.append(request.url) if request.url != address else None)
    visit.page.on("console", lambda message: visit.messages.append(message.text))
    visit.page.on("pageerror", lambda error: visit.messages.append(str(error)))
    visit.page.on("dialog", lambda dialog: (visit.messages.append(dialog.message), dialog.dismiss()))
    visit.page.goto(address)
    yield visit
    context.close()
