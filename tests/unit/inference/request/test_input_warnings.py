"""Warnings about lines are counted, and reported once, in bounded memory."""

from dataclasses import replace

from seq2seq.inference.request.input_warnings import InputWarnings, Lines
from seq2seq.inference.translation import TermUse


def test_empty_lines_need_no_warning(said: list[str]) -> None:
    InputWarnings(lines=10, empty=3).report()
    assert said == []


def test_warnings_of_one_kind_are_one_warning(said: list[str], warned: list[str]) -> None:
    warnings = InputWarnings(lines=100)
    for number in range(1, 9):
        warnings.add(number, f"cut at the maximum length of {number * 10:,} tokens")
    warnings.add(50, "repeats itself")
    assert warnings.kinds == {"cut at the maximum length": Lines(8, [1, 2, 3, 4, 5]), "repeats itself": Lines(1, [50])}
    warnings.report()
    assert warned == ["inference.output"] * 2
    assert "8 of 100" in said[0]
    assert "(lines 1, 2, 3, 4, 5, ...)" in said[0]
    assert "1 of 100" in said[1]
    assert "(line 50)" in said[1]


def test_unknown_text_is_named(said: list[str], warned: list[str]) -> None:
    warnings = InputWarnings(lines=2)
    warnings.add_unknown(1, ["Ω", "ß"])
    warnings.add_unknown(2, ["Ω"])
    warnings.report()
    assert warned == ["inference.unknown-text"]
    assert all(fact in said[0] for fact in ("3 ", "'Ω', 'ß'", "(lines 1, 2)"))


def test_memory_is_bounded() -> None:
    warnings = InputWarnings()
    for number in range(5_000):
        warnings.add_unknown(number, [f"word{number}"])
    assert len(warnings.unknown) <= 1_001
    assert warnings.unknown.total() == 5_000
    assert len(warnings.unknown_lines.first) == 5


def test_terms_are_counted_and_missed_ones_named(warned: list[str], said: list[str]) -> None:
    warnings = InputWarnings(line_of=lambda number: 10 * number)
    dog, cat = TermUse("dog", ("Hund",), met=True), TermUse("cat", ("Katze", "Kater"), met=False)
    warnings.add_terms(1, [dog, cat])
    warnings.add_terms(2, [replace(dog, forced=True)])
    assert (warnings.terms.met, warnings.terms.missed) == (2, 1)
    assert warnings.terms.to_dict()["terms"] == [
        {"source": "dog", "targets": ("Hund",), "met": 2, "forced": 1, "missed": 0, "lines": []},
        {"source": "cat", "targets": ("Katze", "Kater"), "met": 0, "forced": 0, "missed": 1, "lines": [10]},
    ]
    warnings.report()
    assert warned == ["glossary.missed"]
    assert "2 of 3" in said[0]
    assert "1 of them forced" in said[0]
    assert "'cat' → 'Katze' or 'Kater' (line 10)" in said[1]


def test_without_a_glossary_no_terms_are_reported(said: list[str]) -> None:
    InputWarnings().report()
    assert said == []
