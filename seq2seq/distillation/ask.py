"""Asks a teacher for its answers, shard by shard; what it has answered before is not asked for again."""

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from seq2seq.distillation.answers import Answers
from seq2seq.distillation.shifted import looks_shifted
from seq2seq.distillation.teachers.teacher import CLASSIFICATION, TRANSLATION, Answer, Teacher
from seq2seq.errors import TeacherError
from seq2seq.progress import show_progress
from seq2seq.shards.shard import Shard
from seq2seq.wording import plural

SHARD: Final = 1_000
"""Sources of a shard: what is lost of a teacher's work when it is killed."""
_DOING: Final = {TRANSLATION: "translating", CLASSIFICATION: "labelling"}
_Answered = tuple[list[list[Answer]], float]
"""The answers of a shard, and the seconds that they took."""


def ask(
    teacher: Teacher,
    sources: Sequence[str],
    answers: Answers,
    *,
    shard: int = SHARD,
    what: str = "lines",
    only: Shard | None = None,
) -> None:
    """Have a teacher answer those of some sources that it has not answered.

    Args:
        teacher: is asked for as many shards at the same time as it can.
        sources: texts; blank ones are left out.
        answers: has what it answered, and keeps what it will.
        shard: sources that are asked for, and kept, together.
        what: the sources, in words, for the progress report.
        only: ask for every N-th ``shard`` of the sources, the I-th first; other processes ask for the others.

    Raises:
        TeacherError: it does not answer, or its lines are shifted; what it has answered is kept.
    """
    wanted = [source for source in dict.fromkeys(sources) if source.strip()]
    if only is not None:  # by the place of a source, not by what is missing: others are answering meanwhile
        wanted = [one for place, one in enumerate(wanted) if place // shard % only.count == only.number - 1]
    missing = [source for source in wanted if source not in answers]
    shards = iter([missing[first : first + shard] for first in range(0, len(missing), shard)])
    running: dict[Future[_Answered], list[str]] = {}
    with (
        show_progress(
            f"{teacher.identity.name}: {_DOING[teacher.task]} {what}", total=len(wanted), unit="lines"
        ) as bar,
        ThreadPoolExecutor(teacher.at_once, thread_name_prefix="teacher") as threads,
    ):
        bar.move(len(wanted) - len(missing))
        try:
            while True:
                while len(running) < teacher.at_once and (some := next(shards, None)) is not None:
                    running[threads.submit(_answer, teacher, some)] = some
                if not running:
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    some = running.pop(future)
                    answers.add(some, *future.result())
                    bar.advance(len(some))
        except BaseException:
            for future in running:
                future.cancel()
            _keep(running, answers)
            raise


def _keep(running: dict[Future[_Answered], list[str]], answers: Answers) -> None:
    """Keep the shards that were being answered when another failed."""
    for future, some in running.items():
        if not future.cancelled() and future.exception() is None:
            answers.add(some, *future.result())


def _answer(teacher: Teacher, sources: list[str]) -> _Answered:
    start = time.perf_counter()
    found = teacher.answer(sources)
    seconds = time.perf_counter() - start
    if len(found) != len(sources) or not all(found):
        raise TeacherError(
            f"{teacher.identity.name}: gave {plural(len(found), 'answer')} to {plural(len(sources), 'line')}",
            code="distill.teacher-lines",
        )
    if teacher.task == TRANSLATION and looks_shifted(sources, [best.text for best, *_ in found]):
        raise TeacherError(
            f"{teacher.identity.name}: its lines do not belong to the lines that it was given: by their lengths, they "
            f"fit those before or after them (first line: {sources[0]!r}).\n"
            "  Does it drop one line, and add another? Ask it for fewer lines at once, --shard-lines 1 if need be.",
            code="distill.teacher-shifted",
        )
    return found, seconds
