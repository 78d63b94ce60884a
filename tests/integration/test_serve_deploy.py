"""The examples of deploy/: the balancer runs with two instances; the rest is checked as far as it can be read."""

import asyncio
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
import yaml
from support import own_loop
from support.serving import Connection, exported_model, required, serving

from seq2seq.cli.main import cli
from seq2seq.cli.serve import command as serve

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert isinstance(port, int)
    return port


@contextmanager
def balancing(folder: Path, *instances: str) -> Iterator[str]:
    """nginx before instances, by the example with their addresses."""
    program, port = required("nginx", "nginx"), free_port()
    text = (DEPLOY / "nginx.conf").read_text("utf-8").replace("/tmp/nginx", f"{folder}/nginx")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace(
        "worker_processes auto", "worker_processes 1"
    )
    for name, address in zip(("first", "second"), instances, strict=True):
        assert f"server {name}:5000" in text
        text = text.replace(f"{name}:5000", address.removeprefix("http://"))
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(300):
                with socket.socket() as trial:
                    if trial.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_an_instance_that_ends_costs_no_request(tmp_path: Path, how: signal.Signals) -> None:
    model = f"en-de={exported_model(tmp_path / 'model')}"
    texts = ["the dog sleeps", "my sister sees the house", "we read"]
    answers: list[tuple[int, object]] = []
    cut: list[str] = []

    async def client(address: str, number: int, requests: int) -> None:
        connection = Connection(address)
        for each in range(requests):
            text = texts[(number + each) % 3]
            try:
                answers.append(await connection.translate(text))
            except EOFError:
                cut.append(text)
                answers.append(await connection.translate(text))

    async def clients(address: str, requests: int) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(12):
                group.create_task(client(address, number, requests))

    async def work(address: str, instance: "subprocess.Popen[str]") -> None:
        await clients(address, 3)  # both instances are known
        load = asyncio.create_task(clients(address, 20))
        while len(answers) < 60:
            await asyncio.sleep(0.01)
        instance.send_signal(how)
        await load

    options = ("--preload", "--proxy", "127.0.0.1")
    with (
        serving(model, *options) as (first, instance),
        serving(model, *options) as (second, _),
        balancing(tmp_path, first, second) as address,
    ):
        expected = [own_loop.run(Connection(second).translate(text)) for text in texts]
        own_loop.run(work(address, instance))
        instance.wait(timeout=60)
        assert own_loop.run(Connection(address).ask("GET", "/metrics"))[0] == 404
    assert len(answers) == 12 * 23
    assert all(answer in expected for answer in answers)
    assert {str(answer) for answer in answers} == {str(answer) for answer in expected}
    # Killed between the head and the body of answers, which the balancer cannot take back; never more than were asked.
    assert len(cut) <= (12 if how == signal.SIGKILL else 0)


def commands() -> dict[str, list[str]]:
    """The arguments of `seq2seq serve` in each example."""
    pods, *_ = yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    (unit,) = re.findall("^ExecStart=(.*)$", (DEPLOY / "seq2seq.service").read_text("utf-8"), re.MULTILINE)
    parts = [yaml.safe_load(found) for found in re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])$", image, re.MULTILINE)]
    return {
        "Dockerfile": [*parts[0], *parts[1]][2:],
        "compose.yaml": yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["first"]["command"],
        "kubernetes.yaml": pods["spec"]["template"]["spec"]["containers"][0]["args"],
        "seq2seq.service": shlex.split(unit)[2:],
    }


@pytest.mark.parametrize("example", ["Dockerfile", "compose.yaml", "kubernetes.yaml", "seq2seq.service"])
def test_the_commands_of_the_examples_are_understood(example: str) -> None:
    parent = click.Context(cli, **cli.context_settings)  # a command remembers the names of --help
    context = serve.make_context("serve", commands()[example], parent)
    assert context.params["models"] == (
        ("en-de=/srv/models/en-de",) if example.endswith("service") else ("en-de=/models/en-de",)
    )


def test_what_the_image_copies_is_there() -> None:
    copied = re.findall(r"^COPY (?!--)(.*) \S+$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert len(names) > 5
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_service_is_one_of_systemd(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze, not installed")
    text = (DEPLOY / "seq2seq.service").read_text("utf-8").replace("/opt/seq2seq/bin/seq2seq", "/usr/bin/env")
    (tmp_path / "seq2seq.service").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", str(tmp_path / "seq2seq.service")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
