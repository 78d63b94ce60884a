"""The model of words, and what is called low."""

import numpy as np
import pytest
from support.faults import phrasebook

from seq2seq.inspection.checks.alignment import Model, cells
from seq2seq.inspection.checks.misaligned import find_limits, stretches
from seq2seq.inspection.engine.texts import Texts


def test_every_word_with_every_word_of_the_other_side() -> None:
    words = Texts(["a b", "", "c", "d e"]).words, Texts(["x", "y", "", "z w v"]).words
    source, target = (Model(*words).source.find(words[0]), Model(*words).target.find(words[1]))
    assert len(source.numbers) == 0, "words that come once say nothing"
    assert [array.tolist() for array in cells(source, target)] == [[], []]
    known = [Texts([texts] * 3).words for texts in ("a b", "x y z")]
    model = Model(*known)
    # Two words a source and three a target, in each of three rows; none is too common among so few.
    one, other = cells(model.source.find(known[0]), model.target.find(known[1]))
    assert list(zip(one.tolist(), other.tolist(), strict=True))[:6] == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]
    assert len(one) == 18
    assert one[6:12].tolist() == [2, 3, 2, 3, 2, 3]


def test_words_that_go_together_are_learnt() -> None:
    rng = np.random.default_rng(1)
    rows = [rng.choice(30, size=4, replace=False) for _ in range(400)]
    source = Texts([" ".join(f"s{number}" for number in row) for row in rows]).words
    target = Texts([" ".join(f"t{number}" for number in rng.permutation(row)) for row in rows]).words
    model = Model(source, target)
    scores, judged = model.score(source, target)
    wrong, _ = model.score(source, target.take(np.roll(np.arange(400), 1)))
    assert (judged == 8).all()
    assert scores.min() > 1.0
    assert np.median(wrong) < -1.0


def test_words_that_never_met_explain_nothing() -> None:
    model = Model(Texts(["a"] * 4 + ["b"] * 4 + ["c"] * 8).words, Texts(["x"] * 4 + ["y"] * 4 + ["z"] * 8).words)
    scores, judged = model.score(Texts(["a", "a", "nothing"]).words, Texts(["x", "y", "x"]).words)
    assert judged.tolist() == [2, 2, 0]
    # t(x|a) = t(a|x) = 1 and p(x) = p(a) = 1/2, c and z being too common: the mean of twice log(0.1 + 0.9 * 2).
    assert scores[0] == pytest.approx(np.log(0.1 + 0.9 * 2), abs=1e-3)
    assert scores[1] == pytest.approx(np.log(0.1), abs=1e-6)


@pytest.mark.parametrize("wrong", [0.01, 0.05, 0.3])
def test_limits_where_ranks_are_known(wrong: float) -> None:
    """Wrong pairs have any rank, right ones one near 1."""
    rng = np.random.default_rng(2)
    count = 20_000
    bad = rng.random(count) < wrong
    ranks = np.where(bad, rng.random(count), 1 - rng.exponential(0.01, count)).astype(np.float32)
    half, nine_tenths = find_limits(ranks)
    assert 0 < nine_tenths <= half
    for limit, least in ((half, 0.4), (nine_tenths, 0.8)):
        low = ranks <= limit
        assert bad[low].mean() > least
    assert (bad & (ranks <= half)).sum() > 0.85 * bad.sum()


def test_nothing_is_low_where_nothing_can_be_judged() -> None:
    ranks = np.full(100, np.nan, np.float32)
    assert find_limits(ranks) == (0.0, 0.0)
    ranks[:40] = 0.1
    assert find_limits(ranks) == (0.0, 0.0)
    assert find_limits(np.zeros(0, np.float32)) == (0.0, 0.0)


def test_stretches_lie_within_a_file() -> None:
    ranks, file = np.ones(300, np.float32), np.zeros(300, np.int32)
    ranks[[5, 90, 200]] = 0.1
    assert stretches(ranks, file) == []
    ranks[50:75] = 0.2
    ranks[60] = 1.0
    assert stretches(ranks, file) == [(50, 74)]
    ranks[100:110] = np.nan
    assert stretches(ranks, file) == [(50, 74)]
    file[62:] = 1
    assert stretches(ranks, file) in ([(50, 61), (62, 74)], [(50, 61), (61, 74)], [(50, 61)], [(62, 74)])


def test_too_little_text_is_said(inspected) -> None:  # type: ignore[no-untyped-def]
    (split,) = inspected(phrasebook()[:60]).splits
    assert split.notes == ("too little text to judge whether the pairs belong together (0 of 60 can be judged)",)
    (split,) = inspected(phrasebook()[:3000]).splits
    assert split.notes == ()
