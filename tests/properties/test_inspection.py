"""Inspection: arrays say what plain Python says; what is repaired is clean, and what is clean is not repaired."""

import re
import unicodedata

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.data.tables.lines import FORBIDDEN
from seq2seq.inspection.checks.duplicates import _again
from seq2seq.inspection.checks.numbers import differing
from seq2seq.inspection.engine.lookup import HashIndex
from seq2seq.inspection.engine.texts import CONTROL, DIGIT, INVISIBLE, Texts, mix, sums
from seq2seq.inspection.repair.mojibake import repair_mojibake
from seq2seq.inspection.repair.text_repair import (
    UncertainError,
    compose,
    invisible,
    remove_invisible,
    repair_text,
    unescape_entities,
)

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WESTERN = st.text("abcdefgh ABC.,!?'()äöüßÄÖÜéèçñåøæÉÇÑ0123456789", max_size=30)
LISTS = st.lists(ANY, max_size=8)


@given(LISTS)
def test_every_batch_is_cut_into_its_texts(texts: list[str]) -> None:
    found = Texts(texts)
    for row, text in enumerate(texts):
        codes = found.codes[found.starts[row] : found.starts[row + 1]]
        assert "".join(map(chr, codes.tolist())) == text
        assert found.blank[row] == (not text.strip())


@given(LISTS)
def test_rows_that_have_a_character_are_found(texts: list[str]) -> None:
    found = Texts(texts)
    controls = [
        row
        for row, text in enumerate(texts)
        if any(unicodedata.category(character) == "Cc" and character not in "\t\n" for character in text)
    ]
    assert found.having(CONTROL).tolist() == controls
    digits = [row for row, text in enumerate(texts) if any(c.isdecimal() for c in text)]
    assert found.having(DIGIT).tolist() == digits
    hidden = {row for row, text in enumerate(texts) if invisible(text) is not None}
    assert hidden <= set(found.having(INVISIBLE).tolist())


@given(st.lists(st.text("aAbBäÄ .,-!09", max_size=15), max_size=8))
def test_words_are_those_of_a_regular_expression(texts: list[str]) -> None:
    words = Texts(texts).words
    expected = [re.findall(r"\w+", text.lower()) for text in texts]
    assert words.counts.tolist() == [len(those) for those in expected]
    together = [word for those in expected for word in those]
    same = np.array(together)[:, None] == np.array(together)[None] if together else np.zeros((0, 0), bool)
    assert ((words.hashes[:, None] == words.hashes[None]) == same).all()
    folded = [" ".join(those) for those in expected]
    digests = words.digests()
    assert [digest == 0 for digest in digests.tolist()] == [not text for text in folded]
    assert len({*digests.tolist()}) == len({*folded})


@given(LISTS, st.lists(st.integers(0, 7), max_size=10))
def test_words_of_chosen_texts(texts: list[str], rows: list[int]) -> None:
    rows = [row for row in rows if row < len(texts)]
    taken, direct = Texts(texts).words.take(np.array(rows, np.int64)), Texts([texts[row] for row in rows]).words
    assert taken.starts.tolist() == direct.starts.tolist()
    assert taken.hashes.tolist() == direct.hashes.tolist()
    assert taken.stems.tolist() == direct.stems.tolist()


@given(st.lists(st.lists(st.integers(-5, 5), max_size=4), max_size=8))
def test_sums_of_stretches(stretches: list[list[int]]) -> None:
    values = np.array([value for stretch in stretches for value in stretch], np.float32)
    starts = np.concatenate([[0], np.cumsum([len(stretch) for stretch in stretches], dtype=np.int64)])
    assert sums(values, starts.astype(np.int64)).tolist() == [sum(stretch) for stretch in stretches]


@given(st.sets(st.integers(0, 2**20), max_size=40), st.lists(st.integers(0, 2**20), max_size=40))
def test_look_up_finds_what_is_there(keys: set[int], wanted: list[int]) -> None:
    listed = sorted(keys, key=lambda key: key % 7)
    found, indices = HashIndex(mix(np.array(listed, np.uint64))).find(mix(np.array(wanted, np.uint64)))
    assert found.tolist() == [place for place, key in enumerate(wanted) if key in keys]
    assert [listed[index] for index in indices.tolist()] == [key for key in wanted if key in keys]


@given(st.lists(st.integers(0, 5), max_size=12))
def test_what_comes_again(digests: list[int]) -> None:
    rows, before = _again(np.array(digests, np.uint64))
    assert rows.tolist() == [row for row, one in enumerate(digests) if one in digests[:row]]
    assert before.tolist() == [digests.index(digests[row]) for row in rows.tolist()]
    rows, _ = _again(np.array(digests, np.uint64), blank=np.uint64(0))
    assert rows.tolist() == [row for row, one in enumerate(digests) if one and one in digests[:row]]


@given(ANY)
def test_what_is_repaired_needs_no_repair(text: str) -> None:
    try:
        repaired = repair_text(text)
    except UncertainError:
        assert FORBIDDEN.search(text)
        return
    assert not FORBIDDEN.search(repaired)
    assert compose(repaired) == repaired
    assert invisible(repaired) is None
    assert repair_text(repaired) == repaired


@given(WESTERN)
def test_clean_text_is_not_repaired(text: str) -> None:
    assert repair_text(text) == text
    assert repair_mojibake(text) == text
    assert unescape_entities(text) == text


@given(WESTERN, st.sampled_from(["cp1252", "latin-1"]), st.integers(1, 2))
def test_misread_text_is_turned_back(text: str, encoding: str, times: int) -> None:
    misread = text
    try:
        for _ in range(times):
            misread = misread.encode().decode(encoding)
    except UnicodeDecodeError:
        return  # Windows-1252 has no character for five bytes
    assert repair_mojibake(misread) == text


@given(WESTERN)
def test_escaped_text_is_unescaped(text: str) -> None:
    from html import escape

    assert unescape_entities(escape(escape(text))) == text
    assert unescape_entities(f"<b>{escape(text)}</b>") == f"<b>{escape(text)}</b>"


@given(st.text("abمبकख\u200c\u200d\u200b\u00ad\ufeff\u202e 😀👩", max_size=12))
def test_what_cannot_be_seen_is_removed_unless_it_is_needed(text: str) -> None:
    removed = remove_invisible(text)
    assert [c for c in removed if c not in "\u200c\u200d\u200b\u00ad\ufeff\u202e"] == [
        c for c in text if c not in "\u200c\u200d\u200b\u00ad\ufeff\u202e"
    ]
    if not set(text) & set("مبकख😀👩"):
        assert not set(removed) & set("\u200c\u200d\u200b\u00ad\ufeff\u202e")


@given(st.lists(st.integers(0, 99_999), max_size=4), st.permutations(range(4)))
def test_the_order_of_numbers_does_not_matter(numbers: list[int], order: list[int]) -> None:
    shuffled = [numbers[place] for place in order if place < len(numbers)]
    source, target = " und ".join(map(str, numbers)), " and ".join(f"{number:,}" for number in shuffled)
    assert differing(source, target) == ([], [])
