"""Smaller batches, or a clear error, where memory runs out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from seq2seq import log
from seq2seq.data.batching.batch import Batch
from seq2seq.errors import TrainingError, is_out_of_memory, reason_of
from seq2seq.wording import listed

T = TypeVar("T")

_NAMED = 5
"""Examples that a message names."""


@contextmanager
def enough_memory(work: str, remedy: str) -> Iterator[None]:
    """Raise a clear error, with a remedy, where memory runs out in ``work`` (`at step 7`) that cannot be split.

    Raises:
        TrainingError: memory ran out.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        message = f"Out of memory {work} ({reason_of(error)}).\n  {remedy}"
        raise TrainingError(message, code="training.out-of-memory") from error


def in_smaller_batches(
    batches: Sequence[Batch],
    attempt: Callable[[Sequence[Batch]], Iterator[T]],
    *,
    during: str,
    where: Callable[[int], str],
    advice: str = "",
    recover: Callable[[Exception], None] = lambda _: None,
) -> list[tuple[Batch, T]]:
    """Process batches; where memory runs out, start over with halves. A single example that does not fit is left out.

    Args:
        batches: examples that do not depend on each other.
        attempt: processes all of the batches it is given, and yields a result for each, or none at all.
        during: the work that ran out of memory, such as `validation`.
        where: ``file:line`` of an example, by its row.
        advice: a sentence for those whose batches are halved.
        recover: undoes a failed attempt, or raises an error where batches cannot be split.

    Returns:
        The batches that were processed, with their results.
    """
    parts = list(batches)
    while True:
        results: list[T] = []
        try:
            results.extend(attempt(parts))
            return list(zip(parts, results, strict=False))
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            reason = reason_of(error)
            recover(error)
        # Outside of the handler, where the error no longer holds on to tensors.
        problem = f"{during}: out of memory ({reason})"
        failed = parts[len(results)]
        if max(map(len, parts)) > 1:
            message = f"{problem}; retrying with half as many examples per batch. {advice}"
            log.warn(message.rstrip(), code="training.batch-halved")
            parts = [half for batch in parts for half in batch.halves()]
        else:
            message = f"{problem} for a single example, which is left out: {name_examples(failed.rows, where)}"
            log.warn(message, code="training.example-left-out")
            parts = [batch for batch in parts if batch is not failed]


def name_examples(rows: Sequence[int], where: Callable[[int], str]) -> str:
    """``file:line`` of the first few examples, and the number of the others."""
    return listed(rows, _NAMED, quote=where)
