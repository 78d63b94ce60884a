"""What a forecaster says of its windows, computed once for all measures."""

from dataclasses import dataclass

import numpy as np
from pydantic import JsonValue
from torch import Tensor

from seq2seq.diagnostics.subject import Subject, once_per_subject
from seq2seq.evaluation.forecasting.metrics import seasonal_error
from seq2seq.inference.engines.torch.forecaster import TorchForecaster
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.models.forecaster import Forecaster
from seq2seq.series.series import Floats
from seq2seq.text.vocabulary.series import SeriesFormat


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Sampled paths of N series, the channels of a window one after the other, beside what came in H steps."""

    actual: Floats
    """(N, H) NaN where a value is missing."""
    median: Floats
    """(N, H)"""
    ranks: Floats
    """(N, H) share of the paths below the value: uniform between 0 and 1 where the forecast has the right distribution
    (the probability integral transform; Diebold et al. 1998); NaN where the value is missing."""
    scale: Floats
    """(N,) that of MASE; NaN of histories that have none, and where no value came, as of one of several channels."""


def network_of(subject: Subject) -> Forecaster:
    """The network of a subject that forecasts."""
    assert isinstance(subject.model, Forecaster)
    return subject.model


def format_of(subject: Subject) -> SeriesFormat:
    """What a subject that forecasts reads of a step."""
    form = subject.loaded.tokenizers.source
    assert isinstance(form, SeriesFormat)
    return form


@once_per_subject
def outcomes(subject: Subject) -> Outcomes:
    """Forecast the windows of a subject, always with the same random numbers."""
    network = TorchForecaster(network_of(subject), subject.device)
    forecaster = SeriesForecaster.from_folder(subject.loaded, network, workers=1)
    form, windows = forecaster.format, subject.windows
    actual = np.concatenate([window.target.T for window in windows])
    found = [paths for own in forecaster.sample_windows(windows, seed=subject.seed) for paths in np.moveaxis(own, 2, 0)]
    ranks = [
        ((paths < own).mean(axis=0) + (paths <= own).mean(axis=0)) / 2 for paths, own in zip(found, actual, strict=True)
    ]
    scales = np.array([seasonal_error(history, form.season) for window in windows for history in window.history.T])
    return Outcomes(
        actual=actual,
        median=np.stack([np.median(paths, axis=0) for paths in found]),
        ranks=np.where(np.isfinite(actual), np.stack(ranks), np.nan),
        scale=np.where((scales > 0) & np.isfinite(actual).any(axis=1), scales, np.nan),
    )


def standard_error(by_window: Floats) -> float:
    """Of the mean of figures (N,) of windows, which are independent, as the steps of one are not; infinite of one."""
    return float(by_window.std(ddof=1) / np.sqrt(len(by_window))) if len(by_window) > 1 else float("inf")


def means(figures: Floats, axis: int) -> Floats:
    """Means of (N, H) figures over series (axis 0) or steps (1); NaN where none is known."""
    known = np.isfinite(figures)
    count = known.sum(axis=axis)
    return np.asarray(np.where(count > 0, np.where(known, figures, 0.0).sum(axis=axis) / np.maximum(count, 1), np.nan))


def listed(figures: Floats) -> list[JsonValue]:
    """Figures for JSON, which has no NaN."""
    return [None if value != value else value for value in figures.tolist()]


def to_array(tensor: Tensor) -> Floats:
    """On the CPU, in float64."""
    return np.asarray(tensor.detach().double().cpu().numpy())
