from seq2seq.server.batching.queue import FairQueue, Unit


def units(client: str, *items: str, kind: str = "text", tokens: int = 1) -> list[Unit[str, str]]:
    return [Unit(client, kind, item, tokens) for item in items]


def filled(*groups: list[Unit[str, str]], capacity: int = 1000) -> FairQueue[str, str]:
    queue: FairQueue[str, str] = FairQueue(capacity)
    for group in groups:
        queue.add(group)
    return queue


def items(batch: list[Unit[str, str]]) -> list[str]:
    return [unit.item for unit in batch]


def test_an_empty_queue_gives_an_empty_batch() -> None:
    assert filled().take(10) == []


def test_one_client_is_served_in_order() -> None:
    queue = filled(units("a", "1", "2", "3"))
    assert items(queue.take(2)) == ["1", "2"]
    assert items(queue.take(2)) == ["3"]
    assert queue.tokens == queue.units == 0


def test_a_long_list_does_not_delay_the_sentence_of_another_client() -> None:
    queue = filled(units("list", *map(str, range(10_000))), units("other", "hello"))
    assert "hello" in items(queue.take(8))


def test_places_go_to_the_client_with_the_fewest_tokens() -> None:
    queue = filled(units("long", "L1", "L2", tokens=4), units("short", "s1", "s2", "s3", "s4", "s5"))
    # L1 4, s1..s4 4: then it is the turn of long again, whose L2 does not fit, and s5 does.
    assert items(queue.take(9)) == ["L1", "s1", "s2", "s3", "s4", "s5"]


def test_a_batch_has_one_kind_and_the_leader_decides_which() -> None:
    queue = filled(units("a", "a-html", kind="html"), units("a", "a-text"), units("b", "b-text"))
    assert items(queue.take(10)) == ["a-html"]
    assert items(queue.take(10)) == ["b-text", "a-text"]


def test_a_unit_larger_than_the_budget_goes_alone() -> None:
    queue = filled(units("a", "huge", tokens=50), units("b", "small"))
    assert items(queue.take(10)) == ["huge"]
    assert items(queue.take(10)) == ["small"]


def test_removed_units_leave_nothing_behind() -> None:
    gone, stays = units("a", "1", "2"), units("b", "3")
    queue = filled(gone, stays)
    queue.remove(gone)
    queue.remove(gone)
    assert (queue.units, queue.tokens) == (1, 1)
    assert items(queue.take(10)) == ["3"]


def test_a_full_queue_says_by_how_much() -> None:
    queue = filled(*(units(client, client, tokens=20) for client in "abcde"), capacity=100)
    assert queue.excess("f", 7) == 7
    assert filled(units("a", "a", tokens=95), capacity=100).excess("b", 5) == 0


def test_a_client_fills_a_quarter_of_the_queue() -> None:
    queue = filled(units("a", "1", tokens=20), units("b", "2"), capacity=100)
    assert queue.excess("a", 5) == 0
    assert queue.excess("a", 8) == 3 * 2  # three of its own tokens, while as many of b's leave
    assert queue.excess("c", 70) == 0  # nothing of c's waits


def test_an_empty_queue_takes_anything() -> None:
    assert filled(capacity=10).excess("a", 1_000) == 0
    assert filled(units("b", "1"), capacity=10).excess("a", 1_000) == 1  # until the queue is empty
