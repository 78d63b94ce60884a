"""Sentences by length."""

from seq2seq.evaluation.breakdown.length import by_length


def test_words() -> None:
    """Three of 2 words, two of 7, four of 30."""
    texts = ["a b"] * 3 + ["a b c d e f g"] * 2 + ["a " * 30] * 4
    found = by_length(texts, least=2)
    assert list(found.names) == ["1–5", "6–10", "over 10"]
    assert [len(bucket.rows) for bucket in found.buckets] == [3, 2, 4]
    assert (found.key, found.title, found.unit) == ("length", "source length", "words")


def test_characters_where_a_script_has_no_spaces() -> None:
    found = by_length(["我喜欢猫"] * 2 + ["我喜欢猫也喜欢狗也喜欢鸟"] * 2, of="reference", least=2)
    assert list(found.names) == ["1–10", "over 10"]
    assert (found.title, found.unit) == ("reference length", "characters")


def test_a_small_test_set_has_no_buckets() -> None:
    assert not by_length(["a b"] * 20 + ["a b c d e f g"] * 20).buckets
