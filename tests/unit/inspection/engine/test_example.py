"""A finding shows the text, cut around the fault."""

import pytest
from support.inspected import said

from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.tables.problems import describe_character
from seq2seq.inspection.engine.example import WIDTH, excerpt
from seq2seq.inspection.report import lines

LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        ("a short one", 2, 7, "a ⟦short⟧ one"),
        ("a short one", 0, 0, "a short one"),
        (LONG, 0, 3, "⟦one⟧ two three four five six seven eight nine ten eleven…"),
        (LONG, len(LONG) - 9, len(LONG), "…eleven twelve thirteen fourteen fifteen sixteen ⟦seventeen⟧"),
        (LONG, LONG.index("ten"), LONG.index("ten") + 3, "…seven eight nine ⟦ten⟧ eleven twelve thirteen fourteen…"),
        ("a\x08b\u200bc", 1, 2, r"a⟦\x08⟧b\u200bc"),
        ("  ", 0, 0, "(blank)"),
        ("", 0, 0, "(blank)"),
    ],
)
def test_excerpts(text: str, start: int, end: int, shown: str) -> None:
    assert excerpt(text, start, end) == shown


@pytest.mark.parametrize("place", range(0, len(LONG), 7))
def test_an_excerpt_has_the_fault_and_is_short(place: int) -> None:
    shown = excerpt(LONG, place, place + 2)
    assert f"⟦{LONG[place : place + 2]}⟧" in shown
    assert len(shown) <= WIDTH + 4
    assert shown.replace("⟦", "").replace("⟧", "").strip("…") in LONG


def test_a_fault_that_is_longer_than_what_is_shown() -> None:
    assert excerpt("x" * 500, 100, 400) == f"…⟦{'x' * WIDTH}…⟧…"


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x08", "U+0008 (BACKSPACE)"),
        ("\x7f", "U+007F (DELETE)"),
        ("\x92", "U+0092 (control character; in Windows-1252 ’)"),
        ("\x81", "U+0081 (control character)"),
        ("\ue000", "U+E000 (for private use)"),
        ("\u0378", "U+0378 (unassigned)"),
        ("\u200b", "U+200B (ZERO WIDTH SPACE)"),
    ],
)
def test_names_of_characters(character: str, name: str) -> None:
    assert describe_character(character) == name


def test_examples_have_the_text_and_the_place(inspected) -> None:  # type: ignore[no-untyped-def]
    rows = [("good day", "guten Tag"), ("bad\x08 day", "schlechter Tag"), ("one", "ei\u200bns")]
    found = inspected(rows)
    examples = {finding.check.name: finding.to_dict()["examples"][0] for finding in found.findings if finding.examples}
    control, hidden = examples["control"], examples["zero-width"]
    del control["file"], hidden["file"]
    assert control == {
        "line": 2, "last_line": None, "what": "U+0008 (BACKSPACE) at character 4 of the source", "side": "source",
        "text": "bad\x08 day", "start": 3, "end": 4, "source": "bad\x08 day", "target": "schlechter Tag",
    }  # fmt: skip
    assert (hidden["side"], hidden["start"], hidden["end"]) == ("target", 2, 3)
    told = lines(found)
    assert r"      source: bad⟦\x08⟧ day" in told
    assert "      target: schlechter Tag" not in told, "the other side has nothing to do with it"


def test_both_sides_are_shown_where_both_matter(inspected) -> None:  # type: ignore[no-untyped-def]
    told = lines(inspected([("it is so", "")]))
    place = next(number for number, line in enumerate(told) if line.endswith(":1: the target is blank"))
    assert told[place + 1 : place + 3] == ["      source: it is so", "      target: (blank)"]


def test_labels_are_shown_and_what_is_not_there_is_not(inspected) -> None:  # type: ignore[no-untyped-def]
    rows = [("a day", "good"), ("A day!", "bad")]
    told = lines(inspected(rows, Sides(SideKind.TEXT, SideKind.LABEL)))
    assert "      target: bad" in told
    told = lines(inspected([("", "a &amp; b")], Sides(SideKind.TAGS, SideKind.TEXT)))
    assert not [line for line in told if line.startswith("      source:")]


def test_lines_are_in_order_whatever_the_side(inspected) -> None:  # type: ignore[no-untyped-def]
    rows = [("a", ""), ("", "b"), ("c", ""), ("", "d"), ("e", "f")]
    for shown in (2, 10):
        found = inspected(rows, shown=shown)
        (finding,) = (finding for finding in found.findings if finding.check.name == "empty")
        assert [example.line for example in finding.examples] == [1, 2, 3, 4][:shown]
        assert len(said(found, "empty")) == min(shown, 4)


def test_numbers_and_placeholders_are_marked(inspected) -> None:  # type: ignore[no-untyped-def]
    rows = [("Built in 1931.", "Erbaut im Jahr 1,913."), ("Dear {name}, see you.", "Bis bald, {nmae}.")]
    found = inspected(rows)
    examples = {finding.check.name: finding.examples[0] for finding in found.findings}
    number, holder = examples["numbers"], examples["placeholders"]
    assert rows[0][1][number.start : number.end] == "1,913"
    assert rows[1][1][holder.start : holder.end] == "{nmae}"
    assert [name for name, _ in number.excerpts()] == ["source", "target"]
