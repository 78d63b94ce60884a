"""One browser for all tests of this folder."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from support.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium."""
    with chromium() as browser:
        yield browser
