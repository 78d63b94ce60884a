"""Experiments: measures that train short runs of their own, on request; and the checks of a recipe before training."""

from collections.abc import Callable, Sequence
from functools import partial

from pydantic import JsonValue

from seq2seq.config.recipe import Recipe, refuse_numeric_targets
from seq2seq.diagnostics.diagnosis import Diagnosis, Part
from seq2seq.diagnostics.examine import Section
from seq2seq.diagnostics.finding import Finding
from seq2seq.diagnostics.learning.learning_curve import learning_curve
from seq2seq.diagnostics.learning.learning_rate_range import learning_rate_range, recipe_learning_rate_range
from seq2seq.diagnostics.learning.preflight import preflight
from seq2seq.diagnostics.network.compare_cells import compare_cells
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.writing.what_if import what_if
from seq2seq.errors import ConfigError
from seq2seq.inference.engines.torch.load import choose_device
from seq2seq.registry import CELLS


def experiments(
    *, cells: Sequence[str] = (), curve: bool = False, rates: bool = False, steps: int | None = None
) -> Section:
    """The experiments that are asked for.

    Args:
        cells: train a short run with each of these cells.
        curve: train on parts of the data.
        rates: train with growing learning rates.
        steps: of each run; None: what the experiment takes by itself.

    Raises:
        ConfigError: there is no such cell.
    """
    unknown = [name for name in cells if name not in CELLS]
    if unknown:  # now, and not after everything else has been measured
        problem = f"{unknown[0]!r} is not one of {', '.join(map(repr, CELLS.names()))}"
        raise ConfigError("cells to compare", [problem], code="diagnose.unknown-cell")
    wanted: list[Callable[..., Finding]] = []
    if cells:
        wanted.append(partial(compare_cells, cells=cells))
    if rates:
        wanted.append(learning_rate_range)
    if curve:
        wanted.append(learning_curve)
    run = [one if steps is None else partial(one, steps=steps) for one in wanted]
    return Section("experiments", "Experiments", [partial(_alone, one) for one in run])


def _alone(experiment: Callable[[Subject], Finding], subject: Subject) -> list[Finding]:
    return [experiment(subject)]


def check_recipe(recipe: Recipe, name: str, *, device: str, rates: bool = False, steps: int | None = None) -> Diagnosis:
    """Check a recipe before it is trained, on a fresh model; with ``rates``, also with growing learning rates."""
    refuse_numeric_targets(recipe, "checks before training")
    place = choose_device(device).type
    parts = [Part("before-training", "Before training", tuple(preflight(recipe, device=place)))]
    if rates:
        test = recipe_learning_rate_range if steps is None else partial(recipe_learning_rate_range, steps=steps)
        parts.append(Part("experiments", "Experiments", (test(recipe, device=place),)))
    about: dict[str, JsonValue] = {
        "recipe": name,
        "data": str(recipe.data.train or recipe.data.path),
        "seed": recipe.training.seed,
    }
    return Diagnosis(f"{name}: before training", name, about, tuple(parts))


def force_word(path: str, text: str, position: int, word: str, *, device: str) -> Diagnosis:
    """Translate a text as it is, and with a word at a position (from 1); see :func:`what_if`."""
    subject = Subject.alone(path, device=device)
    finding = what_if(subject, text, position=position, word=word).finding()
    about: dict[str, JsonValue] = {"model": str(subject.loaded.path), "data": text}
    part = Part("what-if", "What if", (finding,))
    return Diagnosis(f"{subject.loaded.path}: {text}", subject.loaded.description.name, about, (part,))
