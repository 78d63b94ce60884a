"""Recipes for synthesis: what contradicts the task is refused, each with the setting that is wrong."""

from typing import Any

import pytest

from seq2seq.config.load import load_recipe, parse_recipe
from seq2seq.config.recipe import SynthesisRecipe
from seq2seq.config.sides import SideKind, Sides
from seq2seq.errors import ConfigError


def problems(**sections: dict[str, Any]) -> list[str]:
    """The settings that are refused, of a recipe that is right but for these sections."""
    content: dict[str, Any] = {"task": "synthesis", "data": {"train": "x.tsv"}, "training": {"max_steps": 1}}
    for name, section in sections.items():
        content[name] = {**content.get(name, {}), **section}
    try:
        parse_recipe(content, "recipe")
    except ConfigError as error:
        return [problem.partition(":")[0] for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("setting", "sections"),
    [
        ("data.columns.source", {"data": {"vectors": {"channels": ["x"]}}}),
        ("data.vectors.time", {"data": {"vectors": {"time": "t"}}}),
        ("data.vectors.series", {"data": {"vectors": {"series": "name"}}}),
        ("data.casing", {"data": {"casing": {"lower": 0.1}}}),
        ("data.labels", {"data": {"labels": {"0": "zero"}}}),
        ("tokenizer", {"tokenizer": {"kind": "char"}}),
        ("model.dropout.word", {"model": {"dropout": {"word": 0.1}}}),
        ("training.batch.windows", {"training": {"batch": {"windows": {}}}}),
        ("training.r_drop", {"training": {"r_drop": 1.0}}),
        ("training.validation.metric", {"training": {"validation": {"metric": "chrf"}}}),
        ("training.guided_alignment", {"training": {"guided_alignment": 0.5}}),
    ],
)
def test_what_is_for_other_tasks_is_refused(setting: str, sections: dict[str, Any]) -> None:
    assert setting in problems(**sections)


def test_the_sides_are_those_of_the_task() -> None:
    recipe = load_recipe("synthesis/digits", {"data.vectors": None})
    assert isinstance(recipe, SynthesisRecipe)
    assert recipe.sides == Sides(SideKind.TAGS, SideKind.VECTORS) == load_recipe("synthesis/digits").sides
    assert problems(data={"vectors": {"scaling": "none"}, "columns": {"source": None, "target": 0}}) == []
    assert problems(decoding={"temperature": -1})
    assert problems(decoding={"temperature": 0}) == []
    assert problems(decoding={"beam": 5}) == ["decoding.beam"]


def test_text_is_not_written_as_vectors() -> None:
    with pytest.raises(ConfigError, match=r"data\.vectors"):
        load_recipe("generation/tunes", {"data.vectors": {}})
