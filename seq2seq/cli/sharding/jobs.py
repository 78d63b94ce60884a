"""What decides the output of a shard, for its record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pydantic import JsonValue

    from seq2seq.config.search_settings import SearchSettings
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.model_folder.read import ModelFolder
    from seq2seq.shards.record import Job, Numbered


def translation_job(
    folders: Sequence[ModelFolder],
    running: EngineOptions,
    network: object,
    config: SearchSettings,
    *,
    options: Mapping[str, Any],
    files: Mapping[str, Path | None],
) -> Job:
    """The job of `seq2seq translate`.

    Args:
        folders: of the models.
        running: how they run.
        network: what computes them.
        config: settings of the search.
        options: of the command, those that decide what is written; of them, `json` is always there.
        files: those that decide it by their content.

    Raises:
        click.UsageError: what is written for a line depends on its number in the file.
    """
    if config.method == "sample":
        raise click.UsageError(
            "--shard: not with --method sample, where what is sampled for a line depends on its number in FILE.\n"
            "  Cut FILE yourself (split --number=l/8), and give each piece a --seed of its own."
        )
    settings: dict[str, JsonValue] = {
        "decoding": {name: value for name, value in asdict(config).items() if name != "batch_size"},
        **_engine(running, network),
        **{name: _plain(value) for name, value in options.items() if value not in (None, "", ())},
        **{name: _digest(path) for name, path in files.items() if path is not None},
    }
    numbered: Numbered | None = "json" if options["json"] else "column" if config.nbest > 1 else None
    return _job("translate", folders, settings, numbered=numbered, one_each=options["json"] or config.nbest == 1)


def classification_job(
    folders: Sequence[ModelFolder], running: EngineOptions, network: object, *, as_json: bool, top: int | None
) -> Job:
    """The job of `seq2seq classify`; ``top``: words that explain a label (None: nothing is explained)."""
    settings: dict[str, JsonValue] = {"json": as_json, "explain": top, **_engine(running, network)}
    return _job("classify", folders, settings, numbered="json" if as_json else None, one_each=True)


def _job(
    command: str,
    folders: Sequence[ModelFolder],
    settings: dict[str, JsonValue],
    *,
    numbered: Numbered | None,
    one_each: bool,
) -> Job:
    from seq2seq.shards.record import Job

    return Job(
        command=command,
        models=tuple(folder.fingerprint for folder in folders),
        settings=settings,
        numbered=numbered,
        one_each=one_each,
    )


def _engine(running: EngineOptions, network: object) -> dict[str, JsonValue]:
    """Which engine computes: that of `auto` depends on the machine, so what it came to counts, too."""
    return {
        "engine": running.get("engine", "auto"),
        "network": type(network).__name__,
        "shortlist": running.get("shortlist", False),
    }


def _plain(value: Any) -> JsonValue:
    """An option as JSON."""
    return list(value) if isinstance(value, tuple) else value


def _digest(path: Path) -> str:
    from seq2seq.storage.manifest import file_digest

    return file_digest(path, hashlib.sha256)
