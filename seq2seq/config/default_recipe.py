"""A recipe from data alone: `seq2seq train pairs.tsv` chooses the settings from what is known of the rows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seq2seq.config.data import DataConfig
from seq2seq.config.duration import format_duration
from seq2seq.config.load import parse_recipe
from seq2seq.config.overrides import Overrides
from seq2seq.config.recipe import RECIPES, Recipe
from seq2seq.config.sides import TEXTS, SideKind
from seq2seq.config.sized import CorpusFacts, default_settings
from seq2seq.wording import plural

MAX_TIME: Final = "30m"
"""Training time, unless another limit is set: enough for tens of thousands of pairs on two CPU cores."""
_WORTH_BF16: Final = 15_000
"""Rows from which networks are large enough to benefit from bfloat16, where the device computes in it."""
_AUTO: Final = ": bf16-mixed where the device computes in bfloat16"
_NOTHING: Final = ("null", "~", "")
"""What YAML reads as nothing."""
_LIMITS: Final = ("max_time", "max_epochs", "max_steps")


def default_recipe(task: str, data: DataConfig, facts: CorpusFacts | None, overrides: Overrides = ()) -> Recipe:
    """The recipe for training a model from random weights on data that come without one.

    Args:
        task: of the recipe.
        data: where the data lie, and their columns.
        facts: of the training split; None: tunes, whose recipe is fixed.
        overrides: settings to change.

    Raises:
        ConfigError: a setting is wrong.
    """
    words = data.terms is None and data.vectors is None
    settings = default_settings(task, facts, guided=words and not _unguided(overrides))
    if facts is not None and facts.rows >= _WORTH_BF16 and task != "classification":
        settings["training"]["precision"] = "auto"
    retained = {name: value for name, value in settings["data"].items() if name in ("unit", "hold_out", "filters")}
    settings["data"] = retained | data.model_dump(mode="json", exclude_defaults=True)
    training = settings["training"]
    if data.vectors is not None:  # they are not cut into tokens
        settings["model"]["dropout"]["word"] = 0.0
        if RECIPES[task].usual_sides.target is not SideKind.TEXT:
            settings.pop("tokenizer", None)
    if RECIPES[task].usual_sides.source is SideKind.TAGS:
        if data.columns.source is None:
            settings["data"]["columns"] = data.columns.model_dump(mode="json")
        else:  # each text starts from its tags: there is no running text to cut into windows
            training["batch"].pop("windows", None)
            settings["data"] |= {"hold_out": "random"}
    if _sets_limit(overrides):
        for name in _LIMITS:
            training.pop(name, None)
    else:
        training["max_time"] = MAX_TIME
    return parse_recipe(settings, "the recipe for these data", overrides)


def describe(recipe: Recipe, output: Path) -> list[str]:
    """The choices of :func:`default_recipe`, in lines for people."""
    model, training = recipe.model_dump(mode="json")["model"], recipe.training
    columns = recipe.data.columns
    sides = " → ".join(recipe.data.languages or (_column(columns.source), _column(columns.target)))
    joint = ""
    if recipe.sides == TEXTS:
        joint = ", one for both sides" if recipe.tokenizer.joint else " per side"
    numbers = any(kind.numeric for kind in recipe.sides)  # they are not cut into tokens
    change = f"tokenizer.vocabulary={recipe.tokenizer.vocabulary * 2}"
    if recipe.data.forecast is not None:
        horizon = recipe.data.forecast.horizon
        sides, change = f"series → their next {plural(horizon, 'step')}", f"data.forecast.horizon={horizon * 2}"
    elif recipe.sides.target.numeric:
        sides = f"{'nothing' if columns.source is None else 'tags'} → sequences of vectors"
        change = f"model.decoder.hidden={model['decoder']['hidden'] * 2}"
    elif numbers:
        sides = f"sequences of vectors → {recipe.sides.target.value}"
        change = f"model.encoder.hidden={model['encoder']['hidden'] * 2}"
    widths = ", ".join(
        f"{part} {model[part]['cell']} {model[part]['hidden']}" for part in ("encoder", "decoder") if part in model
    )
    limits = [f"{name.removeprefix('max_')} {value}" for name in _LIMITS if (value := _limit(recipe, name)) is not None]
    metric = training.validation.metric
    chosen = "the last model is kept" if metric is None else f"best model by {metric}"
    return [
        f"task         {recipe.task}: {sides}",
        *[
            f"tokenizer    {recipe.tokenizer.kind}, {recipe.tokenizer.vocabulary:,} tokens{joint}"
            for _ in recipe.sides.text[:1]
        ],
        f"model        embedding {model['embedding']}, {widths}",
        f"batches      {training.batch.max_tokens:,} {'steps' if numbers else 'tokens'}"
        if training.batch.windows is None
        else f"batches      {training.batch.windows.streams} windows of {training.batch.windows.tokens} tokens",
        f"limits       {', '.join(limits)}; {chosen}",
        f"precision    {training.precision}{_AUTO if training.precision == 'auto' else ''}",
        f"All settings are in {output / 'recipe.yaml'}; change one with --set, for example --set {change}",
    ]


def _limit(recipe: Recipe, name: str) -> str | None:
    value = getattr(recipe.training, name)
    if value is None:
        return None
    return format_duration(value) if name == "max_time" else f"{value:,}"


def _column(name: str | int | None) -> str:
    return "nothing" if name is None else f"column {name}" if isinstance(name, int) else f"'{name}'"


def _unguided(overrides: Overrides) -> bool:
    """Whether settings are changed that exclude guided attention: there is none, or it is led to annotated terms.

    Or it is not to be guided: the learning rate is then the usual one, too.
    """
    pairs = overrides.items() if isinstance(overrides, Mapping) else (one.partition("=")[::2] for one in overrides)
    named = {name.strip(): "null" if value is None else str(value).strip() for name, value in pairs}
    fixed = named.get("model.attention") in _NOTHING
    off = named.get("training.guided_alignment") in ("0", "0.0")
    return fixed or off or any(name.split(".")[:2] == ["data", "terms"] for name in named)


def _sets_limit(overrides: Overrides) -> bool:
    names = {override.partition("=")[0].strip() for override in overrides}
    return any(f"training.{name}" in names for name in _LIMITS)
