"""``seq2seq serve``: models behind HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import engine_options
from seq2seq.extras import require

if TYPE_CHECKING:
    from seq2seq.inference.engines.open import EngineOptions

_BYTES_PER_CHARACTER = 12
"""Most bytes of a character in JSON: two escapes, such as ``\\ud83d\\ude00``."""
_INSTALL = 'pip install "seq2seq[serve]"'


@click.command("serve")
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0: all of them.")
@click.option("--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="0: any free port.")
@click.option(
    "--memory",
    type=click.IntRange(min=1),
    metavar="MB",
    help="Most memory for the files of models, per process: those not used for longest make room for others (default: "
    "no limit).",
)
@click.option(
    "--api-keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of API keys, one per line, each with its requests per minute if they differ from --rate-limit.",
)
@click.option("--rate-limit", type=click.IntRange(min=1), metavar="N", help="Requests per minute of a client.")
@click.option("--cors", multiple=True, metavar="ORIGIN", help="An origin whose pages may read answers; repeatable.")
@click.option(
    "--max-characters", type=click.IntRange(min=1), metavar="N", help="Most characters per request (default: 100,000)."
)
@click.option("--max-texts", type=click.IntRange(min=1), metavar="N", help="Most texts per request (default: 1,000).")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.0, min_open=True),
    metavar="SECONDS",
    help="Time in which a request is answered (default: 30).",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that answer at the same port, each with models of its own.",
)
@click.option("--preload", is_flag=True, help="Load the models before the first request, not at their first use.")
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Address or network of a proxy whose X-Forwarded-For is believed; repeatable.",
)
@engine_options
def command(
    models: tuple[str, ...],
    host: str,
    port: int,
    memory: int | None,
    api_keys: Path | None,
    rate_limit: int | None,
    cors: tuple[str, ...],
    max_characters: int | None,
    max_texts: int | None,
    timeout: float | None,
    processes: int,
    preload: bool,
    proxies: tuple[str, ...],
    running: EngineOptions,
) -> None:
    """Answer requests over HTTP, as clients of LibreTranslate ask them.

    Each MODEL is a model folder, a run folder, or hf://user/name; NAME=MODEL gives it a name, and a name such as en-de
    gives it languages, if its recipe has none. The address itself has a page to try the models on.

    \b
      seq2seq serve runs/demo
      curl http://127.0.0.1:5000/translate -d source=en -d target=de -d q="The dog sleeps."
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    for package in ("fastapi", "uvicorn", "prometheus_client", "python_multipart"):
        require(package, "`seq2seq serve`", _INSTALL)
    from seq2seq.server.clients.access import read_keys
    from seq2seq.server.models.catalogue import parse_places, warn_of_problems
    from seq2seq.server.process.run import serve
    from seq2seq.server.settings import Listening, RequestLimits, Settings

    defaults = RequestLimits()
    characters = max_characters or defaults.characters
    limits = RequestLimits(
        body_bytes=max(defaults.body_bytes, _BYTES_PER_CHARACTER * characters),
        characters=characters,
        texts=max_texts or defaults.texts,
        seconds=timeout or defaults.seconds,
    )
    places = parse_places(models)
    listening = Listening(host=host, port=port, processes=processes, proxies=tuple(map(_network, proxies)))
    with _results_folder() as results:
        settings = Settings(
            request=limits,
            requests_per_minute=rate_limit,
            keys={} if api_keys is None else read_keys(api_keys),
            origins=cors,
            memory=None if memory is None else memory << 20,
            preload=preload,
            results=results,
        )
        warn_of_problems(places)
        serve(places, settings, {**running, "processes": processes}, listening)


@contextmanager
def _results_folder() -> Iterator[Path | None]:
    """A folder for translated documents until they are fetched; None where nothing can be written."""
    try:
        folder = TemporaryDirectory(prefix="seq2seq-", ignore_cleanup_errors=True)
    except OSError:
        yield None
        return
    with folder:
        yield Path(folder.name)


def _network(address: str) -> str:
    """An address or a network, checked: a name would never match."""
    try:
        return address if address == "*" else str(ip_network(address, strict=False))
    except ValueError as error:
        message = f"{address!r} is no IP address and no network such as 10.0.0.0/8 (or *, for all)"
        raise click.BadParameter(message, param_hint="--proxy") from error
