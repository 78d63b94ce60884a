"""What is kept of what the checks find, and how it is told."""

import numpy as np
from support.inspected import said

from seq2seq.config.sides import SideKind, Sides
from seq2seq.inspection.engine.finding import Check, Ledger
from seq2seq.inspection.report import lines

SURE = Check("sure", "sure", "repair", "left out")
GUESS = Check("guess", "a guess", "repair", "left out", guess=True)


def ledger(rows: int, shown: int = 2) -> Ledger:
    made = Ledger("train", shown=shown)
    made.place([(row // 6, row % 6 + 1) for row in range(rows)], ["a.tsv", "b.tsv"])
    return made


def test_counts_and_the_first_examples() -> None:
    kept = ledger(10)
    kept.add(SURE, np.array([5, 6, 7]), lambda row: f"row {row}")
    kept.add(SURE, np.array([], np.int64), lambda _: "never asked")
    kept.add_at(GUESS, "a.tsv", 99, "odd", rows=2)
    sure, guess = kept.findings()
    assert (sure.rows, sure.of) == (3, 10)
    assert list(map(str, sure.examples)) == ["a.tsv:6: row 5", "b.tsv:1: row 6"]
    assert (guess.rows, str(guess.examples[0])) == (2, "a.tsv:99: odd")
    assert kept.where(9) == "b.tsv:4"


def test_the_first_check_says_why_a_row_is_left_out() -> None:
    kept = ledger(10)
    kept.add(SURE, np.array([1, 2]), str, out=np.array([2]))
    kept.add(GUESS, np.array([2, 3]), str, out=np.array([2, 3]))
    kept.mark_repairable(SURE, np.array([4]))
    kept.mark_repairable(GUESS, np.array([4, 5]))
    verdict, checks = kept.left_out()
    assert [checks[number - 1].name if number else "" for number in verdict.tolist()] == [
        "", "", "sure", "guess", "", "", "", "", "", ""
    ]  # fmt: skip
    assert kept.repairs_of(["sure", "guess"]).tolist() == [0, 0, 0, 0, 3, 2, 0, 0, 0, 0]
    verdict, checks = kept.left_out(only={"guess"})
    assert [checks[number - 1].name for number in verdict.tolist() if number] == ["guess", "guess"]


def test_a_guess_about_most_rows_is_what_they_are_like() -> None:
    kept = ledger(10)
    most = np.arange(6)
    kept.add(GUESS, most, str, out=most)
    kept.add(SURE, most, str)
    guess, sure = kept.findings()
    assert (guess.typical, guess.severity) == (True, "note")
    assert (sure.typical, sure.severity) == (False, "warning")
    assert not kept.left_out()[0].any()


def test_guesses_leave_nothing_out_of_what_is_measured() -> None:
    kept = ledger(10)
    kept.split = "test"
    kept.add(GUESS, np.array([1]), str, out=np.array([1]))
    kept.add(SURE, np.array([2]), str, out=np.array([2]))
    assert np.flatnonzero(kept.left_out()[0]).tolist() == [2]


def test_malformed_rows_count_among_all() -> None:
    kept = ledger(8)
    kept.add_at(SURE, "a.tsv", 3, "bad", rows=2)
    kept.lose(SURE, 0, 3, 2)
    (finding,) = kept.findings()
    assert (finding.rows, finding.of, kept.malformed) == (2, 10, 2)
    assert kept.lost.tolist() == [3, 0, 0]


def test_a_row_counts_once_though_both_sides_have_it(inspected) -> None:  # type: ignore[no-untyped-def]
    found = inspected([("a &amp; b", "c &amp; d"), ("a", "c &amp; d")])
    (html,) = (finding for finding in found.findings if finding.check.name == "html")
    assert html.rows == 2
    assert said(found, "html") == ["'&amp;' in the source", "'&amp;' in the target"]


def test_the_report(inspected) -> None:  # type: ignore[no-untyped-def]
    rows = [("One two three.", "Eins zwei drei."), ("", "Vier."), ("Five\x07.", "Fünf.")] + [("Six.", "Sechs.")] * 8
    text = "\n".join(lines(inspected(rows, shown=2)))
    assert text.startswith("train  11 rows from ")
    assert "WARNING  a side is blank (empty)\n  train: 1 row (9.1%)\n    " in text
    assert "train.tsv:2: the source is blank\n      source: (blank)\n      target: Vier.\n  -> Leave the pair" in text
    assert "train: 7 rows (63.6%)" in text
    assert "U+0007" in text
    assert text.count("the same as ") == 2
    assert "    ...\n  -> Leave the duplicates out" in text
    assert text.endswith("3 kinds of warning found.")


def test_the_report_of_nothing_and_of_labels(inspected) -> None:  # type: ignore[no-untyped-def]
    rows = [
        (f"text number {word}", "yes" if len(word) > 3 else "no")
        for word in ("one", "two", "three", "four", "five", "six")
    ]
    told = lines(inspected(rows, Sides(SideKind.TEXT, SideKind.LABEL)))
    assert told[0].endswith("; 3.0 words per source")
    assert told[1] == "       yes 3 (50.0%), no 3 (50.0%)" or told[1] == "       no 3 (50.0%), yes 3 (50.0%)"
    assert told[-1] == "Nothing found."
