from multiprocessing import get_context
from pathlib import Path

from seq2seq.server.clients.rates import Rates


def ask(file: Path, times: int) -> int:
    rates = Rates(file)
    return sum(rates.take("a", 100, 1.0) == 0 for _ in range(times))


def test_processes_share_the_requests_of_a_client(tmp_path: Path) -> None:
    with get_context("fork").Pool(2) as pool:
        taken = pool.starmap(ask, [(tmp_path / "rates", 80)] * 2)
    assert sum(taken) == 100


def test_an_empty_bucket_says_when_there_is_a_request_again() -> None:
    rates = Rates()
    assert [rates.take("a", 2, 0.0) for _ in range(3)] == [0, 0, 30]
    assert rates.take("a", 2, 20.0) == 10
    assert [rates.take("a", 2, 30.0) for _ in range(2)] == [0, 30]


def test_full_buckets_are_forgotten() -> None:
    rates = Rates()
    for number in range(5_000):
        assert rates.take(str(number), 1, number / 10) == 0  # 600 per minute
    assert len(rates) <= 600 + 1_000
    assert rates.take("4999", 1, 500.0) > 0
