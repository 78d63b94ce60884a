"""Translations of terms, annotated in the source: `dog ｟=｠ Hund ｟/｠` (Dinu et al. 2019, section 3, "append").

A model that was trained with such sources learns to copy the translation, and to fit the words around it.
"""

from collections.abc import Iterable
from typing import Final

BEGIN: Final = "｟=｠"
"""Before a translation."""
END: Final = "｟/｠"
"""After it."""
TERM_SYMBOLS: Final = (BEGIN, END)
"""Tokens of a source vocabulary with annotations."""


def annotate(source: str, places: Iterable[tuple[int, str]]) -> str:
    """A source with translations behind its terms, whose ends are given, ascending."""
    parts, last = [], 0
    for end, translation in places:
        parts += [source[last:end], f" {BEGIN} {translation} {END}"]
        last = end
    return "".join([*parts, source[last:]])
