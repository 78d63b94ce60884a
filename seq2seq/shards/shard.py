"""One of several shards, and the names of its files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_SHARD: Final = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_PART: Final = re.compile(r"\.part-([0-9]{5,9})-of-([0-9]{5,9})")


@dataclass(frozen=True, slots=True)
class Shard:
    """Shard ``number`` (from 1) of ``count``."""

    number: int
    count: int

    def __str__(self) -> str:
        """As it is typed: ``3/8``."""
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``3/8``.

        Raises:
            ValueError: it is no such thing, or there is no such shard; says what is.
        """
        found = _SHARD.fullmatch(text.strip())
        number, count = map(int, found.groups()) if found else (0, 0)
        if not found or count == 0:
            raise ValueError(f"expected I/N such as 3/8, found {text!r}.")
        if not 1 <= number <= count:
            raise ValueError(
                f"shards are counted from 1: 1/{count} to {count}/{count}, not {text}. Kubernetes counts from 0: add 1."
            )
        return cls(number, count)

    def part(self, output: Path) -> Path:
        """The file of this shard's part of an output: ``OUT.part-00003-of-00008``."""
        return output.with_name(f"{output.name}.part-{self.number:05}-of-{self.count:05}")


def find_parts(output: Path) -> Iterator[Shard]:
    """The shards of which there is a part of an output, or its record, in order."""
    found = set()
    for path in output.parent.iterdir():
        if path.name.startswith(f"{output.name}.part-"):
            name = path.name.removeprefix(output.name).removesuffix(".json")
            if parsed := _PART.fullmatch(name):
                found.add(Shard(int(parsed[1]), int(parsed[2])))
    yield from sorted(found, key=lambda shard: (shard.count, shard.number))
