"""Splits from their sources to Arrow files of texts, with digests; large ones in several processes.

A process reads some parts of the files, one after the other, and their results are put together in order: what comes
out is, byte for byte, what one process writes.
"""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.preparing.filter_rows import DIGESTS, Digests, open_digests, record_batches, write_digests
from seq2seq.data.reading.raw_split import NO_ROWS, Part, RawSplit, Source, writing
from seq2seq.data.reading.sources import SplitName, find_replay, find_splits
from seq2seq.data.tables.lines import Span
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.vectors import VectorCheck
from seq2seq.errors import DataError
from seq2seq.files.pipes import is_pipe
from seq2seq.process import FAILED, run_workers, worker_main
from seq2seq.progress import show_progress

REPLAY: Final = "replay"
"""The name of the other data that are mixed into training, among the names of splits."""
TEXTS: Final = "texts"
"""The Arrow file of texts."""
PROCESS_BYTES: Final = 100_000_000
"""Bytes of files that justify a process of their own: starting it takes as long as reading 40 MB of TSV."""
PART_BYTES: Final = 16_000_000
"""Bytes of a part, about."""


@dataclass(frozen=True)
class Job:
    """Work of one process."""

    data: str
    """The data section, as JSON."""
    sides: tuple[str, str]
    split: str
    """Which split of it, or :data:`REPLAY`."""
    labels: tuple[str, ...]
    """Its origins: all, or some, in order."""
    parts: tuple[tuple[int, tuple[tuple[int, int, int], ...]], ...]
    """What to read, in order."""
    sizes: tuple[int, ...]
    """Bytes of each part, about."""
    folder: str
    """Where to write."""


def read(name: str, source: Source, folder: Path, data: DataConfig, *, workers: int) -> tuple[RawSplit, Path, Digests]:
    """Read a split.

    Args:
        name: of the split, or :data:`REPLAY`.
        source: as it was found by ``data``; or some of its origins, in order.
        folder: where to write; the files must lie there for as long as they are used.
        data: says how it is read.
        workers: processes at most.

    Returns:
        The split, the Arrow file of its texts, and their digests.

    Raises:
        DataError: rows are bad (all are counted before), or there are none, or a file cannot be read.
    """
    texts = folder / TEXTS
    raw = _read_apart(name, source, folder, data, workers)
    if raw is None:
        raw = source.read(texts)
        write_digests(texts, folder, source.sides)
    return raw, texts, open_digests(folder)


def _read_apart(name: str, source: Source, folder: Path, data: DataConfig, workers: int) -> RawSplit | None:
    """Read a split in several processes; None: one has to read it, since it is small, or something is wrong with it."""
    shares = _shares(source, workers)
    if len(shares) < 2:
        return None
    folders = [folder / f"share-{number}" for number in range(len(shares))]
    jobs = [
        Job(
            data=data.model_dump_json(),
            sides=(source.sides.source.value, source.sides.target.value),
            split=name,
            labels=tuple(origin.label for origin in source.origins),
            parts=tuple((index, tuple(map(astuple, spans))) for index, spans in share.parts),
            sizes=tuple(share.sizes),
            folder=str(place),
        )
        for place, share in zip(folders, shares, strict=True)
    ]
    total = sum(sum(share.sizes) for share in shares)
    with show_progress(f"reading {source.name}", total=total / 1e6, unit="MB") as bar:
        try:
            results = run_workers(
                "seq2seq.data.preparing.read",
                [asdict(job) for job in jobs],
                error=DataError,
                who=f"A process that read {source.name}",
                remedy="Out of memory? --set data.workers=1 prepares the data in one process.",
                advance=lambda size: bar.advance(size / 1e6),
            )
        except DataError as error:
            if error.code == FAILED:
                raise
            return None  # one process finds the same; of several faults the first, and says it in its own words
    bad, counts = BadRows(), [0] * len(source.origins)
    for result, share in zip(results, shares, strict=True):
        bad.extend(BadRows.from_dict(result["bad"]))
        for (origin, _), count in zip(share.parts, result["counts"], strict=True):
            counts[origin] += count
    source.report_empty({origin: NO_ROWS for origin, count in enumerate(counts) if not count}, bad)
    _join(folders, folder)
    return source.judged(folder / TEXTS, sum(counts) - bad.count, bad)


@dataclass(frozen=True)
class _Share:
    """What one process reads."""

    parts: list[Part]
    sizes: list[int]
    """Bytes of each, about."""


def _shares(source: Source, workers: int) -> list[_Share]:
    """What each process reads: parts of the files, in order, of about as many bytes; none: one process is enough.

    Raises:
        DataError: a file cannot be read.
    """
    if any(kind.numeric for kind in source.sides):
        return []
    if not all(origin.apart and not any(map(is_pipe, origin.paths)) for origin in source.origins):
        return []
    sizes = [sum(path.stat().st_size for path in origin.paths) for origin in source.origins]
    total = sum(sizes)
    processes = min(workers, total // PROCESS_BYTES)
    if processes < 2:
        return []
    shares = [_Share([], []) for _ in range(processes)]
    before = 0
    for index, (origin, whole) in enumerate(zip(source.origins, sizes, strict=True)):
        parts = origin.parts(PART_BYTES)
        for spans in parts:
            size = whole // len(parts)
            share = shares[min((before + size // 2) * processes // total, processes - 1)]
            share.parts.append((index, spans))
            share.sizes.append(size)
            before += size
    return [share for share in shares if share.parts]


def _join(folders: Sequence[Path], folder: Path) -> None:
    """Put what the processes wrote together, in order, and delete it."""
    for name in DIGESTS:
        with (folder / name).open("wb") as whole:
            for part in folders:
                with (part / name).open("rb") as file:
                    shutil.copyfileobj(file, whole)
    with pa.OSFile(str(folders[0] / TEXTS)) as file, pa.ipc.open_stream(file) as reader:
        schema = reader.schema
    with pa.OSFile(str(folder / TEXTS), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for part in folders:
            for batch in record_batches(part / TEXTS):
                writer.write_batch(batch)
            shutil.rmtree(part)


def _run_job(content: dict[str, Any], advance: Callable[[int], None]) -> dict[str, Any]:
    """Read the parts of a job; returns what was found in them."""
    job = Job(**content)
    data, sides = DataConfig.model_validate_json(job.data), Sides(*map(SideKind, job.sides))
    if job.split == REPLAY:
        found = find_replay(data, sides=sides)
    else:
        (found,) = find_splits(data, (cast(SplitName, job.split),), sides=sides).values()
    assert found is not None
    rest = iter(found.origins)  # in the same order; a file may be there twice, once for each direction
    source = replace(found, origins=tuple(next(one for one in rest if one.label == label) for label in job.labels))
    folder = Path(job.folder)
    folder.mkdir()
    bad, counts, vectors = BadRows(), [], VectorCheck()
    with writing(folder / TEXTS) as write:
        for (index, spans), size in zip(job.parts, job.sizes, strict=True):
            count = -bad.count
            for rows in source.part((index, tuple(Span(*span) for span in spans)), bad, vectors):
                count += len(rows.lines)
                write(index, rows)
            counts.append(count + bad.count)
            advance(size)
    write_digests(folder / TEXTS, folder, sides)
    return {"bad": bad.to_dict(), "counts": counts}


if __name__ == "__main__":
    sys.exit(worker_main(_run_job))
