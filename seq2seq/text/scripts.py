"""In which script a text is written, by Python's own database of characters."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Final

WITHOUT_SPACES: Final = frozenset({"THAI", "LAO", "MYANMAR", "KHMER", "TIBETAN", "HIRAGANA", "KATAKANA", "CJK"})
"""Scripts that set no spaces between words."""


_OF_OTHER_NAMES: Final = {
    "KATAKANA-HIRAGANA": "KATAKANA",  # ー
    "COMBINING KATAKANA-HIRAGANA": "KATAKANA",
    "VERTICAL KANA": "KATAKANA",  # 〱
    "MASU": "KATAKANA",  # 〼
    "HENTAIGANA": "HIRAGANA",
    "IDEOGRAPHIC": "CJK",  # 々 〆 〇
    "VERTICAL IDEOGRAPHIC": "CJK",  # 〻
    "CIRCLED IDEOGRAPH": "CJK",
    "PARENTHESIZED IDEOGRAPH": "CJK",
    "HANGZHOU": "CJK",  # 〡
    "OLD CHINESE": "CJK",
}
"""Scripts of characters whose names begin with something else: most have no script of their own in Unicode, but a
Script_Extensions (Unicode Standard Annex 24, section 2.2)."""


def script_of(character: str) -> str:
    """The script of a letter, digit or mark, as the first word of its Unicode name: `LATIN`, `CJK`; "" without a name.

    A character of full or half width counts as the usual one, and what kana share as katakana.
    """
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    other = next((script for beginning, script in _OF_OTHER_NAMES.items() if name.startswith(f"{beginning} ")), None)
    return other or name.partition(" ")[0]


def count_letters(texts: Iterable[str]) -> Counter[str]:
    """Letters per script in some texts."""
    characters: Counter[str] = Counter()
    for text in texts:
        characters.update(text)
    found: Counter[str] = Counter()
    for character, count in characters.items():
        if script := _script_of_letter(character):
            found[script] += count
    return found


@cache
def _script_of_letter(character: str) -> str:
    return script_of(character) if unicodedata.category(character)[0] == "L" else ""
