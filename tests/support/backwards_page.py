"""A page that translates. Its model is a stand-in that writes tokens backwards (engine.mjs); the tokenizer is real."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import JsonValue
from support.browser import Visit, expect, expect_text

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.export.web.model import PageModel
from seq2seq.export.web.page import write_page
from seq2seq.text.vocabulary.training import train_tokenizer

ENGINE = Path(__file__).with_name("engine.mjs")
RUNTIME = {"ort.wasm.min.mjs": ENGINE.read_bytes(), "ort-wasm-simd-threaded.wasm": b"engine"}
DIRECTIONS = [{"language": "he", "tag": ""}]
"""To one language, and so without a choice."""
LENGTHS = {"max_length_ratio": 2.0, "max_length_extra": 10, "min_length": 1}


def write(path: Path, directions: Sequence[dict[str, str]], *more: str) -> Path:
    """Write the page; ``more``: texts whose words the model knows, too."""
    words = [*more, "one two three four five six seven", "אחת שתים שלוש ארבע", "<b>bold</b> . ! ?", "<2he> <2de>"] * 20
    tokenizer = train_tokenizer(words, TokenizerConfig(kind="word", vocabulary=60))
    description: dict[str, JsonValue] = {
        "task": "translation",
        "name": "Backwards",
        "license": "MIT",
        "languages": {"source": "en"},
        "directions": [{**direction} for direction in directions],
        "graph": "model.onnx",
        "tokenizers": {"source": "tokenizer.model", "target": "tokenizer.model"},
        "decoding": {"beam": 1, "length_penalty": "none", "alpha": 1.0, **LENGTHS},
    }
    files = {"model.onnx": b"a graph", "tokenizer.model": tokenizer.to_bytes()}
    write_page(path, PageModel(description=description, files=files), RUNTIME)
    return path


def wait_until_ready(seen: Visit) -> None:
    seen.page.get_by_text("Ready").wait_for()


def wait_until_kept(seen: Visit) -> None:
    seen.page.get_by_text("can be opened again").wait_for()


def translate(seen: Visit, text: str, expected: str) -> None:
    """Write a text, and wait for its translation."""
    seen.page.get_by_label("English").fill(text)
    expect_text(seen.page.locator("#target"), expected)
    expect(seen.page.locator("#target.stale")).to_have_count(0)
