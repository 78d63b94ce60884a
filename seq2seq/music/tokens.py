"""The tokens of ABC music, as regular expressions (ABC standard 2.1, chapter 4).

Also, fields without brackets between two bars, `` M:2/4 ``, as in collections with one line per tune.
"""

import re
from fractions import Fraction
from typing import Final

_LENGTH: Final = r"\d*(?:/+\d*)?"  # in one way only: two would make an open bracket exponentially slow
NOTE: Final = rf"(?:\^\^?|__?|=)?[A-Ga-g][,']*{_LENGTH}"
_MARK: Final = r"[.~HJLMOPRSTuv]"
SIGN: Final = r'![^!\s"|]+!|\+[^+\s"|]+\+'
_MODE: Final = r"(?:maj|min|dor|phr|lyd|mix|loc|ion|aeo)[a-z]*"
BARE_FIELD: Final = (
    r"(?<![^\s|\]:])(?:M: ?(?:C\|?|[\d+()]+/\d+|none)|L: ?1/\d+"
    rf"|K: ?(?:[A-G][#b]?(?: ?{_MODE}|m)?|HP|Hp|none))(?![^\s|\[\]:\"])"
)
"""A regular expression: a change of metre, unit or key without brackets."""

TOKEN: Final = re.compile(
    rf"""
      (?P<space> [\s`$\\]+ )
    | (?P<text> "[^"]*" )
    | (?P<sign> {SIGN} )
    | (?P<field> \[ [IKLMNPQRTUVmrsw] : [^\]]* \] )
    | (?P<bare> {BARE_FIELD.replace(" ", "[ ]")} )
    | (?P<ending> \[ \s* \d+ (?: [,-] \d+ )* \.? )
    | (?P<bar> \.? (?: :*\|+ \]? :* | ::+ | \[\|+ \]? :* ) (?P<volta> \s* \d+ (?: [,-] \d+ )* \.? )? )
    | (?P<tuplet> \( [2-9] (?: :[1-9]? (?: :[1-9]? )? )? )
    | (?P<grace> \{{ /? (?: {NOTE} | {_MARK} | {SIGN} | [\s()<>-] )* \}} )
    | (?P<chord> \[ (?: {NOTE} | {_MARK} | {SIGN} | "[^"]*" | [\s()-] )* \] {_LENGTH} )
    | (?P<note> {NOTE} )
    | (?P<rest> [zx] {_LENGTH} )
    | (?P<silence> [ZX] \d* )
    | (?P<spacer> y {_LENGTH} )
    | (?P<broken> >+ | <+ )
    | (?P<tie> \.?- )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?P<mark> {_MARK} (?= {_MARK} | [!+"(\[{{^_=A-Ga-gxyz] ) )
    | (?P<overlay> & )
    """,
    re.VERBOSE | re.ASCII,
)
"""One token; its kind is the name of the matching group."""


def units(body: str) -> list[str]:
    """The tokens of a tune, without white space and invalid text."""
    return [token[0] for token in TOKEN.finditer(body) if token.lastgroup != "space"]


def length(text: str) -> Fraction:
    """The factor of a note's length: 3/2 for ``3/2``, 1/2 for ``/``, 1/4 for ``//``, 1 for an empty text.

    Raises:
        ValueError: it is zero, or a division by zero.
    """
    above, slashes, below = re.fullmatch(r"([0-9]*)(/*)([0-9]*)", text).groups()  # type: ignore[union-attr]
    divisor = int(below) if below else 2 ** len(slashes)
    if divisor == 0 or above.strip("0") == "" != above or (below and len(slashes) > 1):
        raise ValueError(f"{text!r} is not a length")
    return Fraction(int(above or 1), divisor)


def note_length(text: str) -> Fraction:
    """The factor of the length of a note or rest: 3/2 for ``^c'3/2``."""
    return length(text.lstrip("^_=")[1:].lstrip(",'"))
