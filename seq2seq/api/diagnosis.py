"""Models diagnosed in Python."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from seq2seq.api.models import Column, named_columns
from seq2seq.extras import require

if TYPE_CHECKING:
    from seq2seq.diagnostics.diagnosis import Diagnosis


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
) -> "Diagnosis":
    """Measure what a trained network has learnt, and name what is wrong with it.

    Args:
        model: a model folder, a run folder (which also tells how training went), or ``hf://user/name``.
        data: a file, a folder, or a data set of the hub (default: the development split of the model's recipe).
        split: of the recipe's data (default: dev), or of data with several splits (default: test).
        source_column: of ``data``: a name, a language, or an index from 0 (default: as in the model's recipe).
        target_column: likewise.
        skip_bad: skip malformed rows, and count them.
        examples: most examples that are measured; they are sampled.
        seed: decides what is sampled.
        device: ``auto`` (the first GPU, else the CPU), ``cpu``, ``cuda`` ...

    Returns:
        Its ``findings``, those that name a trouble as ``troubles``, and all as JSON by ``to_dict()``.

    Raises:
        ModelError: there is no model, or it is damaged.
        DataError: there are no examples, or they cannot be read.
        ConfigError: the device is not available.
        MissingExtra: the extra `train` is not installed.
    """
    require("torch", "Diagnosing a model")
    from seq2seq.diagnostics.examine import examine
    from seq2seq.diagnostics.subject import Subject

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
    return examine(subject)
