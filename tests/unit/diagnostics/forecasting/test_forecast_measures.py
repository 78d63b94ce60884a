"""Measures of a forecaster: verdicts on outcomes that are planted, and figures of a small network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support import tiny
from support.forecasting import monthly_csv

from seq2seq.config.data import DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.diagnostics.examine import OF_SERIES, examine
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting import reading_back, residuals
from seq2seq.diagnostics.forecasting.errors import measure_errors
from seq2seq.diagnostics.forecasting.intervals import measure_intervals
from seq2seq.diagnostics.forecasting.outcomes import Outcomes, outcomes
from seq2seq.diagnostics.learning.losses import batch_losses
from seq2seq.diagnostics.network.reading import batches, read_batch, sample
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.forecaster import Forecaster
from seq2seq.series.series import Floats
from seq2seq.training.step.forecast_objective import ForecastObjective

NAN = float("nan")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    lengths = {f"series {number}": 30 + number for number in range(16)}
    data = DataConfig(train=str(monthly_csv(folder / "s.csv", lengths)), forecast=ForecastConfig(horizon=6, context=24))
    return tiny.save_forecaster(folder / "model", data, attention=True)


@pytest.fixture
def subject(folder: Path) -> Subject:
    return Subject.open(folder, device="cpu")


def plant(subject: Subject, *, median: Floats | None = None, ranks: Floats | None = None) -> None:
    """Let a model have forecast so."""
    actual = np.stack([window.target[:, 0] for window in subject.windows])
    shape = actual.shape
    found = Outcomes(
        actual,
        actual if median is None else median,
        np.full(shape, 0.5) if ranks is None else ranks,
        np.array([np.abs(np.diff(window.history[:, 0])).mean() for window in subject.windows]),
    )
    subject.results[outcomes.__wrapped__] = found  # type: ignore[attr-defined]


def verdict(found: list[Finding]) -> tuple[Verdict, str | None]:
    (finding,) = found
    return finding.verdict, finding.trouble


def test_outcomes_are_ranks_among_the_sampled_paths(subject: Subject) -> None:
    found = outcomes(subject)
    assert found.actual.shape == found.median.shape == found.ranks.shape == (16, 6)
    below = found.median < found.actual
    assert (found.ranks[below] >= 0.5).all()
    assert (found.ranks[~below] <= 0.5).all()
    again = outcomes(Subject.open(subject.loaded.path, device="cpu"))
    np.testing.assert_array_equal(found.ranks, again.ranks)


def test_a_forecaster_is_compared_with_forecasts_without_a_network(subject: Subject) -> None:
    actual = np.stack([window.target[:, 0] for window in subject.windows])
    plant(subject)
    (right,) = measure_errors(subject)
    assert (right.verdict, right.value) == (Verdict.FINE, 0.0)
    assert right.details["by_step"]["model"] == [0.0] * 6  # type: ignore[call-overload, index]
    plant(subject, median=actual * 3)
    assert verdict(measure_errors(subject)) == (Verdict.TROUBLE, "forecasts.no-better")
    subject.results.clear()
    naive = np.stack([np.full(6, window.history[-1, 0]) for window in subject.windows])
    best = min(measure_errors(subject)[0].details["by_step"]["naive"])  # type: ignore[arg-type, call-overload, index]
    assert best == pytest.approx(
        np.min(np.mean(np.abs(naive - actual) / outcomes(subject).scale[:, None], axis=0)), rel=1e-6
    )
    constant = Outcomes(actual, actual, actual, np.full(16, NAN))
    subject.results[outcomes.__wrapped__] = constant  # type: ignore[attr-defined]
    assert verdict(measure_errors(subject)) == (Verdict.UNJUDGED, None)


def test_a_channel_without_values_at_its_end_does_not_count(tmp_path: Path) -> None:
    months = (np.datetime64("2020-01") + np.arange(60)).tolist()
    rows = [f"{day},{step % 7},{'' if step >= 54 else step % 5}" for step, day in enumerate(months)]
    (tmp_path / "s.csv").write_text("\n".join(["ds,a,b", *rows]), "utf-8")
    forecast = ForecastConfig(horizon=6, context=24, season=12, channels="joint")
    data = DataConfig(train=str(tmp_path / "s.csv"), forecast=forecast)
    subject = Subject.open(tiny.save_forecaster(tmp_path / "model", data, channels=("a", "b")), device="cpu")
    (found,) = measure_errors(subject)
    assert (found.details["series"], np.isfinite(found.value or NAN)) == (1, True)


def test_coverage_is_judged(subject: Subject) -> None:
    random = np.random.default_rng(1)
    even = random.permutation((np.arange(96) + 0.5) / 96).reshape(16, 6)
    even[0, 0] = NAN
    for ranks, expected in (
        (even, (Verdict.FINE, None)),
        (np.where(random.random((16, 6)) < 0.5, 0.01, 0.99), (Verdict.TROUBLE, "intervals.narrow")),
        (np.vstack([np.full((1, 6), NAN), np.full((15, 6), 0.99)]), (Verdict.TROUBLE, "intervals.narrow")),
        (np.full((16, 6), 0.45), (Verdict.WATCH, "intervals.wide")),
        (0.01 + 0.77 * even, (Verdict.WATCH, "forecasts.biased")),
    ):
        plant(subject, ranks=ranks)
        found = measure_intervals(subject)
        assert verdict(found) == expected, found[0].sentence
        known = ranks[np.isfinite(ranks)]
        assert found[0].value == pytest.approx(100 * np.mean((known >= 0.1) & (known <= 0.9)))
    plant(subject, ranks=even[:7])
    assert verdict(measure_intervals(subject)) == (Verdict.UNJUDGED, None)


def test_what_is_left_of_neighbouring_steps(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1).normal(size=(40, 12))
    related = noise.copy()
    for step in range(1, 12):
        related[:, step] += 0.6 * related[:, step - 1]
    for left, expected in (
        (noise, (Verdict.FINE, None)),
        (related, (Verdict.WATCH, "residuals.correlated")),
        (noise[:4], (Verdict.UNJUDGED, None)),
        (noise[:, :1], (Verdict.UNJUDGED, None)),
    ):
        monkeypatch.setattr(residuals, "residuals", lambda _, left=left: left)
        assert verdict(residuals.measure_residuals(subject)) == expected
    monkeypatch.undo()
    left = residuals.residuals(subject)
    batch = next(batches(subject, subject.examples[:1]))
    model = subject.model
    assert isinstance(model, Forecaster)
    by_step, known = ForecastObjective(model).by_step(batch.source, batch.source_lengths, batch.target)
    assert np.isfinite(left[0]).tolist() == known[0, :, 0].tolist()
    assert by_step.shape == (1, 6, 1)


def test_how_far_back_it_reads(subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shares = reading_back.reading_back(subject)
    assert shares is not None
    assert shares.shape == (23,)
    assert shares.sum() == pytest.approx(1)
    assert verdict(reading_back.measure_reading_back(subject)) == (Verdict.UNJUDGED, None)
    fixed = Subject.open(tiny.save_forecaster(tmp_path / "fixed", subject.loaded.recipe.data), device="cpu")
    model = fixed.model
    assert isinstance(model, Forecaster)
    (cell,) = model.encoder.layers
    assert isinstance(cell, LSTM)
    with torch.no_grad():  # an encoder that forgets at once, and is not attended to, tells its last step alone
        cell.weights.input_bias[cell.hidden : 2 * cell.hidden] = -30.0
        cell.weights.recurrent.zero_()
    forgetting = reading_back.reading_back(fixed)
    assert forgetting is not None
    assert forgetting[0] == pytest.approx(1)
    monkeypatch.setattr(reading_back, "reading_back", lambda _: np.array([0.9, 0.1, *[0.0] * 28]))
    assert verdict(reading_back.measure_reading_back(subject)) == (Verdict.WATCH, "context.unread")


def test_a_traced_forecaster_has_the_loss_of_training(subject: Subject) -> None:
    model = subject.model
    assert isinstance(model, Forecaster)
    for batch in batches(subject, sample(subject, "a test")):
        expected = ForecastObjective(model)(batch.source, batch.source_lengths, batch.target)
        trace, loss = read_batch(model, batch, gradients=True)
        assert loss.item() == pytest.approx(expected.smoothed.item(), rel=1e-5)
        assert {one.side for one in trace.cells} == {"encoder", "decoder"}
        nats, steps = batch_losses(model, batch)
        assert nats.sum() == pytest.approx(expected.smoothed.item(), rel=1e-5)
        assert steps.tolist() == [6.0] * len(batch)


def test_long_contexts_are_cut_at_their_beginning(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.diagnostics.network.reading.STEPS", 8)
    (whole,) = {len(one.source_ids) for one in subject.examples}
    assert whole == 24
    last = {np.asarray(one.source_ids)[-1].tobytes() for one in subject.examples}
    for one in sample(subject, "a test"):
        assert len(one.source_ids) == 8
        assert np.asarray(one.source_ids)[-1].tobytes() in last


def test_all_measures_of_a_forecaster(subject: Subject) -> None:
    found = examine(subject, OF_SERIES)
    names = {finding.measure for finding in found.findings}
    assert names >= {
        "errors-by-step", "intervals", "residuals", "reading-back", "gradient-flow-encoder", "gates-decoder",
        "states-encoder", "padding", "parameters",
    }  # fmt: skip
    padding = next(finding for finding in found.findings if finding.measure == "padding")
    assert padding.verdict is Verdict.FINE
    one = replace(subject, examples=subject.examples[:1], windows=subject.windows[:1])
    assert {finding.measure for finding in examine(one, OF_SERIES).findings} == names


def test_channels_that_are_forecast_together_are_measured_as_series(tmp_path: Path) -> None:
    rows = [f"{2020 + step // 12}-{step % 12 + 1:02}-01,{step},{step * step % 17}" for step in range(40)]
    file = tmp_path / "plant.csv"
    file.write_text("\n".join(["ds,heat,power", *rows]) + "\n", "utf-8")
    data = DataConfig(train=str(file), forecast=ForecastConfig(horizon=6, context=24, channels="joint"))
    subject = Subject.open(tiny.save_forecaster(tmp_path / "model", data, channels=("heat", "power")), device="cpu")
    found = outcomes(subject)
    assert found.actual.tolist() == [list(range(34, 40)), [step * step % 17 for step in range(34, 40)]]
    assert (found.median.shape, found.scale.shape, residuals.residuals(subject).shape) == ((2, 6), (2,), (2, 6))
    assert len(examine(subject, OF_SERIES).findings) > 5
