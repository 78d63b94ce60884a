"""A report in a browser: it can be read by everybody, sorted, printed, and asks for nothing."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.browser import expect, visit
from support.sample_report import sample_drawings, sample_page

from seq2seq.report.drawings.svg import svg_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    sample_page().write(path)
    return path


@pytest.mark.parametrize(
    ("width", "scheme", "unfolded"),
    [(390, "light", False), (390, "dark", True), (1280, "light", True), (1280, "dark", False)],
)
def test_everybody_can_read_it(browser: "Browser", path: Path, width: int, scheme: str, unfolded: bool) -> None:
    with visit(browser, path, width=width, scheme=scheme) as seen:
        if unfolded:
            seen.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.requests == []
        assert seen.messages == []


def test_pictures_can_be_read_on_a_phone(browser: "Browser", path: Path) -> None:
    with visit(browser, path, width=390) as seen:
        sizes = seen.page.evaluate(
            "[...document.querySelectorAll('figure > .scroll > .drawing')].filter(svg => svg.checkVisibility()).map("
            "svg => 12 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
        )
        assert len(sizes) == len(sample_drawings())
        assert min(sizes) >= 8.5, "pixels, of the text in pictures"


def test_tables_are_sorted_by_keyboard(browser: "Browser", path: Path) -> None:
    with visit(browser, path) as seen:
        table = seen.page.locator("table").first
        button = table.get_by_role("button", name="BLEU")
        heading = table.get_by_role("columnheader", name="BLEU")
        first_cells = table.locator("tbody tr > :first-child")
        falling, rising = ["LSTM", "fixed", "<scri"], ["<scri", "fixed", "LSTM"]  # 9.5 is less than 24.0 and 33.6
        expect(first_cells).to_contain_text(falling)
        button.focus()
        seen.page.keyboard.press("Enter")
        expect(first_cells).to_contain_text(rising)
        expect(heading).to_have_attribute("aria-sort", "ascending")
        seen.page.keyboard.press("Space")
        expect(first_cells).to_contain_text(falling)
        expect(heading).to_have_attribute("aria-sort", "descending")
        table.get_by_role("button", name="p", exact=True).click()
        expect(first_cells).to_contain_text(rising)  # the one without a value is last
        expect(heading).not_to_have_attribute("aria-sort", re.compile(""))


def test_long_tables_are_filtered(browser: "Browser", path: Path) -> None:
    with visit(browser, path) as seen:
        seen.page.get_by_role("searchbox", name="Filter rows of Rare words").fill("WORD2")
        rows = seen.page.get_by_role("table", name="Rare words").locator("tbody tr:visible")
        expect(rows).to_have_count(5)  # word2, and word20 to word23


def test_the_theme_is_chosen_and_not_stored(browser: "Browser", path: Path) -> None:
    with visit(browser, path, scheme="light") as seen:
        light = seen.page.evaluate(BACKGROUND)
        seen.page.get_by_role("button", name="Dark theme").click()
        whole = seen.page.locator("html")
        expect(whole).not_to_have_css("background-color", light)
        assert seen.page.evaluate("document.cookie") == ""
        assert seen.page.evaluate("localStorage.length + sessionStorage.length") == 0
        seen.page.get_by_role("button", name="Light theme").click()
        expect(whole).to_have_css("background-color", light)


def test_it_can_be_read_without_a_script(browser: "Browser", path: Path) -> None:
    with visit(browser, path, script=False) as seen:
        expect(seen.page.get_by_role("columnheader", name="BLEU").first).to_be_visible()
        expect(seen.page.locator("button:visible")).to_have_count(0)
        assert seen.page.locator("figure .drawing:visible").count() >= 10


def test_the_policy_refuses_what_is_not_inlined(browser: "Browser", path: Path) -> None:
    with visit(browser, path) as seen:
        seen.page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<img src=https://example.org/a.png><p style=color:red>');"
            "const script = document.createElement('script'); script.textContent = 'window.ran = true';"
            "document.body.append(script);"
        )
        assert len(seen.wait_for_messages("Content Security Policy", 3)) == 3
        assert seen.page.evaluate("window.ran") is None
        assert [address for address in seen.requests if not address.startswith("https://example.org")] == []


def test_it_is_printed_whole_and_light(browser: "Browser", path: Path) -> None:
    with visit(browser, path, scheme="dark") as seen:
        assert seen.page.pdf(format="A4").startswith(b"%PDF-")
        seen.page.emulate_media(media="print")
        expect(seen.page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
        expect(seen.page.locator("nav:visible, .theme:visible, .filter:visible")).to_have_count(0)
        rows = seen.page.get_by_role("table", name="Rare words").locator("tbody tr")
        expect(rows.last).to_be_visible()
        cut = "[...document.querySelectorAll('.scroll')].filter(box => box.scrollHeight > box.clientHeight + 1).length"
        assert seen.page.evaluate(cut) == 0


def test_a_drawing_is_a_picture_of_its_own(browser: "Browser", tmp_path: Path) -> None:
    drawing = sample_drawings()["loss"]
    (tmp_path / "loss.svg").write_text(svg_file(drawing), "utf-8")
    (tmp_path / "page.html").write_text("<!doctype html><img src=loss.svg alt=loss>", "utf-8")
    with visit(browser, tmp_path / "page.html") as seen:
        width = seen.page.evaluate("document.images[0].naturalWidth")
        assert width == 420
