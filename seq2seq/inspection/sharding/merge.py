"""Parts of an inspection become the result that one process would have had, or an error that names what is wrong."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from seq2seq.inspection.engine.inspect import conclude
from seq2seq.inspection.engine.reading import read_splits
from seq2seq.inspection.engine.result import Inspection
from seq2seq.inspection.engine.tally import new_tallies
from seq2seq.inspection.sharding.part import InspectionRecord, Survey, read_part
from seq2seq.inspection.sharding.settings import ShardSettings
from seq2seq.inspection.sharding.work import is_as_recorded
from seq2seq.shards.merge import AGAIN, other_jobs, read_records, refused
from seq2seq.shards.shard import Shard
from seq2seq.version import VERSION


def read_inspections(output: Path) -> tuple[list[InspectionRecord], ShardSettings]:
    """The records of all shards, in order, and the settings that they share.

    Raises:
        DataError: shards are missing, or are of different data, settings or versions, or their content is not as their
            records say; names all of it.
    """
    records = read_records(output, InspectionRecord)
    problems = [*_apart(records)]
    for record in records:
        part = Shard(record.shard, record.of).part(output)
        if not is_as_recorded(part, record):
            problems.append(f"shard {record.shard}/{record.of}: {part.name} is not what was written; {AGAIN}")
    if problems:
        raise refused(output, problems)
    return records, ShardSettings.of_job(records[0].job)


def merge_inspections(
    output: Path, records: Sequence[InspectionRecord], settings: ShardSettings, folder: Path
) -> Inspection:
    """Conclude from the parts, as one process does from all rows; the corpus is read again, for the texts it shows.

    The ``folder`` is for temporary files.

    Raises:
        DataError: the corpus is not there, or has changed.
    """
    splits = read_splits(settings.data, settings.sides, folder, shown=settings.examples)
    content = Survey(splits).content
    if content != records[0].content:
        changed = sorted(
            name for name in {*content, *records[0].content} if content.get(name) != records[0].content.get(name)
        )
        raise refused(output, [f"{name}: is not what the shards read; run all of them again" for name in changed])
    tallies = new_tallies(settings.data, settings.sides, splits)
    for record in records:
        rows = {name: range(*of_split) for name, of_split in record.rows.items()}
        read_part(Shard(record.shard, record.of).part(output), splits, tallies, rows)
    return conclude(settings.sides, splits, tallies)


def _apart(records: list[InspectionRecord]) -> Iterator[str]:
    """In what the parts do not belong together, or to this version."""
    yield from other_jobs(records)
    first, current = records[0], VERSION
    if first.job.version != current:
        yield f"the parts are of version {first.job.version}, this is {current}; merge them with that version"
    ends = dict.fromkeys(first.content, 0)
    for record in records:
        name = f"shard {record.shard}/{record.of}"
        if record.content != first.content or record.rows.keys() != first.content.keys():
            yield f"{name}: is of other data than shard 1/{record.of}; {AGAIN}"
            continue
        for split, (start, stop) in record.rows.items():
            if start != ends[split]:
                yield f"{name}: begins at row {start:,} of {split}, not at {ends[split]:,}; {AGAIN}"
            ends[split] = stop
    for split, end in ends.items():
        if end != first.content[split].rows:
            yield f"the last shard ends at row {end:,} of {split}, not at {first.content[split].rows:,}"
