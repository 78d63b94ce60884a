"""Drawings of a run's metrics over its steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from seq2seq.diagnostics.learning.losses import Losses
from seq2seq.report.drawings.lines import Level, Lines, Series


def _series(entries: Sequence[Mapping[str, Any]], kind: str, name: str, title: str) -> Series | None:
    points = [(entry["step"], entry[name]) for entry in entries if entry["kind"] == kind and name in entry]
    return Series(name=title, x=[x for x, _ in points], y=[y for _, y in points]) if points else None


def _lines(
    title: str, label: str, series: Sequence[Series | None], *, levels: Sequence[Level] = (), log: bool
) -> tuple[Lines, ...]:
    found = [one for one in series if one is not None]
    if not found:
        return ()
    return (Lines(title=title, x_label="step", y_label=label, series=found, levels=levels, log_y=log),)


def ratio_lines(entries: Sequence[Mapping[str, Any]]) -> tuple[Lines, ...]:
    """Updates over weights, by part; nothing where they were not measured."""
    parts = ("embedding", "encoder", "attention", "decoder", "projection")
    series = [_series(entries, "train", "update_ratio", "all weights")]
    series += [_series(entries, "train", f"update_ratio_{part}", part) for part in parts]
    return _lines("Updates over weights", "norm of the update / norm of the weights", series, log=True)


def norm_lines(entries: Sequence[Mapping[str, Any]], limit: float | None) -> tuple[Lines, ...]:
    """Norms of the gradient, beside the limit of clipping."""
    series = [
        _series(entries, "train", "gradient_norm_mean", "mean of an interval"),
        _series(entries, "train", "gradient_norm_max", "largest of an interval"),
    ]
    if series[0] is None:
        series = [_series(entries, "train", "gradient_norm", "one step of an interval")]
    levels = [] if limit is None else [Level(name="training.clip_norm", value=limit)]
    return _lines("Norm of the gradient before clipping", "norm", series, levels=levels, log=True)


def loss_lines(entries: Sequence[Mapping[str, Any]], losses: Losses) -> tuple[Lines, ...]:
    """Training and development loss, beside those of simpler models."""
    series = [
        _series(entries, "train", "loss", "training"),
        _series(entries, "validation", "loss", "development"),
    ]
    names = (
        ("ln V", losses.uniform),
        ("unigram", losses.unigram),
        ("bigram", losses.bigram),
        ("n-grams", losses.blind),
    )
    levels = [Level(name=name, value=value) for name, value in names if value is not None]
    return _lines("Loss", f"nats per {losses.unit}", series, levels=levels, log=False)
