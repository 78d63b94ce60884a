"""What runs leave in their folders."""

import json
from pathlib import Path
from typing import Any

from seq2seq.training.run_folder.checkpoint import find

_TIMES = ("seconds", "validated_at", "validation_seconds")


def checkpoint(run: Path) -> Path:
    """The newest checkpoint of a run."""
    return find(run / "checkpoints")[0]


def without_times(state: dict[str, Any]) -> dict[str, Any]:
    """The state of training, but for what the clock said."""
    return {name: value for name, value in state.items() if name not in _TIMES}


def state(run: Path) -> dict[str, Any]:
    """Where the newest checkpoint says that training stands, the time apart."""
    found: dict[str, Any] = json.loads((checkpoint(run) / "state.json").read_text())
    found["state"] = without_times(found["state"])
    return found
