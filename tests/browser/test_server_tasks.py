"""The page of a server with models that do not translate: labels, tunes, vectors and series."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.browser import expect, expect_text
from support.server_page import WINDOWS, ask, open_page, questions
from support.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with two models that write vectors, of few and of more numbers."""
    pytest.importorskip("torch")
    from support import synthesis  # needs torch

    folder = tmp_path_factory.mktemp("vectors")
    models = [f"{name}={synthesis.save(folder / name, width)}" for name, width in (("lines", 2), ("images", 6))]
    with serving(*models) as (address, _):
        yield f"{address}/"


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_labels_are_shown_with_the_words_that_moved_them(
    browser: "Browser", server: str, width: int, scheme: str
) -> None:
    text = "A wonderful film, but the end is bad."
    (found,) = ask(server, "v1/classify", text=text, explain=True)["results"]
    with open_page(browser, server, width=width, scheme=scheme) as seen:
        seen.page.get_by_role("link", name="Classify").click()
        seen.page.get_by_label("Text", exact=True).fill(text)
        best = max(found["probabilities"].items(), key=lambda label: label[1])
        seen.page.get_by_text(f"{best[0]}, {100 * best[1]:.1f}%").wait_for()
        seen.page.get_by_text("Words that moved the label").click()
        words = seen.page.locator("#words .word")
        expect(words).to_have_count(len(found["words"]))
        shown = [word.split() for word in words.all_inner_texts()]
        assert [word[0] for word in shown] == [word["text"] for word in found["words"]]
        for word, expected in zip(shown, found["words"], strict=True):
            if abs(expected["contribution"]) >= 0.05:
                assert float(word[1]) == pytest.approx(expected["contribution"], abs=0.051)
            else:
                assert len(word) == 1
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []


def test_words_are_asked_for_when_they_are_looked_at(browser: "Browser", server: str) -> None:
    with open_page(browser, server) as seen:
        asked = questions(seen, "v1/classify")
        field, words = seen.page.get_by_label("Text", exact=True), seen.page.locator("#words .word")
        summary = seen.page.get_by_text("Words that moved the label")
        seen.page.get_by_role("link", name="Classify").click()
        field.fill("A wonderful film")
        expect(summary).to_be_visible()
        summary.click()
        expect(words).to_have_count(3)
        field.fill("The film is bad")
        expect(words).to_have_count(4)
        assert [one["explain"] for one in asked] == [False, True, True]
        summary.click()
        expect(words.first).to_be_hidden()
        summary.click()
        expect(words.first).to_be_visible()
        seen.page.get_by_role("button", name="Clear").click()
        expect(summary).to_be_hidden()
        assert len(asked) == 3


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_tunes_are_written_and_saved(browser: "Browser", server: str, tmp_path: Path, width: int, scheme: str) -> None:
    asked: dict[str, object] = {"tags": ["K:G"], "seed": 3, "temperature": 0.5, "method": "sample", "format": "abc"}
    (expected,) = ask(server, "v1/generate", **asked)["texts"]
    with open_page(browser, server, width=width, scheme=scheme) as seen:
        seen.page.get_by_role("link", name="Generate").click()
        seen.page.get_by_label("K:G", exact=True).check()
        seen.page.get_by_label("Temperature").fill("0.5")
        seen.page.get_by_label("Seed").fill("3")
        seen.page.get_by_role("button", name="Write").click()
        seen.page.get_by_text("ABC notation").click()
        expect_text(seen.page.locator("#target"), expected["text"])
        expect_text(seen.page.locator("#abc"), expected["abc"])
        with seen.page.expect_download() as download:
            seen.page.get_by_role("link", name="Save").click()
        assert download.value.suggested_filename == "tune.abc"
        download.value.save_as(tmp_path / "tune")
        assert (tmp_path / "tune").read_text(encoding="utf-8") == expected["abc"]
        expect(seen.page.get_by_label("Seed")).to_have_value("4")
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []


@pytest.mark.parametrize(("width", "scheme"), WINDOWS[1:3])  # one of a phone, and one of a desk
def test_sequences_of_vectors_are_drawn_and_saved(
    browser: "Browser", drawing: str, tmp_path: Path, width: int, scheme: str
) -> None:
    asked: dict[str, object] = {"tags": ["up"], "count": 3, "seed": 5, "temperature": 0.5}
    for name, pictures in (("lines", "svg"), ("images", "canvas")):
        with open_page(browser, f"{drawing}#{name}", width=width, scheme=scheme) as seen:
            expect_text(seen.page.locator("#status"), "Ready.")
            expect(seen.page.get_by_label("down", exact=True)).to_be_checked()
            seen.page.get_by_label("down", exact=True).uncheck()
            seen.page.get_by_label("up", exact=True).check()
            for field, value in (("count", "3"), ("temperature", "0.5"), ("seed", "5")):
                seen.page.locator(f"#{field}").fill(value)
            seen.page.get_by_role("button", name="Generate").click()
            expect(seen.page.locator(f"#drawn {pictures}")).to_have_count(3)
            expected = ask(drawing, "v1/synthesize", model=name, **asked)["sequences"]
            steps = [f"{len(one['vectors'])} step{'s' * (len(one['vectors']) != 1)}" for one in expected]
            assert [one.get_attribute("aria-label") for one in seen.page.get_by_role("img").all()] == steps
            with seen.page.expect_download() as download:
                seen.page.get_by_role("link", name="Save the numbers").click()
            download.value.save_as(tmp_path / name)
            assert [json.loads(line) for line in (tmp_path / name).read_text("utf-8").splitlines()] == expected
            expect(seen.page.locator("#seed")).to_have_value("6")
            assert seen.violations() == []
            assert seen.overflow() <= 0
            assert seen.messages == []


def test_a_request_for_a_forecast_is_shown_and_answered(browser: "Browser", tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from support import tiny  # needs torch

    with (
        serving(f"sales={tiny.save_forecaster(tmp_path / 'sales')}") as (address, _),
        open_page(browser, f"{address}/") as seen,
    ):
        expect_text(seen.page.locator("#status"), "Ready.")
        expect_text(seen.page.locator("#title"), "Forecast")
        assert "24 monthly steps, and forecasts 6." in seen.page.locator("#reads").inner_text()
        command = shlex.split(seen.page.locator("#example").inner_text())
        assert command[:2] == ["curl", f"{address}/v1/forecast"]
        (found,) = ask(f"{address}/", "v1/forecast", **json.loads(command[-1]))["results"]
        assert found["ds"][0] == "2026-07-01"
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []
