"""A tune on a page: its score, in the width that there is, and its sound."""

import json
from typing import TYPE_CHECKING

import pytest
from support.browser import Visit, expect
from support.server_page import WINDOWS, open_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

JIG = '|:d|"G"GBd gdB|"C"c3 "D"A3|GBd c>AF|G3 G2:| |:d|gdB c2A|"Em"B^GB e2-e|[GB]3 "D7"A3|1 G3 z2:|2 G6|]'
RECORD = """() => {
    window.heard = [];
    window.OscillatorNode = class extends OscillatorNode {
        constructor(context, options) {
            super(context, options);
            window.heard.push(Math.round(options.frequency));
        }
    };
}"""


def answer(seen: Visit, *bodies: str) -> None:
    """Have tunes written, one after the other."""
    waiting = list(bodies)

    def write(route: "Route") -> None:
        text = waiting.pop(0)
        record = {"index": 0, "text": text, "note": None, "abc": f"X:1\nT:Tune 1\nM:6/8\nL:1/8\nK:G\n{text}\n"}
        events = [("token", {"index": 0, "text": text[:9]}), ("text", record), ("end", {"texts": 1})]
        body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
        route.fulfill(content_type="text/event-stream", body=body)

    seen.page.route("**/v1/generate", write)
    seen.page.get_by_role("link", name="Generate").click()
    for tag in ("K:G", "L:1/8", "M:6/8"):
        seen.page.get_by_label(tag, exact=True).check()
    seen.page.get_by_role("button", name="Write").click()
    expect(seen.page.locator("#score svg")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_the_score_fits_the_window(browser: "Browser", server: str, width: int, scheme: str) -> None:
    with open_page(browser, server, width=width, scheme=scheme) as seen:
        answer(seen, JIG)
        score = seen.page.get_by_role("img", name="Score of a tune: K:G L:1/8 M:6/8, 32 notes")
        expect(score).to_be_visible()
        lines = score.evaluate("svg => new Set([...svg.querySelectorAll('text')].map(text => text.textContent)).size")
        assert lines == len({"6", "8", "G", "C", "D", "Em", "D7", "1.", "2."})
        assert seen.page.locator("#score").evaluate("box => box.scrollWidth - box.clientWidth") <= 0
        assert seen.violations() == []
        assert seen.overflow() <= 0
        height = score.get_attribute("height") or ""
        seen.page.set_viewport_size({"width": 390 if width == 1280 else 1280, "height": 900})
        expect(score).not_to_have_attribute("height", height)
        assert seen.overflow() <= 0
        assert seen.messages == []


def test_it_is_played_by_keyboard(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        answer(seen, JIG, "ABc|")
        seen.page.evaluate(RECORD)
        button, sounding = seen.page.locator("#play"), seen.page.locator("#score .sounding")
        expect(button).to_have_text("Play")
        button.press("Enter")
        expect(button).to_have_text("Stop")
        first = [587, 392, 494, 587, 784]  # d, and G B d g
        assert seen.page.evaluate("heard.slice(0, 5)") == first
        expect(sounding).not_to_have_count(0)
        place = "document.querySelector('#score .sounding')?.getAttribute('transform')"
        marked = seen.page.evaluate(place)
        seen.page.wait_for_function(f"marked => {place} && {place} !== marked", arg=marked)
        button.press("Enter")
        expect(button).to_have_text("Play")
        expect(sounding).to_have_count(0)
        button.press("Enter")
        expect(button).to_have_text("Stop")
        seen.page.get_by_role("button", name="Write").click()
        expect(seen.page.get_by_role("img", name="3 notes")).to_be_visible()
        expect(button).to_have_text("Play")
        button.press("Enter")
        expect(button).to_have_text("Play")  # it ends by itself
        expect(sounding).to_have_count(0)
        assert seen.page.evaluate("heard.slice(-3)") == [440, 494, 523]
        assert seen.messages == []


def test_what_is_no_music_has_no_score(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        answer(seen, "A ~ %B !trill! c", "|2 |:")
        expect(seen.page.locator("#left-out")).to_contain_text("~ % !trill!")
        seen.page.get_by_role("button", name="Write").click()
        expect(seen.page.locator("#tune")).to_be_hidden()
        expect(seen.page.get_by_text("ABC notation")).to_be_visible()
