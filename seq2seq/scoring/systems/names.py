"""Names of systems."""

from collections.abc import Sequence


def distinct(names: Sequence[str]) -> list[str]:
    """The names of systems, each once: equal ones are numbered, as in ``runs/a (2)``."""
    found: list[str] = []
    for name in names:
        number, own = 1, name
        while own in found:
            number += 1
            own = f"{name} ({number})"
        found.append(own)
    return found


def short_names(names: Sequence[str]) -> list[str]:
    """Names for tables: of paths the last parts, as many as distinguish them."""
    parts = [name.rstrip("/").split("/") for name in names]
    for count in range(1, max(map(len, parts), default=1)):
        short = ["/".join(own[-count:]) for own in parts]
        if len(set(short)) == len(names):
            return short
    return list(names)
