"""The shards that a run on a stream began with, in a file: which of them an epoch has follows from all names."""

import json
from pathlib import Path
from typing import Final

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import Sides
from seq2seq.data.reading.raw_split import Origin
from seq2seq.data.reading.sources import find_splits
from seq2seq.errors import DataError
from seq2seq.storage.atomic import atomic_file
from seq2seq.wording import plural

_SHOWN: Final = 5
"""Shards of each kind that an error names."""


def write_shards(path: Path, data: DataConfig, sides: Sides) -> None:
    """Write names and versions of the shards of a training split."""
    atomic_file(path, (json.dumps(_versions(data, sides), ensure_ascii=False, indent=0) + "\n").encode())


def require_shards(path: Path, data: DataConfig, sides: Sides) -> None:
    """Compare the shards of a training split with those that a run began with; a missing ``path`` tells nothing.

    Raises:
        DataError: some are missing, were added, or have another size or commit; names them.
    """
    if not path.exists():  # a run of an earlier version
        return
    before: dict[str, int | str] = json.loads(path.read_text(encoding="utf-8"))
    now = _versions(data, sides)
    gone = [label for label in before if label not in now]
    added = [label for label in now if label not in before]
    changed = [
        f"{label}: {_described(now[label])}, and {_described(then)} when the run began"
        for label, then in before.items()
        if now.get(label, then) != then
    ]
    problems = [
        *_listed([f"{label}: missing" for label in gone]),
        *_listed([f"{label}: was not there when the run began" for label in added]),
        *_listed(changed),
    ]
    if problems:
        lines = "\n".join(problems)
        raise DataError(
            f"{lines}\n  The run needs the shards that it began with: which of them an epoch has follows from all of "
            "them.\n  Restore them, then resume; or train on with the shards that are there, from the run's model: "
            f"`seq2seq finetune {path.with_name('model')}`.",
            code="data.changed",
        )


def version(origin: Origin) -> int | str:
    """What tells one version of a shard from another without reading it: its bytes, or the commit on the hub."""
    return sum(path.stat().st_size for path in origin.paths) if origin.paths else origin.fingerprint()


def _versions(data: DataConfig, sides: Sides) -> dict[str, int | str]:
    train = find_splits(data, ("train",), sides=sides)["train"]
    assert train is not None
    return {origin.label: version(origin) for origin in train.origins}


def _described(version: int | str) -> str:
    return f"{version:,} bytes" if isinstance(version, int) else f"version {version}"


def _listed(problems: list[str]) -> list[str]:
    """The first few, and how many more there are."""
    more = len(problems) - _SHOWN
    return [*problems[:_SHOWN], *([f"... and {plural(more, 'shard')} more, alike"] if more > 0 else [])]
