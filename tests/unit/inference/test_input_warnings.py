"""What is noticed is counted, and said once, in bounded memory."""

from seq2seq.inference.input_warnings import Tally


def test_nothing_to_say() -> None:
    assert Tally(lines=10, empty=3).warnings() == []


def test_notes_of_one_kind_are_one_warning() -> None:
    tally = Tally(lines=100)
    for number in range(1, 9):
        tally.note(number, f"cut at the maximum length of {number * 10:,} tokens")
    tally.note(50, "repeats itself")
    assert tally.warnings() == [
        "8 of 100 outputs: cut at the maximum length (lines 1, 2, 3, 4, 5, ...)",
        "1 of 100 outputs: repeats itself (line 50)",
    ]


def test_unknown_text_is_named() -> None:
    tally = Tally(lines=2)
    tally.unknown_text(1, ["Ω", "ß"])
    tally.unknown_text(2, ["Ω"])
    (warning,) = tally.warnings()
    assert warning == "3 times the model's tokenizer does not know what it reads, such as 'Ω', 'ß' (lines 1, 2)"


def test_memory_is_bounded() -> None:
    tally = Tally()
    for number in range(5_000):
        tally.unknown_text(number, [f"word{number}"])
    assert len(tally.unknown) <= 1_001
    assert tally.unknown.total() == 5_000
    assert len(tally.unknown_lines.first) == 5
