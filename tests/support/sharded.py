"""Shards of a file whose lines are answered without a model: in capitals, with their numbers if need be."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import JsonValue

from seq2seq.shards.record import Job, Numbered
from seq2seq.shards.shard import Shard
from seq2seq.shards.work import open_work


def job(settings: Mapping[str, JsonValue] | None = None, *, model: str = "m", numbered: Numbered | None = None) -> Job:
    """The job: of any settings and model."""
    return Job(command="translate", models=(model,), settings=dict(settings or {}), numbered=numbered)


def answers(lines: list[str], before: int, of: Job) -> Iterator[str]:
    """What is written for some lines, which come after others in their shard."""
    for number, line in enumerate(lines, before + 1):
        yield {None: line.upper(), "json": f'{{"line": {number}, "x": {len(line)}}}\n', "column": f"{number}\t{line}"}[
            of.numbered
        ]


def work(source: Path, output: Path, shard: Shard, of: Job, *, resume: bool = True, chunks: int = 1_000_000) -> int:
    """Answer the lines of a shard; returns how many were answered.

    After so many ``chunks``, it stops as if it was interrupted.
    """
    answered = 0
    with open_work(source, output, shard, of, resume=resume) as open:
        if open is None:
            return 0
        for count, lines in enumerate(open.chunks()):
            if count == chunks:
                raise KeyboardInterrupt
            open.write("".join(answers(lines, open.lines, of)))
            answered += len(lines)
    return answered


def whole(source: Path, of: Job) -> bytes:
    """What one process would have written."""
    lines = source.read_bytes().decode().splitlines(keepends=True)
    return "".join(answers(lines, 0, of)).encode()
