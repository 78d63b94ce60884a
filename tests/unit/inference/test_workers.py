"""Batches side by side: in order, as many at a time as asked for, and an error ends them."""

import threading
import time

import pytest

from seq2seq.inference.workers import batch_size, map_in_parallel


def test_results_come_in_the_order_of_the_items() -> None:
    def slow_at_first(item: int) -> int:
        time.sleep(0.01 * (5 - item))
        return item * item

    assert list(map_in_parallel(slow_at_first, range(5), 3)) == [0, 1, 4, 9, 16]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_as_many_work_at_once_as_there_are_workers(workers: int) -> None:
    together = threading.Barrier(workers, timeout=20)

    def meet(item: int) -> int:
        together.wait()  # breaks unless all workers are here
        return item

    assert list(map_in_parallel(meet, range(2 * workers), workers)) == list(range(2 * workers))


def test_an_error_ends_it_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def fail_at_two(item: int) -> int:
        begun.append(item)
        time.sleep(0.005)
        if item == 2:
            raise ValueError("two")
        return item

    found = []
    with pytest.raises(ValueError, match="two"):
        found += map_in_parallel(fail_at_two, range(1000), 2)
    assert len(begun) < 20


def test_one_item_needs_no_thread() -> None:
    assert list(map_in_parallel(lambda _: threading.current_thread(), [0], 4)) == [threading.current_thread()]


@pytest.mark.parametrize(
    ("items", "size", "workers", "expected"),
    [(1000, 64, 2, 64), (100, 64, 2, 50), (3, 64, 2, 2), (1, 64, 8, 1), (0, 64, 2, 1), (100, 64, 1, 64)],
)
def test_every_worker_gets_a_batch(items: int, size: int, workers: int, expected: int) -> None:
    assert batch_size(items, size, workers) == expected
