"""Windows and splits: no context or training series has anything of what is to be forecast."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.series.series import Series, SeriesSet, without_covariates
from seq2seq.series.windows import split_by_time, windows

LENGTHS = st.integers(1, 12)


def numbered(steps: int, *, changed_from: int | None = None) -> Series:
    """Values are the numbers of their steps, except those that have been changed."""
    values = np.arange(steps, dtype=np.float64)[:, None]
    if changed_from is not None:
        values[changed_from:] = -1e9
    return Series("a", values, ("y",), np.arange(steps), without_covariates(steps))


@given(st.integers(0, 40), LENGTHS, LENGTHS, st.integers(1, 5), st.integers(1, 5))
def test_windows_tile_the_end_of_a_series(steps: int, context: int, horizon: int, stride: int, shortest: int) -> None:
    found = windows(numbered(steps), context=context, horizon=horizon, stride=stride, shortest=shortest)
    for window in found:
        assert window.context[:, 0].tolist() == list(range(max(window.end - context, 0), window.end))
        assert window.target[:, 0].tolist() == list(range(window.end, window.end + horizon))
        assert window.history[:, 0].tolist() == list(range(window.end))
    assert [window.end for window in found] == sorted(range(steps - horizon, shortest - 1, -stride))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), LENGTHS, LENGTHS)
def test_a_split_knows_nothing_of_what_comes_later(lengths: list[int], horizon: int, context: int) -> None:
    """Other numbers in the test change nothing of train and dev, and nothing of what the test is forecast from."""
    lengths = [max(lengths[0], horizon + 2), *lengths[1:]]
    before, after = (
        split_by_time(SeriesSet(tuple(series)), horizon=horizon, context=context)
        for series in (
            [numbered(steps) for steps in lengths],
            [numbered(steps, changed_from=max(steps - horizon, 0)) for steps in lengths],
        )
    )
    assert [one.values.tolist() for one in before.train] == [one.values.tolist() for one in after.train]
    assert [one.series.values.tolist() for one in before.dev] == [one.series.values.tolist() for one in after.dev]
    for one, other in zip(before.test, after.test, strict=True):
        assert one.history.tolist() == other.history.tolist()
        assert one.context.tolist() == other.context.tolist()
        assert (other.target == -1e9).all()
    for one in before.train:
        assert len(one) + 2 * horizon in lengths
