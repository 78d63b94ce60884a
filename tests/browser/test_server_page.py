"""The page of a server: it translates, by every control, and has its errors in words."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from support.browser import expect, expect_text
from support.server_page import TEXT, WINDOWS, open_page, translate, translation
from support.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_everybody_can_translate(browser: "Browser", server: str, width: int, scheme: str) -> None:
    with open_page(browser, server, width=width, scheme=scheme) as seen:
        expected = translation(server, TEXT)
        translate(seen, TEXT, expected["translation"])
        assert seen.page.title() == "Translate"
        expect(seen.page.locator("#target")).to_have_attribute("lang", "de")
        seen.page.get_by_text("Word by word").click()
        seen.page.get_by_role("button", name="Other translations").first.click()
        seen.page.get_by_role("list", name="Translations, the best first, with scores").wait_for()
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []
        assert all(address.startswith(server) for address in seen.requests)


def test_its_policy_allows_nothing_from_elsewhere(server: str) -> None:
    with urlopen(server, timeout=60) as answer:
        policy = answer.headers["Content-Security-Policy"]
        content = answer.read().decode()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r'(?:src|href)="(?:https?:)?//', content)
    with urlopen(f"{server}page/web/page.css", timeout=60) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_stale_answers_are_dropped(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        held: list[Route] = []

        def hold_first(route: "Route") -> None:
            if held:
                route.continue_()
            else:
                held.append(route)

        seen.page.route("**/v1/translate", hold_first)
        with seen.page.expect_request("**/v1/translate"):
            seen.page.locator("#source").fill("The dog sleeps.")
        second = "Where is the old house?"
        translate(seen, second, translation(server, second)["translation"])
        held[0].abort()
        seen.page.wait_for_timeout(300)
        expect_text(seen.page.locator("#target"), translation(server, second)["translation"])
        expect(seen.page.locator(".trouble")).to_have_count(0)


def test_languages_are_swapped_and_remembered(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        first = translation(server, TEXT)["translation"]
        translate(seen, TEXT, first)
        seen.page.get_by_role("button", name="Swap").click()
        back = translation(server, first, "de", "en")["translation"]
        expect_text(seen.page.locator("#target"), back)
        expect(seen.page.get_by_role("textbox", name="German")).to_have_value(first)
        seen.page.reload()
        seen.page.get_by_text("Ready").wait_for()
        expect(seen.page.locator("#from")).to_have_value("de")
        expect(seen.page.locator("#to")).to_have_value("en")


def test_the_language_is_detected(browser: "Browser", server: str) -> None:
    pytest.importorskip("py3langid")
    text = "Wir gehen heute mit den Kindern in den Park, weil die Sonne scheint."
    with open_page(browser, server) as seen:
        seen.page.get_by_text("Ready").wait_for()
        seen.page.get_by_label("From").select_option("auto")
        seen.page.get_by_label("To", exact=True).select_option("en")
        seen.page.get_by_label("Text", exact=True).fill(text)
        seen.page.get_by_text(re.compile(r"German \(detected, \d+%\)")).wait_for()
        expect(seen.page.locator("#source")).to_have_attribute("lang", "de")
        expect(seen.page.get_by_role("button", name="Swap")).to_be_enabled()


def test_terms_are_sent_and_kept_in_the_browser(browser: "Browser", server: str) -> None:
    text = "The dog sleeps."
    expected = translation(server, text, glossary={"dog": ["Katze"]})
    assert "Katze" in expected["translation"]
    with open_page(browser, server) as seen:
        translate(seen, text, translation(server, text)["translation"])
        seen.page.get_by_text("Glossary").click()
        seen.page.get_by_label("One term per line").fill("dog = Katze\nno term\n")
        seen.page.get_by_label("One term per line").blur()
        seen.page.locator("#target").get_by_text(expected["translation"]).wait_for()
        assert seen.violations() == []
        seen.page.reload()
        translate(seen, text, expected["translation"])


def test_the_history_stays_in_the_browser(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        translate(seen, "The dog", translation(server, "The dog")["translation"])
        translate(seen, "The dog sleeps.", translation(server, "The dog sleeps.")["translation"])
        entries = seen.page.locator("#history li")
        expect(entries).to_have_text([re.compile("^The dog sleeps[.]")])  # of what was written on, the last alone
        seen.page.reload()
        seen.page.get_by_text("History", exact=True).click()
        expect(entries).to_have_text([re.compile("^The dog sleeps[.]")])
        assert seen.violations() == []
        seen.page.locator("#history button").click()
        expected = translation(server, "The dog sleeps.")["translation"]
        expect_text(seen.page.locator("#target"), expected)
        seen.page.get_by_role("button", name="Delete the history").click()
        expect(seen.page.locator("#past")).to_be_hidden()
        seen.page.wait_for_timeout(2_500)  # what was just opened is no part of a history that is deleted
        expect(seen.page.locator("#past")).to_be_hidden()


@pytest.mark.parametrize("how", ["chosen", "dropped"])
def test_documents_are_translated(browser: "Browser", server: str, tmp_path: Path, how: str) -> None:
    content = "# The dog\n\nThe *dog* sleeps.\n"
    with open_page(browser, server) as seen:
        seen.page.get_by_text("Ready").wait_for()
        if how == "chosen":
            file = {"name": "notes.v2.md", "mimeType": "text/markdown", "buffer": content.encode()}
            with seen.page.expect_file_chooser() as chooser:
                seen.page.get_by_role("button", name="Translate a document").click()
            chooser.value.set_files(file)  # type: ignore[arg-type]
        else:
            seen.page.evaluate(
                """content => {
                    const dataTransfer = new DataTransfer();
                    dataTransfer.items.add(new File([content], "notes.v2.md"));
                    for (const name of ["dragover", "drop"])
                        document.getElementById("source").dispatchEvent(
                            new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
                }""",
                content,
            )
        link = seen.page.get_by_role("link", name="Save notes.v2.de.md")
        link.wait_for()
        assert seen.violations() == []
        with seen.page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == "notes.v2.de.md"
        download.value.save_as(tmp_path / "saved")
        written = (tmp_path / "saved").read_text(encoding="utf-8")
        assert written.startswith(f"# {translation(server, 'The dog')['translation']}\n\n")
        assert "*" in written
        assert seen.messages == []


def test_a_document_that_cannot_be_read_is_refused_in_words(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        seen.page.get_by_text("Ready").wait_for()
        file = {"name": "letter.docx", "mimeType": "", "buffer": b"no zip"}
        seen.page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
        seen.page.locator(".trouble").get_by_text("zip archive").wait_for()


def test_errors_are_shown_in_words_and_go(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        seen.page.get_by_text("Ready").wait_for()
        seen.page.locator("#source").fill("dog " * 200)
        seen.page.locator(".trouble").get_by_text("The server says: text: more than 500 characters.").wait_for()
        assert seen.violations() == []
        translate(seen, "The dog sleeps.", translation(server, "The dog sleeps.")["translation"])
        expect(seen.page.locator(".trouble")).to_have_count(0)


def test_a_server_that_is_gone_is_named(browser: "Browser", models: list[str]) -> None:
    with serving(models[0]) as (address, process), open_page(browser, f"{address}/") as seen:
        seen.page.get_by_text("Ready").wait_for()
        process.kill()
        process.wait()
        seen.page.locator("#source").fill(TEXT)
        seen.page.locator(".trouble").get_by_text("The server cannot be reached.").wait_for()
        expect(seen.page.locator("#source")).to_have_value(TEXT)


def test_a_key_is_asked_for(browser: "Browser", models: list[str], tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("secret\n", encoding="utf-8")
    with (
        serving(models[0], "--api-keys", tmp_path / "keys") as (address, _),
        open_page(browser, f"{address}/") as seen,
    ):
        seen.page.get_by_text("Ready").wait_for()
        seen.page.locator("#source").fill("The dog sleeps.")
        seen.page.locator(".trouble").get_by_text("an API key is needed").wait_for()
        assert seen.violations() == []
        seen.page.get_by_role("textbox", name="API key").fill("secret")
        seen.page.locator("#source").press("End")
        seen.page.locator("#source").press_sequentially(" ")
        seen.page.locator("#target").get_by_text(re.compile(r"\w")).wait_for()
        assert "secret" not in seen.page.evaluate("JSON.stringify(localStorage)")


def test_it_is_used_by_keyboard_alone(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        seen.page.get_by_text("Ready").wait_for()
        order = []
        for _ in range(11):
            seen.page.keyboard.press("Tab")
            order.append(seen.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        links, languages = ["Translate", "Classify", "Generate"], ["from", "swap", "to"]
        controls = ["source", "clear", "choose", "target", "Word by word, and other translations"]
        assert order == [*links, *languages, *controls]
        seen.page.locator("#source").focus()
        seen.page.keyboard.type("The dog sleeps.")
        seen.page.locator("#target").get_by_text(translation(server, "The dog sleeps.")["translation"]).wait_for()


def test_text_runs_in_its_own_direction_and_is_text(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        for text, direction in (("שלום", "rtl"), ("<b>dog</b>", "ltr")):
            translate(seen, text, translation(server, text)["translation"])
            expect(seen.page.locator("#source")).to_have_css("direction", direction)
        expect(seen.page.locator("#target b")).to_have_count(0)


def test_without_scripts_it_says_what_it_needs(browser: "Browser", server: str) -> None:
    with open_page(browser, server, script=False) as seen:
        expect(seen.page.locator("#status")).to_contain_text("it needs JavaScript")


def test_a_server_without_models_says_so(browser: "Browser", tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    with serving(tmp_path / "broken") as (address, _), open_page(browser, f"{address}/") as seen:
        seen.page.locator(".trouble").get_by_text("The server has no model that works").wait_for()
