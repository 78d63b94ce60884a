"""Phrases that several messages share."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def listed(names: Sequence[T], limit: int = 5, *, quote: Callable[[T], str] = repr) -> str:
    """The first ``limit`` names, separated by commas, and how many more there are: ``'a', 'b' and 3 more``."""
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return ", ".join(map(quote, names[:limit])) + more


def percent(share: float | None) -> str:
    """A share (0 to 1) in per cent, with one decimal: ``12.5%``; a dash if there is none."""
    return "–" if share is None else f"{share:.1%}"


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 row``, ``2,000 rows``, ``3 batches``, ``4 series``."""
    ending = "" if count == 1 or noun.endswith("series") else "es" if noun.endswith(("ch", "s")) else "s"
    return f"{count:,} {noun}{ending}"
