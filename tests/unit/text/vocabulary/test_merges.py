"""Merges against counting pairs from scratch, and by hand."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from seq2seq.text.vocabulary.merges import learn_merges

words = st.dictionaries(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=7).map(tuple), st.integers(1, 9), min_size=1, max_size=8
)


def by_counting(words: dict[tuple[str, ...], int], count: int) -> list[str]:
    """The same, with all pairs counted again before every merge."""
    cut = [(list(pieces), times) for pieces, times in words.items()]
    made: list[str] = []
    for _ in range(count):
        counts: Counter[tuple[str, str]] = Counter()
        for pieces, times in cut:
            for pair in pairwise(pieces):
                counts[pair] += times
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        if counts[best] < 2:
            break
        made.append("".join(best))
        for pieces, _ in cut:
            at = 0
            while at + 1 < len(pieces):
                if (pieces[at], pieces[at + 1]) == best:
                    pieces[at : at + 2] = ["".join(best)]
                at += 1
    return list(dict.fromkeys(made))


def test_by_hand() -> None:
    # l-o 7, then lo-w 7 before e-r 5; what occurs once is not merged.
    assert learn_merges({tuple("low"): 5, tuple("lower"): 2, tuple("er"): 3, tuple("xy"): 1}, 9) == [
        "lo",
        "low",
        "er",
        "lower",
    ]


def test_no_more_than_asked_for() -> None:
    assert learn_merges({tuple("abab"): 3}, 1) == ["ab"]
    assert learn_merges({("a",): 9}, 5) == []


@given(words, st.integers(0, 12))
def test_the_index_forgets_nothing(words: dict[tuple[str, ...], int], count: int) -> None:
    found, expected = learn_merges(words, count), by_counting(words, count)
    assert found == expected
