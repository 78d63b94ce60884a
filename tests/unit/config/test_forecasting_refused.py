"""Recipes for forecasting where texts or labels are needed: refused before anything is read."""

from collections.abc import Callable

import pytest
from support.refused import refused

from seq2seq.config.load import load_recipe
from seq2seq.config.recipe import Recipe

NAME = "forecasting/sales"


def inspected(recipe: Recipe) -> object:  # noqa: ARG001
    from seq2seq.inspection.corpus import find_corpus

    return find_corpus([NAME], None, {}, None)


def inspected_by(recipe: Recipe) -> object:  # noqa: ARG001
    from seq2seq.inspection.corpus import find_corpus

    return find_corpus(["somewhere.csv"], None, {}, NAME)


def diagnosed(recipe: Recipe) -> object:
    from seq2seq.diagnostics.experiments import check_recipe

    return check_recipe(recipe, NAME, device="cpu")


def timed(recipe: Recipe) -> object:
    from seq2seq.bench.training import measure_training

    return measure_training(recipe, rounds=1, steps=1, threads=1)


@pytest.mark.parametrize("use", [inspected, inspected_by, diagnosed, timed])
def test_a_recipe_for_forecasting_is_refused(use: Callable[[Recipe], object]) -> None:
    pytest.importorskip("torch")
    recipe = load_recipe(NAME)
    with refused("config.other-task", "forecasting"):
        use(recipe)
