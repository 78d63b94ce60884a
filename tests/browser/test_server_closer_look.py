"""A closer look at a translation, on the page of a server."""

import re
from typing import TYPE_CHECKING

import pytest
from support.browser import expect
from support.server_page import WINDOWS, open_page, questions, translate, translation

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_other_translations_have_scores(browser: "Browser", server: str) -> None:
    text = "The dog sleeps."
    with open_page(browser, server) as seen:
        translate(seen, text, translation(server, text)["translation"])
        seen.page.get_by_text("Word by word").click()
        shown = seen.page.locator(".others li")
        best = translation(server, text, nbest=5)["lines"][0]["translations"]
        assert len(best) == 5
        expect(shown).to_have_text([f"{one['text']} {one['score']:.2f}" for one in best])
        # They follow the text.
        other = "Where is the old house?"
        translate(seen, other, translation(server, other)["translation"])
        shown.get_by_text(translation(server, other, nbest=5)["lines"][0]["translations"][1]["text"]).wait_for()


def test_it_is_asked_for_when_somebody_looks(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        asked = questions(seen, "v1/translate")
        translate(seen, "The dog sleeps.", translation(server, "The dog sleeps.")["translation"])
        assert [(one["alignments"], one.get("nbest")) for one in asked] == [(False, None)]
        seen.page.get_by_text("Word by word").click()
        expect(seen.page.locator(".others li")).to_have_count(5)
        assert [(one.get("alignments"), one.get("nbest")) for one in asked[1:]] == [(True, None), (None, 5)]
        seen.page.get_by_text("Word by word").click()
        expect(seen.page.locator("#sentences")).to_be_hidden()
        other = "Where is the old house?"
        translate(seen, other, translation(server, other)["translation"])
        assert [one["alignments"] for one in asked[3:]] == [False]


def test_a_word_shows_where_the_model_looked(browser: "Browser", server: str) -> None:
    text = "The dog sleeps."
    with open_page(browser, server) as seen:
        found = translation(server, text)
        translate(seen, text, found["translation"])
        seen.page.get_by_text("Word by word").click()
        own = seen.page.get_by_role("group", name="Translation").get_by_role("button")
        other = seen.page.get_by_role("group", name="Text", exact=True).get_by_role("button")
        linked = seen.page.locator(".linked")
        expect(other).to_have_text(text.split())
        expect(own).to_have_text(found["translation"].split())
        own.first.focus()
        named = re.findall(r"(\S+) \d+%", own.first.get_attribute("aria-label") or "")
        assert named
        expect(linked).to_have_count(len(named))
        assert set(linked.all_inner_texts()) == set(named)
        own.first.blur()
        expect(linked).to_have_count(0)
        other.last.hover()
        expect(linked).not_to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_the_search_is_a_tree(browser: "Browser", server: str, width: int, scheme: str) -> None:
    text = "Where is the old house?"
    with open_page(browser, server, width=width, scheme=scheme) as seen:
        found = translation(server, text)
        line = translation(server, text, nbest=5, search=True)["lines"][0]
        fates = [node["fate"] for node in line["search"]]
        translate(seen, text, found["translation"])
        seen.page.get_by_text("Word by word").click()
        seen.page.get_by_role("button", name="The search as a tree").press("Enter")
        tree = seen.page.get_by_role("group", name="The search as a tree")
        expect(tree).to_be_focused()
        expect(tree.locator(".piece")).to_have_count(len(fates))
        best = [node["piece"] for node in line["search"] if node["best"]]
        shown = [piece.split()[0] for piece in tree.locator(".piece.best").all_inner_texts()]
        assert shown == ["end" if piece is None else piece.replace("▁", "") or "␣" for piece in best]
        expect(tree.locator(".fate.finished")).to_have_count(fates.count("finished"))
        assert fates.count("finished") == len(line["translations"]) == 5
        expect(tree.locator(".fate.pruned")).to_have_count(fates.count("pruned"))
        expect(tree.locator(".fate.live")).to_have_count(fates.count("live"))
        expect(tree.get_by_text("finished, the best")).to_have_count(1)
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []


def test_terms_hold_for_other_translations_too(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        translate(seen, "The dog sleeps.", translation(server, "The dog sleeps.")["translation"])
        seen.page.get_by_text("Glossary").click()
        seen.page.get_by_label("One term per line").fill("dog = Katze")
        seen.page.get_by_text("Word by word").click()
        expect(seen.page.locator(".others li").first).to_contain_text("Katze")
