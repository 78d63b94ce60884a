"""In which script a text is written, by Python's own database of characters."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Final

WITHOUT_SPACES: Final = frozenset({"THAI", "LAO", "MYANMAR", "KHMER", "TIBETAN", "HIRAGANA", "KATAKANA", "CJK"})
"""Scripts that set no spaces between words."""


def script_of(character: str) -> str:
    """The script of a letter, digit or mark, as the first word of its Unicode name: `LATIN`, `CJK`; "" without a name.

    A character of full or half width counts as the usual one.
    """
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    return name.partition(" ")[0]


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
