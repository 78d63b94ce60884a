"""Parts become the output: byte for byte what one process would have written, or an error that names what is wrong."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from seq2seq.errors import DataError
from seq2seq.shards.record import RECORD, Numbered, PartRecord, Record, differences, record_of
from seq2seq.shards.shard import Shard, find_parts
from seq2seq.shards.source import range_digest
from seq2seq.storage.atomic import atomic_stream
from seq2seq.wording import listed, plural

Kind = TypeVar("Kind", bound=PartRecord)
_BLOCK: Final = 1 << 20
_NUMBERS: Final[dict[Numbered, re.Pattern[bytes]]] = {
    "json": re.compile(rb'(?<=^\{"line": )[0-9]+'),
    "column": re.compile(rb"^[0-9]+(?=\t)"),
}
"""The number of the line that a written line answers."""
AGAIN: Final = "run it again with --resume"
"""What to do about a part that is not right."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What was merged."""

    parts: int
    lines: int
    """Lines of the output."""
    size: int
    """Bytes of the output."""
    source: Path
    """The input, as the parts name it."""
    compared: bool
    """Whether the input was there, and is what the shards read."""


def merge(output: Path, *, delete: bool = False) -> Merged:
    """Join the parts of an output, in order; the output is as it was unless all goes well.

    The parts must be those of all shards of one file, made by the same command, models, settings and version; their
    content must be as their records say; and the input, if it is still where the first part says, as it was.

    Args:
        output: the file to write, whose parts lie beside it.
        delete: delete the parts at the end.

    Raises:
        DataError: something is wrong with the parts; names all of it.
    """
    records = read_records(output, Record)
    problems = [*_apart(records)]
    if problems:
        raise refused(output, problems)
    source = Path(records[0].source.file)
    compared = source.is_file()
    problems += _changed(source, records) if compared else []
    before = size = lines = 0
    with atomic_stream(output) as sink:
        for record in records:
            problems += _copy(output, record, sink, before)
            before += record.lines_read
            lines += record.output.lines
        size = sink.tell()
        if problems:
            raise refused(output, problems)
    if delete:
        delete_parts(output, records)
    return Merged(len(records), lines, size, source, compared)


def delete_parts(output: Path, records: Sequence[PartRecord]) -> None:
    """Delete the parts of an output."""
    for record in records:
        part = Shard(record.shard, record.of).part(output)
        record_of(part).unlink()
        part.unlink()


def refused(output: Path, problems: list[str]) -> DataError:
    """The error that names all that is wrong with the parts."""
    shown = "\n".join(f"  {problem}" for problem in problems)
    return DataError(f"{output}: cannot be merged: {plural(len(problems), 'problem')}\n{shown}", code="shards.parts")


def command_of(output: Path) -> str | None:
    """The command that wrote the parts of an output, by the first record that can be read; None: there is none."""
    for shard in find_parts(output) if output.parent.is_dir() else ():
        try:
            return str(json.loads(record_of(shard.part(output)).read_bytes())["job"]["command"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def read_records(output: Path, kind: type[Kind]) -> list[Kind]:
    """The records of all shards, in order.

    Raises:
        DataError: some are missing or unfinished, or there are those of several divisions.
    """
    found = list(find_parts(output)) if output.parent.is_dir() else []
    if not found:
        raise DataError(
            f"{output}: there are no parts of it, such as {Shard(1, 8).part(output).name}.\n"
            f"  Write them with --output {output} --shard 1/8, 2/8 and so on.",
            code="shards.no-parts",
        )
    counts = sorted({shard.count for shard in found})
    if len(counts) > 1:
        numbers = " and ".join(f"{sum(one.count == count for one in found)} of {count}" for count in counts)
        raise refused(output, [f"there are parts of several divisions: {numbers}; delete those that are not meant"])
    records, problems, missing = [], [], []
    for number in range(1, counts[0] + 1):
        shard = Shard(number, counts[0])
        part = shard.part(output)
        record = kind.read(record_of(part))
        if shard not in found:
            missing.append(str(shard))
        elif not part.exists():
            problems.append(f"shard {shard}: is not complete; {AGAIN}")
        elif record is None or (record.shard, record.of) != (shard.number, shard.count):
            problems.append(f"shard {shard}: {part.name}{RECORD} is missing or damaged; {AGAIN}")
        elif not record.complete:
            problems.append(f"shard {shard}: answers only a part of its lines; {AGAIN}")
        else:
            records.append(record)
    if missing:
        problems.insert(0, f"missing: shard {listed(missing, 20, quote=str)}; run the command for each")
    if problems:
        raise refused(output, problems)
    return records


def other_jobs(records: Sequence[PartRecord]) -> Iterator[str]:
    """Which parts are of another job than the first."""
    for record in records:
        for what, one, other in differences(records[0].job.model_dump(), record.job.model_dump()):
            yield f"shard {record.shard}/{record.of}: {what} is {other!r}, but {one!r} in shard 1/{record.of}"


def _apart(records: list[Record]) -> Iterator[str]:
    """In what the parts do not belong together."""
    yield from other_jobs(records)
    first, place = records[0], 0
    for record in records:
        name = f"shard {record.shard}/{record.of}"
        names = [Path(each.source.file).name for each in (first, record)]
        if names[0] != names[1] or first.source.size != record.source.size:
            yield (
                f"{name}: is of another input: {names[1]} of {record.source.size:,} bytes, not {names[0]} of "
                f"{first.source.size:,}"
            )
        elif record.source.start != place:
            yield f"{name}: begins at byte {record.source.start:,} of the input, not at {place:,}"
        place = record.source.end
        if record.lines_read != record.source.lines:
            yield f"{name}: answers {record.lines_read:,} of {plural(record.source.lines, 'line')}; {AGAIN}"
        elif record.job.one_each and record.output.lines != record.lines_read:
            yield f"{name}: has {plural(record.output.lines, 'line')} for {record.lines_read:,}; {AGAIN}"
    if place != records[-1].source.size:
        yield f"the last shard ends at byte {place:,} of {records[-1].source.size:,}"


def _changed(source: Path, records: list[Record]) -> Iterator[str]:
    """Which parts are not of the input as it is now."""
    if source.stat().st_size != records[0].source.size:
        yield f"{source}: has {source.stat().st_size:,} bytes now, not {records[0].source.size:,}"
        return
    for record in records:
        span = record.source
        if range_digest(source, span.start, span.end) != span.sha256:
            yield f"shard {record.shard}/{record.of}: {source} has changed since; {AGAIN}"


def _copy(output: Path, record: Record, sink: BinaryIO, before: int) -> Iterator[str]:
    """Write a part, with the numbers of lines of the whole; says if it is not what its record says."""
    digest, lines, last = hashlib.sha256(), 0, b"\n"
    shard = Shard(record.shard, record.of)
    pattern = _NUMBERS[record.job.numbered] if record.job.numbered else None
    with shard.part(output).open("rb") as file:
        for block in file if pattern else iter(partial(file.read, _BLOCK), b""):
            digest.update(block)
            lines += block.count(b"\n")
            last = block[-1:]
            sink.write(pattern.sub(lambda found: b"%d" % (int(found[0]) + before), block) if pattern else block)
    lines += last != b"\n"
    if digest.hexdigest() != record.output.sha256:
        yield f"shard {shard}: {shard.part(output).name} is not what was written (its SHA-256 is another); {AGAIN}"
    elif lines != record.output.lines:
        yield f"shard {shard}: has {plural(lines, 'line')}, not {record.output.lines:,} as its record says; {AGAIN}"
