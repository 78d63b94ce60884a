"""Letters are distinguished by their script."""

import pytest

from seq2seq.text.scripts import count_letters, script_of


@pytest.mark.parametrize(
    ("character", "script"),
    [
        ("a", "LATIN"),
        ("ж", "CYRILLIC"),
        ("猫", "CJK"),
        ("か", "HIRAGANA"),
        ("ｶ", "KATAKANA"),
        ("Ａ", "LATIN"),
        *((mark, "CJK") for mark in "々〆〇〻〡〸㊀㈠"),
        *((mark, "KATAKANA") for mark in "ーｰヽヾ〱〵〼\u3099"),
        *((mark, "HIRAGANA") for mark in "ゝゞゟ"),
        ("\u0303", "COMBINING"),
        ("\0", ""),
    ],
)
def test_a_character_has_a_script(character: str, script: str) -> None:
    assert script_of(character) == script


def test_letters_are_counted_and_nothing_else() -> None:
    assert count_letters(["ab 1,2", "猫 a!", "", "한국"]) == {"LATIN": 3, "CJK": 1, "HANGUL": 2}
