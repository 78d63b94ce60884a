"""Where the page cuts a text: into sentences, and what stands between them is kept."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from support import node
from support.hostile_text import hostile_texts

from seq2seq.documents.sentences import separator, split_sentences
from seq2seq.documents.spans.characters import is_unspaced
from seq2seq.documents.spans.inline import parse_content, text_of

SCRIPT = Path(node.__file__).with_name("sentences.mjs")
AS_IN_PYTHON = [
    ("en", "Mr. Smith went home. | He slept."),
    ("en", "It is the U.S. Army. | It is big."),
    ("en", "J. R. R. Tolkien wrote it. | Prof. Dr. Smith read it."),
    ("en", "See No. 5 Main Street. | He said no. | Then he left."),
    ("en", "Fruit, e.g. Apples. | He paid 3.50. | Fine."),
    ("en", "Wait... | He left! | Why? | Because."),
    ("de", "Das ist z. B. Berlin. | Ja."),
    ("de", "Dr. Müller kam am 3. Mai. | Er ging."),
    ("de", "Er hat ca. 5 Mio. Euro. | Das ist viel."),
    ("fr", "J. K. Rowling est là. | Elle dort."),
    ("es", "El Sr. García llegó. | Bien."),
    ("pt", "A Sra. Silva chegou. | Bem."),
    ("nl", "Dhr. De Vries kwam. | Hij sliep."),
    ("ru", "Это А. С. Пушкин. | Он писал."),
    ("zh", "你好。|世界！"),
]
"""Languages and texts, cut at each bar."""
NOT_AS_IN_PYTHON = [
    ("en", "This is plan B. It failed."),
    ("en", "He lives in the U.S. He likes it."),
    ("fr", "M. Dupont est là."),
]
"""Texts of one sentence to the page; of more to Python."""


def cut(texts: Sequence[str], language: str = "en") -> list[list[list[str]]]:
    """The sentences of each text, as pairs of what stands before it, and it."""
    return run([(language, text) for text in texts])


def run(texts: Sequence[tuple[str, str]]) -> list[list[list[str]]]:
    """The same, of pairs of language and text."""
    found: list[list[list[str]]] = node.run_module(SCRIPT, {"texts": [[text, of] for of, text in texts]})["pairs"]
    return found


def in_python(text: str, language: str) -> list[str]:
    """The sentences of a text as `translate` cuts it; white space and numbers are pieces of their own."""
    return [text_of(chunk.items) for chunk in split_sentences(parse_content((text,)), language) if chunk.is_sentence]


def test_a_line_break_or_a_full_stop_ends_a_sentence() -> None:
    texts = ["One. Two!\n\n Three\n", "  ", "", "one\ntwo", "\n\none"]
    assert cut(texts) == [
        [["", "One."], [" ", "Two!"], ["\n\n ", "Three"], ["\n", ""]],
        [["  ", ""]],
        [],
        [["", "one"], ["\n", "two"]],
        [["\n\n", "one"]],
    ]


def test_nothing_is_lost() -> None:
    texts = [text for text in hostile_texts(1_000, ["One.", "two", "\n", "3.5", "?!"], seed=20) if text]
    for text, pairs in zip(texts, cut(texts), strict=True):
        assert "".join(before + sentence for before, sentence in pairs) == text
        assert all(sentence for _, sentence in pairs[:-1])


def test_a_language_that_the_browser_cannot_read_has_its_own_rules() -> None:
    for language in ("en_US", "-", ""):
        assert cut(["One. Two."], language) == [[["", "One."], [" ", "Two."]]]


def test_abbreviations_and_initials_end_no_sentence() -> None:
    texts = [(language, re.sub(r" ?\|( ?)", r"\1", cut)) for language, cut in AS_IN_PYTHON]
    expected = [[part.strip() for part in cut.split("|")] for _, cut in AS_IN_PYTHON]
    assert [[sentence for _, sentence in pairs] for pairs in run(texts)] == expected
    assert [in_python(text, language) for language, text in texts] == expected


def test_what_python_cuts_otherwise() -> None:
    assert run(NOT_AS_IN_PYTHON) == [[["", text]] for _, text in NOT_AS_IN_PYTHON]
    assert all(len(in_python(text, language)) > 1 for language, text in NOT_AS_IN_PYTHON)


def test_a_line_ends_a_sentence_after_an_abbreviation_too() -> None:
    for end in ("\n", "\r", "\r\n", "\u2029"):
        assert [sentence for _, sentence in cut([f"Mr.{end}Smith."])[0]] == ["Mr.", "Smith."]


@pytest.mark.parametrize(
    ("before", "between", "after", "source", "expected"),
    [
        ("One.", " ", "Two.", (".", "Z"), " "),
        ("犬。", " ", "猫。", (".", "Z"), ""),
        ("犬。", "  ", "猫。", (".", "Z"), "  "),
        ("犬。", "\n", "猫。", (".", "Z"), "\n"),
        ("犬。", " ", "Two.", (".", "Z"), " "),
        ("One.", "", "Two.", ("。", "猫"), " "),
        ("犬。", "", "猫。", ("。", "猫"), ""),
        ("犬。", " ", "猫。", ("。", "猫"), " "),
        ("한국.", "", "어.", ("。", "猫"), " "),
        ("ไทย", " ", "ไทย", (".", "Z"), ""),
        ("ａ，", " ", "（b", (".", "Z"), ""),
        ("", " ", "Two.", (".", "Z"), " "),
        ("One.", "", "", ("。", "猫"), ""),
        ("𠀀", " ", "𠀀", (".", "Z"), ""),
    ],
)
def test_the_space_between_translations_is_that_of_python(
    before: str, between: str, after: str, source: tuple[str, str], expected: str
) -> None:
    assert separator(before, between, after, source) == expected
    first, second = ({"sentence": edge, "text": text} for edge, text in zip(source, (before, after), strict=True))
    assert node.run_module(SCRIPT, {"spaces": [[first, between, second]]})["spaces"] == [expected]


def test_the_same_characters_expect_no_space_as_in_python() -> None:
    """Letters, digits, marks and punctuation of the blocks with scripts without spaces, of East Asia, and of Europe."""
    blocks = [(0x20, 0x250), (0x300, 0x370), (0xE00, 0x10A0), (0x1780, 0x1800), (0x2E80, 0x3400), (0xA830, 0xAC10)]
    blocks += [(0xF900, 0xFB00), (0xFE00, 0x10000), (0x1B000, 0x1B120)]
    every = [chr(code) for block in blocks for code in range(*block)]
    characters = [character for character in every if unicodedata.category(character)[0] in "LNMP"]
    expected = [character for character in characters if is_unspaced(character)]
    assert {"々", "ー", "〆", "〱"} < set(expected)
    assert node.run_module(SCRIPT, {"characters": characters})["unspaced"] == expected
