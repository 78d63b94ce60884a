"""How growth is measured, fitted and told: the arithmetic; the figures come from the benchmark itself."""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.models.build import build_model
from seq2seq.search.decode import search

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import growth
import growth_pictures as pictures
import growth_points as points
from growth_curves import CONSTANT, CURVES, FILLED, INVERSE, LINEAR, SHARED, SQUARE, Form, Quartiles, fit, quartiles

FORMS = (CONSTANT, LINEAR, SQUARE, INVERSE, SHARED, FILLED)
X = (1, 4, 16, 64, 256)


@given(form=st.sampled_from(FORMS), a=st.floats(0.1, 1e3), b=st.floats(0, 1e3))
def test_what_follows_a_form_is_fitted_by_it(form: Form, a: float, b: float) -> None:
    y = np.full(len(X), a) if form.grows is None else a + b * form.grows(np.array(X, dtype=np.float64))
    found = fit(form, X, list(y))
    assert found.at(X) == pytest.approx(y, rel=1e-6)
    assert found.farthest < 1e-6
    assert found.a == pytest.approx(a, rel=1e-3, abs=1e-6 * y.max())


@given(y=st.lists(st.floats(0.1, 1e6), min_size=len(X), max_size=len(X)), form=st.sampled_from(FORMS))
def test_no_number_is_below_zero_and_no_point_farther_than_told(y: list[float], form: Form) -> None:
    found = fit(form, X, y)
    assert found.a >= 0
    assert found.b >= 0
    distance = np.abs(np.array(y) / found.at(X) - 1)
    assert found.farthest == pytest.approx(distance.max())
    assert distance[X.index(int(found.where))] == pytest.approx(distance.max())


def test_what_falls_is_no_growth() -> None:
    """By hand: a constant c for 3 and 1 makes (c / 3 - 1)² + (c - 1)² the least at (1/3 + 1) / (1/9 + 1) = 1.2."""
    found = fit(LINEAR, [1, 2], [3.0, 1.0])
    assert (found.a, found.b) == pytest.approx((1.2, 0.0))
    assert (found.farthest, found.where) == pytest.approx((1.5, 1.0))


def test_quartiles_lie_between_neighbours() -> None:
    assert quartiles([4.0, 1.0, 3.0, 2.0]) == Quartiles(1.75, 2.5, 3.25)
    assert quartiles([7.0]) == Quartiles(7.0, 7.0, 7.0)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (CONSTANT, "12.5"),
        (LINEAR, "12.5 + 1,500 x"),
        (SQUARE, "12.5 + 1,500 x²"),
        (INVERSE, "12.5 + 1,500 / x"),
        (SHARED, "12.5 + 1,500 / min(x, 64)"),
        (FILLED, "12.5 + 1,500 min(x, 64)"),
    ],
)
def test_formula_has_its_numbers(form: Form, shown: str) -> None:
    y = np.full(len(X), 12.5) if form.grows is None else 12.5 + 1500 * form.grows(np.array(X, dtype=np.float64))
    assert pictures._formula(fit(form, X, list(y)), 1.0) == shown


def measured(*, quick: bool = False) -> dict[str, Any]:
    """Three rounds in which everything is as expected of a + b x: 2 µs + 1 µs x, 100 MB + 1 MB x."""
    return {
        "date": "2000-01-01",
        "commit": "abc",
        "machine": ["a processor"],
        "threads": 1,
        "rounds": 3,
        "minutes": 1.0,
        "quick": quick,
        "points": [
            {
                "curve": curve.name,
                "series": series.name,
                "x": x,
                "measured": [
                    {"seconds": (2 + x) * 1e-6 * factor, "program": 10**8, "peak": 10**8 + 10**6 * x}
                    for factor in (0.5, 1, 1.5)
                ],
            }
            for curve in CURVES
            for series in curve.series
            for x in reversed(curve.points)
        ],
    }


def test_table_tells_every_point_and_its_distance() -> None:
    found = measured()
    written = pictures.table(found, {curve.name: pictures.lines_of(curve, found) for curve in CURVES})
    for curve in CURVES:
        assert f"## {curve.title}\n" in written
    assert "| training | 16 | 18 (13.5 – 22.5) | 18 | 116 (116 – 116) | 116 |" in written
    assert "- training, time: 2 + 1 x µs; farthest from it: 0%" in written
    assert "- training, memory: 100 + 1 x MB; farthest from it: 0%" in written
    assert written.count("\n| training |") == sum(
        len(curve.points) for curve in CURVES for series in curve.series if series.name == "training"
    )
    assert "quick" not in written


def test_quick_run_is_called_one() -> None:
    found = measured(quick=True)
    assert "No figure of it is worth quoting" in pictures.table(
        found, {curve.name: pictures.lines_of(curve, found) for curve in CURVES}
    )


def test_picture_is_a_small_png() -> None:
    curve = max(CURVES, key=lambda curve: len(curve.series))
    image = pictures.picture(curve, pictures.lines_of(curve, measured()))
    assert image.startswith(b"\x89PNG")
    assert len(image) < 60_000


def test_every_series_has_its_job() -> None:
    assert set(points.JOBS) == {(curve.name, series.name) for curve in CURVES for series in curve.series}


@pytest.mark.parametrize(("length", "tokens"), [(4, 2048), (128, 2048), (16, 256)])
def test_batch_has_its_tokens_and_no_padding(length: int, tokens: int) -> None:
    batch = points.random_batch(length=length, tokens=tokens, vocabulary=50)
    assert batch.source_tokens + batch.target_tokens == tokens == batch.source.numel() + batch.target[:, 1:].numel()
    assert batch.source.size(1) == length
    assert int(batch.source.max()) < 50


@pytest.mark.parametrize("attends", [True, False])
def test_outputs_are_as_long_as_their_sources(attends: bool) -> None:
    config = points.recipe(8, attends=attends)
    stepper = TorchStepper(build_model(config.model, 30, 30).eval())
    rng = np.random.default_rng()
    sources = [points.random_ids(7, 30, rng) for _ in range(3)]
    found = search(stepper, sources, points.of_length(7, config.decoding))
    assert [len(best.tokens) + 1 for best, *_ in found] == [7, 7, 7]
    assert (config.model.attention is not None) == attends


def test_work_is_done_apart() -> None:
    assert growth.apart(os.getpid) != os.getpid()


def test_work_that_ends_without_a_result_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match=r"_exit\(3,\): .*code 3"):
        growth.apart(os._exit, 3)
    with pytest.raises(RuntimeError, match=r"divmod\(1, 0\): .*code 1"):
        growth.apart(divmod, 1, 0)
    assert "ZeroDivisionError" in capfd.readouterr().err
