"""Differing words are marked, and attention is summed over the pieces of words."""

import re
from html import unescape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from seq2seq.report.words import attention_map, marked, words_of_pieces
from seq2seq.report.writing import writable


@pytest.mark.parametrize(
    ("first", "second", "ours", "theirs"),
    [
        ("a b c", "a x c", "a <del>b</del> c", "a <ins>x</ins> c"),
        ("a b c d", "a d", "a <del>b c</del> d", "a d"),
        ("", "new", "", "<ins>new</ins>"),
        ("Park.", "Park!", "Park<del>.</del>", "Park<ins>!</ins>"),
        ("a  b", "a b", "a  b", "a b"),
        ("don't", "do not", "<del>don&#39;t</del>", "<ins>do not</ins>"),
        ("我们走", "我走", "我<del>们</del>走", "我走"),
        ("हिन्दी है", "हिन्दी था", "हिन्दी <del>है</del>", "हिन्दी <ins>था</ins>"),
        ("<b>", "<i>", "&lt;<del>b</del>&gt;", "&lt;<ins>i</ins>&gt;"),
        ("mot\x00", "mot", "mot<del>\ufffd</del>", "mot"),
    ],
)
def test_marks(first: str, second: str, ours: str, theirs: str) -> None:
    assert marked(first, second) == (ours, theirs)


TEXTS = st.text(st.one_of(st.sampled_from("ab 走<&\u0301"), st.characters()), max_size=30)


@given(TEXTS, TEXTS)
def test_texts_stay_whole_and_what_is_not_marked_is_equal(first: str, second: str) -> None:
    ours, theirs = marked(first, second)
    assert unescape(re.sub("</?del>", "", ours)) == writable(first)
    assert unescape(re.sub("</?ins>", "", theirs)) == writable(second)
    same = [re.sub(r"<(del|ins)>.*?</\1>", "", text, flags=re.DOTALL) for text in (ours, theirs)]
    assert "".join(unescape(same[0]).split()) == "".join(unescape(same[1]).split())
    assert marked(first, first) == (escape(writable(first)),) * 2


def test_long_texts_are_compared_in_time() -> None:
    first, second = ("a b " * 20_000 + word for word in ("x", "y"))
    ours, _ = marked(f"begin {first}", f"start {second}")
    assert ours.startswith("<del>begin a b")


@pytest.mark.parametrize(
    ("pieces", "words", "numbers"),
    [
        (["▁We", "▁go", "ing", "."], ["We", "going", "."], [0, 1, 1, 2]),
        (["▁", "d", "a", "▁", "x", "</s>"], ["da", "x", "</s>"], [0, 0, 0, 1, 1, 2]),
        (["▁我们", "走", "。"], ["我们", "走", "。"], [0, 1, 2]),
        (["▁", "我", "们"], ["我", "们"], [0, 0, 1]),
        (["▁f", "<0xC3>", "<0xBC>", "r", "<unk>", "s"], ["für", "<unk>", "s"], [0, 0, 0, 0, 1, 2]),
        (["▁.", "a"], [".", "a"], [0, 1]),
        (["▁"], ["␣"], [0]),
        ([], [], []),
    ],
)
def test_words_of_pieces(pieces: list[str], words: list[str], numbers: list[int]) -> None:
    assert words_of_pieces(pieces) == (words, numbers)


def test_attention_to_words_is_a_sum_and_from_words_a_mean() -> None:
    weights = [[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0, 0.5, 0.5]]
    picture = attention_map(["▁play", "ing", "."], ["▁Spiel", "en", "."], weights)
    assert (picture.rows, picture.columns) == (["Spielen", "."], ["playing", "."])
    np.testing.assert_allclose(picture.values, [[(0.3 + 0.6) / 2, (0.7 + 0.4) / 2], [0.5, 0.5]])


@given(st.lists(st.sampled_from(["▁a", "b", ".", "▁", "走", "</s>"]), min_size=1), st.integers(0, 2**32 - 1))
def test_rows_of_attention_still_sum_to_one(pieces: list[str], seed: int) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(pieces)), len(pieces))
    picture = attention_map(pieces, pieces, weights)
    np.testing.assert_allclose(np.sum(picture.values, axis=1), 1)
