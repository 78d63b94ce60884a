"""Finding the markup of a text, from its beginning to its end."""

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from seq2seq.text.markup import patterns
from seq2seq.text.markup.icu import parse_message
from seq2seq.text.markup.spans import Kind, Markup, Part, Span


class Scanner:
    """Finds spans in one text, which is known to be written in the ``declared`` languages."""

    def __init__(self, text: str, declared: frozenset[Markup]) -> None:
        self._text = text
        self._declared = declared
        self._names = self._find_names()

    def scan(self, start: int, stop: int) -> list[Span]:
        """The spans between two places."""
        spans: list[Span] = []
        place = start
        names = iter([name for name in self._names if start <= name.start and name.end <= stop])
        name = next(names, None)
        while place < stop:
            trigger = patterns.START.search(self._text, place, stop)
            first = stop if trigger is None else trigger.start()
            while name is not None and name.start < place:
                name = next(names, None)
            if name is not None and name.start <= first:
                spans.append(name)
                place = name.end
                continue
            if trigger is None:
                break
            found = self._at(first, stop)
            spans += found
            place = found[-1].end if found else trigger.end()
            while not found and place < stop and self._text[place] == self._text[place - 1] == "`":
                place += 1  # marks that do not match are left whole
        return spans

    def _at(self, place: int, stop: int) -> list[Span]:
        """The markup that begins at a place, with all inside of it; nothing, if none does."""
        for find in _FINDERS[self._text[place]]:
            found = find(self, place, stop)
            if found:
                return found
        return []

    def _enclosing(self, opening: Span, closing: Span) -> list[Span]:
        """Markup around words, in which other markup may stand."""
        return [opening, *self.scan(opening.end, closing.start), closing]

    def _find_names(self) -> list[Span]:
        """Links, addresses and names of code, which begin like words."""
        found: list[Span] = []
        stop = 0
        for trigger in patterns.NAME_TRIGGER.finditer(self._text):
            if trigger.start() >= stop:  # look at what stands there between spaces
                start = max(stop, self._text.rfind(" ", 0, trigger.start()) + 1)
                stop = self._text.find(" ", trigger.end())
                stop = len(self._text) if stop < 0 else stop
                found += filter(None, map(self._name, patterns.WORDS.finditer(self._text, start, stop)))
        return found

    def _name(self, match: re.Match[str]) -> Span | None:
        """The span that begins like a word; None: there is none."""
        kind = Kind(match.lastgroup or "identifier")
        content = match[0]
        if kind is Kind.URL:
            content = patterns.trim_url(content)
            if content.endswith("://"):
                return None  # a scheme by itself
        elif kind is Kind.IDENTIFIER:
            content = content.rstrip(".-+")
        elif kind is Kind.PLACEHOLDER and Markup.MARKDOWN in self._declared:
            return None
        return Span(match.start(), match.start() + len(content), kind, content=content)

    # ------------------------------------------------------------------------------------------ each kind of markup

    def _code(self, place: int, stop: int) -> list[Span]:
        """Backticks: code, or a link of reStructuredText."""
        text = self._text
        opening = patterns.TICKS.match(text, place, stop)
        assert opening is not None
        ticks = opening[0]
        if len(ticks) > 3 or (place and text[place - 1] == "\\" and len(ticks) == 1):
            return []
        inside = opening.end()
        closing = next(
            (found for found in patterns.TICKS.finditer(text, inside, stop) if len(found[0]) == len(ticks)), None
        )
        if closing is None:
            return []
        content = text[inside : closing.start()]
        if content[:1].isspace() != content[-1:].isspace() or (content[:1].isspace() and len(ticks) == 1):
            return []  # ``quoted'' as in TeX, `quoted' as in old messages
        link = patterns.REFERENCE.match(text, closing.end(), stop)
        if link is None or len(ticks) != 1:
            return [Span(place, closing.end(), Kind.CODE, name=ticks, content=content)]
        target = patterns.TARGET.search(content)
        last = inside + target.start() if target else closing.start()
        return self._enclosing(
            Span(place, inside, Kind.LINK, Part.OPEN, "`_", target[1] if target else ""),
            Span(last, link.end(), Kind.LINK, Part.CLOSE, "`_", target[1] if target else ""),
        )

    def _role(self, place: int, stop: int) -> list[Span]:
        found = patterns.ROLE.match(self._text, place, stop)
        if found is None:
            return []
        name, content = found["name"], found["content"]
        target = patterns.TARGET.search(content)
        if target is None and name.rpartition(":")[2] not in patterns.PROSE_ROLES:
            return [Span(place, found.end(), Kind.ROLE, name=name, content=content)]
        last = found.start("content") + target.start() if target else found.end("content")
        content = target[1] if target else ""
        return self._enclosing(
            Span(place, found.start("content"), Kind.ROLE, Part.OPEN, name, content),
            Span(last, found.end(), Kind.ROLE, Part.CLOSE, name, content),
        )

    def _emphasis(self, place: int, stop: int) -> list[Span]:
        text = self._text
        opening = patterns.MARKS.match(text, place, stop)
        if opening is None or not patterns.opens(text, place, opening.end()):
            return []
        marks = opening[0]
        for closing in patterns.MARKS.finditer(text, opening.end() + 1, stop):
            if closing[0] == marks and patterns.closes(text, closing.start(), closing.end()):
                return self._enclosing(
                    Span(place, opening.end(), Kind.EMPHASIS, Part.OPEN, marks),
                    Span(closing.start(), closing.end(), Kind.EMPHASIS, Part.CLOSE, marks),
                )
        return []

    def _tag(self, place: int, stop: int) -> list[Span]:
        found = patterns.TAG.match(self._text, place, stop)
        if found is None:
            return []
        name, attributes = found["tag"], (found["attributes"] or "").strip()
        if Markup.HTML in self._declared or patterns.is_tag(found, self._text):
            part = Part.CLOSE if found["slash"] else Part.WHOLE
            return [Span(place, found.end(), Kind.TAG, part, name.lower(), attributes)]
        if patterns.UPPER.fullmatch(name) and not attributes and not found["slash"]:
            return [Span(place, found.end(), Kind.PLACEHOLDER, name=found[0])]
        return []

    def _comment(self, place: int, stop: int) -> list[Span]:
        found = patterns.COMMENT.match(self._text, place, stop)
        return [] if found is None else [Span(place, found.end(), Kind.TAG, name="!")]

    def _autolink(self, place: int, stop: int) -> list[Span]:
        found = patterns.AUTOLINK.match(self._text, place, stop)
        return [] if found is None else [Span(place, found.end(), Kind.URL, name="<>", content=found[1])]

    def _entity(self, place: int, stop: int) -> list[Span]:
        found = patterns.ENTITY.match(self._text, place, stop)
        return [Span(place, found.end(), Kind.ENTITY, name=found[0])] if found and patterns.is_entity(found) else []

    def _link(self, place: int, stop: int) -> list[Span]:
        """A link or an image of Markdown."""
        found = patterns.LINK.match(self._text, place, stop)
        if found is None or not (Markup.MARKDOWN in self._declared or patterns.LINK_TARGET.search(found["target"])):
            return []
        marks = f"{found['image']}[]"
        return self._enclosing(
            Span(place, found.start("text"), Kind.LINK, Part.OPEN, marks, found["target"]),
            Span(found.end("text"), found.end(), Kind.LINK, Part.CLOSE, marks, found["target"]),
        )

    def _icu(self, place: int, stop: int) -> list[Span]:
        """A message of ICU, with branches or without."""
        if patterns.ICU.match(self._text, place, stop) is None:
            return []
        message = parse_message(self._text, place, stop)
        if message is None:
            return []
        spans: list[Span] = []
        begins = place
        for number, branch in enumerate(message.branches):
            part = Part.MIDDLE if number else Part.OPEN
            spans.append(Span(begins, branch.start, Kind.PLACEHOLDER, part, message.argument, message.kind))
            spans += self.scan(branch.start, branch.stop)
            begins = branch.stop
        part = Part.CLOSE if message.branches else Part.WHOLE
        spans.append(Span(begins, message.stop, Kind.PLACEHOLDER, part, message.argument, message.kind))
        return spans

    def _printf(self, place: int, stop: int) -> list[Span]:
        pattern = patterns.PRINTF_DECLARED if Markup.PRINTF in self._declared else patterns.PRINTF
        return self._simple(place, stop, pattern, Kind.PLACEHOLDER)

    def _substitution(self, place: int, stop: int) -> list[Span]:
        pattern = patterns.SUBSTITUTION_DECLARED if Markup.REST in self._declared else patterns.SUBSTITUTION
        return self._simple(place, stop, pattern, Kind.PLACEHOLDER)

    def _simple(self, place: int, stop: int, pattern: re.Pattern[str], kind: Kind) -> list[Span]:
        """The span that one expression describes."""
        found = pattern.match(self._text, place, stop)
        return [] if found is None else [Span(place, found.end(), kind, name=found[0])]


Finder = Callable[[Scanner, int, int], list[Span]]


def _simply(pattern: re.Pattern[str], kind: Kind) -> Finder:
    return partial(Scanner._simple, pattern=pattern, kind=kind)


_FINDERS: Final[dict[str, tuple[Finder, ...]]] = {
    "`": (Scanner._code,),
    ":": (Scanner._role, _simply(patterns.LITERAL_BLOCK, Kind.DIRECTIVE)),
    "*": (Scanner._emphasis,),
    "_": (Scanner._emphasis,),
    "~": (Scanner._emphasis,),
    "<": (Scanner._comment, Scanner._autolink, _simply(patterns.STATEMENT, Kind.TEMPLATE), Scanner._tag),
    "&": (Scanner._entity,),
    "!": (Scanner._link,),
    "[": (Scanner._link, _simply(patterns.FOOTNOTE, Kind.LINK), _simply(patterns.BRACKETED, Kind.PLACEHOLDER)),
    "{": (_simply(patterns.STATEMENT, Kind.TEMPLATE), Scanner._icu, _simply(patterns.BRACED, Kind.PLACEHOLDER)),
    "$": (_simply(patterns.DOLLAR, Kind.PLACEHOLDER),),
    "%": (Scanner._printf,),
    "|": (Scanner._substitution,),
    ".": (_simply(patterns.DIRECTIVE, Kind.DIRECTIVE),),
}
"""Markup that may begin with a character, in the order in which it is tried."""
