"""Differences between the tags of a translation and those of its source."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from seq2seq.inspection.checks.markup.marks import CHANGED, LOST, SIDES, UNBALANCED, Difference, Side
from seq2seq.text.markup.patterns import VOID_TAGS
from seq2seq.text.markup.recognise import Kind

_ATTRIBUTE: Final = re.compile(r"([\w:-]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_FIXED: Final = frozenset({"class", "id", "name", "type", "rel", "target", "linkend", "role"})
"""Attributes whose values are language-independent."""


class _Tags:
    """All tags of one name on one side, damaged ones included."""

    def __init__(self, text: str, name: str) -> None:
        self.matches = list(
            re.finditer(rf"<\s*(/?)\s*{re.escape(name)}(?![\w:.-])([^<>]*)(>?)", text, re.IGNORECASE | re.ASCII)
        )
        self._void = name in VOID_TAGS

    def balanced(self) -> bool:
        """Whether each tag is complete, and closed unless it need not be."""
        if not all(match[3] for match in self.matches):
            return False
        closing = sum(match[1] == "/" for match in self.matches)
        alone = sum(match[1] != "/" and match[2].endswith("/") for match in self.matches)
        opening = len(self.matches) - closing - alone
        return opening == closing or (self._void and not closing)

    def attributes(self) -> Counter[frozenset[tuple[str, str]]]:
        """The attributes of the opening tags, which must be the same on the other side."""
        return Counter(
            frozenset(
                (name.lower(), value.strip("\"'") if name.lower() in _FIXED else "")
                for name, value in _ATTRIBUTE.findall(match[2].rstrip("/"))
            )
            for match in self.matches
            if match[1] != "/"
        )


def compare_tags(source: Side, target: Side) -> Iterator[Difference]:
    """Find tags that are unclosed, missing, different, or have different attributes."""
    names = {span.name for side in (source, target) for span in side.spans if span.kind is Kind.TAG} - {"!"}
    missing, added = [], 0
    for name in sorted(names):
        tags = [_Tags(side.without_code, name) for side in (source, target)]
        balanced = [of_name.balanced() for of_name in tags]
        if balanced[0] != balanced[1] and all(of_name.matches for of_name in tags):
            wrong = balanced.index(False)
            place = tags[wrong].matches[0].span()
            yield Difference(UNBALANCED, f"<{name}> is not closed, or not opened", SIDES[wrong], *place)
        elif len(tags[0].matches) > len(tags[1].matches):
            missing.append(tags[0].matches[0])
        elif len(tags[0].matches) < len(tags[1].matches):
            added += 1
        elif tags[0].attributes() != tags[1].attributes():
            what = f"the attributes of <{name}> differ"
            yield Difference(CHANGED, what, "target", *tags[1].matches[0].span())
    if missing:
        fault = CHANGED if added else LOST
        what = f"{missing[0][0]} of the source is {'another tag' if added else 'missing'} in the target"
        yield Difference(fault, what, "source", *missing[0].span())
