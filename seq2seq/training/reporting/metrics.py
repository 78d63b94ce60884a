"""Measurements of a run, for programs: ``metrics.jsonl``, and TensorBoard on request."""

import json
import math
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self, get_args

from seq2seq import log
from seq2seq.errors import MissingExtra, TrainingError, reason_of
from seq2seq.storage.atomic import atomic_file

FILE = "metrics.jsonl"
Kind = Literal["baseline", "train", "validation", "checkpoint"]


class MetricsLog:
    """Appends one JSON object per line: ``kind`` (:data:`Kind`), ``step``, and figures by name.

    Args:
        folder: the run folder.
        tensorboard: write TensorBoard's event files to ``tensorboard/`` as well.
        step: current step; lines that a stopped run had written after its last checkpoint are dropped.
        reported: last step that was reported; lines of later steps will be written again.
        validated: last step that was validated; validations of later steps will be repeated.

    Raises:
        TrainingError: the file cannot be written; from now on, lines wait for space (:class:`seq2seq.log.Appender`).
    """

    def __init__(self, folder: Path, *, tensorboard: bool, step: int, reported: int, validated: int) -> None:
        path = folder / FILE
        last = {"train": reported, "validation": validated}
        retained = (
            [entry for entry in read_metrics(folder) if entry["step"] <= last.get(entry["kind"], step)] if step else []
        )
        try:
            atomic_file(path, "".join(json.dumps(entry) + "\n" for entry in retained).encode())
        except OSError as error:
            raise TrainingError(
                f"{path}: cannot be written: {reason_of(error)}.\n"
                "  The run's files are unchanged. Free some space, then run the same command again.",
                code="run.metrics-not-written",
            ) from error
        self._board = _summary_writer(folder / "tensorboard", step) if tensorboard else None
        self._file = log.Appender(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._board is not None:
            self._board.close()  # type: ignore[attr-defined]

    def write(self, kind: Kind, step: int, figures: Mapping[str, float | None]) -> dict[str, Any]:
        """Add a line, and return it; figures that are None or not finite are left out."""
        known = {name: value for name, value in figures.items() if value is not None and math.isfinite(value)}
        entry = {"kind": kind, "step": step, **known}
        self._file.add(json.dumps(entry))
        if self._board is not None:
            for name, value in known.items():
                self._board.add_scalar(f"{kind}/{name}", value, step)  # type: ignore[attr-defined]
        return entry


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's ``metrics.jsonl``; damaged ones, as a crash may leave them, are skipped."""
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
    """Fail now, and not after an hour of preparation, if TensorBoard is missing.

    Raises:
        MissingExtra: it is not installed.
    """
    if find_spec("tensorboard") is None:
        message = 'training.tensorboard needs TensorBoard: pip install "seq2seq[tensorboard]", or leave it off.'
        raise MissingExtra(message, code="training.tensorboard-missing")


def _summary_writer(folder: Path, step: int) -> object:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder), purge_step=step + 1 if step else None)
