"""A recipe from data alone: `seq2seq train pairs.tsv` chooses the task and the settings from the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import torch

from seq2seq.config.duration import format_duration
from seq2seq.config.load import load_recipe, names_recipe, parse_recipe
from seq2seq.config.overrides import Overrides
from seq2seq.config.recipe import RECIPES, Recipe
from seq2seq.config.sides import TEXTS, SideKind
from seq2seq.config.sized import default_settings
from seq2seq.data.reading.survey import survey
from seq2seq.training.distributed import computes_bf16

MAX_TIME: Final = "30m"
"""Training time, unless another limit is set: enough for tens of thousands of pairs on two CPU cores."""
_WORTH_BF16: Final = 15_000
"""Rows from which networks are large enough to benefit from bfloat16, on a CPU that computes in it."""
_LIMITS: Final = ("max_time", "max_epochs", "max_steps")


@dataclass(frozen=True)
class DataOptions:
    """Options for data without a recipe."""

    task: str | None = None
    """`translation`, `classification` or `generation`; None: inferred from the file."""
    columns: Mapping[str, str | int] = field(default_factory=dict)
    """Columns `source` and `target`, by name or position from 0, where they cannot be inferred."""
    dev: str | None = None
    """Development split (None: some rows are held out)."""
    test: str | None = None
    """Test split, scored when training ends."""
    overrides: Overrides = ()
    """Settings of the recipe to change."""


def resolve_recipe(
    recipe: Recipe | str | Path | Sequence[str | Path], options: DataOptions
) -> tuple[Recipe, str | None]:
    """The recipe that a caller means, and the name of its file.

    Args:
        recipe: a recipe, its file or name; or data alone.
        options: what is known of the data; with a recipe, its overrides alone.

    Raises:
        TypeError: options of data are given with a recipe.
        ConfigError: the recipe is wrong.
        DataError: there is neither a recipe nor data.
    """
    names = isinstance(recipe, str | Path) and names_recipe(str(recipe))
    if not names and not isinstance(recipe, Recipe):
        return default_recipe([str(recipe)] if isinstance(recipe, str | Path) else [*map(str, recipe)], options), None
    if options.task or options.columns or options.dev or options.test:
        raise TypeError("task, columns, dev and test are for data without a recipe; change a recipe by its settings")
    if isinstance(recipe, Recipe):
        if options.overrides:
            recipe = parse_recipe(recipe.model_dump(mode="json"), "the recipe", options.overrides)
        return recipe, None
    return load_recipe(str(recipe), options.overrides), Path(str(recipe)).stem


def default_recipe(data: Sequence[str], options: DataOptions) -> Recipe:
    """The recipe for training a model from random weights on data that come without one.

    The data are a table, a text file, a folder, `hf://user/name`, or two aligned files, sources first.

    Raises:
        DataError: the data are missing or unreadable, or their columns cannot be inferred.
        ConfigError: a setting is wrong.
    """
    found = survey(data, options.task, options.columns)
    config = found.config.model_copy(update={"dev": options.dev, "test": options.test})
    settings = default_settings(found.task, found.facts)
    if found.facts is not None:
        large = found.facts.rows >= _WORTH_BF16 and found.task != "classification"
        if large and not torch.cuda.is_available() and computes_bf16():
            settings["training"]["precision"] = "bf16-mixed"
    retained = {name: value for name, value in settings["data"].items() if name in ("unit", "hold_out", "filters")}
    settings["data"] = retained | config.model_dump(mode="json", exclude_defaults=True)
    if RECIPES[found.task].sides.source is SideKind.TAGS:
        if config.columns.source is None:
            settings["data"]["columns"] = config.columns.model_dump(mode="json")
        else:  # each text starts from its tags: there is no running text to cut into windows
            settings["training"]["batch"].pop("windows", None)
            settings["data"] |= {"hold_out": "random"}
    training = settings["training"]
    if _sets_limit(options.overrides):
        for name in _LIMITS:
            training.pop(name, None)
    else:
        training["max_time"] = MAX_TIME
    return parse_recipe(settings, "the recipe for these data", options.overrides)


def describe(recipe: Recipe, output: Path) -> list[str]:
    """The choices of :func:`default_recipe`, in lines for people."""
    model, training = recipe.model_dump(mode="json")["model"], recipe.training
    columns = recipe.data.columns
    sides = " → ".join(recipe.data.languages or (_column(columns.source), _column(columns.target)))
    joint = ""
    if recipe.sides == TEXTS:
        joint = ", one for both sides" if recipe.tokenizer.joint else " per side"
    widths = ", ".join(
        f"{part} {model[part]['cell']} {model[part]['hidden']}" for part in ("encoder", "decoder") if part in model
    )
    limits = [f"{name.removeprefix('max_')} {value}" for name in _LIMITS if (value := _limit(recipe, name)) is not None]
    return [
        f"task         {recipe.task}: {sides}",
        f"tokenizer    {recipe.tokenizer.kind}, {recipe.tokenizer.vocabulary:,} tokens{joint}",
        f"model        embedding {model['embedding']}, {widths}",
        f"batches      {training.batch.max_tokens:,} tokens"
        if training.batch.windows is None
        else f"batches      {training.batch.windows.streams} windows of {training.batch.windows.tokens} tokens",
        f"limits       {', '.join(limits)}; best model by {training.validation.metric}",
        f"precision    {training.precision}",
        f"All settings are in {output / 'recipe.yaml'}; change one with --set, for example "
        f"--set tokenizer.vocabulary={recipe.tokenizer.vocabulary * 2}",
    ]


def _limit(recipe: Recipe, name: str) -> str | None:
    value = getattr(recipe.training, name)
    if value is None:
        return None
    return format_duration(value) if name == "max_time" else f"{value:,}"


def _column(name: str | int | None) -> str:
    return "nothing" if name is None else f"column {name}" if isinstance(name, int) else f"'{name}'"


def _sets_limit(overrides: Overrides) -> bool:
    names = {override.partition("=")[0].strip() for override in overrides}
    return any(f"training.{name}" in names for name in _LIMITS)
