"""A run that goes wrong is warned of once; a healthy one never."""

from collections.abc import Iterable
from typing import Any

import pytest

from seq2seq.config.training import TrainingConfig
from seq2seq.training.reporting.monitor import RunMonitor, clipping

CONFIG = TrainingConfig.model_validate({"max_steps": 5000, "schedule": {"warmup_steps": 100}, "clip_norm": 1.0})
HEALTHY = {"loss": 2.0, "clipped": 0.1, "gradient_norm_mean": 0.7, "update_ratio": 0.004}


def steps(count: int, first: int = 1, **figures: float) -> list[dict[str, Any]]:
    """So many reports, one every 50 steps."""
    return [{"kind": "train", "step": 50 * number, **HEALTHY, **figures} for number in range(first, first + count)]


def validations(losses: Iterable[float], **figures: list[float]) -> list[dict[str, Any]]:
    """One every 500 steps; before each, a training loss that falls."""
    found = []
    for number, loss in enumerate(losses, start=1):
        found += steps(1, first=number * 10, loss=3.0 - number / 10)
        scores = {name: values[number - 1] for name, values in figures.items()}
        found.append({"kind": "validation", "step": 500 * number, "loss": loss, **scores})
    return found


def warnings(
    entries: list[dict[str, Any]], warned: list[str], *, config: TrainingConfig = CONFIG, metric: str = "loss"
) -> list[str]:
    monitor = RunMonitor(config, metric, [])
    for entry in entries:
        monitor.observe(entry)
    return list(warned)


def test_clipping_is_judged_after_warm_up_and_over_five_hundred_steps(warned: list[str]) -> None:
    cut = {"clipped": 1.0, "gradient_norm_mean": 5.0}
    assert warnings([*steps(2, **cut), *steps(7, first=3, **cut), *steps(40, first=10)], warned) == []
    assert warnings([*steps(2), *steps(30, first=3, **cut)], warned) == ["training.clipping"]


@pytest.mark.parametrize(("share", "norm", "warns"), [(0.79, 5.0, 0), (0.81, 1.9, 0), (0.81, 2.1, 1)])
def test_clipping_must_cut_most_steps_and_much_of_them(
    share: float, norm: float, warns: int, warned: list[str]
) -> None:
    assert len(warnings(steps(30, clipped=share, gradient_norm_mean=norm), warned)) == warns


def test_shares_are_weighted_by_the_steps_of_their_intervals() -> None:
    """(100 x 0 + 50 x 0.6) / 150, and norms likewise; what began in warm-up does not count."""
    entries = [
        {"kind": "train", "step": 100, "clipped": 1.0, "gradient_norm_mean": 9.0},
        {"kind": "train", "step": 200, "clipped": 0.0, "gradient_norm_mean": 1.0},
        {"kind": "train", "step": 250, "clipped": 0.6, "gradient_norm_mean": 4.0},
    ]
    assert clipping(entries, CONFIG) == (150, pytest.approx(0.2), pytest.approx(2.0))
    assert clipping(entries, CONFIG, last=50) == (50, pytest.approx(0.6), pytest.approx(4.0))
    assert clipping(entries, CONFIG, last=500) is None
    assert clipping([], CONFIG) is None


def test_updates_that_are_too_large_or_too_small(warned: list[str]) -> None:
    assert warnings(steps(20, update_ratio=0.12), warned) == ["training.updates-too-large"]
    warned.clear()
    assert warnings(steps(20, update_ratio=5e-6), warned) == ["training.updates-too-small"]
    warned.clear()
    assert warnings([*steps(5), *steps(30, first=6, update_ratio=5e-6)], warned) == []  # the end of a schedule


def test_a_loss_no_better_than_the_unigrams(warned: list[str]) -> None:
    baseline = {"kind": "baseline", "step": 0, "unigram_loss": 5.0, "uniform_loss": 8.0}
    assert warnings([baseline, *validations([5.1, 5.05, 4.9, 4.8])], warned) == []  # at 1,100 steps it must be better
    assert warnings([baseline, *validations([5.1, 5.05, 5.01, 5.01])], warned) == ["training.nothing-learnt"]
    warned.clear()
    assert warnings(validations([5.1, 5.05, 5.01, 5.01]), warned) == []  # unknown


def test_over_fitting(warned: list[str]) -> None:
    assert warnings(validations([2.0, 1.8, 1.85, 1.92, 1.99, 2.1]), warned) == ["training.over-fitting"]


def test_no_over_fitting_where_the_rise_is_small_or_short(warned: list[str]) -> None:
    assert warnings(validations([2.0, 1.8, 1.84, 1.85, 1.86, 1.88]), warned) == []
    assert warnings(validations([2.0, 1.8, 1.9, 2.0, 1.7, 1.75]), warned) == []
    assert warnings(validations([0.003, 0.002, 0.01, 0.02, 0.03]), warned) == []


def test_no_over_fitting_while_the_chosen_metric_improves(warned: list[str]) -> None:
    losses = [2.0, 1.8, 1.85, 1.95, 2.0, 2.1]
    assert warnings(validations(losses, bleu=[10.0, 20, 21, 22, 23, 24]), warned, metric="bleu") == []
    scores = [10.0, 20, 19, 18, 17, 16]
    assert warnings(validations(losses, bleu=scores), warned, metric="bleu") == ["training.over-fitting"]


def test_no_over_fitting_where_the_training_loss_rises_too(warned: list[str]) -> None:
    entries = validations([2.0, 1.8, 1.85, 1.95, 2.0, 2.1])
    rising = [entry | ({"loss": 5.0} if entry["kind"] == "train" and entry["step"] > 1000 else {}) for entry in entries]
    assert warnings(rising, warned) == []


def test_a_resumed_run_does_not_warn_again(warned: list[str]) -> None:
    cut = steps(30, clipped=1.0, gradient_norm_mean=5.0)
    monitor = RunMonitor(CONFIG, "loss", [{"kind": "baseline", "step": 0, "unigram_loss": 5.0}, *cut])
    assert monitor.has_baseline
    for entry in steps(30, first=31, clipped=1.0, gradient_norm_mean=5.0):
        monitor.observe(entry)
    assert warned == []
