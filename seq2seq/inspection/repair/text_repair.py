"""Lossless repairs of a text, outside of code and markup.

Each step has the name of the check whose findings it repairs. Steps that could lose something are skipped: entities for
markup characters stay, as do characters that NFC would replace by another (the Kelvin sign); and where it is unknown
whether a character separates words, the text is not repaired at all.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from html import unescape
from itertools import groupby
from typing import Final

from seq2seq.data.tables.lines import FORBIDDEN
from seq2seq.inspection.repair.mojibake import repair_mojibake
from seq2seq.text.markup.recognise import Kind, Markup, Span, find_spans

REPAIRABLE: Final = ("mojibake", "html", "line-separator", "control", "zero-width", "normalisation")
"""Checks whose rows can be repaired, in the order of the repairs."""

_CONTROLS: Final = re.compile("[\x01-\x08\x0e-\x1b\x1f\x7f-\x9f]")
_SEPARATING: Final = re.compile("[^\\W\\d_][\v\f\x1c-\x1e][^\\W\\d_]")
"""A character that ends a line in some programs, inside a word or between two."""
_TAG_LIKE: Final = re.compile("</?[A-Za-z!]")
_ALWAYS: Final = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_DIRECTIONS: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE: Final = re.compile(f"[{_ALWAYS}{_DIRECTIONS}\u180e\u200b-\u200d\U000e0001\U000e0020-\U000e007f]")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_WITHOUT_SPACES: Final = re.compile("[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff]")
_JOINED: Final = re.compile("[\u0590-\u1cff\ua800-\uabff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")


class UncertainError(Exception):
    """The repair of a text would be uncertain."""


def repair_text(text: str, checks: Collection[str] = REPAIRABLE, declared: Collection[Markup] = ()) -> str:
    """A text without the findings of some :data:`REPAIRABLE` checks; an :class:`UncertainError` if that is uncertain.

    Clean text, code and markup are unchanged; ``declared`` are markup languages that the text is known to use.
    """
    if "line-separator" in checks and _SEPARATING.search(text):
        raise UncertainError
    for check in REPAIRABLE:
        if check == "html" and check in checks:
            text = unescape_entities(text, declared)
        elif check in checks:
            text = _outside(text, _STEPS[check], declared)
    return text


def unescape_entities(text: str, declared: Collection[Markup] = ()) -> str:
    """Replace entities by characters, outside of code; not in texts with tags, which are HTML."""
    if Markup.HTML in declared:
        return text
    for _ in range(3):  # `&amp;amp;` was escaped twice
        spans = find_spans(text, declared)
        if any(span.kind is Kind.TAG for span in spans):
            return text
        plain = _unescaped(text, [span for span in spans if span.kind is Kind.ENTITY])
        if plain == text:
            break
        more_tags = len(_TAG_LIKE.findall(plain)) > len(_TAG_LIKE.findall(text))
        if more_tags or len(find_spans(plain, declared)) > len(spans):
            return text  # `&lt;b&gt;` mentions a tag
        text = plain
    return text


def _unescaped(text: str, entities: Sequence[Span]) -> str:
    for span in reversed(entities):
        character = unescape(span.name)
        if not any(unicodedata.category(code)[0] == "C" or code in "\n\r\t\ufffd\u2028\u2029" for code in character):
            text = text[: span.start] + character + text[span.end :]
    return text


def _outside(text: str, step: Callable[[str], str], declared: Collection[Markup]) -> str:
    """A text with a step applied outside of its spans."""
    spans = [span for span in find_spans(text, declared) if span.kind is not Kind.ENTITY]
    if not spans:
        return step(text)
    pieces, place = [], 0
    for span in spans:
        pieces += [step(text[place : span.start]), text[span.start : span.end]]
        place = span.end
    return "".join([*pieces, step(text[place:])])


def invisible(text: str) -> int | None:
    """The place of the first superfluous zero-width character; None: there is none."""
    places = (match.start() for match in _INVISIBLE.finditer(text))
    return next((place for place in places if not _needed(text[place], text, place)), None)


def remove_invisible(text: str) -> str:
    """The text without zero-width characters, except those that its script needs."""
    if text.isascii():
        return text
    whole = text
    return _INVISIBLE.sub(lambda match: match[0] if _needed(match[0], whole, match.start()) else "", text)


def compose(text: str) -> str:
    """The text in NFC, except for signs that NFC replaces by another, such as the Kelvin sign by K."""
    if unicodedata.is_normalized("NFC", text):
        return text
    pieces = []
    for unchanged, run in groupby(text, lambda character: unicodedata.is_normalized("NFC", character)):
        piece = "".join(run)
        pieces.append(unicodedata.normalize("NFC", piece) if unchanged else piece)
    return "".join(pieces)


def _needed(character: str, text: str, place: int) -> bool:
    """Whether a script or an emoji needs a character where it stands."""
    if character in "\u200c\u200d":  # joiners: Persian, the scripts of India, emoji
        return any(map(_JOINED.match, text[max(0, place - 1) : place] + text[place + 1 : place + 2]))
    if character in "\u200b":  # possible line breaks in scripts without spaces
        return _WITHOUT_SPACES.search(text) is not None
    if character in "\u061c\u200e\u200f" or "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069":
        return _RIGHT_TO_LEFT.search(text) is not None
    if character == "\u180e":
        return re.search("[\u1800-\u18af]", text) is not None
    if character >= "\U000e0001":  # the flags of Scotland, Wales and England end in these
        return "\U0001f3f4" in text
    return character in "\u115f\u1160" and re.search("[\u1100-\u11ff]", text.replace(character, "")) is not None


def _control(match: re.Match[str]) -> str:
    """Replace codes 80 to 9F by their characters in Windows-1252, as HTML does; remove other controls."""
    return bytes([ord(match[0])]).decode("cp1252", "ignore") if ord(match[0]) >= 0x80 else ""


_STEPS: Final[dict[str, Callable[[str], str]]] = {
    "mojibake": repair_mojibake,
    "line-separator": lambda text: FORBIDDEN.sub(lambda match: "" if match[0] == "\0" else " ", text),
    "control": lambda text: _CONTROLS.sub(_control, text),
    "zero-width": remove_invisible,
    "normalisation": compose,
}
