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
    ("sections", "setting", "facts"),
    [
        ({"data": {"train": None}}, "data", ["'path'", "'train'"]),
        ({"data": {"path": "hf://a/b/c"}}, "data.path", ["'hf://a/b/c'"]),
        ({"data": {"path": "https://host/x.tsv"}}, "data.path", ["'https://'"]),
        ({"data": {"dev": "hf://user/name"}}, "data.dev", ["'hf://'"]),
        ({"data": {"columns": {"target": 0}}}, "data.columns.target", ["'source'"]),
        ({"data": {"columns": {"source": "en"}}}, "data.columns", []),
        ({"data": {"languages": ["en", "en"]}}, "data.languages", ["twice"]),
        ({"data": {"train": None, "path": "x", "splits": {"train": []}}}, "data.splits.train", []),
        ({"data": {"stream": {}, "dev": None}}, "data.dev", []),
        ({"data": {"soft_labels": True}}, "data.soft_labels", []),
        ({"data": {"stream": {}, "dev": "d", "replay": {"data": "x"}}}, "data.stream", []),
        (
            {"model": {"dropout": {"variational": True}, "attention": {"input_feeding": True}}},
            "model.dropout.variational",
            [],
        ),
        ({"tokenizer": {"kind": "char", "sampling": {}}}, "tokenizer.sampling", ["'char'", "'unigram'", "'bpe'"]),
        ({"tokenizer": {"sampling": {"source": False}}}, "tokenizer.sampling", ["'source'", "'target'"]),
        ({"tokenizer": {"kind": "bpe", "sampling": {"alpha": 1.0}}}, "tokenizer.sampling.alpha", ["'bpe'", "1", "1"]),
        ({"tokenizer": {"vocabulary": 4}}, "tokenizer.vocabulary", ["4", "4"]),
        ({"tokenizer": {"vocabulary": 260, "byte_fallback": True}}, "tokenizer.vocabulary", ["260", "256", "260"]),
        (
            {"data": {"terms": {"glossary": "x"}}, "training": {"guided_alignment": 0.3}},
            "training.guided_alignment",
            ["terms"],
        ),
        ({"data": {"terms": {"glossary": "x"}}, "tokenizer": {"kind": "word"}}, "data.terms", ["tokenizer.kind"]),
        ({"data": {"protect": ["html"]}, "tokenizer": {"kind": "word"}}, "data.protect", ["'bpe'", "tokenizer.kind"]),
        ({"tokenizer": {"symbols": ["ABC"], "kind": "word"}}, "tokenizer.symbols", ["'bpe'", "tokenizer.kind"]),
        ({"tokenizer": {"symbols": ["A B"]}}, "tokenizer.symbols", ["'A B'"]),
        ({"tokenizer": {"symbols": [""]}}, "tokenizer.symbols", ["''"]),
        ({"tokenizer": {"symbols": ["ABC", "ABC"]}}, "tokenizer.symbols", ["'ABC'", "2"]),
        ({"tokenizer": {"symbols": ["<s>"]}}, "tokenizer.symbols", ["'<s>'"]),
        ({"tokenizer": {"symbols": ["<0x41>"]}}, "tokenizer.symbols", ["'<0x41>'"]),
        ({"tokenizer": {"symbols": ["⟦7⟧"]}}, "tokenizer.symbols", ["'⟦7⟧'"]),
        ({"tokenizer": {"symbols": ["placeholder"]}}, "tokenizer.symbols", ["'placeholders'"]),
        ({"tokenizer": {"joint": False}, "model": {"tied": "all"}}, "model.tied", ["'all'", "'target'"]),
        ({"model": {"bridge": "copy", "decoder": {"cell": "gru"}}}, "model.bridge", ["'copy'", "'linear'"]),
        ({"model": {"bridge": "copy", "decoder": {"layers": 2}}}, "model.bridge", ["'copy'", "1", "2", "'linear'"]),
        (
            {"model": {"bridge": "copy", "decoder": {"hidden": 256}}},
            "model.bridge",
            ["'copy'", "512", "2", "256", "'linear'"],
        ),
        (
            {"model": {"bridge": "copy", "encoder": {"bidirectional": False}}},
            "model.bridge",
            ["'copy'", "256", "512", "'linear'"],
        ),
        ({"model": {"attention": None, "bridge": "zero"}}, "model.bridge", ["'zero'", "'linear'"]),
        ({"model": {"attention": {"heads": 3}}}, "model.attention.heads", ["512", "3"]),
        ({"model": {"attention": {"heads": 3, "size": 96}}}, "model.attention.heads", ["512", "2", "3"]),
        (
            {"model": {"attention": {"score": "dot"}, "encoder": {"hidden": 128}}},
            "model.attention.score",
            ["'dot'", "256", "2", "512", "'general'"],
        ),
        (
            {"model": {"attention": {"score": "dot", "size": 64}}},
            "model.attention.score",
            ["'dot'", "512", "2", "64", "'general'"],
        ),
        (
            {"model": {"attention": {"score": "dot", "embeddings": True}}},
            "model.attention.score",
            ["'dot'", "512", "2", "768", "512", "'general'"],
        ),
        (
            {"model": {"attention": {"heads": 32, "embeddings": True}, "embedding": 240}},
            "model.attention.heads",
            ["512", "2", "752", "32"],
        ),
        ({"model": {"feed_context": True}}, "model.feed_context", []),
        ({"model": {"residual": True}}, "model.residual", []),
        ({"training": {"max_steps": None}}, "training", []),
        ({"training": {"optimizer": {"momentum": 0.9}}}, "training.optimizer.momentum", ["'adam'", "0"]),
        (
            {"training": {"schedule": {"name": "plateau", "patience": 3}, "validation": {"patience": 3}}},
            "training.validation.patience",
            ["'plateau'", "3", "3"],
        ),
        ({"training": {"seed": 9223372036854775808}}, "training.seed", ["2", "63", "9223372036854775808"]),
        ({"decoding": {"nbest": 6}}, "decoding.nbest", ["5", "6"]),
        ({"decoding": {"seed": 9223372036854775808}}, "decoding.seed", ["2", "63", "9223372036854775808"]),
    ],
)
def test_a_contradiction_is_refused(sections: dict[str, dict[str, Any]], setting: str, facts: list[str]) -> None:
    (problem,) = problems(**sections)
    assert problem.startswith(f"{setting}: ")
    assert [fact for fact in facts if fact not in problem] == []


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
        {"data": {"protect": ["html", "icu"]}, "tokenizer": {"symbols": ["numbers", "LibreOffice", "<2de>"]}},
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


def test_labels_with_probabilities_need_a_development_split_of_their_own() -> None:
    recipe = {"task": "classification", "training": {"max_steps": 1}}
    parse_recipe({**recipe, "data": {"soft_labels": True, "train": "x.tsv", "dev": "y.tsv"}}, "recipe")
    with pytest.raises(ConfigError, match=r"data\.dev"):
        parse_recipe({**recipe, "data": {"soft_labels": True, "train": "x.tsv"}}, "recipe")


def test_a_recipe_made_in_python_keeps_the_rules_too() -> None:
    with pytest.raises(ValidationError) as caught:
        TranslationRecipe(data=DataConfig(), training=TrainingConfig())
    for setting in ("data", "training"):
        assert f"{setting}: " in str(caught.value)


@pytest.mark.parametrize(
    ("sections", "setting"),
    [
        ({"training": {"guided_alignment": 0.3}}, "training.guided_alignment"),
        ({"model": {"tied": "all"}}, "model.tied"),
        ({"model": {"dropout": {"word": 0.1}}}, "model.dropout.word"),
        ({"data": {"swap": True}}, "data.swap"),
        ({"data": {"casing": {}}}, "data.casing"),
        ({"data": {"protect": ["html"]}}, "data.protect"),
        ({"data": {"terms": {"glossary": "x"}}}, "data.terms"),
        ({"data": {"target_languages": ["de", "fr"]}}, "data.target_languages"),
        ({"tokenizer": {"symbols": ["A"]}}, "tokenizer.symbols"),
        ({"tokenizer": {"sampling": {"source": True}}}, "tokenizer.sampling"),
        ({"data": {"vectors": {"channels": ["x"]}}}, "data.columns.target"),
    ],
)
def test_vectors_have_no_words(sections: dict[str, Any], setting: str) -> None:
    data = {"vectors": {}, **sections.pop("data", {})}
    (problem,) = problems(data=data, **sections)
    assert problem.split(": ")[1] == setting or problem.startswith(f"{setting}:")


def test_of_tables_with_a_row_per_step_the_column_of_labels_alone_is_named() -> None:
    steps = {"vectors": {"channels": ["x", "y"]}, "columns": {"target": "gesture"}}
    assert not problems(data=steps)
    (problem,) = problems(data={**steps, "vectors": {}})
    assert problem.startswith("data.columns:")


def test_text_from_vectors_has_a_tokenizer() -> None:
    assert not problems(data={"vectors": {}}, tokenizer={"kind": "char", "vocabulary": 90}, model={"tied": "target"})
