"""What a run measures on the way, for programs: ``metrics.jsonl``, and TensorBoard if asked for."""

import json
import math
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

from seq2seq import log
from seq2seq.errors import MissingExtra, TrainingError, reason_of
from seq2seq.storage.atomic import atomic_file

FILE = "metrics.jsonl"
Kind = Literal["train", "validation", "checkpoint"]


class MetricsLog:
    """Appends one JSON object a line: ``kind`` (train, validation or checkpoint), ``step``, and figures by name.

    Args:
        folder: the run folder.
        tensorboard: write TensorBoard's event files to ``tensorboard/`` as well.
        step: where the run stands; what a stopped run had written after its last checkpoint is dropped ...
        reported: ... and lines on steps after this one ...
        validated: ... and on validations after this one, which come again.

    Raises:
        TrainingError: the file cannot be written now; later, its lines wait (:class:`seq2seq.log.Appender`).
    """

    def __init__(self, folder: Path, *, tensorboard: bool, step: int, reported: int, validated: int) -> None:
        path = folder / FILE
        last = {"train": reported, "validation": validated}
        kept = (
            [entry for entry in read_metrics(folder) if entry["step"] <= last.get(entry["kind"], step)] if step else []
        )
        try:
            atomic_file(path, "".join(json.dumps(entry) + "\n" for entry in kept).encode())
        except OSError as error:
            raise TrainingError(
                f"{path}: cannot be written: {reason_of(error)}.\n"
                "  What the run has kept is as it was. Free some space, then run the same command again."
            ) from error
        self._board = _summary_writer(folder / "tensorboard", step) if tensorboard else None
        self._file = log.Appender(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if self._board is not None:
            self._board.close()  # type: ignore[attr-defined]

    def write(self, kind: Kind, step: int, figures: Mapping[str, float | None]) -> None:
        """Add a line; figures that are None, or no numbers, are left out."""
        known = {name: value for name, value in figures.items() if value is not None and math.isfinite(value)}
        self._file.add(json.dumps({"kind": kind, "step": step, **known}))
        if self._board is not None:
            for name, value in known.items():
                self._board.add_scalar(f"{kind}/{name}", value, step)  # type: ignore[attr-defined]


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's ``metrics.jsonl``; damaged ones, as a machine that stops may leave them, are passed over."""
    entries = []
    path = folder / FILE
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("kind") in get_args(Kind) and isinstance(entry.get("step"), int):
            entries.append(entry)
    return entries


def require_tensorboard() -> None:
    """Find out now, and not after an hour of preparation, that TensorBoard is missing.

    Raises:
        MissingExtra: it is not installed.
    """
    if find_spec("tensorboard") is None:
        raise MissingExtra(
            'training.tensorboard needs TensorBoard: pip install "seq2seq[tensorboard]", or leave it off.'
        )


def _summary_writer(folder: Path, step: int) -> object:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder), purge_step=step + 1 if step else None)
