"""What can be put right in a text without losing anything of it."""

import re
import unicodedata
from typing import Final

from seq2seq.data.inspection.markup import remove_html
from seq2seq.data.inspection.mojibake import repair
from seq2seq.data.lines import FORBIDDEN

_CONTROLS: Final = re.compile("[\x01-\x08\x0e-\x1b\x1f\x7f-\x9f]")
_BREAKS: Final = re.compile("[\t\n]")
_ALWAYS: Final = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_DIRECTIONS: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE: Final = re.compile(f"[{_ALWAYS}{_DIRECTIONS}\u180e\u200b-\u200d\U000e0001\U000e0020-\U000e007f]")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_WITHOUT_SPACES: Final = re.compile("[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff]")
_JOINED: Final = re.compile("[\u0590-\u1cff\ua800-\uabff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")


def mend(text: str) -> str:
    """Repair mojibake, unescape HTML, remove what nobody sees, compose characters (NFC).

    Line ends of all kinds inside the text become spaces. What is clean comes back the same.
    """
    text = remove_html(repair(text))
    text = _CONTROLS.sub(_control, FORBIDDEN.sub(_forbidden, _BREAKS.sub(" ", text)))
    return unicodedata.normalize("NFC", remove_invisible(text))


def invisible(text: str) -> int | None:
    """The place of the first character of no width that has no business in a text; None: there is none."""
    places = (found.start() for found in _INVISIBLE.finditer(text))
    return next((place for place in places if not _needed(text[place], text, place)), None)


def remove_invisible(text: str) -> str:
    """The text without characters of no width, but for those that its script needs."""
    if text.isascii():
        return text
    whole = text
    return _INVISIBLE.sub(lambda found: found[0] if _needed(found[0], whole, found.start()) else "", text)


def _needed(character: str, text: str, place: int) -> bool:
    """Whether a script or an emoji needs a character where it stands."""
    if character in "\u200c\u200d":  # joiners: Persian, the scripts of India, emoji
        return any(map(_JOINED.match, text[max(0, place - 1) : place] + text[place + 1 : place + 2]))
    if character in "\u200b":  # where words may be divided that have no spaces between them
        return _WITHOUT_SPACES.search(text) is not None
    if character in "\u061c\u200e\u200f" or "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069":
        return _RIGHT_TO_LEFT.search(text) is not None
    if character == "\u180e":
        return re.search("[\u1800-\u18af]", text) is not None
    if character >= "\U000e0001":  # the flags of Scotland, Wales and England end in these
        return "\U0001f3f4" in text
    return character in "\u115f\u1160" and re.search("[\u1100-\u11ff]", text.replace(character, "")) is not None


def _forbidden(found: re.Match[str]) -> str:
    """A space for what ends a line; U+0085 may as well be the ellipsis of Windows-1252, which is a matter of repair."""
    return "" if found[0] == "\0" else " "


def _control(found: re.Match[str]) -> str:
    """Codes 80 to 9F are quotation marks and dashes of Windows-1252 in what was read as Latin-1 (as HTML has it)."""
    return bytes([ord(found[0])]).decode("cp1252", "ignore") if ord(found[0]) >= 0x80 else ""
