"""Drawing a segmentation: against the definitions, written slowly."""

from collections import Counter

import numpy as np
import pytest

from seq2seq.text.sampling import choose, merge

RANKS = {"ab": 0.0, "bc": 1.0, "abc": 2.0, "aa": 3.0, "abab": 4.0}


def merged(text: str, dropout: float = 0.0, seed: int = 0) -> list[str]:
    return merge(text, RANKS, dropout=dropout, rng=np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("a", ["a"]),
        ("abc", ["abc"]),
        ("bcab", ["bc", "ab"]),
        ("aaa", ["aa", "a"]),  # the leftmost of equals
        ("aab", ["a", "ab"]),  # the best, not the leftmost
        ("abab", ["abab"]),
        ("xabx", ["x", "ab", "x"]),
    ],
)
def test_without_dropout_the_best_pair_goes_first(text: str, pieces: list[str]) -> None:
    assert merged(text) == pieces


def test_from_one_on_nothing_is_merged() -> None:
    assert merged("abcabab", dropout=1.0) == list("abcabab")
    assert merged("abcabab", dropout=3.0) == list("abcabab")


def test_a_merge_is_dropped_with_the_probability_given() -> None:
    """``abc``: with 0.7, ab goes and takes bc with it; then abc with 0.7; if ab is dropped, bc has its turn."""
    rng = np.random.default_rng(5)
    count = 10_000
    found = Counter("|".join(merge("abc", RANKS, dropout=0.3, rng=rng)) for _ in range(count))
    expected = {"abc": 0.7 * 0.7 + 0.3 * 0.7 * 0.7, "ab|c": 0.7 * 0.3, "a|bc": 0.3 * 0.7 * 0.3, "a|b|c": 0.3 * 0.3}
    assert found.keys() == expected.keys()
    for pieces, share in expected.items():
        assert found[pieces] / count == pytest.approx(share, abs=0.025)  # five standard errors


def test_long_text_without_spaces_takes_no_more_draws_than_there_are() -> None:
    rng = np.random.default_rng(1)
    text = "".join(rng.choice(list("abc"), size=3000))
    assert "".join(merge(text, RANKS, dropout=0.2, rng=rng)) == text


def test_choice_is_in_proportion() -> None:
    rng = np.random.default_rng(2)
    scores = [-1000.0, -1001.0, -1003.0]  # nats; far below what exp can hold
    count = 10_000
    found = np.bincount([choose(scores, alpha=0.5, rng=rng) for _ in range(count)], minlength=3) / count
    weights = np.exp([0.0, -0.5, -1.5])
    np.testing.assert_allclose(found, weights / weights.sum(), atol=0.025)


def test_choice_of_one() -> None:
    assert choose([-3.0], alpha=0.2, rng=np.random.default_rng(0)) == 0
