"""The page that classifies, with a stand-in for the engine: labels and probabilities, on every window."""

from collections.abc import Iterator
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.browser import expect, serve, visit

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.export.web.model import PageModel
from seq2seq.export.web.page import write_page
from seq2seq.text.vocabulary.training import train_tokenizer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LABELS = ["<i>long</i>", "short", "אחר"]
ENGINE = Path(__file__).parents[1] / "support" / "engine.mjs"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    tokenizer = train_tokenizer(["one two three four"] * 20, TokenizerConfig(kind="word", vocabulary=20))
    model = PageModel(
        description={
            "task": "classification",
            "name": "Length",
            "license": None,
            "languages": {"source": ""},
            "graph": "model.onnx",
            "tokenizers": {"source": "source.model"},
            "labels": [*LABELS],
            "temperature": 2.0,
        },
        files={"model.onnx": b"a graph", "source.model": tokenizer.to_bytes()},
    )
    path = tmp_path_factory.mktemp("page") / "page"
    write_page(path, model, {"ort.wasm.min.mjs": ENGINE.read_bytes(), "ort-wasm-simd-threaded.wasm": b"engine"})
    with serve(path) as address:
        yield address


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_labels_and_their_probabilities_are_shown(browser: "Browser", served: str, width: int, scheme: str) -> None:
    with visit(browser, served, width=width, scheme=scheme, offline=False) as seen:
        seen.page.get_by_text("Ready").wait_for()
        assert seen.page.title() == "Classify"
        expect(seen.page.locator("#labels")).to_be_hidden()
        seen.page.get_by_label("Text").fill("one two three\nfour xyzzy")
        weights = [exp(5 / 2), exp(1 / 2), exp(0)]
        shares = [f"{100 * weight / sum(weights):.1f}%" for weight in weights]
        rows = [f"{label} {share}" for label, share in zip(LABELS, shares, strict=True)]
        expect(seen.page.locator("#labels tbody tr")).to_have_text(rows, use_inner_text=True)
        expect(seen.page.locator("#target")).to_have_text(f"<i>long</i>, {shares[0]}")
        seen.page.get_by_text("The model does not know: xyzzy").wait_for()
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.messages == []
        assert all(address.startswith(served) for address in seen.requests)


def test_an_empty_text_has_no_label(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        seen.page.get_by_text("Ready").wait_for()
        seen.page.get_by_label("Text").fill("one")
        seen.page.locator("#labels").wait_for()
        seen.page.get_by_role("button", name="Clear").click()
        expect(seen.page.locator("#labels")).to_be_hidden()
        expect(seen.page.locator("#target")).to_have_text("")
