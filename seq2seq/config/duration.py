"""Lengths of time in a recipe: seconds as a number, or a text such as `90s`, `20m` or `1h30m`."""

import math
import re
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

_UNITS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
PATTERN: Final = "".join(rf"(?:(\d+(?:\.\d+)?){unit})?" for unit in _UNITS)
_FORMS: Final = "write seconds as a number, or a text such as 90s, 20m or 1h30m"


def parse_duration(text: str) -> float:
    """Read seconds (`90`, `0.5`), or numbers with their units, largest first: `d`, `h`, `m`, `s` (`1h30m`).

    Raises:
        ValueError: the text is something else; its message says what is accepted.
    """
    compact = text.replace(" ", "").lower()
    if re.fullmatch(r"\d+(?:\.\d+)?", compact, re.ASCII):
        seconds = float(compact)
    elif compact and (match := re.fullmatch(PATTERN, compact, re.ASCII)):
        seconds = float(sum(float(n) * size for n, size in zip(match.groups(), _UNITS.values(), strict=True) if n))
    else:
        raise ValueError(f"{text!r} is not a length of time; {_FORMS}")
    if not 0 < seconds < math.inf:
        raise ValueError(f"must be longer than 0 seconds and finite, found {text!r}")
    return seconds


def format_duration(seconds: float) -> str:
    """Write a length of time for people: `0.4s`, `12s`, `20m`, `1h30m`, `2d4h`; whole seconds from 10 s on."""
    if seconds < 10:
        return f"{round(max(seconds, 0.0), 1):g}s"
    left, parts = round(seconds), []
    for unit, size in _UNITS.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def _read(value: object) -> object:
    """Turn a text into seconds; pydantic checks everything else."""
    if not isinstance(value, str):
        return value
    try:
        return parse_duration(value)
    except ValueError as error:
        raise PydanticCustomError("duration", "{problem}", {"problem": str(error)}) from None


def _write(seconds: float) -> float | str:
    """Prefer the text for people where it loses nothing."""
    text = format_duration(seconds)
    return text if text != "0s" and parse_duration(text) == seconds else seconds


Duration = Annotated[
    float,
    Field(gt=0.0, allow_inf_nan=False),
    BeforeValidator(_read),
    PlainSerializer(_write, when_used="json"),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": f"^(?=.){PATTERN}$"}]}
    ),
]
"""Seconds above zero; a recipe may write them as `90s`, `20m` or `1h30m`."""
