"""Spans are copied by every engine, with random weights and with vocabularies of their own for both sides."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from support import tiny

from seq2seq.config.data import DataConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.prepare import prepare
from seq2seq.export.export import export
from seq2seq.export.shortlist import copied_tokens
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.text.tokenizer import Tokenizer

SOURCES = ["the <b>dog</b> sleeps {0}", "{1} and {0}, {1}", "no span", "(http://example.org) <i>a <b>bird</b></i>"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("copied")
    rows = [
        f"{{a}} <b>{source}</b>\t<b>{target}</b> {{a}}\n"
        for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True)
    ]
    for name in ("train", "dev"):
        (home / f"{name}.tsv").write_text("".join(rows), "utf-8")
    data = DataConfig(path=str(home), protect=("html", "icu"))
    tokenizer = TokenizerConfig(kind="char", vocabulary=160, joint=False)
    recipe = tiny.recipe(joint=False).model_copy(update={"data": data, "tokenizer": tokenizer})
    both = prepare(data, tokenizer, seed=recipe.training.seed).tokenizers
    model = tiny.random_model(recipe, both)
    save_folder(home / "model", model=model, tokenizers=both, recipe=recipe, name="tiny")
    export(home / "model", max_drift=10.0, shortlist=True)
    return home / "model"


@pytest.mark.parametrize(
    "options",
    [
        {"engine": "torch"},
        {"engine": "onnx", "workers": 2},
        {"engine": "onnx-int8"},
        {"engine": "onnx", "shortlist": True},
        {"engine": "onnx-int8", "shortlist": True, "workers": 2},
    ],
    ids=str,
)
def test_every_engine_copies_spans(folder: Path, options: dict[str, object]) -> None:
    translator = Translator.load(folder, **options)  # type: ignore[arg-type]
    assert translator.protection is not None
    assert translator.copies_spans
    for beam in (1, 4):
        config = translator.decoding.model_copy(update={"beam": beam})
        for source, (best, *_) in zip(SOURCES, translator.translate_nbest(SOURCES, config), strict=True):
            spans = Counter(source[span.start : span.end] for span in translator.protection.find(source))
            assert {span: best.tokens.count(span) for span in spans} == spans
            assert all(span in best.text for span in spans)


def test_the_symbols_of_both_vocabularies_are_in_the_shortlist(folder: Path) -> None:
    translator = Translator.load(folder, engine="onnx", shortlist=True)
    source, target = translator.tokenizers.source, translator.tokenizers.target
    assert isinstance(source, Tokenizer)
    assert isinstance(target, Tokenizer)
    read, yielded = copied_tokens(translator.tokenizers)
    assert dict(zip(read.tolist(), yielded.tolist(), strict=True)) == {
        token: target.symbols[symbol] for symbol, token in source.symbols.items()
    }
    lists = translator.stepper._shortlist.lists
    for one, other in zip(read.tolist(), yielded.tolist(), strict=True):
        assert lists.allowed([[one]])[0, other]
        assert np.isin(other, lists.always) or not lists.allowed([[]])[0, other]
