"""Short trainings of a diagnosis: the range of learning rates, parts of the data, and the check before training."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from support import tasks, toy

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.learning import learning_curve as curves
from seq2seq.diagnostics.learning.learning_rate_range import find_range, judge_range, recipe_learning_rate_range
from seq2seq.diagnostics.learning.preflight import judge_memorising, preflight
from seq2seq.diagnostics.learning.trials import endless_batches, fresh_trainer
from seq2seq.models.attention import Attention
from seq2seq.models.bridge import Bridge

RATES = np.geomspace(1e-6, 1.0, 61)  # ten per decade


def losses(begin: float = 1e-4, lowest: float = 1e-2) -> np.ndarray:
    """7 nats up to a rate, then falling by the logarithm of the rate to 4; above, rising by 6 a decade."""
    places = np.log10(RATES)
    falling = 7 - 3 * np.clip((places - np.log10(begin)) / (np.log10(lowest) - np.log10(begin)), 0, 1)
    return falling + 6 * np.clip(places - np.log10(lowest), 0, None)


def test_a_range_is_found_up_to_the_smoothing() -> None:
    """The moving average lags some steps behind, of which ten are a decade."""
    found = find_range(RATES, losses())
    assert found is not None
    assert 1e-4 < found.begin < 5e-4
    assert 1e-2 <= found.lowest < 3e-2
    assert found.diverges is not None
    assert found.lowest < found.diverges < 0.1


def test_no_range_where_the_loss_never_falls() -> None:
    assert find_range(RATES, np.full(len(RATES), 7.0)) is None
    assert judge_range(RATES, np.full(len(RATES), 7.0), 1e-3).verdict is Verdict.UNJUDGED


def test_what_is_not_finite_is_where_it_diverges() -> None:
    curve = losses(lowest=1e-2)
    curve[RATES > 2e-2] = np.nan
    found = find_range(RATES, curve)
    assert found is not None
    assert found.diverges == pytest.approx(RATES[RATES > 2e-2][0])


@pytest.mark.parametrize(
    ("rate", "trouble"),
    [(1e-3, None), (5e-3, None), (5e-5, None), (0.5, "learning-rate.too-high"), (1e-6, "learning-rate.too-low")],
)
def test_a_rate_is_judged_by_its_range(rate: float, trouble: str | None) -> None:
    finding = judge_range(RATES, losses(), rate)
    assert finding.trouble == trouble
    assert "<svg" in finding.drawings[0].svg()


def test_the_test_runs_on_a_fresh_model(tmp_path: Path) -> None:
    before = torch.get_rng_state()
    finding = recipe_learning_rate_range(toy.recipe(tmp_path), steps=25)
    assert torch.equal(torch.get_rng_state(), before)
    assert len(finding.details["rates"]) > 20  # type: ignore[arg-type]
    assert finding.verdict in (Verdict.FINE, Verdict.UNJUDGED)


def test_parts_of_the_data_hold_no_other_rows(tmp_path: Path) -> None:
    rows = np.array([3, 5, 8, 13, 21])
    with fresh_trainer(toy.recipe(tmp_path)) as trainer:
        batches = list(islice(endless_batches(trainer, rows), 3))
        seen = [row for batch in batches for row in batch.rows]
        assert sorted(set(seen)) == rows.tolist()
        loss, count = curves.part_loss(toy.recipe(tmp_path), 0.5, device="cpu", steps=2)
    assert count == 130
    assert 1.0 < loss < 4.0


@pytest.mark.parametrize(("last", "helps"), [(1.9, True), (1.995, False)])
def test_a_curve_says_what_the_last_doubling_brought(last: float, helps: bool) -> None:
    finding = curves.judge_curve([100, 200], [2.0, last], 300)
    assert finding.value == pytest.approx(100 * (2.0 - last) / 2.0)
    assert ("likely" in finding.sentence) is helps


# ----------------------------------------------------------------------------------------------------- before training


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.diagnostics.learning.preflight.memorise", lambda *_: (2.0, 0.1))


def troubles(folder: Path) -> set[str]:
    return {one.trouble for one in preflight(toy.recipe(folder)) if one.trouble}


def test_a_sound_recipe_passes(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, optimizer={"name": "adam", "learning_rate": 0.02})
    findings = preflight(recipe, steps=60)
    assert [one.measure for one in findings] == ["initial-loss", "parameters", "padding", "memorising"]
    assert {one.verdict for one in findings} == {Verdict.FINE}


def test_a_classifier_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    assert {one.verdict for one in preflight(tasks.classification(tmp_path))} == {Verdict.FINE}


def test_a_language_model_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    recipe = tasks.generation(tmp_path, windows={"tokens": 8, "streams": 4})
    assert {one.verdict for one in preflight(recipe)} == {Verdict.FINE}


def test_padding_that_is_not_masked_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    masked = Attention.forward
    monkeypatch.setattr(Attention, "forward", lambda self, q, k, m, mask: masked(self, q, k, m, torch.ones_like(mask)))
    assert troubles(tmp_path) == {"padding.leaks"}


def test_a_part_without_a_gradient_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    forward = Bridge.forward
    monkeypatch.setattr(Bridge, "forward", lambda self, final: tuple(one.detach() for one in forward(self, final)))
    assert troubles(tmp_path) == {"parameters.not-learning"}


def test_weights_that_are_far_too_large_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    normal = torch.nn.init.xavier_uniform_
    monkeypatch.setattr(torch.nn.init, "xavier_uniform_", lambda weight: normal(weight, gain=20.0))
    assert troubles(tmp_path) == {"initialisation.wrong"}


@pytest.mark.parametrize(("after", "trouble"), [(0.1, None), (1.2, "nothing-learnt"), (float("nan"), "nothing-learnt")])
def test_a_batch_is_to_be_memorised(after: float, trouble: str | None) -> None:
    assert judge_memorising(2.0, after, "token").trouble == trouble
