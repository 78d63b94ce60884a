"""Sentences by their rare words."""

from collections import Counter

from seq2seq.evaluation.breakdown.rarity import WordCounts, by_rare_words, counts_in_test_set
from seq2seq.evaluation.breakdown.words import has_words, words_of


def test_words_without_case_digits_and_punctuation() -> None:
    assert words_of("The dog's 21 books, (twenty-one)!", spaced=True) == ["the", "dog's", "books", "twenty-one"]
    assert words_of("我喜欢 3 猫。", spaced=False) == ["我", "喜", "欢", "猫"]
    assert has_words(["the dog", "123"])
    assert not has_words(["我喜欢猫 a"])
    assert has_words(["개가 잔다"])  # Korean sets spaces


def test_shares_of_rare_words() -> None:
    known = WordCounts(Counter(the=9, dog=2), 5, spaced=True, note="")
    assert known.rare_share("The dog, the unicorn") == 0.5
    assert known.rare_share("...") == 0.0


def test_buckets_by_share() -> None:
    known = WordCounts(Counter({"a": 9}), 5, spaced=True, note="Rare words occur 5 times or less.")
    texts = ["a a a"] * 2 + ["a " * 19 + "x"] * 2 + ["a x"] * 2
    found = by_rare_words(texts, known, least=2)
    assert list(found.names) == ["none", "up to 10%", "over 10%"]
    assert [list(bucket.rows) for bucket in found.buckets] == [[0, 1], [2, 3], [4, 5]]
    assert found.note.startswith("Rare words occur 5 times or less. ")


def test_without_training_data_words_that_occur_once_are_rare() -> None:
    counts = counts_in_test_set(["the dog", "the cat", "the dog"], spaced=True)
    assert [counts.rare_share(text) for text in ("the dog", "the cat")] == [0.0, 0.5]
    assert "test set" in counts.note
