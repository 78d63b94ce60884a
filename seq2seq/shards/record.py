"""What is known of a part of an output: its record, a file of JSON beside it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import JsonValue, ValidationError

from seq2seq.config.base import Strict
from seq2seq.shards.source import SourceRange
from seq2seq.version import VERSION

FORMAT: Final = 1
RECORD: Final = ".json"
"""Ending of the record of a part, after the part's name."""
Numbered = Literal["json", "column"]
"""Where a written line has the number of the line that it answers: in ``{"line": ...``, or before the first tab."""


class Job(Strict):
    """What is done with every line: the same for all parts of an output."""

    command: str
    """The command: ``translate``."""
    models: tuple[str, ...]
    """Fingerprints of the models (:attr:`seq2seq.model_folder.read.ModelFolder.fingerprint`)."""
    settings: dict[str, JsonValue]
    """Everything else that decides what is written."""
    numbered: Numbered | None = None
    """Where the numbers of lines are: a part counts from 1, and the merge goes on counting (None: there are none)."""
    one_each: bool = True
    """Whether as many lines are written as are read."""
    version: str = VERSION
    """That of the program."""


class Output(Strict):
    """What was written."""

    size: int
    """Bytes."""
    lines: int
    """The last one may lack its end."""
    sha256: str


class PartRecord(Strict):
    """A part of any kind."""

    format: Literal[1] = FORMAT
    shard: int
    """Its number, from 1."""
    of: int
    """Number of shards."""
    job: Job

    @property
    def complete(self) -> bool:
        """Whether all of the shard is in it."""
        return True

    def to_json(self) -> bytes:
        """The text of the file."""
        return (self.model_dump_json(indent=2) + "\n").encode()

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Read a record; None: it is not there, or is damaged, or a later version wrote it."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None


class Record(PartRecord):
    """A part that answers lines: of a shard that is complete, or as far as it has come."""

    source: SourceRange
    bytes_read: int
    """Bytes of the range whose lines are answered."""
    lines_read: int
    output: Output

    @property
    def complete(self) -> bool:
        """Whether the whole range is answered."""
        return self.bytes_read == self.source.end - self.source.start


def record_of(part: Path) -> Path:
    """The record of a part."""
    return part.with_name(part.name + RECORD)


def differences(one: Mapping[str, Any], other: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two mappings of JSON differ: names with dots, and both values."""
    for name in dict.fromkeys([*one, *other]):
        left, right = one.get(name), other.get(name)
        if isinstance(left, dict | None) and isinstance(right, dict | None):
            yield from differences(left or {}, right or {}, f"{place}{name}.")
        elif left != right:
            yield f"{place}{name}", left, right
