"""Whether a translation has the spans of its source: every one as often, and nested."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from seq2seq.documents.report import Flag
from seq2seq.documents.spans.inline import Inline, Item, Role
from seq2seq.documents.spans.literals import Literals
from seq2seq.formats.segment import Code, Content, Part
from seq2seq.text.markup.recognise import find_spans, may_have_spans
from seq2seq.text.markup.spans import Markup, Span

_NONE: Final = Literals()


def verify(source: Content, target: Content, markup: Collection[Markup] = (), literals: Literals = _NONE) -> list[Flag]:
    """Flags where the spans of a target are not those of its source.

    Args:
        source: what was translated.
        target: its translation.
        markup: languages in which the words are known to be written.
        literals: strings that are spans, too.
    """
    flags = []
    spans, others = (count_spans(content, markup) for content in (source, target))
    strings, other_strings = (_count_literals(content, literals) for content in (source, target))
    if spans != others or strings != other_strings:
        flags.append(Flag("documents.spans-differ"))
    if is_well_formed(source) and not is_well_formed(target):
        flags.append(Flag("documents.not-nested"))
    return flags


def count_spans(content: Content, markup: Collection[Markup] = ()) -> Counter[Code | str]:
    """Every code of a content, and every span found in its words, with their numbers.

    `%s` that a letter follows is another span: it is no longer recognised everywhere.
    """
    counts: Counter[Code | str] = Counter()
    for part in content:
        if isinstance(part, Code):
            counts[part] += 1
        elif may_have_spans(part):
            counts.update(_with_its_letter(part, span) for span in find_spans(part, markup))
    return counts


def _count_literals(content: Content, literals: Literals) -> Counter[str]:
    words = [part for part in content if isinstance(part, str)]
    return Counter(part[start:end] for part in words for start, end in literals.find(part))


def _with_its_letter(words: str, span: Span) -> str:
    end = span.end + (words[span.start] == "%" and words[span.end : span.end + 1].isalpha())
    return words[span.start : end]


def is_well_formed(content: Content) -> bool:
    """Whether every code that opens is closed in its turn."""
    stack: list[str] = []
    for part in content:
        if isinstance(part, Code) and part.part is Part.OPEN:
            stack.append(part.name)
        elif isinstance(part, Code) and part.part is Part.CLOSE and (not stack or stack.pop() != part.name):
            return False
    return not stack


def splits_message(parts: Sequence[object]) -> bool:
    """Whether words stand beside a message with branches, so that its parts are translated one by one."""
    barriers = [place for place, part in enumerate(parts) if isinstance(part, Inline) and part.role is Role.BARRIER]
    outside = [*parts[: barriers[0]], *parts[barriers[-1] + 1 :]] if barriers else []
    return any(not isinstance(part, Item) for part in outside)
