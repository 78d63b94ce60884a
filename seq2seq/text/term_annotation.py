"""Translations in the place of terms: `the ｟=｠ Hund ｟/｠ sleeps` (Dinu et al. 2019, section 3, "replace").

A model that was trained with such sources copies the translation, and fits the words around it. Beside its term
("append"), fine-tuned models seldom copy one: nearly all translations that a target has follow from the source
(benchmarks/LOG.md, 2026-11-29).
"""

from collections.abc import Iterable
from typing import Final

BEGIN: Final = "｟=｠"
"""Before a translation."""
END: Final = "｟/｠"
"""After it."""
TERM_SYMBOLS: Final = (BEGIN, END)
"""Tokens of a source vocabulary with annotations."""


def annotate(source: str, places: Iterable[tuple[int, int, str]]) -> str:
    """A source with translations in the place of its terms: start and end of each, ascending, and its translation."""
    parts, last = [], 0
    for start, end, translation in places:
        parts += [source[last:start], f"{BEGIN} {translation} {END}"]
        last = end
    return "".join([*parts, source[last:]])
