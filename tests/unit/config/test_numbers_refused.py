"""Recipes whose targets are numbers where texts or labels are needed: refused before anything is read."""

from collections.abc import Callable

import pytest
from support.refused import refused

from seq2seq.config.load import load_recipe
from seq2seq.config.recipe import Recipe

NAMES = ["forecasting/sales", "synthesis/digits"]


def inspected(recipe: Recipe, name: str) -> object:  # noqa: ARG001
    from seq2seq.inspection.corpus import find_corpus

    return find_corpus([name], None, {}, None)


def inspected_by(recipe: Recipe, name: str) -> object:  # noqa: ARG001
    from seq2seq.inspection.corpus import find_corpus

    return find_corpus(["somewhere.csv"], None, {}, name)


def diagnosed(recipe: Recipe, name: str) -> object:
    from seq2seq.diagnostics.experiments import check_recipe

    return check_recipe(recipe, name, device="cpu")


def timed(recipe: Recipe, name: str) -> object:  # noqa: ARG001
    from seq2seq.bench.training import measure_training

    return measure_training(recipe, rounds=1, steps=1, threads=1)


@pytest.mark.parametrize("use", [inspected, inspected_by, diagnosed, timed])
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_for_numbers_is_refused(use: Callable[[Recipe, str], object], name: str) -> None:
    pytest.importorskip("torch")
    recipe = load_recipe(name)
    with refused("config.other-task", recipe.task):
        use(recipe, name)
