"""Work that is done in halves, or named, where memory does not suffice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from seq2seq import log
from seq2seq.data.batching.batch import Batch
from seq2seq.errors import TrainingError, is_out_of_memory, reason_of

T = TypeVar("T")


@contextmanager
def enough_memory(work: str, mend: str) -> Iterator[None]:
    """Say what to do where memory does not suffice for work that cannot be done in parts.

    Args:
        work: when it was, such as `at step 7`.
        mend: what to do, a sentence.

    Raises:
        TrainingError: memory did not suffice.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise TrainingError(f"Out of memory {work} ({reason_of(error)}).\n  {mend}") from error


def in_parts(batch: Batch, work: Callable[[Batch], T], *, where: Callable[[int], str]) -> list[tuple[Batch, T]]:
    """Do something with a batch; where memory does not suffice, with halves; an example that is alone is left out.

    Args:
        batch: of examples that have nothing to do with each other.
        work: on a part of the batch.
        where: names an example.

    Returns:
        The parts, and what came of each.
    """
    waiting, done = [batch], []
    while waiting:
        part = waiting.pop(0)
        try:
            done.append((part, work(part)))
            continue
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            reason = reason_of(error)
        halves = part.halves()  # here, where the error holds on to nothing any more
        if len(halves) > 1:
            log.warn(f"validation: out of memory ({reason}); {len(part):,} examples are judged in halves.")
            waiting[:0] = halves
        else:
            named = ", ".join(map(where, part.rows))
            log.warn(f"validation: out of memory ({reason}) for a single example, which is left out: {named}")
    return done
