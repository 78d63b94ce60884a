"""Recipes and model folders of older versions: settings by their old names are read, and it is said once."""

import json
from pathlib import Path

import pytest
from support.kept import MODELS

from seq2seq.config.load import dump_recipe, load_recipe
from seq2seq.config.migration import RENAMED, current, migrate
from seq2seq.config.recipe import RECIPES
from seq2seq.errors import ConfigError
from seq2seq.model_folder.config_file import FORMAT
from seq2seq.model_folder.read import describe

OLD = """
task: classification
data: {train: a.tsv}
model: {votes: 1.5, votes_per: occurrence}
start: {model: runs/a, anchor: 0.1}
training:
  max_steps: 5
  average: 0.9
  schedule: {floor: 0.1}
  batch: {max_rows: 3}
"""


def recipe(tmp_path: Path, text: str = OLD) -> Path:
    path = tmp_path / "old.yaml"
    path.write_text(text)
    return path


def test_old_names_are_read_and_said(tmp_path: Path, warned: list[str], said: list[str]) -> None:
    found = load_recipe(recipe(tmp_path))
    assert found.initial_model is not None
    assert (found.initial_model.l2_sp, found.training.ema_decay, found.training.schedule.min_share) == (0.1, 0.9, 0.1)
    assert (found.model.naive_bayes, found.model.naive_bayes_per) == (1.5, "occurrence")  # type: ignore[attr-defined]
    assert warned == ["config.renamed"]
    assert "training.average is now training.ema_decay" in said[0]
    again = tmp_path / "new.yaml"
    again.write_text(dump_recipe(found))
    assert load_recipe(again) == found
    assert len(warned) == 1


def test_old_names_on_the_command_line(tmp_path: Path, warned: list[str]) -> None:
    found = load_recipe(recipe(tmp_path), ["start.anchor=0", "training.average=0.5", "training.ema_decay=0.7"])
    assert found.initial_model is not None
    assert (found.initial_model.l2_sp, found.training.ema_decay) == (0.0, 0.7)
    assert warned == ["config.renamed"]


def test_a_wrong_value_by_its_old_name_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_recipe(recipe(tmp_path, OLD.replace("0.9", "lots")))
    (problem,) = caught.value.problems
    assert problem.startswith("training.ema_decay: ")
    assert problem.endswith("(line 8)")


def test_both_names_are_a_contradiction(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_recipe(recipe(tmp_path, OLD.replace("average: 0.9", "average: 0.9\n  ema_decay: 0.9")))
    (problem,) = caught.value.problems
    assert problem.startswith("training.average: ")


@pytest.mark.parametrize(("old", "new"), RENAMED.items(), ids=[".".join(old) for old in RENAMED])
def test_every_new_name_is_a_setting(old: tuple[str, ...], new: str) -> None:
    names = (*old[:-1], new)
    assert any(_has(kind.model_json_schema(), names) for kind in RECIPES.values())
    assert current((*old, 0)) == (*names, 0)
    nested: dict[str, object] = {old[-1]: 1}
    for name in reversed(old[:-1]):
        nested = {name: nested}
    assert migrate(nested) == [(old, names)]
    assert migrate(nested) == []


def _has(schema: dict[str, object], names: tuple[str, ...]) -> bool:
    place = schema
    for name in names:
        for choice in place.get("anyOf", [place]):  # type: ignore[attr-defined]
            if "$ref" in choice or "properties" in choice:
                place = choice
        if "$ref" in place:
            place = schema["$defs"][str(place["$ref"]).rpartition("/")[2]]  # type: ignore[index]
        if name not in place.get("properties", {}):  # type: ignore[operator]
            return False
        place = place["properties"][name]  # type: ignore[index]
    return True


@pytest.mark.parametrize("task", ["translation", "classification", "generation"])
def test_model_folders_of_format_1_load(task: str, warned: list[str]) -> None:
    folder = MODELS / f"{task}-1"
    assert json.loads((folder / "config.json").read_text())["format"] == 1
    assert describe(folder).format == FORMAT
    assert warned == []
