"""Real servers on free ports, and clients that keep a connection."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

FIXTURES: Final = Path(__file__).resolve().parents[1] / "fixtures"


@contextmanager
def serving(*arguments: str | Path, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server: its address and its process."""
    command = [sys.executable, "-m", "seq2seq", "serve", *map(str, arguments), "--port", str(port), "--device", "cpu"]
    environment = {**os.environ, "NO_COLOR": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            seen: list[str] = []
            line = ""
            for line in process.stderr:
                seen.append(line)
                if "listening on" in line:
                    break
            assert "listening on" in line, f"the server did not start: {seen}"
            # Read on, or the server waits when the pipe is full.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield line.split()[2], process
        finally:
            process.kill()


def required(program: str, package: str) -> str:
    """The path of a program that tests of the server use; where it is missing, the test is skipped.

    Where SEQ2SEQ_SERVER is `required`, as in CI, it fails instead.
    """
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin"])
    found = shutil.which(program, path=places)
    if found is None:
        what = f"needs {package}, not installed"
        if os.environ.get("SEQ2SEQ_SERVER") == "required":
            pytest.fail(what)
        pytest.skip(what)
    return found


def exported_model(folder: Path) -> Path:
    """A model that runs without torch, so that servers start at once; English to German, badly."""
    for fixtures in ("models", "exported"):
        shutil.copytree(FIXTURES / fixtures / "translation-1", folder, dirs_exist_ok=True)
    return folder


class Connection:
    """A client with one connection, which is opened when it is needed."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, kind: str = "application/json", headers: str = ""
    ) -> tuple[int, bytes]:
        """Status and body of the answer.

        Raises:
            OSError: there is no connection.
            EOFError: the server closed it before the answer was complete.
        """
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._streams
        try:
            head = f"{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Type: {kind}\r\n{headers}"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
            fields = dict(line.split(": ", 1) for line in lines[1:] if line)
            answer = await reader.readexactly(int(fields["content-length"]))
        except BaseException:
            self.close()
            raise
        if fields.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), answer

    async def translate(self, text: object, **more: object) -> tuple[int, Any]:
        """Status and JSON of ``/translate``, English to German."""
        asked = json.dumps({"q": text, "source": "en", "target": "de", **more}).encode()
        status, answer = await self.ask("POST", "/translate", asked)
        return status, json.loads(answer)

    def close(self) -> None:
        """Leave."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
