"""One shard's inspection: the whole corpus is read, and its own rows are checked."""

import hashlib
from pathlib import Path

from seq2seq.errors import DataError
from seq2seq.files.pipes import is_pipe
from seq2seq.inspection.engine.models import Models
from seq2seq.inspection.engine.reading import ReadSplit, read_splits
from seq2seq.inspection.engine.tally import new_tallies
from seq2seq.inspection.sharding.part import InspectionRecord, Survey, write_part
from seq2seq.inspection.sharding.settings import ShardSettings
from seq2seq.progress import show_progress
from seq2seq.shards.record import record_of
from seq2seq.shards.shard import Shard
from seq2seq.shards.work import exclusively
from seq2seq.storage.atomic import atomic_file, sync
from seq2seq.storage.manifest import file_digest


def inspect_shard(settings: ShardSettings, output: Path, shard: Shard, folder: Path, *, resume: bool) -> bool:
    """Check the rows of a shard, and write its part; every process learns the same models, from the same sample.

    Args:
        settings: of the inspection.
        output: the report, whose part is written.
        shard: of the corpus.
        folder: for temporary files.
        resume: leave a part as it is that is whole, and of the same settings and content.

    Returns:
        Whether anything was to be done.

    Raises:
        DataError: the corpus does not exist, or no row of it can be read, or it comes from a pipe; or another process
            does this work.
    """
    part = shard.part(output)
    with exclusively(part, shard):
        splits = read_splits(settings.data, settings.sides, folder, shown=settings.examples)
        _refuse_pipes(splits)
        survey = Survey(splits)
        rows = survey.shares(shard)
        record = InspectionRecord(
            shard=shard.number,
            of=shard.count,
            job=settings.job(),
            content=survey.content,
            rows={name: (of_split.start, of_split.stop) for name, of_split in rows.items()},
            size=0,
            sha256="",
        )
        if resume and _is_done(part, record):
            return False
        tallies = new_tallies(settings.data, settings.sides, splits)
        models = Models(settings.data, settings.sides, splits)
        total = sum(map(len, rows.values()))
        with show_progress(f"inspecting shard {shard}", total=total, unit="rows") as bar:
            for split in splits:
                models.check(split, tallies[split.name], rows[split.name], bar)
        growing = part.with_name(f".{part.name}.new")
        write_part(growing, splits, tallies, rows)
        sync(growing)
        written = {"size": growing.stat().st_size, "sha256": file_digest(growing, hashlib.sha256)}
        atomic_file(record_of(part), record.model_copy(update=written).to_json())
        growing.replace(part)
        sync(part.parent)
    return True


def is_as_recorded(part: Path, record: InspectionRecord) -> bool:
    """Whether a part is what was written."""
    return part.is_file() and file_digest(part, hashlib.sha256) == record.sha256


def _is_done(part: Path, wanted: InspectionRecord) -> bool:
    found = InspectionRecord.read(record_of(part))
    if found is None or found.model_copy(update={"size": 0, "sha256": ""}) != wanted:
        return False
    return is_as_recorded(part, found)


def _refuse_pipes(splits: tuple[ReadSplit, ...]) -> None:
    paths = (path for split in splits for origin in split.source.origins for path in origin.paths)
    for path in paths:
        if is_pipe(path):
            raise DataError(
                f"{path}: is a pipe, which can be read once; every shard and the merge read the data.\n"
                "  Save them as a file first.",
                code="shards.no-file",
            )
