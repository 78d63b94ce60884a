"""The JSON Schema that editors read, and the page that people read."""

import json
from pathlib import Path

import pytest

from seq2seq.config.problems import settings
from seq2seq.config.recipe import DEFAULT_TASK, RECIPES
from seq2seq.config.reference import reference
from seq2seq.config.schema import recipe_schema

ROOT = Path(__file__).parents[3]


def test_every_setting_and_section_is_described_on_one_line() -> None:
    schema = recipe_schema()
    for name, section in schema["$defs"].items():
        assert section["description"], name
        assert section["additionalProperties"] is False, name
        for key, setting in section["properties"].items():
            text = setting.get("description", "a section that says it itself" if "$ref" in setting else "")
            assert text, f"{name}.{key}"
            assert "\n" not in text
    assert schema["title"] == "seq2seq recipe"
    assert schema["$schema"].startswith("https://json-schema.org/")
    json.dumps(schema)


def test_the_schema_keeps_bounds_and_choices() -> None:
    definitions = recipe_schema()["$defs"]
    assert definitions["TokenizerConfig"]["properties"]["kind"]["enum"] == ["unigram", "bpe", "char", "word"]
    assert definitions["TokenizerConfig"]["properties"]["vocabulary"]["exclusiveMinimum"] == 0
    assert definitions["OptimizerConfig"]["properties"]["betas"]["maxItems"] == 2


def test_the_page_lists_every_setting() -> None:
    page = reference()
    for setting in (setting for recipe in RECIPES.values() for setting in settings(recipe)):
        if "source" not in setting and "target" not in setting:  # train, dev and test hold those, in words
            assert f"| `{setting[-1]}` |" in page or f"| [`{setting[-1]}`](#" in page
    assert "### `data.columns`" in page
    assert "### `model.encoder` (classification)" in page


def test_the_schema_knows_each_task_and_which_one_goes_unnamed() -> None:
    schema = recipe_schema()
    chosen = {one["if"]["properties"]["task"]["const"]: one for one in schema["allOf"]}
    assert chosen.keys() == RECIPES.keys()
    for task, one in chosen.items():
        section = schema["$defs"][one["then"]["$ref"].rpartition("/")[2]]
        assert section["properties"]["task"]["const"] == task
        assert ("required" in one["if"]) == (task != DEFAULT_TASK)


def test_the_page_is_up_to_date() -> None:
    page = ROOT / "docs" / "recipes.md"
    assert page.read_text(encoding="utf-8") == reference(), "python -m seq2seq.config.reference > docs/recipes.md"


@pytest.mark.parametrize(
    "kind",
    [
        "`unigram`, `bpe`, `char`, `word`",
        "number ≥ 0 and < 1",
        "`{source: ..., target: ...}`",
        "a time or `null`",
        "a list: 2 times number",
    ],
)
def test_the_page_says_what_is_accepted(kind: str) -> None:
    assert kind in reference()
