"""A sentence with its spans, from the translation of its words."""

from collections.abc import Sequence
from typing import Final

from seq2seq.documents.report import Flag
from seq2seq.documents.spans.extraction import Extract
from seq2seq.documents.spans.inline import Inline, Item
from seq2seq.formats.languages import base
from seq2seq.inference.translation import Translation

_CAPITAL_NOUNS: Final = frozenset({"de", "lb", "nds", "bar", "gsw"})
"""Languages in which a capital letter does not show the beginning of a sentence."""


def render(items: Sequence[Item], extract: Extract, translation: Translation) -> tuple[list[Item], list[Flag]]:
    """The items of the translated sentence, with every span of the source once; and why a person has to look at it."""
    if not extract.nodes:
        return [translation.text] if translation.text else [], []
    if translation.text == extract.words:
        return list(items), []
    from seq2seq.documents.spans.alignment import align  # these three are for sentences with spans
    from seq2seq.documents.spans.assembly import assemble
    from seq2seq.documents.spans.projection import Projection

    units = align(extract.words, translation)
    projection = Projection(units, extract.words, translation.text)
    rendered = assemble(translation.text, units, projection.place(extract.nodes))
    flags = []
    if projection.uncertain:
        flags.append(Flag("documents.uncertain-code"))
    if projection.guessed and translation.alignment is None:
        flags.append(Flag("documents.no-attention"))
    return rendered, flags


def continue_sentence(source: str, rendered: list[Item], language: str) -> list[Item]:
    """A translation that does not begin with a capital letter, for words that follow others.

    In a language that is not known (empty), nothing is changed.
    """
    if not language or base(language) in _CAPITAL_NOUNS or not source[:1].islower():
        return rendered
    for place, item in enumerate(rendered):
        if isinstance(item, Inline) or not item.strip():
            continue
        start = len(item) - len(item.lstrip())
        if item[start].isupper() and item[start + 1 : start + 2].islower():
            return [*rendered[:place], item[:start] + item[start].lower() + item[start + 1 :], *rendered[place + 1 :]]
        break
    return rendered
