"""What a model folder says about itself: the contents of its ``config.json``, typed."""

import copy
import hashlib
import json
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from seq2seq import log
from seq2seq.config import migration
from seq2seq.config.recipe import AnyRecipe
from seq2seq.errors import ModelError
from seq2seq.model_folder.layout import CARD, read_json
from seq2seq.text.sketch import Sketch

FORMAT = 2
"""Version of the model folder's layout. A newer one is refused; older ones stay readable (1: settings by the names that
:mod:`seq2seq.config.migration` lists)."""

SKETCH = "sketch"
"""Name, in what is said of the data, of the sample by which texts are recognised that a model was trained on."""
LONGEST = "longest_source"
"""Where the data that a model was trained on have the tokens of their longest source."""
_CHECKSUM = "checksum"
_PACKAGE = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$"
_VERSION = r"^[A-Za-z0-9][A-Za-z0-9.!+_-]*$"


class Stated(BaseModel):
    """A part of ``config.json``. What this version does not know is passed over: a later one of format 1 wrote it."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class TrainingSummary(Stated):
    """How a model came to be."""

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


class Calibration(Stated):
    """How the probabilities of labels were calibrated on the development split."""

    temperature: PositiveFloat
    """What logits are divided by (Guo et al. 2017)."""
    ece_before: float | None = None
    """Expected calibration error without it."""
    ece_after: float | None = None
    """Expected calibration error with it."""


class Description(Stated):
    """The contents of ``config.json``."""

    format: int = FORMAT
    """Version of the layout."""
    name: str
    """What the model is called: as a rule, its recipe's name."""
    license: str | None = None
    """Under which licence it is given away, as the hub calls it, such as `mit` (`None`: none is stated)."""
    languages: tuple[str, ...] = ()
    """Its languages, as ISO 639 codes such as `en`."""
    recipe: AnyRecipe
    """The whole recipe: data, tokenizer and its normalisation, network, training, decoding defaults."""
    source_vocabulary: PositiveInt
    """Tokens of the source vocabulary."""
    target_vocabulary: PositiveInt
    """Tokens of the target vocabulary."""
    labels: tuple[str, ...] = ()
    """What it chooses from, in the order of its outputs, if its target is a label."""
    tags: tuple[str, ...] = ()
    """What it can be started from, in the order of their ids, if its source is tags."""
    parameters: int
    """Trained numbers, shared ones counted once."""
    data: dict[str, JsonValue] = {}
    """Fingerprint and counts of the data it was trained on, and a sample by which its texts are recognised."""
    training: TrainingSummary | None = None
    """How it was trained (`None`: it was not)."""
    measured: dict[str, JsonValue] = {}
    """What was measured beside scores: how probabilities are calibrated; how it compares with the model it went on
    from."""
    scores: dict[str, JsonValue] = {}
    """Scores by split, as `evaluate --json` prints them."""
    versions: dict[str, str] = {}
    """Versions of what wrote the folder."""
    plugins: dict[Annotated[str, Field(pattern=_PACKAGE)], Annotated[str, Field(pattern=_VERSION)]] = {}
    """Installed packages that add components of the recipe, and their versions."""
    created: str = ""
    """When, in UTC, ISO 8601."""
    files: dict[str, str] = {}
    """SHA-256, in hexadecimal, of the other files, by name. `README.md` may be written on all the same."""

    @property
    def longest(self) -> int | None:
        """Tokens of the longest source that it was trained on, EOS included; None: an older version did not count."""
        found = self.data.get(LONGEST)
        return found if isinstance(found, int) else None

    @property
    def calibration(self) -> Calibration | None:
        """How probabilities are calibrated, if they are."""
        found = self.measured.get("calibration")
        return None if found is None else Calibration.model_validate(found)

    @property
    def sketch(self) -> Sketch | None:
        """By which texts are recognised that it was trained on; older folders have none."""
        found = self.data.get(SKETCH)
        return None if found is None else Sketch.from_dict(found)

    @model_validator(mode="after")
    def _sketched(self) -> Self:
        try:
            _ = self.sketch
        except ValueError as error:
            raise ValueError(f"data.{SKETCH}: {error}") from error
        return self

    @model_validator(mode="after")
    def _calibrated(self) -> Self:
        try:
            _ = self.calibration  # a temperature of zero, say, is found out here
        except ValidationError as error:
            raise ValueError("; ".join(f"measured.calibration.{line.strip()}" for line in _problems(error))) from error
        return self

    def with_card(self, card: str) -> "Description":
        """The same, with the digest of its model card."""
        return self.model_copy(update={"files": {**self.files, CARD: hashlib.sha256(card.encode()).hexdigest()}})

    def without_sketch(self) -> "Description":
        """The same, but for the hashes of training texts."""
        return self.model_copy(update={"data": {name: value for name, value in self.data.items() if name != SKETCH}})

    def to_json(self) -> str:
        """The text of ``config.json``, with a checksum of all that it says."""
        content = json.loads(self.model_dump_json())  # in which NaN is null
        return json.dumps({**content, _CHECKSUM: _checksum(content)}, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, file: Path) -> "Description":
        """Read a ``config.json``.

        Raises:
            ModelError: it is missing, is not JSON, is of a newer format, is damaged, or holds something else.
        """
        _, content = read_json(file.parent, file.name)
        if not isinstance(content, dict) or type(content.get("format")) is not int:
            raise ModelError(
                f"{file}: not the description of a model: it has no number `format`. Is the model another program's?"
            )
        if content["format"] > FORMAT:
            written = content.get("versions", {})
            by = (
                f"seq2seq {written['seq2seq']}" if isinstance(written, dict) and "seq2seq" in written else "a newer one"
            )
            raise ModelError(
                f"{file}: format {content['format']}, written by {by}; this version reads up to format {FORMAT}.\n"
                "  Update the package: pip install --upgrade seq2seq"
            )
        if content.pop(_CHECKSUM, checksum := _checksum(content)) != checksum:
            raise ModelError(
                f"{file}: damaged, or changed by hand: its `{_CHECKSUM}` is not that of what it says.\n"
                f"  Copy the model folder again; to keep a change that you have made, delete the line `{_CHECKSUM}`."
            )
        _require_plugins(file, content.get("plugins"))
        try:
            return cls.model_validate_json(json.dumps(_migrated(content)))
        except ValidationError as error:
            raise ModelError("\n".join([f"{file}: does not describe a model:", *_problems(error)])) from error


def _require_plugins(file: Path, plugins: object) -> None:
    """Refuse a model whose plug-in is not installed: a folder can only name packages, and installs none."""
    for package, wanted in plugins.items() if isinstance(plugins, dict) else ():
        if not (re.fullmatch(_PACKAGE, str(package)) and re.fullmatch(_VERSION, str(wanted))):
            continue  # which validation reports
        try:
            found = version(package)
        except PackageNotFoundError:
            raise ModelError(
                f"{file.parent}: the model needs the package {package} {wanted}, which is not installed.\n"
                f"  If you trust the package, install it: pip install {package}=={wanted}",
                code="model.missing-plugin",
            ) from None
        if found != wanted:
            log.warn(
                f"{file.parent}: saved with {package} {wanted}; {found} is installed, and may compute something else.",
                code="model.other-plugin-version",
            )


def _migrated(content: dict[str, Any]) -> dict[str, Any]:
    """The description of a folder of format 1 as one of today's.

    A folder names every setting: one that lacks `naive_bayes_per` is older, and its tokens count at each occurrence.
    """
    content = copy.deepcopy(content)
    recipe = content.get("recipe")
    if isinstance(recipe, dict):
        migration.migrate(recipe)
        match recipe:
            case {"model": {"naive_bayes": _} as model} if "naive_bayes_per" not in model:
                model["naive_bayes_per"] = "occurrence"
    return {**content, "format": FORMAT}


def _checksum(content: dict[str, JsonValue]) -> str:
    """SHA-256 of what a ``config.json`` says, however it is laid out."""
    plain = {name: value for name, value in content.items() if name != _CHECKSUM}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _problems(error: ValidationError) -> Sequence[str]:
    lines = [f"  {'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
    return lines[:10] + ([f"  ... and {len(lines) - 10} more"] if len(lines) > 10 else [])


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
