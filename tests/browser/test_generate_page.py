"""The page that generates, with a stand-in for the engine: tags, seed and temperature decide what is written."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from support.browser import Visit, expect, expect_text, serve, visit

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.export.web.model import PageModel
from seq2seq.export.web.page import write_page
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.training import train_tokenizer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ENGINE: Final = Path(__file__).parents[1] / "support" / "engine.mjs"
TAGS: Final = ["K:D", "K:G", "<b>"]
LIMITS: Final = {"max_length_ratio": 0.0, "max_length_extra": 5, "min_length": 1}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(["one two three four"] * 20, TokenizerConfig(kind="word", vocabulary=20))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Iterator[str]:
    model = PageModel(
        description={
            "task": "generation",
            "name": "Words",
            "license": None,
            "graph": "model.onnx",
            "tokenizers": {"target": "target.model"},
            "tags": [*TAGS],
            "decoding": {"seed": 7, "temperature": 0.65, "top_k": 0, "top_p": 1.0, **LIMITS},
        },
        files={"model.onnx": b"a graph", "target.model": tokenizer.to_bytes()},
    )
    path = tmp_path_factory.mktemp("page") / "page"
    write_page(path, model, {"ort.wasm.min.mjs": ENGINE.read_bytes(), "ort-wasm-simd-threaded.wasm": b"engine"})
    with serve(path) as address:
        yield address


def written(tokenizer: Tokenizer, tags: list[int], seed: int) -> str:
    """What the stand-in makes of tags and NumPy's random numbers."""
    chances = np.random.default_rng((seed, 0)).random(2)
    return tokenizer.decode([*tags, *(4 + np.floor(4 * chances)).astype(int).tolist()])


def write(seen: Visit, expected: str, seed: int) -> None:
    """Have a text written with a seed, which is raised when the text is there."""
    seen.page.get_by_role("button", name="Write").click()
    expect(seen.page.get_by_label("Seed")).to_have_value(f"{seed + 1}")
    expect_text(seen.page.locator("#target"), expected)
    expect(seen.page.locator("#write")).to_be_enabled()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_it_writes_what_python_writes(
    browser: "Browser", served: str, tokenizer: Tokenizer, width: int, scheme: str
) -> None:
    with visit(browser, served, width=width, scheme=scheme, offline=False) as seen:
        seen.page.get_by_text("Ready").wait_for()
        write(seen, written(tokenizer, [], 7), 7)
        seen.page.get_by_label("K:G").check()
        write(seen, written(tokenizer, [5], 8), 8)
        seen.page.get_by_label("Seed").fill("7")
        text = written(tokenizer, [5], 7)
        write(seen, text, 7)
        assert set(text) & set("abcdefg")  # notes, to the page: its tags are those of tunes
        expect(seen.page.get_by_role("img", name="Score of a tune: K:G")).to_be_visible()
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []


def test_a_text_without_an_end_is_reported(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        seen.page.get_by_text("Ready").wait_for()
        seen.page.get_by_label("Temperature").fill("9")
        seen.page.get_by_role("button", name="Write").click()
        seen.page.get_by_text("breaks off").wait_for()


@pytest.mark.parametrize(
    ("field", "value"), [("Temperature", "0"), ("Temperature", ""), ("Seed", "-1"), ("Seed", "1.5")]
)
def test_a_wrong_setting_is_where_the_reader_is_led(browser: "Browser", served: str, field: str, value: str) -> None:
    with visit(browser, served, offline=False) as seen:
        seen.page.get_by_text("Ready").wait_for()
        seen.page.get_by_label(field).fill(value)
        seen.page.get_by_role("button", name="Write").click()
        expect(seen.page.get_by_label(field)).to_be_focused()
        expect(seen.page.locator("#write")).to_be_enabled()
        expect_text(seen.page.locator("#target"), "")
