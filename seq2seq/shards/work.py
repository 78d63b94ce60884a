"""One shard's work: what is written is kept while it grows, and takes its name when it is whole.

```
OUT.part-00003-of-00008             what the shard wrote
OUT.part-00003-of-00008.json        its record: source, range, model, settings, lines, digest
.OUT.part-00003-of-00008.new        while it is written
.OUT.part-00003-of-00008.new.json   the record of as much of it as is on the disk
.OUT.part-00003-of-00008.lock       held by the process that writes
```

The record is written before the part takes its name. A process that is killed between the two leaves a record that does
not fit the part, if there is one, and both files to go on from.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from seq2seq.errors import DataError
from seq2seq.files.unpack import Decoder
from seq2seq.inference.lines import read_chunks
from seq2seq.shards.record import Job, Output, Record, record_of
from seq2seq.shards.shard import Shard
from seq2seq.shards.source import RangeReader, SourceRange, open_source
from seq2seq.storage.atomic import atomic_file, sync
from seq2seq.storage.lock import locked
from seq2seq.storage.manifest import file_digest

KEEP: Final = 10.0
"""Least seconds between two times that what is written is brought to the disk."""
_BLOCK: Final = 1 << 20


@contextmanager
def open_work(file: Path, output: Path, shard: Shard, job: Job, *, resume: bool) -> Iterator["Work | None"]:
    """Open the work of one shard; when the block ends well, its part is complete. Else, what is done is kept.

    Args:
        file: the whole input.
        output: the whole output, whose part is written.
        shard: of the file.
        job: what is done with its lines.
        resume: go on from where a process that did the same was stopped. If the part is complete, and what would be
            written now is the same by input, model and settings, there is no work: None.

    Raises:
        DataError: the file cannot be cut, or changes while it is read; or another process does this work.
    """
    part = shard.part(output)
    growing = part.with_name(f".{part.name}.new")
    with exclusively(part, shard):
        with open_source(file, shard) as (source, span):
            start = Record(
                shard=shard.number,
                of=shard.count,
                job=job,
                source=span,
                bytes_read=0,
                lines_read=0,
                output=Output(size=0, lines=0, sha256=hashlib.sha256().hexdigest()),
            )
            if resume and _is_done(part, start):
                _forget(growing)
                yield None
                return
            sink, digest, record = _reopened(growing, start) if resume else (None, hashlib.sha256(), start)
            if sink is None:
                _forget(growing)
                sink = growing.open("xb")
            with sink:
                work = Work(source, sink, growing, record, digest, f"{file}, shard {shard}")
                yield work
                work.keep()
        # Only now it is known that the source has not changed.
        atomic_file(record_of(part), work.record.to_json())
        growing.replace(part)
        sync(part.parent)
        _forget(growing)


@contextmanager
def exclusively(part: Path, shard: Shard) -> Iterator[None]:
    """Hold the lock of a part; it is deleted at the end."""
    lock = part.with_name(f".{part.name}.lock")
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(lock, optional=True))
        except BlockingIOError:
            raise DataError(
                f"{part}: another process works on shard {shard}.\n  Wait for its end, or stop it.",
                code="shards.locked",
            ) from None
        stack.callback(lock.unlink, missing_ok=True)
        yield


class Work:
    """Lines to answer, and the file that the answers are written to.

    Args:
        source: the open input.
        sink: the open file, which has what the record says.
        path: its name.
        record: how far it has come.
        digest: of what it has.
        name: of the input, for messages.
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO, path: Path, record: Record, digest: Any, name: str) -> None:
        self.record = record
        self._source, self._sink, self._path, self._name = source, sink, path, name
        self._digest = digest
        self._kept = time.monotonic()

    @property
    def lines(self) -> int:
        """Lines of the shard that are answered."""
        return self.record.lines_read

    @property
    def span(self) -> SourceRange:
        """The range of the shard."""
        return self.record.source

    def chunks(self) -> Iterator[list[str]]:
        """The lines that are not answered, with their ends, in chunks.

        When the next chunk is asked for, the answers to the one before have been written.

        Raises:
            DataError: a line is not UTF-8; names it by its number in the shard.
        """
        start = self.span.start + self.record.bytes_read
        reader = cast(BinaryIO, RangeReader(self._source, start, self.span.end))
        decoder = Decoder(self._name, from_middle=True)
        for lines in read_chunks(reader, self._name, first=self.lines, keep_ends=True, decoder=decoder):
            yield lines
            read = sum(len(line.encode()) for line in lines)
            self._move(bytes_read=self.record.bytes_read + read, lines_read=self.lines + len(lines))
            if time.monotonic() - self._kept >= KEEP:
                self.keep()

    def write(self, text: str) -> None:
        """Write answers, whole lines, of which only the last of all may lack its end."""
        data = text.encode()
        self._sink.write(data)
        self._digest.update(data)
        written = self.record.output
        lines = written.lines + data.count(b"\n") + (data[-1:] not in (b"\n", b""))
        self._move(output=written.model_copy(update={"size": written.size + len(data), "lines": lines}))

    def keep(self) -> None:
        """Bring what is written to the disk, and then the record of it."""
        self._sink.flush()
        os.fsync(self._sink.fileno())
        self._move(output=self.record.output.model_copy(update={"sha256": self._digest.hexdigest()}))
        atomic_file(record_of(self._path), self.record.to_json())
        self._kept = time.monotonic()

    def _move(self, **changes: Any) -> None:
        self.record = self.record.model_copy(update=changes)


def _reopened(path: Path, start: Record) -> tuple[BinaryIO | None, Any, Record]:
    """What a stopped process left, its digest and its record: what the record vouches for stays, the rest is cut off.

    Without a file, there is nothing of this work that could be used.
    """
    record, digest = Record.read(record_of(path)), hashlib.sha256()
    if record is not None and _same(record, start) and path.is_file():
        sink = path.open("r+b")
        left = record.output.size
        while left and (block := sink.read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)
        if digest.hexdigest() == record.output.sha256:
            sink.truncate(record.output.size)
            sink.seek(record.output.size)
            return sink, digest, record
        sink.close()
    return None, hashlib.sha256(), start


def _is_done(part: Path, start: Record) -> bool:
    """Whether a part is complete, and of the same work."""
    record = Record.read(record_of(part))
    if record is None or not record.complete or not _same(record, start):
        return False
    return part.is_file() and file_digest(part, hashlib.sha256) == record.output.sha256


def _same(one: Record, other: Record) -> bool:
    """Whether two records are of the same input, job and shard, wherever the input lies."""
    return (
        all(getattr(one, name) == getattr(other, name) for name in ("shard", "of", "job"))
        and one.source.model_copy(update={"file": other.source.file}) == other.source
    )


def _forget(path: Path) -> None:
    """Delete what a stopped process left: the record first."""
    record_of(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
