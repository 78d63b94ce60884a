"""Plot of the learning curves of a run."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from seq2seq import log
from seq2seq.errors import reason_of
from seq2seq.storage.atomic import atomic_file

FILE = "curves.png"
_SCORES = {
    "chrf": "chrF (greedy)",
    "bleu": "BLEU (greedy)",
    "exact_match": "exact match",
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "bits_per_byte": "bits per byte",
}
"""Scores that can be plotted: the one that selects the model, else the last one that was measured."""
_MARGINS: Final = {"left": 0.07, "right": 0.93, "bottom": 0.13, "top": 0.92, "wspace": 0.48}
"""Room for labels of seven digits; a layout that measures the labels takes twice as long as all the drawing."""


def draw_curves(entries: Sequence[Mapping[str, Any]], path: Path, *, chosen_by: str | None = None) -> Path | None:
    """Plot a run's metrics; ``None`` if there are none yet, or the file cannot be written.

    Left: loss, training and validation, with the score that selects the model (``chosen_by``), or the last one,
    on the right axis if any was measured. Right: the learning rate and the gradient's norm.
    """
    train = [entry for entry in entries if entry["kind"] == "train"]
    validation = [entry for entry in entries if entry["kind"] == "validation"]
    if not train and not validation:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4))
    FigureCanvasAgg(figure)
    losses, rates = figure.subplots(1, 2, gridspec_kw=_MARGINS)
    losses.plot(*_series(train, "loss"), label="training", color="tab:blue", linewidth=1)
    losses.plot(*_series(validation, "loss"), label="validation", color="tab:orange", marker="o", markersize=3)
    losses.set(xlabel="step", ylabel="loss per target token, label or step", title="Loss")
    losses.grid(alpha=0.3)
    lines, labels = losses.get_legend_handles_labels()
    found = [name for name in _SCORES if any(name in entry for entry in validation)]
    measured = chosen_by if chosen_by in found else next(reversed(found), None)
    if measured is not None:
        scores = losses.twinx()
        label = _SCORES[measured]
        scores.plot(*_series(validation, measured), label=label, color="tab:green", marker="s", markersize=3)
        scores.set_ylabel(label)
        more_lines, more_labels = scores.get_legend_handles_labels()
        lines, labels = [*lines, *more_lines], [*labels, *more_labels]
    losses.legend(lines, labels, loc="center right")
    rates.plot(*_series(train, "learning_rate"), color="tab:purple", linewidth=1)
    rates.set(xlabel="step", ylabel="learning rate", title="Learning rate and gradient norm")
    rates.grid(alpha=0.3)
    norms = rates.twinx()
    norms.plot(*_series(train, "gradient_norm"), color="tab:gray", linewidth=0.7, alpha=0.7)
    norms.set_ylabel("gradient norm (before clipping)")
    image = BytesIO()
    figure.savefig(image, dpi=110)
    try:
        atomic_file(path, image.getvalue())
    except OSError as error:
        message = f"{path}: cannot be written ({reason_of(error)}); its data are in the log of metrics."
        log.warn(message, code="report.not-writable")
        return None
    return path


def _series(entries: Sequence[Mapping[str, Any]], name: str) -> tuple[list[float], list[float]]:
    found = [(entry["step"], entry[name]) for entry in entries if name in entry]
    return [step for step, _ in found], [value for _, value in found]
