"""What a model folder says about itself: the contents of its ``config.json``, typed."""

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from seq2seq.config.recipe import AnyRecipe
from seq2seq.errors import ModelError
from seq2seq.inference.atomic import standing

FORMAT = 1
"""Version of the model folder's layout. A newer one is refused, an older one will stay readable."""

CONFIG = "config.json"
"""Its file in a model folder."""
WEIGHTS = "weights.safetensors"
"""The parameters' file."""


class TrainingSummary(BaseModel):
    """How a model came to be."""

    model_config = ConfigDict(frozen=True)

    steps: int
    """Optimiser steps taken."""
    epochs: float
    """Passes over the training data, the last one perhaps in part."""
    seconds: float
    """Wall-clock time, validation included."""
    best_step: int
    """The step whose weights these are."""
    metric: str
    """What chose them: `loss` (nats per target token or label), `bleu`, `accuracy` ..."""
    best: float | None
    """The metric on the development split at that step (`None`: never validated)."""
    stopped: str = ""
    """Why training ended, in a few words."""


class Description(BaseModel):
    """The contents of ``config.json``."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    """Version of the layout."""
    name: str
    """What the model is called: as a rule, its recipe's name."""
    recipe: AnyRecipe
    """The whole recipe."""
    source_vocabulary: int
    """Tokens of the source vocabulary."""
    target_vocabulary: int
    """Tokens of the target vocabulary."""
    parameters: int
    """Trained numbers, shared ones counted once."""
    data: dict[str, JsonValue] = {}
    """Fingerprint and counts of the data it was trained on."""
    training: TrainingSummary | None = None
    """How it was trained (`None`: it was not)."""
    measured: dict[str, JsonValue] = {}
    """What validation measured, beside scores: how probabilities are calibrated."""
    scores: dict[str, JsonValue] = {}
    """Scores by split, as `evaluate --json` prints them."""
    versions: dict[str, str] = {}
    """Versions of what wrote the folder."""
    created: str = ""
    """When, in UTC, ISO 8601."""

    def to_json(self) -> str:
        """The text of ``config.json``."""
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def read(cls, file: Path) -> "Description":
        """Read a ``config.json``.

        Raises:
            ModelError: it is missing, is not JSON, is of a newer format, or holds something else.
        """
        try:
            text = file.read_text(encoding="utf-8")
            content = json.loads(text)
        except OSError as error:
            raise ModelError(f"{file}: cannot be read ({error.strerror}); the model folder is not complete.") from error
        except ValueError as error:
            raise ModelError(
                f"{file}: not JSON ({error}); the file is damaged. Copy the model folder again."
            ) from error
        if not isinstance(content, dict) or not isinstance(content.get("format"), int):
            raise ModelError(f"{file}: not the description of a model: it has no number `format`.")
        if content["format"] > FORMAT:
            written = content.get("versions", {})
            by = (
                f"seq2seq {written['seq2seq']}" if isinstance(written, dict) and "seq2seq" in written else "a newer one"
            )
            raise ModelError(
                f"{file}: format {content['format']}, written by {by}; this version reads up to format {FORMAT}.\n"
                "  Update the package: pip install --upgrade seq2seq"
            )
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ModelError("\n".join([f"{file}: does not describe a model:", *_problems(error)])) from error


def _problems(error: ValidationError) -> Sequence[str]:
    return [f"  {'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]


def find_model(path: str | Path) -> Path:
    """The model folder at ``path``: itself, or the best model of a run folder.

    Raises:
        ModelError: there is neither; the message says what was found instead.
    """
    path = Path(path)
    path = standing(path)
    if not path.exists():
        raise ModelError(f"{path}: there is no such folder; expected a model folder or a run folder.")
    if not path.is_dir():
        raise ModelError(
            f"{path}: not a folder; expected a model folder (with {CONFIG} and {WEIGHTS}) or a run folder."
        )
    for candidate in (path, standing(path / "model")):
        if (candidate / CONFIG).exists() or (candidate / WEIGHTS).exists():
            return candidate
    if (path / "recipe.yaml").exists():
        raise ModelError(
            f"{path}: a run that has kept no model yet: it has not been validated so far. Train it longer."
        )
    raise ModelError(f"{path}: no model in this folder: neither {CONFIG} nor model/{CONFIG}.")


def folder_size(path: Path) -> int:
    """Bytes on disk of a model folder's files."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def package_version() -> str:
    """This package's version, or ``unknown`` when it runs uninstalled."""
    try:
        return version("seq2seq")
    except PackageNotFoundError:
        return "unknown"


def current_versions() -> dict[str, str]:
    """Versions of what decides how a model folder comes out."""
    packages = {name: version(name) for name in ("torch", "sentencepiece", "numpy", "safetensors")}
    return {"seq2seq": package_version(), "python": platform.python_version(), **packages}


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
