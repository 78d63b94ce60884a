"""The page that translates: whatever language, window and input device, and with errors in words."""

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.backwards_page import translate, wait_until_ready, write
from support.browser import expect, serve, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_everybody_can_use_it(browser: "Browser", served: str, width: int, scheme: str) -> None:
    with visit(browser, served, width=width, scheme=scheme, offline=False) as seen:
        wait_until_ready(seen)
        translate(seen, "one two three\n\nfour five\n", "three two one\n\nfive four\n")
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []
        assert all(address.startswith(served) for address in seen.requests)


def test_sentences_and_the_space_between_them_are_those_of_the_languages(browser: "Browser", tmp_path: Path) -> None:
    """The stand-in turns each sentence around, so that the translations show where the text was cut."""
    path = write(tmp_path / "page", [{"language": "ja", "tag": ""}], "Mr. Smith 犬。 猫。")
    with serve(path) as address, visit(browser, address, offline=False) as seen:
        wait_until_ready(seen)
        translate(seen, "Mr. Smith ! two three", "! Smith Mr. three two")
        translate(seen, "犬。 ! two 猫。", "! 犬。猫。 two")


def test_over_plain_http_it_translates_all_the_same(browser: "Browser", served: str) -> None:
    """From another machine, say, where browsers have neither digests nor service workers."""
    with visit(browser, served.replace("127.0.0.1", "0.0.0.0"), offline=False) as seen:
        wait_until_ready(seen)
        assert seen.page.evaluate("isSecureContext") is False
        translate(seen, "six seven", "seven six")
        assert seen.messages == []


def test_the_reader_chooses_the_direction(browser: "Browser", tmp_path: Path) -> None:
    path = write(tmp_path / "page", [{"language": "he", "tag": "<2he>"}, {"language": "de", "tag": "<2de>"}])
    with serve(path) as address, visit(browser, address, width=390, offline=False) as seen:
        wait_until_ready(seen)
        translate(seen, "one two", "two one <2he>")
        expect(seen.page.locator("#target")).to_have_attribute("lang", "he")
        seen.page.get_by_label("Translate into").select_option(label="German")
        seen.page.get_by_text("two one <2de>").wait_for()
        expect(seen.page.locator("#target")).to_have_attribute("lang", "de")
        assert seen.violations() == []
        assert seen.overflow() <= 0


def test_it_is_used_by_keyboard_alone(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        wait_until_ready(seen)
        seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        keyboard = seen.page.keyboard
        keyboard.press("Tab")
        keyboard.type("one two")
        seen.page.get_by_text("two one").wait_for()
        for _ in range(3):
            keyboard.press("Tab")
        keyboard.press("Enter")
        seen.page.get_by_text("Copied.").wait_for()
        assert seen.page.evaluate("navigator.clipboard.readText()") == "two one"
        keyboard.press("Shift+Tab")
        keyboard.press("Shift+Tab")
        keyboard.press("Space")
        expect(seen.page.get_by_label("English")).to_have_value("")
        expect(seen.page.locator("#source")).to_be_focused()


def test_each_paragraph_has_its_own_direction(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        wait_until_ready(seen)
        translate(seen, "one two\nאחת שתים", "two one\nשתים אחת")
        target = seen.page.locator("#target")
        expect(target).to_have_attribute("lang", "he")
        edges = target.evaluate(
            """target => {
                const text = target.firstChild, box = target.getBoundingClientRect();
                return [[0, 7], [8, text.length]].map(([start, end]) => {
                    const range = document.createRange();
                    range.setStart(text, start);
                    range.setEnd(text, end);
                    const line = range.getBoundingClientRect();
                    return line.left - box.left < box.right - line.right ? "left" : "right";
                });
            }"""
        )
        assert edges == ["left", "right"]


def test_text_is_text(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        wait_until_ready(seen)
        translate(seen, "<b>bold</b> one", "one <b>bold</b>")
        expect(seen.page.locator("#target b")).to_have_count(0)


def test_it_names_what_the_model_does_not_know(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        wait_until_ready(seen)
        seen.page.get_by_label("English").fill("one xyzzy two")
        seen.page.get_by_text("The model does not know: xyzzy").wait_for()
        translate(seen, "one two", "two one")
        expect(seen.page.locator("#notes")).to_have_text("")


def test_an_error_of_the_engine_is_shown(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        wait_until_ready(seen)
        seen.page.get_by_label("English").fill("one " * 13)
        seen.page.locator("#status.trouble").get_by_text("thirteen tokens").wait_for()
        translate(seen, "one two", "two one")
        expect(seen.page.locator(".trouble")).to_have_count(0)
        expect(seen.page.locator("#status")).to_have_text(re.compile("^Ready"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model/tokenizer.model", None, "the server answers 404"),
        ("model/model.onnx", b"a gr", "it is cut short"),
        ("model/model.onnx", b"a graph, longer", "it is longer than it should be"),
        ("model/model.onnx", b"A GRAPH", "it has changed since the page was made"),
        ("model/model.json", b"{", "it is no JSON"),
        ("model/model.json", b'{"format": 2}', "it has format 2, and this page reads format 1"),
        ("runtime/ort.wasm.min.mjs", b"export", "it is cut short"),
    ],
)
def test_what_cannot_be_loaded_is_named(
    browser: "Browser", folder: Path, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    broken = shutil.copytree(folder, tmp_path / "page")
    (broken / name).unlink()
    if content is not None:
        (broken / name).write_bytes(content)
    with serve(broken) as address, visit(browser, address, offline=False) as seen:
        status = seen.page.locator("#status.trouble")
        expect(status).to_contain_text(name)
        expect(status).to_contain_text(said)


def test_without_a_server_it_says_what_it_needs(browser: "Browser", folder: Path) -> None:
    with visit(browser, folder / "index.html") as seen:
        expect(seen.page.locator("#status")).to_contain_text("a web server")
