"""The sentences: functions that draw words and return an English sentence with its German one."""

from sentences import (
    animals,
    asking,
    family,
    frames,
    health,
    home,
    joined,
    reasons,
    shopping,
    table,
    talk,
    times,
    travel,
)
from sentences.registry import TEMPLATES

__all__ = [
    "TEMPLATES", "animals", "asking", "family", "frames", "health", "home", "joined", "reasons", "shopping", "table",
    "talk", "times", "travel",
]  # fmt: skip
