"""The learning curves of a run as a picture."""

from pathlib import Path
from typing import Any

from seq2seq.training.metrics import read_metrics

FILE = "curves.png"


def draw_curves(folder: Path) -> Path | None:
    """Draw a run's metrics to ``curves.png``; ``None`` if there is nothing to draw yet.

    Left: loss in nats per token, training and validation, with BLEU on the right axis if it was measured. Right: the
    learning rate and the gradient's norm.
    """
    entries = read_metrics(folder)
    train = [entry for entry in entries if entry["kind"] == "train"]
    validation = [entry for entry in entries if entry["kind"] == "validation"]
    if not train and not validation:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4), layout="constrained")
    FigureCanvasAgg(figure)
    losses, rates = figure.subplots(1, 2)
    losses.plot(*_series(train, "loss"), label="training", color="tab:blue", linewidth=1)
    losses.plot(*_series(validation, "loss"), label="validation", color="tab:orange", marker="o", markersize=3)
    losses.set(xlabel="step", ylabel="loss (nats per target token)", title="Loss")
    losses.grid(alpha=0.3)
    lines, labels = losses.get_legend_handles_labels()
    if any("bleu" in entry for entry in validation):
        scores = losses.twinx()
        scores.plot(*_series(validation, "bleu"), label="BLEU (greedy)", color="tab:green", marker="s", markersize=3)
        scores.set_ylabel("BLEU")
        more_lines, more_labels = scores.get_legend_handles_labels()
        lines, labels = [*lines, *more_lines], [*labels, *more_labels]
    losses.legend(lines, labels, loc="center right")
    rates.plot(*_series(train, "learning_rate"), color="tab:purple", linewidth=1)
    rates.set(xlabel="step", ylabel="learning rate", title="Learning rate and gradient norm")
    rates.grid(alpha=0.3)
    norms = rates.twinx()
    norms.plot(*_series(train, "gradient_norm"), color="tab:gray", linewidth=0.7, alpha=0.7)
    norms.set_ylabel("gradient norm (before clipping)")
    path = folder / FILE
    figure.savefig(path, dpi=110)
    return path


def _series(entries: list[dict[str, Any]], name: str) -> tuple[list[float], list[float]]:
    found = [(entry["step"], entry[name]) for entry in entries if name in entry]
    return [step for step, _ in found], [value for _, value in found]
