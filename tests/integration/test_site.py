"""The site has every page, and needs no other host. `make site` builds it strictly, and has it tested here."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.site import ROOT, build_site

LOADED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}
"""Attributes that a browser follows by itself."""


class Resources(HTMLParser):
    """What a page makes a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == LOADED.get(tag) and value]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("site"))


def test_every_page_of_the_documents_is_a_page_of_the_site(site: Path) -> None:
    for page in (ROOT / "docs").glob("**/*.md"):
        assert (site / page.relative_to(ROOT / "docs").with_suffix(".html")).is_file(), page
    for page in ("index", "changelog", "contributing", "log", "cli", "examples/own_loop"):
        assert (site / f"{page}.html").is_file(), page


def test_no_page_needs_another_host(site: Path) -> None:
    for page in site.glob("**/*.html"):
        resources = Resources()
        resources.feed(page.read_text("utf-8"))
        assert resources.found
        assert [url for url in resources.found if urlsplit(url).netloc] == [], page
    for sheet in site.glob("**/*.css"):
        assert re.findall(r"url\(\W*(?:https?:)?//[^)]*|@import[^;]*", sheet.read_text("utf-8")) == [], sheet


def test_commands_are_listed_with_their_options(site: Path) -> None:
    page = (site / "cli.html").read_text("utf-8")
    assert 'id="seq2seq-translate"' in page
    assert 'id="seq2seq-bench-decode"' in page
    assert "--max-time" in page


def test_the_library_page_names_nothing_that_the_reference_lacks() -> None:
    """Errors, registries and special ids stand on it as whole modules."""
    programs = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs/library.md").read_text("utf-8"), re.M | re.S)
    nodes = [node for program in programs for node in ast.walk(ast.parse(program)) if isinstance(node, ast.ImportFrom)]
    used = {
        (str(node.module), alias.name) for node in nodes for alias in node.names if str(node.module)[:8] == "seq2seq."
    }
    listed = set(re.findall(r"^::: (\S+)$", (ROOT / "docs/api.md").read_text("utf-8"), re.M))
    assert used
    assert [name for name in used if not {name[0], ".".join(name)} & listed] == []
