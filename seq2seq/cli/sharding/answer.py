"""Answers to the lines of a shard, which are written into its part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seq2seq.cli.sharding.options import Sharding
    from seq2seq.cli.streams import Answer
    from seq2seq.shards.record import Job

_BOM = "\ufeff"


def answer_shard(sharding: Sharding, job: Job, task: str, answer: Answer, *, keep_ends: bool = False) -> None:
    """Write the answers to the lines of a shard, then warnings; nothing if its part is complete.

    Args:
        sharding: the shard.
        job: what is done, for the record of the part.
        task: the same, for people: ``translating``.
        answer: answers the lines of a chunk; their numbers are those in the shard.
        keep_ends: whether it gets lines with their ends, and gives answers with them; else each ends with a line feed.
    """
    from seq2seq import log
    from seq2seq.inference.request.input_warnings import InputWarnings
    from seq2seq.progress import show_progress
    from seq2seq.shards.work import open_work
    from seq2seq.wording import plural

    with open_work(sharding.file, sharding.output, sharding.shard, job, resume=sharding.resume) as work:
        part = sharding.shard.part(sharding.output)
        if work is None:
            log.say(f"{part}: complete; nothing to do")
            return
        if work.lines:
            log.say(f"{part}: {work.lines:,} of {plural(work.span.lines, 'line')} are there; the rest follows")
        warnings = InputWarnings(lines=work.lines)
        with show_progress(f"{task} shard {sharding.shard}", total=work.span.lines, unit="lines") as bar:
            bar.move(work.lines)
            for lines in work.chunks():
                if keep_ends:
                    work.write("".join(answer(lines, work.lines, warnings, bar.advance)))
                    continue
                texts = [line.removesuffix("\n").removesuffix("\r") for line in lines]
                if work.span.start + work.lines == 0:
                    texts[0] = texts[0].removeprefix(_BOM)
                work.write("".join(f"{one}\n" for one in answer(texts, work.lines, warnings, bar.advance)))
    warnings.report()
