"""Statistics of generated texts, against values worked out by hand."""

import json

import pytest
from support.refused import refused

from seq2seq.evaluation.samples import ngrams, sample_statistics


def test_ngrams() -> None:
    assert list(ngrams(["a", "b", "c"], 2)) == [("a", "b"), ("b", "c")]
    assert list(ngrams("abc", 3)) == [("a", "b", "c")]
    assert list(ngrams("abc", 4)) == []


def test_distinct_by_hand() -> None:
    found = sample_statistics(["ababa"], None)
    assert (found.distinct_1, found.distinct_2, found.distinct_3) == (2 / 5, 2 / 4, 2 / 3)


def test_distinct_is_over_all_samples_together() -> None:
    found = sample_statistics(["ab", "ab"], None)
    assert (found.distinct_1, found.distinct_2, found.distinct_3) == (2 / 4, 1 / 2, None)


def test_repetition_is_within_a_sample_and_a_mean_over_samples() -> None:
    # aaaa, aaaa, aaaa, aaaa: three of four came before. abcd in another sample did not; "abc" is too short to tell.
    assert sample_statistics(["aaaaaaa"], None).repetition == 3 / 4
    assert sample_statistics(["aaaaaaa", "abcd", "abcd", "abc"], None).repetition == pytest.approx(1 / 4)


def test_copied_counts_every_occurrence() -> None:
    found = sample_statistics(["abab", "xaby"], ["--ab--"], size=2)
    # ab, ba, ab; xa, ab, by
    assert found.copied == pytest.approx(3 / 6)
    assert found.novel == pytest.approx(3 / 6)


def test_no_ngram_reaches_from_one_training_text_into_the_next() -> None:
    assert sample_statistics(["abcdefgh"], ["abcd", "efgh"]).copied == 0
    assert sample_statistics(["abcdefgh"], ["abcdefg", "xabcdefghx"]).copied == 1


def test_copies_of_whole_training_texts() -> None:
    words = ["the", "cat", "sat"]
    found = sample_statistics([words, words, [*words, "down"], []], (line for line in [words, ["a"], []]))
    assert (found.copies, found.copied, found.empty) == (2, None, 1)


def test_training_texts_may_be_strings_where_samples_are_lists() -> None:
    found = sample_statistics([list("abcdefghi")], ["abcdefghi"])
    assert (found.copied, found.copies) == (1, 1)


def test_training_is_read_once_and_one_text_at_a_time() -> None:
    alive = 0

    class Text(list[str]):
        def __init__(self) -> None:
            nonlocal alive
            alive += 1
            super().__init__("abcdefghi")

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    peak = 0

    def texts() -> object:
        nonlocal peak
        for _ in range(20):
            yield Text()
            peak = max(peak, alive)

    assert sample_statistics(["abcdefgh"], texts()).copied == 1
    assert peak <= 1


def test_lengths_and_empties() -> None:
    found = sample_statistics(["", "ab", "abcd"], None)
    assert (found.samples, found.empty, found.mean_length) == (3, 1, 2.0)


def test_without_training_texts_nothing_is_known_of_novelty() -> None:
    found = sample_statistics(["abcdefghi"], None)
    assert (found.copied, found.novel, found.copies) == (None, None, None)
    assert len(found.lines()) == 3


def test_nothing_but_empty_samples() -> None:
    found = sample_statistics(["", ""], ["abc"])
    assert (found.distinct_1, found.repetition, found.copied, found.copies) == (None, None, None, 0)
    assert found.lines()[1] == "distinct    1-grams –, 2-grams –, 3-grams –"


def test_nothing_to_measure() -> None:
    with refused("evaluation.empty"):
        sample_statistics([], ["abc"])


def test_json() -> None:
    assert json.loads(json.dumps(sample_statistics(["abcdefgh"], ["abcdefgh"]).to_dict())) == {
        "samples": 1,
        "empty": 0,
        "mean_length": 8.0,
        "distinct_1": 1.0,
        "distinct_2": 1.0,
        "distinct_3": 1.0,
        "repetition": 0.0,
        "size": 8,
        "copied": 1.0,
        "copies": 1,
        "novel": 0.0,
    }


def test_lines() -> None:
    assert sample_statistics(["abcdefghi"], ["abcdefgh", "xy"], size=2).lines() == [
        "samples     1, of 9.0 units on average",
        "distinct    1-grams 100.0%, 2-grams 100.0%, 3-grams 100.0%",
        "repetition  0.0% of 4-grams came before in their sample",
        "novelty     12.5% of 2-grams occur in no training text; whole training texts: 0",
        "note: 88% of the samples' 2-grams occur in the training texts; the model may have memorised them: "
        "compare with held-out texts, of which some share is natural.",
    ]


def test_remarks() -> None:
    assert sample_statistics(["abcdefgh", "ijklmnop"], ["qrstuvwxyz"]).remarks() == []
    assert sample_statistics(["aaaaaaaa", "", "aaaaaaaa"], ["aaaaaaaa"]).remarks() == [
        "1 of 3 samples: empty.",
        "The samples repeat themselves (80% of 4-grams): compare with held-out texts, of which some share is natural.",
        "100% of the samples' 8-grams occur in the training texts; the model may have memorised them: "
        "compare with held-out texts, of which some share is natural.",
        "2 of 3 samples: training texts, word for word (memorised).",
    ]
