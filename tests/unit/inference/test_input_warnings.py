"""What is noticed is counted, and said once, in bounded memory."""

from seq2seq.inference.input_warnings import InputWarnings


def test_nothing_to_say() -> None:
    assert InputWarnings(lines=10, empty=3).messages() == []


def test_notes_of_one_kind_are_one_warning() -> None:
    warnings = InputWarnings(lines=100)
    for number in range(1, 9):
        warnings.add(number, f"cut at the maximum length of {number * 10:,} tokens")
    warnings.add(50, "repeats itself")
    assert warnings.messages() == [
        "8 of 100 outputs: cut at the maximum length (lines 1, 2, 3, 4, 5, ...)",
        "1 of 100 outputs: repeats itself (line 50)",
    ]


def test_unknown_text_is_named() -> None:
    warnings = InputWarnings(lines=2)
    warnings.add_unknown(1, ["Ω", "ß"])
    warnings.add_unknown(2, ["Ω"])
    (warning,) = warnings.messages()
    assert warning == "3 times the model's tokenizer does not know what it reads, such as 'Ω', 'ß' (lines 1, 2)"


def test_memory_is_bounded() -> None:
    warnings = InputWarnings()
    for number in range(5_000):
        warnings.add_unknown(number, [f"word{number}"])
    assert len(warnings.unknown) <= 1_001
    assert warnings.unknown.total() == 5_000
    assert len(warnings.unknown_lines.first) == 5
