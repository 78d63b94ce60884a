"""A page is one file: whole, escaped, and closed to everything outside."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.sample_report import HOSTILE, sample_page

from seq2seq.report.blocks import FindingCard, Prose, Section
from seq2seq.report.page import Page
from seq2seq.report.table import Table

VOID = {"meta", "link", "br", "input", "hr", "img"}


class Reader(HTMLParser):
    """The elements of a page; fails where one is not closed in its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data.strip()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def html() -> str:
    return sample_page().html()


def test_elements_are_closed_in_their_place_and_ids_are_unique(html: str) -> None:
    reader = read(html)
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids)) > 0
    assert reader.all("html") == [{"lang": "en"}]


def test_nothing_outside_the_page_is_named(html: str) -> None:
    reader = read(html)
    for tag, attributes in reader.elements:
        for name in ("src", "href", "srcset", "data", "poster", "action", "style"):
            value = attributes.get(name)
            assert value is None or (tag == "a" and value.startswith("#")), (tag, name, value)
    assert re.findall(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", html) == []


def test_policy_allows_exactly_what_is_inlined(html: str) -> None:
    policy = next(m["content"] for m in read(html).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    allowed = dict(part.split(" ", 1) for part in policy.split("; "))
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        (inlined,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inlined.encode()).digest()).decode()
        assert allowed[name] == f"'sha256-{digest}'"
    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == "'none'"


def test_contents_lead_to_sections(html: str) -> None:
    reader = read(html)
    targets = [link["href"] for link in reader.all("a")]
    ids = {f"#{attributes['id']}" for _, attributes in reader.elements if "id" in attributes}
    assert set(targets) <= ids
    assert len(targets) == 1 + len(sample_page().sections)


def test_hostile_texts_are_only_texts(html: str) -> None:
    reader = read(html)
    assert len(reader.all("script")) == 1
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert {tag for tag, text in reader.texts if shown in text} >= {"dd", "p", "h3", "th", "title"}
    assert "\x00" not in html
    html.encode()


def test_sections_of_one_name_have_two_ids() -> None:
    page = Page(title="t", sections=[Section(title=name, blocks=[]) for name in ("A b", "A b", "content", "!")])
    ids = [attributes["id"] for attributes in read(page.html()).all("h2")]
    assert ids == ["a-b", "a-b-2", "content-2", "section"]


def test_a_verdict_is_a_word_and_a_shape() -> None:
    shapes = {}
    for verdict in ("fine", "watch", "trouble", "unjudged"):
        page = Page(title="t", sections=[Section(title="s", blocks=[FindingCard(title="m", verdict=verdict)])])  # type: ignore[arg-type]
        html = page.html()
        assert ("p", "not judged" if verdict == "unjudged" else verdict) in read(html).texts
        shapes[verdict] = re.search(r"<(?:path|circle)[^>]*>", html)[0]  # type: ignore[index]
    assert len(set(shapes.values())) == 4


def test_an_empty_table_says_so() -> None:
    table = Table(caption="c", columns=["a"], rows=[])
    page = Page(title="t", sections=[Section(title="s", blocks=[table, Prose([])])])
    assert ("td", "none") in read(page.html()).texts


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    page = sample_page()
    page.write(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_bytes() == page.html().encode()
