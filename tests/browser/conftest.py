"""One browser for all tests of this folder, and the page of a stand-in for a translator."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.browser import chromium, serve
from support.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page (:mod:`support.backwards_page`); tests that change it make a copy."""
    from support.backwards_page import DIRECTIONS, write

    return write(tmp_path_factory.mktemp("page") / "page", DIRECTIONS)


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """Its address."""
    with serve(folder) as address:
        yield address


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Models of a server, as the command line names them (:mod:`support.server_page`)."""
    from support.server_page import write_models

    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def server(models: list[str]) -> Iterator[str]:
    """The address of their server."""
    with serving(*models, "--max-characters", "500") as (address, _):
        yield f"{address}/"
