"""The corpus that is inspected: where it lies and how it is read, by its own looks or by a recipe."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from seq2seq.config.data import DataConfig
from seq2seq.config.load import load_recipe, names_recipe
from seq2seq.config.overrides import Overrides
from seq2seq.config.recipe import RECIPES, Recipe, refuse_numeric_targets
from seq2seq.config.sides import Sides
from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.survey import find_sequences
from seq2seq.errors import ConfigError, advising_options

_PLACES: Final = ("path", "train", "dev", "test", "columns", "languages", "extra_columns", "soft_labels")
"""Settings of a recipe that say where data are, and in which columns."""


class Corpus(NamedTuple):
    """A corpus that can be inspected."""

    config: DataConfig
    """Where it lies, and how it is read."""
    sides: Sides
    """The kinds of its source and target."""
    recipe: Recipe | None = None
    """The recipe that names it, or by which it is read."""


def find_corpus(
    data: Sequence[str],
    task: str | None,
    columns: Mapping[str, str | int | None],
    recipe: str | None,
    overrides: Overrides = (),
) -> Corpus:
    """Find a corpus: ``data`` are a recipe, a location of data, or two aligned files.

    The data are read by the settings of ``recipe``, if any, which also says the task (else translation) unless it is
    named, and ``overrides`` change settings of a recipe. ``columns`` are ``source`` and ``target`` where these are
    named.

    Raises:
        ConfigError: the recipe is wrong, or contradicts the other arguments; or there is none, whose settings are to be
            changed.
        DataError: nothing is there, or its columns cannot be inferred.
    """
    if recipe is None and len(data) == 1 and names_recipe(data[0]):
        if task is not None or columns:
            problem = f"{data[0]} is a recipe, which names the task and the columns itself"
            raise ConfigError(data[0], [problem], code="inspect.recipe-says-so")
        found = load_recipe(data[0], overrides)
        refuse_numeric_targets(found, "checks of texts and labels")
        return Corpus(found.data, found.sides, found)
    if overrides and recipe is None:
        problem = "texts and labels have none without a recipe; name the one by whose settings they are read"
        raise ConfigError("settings", [problem], code="inspect.no-recipe")
    plan = load_recipe(recipe, overrides) if recipe is not None else None
    if plan is not None:
        refuse_numeric_targets(plan, "checks of texts and labels")
    if plan is not None and task not in (None, plan.task):
        raise ConfigError(
            str(recipe), [f"task: {task!r} is requested; the recipe is for {plan.task}"], code="inspect.other-task"
        )
    if plan is None and (sequences := find_sequences(data, task, columns)) is not None:
        _, config, sides = sequences
        return Corpus(config, sides)
    sides = plan.sides if plan is not None else RECIPES[task or "translation"].usual_sides
    with advising_options():
        usual = plan.data if plan is not None else DataConfig()
        config = infer_columns(
            data, sides, usual.columns, given=columns, languages=usual.languages, steps=usual.has_steps
        )
    if plan is None:
        return Corpus(config, sides)
    # Location and columns are those of the data; all else is as the recipe says.
    config = plan.data.model_copy(update={**{name: getattr(config, name) for name in _PLACES}, "swap": False})
    return Corpus(config, sides, plan.model_copy(update={"data": config}))
