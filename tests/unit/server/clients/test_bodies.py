from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from seq2seq.server.clients.bodies import Bodies, HeldBody
from seq2seq.server.faults import RequestError


@contextmanager
def held(bodies: Bodies) -> Iterator[HeldBody]:
    body = HeldBody(bodies)
    yield body
    body.release()


def refused(bodies: Bodies, client: str, size: int) -> tuple[int, str]:
    with held(bodies) as body:
        body.client = client
        with pytest.raises(RequestError) as caught:
            body.add(size)
    assert caught.value.retry_after
    return caught.value.status, caught.value.code


def test_all_bodies_share_the_memory_and_give_it_back() -> None:
    bodies = Bodies(100)
    with held(bodies) as first:
        first.client = "a"
        first.add(20)
        first.add(60)  # more than its share, but it has no other body
        assert bodies.size == 80
        assert refused(bodies, "b", 21) == (503, "serve.memory")
        with held(bodies) as second:
            second.client = "b"
            second.add(20)
            with pytest.raises(RequestError):
                first.check(1)
        assert bodies.size == 80
    assert bodies.size == 0
    with held(bodies) as first:
        first.client = "b"
        first.add(100)


def test_a_client_has_a_share() -> None:
    bodies = Bodies(100)
    with held(bodies) as first, held(bodies) as second:
        first.client = second.client = "a"
        first.add(20)
        second.add(5)
        assert refused(bodies, "a", 1) == (429, "serve.memory-share")
        with held(bodies) as other:
            other.client = "b"
            other.add(30)


def test_a_body_that_is_larger_than_the_memory_is_read_alone() -> None:
    bodies = Bodies(100)
    with held(bodies) as large:
        large.client = "a"
        large.add(200)
        large.add(200)
        assert refused(bodies, "b", 1) == (503, "serve.memory")
