"""Translations of terms, annotated in the source: `dog ｟=｠ Hund ｟/｠` (Dinu et al. 2019, section 3, "append").

A model that was trained with such sources learns to copy the translation, and to fit the words around it. In training,
some terms give way to their translation ("replace"): then the model cannot do without it.
"""

from collections.abc import Iterable
from typing import Final

BEGIN: Final = "｟=｠"
"""Before a translation."""
END: Final = "｟/｠"
"""After it."""
TERM_SYMBOLS: Final = (BEGIN, END)
"""Tokens of a source vocabulary with annotations."""


def annotate(source: str, places: Iterable[tuple[int, int, str]], *, alone: bool = False) -> str:
    """A source with translations behind its terms, or ``alone`` in their place.

    The places are ascending: start and end of each term, and its translation.
    """
    parts, last = [], 0
    for start, end, translation in places:
        before = source[last:start].rstrip() if alone else source[last:end]
        parts += [before, f" {BEGIN} {translation} {END}"]
        last = end
    return "".join([*parts, source[last:]]).lstrip()
