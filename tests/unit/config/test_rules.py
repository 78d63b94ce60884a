"""Settings that contradict each other: what is said, and what is not complained of."""

from typing import Any

import pytest
from pydantic import ValidationError

from seq2seq.config.data import DataConfig
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.config.training import TrainingConfig
from seq2seq.errors import ConfigError


def problems(**sections: dict[str, Any]) -> list[str]:
    """The problems of a recipe that is right but for these sections."""
    data: dict[str, dict[str, Any]] = {"data": {"train": "x.tsv"}, "training": {"max_steps": 1}}
    for name, section in sections.items():
        data[name] = {**data.get(name, {}), **section}
    try:
        parse_recipe(data, "recipe")
    except ConfigError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize(
    ("sections", "problem"),
    [
        (
            {"data": {"train": None}},
            "data: nothing to train on; set 'path' (a folder, bundled:// or hf:// data set) or 'train' (a file)",
        ),
        (
            {"data": {"path": "hf://a/b/c"}},
            "data.path: 'hf://a/b/c' is not of the form hf://user/name[@revision][#configuration]",
        ),
        (
            {"data": {"path": "https://host/x.tsv"}},
            "data.path: 'https://' cannot be read here; accepted: a path, hf://, bundled://",
        ),
        (
            {"data": {"dev": "hf://user/name"}},
            "data.dev: 'hf://' cannot be read here; accepted: a path, bundled://; "
            "name a whole hub data set in data.path",
        ),
        ({"data": {"columns": {"target": 0}}}, "data.columns.target: is the same column as 'source'; name another"),
        (
            {"data": {"columns": {"source": "en"}}},
            "data.columns: mixes names and positions; use names where the files have a header, else positions",
        ),
        (
            {"data": {"train": None, "path": "x", "splits": {"train": []}}},
            "data.splits.train: names no split to train on; remove it for the usual names",
        ),
        (
            {"model": {"dropout": {"variational": True}, "attention": {"input_feeding": True}}},
            "model.dropout.variational: one mask a sentence is not offered with input feeding, which runs step by step"
            "; set one of them to false",
        ),
        (
            {"tokenizer": {"kind": "char", "sampling": {}}},
            "tokenizer.sampling: 'char' has one segmentation only; set it to null, or kind to 'unigram' or 'bpe'",
        ),
        (
            {"tokenizer": {"sampling": {"source": False}}},
            "tokenizer.sampling: samples neither side; set 'source' or 'target' to true, or the section to null",
        ),
        (
            {"tokenizer": {"kind": "bpe", "sampling": {"alpha": 1.0}}},
            "tokenizer.sampling.alpha: is the share of merges dropped for 'bpe': must be less than 1, found 1",
        ),
        (
            {"tokenizer": {"vocabulary": 4}},
            "tokenizer.vocabulary: must be greater than 4, which the special tokens take; found 4",
        ),
        (
            {"tokenizer": {"vocabulary": 260, "byte_fallback": True}},
            "tokenizer.vocabulary: must be greater than 260, which the special tokens and 256 bytes take; found 260",
        ),
        (
            {"tokenizer": {"joint": False}, "model": {"tied": "all"}},
            "model.tied: 'all' needs one vocabulary for both sides; set tokenizer.joint to true, or this to 'target'",
        ),
        (
            {"model": {"bridge": "copy", "decoder": {"cell": "gru"}}},
            "model.bridge: 'copy' needs equal cell: the encoder has lstm, the decoder gru; or use 'linear'",
        ),
        (
            {"model": {"bridge": "copy", "decoder": {"layers": 2}}},
            "model.bridge: 'copy' needs equal layers: the encoder has 1, the decoder 2; or use 'linear'",
        ),
        (
            {"model": {"bridge": "copy", "decoder": {"hidden": 256}}},
            "model.bridge: 'copy' needs decoder.hidden to be 512 (encoder.hidden x 2 directions), but it is 256; "
            "or use 'linear'",
        ),
        (
            {"model": {"bridge": "copy", "encoder": {"bidirectional": False}}},
            "model.bridge: 'copy' needs decoder.hidden to be 256 (encoder.hidden), but it is 512; or use 'linear'",
        ),
        (
            {"model": {"attention": None, "bridge": "zero"}},
            "model.bridge: 'zero' without attention hides the source from the decoder; "
            "use 'linear', or feed_context: true",
        ),
        (
            {"model": {"attention": {"heads": 3}}},
            "model.attention.heads: must divide the size of queries and keys (512), found 3",
        ),
        (
            {"model": {"attention": {"heads": 3, "size": 96}}},
            "model.attention.heads: must divide the size of the encoder's output, 512 (encoder.hidden x 2 directions); "
            "found 3",
        ),
        (
            {"model": {"attention": {"score": "dot"}, "encoder": {"hidden": 128}}},
            "model.attention.score: 'dot' needs decoder.hidden to be 256 (encoder.hidden x 2 directions), "
            "but it is 512; or use 'general'",
        ),
        (
            {"model": {"attention": {"score": "dot", "size": 64}}},
            "model.attention.score: 'dot' needs attention.size to be 512 (encoder.hidden x 2 directions), "
            "but it is 64; or use 'general'",
        ),
        (
            {"model": {"feed_context": True}},
            "model.feed_context: is for a fixed context; set attention to null, or this to false",
        ),
        (
            {"model": {"residual": True}},
            "model.residual: connects layers, and there is one on each side; "
            "set encoder.layers or decoder.layers, or this to false",
        ),
        (
            {"training": {"max_steps": None}},
            "training: would never end; set at least one of max_steps, max_epochs and max_time",
        ),
        (
            {"training": {"optimizer": {"momentum": 0.9}}},
            "training.optimizer.momentum: is for sgd; 'adam' has betas[0]; remove it",
        ),
        (
            {"training": {"schedule": {"name": "plateau", "patience": 3}, "validation": {"patience": 3}}},
            "training.validation.patience: stops training before the 'plateau' schedule lowers the rate: "
            "must be greater than training.schedule.patience (3), found 3",
        ),
        ({"training": {"seed": 2**63}}, f"training.seed: must be less than 2**63, found {2**63}"),
        ({"decoding": {"nbest": 6}}, "decoding.nbest: must be at most decoding.beam (5), found 6"),
        ({"decoding": {"seed": 2**63}}, f"decoding.seed: must be less than 2**63, found {2**63}"),
    ],
)
def test_a_contradiction_is_refused_with_its_mend(sections: dict[str, dict[str, Any]], problem: str) -> None:
    assert problems(**sections) == [problem]


@pytest.mark.parametrize(
    "sections",
    [
        {"data": {"path": "hf://user/name@v1.0#de-en", "train": None}},
        {"data": {"path": "bundled://phrasebook", "train": None}},
        {"data": {"train": "bundled://phrasebook/train.tsv", "test": {"source": "a", "target": "b"}}},
        {"data": {"columns": {"source": "en", "target": "de", "group": "domain"}}},
        {"data": {"columns": {"source": 1, "target": 0, "group": 2}}},
        {"tokenizer": {"kind": "bpe", "sampling": {"alpha": 0.1}}},
        {"tokenizer": {"kind": "unigram", "sampling": {"alpha": 1.5}}},
        {"tokenizer": {"joint": False}, "model": {"tied": "target"}},
        {"model": {"bridge": "copy"}},
        {"model": {"attention": {"score": "dot", "heads": 8}}},
        {"model": {"attention": None, "bridge": "zero", "feed_context": True}},
        {"model": {"residual": True, "encoder": {"layers": 2}}},
        {"training": {"optimizer": {"name": "sgd", "momentum": 0.9}}},
        {"training": {"schedule": {"name": "plateau"}, "validation": {"patience": 2}}},
        {"training": {"schedule": {"patience": 5}, "validation": {"patience": 2}}},
        {"training": {"max_steps": None, "max_time": "20m"}},
        {"decoding": {"method": "sample", "nbest": 100}},
        {"decoding": {"nbest": 5}},
    ],
)
def test_what_agrees_is_accepted(sections: dict[str, dict[str, Any]]) -> None:
    assert problems(**sections) == []


def test_every_contradiction_is_reported() -> None:
    found = problems(
        model={"feed_context": True, "residual": True}, decoding={"nbest": 6}, training={"max_steps": None}
    )
    assert [problem.partition(":")[0] for problem in found] == [
        "model.feed_context",
        "model.residual",
        "training",
        "decoding.nbest",
    ]


def test_a_recipe_made_in_python_keeps_the_rules_too() -> None:
    with pytest.raises(ValidationError, match=r"training: would never end.*") as error:
        TranslationRecipe(data=DataConfig(), training=TrainingConfig())
    assert "data: nothing to train on" in str(error.value)
