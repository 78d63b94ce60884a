"""Glossaries in tables."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.formats.glossaries.glossary import Glossary, Term
from seq2seq.formats.glossaries.read import read_glossary

Write = Callable[[str, str | bytes], Path]


def pairs(path: Path, languages: tuple[str, str] = ("en", "de")) -> dict[str, tuple[str, ...]]:
    return {term.source: term.targets for term in read_glossary(path, languages).terms}


def test_lines_comments_and_several_translations(write: Write) -> None:
    path = write("a.tsv", "\ufeff# animals\ndog\tHund\n\nbank\tBank | Ufer\ncar\tAuto\tWagen\t\n")
    assert read_glossary(path).terms == (
        Term("dog", ("Hund",), 2),
        Term("bank", ("Bank", "Ufer"), 4),
        Term("car", ("Auto", "Wagen"), 5),
    )


def test_csv_with_either_separator(write: Write) -> None:
    assert pairs(write("a.csv", '"salt, table",Salz\ndog,Hund\n')) == {"salt, table": ("Salz",), "dog": ("Hund",)}
    assert pairs(write("b.csv", '"salt; table";Salz\r\ndog;Hund\r\n')) == {"salt; table": ("Salz",), "dog": ("Hund",)}


def test_a_header_names_columns_in_any_order(write: Write) -> None:
    path = write("a.tsv", "note\tTarget\tcase\tSource\tTarget 2\nx\tHund\tyes\tdog\tKöter\n\tUS-Dollar\t\tUSD\t\n")
    assert [(term.source, term.targets, term.case) for term in read_glossary(path).terms] == [
        ("dog", ("Hund", "Köter"), True),
        ("USD", ("US-Dollar",), None),
    ]


def test_a_header_of_languages(write: Write) -> None:
    path = write("a.tsv", "de\ten-US\tFrench\nHund\tdog\tchien\n")
    assert pairs(path) == {"dog": ("Hund",)}
    assert pairs(path, ("fr", "de")) == {"chien": ("Hund",)}
    assert pairs(write("b.tsv", "de\ten\nHund\tdog\n"), ("", "")) == {"Hund": ("dog",)}


@pytest.mark.parametrize("languages", [("", ""), ("it", "de")])
def test_languages_that_have_to_be_chosen(write: Write, languages: tuple[str, str]) -> None:
    with refused("glossary.languages", "a.tsv:1", "--source-language"):
        read_glossary(write("a.tsv", "de\ten\tfr\nHund\tdog\tchien\n"), languages)


def test_all_faulty_lines_at_once(write: Write) -> None:
    path = write("a.tsv", "source\ttarget\tcase\ndog\t\n\tHund\ncat\tKatze\tmaybe\n")
    with refused("glossary.line", "a.tsv:2", "'dog'", "a.tsv:3", "a.tsv:4", "'maybe'"):
        read_glossary(path)


@pytest.mark.parametrize(
    ("name", "content", "code", "fact"),
    [
        ("a.tsv", b"dog\tHund\nh\xe4t\thut\n", "glossary.encoding", "a.tsv:2"),
        ("a.csv", b'dog,Hund\n"cat,Katze\n', "glossary.csv", "a.csv:2"),
        ("a.tsv", b"# nothing\n", "glossary.empty", "a.tsv"),
        ("a.tsv", b"%PDF-1.7\n", "data.not-text", "a.tsv"),
    ],
)
def test_files_that_cannot_be_read(write: Write, name: str, content: bytes, code: str, fact: str) -> None:
    with refused(code, fact):
        read_glossary(write(name, content))


def test_repeated_and_ambiguous_terms(write: Write, warned: list[str]) -> None:
    path = write("a.tsv", "dog\tHund\nbank\tBank\nDog\tHund\nbank\tUfer\n")
    assert pairs(path) == {"dog": ("Hund",), "bank": ("Bank", "Ufer")}
    assert sorted(warned) == ["glossary.ambiguous", "glossary.repeated"]


def test_case_makes_a_difference_where_a_term_says_so() -> None:
    assert [Term(term, ("x",)).case_sensitive for term in ("dog", "Dog", "US", "iPhone", "New York")] == [
        False,
        False,
        True,
        True,
        False,
    ]
    assert Glossary.of({"US": "USA", "us": ["uns"]}).terms == (Term("US", ("USA",)), Term("us", ("uns",)))
