"""Pages of the site in a browser: they can be read by everybody, and ask for nothing from elsewhere.

Three pages are always opened, and a twelfth of the others, other ones every day. `make pages` opens all of them.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from support.browser import visit
from support.site import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = ("index", "guide/cells/gates", "guide/cells/bptt")
"""Tables and code; code, equations and a picture; equations in lines of their own."""

BOXED: Final = """() => document.readyState === "complete"
    && [...document.querySelectorAll("article table:not([class])")].every(table => table.closest("[tabindex]"))
    && (!document.querySelector("article pre > code") || document.querySelector("nav.md-code__nav[aria-label]"))"""
"""The theme, and what mends it, have given tables and code their boxes."""

EVERY: Final = os.environ.get("PAGES") == "all"
SHARE: Final = 12
SLOW: Final = {"api", "cli", "inspect", "log", "recipes"}
"""Long pages, on which axe-core takes many seconds: opened by `make pages` alone."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_it(browser: "Browser", site: Path, name: str, width: int, scheme: str) -> None:
    with visit(browser, site / f"{name}.html", width=width, scheme=scheme) as seen:
        seen.page.wait_for_function(BOXED)
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert [url for url in seen.requests if not url.startswith("file:")] == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_other_pages_can_be_read_by_everybody(browser: "Browser", site: Path, width: int, scheme: str) -> None:
    """The page for addresses that lead nowhere is no file to be opened: its own addresses begin at the host."""
    paths = sorted(site.glob("**/*.html"))
    names = [path.relative_to(site).with_suffix("").as_posix() for path in paths]
    others = [name for name in names if name not in {*PAGES, "404"} and (EVERY or name not in SLOW)]
    assert len(others) > 40
    today = datetime.now(UTC).date().toordinal() + (scheme == "dark")
    found = {}
    for name in others if EVERY else others[today % SHARE :: SHARE]:
        with visit(browser, site / f"{name}.html", width=width, scheme=scheme) as seen:
            seen.page.wait_for_function(BOXED)
            unnamed = seen.page.evaluate(
                "[...document.images].filter(image => !image.alt || !image.naturalWidth).length"
            )
            problems = [*seen.violations(), *[f"{unnamed} images without text or file"] * bool(unnamed)]
            problems += [f"{seen.overflow()} pixels too wide"] * (seen.overflow() > 0)
            found[name] = problems + [url for url in seen.requests if not url.startswith("file:")]
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_have_the_colours_of_the_page(browser: "Browser", site: Path, scheme: str) -> None:
    """Also where a reader has chosen another scheme than the system's."""
    chosen = {"light": "slate", "dark": "default"}[scheme]
    with visit(browser, site / "guide/cells/gates.html", scheme=scheme) as seen:
        seen.page.evaluate("scheme => document.body.setAttribute('data-md-color-scheme', scheme)", chosen)
        ink, ground = (
            seen.page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{style}")
            for selector, style in (("figure .tick", "fill"), ("body", "backgroundColor"))
        )
        dark = {"slate": True, "default": False}[chosen]
        assert (brightness(ground) < 90) == dark
        assert (brightness(ink) > 130) == dark


def brightness(colour: str) -> float:
    """Of ``rgb(r, g, b)``."""
    parts = [float(part) for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    return sum(parts) / len(parts)
