from pathlib import Path

import pytest

from seq2seq.errors import ConfigError
from seq2seq.server.clients.access import Gate, read_keys
from seq2seq.server.faults import RequestError
from seq2seq.server.settings import Settings


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_keys_are_read_with_their_rates(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("# ours\nalpha\nbeta 30 # thirty\n\n", encoding="utf-8")
    assert read_keys(tmp_path / "keys") == {"alpha": None, "beta": 30}


@pytest.mark.parametrize("text", ["", "# none\n", "a 0\n", "a x\n", "a 1 2\n", "a\na\n", "a ²\n"])
def test_a_file_of_keys_that_is_wrong_is_refused_without_its_secrets(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_keys(tmp_path / "keys")
    assert caught.value.code == "serve.api-keys"


def test_requests_come_back_with_time() -> None:
    clock = Clock()
    gate = Gate(Settings(requests_per_minute=6), clock)
    for _ in range(6):
        gate.enter("a", "")
    with pytest.raises(RequestError) as caught:
        gate.enter("a", "")
    assert caught.value.retry_after == 10
    gate.enter("b", "")
    clock.now = 10
    gate.enter("a", "")
    with pytest.raises(RequestError):
        gate.enter("a", "")


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    gate = Gate(Settings(requests_per_minute=1), clock)
    gate.enter("a", "")
    for clock.now in range(1, 60):
        with pytest.raises(RequestError):
            gate.enter("a", "")
    clock.now = 60
    gate.enter("a", "")


def test_keys_are_clients_of_their_own_and_do_not_show() -> None:
    gate = Gate(Settings(keys={"alpha": None, "beta": None}), Clock())
    names = {gate.enter(address, key) for address in ("1", "2") for key in ("alpha", "beta")}
    assert len(names) == 2
    assert not any("alpha" in name or "beta" in name for name in names)
