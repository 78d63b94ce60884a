"""``import seq2seq``: small, documented, and nothing heavy before it is needed."""

import pydoc
from pathlib import Path

import pytest
from support import tiny

import seq2seq


def test_every_public_name_is_there_and_documented() -> None:
    for name in seq2seq.__all__:
        assert getattr(seq2seq, name).__doc__, name


def test_help_shows_the_public_names() -> None:
    text = pydoc.render_doc(seq2seq, renderer=pydoc.plaintext)
    for name in seq2seq.__all__:
        assert name in text


def test_dir_lists_what_can_be_imported() -> None:
    assert set(seq2seq.__all__) <= set(dir(seq2seq))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        _ = seq2seq.lode  # type: ignore[attr-defined]


def test_load_and_translate(tmp_path: Path) -> None:
    tiny.save(tmp_path / "run" / "model")
    translator = seq2seq.load(tmp_path / "run")
    assert isinstance(translator, seq2seq.Translator)
    outputs = translator.translate(["the dog sleeps", ""])
    assert len(outputs) == 2
    assert outputs[1] == ""


def test_load_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(seq2seq.ModelError, match="no such folder"):
        seq2seq.load(tmp_path / "nowhere")


def test_load_onto_what_is_not_there(tmp_path: Path) -> None:
    tiny.save(tmp_path / "model")
    with pytest.raises(seq2seq.ConfigError, match="'cuda:99' cannot be used here"):
        seq2seq.load(tmp_path / "model", device="cuda:99")


def test_overrides_need_a_file(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="model_copy"):
        seq2seq.train(tiny.recipe(), tmp_path, overrides=["training.max_steps=1"])
