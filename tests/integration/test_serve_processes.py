"""Several processes at one port, and what stands before them."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from support import own_loop
from support.commands import run
from support.serving import Connection, exported_model, serving


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"en-de={exported_model(tmp_path_factory.mktemp('models') / 'exported')}"


def get(address: str, path: str) -> str:
    with urlopen(address + path, timeout=60) as answer:
        text = answer.read()
        assert isinstance(text, bytes)
        return text.decode()


def figure(address: str, name: str) -> float:
    lines = dict(line.rsplit(" ", 1) for line in get(address, "/metrics").splitlines() if not line.startswith("#"))
    return float(lines[name])


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return [int(child) for child in listed if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def until(condition: Callable[[], object]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within a minute")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc to see the processes")
def test_processes_answer_at_one_port_count_together_and_are_replaced(model: str) -> None:
    async def ask(address: str) -> None:
        clients = [Connection(address) for _ in range(16)]
        answers = await asyncio.gather(*(client.translate("the dog sleeps") for client in clients))
        assert {status for status, _ in answers} == {200}
        assert len({json.dumps(answer) for _, answer in answers}) == 1

    with serving(model, "--processes", "2", "--preload") as (address, process):
        own_loop.run(ask(address))
        assert figure(address, 'seq2seq_request_seconds_count{endpoint="/translate",status="200"}') == 16
        until(lambda: figure(address, "seq2seq_models_loaded") == 2)
        before = children(process.pid)
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(set(children(process.pid)) - set(before)) == 1)
        until(lambda: figure(address, "seq2seq_models_loaded") == 2)  # the dead one's is not counted
        own_loop.run(ask(address))
        # Whatever ends the parent, nobody is left at the port.
        last = children(process.pid)
        process.kill()
        process.wait()
        until(lambda: not any(Path(f"/proc/{child}").exists() for child in last))
        with pytest.raises(URLError):
            get(address, "/health")


def test_processes_share_the_limit_of_a_client(model: str) -> None:
    async def ask(address: str) -> list[int]:
        clients = [Connection(address) for _ in range(20)]
        asked = (client.translate("", target="xx") for client in clients)  # counted, then refused: no model is loaded
        return [status for status, _ in await asyncio.gather(*asked)]

    with serving(model, "--processes", "2", "--rate-limit", "5") as (address, _):
        assert sorted(own_loop.run(ask(address))) == [400] * 5 + [429] * 15


@pytest.mark.parametrize(("proxy", "expected"), [("192.0.2.0/24", [400, 429]), ("127.0.0.1", [400, 400])])
def test_only_a_named_proxy_is_believed(model: str, proxy: str, expected: list[int]) -> None:
    async def ask(address: str) -> list[int]:
        asked = (
            Connection(address).ask("GET", "/translate?q=&source=en&target=xx", headers=f"X-Forwarded-For: {one}\r\n")
            for one in ("198.51.100.1", "198.51.100.2")
        )
        return [status for status, _ in await asyncio.gather(*asked)]

    with serving(model, "--rate-limit", "1", "--proxy", proxy) as (address, _):
        assert sorted(own_loop.run(ask(address))) == expected


def test_a_name_of_a_proxy_is_refused(model: str) -> None:
    assert "balancer" in run("serve", model, "--proxy", "balancer", code=2).stderr


def test_models_are_loaded_before_the_first_request_if_that_is_asked_for(model: str) -> None:
    with serving(model, "--preload") as (address, _):
        assert figure(address, "seq2seq_models_loaded") == 1
        assert figure(address, 'seq2seq_batch_size_count{model="en-de"}') == 1
