"""What differs between two recipes of a run, and what that means for it."""

from pathlib import Path

import pytest
from support import tasks, toy
from support.refused import refused

from seq2seq.config.base import Strict
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.errors import CheckpointError
from seq2seq.training.run_folder.recipe_diff import Change, changes, flatten, require_resumable

REFUSED = (
    ("training.seed", 1, 2),
    ("training.batch.max_tokens", 400, 401),
    ("training.batch.accumulate", 1, 2),
    ("training.optimizer.name", "adam", "sgd"),
    ("training.ema_decay", 0.0, 0.9),
    ("training.validation.metric", "loss", "bleu"),
    ("tokenizer.vocabulary", 12, 13),
    ("model.encoder.hidden", 12, 13),
    ("model.embedding", 16, 8),
)
OTHER = (
    ("training.optimizer.learning_rate", 1e-3, 1e-2),
    ("training.clip_norm", 1.0, 2.0),
    ("training.label_smoothing", 0.1, 0.0),
    ("training.schedule.name", "constant", "cosine"),
    ("training.precision", "32-true", "bf16-mixed"),
    ("training.validation.every_steps", 6, 7),
    ("model.dropout.layer", 0.1, 0.2),
)
HARMLESS = (
    ("training.max_steps", 12, 13),
    ("training.max_epochs", None, 3),
    ("training.max_time", None, "1m"),
    ("training.max_skipped", 10, 20),
    ("training.log_every", 3, 4),
    ("training.checkpoint_every", "5m", "1s"),
    ("training.checkpoint_every_steps", None, 5),
    ("training.keep_checkpoints", 2, 5),
    ("training.tensorboard", False, True),
    ("training.validation.patience", None, 4),
    ("data.workers", 1, 2),
    ("decoding.beam", 5, 3),
)


def changed(recipe: Recipe, setting: str, value: object) -> Recipe:
    """A recipe with one setting changed."""
    content = recipe.model_dump(mode="json")
    *sections, last = setting.split(".")
    inner = content
    for section in sections:
        inner = inner[section]
    inner[last] = value
    return parse_recipe(content, "a test")


def named(found: list[Change], setting: str) -> Change:
    return next(change for change in found if change.setting == setting)


@pytest.mark.parametrize(("setting", "before", "after"), REFUSED)
def test_what_would_corrupt_the_run_is_refused_and_says_why(
    tmp_path: Path, setting: str, before: object, after: object
) -> None:
    recipe = toy.recipe(tmp_path)
    found = changes(recipe, changed(recipe, setting, after))
    change = named(found, setting)
    assert (change.before, change.after) == (before, after)
    assert change.refused
    assert not change.harmless
    with pytest.raises(CheckpointError) as caught:
        require_resumable(found, "runs/x")
    assert caught.value.code == "run.other-recipe"
    assert str(caught.value).startswith("runs/x: ")
    assert f"  {setting}: {before!r}, now {after!r} (cannot change: {change.refused})\n" in str(caught.value)


@pytest.mark.parametrize(("setting", "before", "after"), OTHER)
def test_what_makes_another_run_of_it_is_allowed_and_said(
    tmp_path: Path, setting: str, before: object, after: object
) -> None:
    recipe = toy.recipe(tmp_path)
    (change,) = changes(recipe, changed(recipe, setting, after))
    require_resumable([change], "runs/x")
    assert str(change).startswith(f"{setting}: {before!r}, now {after!r} (")
    assert not change.refused
    assert not change.harmless


@pytest.mark.parametrize(("setting", "before", "after"), HARMLESS)
def test_what_changes_nothing_says_so(tmp_path: Path, setting: str, before: object, after: object) -> None:
    recipe = toy.recipe(tmp_path)
    (change,) = changes(recipe, changed(recipe, setting, after))
    require_resumable([change], "runs/x")
    assert str(change).startswith(f"{setting}: {before!r}, now {after!r} (")
    assert change.harmless


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_limits_are_not_harmless_where_the_learning_rate_falls_towards_them(tmp_path: Path, schedule: str) -> None:
    recipe = toy.recipe(tmp_path, schedule={"name": schedule})
    for setting, value in (("training.max_steps", 13), ("training.max_epochs", 3), ("training.max_time", "1m")):
        (change,) = changes(recipe, changed(recipe, setting, value))
        require_resumable([change], "runs/x")
        assert not change.harmless


def test_subword_sampling_may_come_and_go(tmp_path: Path) -> None:
    tokenizer = TokenizerConfig(kind="bpe", vocabulary=20)
    recipe = toy.recipe(tmp_path).model_copy(update={"tokenizer": tokenizer})
    sampled = changed(recipe, "tokenizer.sampling", {"source": True})
    for found in (changes(recipe, sampled), changes(sampled, recipe)):
        assert {change.setting for change in found} > {"tokenizer.sampling.source"}
        require_resumable(found, "runs/x")


def test_the_shards_of_an_epoch_cannot_change(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path)
    two, three = (changed(recipe, "data.stream", {"shards": shards}) for shards in (2, 3))
    assert named(changes(two, three), "data.stream.shards").refused
    assert named(changes(recipe, two), "data.stream.shards").refused
    assert named(changes(two, recipe), "data.stream.shards").refused


def test_the_same_recipe_has_no_changes_and_another_task_is_refused(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path)
    assert changes(recipe, toy.recipe(tmp_path)) == []
    other = changes(recipe, tasks.classification(tmp_path))
    assert named(other, "task").refused
    with refused("run.other-recipe", "task: 'translation', now 'classification'"):
        require_resumable(other, "runs/x")


def test_a_section_that_comes_or_goes_is_refused_as_its_settings_are(tmp_path: Path) -> None:
    """Windows: None on one side, a section of its own on the other."""
    recipe = tasks.generation(tmp_path)
    found = changes(recipe, tasks.generation(tmp_path, windows={"tokens": 8, "streams": 4}))
    assert found
    assert all(change.refused for change in found)


def test_every_setting_of_the_table_exists(tmp_path: Path) -> None:
    """A setting that is renamed must not slip through."""
    from seq2seq.training.run_folder import recipe_diff as module

    names = {*flatten(toy.recipe(tmp_path).model_dump(mode="json")), *sections(type(toy.recipe(tmp_path)))}
    for name in module._REFUSED:
        assert any(one == name or one.startswith(f"{name}.") for one in names), name
    for name in module._HARMLESS:
        assert any(one.startswith(name) for one in names), name


def sections(kind: type[Strict], prefix: str = "") -> list[str]:
    """All settings of a section, those of sections that may be absent included."""
    found: list[str] = []
    for name, field in kind.model_fields.items():
        found.append(prefix + name)
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, Strict):
                found += sections(inner, f"{prefix}{name}.")
    return found
