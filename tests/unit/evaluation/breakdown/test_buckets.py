"""Buckets hold every sentence once, and enough of them."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.evaluation.breakdown.buckets import Breakdown, Bucket, sort_into_buckets
from seq2seq.evaluation.translation import corpus_scores

LIMITS = (5, 10, 20)


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 9))
def test_every_sentence_is_in_one_bucket_of_its_value(values: list[int], least: int) -> None:
    buckets = sort_into_buckets(values, LIMITS, least=least)
    assert len(buckets) != 1
    if buckets:
        assert sorted(row for bucket in buckets for row in bucket.rows) == list(range(len(values)))
        assert all(len(bucket.rows) >= least for bucket in buckets)
        assert [bucket.low for bucket in buckets[1:]] == [bucket.high for bucket in buckets[:-1]]
        assert (buckets[0].low, buckets[-1].high) == (0, inf)
        for number, bucket in enumerate(buckets):
            low = -1 if number == 0 else bucket.low
            assert all(low < values[row] <= bucket.high for row in bucket.rows)


def test_small_buckets_are_joined() -> None:
    """Two short ones, three of up to 10 words, and one of 30."""
    found = sort_into_buckets([1, 2, 7, 8, 9, 30], LIMITS, least=2)
    assert found == [Bucket(0, 5, [0, 1]), Bucket(5, inf, [2, 3, 4, 5])]
    assert sort_into_buckets([1, 2, 7], LIMITS, least=2) == []


def test_scores_of_a_bucket_are_those_of_its_sentences() -> None:
    references = [f"the dog number {n} sees the cat" for n in range(6)]
    outputs = [*references[:3], *(line.replace("dog", "cow") for line in references[3:])]
    buckets = [Bucket(0, 5, [0, 1, 2]), Bucket(5, inf, [3, 4, 5])]
    breakdown = Breakdown("length", "source length", "words", buckets, ["1–5", "over 5"], "A note.")
    content = breakdown.scores(corpus_scores(outputs, [references]).statistics).to_dict()
    first, second = content["buckets"]  # type: ignore[misc]
    assert first["bleu"]["score"] == pytest.approx(100.0)  # type: ignore[index,has-type]
    alone = corpus_scores(outputs[3:], [references[3:]])
    assert alone.chrf is not None
    assert second["chrf"]["score"] == alone.chrf.score  # type: ignore[index,has-type]
    assert second["up_to"] is None  # type: ignore[index,has-type]
    assert set(first) == {"name", "above", "up_to", "sentences", "bleu", "chrf"}  # type: ignore[has-type]
