"""Recipes of every task: what each has, and what goes with which."""

from pathlib import Path
from typing import Any

import pytest

from seq2seq.config.load import dump_recipe, load_recipe, parse_recipe
from seq2seq.config.model import ForecasterConfig, ManyToManyConfig, ManyToOneConfig, OneToManyConfig, SynthesizerConfig
from seq2seq.config.recipe import (
    RECIPES,
    ClassificationRecipe,
    ForecastingRecipe,
    GenerationRecipe,
    Recipe,
    SynthesisRecipe,
    TranslationRecipe,
)
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.errors import ConfigError

ALONE = {"columns": {"source": None, "target": 0}}
KNOWN = "'translation', 'classification', 'generation', 'synthesis', 'forecasting'"
WINDOWS = {"batch": {"windows": {}}}


def base(task: str, **sections: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"task": task, "data": {"train": "x.tsv"}, "training": {"max_steps": 1}}
    if task == "forecasting":
        data["data"]["forecast"] = {"horizon": 6}
    for name, section in sections.items():
        data[name] = {**data.get(name, {}), **section}
    return data


def problems(task: str, **sections: dict[str, Any]) -> list[str]:
    """The problems of a recipe that is right but for these sections."""
    try:
        parse_recipe(base(task, **sections), "recipe")
    except ConfigError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize(
    ("task", "kind", "model", "sides"),
    [
        ("translation", TranslationRecipe, ManyToManyConfig, TEXTS),
        ("classification", ClassificationRecipe, ManyToOneConfig, Sides(SideKind.TEXT, SideKind.LABEL)),
        ("generation", GenerationRecipe, OneToManyConfig, Sides(SideKind.TAGS, SideKind.TEXT)),
        ("synthesis", SynthesisRecipe, SynthesizerConfig, Sides(SideKind.TAGS, SideKind.VECTORS)),
        ("forecasting", ForecastingRecipe, ForecasterConfig, Sides(SideKind.SERIES, SideKind.SERIES)),
    ],
)
def test_a_task_has_a_class_of_its_own(
    tmp_path: Path, task: str, kind: type[Recipe], model: type, sides: Sides
) -> None:
    recipe = parse_recipe(base(task), "recipe")
    assert type(recipe) is kind is RECIPES[task]
    assert type(recipe.model) is model
    assert recipe.sides == sides
    (tmp_path / "recipe.yaml").write_text(dump_recipe(recipe), encoding="utf-8")
    assert load_recipe(tmp_path / "recipe.yaml") == recipe


def test_without_a_task_it_is_translation() -> None:
    data = base("translation")
    del data["task"]
    assert parse_recipe(data, "recipe") == parse_recipe(base("translation"), "recipe")


def test_what_sides_have() -> None:
    labelled, tagged = ClassificationRecipe.usual_sides, GenerationRecipe.usual_sides
    assert (TEXTS.text, TEXTS.key, TEXTS.filled) == (("source", "target"), "source", ("source", "target"))
    assert (labelled.text, labelled.key, labelled.filled) == (("source",), "source", ("source", "target"))
    assert (tagged.text, tagged.key, tagged.filled) == (("target",), "target", ("target",))


@pytest.mark.parametrize(
    ("task", "meant"),
    [("clasification", "classification"), ("Generation", "generation"), ("translate", "translation"), ("tagging", "")],
)
def test_an_unknown_task(task: str, meant: str) -> None:
    hint = f"; did you mean '{meant}'?" if meant else ""
    expected = f"task: '{task}' is not one of {KNOWN}{hint}"
    assert problems(task) == [expected]


def test_nothing_is_said_of_what_an_unknown_task_may_allow() -> None:
    """But what is wrong in every task is told with it."""
    found = problems(
        "clasification",
        data={**ALONE, "labels": {"0": "x"}},
        model={"pooling": "max"},
        tokenizer={"vocabulary": 3},
        training={"max_steps": None, "class_weights": "balanced", "validation": {"metric": "accuracy"}, **WINDOWS},
    )
    assert [problem.partition(":")[0] for problem in found] == ["task", "tokenizer.vocabulary", "training"]


@pytest.mark.parametrize("task", [7, None, [1], True])
def test_a_task_that_is_no_text(task: Any) -> None:
    (problem,) = problems(task)
    assert problem.startswith("task: ")
    assert problem.endswith(f"is not one of {KNOWN}")


@pytest.mark.parametrize(
    ("task", "sections", "setting", "facts"),
    [
        ("translation", {"data": {"columns": {"source": None, "target": 0}}}, "data.columns.source", []),
        ("classification", {"data": {"columns": {"source": None, "target": 0}}}, "data.columns.source", []),
        ("classification", {"data": {"swap": True}}, "data.swap", []),
        ("generation", {"data": {"swap": True}}, "data.swap", []),
        ("translation", {"data": {"labels": {"0": "negative"}}}, "data.labels", []),
        ("generation", {"data": {"labels": {"0": "negative"}}}, "data.labels", []),
        ("translation", {"training": {"class_weights": "balanced"}}, "training.class_weights", []),
        ("generation", {"training": {"class_weights": "balanced"}}, "training.class_weights", []),
        (
            "translation",
            {"training": {"guided_alignment": 0.3}, "model": {"attention": None}},
            "training.guided_alignment",
            [],
        ),
        ("classification", {"training": {"guided_alignment": 0.3}}, "training.guided_alignment", []),
        ("generation", {"training": {"guided_alignment": 0.3}}, "training.guided_alignment", []),
        (
            "classification",
            {"tokenizer": {"sampling": {"source": False, "target": True}}},
            "tokenizer.sampling",
            ["'source'"],
        ),
        ("generation", {"tokenizer": {"sampling": {}}}, "tokenizer.sampling", ["'target'"]),
        (
            "classification",
            {"training": {"validation": {"tokenize": "zh"}}},
            "training.validation.tokenize",
            ["'auto'"],
        ),
        (
            "translation",
            {"training": {"validation": {"metric": "accuracy"}}},
            "training.validation.metric",
            ["'accuracy'", "'chrf'", "'loss'", "'bleu'", "'exact_match'"],
        ),
        (
            "classification",
            {"training": {"validation": {"metric": "bleu"}}},
            "training.validation.metric",
            ["'bleu'", "'loss'", "'accuracy'", "'macro_f1'"],
        ),
        (
            "generation",
            {"training": {"validation": {"metric": "macro_f1"}}},
            "training.validation.metric",
            ["'macro_f1'", "'loss'"],
        ),
        ("generation", {"training": {"batch": {"windows": {}}}}, "training.batch.windows", []),
        ("translation", {"training": {"batch": {"windows": {}}}}, "training.batch.windows", []),
        ("classification", {"training": {"batch": {"windows": {}}}}, "training.batch.windows", []),
        (
            "generation",
            {
                "data": {"columns": {"source": None, "target": 0}},
                "training": {"batch": {"windows": {}}},
                "tokenizer": {"sampling": {"target": True}},
            },
            "tokenizer.sampling",
            [],
        ),
        ("classification", {"model": {"residual": True}}, "model.residual", []),
        ("generation", {"model": {"residual": True}}, "model.residual", []),
        ("generation", {"decoding": {"method": "beam", "nbest": 6}}, "decoding.nbest", ["5", "6"]),
        ("translation", {"data": {"forecast": {"horizon": 6}}}, "data.forecast", ["forecasting"]),
        ("forecasting", {"data": {"forecast": None}}, "data.forecast", ["data.forecast.horizon"]),
        ("forecasting", {"data": {"dev": "y.csv"}}, "data.dev", []),
        ("forecasting", {"data": {"test": "y.csv"}}, "data.test", []),
        ("forecasting", {"data": {"columns": {"source": "a", "target": "b"}}}, "data.columns", ["data.forecast"]),
        ("forecasting", {"data": {"train": None, "path": "hf://a/b"}}, "data.path", []),
        ("forecasting", {"data": {"vectors": {}}}, "data.vectors", []),
        ("forecasting", {"data": {"replay": {"data": "y.csv"}}}, "data.replay", []),
        (
            "forecasting",
            {"data": {"forecast": {"horizon": 6, "value": ["a", "b"], "past_covariates": ["b"]}}},
            "data.forecast.past_covariates",
            ["'b'", "data.forecast.value"],
        ),
        (
            "forecasting",
            {"data": {"forecast": {"horizon": 6, "hold_out": "dev", "calibration": "runs/a"}}},
            "data.forecast.calibration",
            ["data.forecast.hold_out"],
        ),
        ("classification", {"data": {"stream": {}, "dev": "d.tsv"}}, "data.labels", []),
        ("forecasting", {"data": {"stream": {}}}, "data.stream", []),
        (
            "forecasting",
            {"data": {"sources": [{"languages": ["en", "de"], "train": "x"}], "train": None}},
            "data.sources",
            [],
        ),
        ("forecasting", {"tokenizer": {"vocabulary": 500}}, "tokenizer", []),
        (
            "forecasting",
            {"initial_model": {"model": "runs/a", "extend_vocabulary": 9}},
            "initial_model.extend_vocabulary",
            ["0"],
        ),
        ("forecasting", {"training": {"r_drop": 1.0}}, "training.r_drop", []),
        ("forecasting", {"training": {"guided_alignment": 0.3}}, "training.guided_alignment", []),
        ("forecasting", {"training": {"validation": {"patience": 3}}}, "training.validation.patience", ["hold_out"]),
        ("forecasting", {"training": {"validation": {"metric": "mase"}}}, "training.validation.metric", ["hold_out"]),
        ("forecasting", {"training": {"schedule": {"name": "plateau"}}}, "training.schedule.name", ["hold_out"]),
        ("forecasting", {"model": {"bridge": "zero"}}, "model.bridge", ["'linear'"]),
        ("forecasting", {"model": {"attention": {"input_feeding": True}}}, "model.attention.input_feeding", []),
        ("forecasting", {"model": {"attention": {"embeddings": True}}}, "model.attention.embeddings", []),
        ("forecasting", {"model": {"dropout": {"word": 0.1}}}, "model.dropout.word", []),
        ("forecasting", {"model": {"bridge": "copy", "decoder": {"hidden": 48}}}, "model.bridge", ["32", "48"]),
    ],
)
def test_what_a_task_has_no_use_for_is_refused(
    task: str, sections: dict[str, dict[str, Any]], setting: str, facts: list[str]
) -> None:
    (problem,) = problems(task, **sections)
    assert problem.startswith(f"{setting}: ")
    assert [fact for fact in facts if fact not in problem] == []


@pytest.mark.parametrize(
    ("task", "sections"),
    [
        ("classification", {"data": {"labels": {"0": "negative", "1": "positive"}}}),
        ("classification", {"training": {"class_weights": "balanced", "validation": {"metric": "macro_f1"}}}),
        ("classification", {"tokenizer": {"sampling": {}}, "model": {"pooling": "last"}}),
        ("classification", {"model": {"residual": True, "encoder": {"layers": 2}}}),
        ("generation", {"data": ALONE, "training": WINDOWS}),
        ("generation", {"data": ALONE, "training": {"batch": {"windows": {"carry_state": False, "streams": 4}}}}),
        ("generation", {"tokenizer": {"sampling": {"target": True}}}),
        ("generation", {"decoding": {"nbest": 100, "max_length_ratio": 0.0}}),
        ("translation", {"data": {"swap": True}}),
        ("forecasting", {"model": {"attention": {}, "bridge": "zero"}}),
        (
            "forecasting",
            {
                "data": {"forecast": {"horizon": 6, "hold_out": "dev"}},
                "training": {"validation": {"metric": "wql", "patience": 3}, "schedule": {"name": "plateau"}},
            },
        ),
        ("translation", {"training": {"guided_alignment": 0.3}}),
    ],
)
def test_what_goes_together_is_accepted(task: str, sections: dict[str, dict[str, Any]]) -> None:
    assert problems(task, **sections) == []


def test_what_is_not_said_of_a_part_is_that_of_forecasters() -> None:
    model = {"encoder": {"cell": "gru"}, "dropout": {"output": 0.3}}
    recipe = parse_recipe(base("forecasting", model=model), "recipe")
    assert isinstance(recipe, ForecastingRecipe)
    assert (recipe.model.encoder.hidden, recipe.model.encoder.bidirectional) == (32, False)
    assert recipe.model.dropout.layer == 0.1


@pytest.mark.parametrize(("hold_out", "selects"), [("dev", True), ("test", False), ("none", False)])
def test_validations_select_where_dev_is_not_learnt_from(hold_out: str, selects: bool) -> None:
    forecast = {"horizon": 6, "hold_out": hold_out}
    assert parse_recipe(base("forecasting", data={"forecast": forecast}), "recipe").selects is selects


@pytest.mark.parametrize(
    ("task", "section", "setting"),
    [
        ("classification", "model", "decoder"),
        ("classification", "model", "attention"),
        ("generation", "model", "encoder"),
        ("generation", "model", "pooling"),
        ("translation", "model", "pooling"),
        ("forecasting", "model", "tied"),
    ],
)
def test_settings_of_another_task_are_unknown(task: str, section: str, setting: str) -> None:
    (problem,) = problems(task, **{section: {setting: {}}})
    assert problem.startswith(f"{section}.{setting}: unknown setting")


def test_a_classifier_does_not_decode() -> None:
    (problem,) = problems("classification", decoding={"beam": 3})
    assert problem.startswith("decoding: ")


def test_generation_draws_unless_told_otherwise() -> None:
    recipe = parse_recipe(base("generation"), "recipe")
    assert isinstance(recipe, GenerationRecipe)
    assert (recipe.decoding.method, recipe.decoding.max_length_ratio) == ("sample", 0.0)
    assert recipe.model.tied == "target"


def test_labels_are_text_however_they_are_written(tmp_path: Path) -> None:
    """``0:`` in YAML is the text that stands in the data."""
    path = tmp_path / "recipe.yaml"
    path.write_text(
        "task: classification\ndata:\n  train: x.tsv\n  labels: {0: negative, true: positive, no: 'no'}\n"
        "training: {max_steps: 1}\n"
    )
    assert load_recipe(path).data.labels == {"0": "negative", "true": "positive", "no": "no"}


def test_the_command_line_can_make_a_language_model(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("task: generation\ndata: {train: x.txt}\ntraining: {max_steps: 1}\n")
    recipe = load_recipe(path, ["data.columns.source=null", "training.batch.windows.streams=4"])
    assert recipe.data.columns.source is None
    assert recipe.training.batch.windows is not None
    assert (recipe.training.batch.windows.streams, recipe.training.batch.windows.tokens) == (4, 64)
    with pytest.raises(ConfigError) as caught:
        load_recipe(path, ["training.batch.windows.tokens=8"])
    (problem,) = caught.value.problems
    assert problem.startswith("--set training.batch.windows.tokens=8: training.batch.windows: ")
