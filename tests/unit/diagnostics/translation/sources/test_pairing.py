"""Targets are found beside whichever source they belong to, without a model."""

from collections.abc import Callable

import numpy as np
import pytest

from seq2seq.diagnostics.translation.sources.pairing import BLOCK, SHIFTS, judge_shifts, pairing

LINES = 600


class Lines:
    """Sentences of ten random words, each with one translation, whose targets stand where ``place`` says."""

    def __init__(self, place: Callable[[int], int]) -> None:
        random = np.random.default_rng(3)
        self._sources = random.integers(10, 60, size=(LINES + 5, 10)).astype(np.int32)
        self._place = place

    def __len__(self) -> int:
        return LINES

    def source_ids(self, row: int) -> np.ndarray:
        return self._sources[row]

    def target_ids(self, row: int) -> np.ndarray:
        return self._sources[self._place(row)][::-1] + 100


@pytest.mark.parametrize(
    ("place", "shifted", "first"),
    [
        (lambda row: row, {}, None),
        (lambda row: row + 1, {1: LINES}, 0),
        (lambda row: max(0, row - 2), {-2: LINES}, 0),
        (lambda row: row + (row >= 300), {1: 300}, 300),
    ],
    ids=["right", "a line early", "two lines late", "from the middle on"],
)
def test_shifted_lines_are_counted(place: Callable[[int], int], shifted: dict[int, int], first: int | None) -> None:
    found = pairing(Lines(place))  # type: ignore[arg-type]
    assert found.related
    assert found.shifted == shifted
    assert found.first == first
    assert found.before == {None: LINES - 1, 0: None, 300: 299}[first]
    assert found.lines == LINES


def test_unrelated_lines_are_not_judged() -> None:
    order = np.random.default_rng(1).permutation(LINES).tolist()
    found = pairing(Lines(lambda row: order[row]))  # type: ignore[arg-type]
    assert not found.related
    assert not found.shifted


def test_a_block_is_shifted_only_if_it_surely_fits_better() -> None:
    random = np.random.default_rng(1)
    scores = random.normal(0, 1, size=(2 * BLOCK, len(SHIFTS) + 1))
    scores[:, 0] += 3
    scores[:, -1] -= 1
    assert judge_shifts([(0, scores)]).shifted == {}
    better = scores.copy()
    better[BLOCK:, SHIFTS.index(1)] += 4.0  # four at the shift, three at its own place: 1 more, of an error of 0.2
    assert judge_shifts([(0, better)]).shifted == {}
    better[BLOCK:, SHIFTS.index(1)] += 2.0
    found = judge_shifts([(0, better)])
    assert found.shifted == {1: BLOCK}
    assert (found.before, found.first) == (BLOCK - 1, BLOCK)
