"""What runs leave in their folders."""

import json
from pathlib import Path
from typing import Any

from seq2seq.training.checkpoint import find


def checkpoint(run: Path) -> Path:
    """The newest checkpoint of a run."""
    return find(run / "checkpoints")[0]


def state(run: Path) -> dict[str, Any]:
    """Where the newest checkpoint says that training stands, the time apart."""
    found: dict[str, Any] = json.loads((checkpoint(run) / "state.json").read_text())
    found["state"].pop("seconds")
    return found
