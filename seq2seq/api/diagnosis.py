"""Models and recipes diagnosed in Python."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from seq2seq.api.models import Column, named_columns
from seq2seq.config.load import load_recipe
from seq2seq.errors import ConfigError
from seq2seq.extras import require
from seq2seq.resources import recipes

if TYPE_CHECKING:
    from seq2seq.diagnostics.diagnosis import Diagnosis


def is_recipe(where: str | Path) -> bool:
    """Whether a recipe is meant, not a model: a file, or the name of a bundled one where no folder is called so."""
    path = Path(where)
    return not path.is_dir() and (str(where) in recipes() or path.suffix == ".yaml" or path.is_file())


def diagnose(
    model: str | Path,
    data: str | Path | None = None,
    *,
    split: Literal["dev", "test"] | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    skip_bad: bool = False,
    examples: int = 500,
    seed: int = 1,
    device: str = "auto",
    compare_cells: Sequence[str] = (),
    learning_rate_range: bool = False,
    learning_curve: bool = False,
    steps: int | None = None,
) -> "Diagnosis":
    """Measure what a trained network has learnt, and name what is wrong with it; or check a recipe before training.

    Args:
        model: a model folder, a run folder (which also tells how training went), or ``hf://user/name``; or a recipe.
        data: a file, a folder, or a data set of the hub (default: the development split of the model's recipe).
        split: of the recipe's data (default: dev), or of data with several splits (default: test).
        source_column: of ``data``: a name, a language, or an index from 0 (default: as in the model's recipe).
        target_column: likewise.
        skip_bad: skip malformed rows, and count them.
        examples: most examples that are measured; they are sampled.
        seed: decides what is sampled.
        device: ``auto`` (the first GPU, else the CPU), ``cpu``, ``cuda`` ...
        compare_cells: train a short run with each of these cells, such as ``rnn_tanh``, ``gru`` and ``lstm``.
        learning_rate_range: train with growing learning rates, to find those at which the model learns.
        learning_curve: train on parts of the data, to see what more data would bring.
        steps: of each of these trainings (default: as the experiment needs).

    Returns:
        Its ``findings``, those that name a trouble as ``troubles``, all as JSON by ``to_dict()``, and as a page by
        ``save_report("diagnosis.html")``.

    Raises:
        ModelError: there is no model, or it is damaged.
        DataError: there are no examples, or they cannot be read.
        ConfigError: the device is not available, or the recipe is wrong.
        MissingExtra: the extra `train` is not installed.
    """
    require("torch", "Diagnosing a model")
    from seq2seq.diagnostics.examine import examine, sections_of
    from seq2seq.diagnostics.experiments import check_recipe, experiments
    from seq2seq.diagnostics.subject import Subject

    if is_recipe(model):
        return check_recipe(load_recipe(str(model)), str(model), device=device, rates=learning_rate_range, steps=steps)
    trained = experiments(cells=compare_cells, rates=learning_rate_range, curve=learning_curve, steps=steps)
    subject = Subject.open(
        model,
        None if data is None else str(data),
        split=split,
        columns=named_columns(source_column, target_column),
        skip_bad=skip_bad,
        device=device,
        seed=seed,
        sample=examples,
    )
    if trained.measures and subject.unit == "step":
        problem = f"experiments train models that write texts or labels, and this one is for {subject.recipe.task}"
        raise ConfigError(str(model), [problem], code="diagnose.of-numbers")
    return examine(subject, [*sections_of(subject), trained])
