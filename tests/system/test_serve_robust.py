"""A server under load, hostile requests and signals. `make soak` runs the long forms; the suite, a bit of each."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from support import own_loop, tiny
from support.hostile_requests import hostile
from support.serving import Connection, exported_model, required, serving

SOAK = bool(int(os.environ.get("SOAK", "0")))
TEXTS = [f"{who} {does}" for who in ("the dog", "the cat", "my sister", "we") for does in ("sleeps", "sees the house")]
Answers = dict[str, str]
pytestmark = [pytest.mark.system, pytest.mark.timeout(3600 if SOAK else 300)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported_model(tmp_path_factory.mktemp("models") / "exported")


async def right(address: str) -> Answers:
    """The translations of all texts, asked for one by one."""
    connection = Connection(address)
    return {text: (await connection.translate(text))[1]["translatedText"] for text in TEXTS}


def test_schemathesis_finds_no_fault(folder: Path) -> None:
    command = [required("st", "schemathesis"), "run"]
    with serving(f"en-de={folder}") as (address, _):
        options = ["--checks", "not_a_server_error", "--request-timeout", "120"]
        options += ["--max-examples", "200"] if SOAK else ["--max-examples", "3", "--phases", "fuzzing"]
        done = subprocess.run(
            [*command, f"{address}/spec", *options], capture_output=True, text=True, check=False, cwd=folder.parent
        )
    assert done.returncode == 0, done.stdout
    print(done.stdout)


def test_hostile_requests_leave_it_answering(folder: Path) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")

    async def work(address: str) -> dict[int, int]:
        before = await right(address)
        statuses = await hostile(address, 10_000 if SOAK else 150, seed)
        assert await right(address) == before
        # As long as may be: a line without an end, and a page of tags.
        slow = Connection(address)
        assert (await slow.translate("a" * 1_000_000))[0] == 400
        assert (await slow.translate("a" * 2_000_000))[0] == 413
        status, answer = await Connection(address).translate("<div>" * 19_000, format="html")
        assert status == 200 or answer["code"] == "data.html"
        assert await right(address) == before
        return statuses

    with serving(f"en-de={folder}", "--timeout", "600") as (address, process):
        statuses = own_loop.run(work(address))
        assert process.poll() is None
    print(f"{sum(statuses.values())} requests: {statuses}")
    assert not [status for status in statuses if status >= 500], statuses
    assert statuses[200] > 0


class Load:
    """Clients that ask without end, each with one connection, and ask again when there is no answer."""

    def __init__(self, address: str, *expected: Answers) -> None:
        self.address = address
        self.expected = expected
        self.right: list[float] = []
        """When right answers came."""
        self.wrong: list[Any] = []
        self.lost: list[float] = []
        """When requests were sent that were not answered."""
        self.told = 0.0
        """When the server got a signal."""

    async def ask(self, number: int) -> None:
        connection, draw = Connection(self.address), random.Random(number)
        while True:
            text = draw.choice(TEXTS)
            begun = time.monotonic()
            try:
                status, answer = await connection.translate(text)
            except (OSError, EOFError):
                self.lost.append(begun)
                connection.close()
                await asyncio.sleep(0.05)
                continue
            if status == 200 and any(answer["translatedText"] == known[text] for known in self.expected):
                self.right.append(time.monotonic())
            else:
                self.wrong.append((status, answer))

    async def during(self, work: Any, clients: int = 20) -> None:
        """Ask while something is done."""
        tasks = [asyncio.create_task(self.ask(number)) for number in range(clients)]
        await self.more(clients)
        try:
            await work
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in tasks:
            assert task.cancelled(), task.exception()

    async def more(self, answers: int) -> None:
        """Until there are so many more right answers."""
        wanted = len(self.right) + answers
        async with asyncio.timeout(120):
            while len(self.right) < wanted:
                await asyncio.sleep(0.01)


async def stop(process: subprocess.Popen[str], load: Load) -> None:
    await load.more(100)
    load.told = time.monotonic()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        while process.poll() is None:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_signal_under_load_loses_no_accepted_request(folder: Path, processes: str) -> None:
    for _ in range(10 if SOAK else 1):
        with serving(f"en-de={folder}", "--preload", "--processes", processes) as (address, process):
            load = Load(address, own_loop.run(right(address)))
            own_loop.run(load.during(stop(process, load)))
            told = load.told
            assert process.returncode in (0, -signal.SIGTERM)
        assert not load.wrong
        # Sent a quarter of a second before the signal, it is with the server.
        assert not [begun for begun in load.lost if begun < told - 0.25]
        print(f"{len(load.right)} right answers, {sum(told < one for one in load.right)} of them after the signal")


def test_clients_of_a_killed_server_are_answered_by_the_next(folder: Path) -> None:
    place, port, expected = f"en-de={folder}", 0, {}
    load: Load | None = None

    async def kill(process: subprocess.Popen[str]) -> None:
        assert load is not None
        await load.more(50)
        process.kill()
        process.wait()
        with serving(place, port=port) as (address, _):
            assert address == load.address
            await load.more(200)

    for _ in range(10 if SOAK else 1):
        with serving(place) as (address, process):
            port = int(address.rpartition(":")[2])
            expected = own_loop.run(right(address))
            load = Load(address, expected)
            own_loop.run(load.during(kill(process)))
        assert not load.wrong
        assert load.lost


def test_folders_that_are_replaced_under_load_or_broken_cost_no_request(tmp_path: Path) -> None:
    other = tiny.save(tmp_path / "other")
    current = exported_model(tmp_path / "current")
    with serving(f"en-de={other}") as (address, _):
        after = own_loop.run(right(address))

    def replace(new: Path) -> None:
        current.rename(tmp_path / f"old-{time.monotonic_ns()}")
        new.rename(current)

    with serving(f"en-de={current}", f"en-fr={shutil.copytree(other, tmp_path / 'third')}") as (address, _):
        before = own_loop.run(right(address))
        assert before != after
        load = Load(address, before, after)

        async def change() -> None:
            broken = shutil.copytree(current, tmp_path / "broken")
            (broken / "config.json").write_text("{}", encoding="utf-8")
            replace(broken)
            await asyncio.sleep(1.5)
            await load.more(50)
            assert await right(address) == before
            (tmp_path / "third" / "config.json").unlink()
            replace(other)
            async with asyncio.timeout(60):
                while await right(address) != after:
                    await asyncio.sleep(0.2)
            await load.more(50)

        own_loop.run(load.during(change()))
        assert (load.wrong, load.lost) == ([], [])
        with urlopen(f"{address}/health", timeout=60) as health:
            assert b'"status":"ok"' in health.read()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc to see the memory")
def test_memory_is_flat(folder: Path) -> None:
    number = 20_000 if SOAK else 400

    async def some(address: str, requests: int) -> None:
        load = Load(address, expected)
        await load.during(load.more(requests), clients=64)
        assert not load.wrong

    def memory(process: int) -> int:
        status = Path(f"/proc/{process}/status").read_text("ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    with serving(f"en-de={folder}", "--timeout", "600") as (address, process):
        expected = own_loop.run(right(address))
        own_loop.run(some(address, number // 10))
        before = memory(process.pid)
        own_loop.run(some(address, number))
        after = memory(process.pid)
    print(f"{before:,} kB before {number:,} requests, {after:,} kB after")
    # A kilobyte per request would be 20 MB in the long form; allocators take a few anew.
    assert after - before < 8_000
