"""The suggestion to copy markup: where both sides have it often enough, with the languages that it is of."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.inspection.engine.result import Inspection

PLAIN = [(f"word {number}", f"Wort {number}") for number in range(90)]


def suggestions(found: Inspection) -> list[str]:
    return [note.partition("--set ")[2] for split in found.splits for note in split.notes if "--set" in note]


@pytest.mark.parametrize(
    ("span", "setting"),
    [
        ("<b>x</b>", "data.protect=[html]"),
        ("a &amp; b", "data.protect=[html]"),
        ("{count}", "data.protect=[icu]"),
        ("%(name)s", "data.protect=[printf]"),
        (":func:`len`", "data.protect=[rest]"),
        ("``code``", "data.protect=[rest]"),
        ("**bold**", "data.protect=[markdown]"),
        ("[text](http://example.org)", "data.protect=[markdown]"),
        ("|version|", "data.protect=[rest]"),
        ("http://example.org", "tokenizer.symbols=[urls]"),
        ("<b>{0}</b>", "data.protect=[html,icu]"),
    ],
)
def test_the_languages_of_common_markup_are_suggested(
    inspected: Callable[..., Inspection], span: str, setting: str
) -> None:
    marked = [(f"see {span} {number}", f"siehe {span} {number}") for number in range(10)]
    found = inspected({"train": PLAIN + marked, "dev": marked})
    assert suggestions(found) == [setting]
    (note,) = [note for note in found.splits[0].notes if "--set" in note]
    assert "10 rows (10.0%)" in note


@pytest.mark.parametrize(
    "rows",
    [
        PLAIN,
        [*PLAIN, ("see <b>x</b>", "siehe <b>x</b>")],
        PLAIN + [(f"see {{a{number}}}", f"siehe {{b{number}}}") for number in range(10)],
        PLAIN + [(f"see MyClassName {number}", f"siehe MyClassName {number}") for number in range(10)],
    ],
    ids=["none", "few", "different", "names"],
)
def test_otherwise_nothing_is_suggested(inspected: Callable[..., Inspection], rows: list[tuple[str, str]]) -> None:
    assert suggestions(inspected(rows)) == []


def test_nothing_is_suggested_where_it_is_done_or_cannot_be(
    inspected: Callable[..., Inspection], tmp_path: Path
) -> None:
    marked = [(f"see {{a}} {number}", f"siehe {{a}} {number}") for number in range(10)]
    assert suggestions(inspected(marked, Sides(SideKind.TEXT, SideKind.LABEL))) == []
    assert suggestions(inspected(marked)) != []
    assert suggestions(inspected(DataConfig(path=str(tmp_path / "data"), protect=("icu",)))) == []
