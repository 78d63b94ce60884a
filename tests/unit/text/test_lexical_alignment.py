"""Model 1: against its definition, worked out over all alignments; and what is picked of it."""

import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.special import EOS
from seq2seq.text import lexical_alignment
from seq2seq.text.lexical_alignment import Lexicon, learn, sample_pairs


def learnt(pairs: list[tuple[list[int], list[int]]], rounds: int) -> dict[tuple[int, int], float]:
    sources, targets = ([np.array(pair[side], dtype=np.int32) for pair in pairs] for side in (0, 1))
    found = learn(sources, targets, rounds=rounds)
    keys = list(zip(found.sources.tolist(), found.targets.tolist(), strict=True))
    assert keys == sorted(set(keys))
    return dict(zip(keys, found.probabilities.tolist(), strict=True))


def by_definition(pairs: list[tuple[list[int], list[int]]], rounds: int) -> dict[tuple[int, int], float]:
    """EM over every way to align every target token with a token of its source, or with EOS."""
    given: dict[tuple[int, int], float] = defaultdict(lambda: 1.0)
    for _ in range(rounds):
        counts: dict[tuple[int, int], float] = defaultdict(float)
        for source, target in pairs:
            alignments = list(itertools.product([*source, EOS], repeat=len(target)))
            weights = [np.prod([given[s, t] for s, t in zip(one, target, strict=True)]) for one in alignments]
            for one, weight in zip(alignments, weights, strict=True):
                for s, t in zip(one, target, strict=True):
                    counts[s, t] += float(weight / sum(weights))
        totals: dict[int, float] = defaultdict(float)
        for (s, _), count in counts.items():
            totals[s] += count
        given = defaultdict(float, {(s, t): count / totals[s] for (s, t), count in counts.items()})
    return dict(given)


SENTENCE = st.lists(st.integers(4, 7), max_size=3)


@settings(max_examples=40, deadline=None)
@given(pairs=st.lists(st.tuples(SENTENCE, SENTENCE), min_size=1, max_size=4), rounds=st.integers(1, 3))
def test_it_is_what_all_alignments_come_to(pairs: list[tuple[list[int], list[int]]], rounds: int) -> None:
    assert learnt(pairs, rounds) == pytest.approx(by_definition(pairs, rounds))


@settings(max_examples=20, deadline=None)
@given(pairs=st.lists(st.tuples(SENTENCE, SENTENCE), min_size=1, max_size=6), size=st.integers(1, 8))
def test_the_size_of_blocks_changes_nothing(pairs: list[tuple[list[int], list[int]]], size: int) -> None:
    whole = learnt(pairs, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical_alignment, "_BLOCK", size)
        assert learnt(pairs, 2) == pytest.approx(whole)


def test_a_round_by_hand() -> None:
    """``a b → x y`` and ``a → x``: 4, 5, 14, 15. Each source has EOS, too, so the first pair shares by thirds."""
    found = learnt([([4, 5], [14, 15]), ([4], [14])], 1)
    # a: 1/3 + 1/2 of x, 1/3 of y; b: a third of each; EOS as a.
    assert found == pytest.approx(
        {(4, 14): 5 / 7, (4, 15): 2 / 7, (5, 14): 1 / 2, (5, 15): 1 / 2, (EOS, 14): 5 / 7, (EOS, 15): 2 / 7}
    )


def test_words_that_occur_together_are_distinguished() -> None:
    """The example of textbooks: das Haus, das Buch, ein Buch (11 12, 11 13, 14 13)."""
    found = learnt([([21, 22], [11, 12]), ([21, 23], [11, 13]), ([24, 23], [14, 13])], 20)
    for source, target in ((21, 11), (22, 12), (23, 13), (24, 14)):
        assert found[source, target] == max(p for (s, _), p in found.items() if s == source) > 0.6


def test_probabilities_of_a_source_sum_to_one() -> None:
    rng = np.random.default_rng(0)
    sentences = [rng.integers(4, 30, rng.integers(1, 9)) for _ in range(60)]
    found = learn(sentences[:30], sentences[30:])
    sums = np.bincount(found.sources, weights=found.probabilities)
    assert sums[np.unique(found.sources)] == pytest.approx(1.0)


def test_what_is_never_written_is_never_yielded() -> None:
    assert learn([], []).sources.size == 0
    assert learn([np.array([4])], [np.array([], dtype=np.int64)]).targets.size == 0
    assert set(learnt([([4], []), ([5], [6])], 1)) == {(EOS, 6), (5, 6)}


def test_sides_of_different_lengths_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="1 source, but 0 targets"):
        learn([np.array([4])], [])


def test_the_best_of_every_source() -> None:
    found = Lexicon(np.array([4, 4, 4, 7, 7]), np.array([5, 6, 8, 5, 9]), np.array([0.2, 0.5, 0.3, 0.1, 0.9]))
    assert [part.tolist() for part in found.best(2)] == [[4, 4, 7, 7], [6, 8, 9, 5]]
    assert [part.tolist() for part in found.without(np.array([6, 9])).best(1)] == [[4, 7], [8, 5]]


def test_of_many_pairs_a_sample_is_read() -> None:
    lengths = np.array([[2, 3]] * 100)
    assert sample_pairs(lengths).tolist() == list(range(100))
    some = sample_pairs(lengths, cells=60)
    assert some.tolist() == sorted(set(some.tolist()))
    assert len(some) == 10
    assert some.tolist() == sample_pairs(lengths, cells=60).tolist()
    assert sample_pairs(np.empty((0, 2), dtype=np.int32)).tolist() == []
