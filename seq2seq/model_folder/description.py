"""The description of a model: the typed contents of ``config.json``."""

import copy
import hashlib
import json
from collections.abc import Sequence
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

from seq2seq.config import migration
from seq2seq.config.recipe import AnyRecipe
from seq2seq.errors import ModelError
from seq2seq.model_folder.config_file import CHECKSUM, FORMAT, ConfigFile, checksum
from seq2seq.model_folder.inference_config import LONGEST
from seq2seq.model_folder.layout import CARD
from seq2seq.model_folder.versions import PACKAGE, VERSION
from seq2seq.text.sketch import Sketch

SKETCH = "sketch"
"""Key, in ``data``, of the hashes by which training texts are recognised."""


class Stated(BaseModel):
    """A part of ``config.json``. Unknown keys are ignored: a later version with the same format wrote them."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class TrainingSummary(Stated):
    """How a model was trained."""

    steps: int
    """Optimiser steps taken."""
    epochs: float
    """Passes over the training data, the last one possibly partial."""
    seconds: float
    """Wall-clock time, validation included."""
    best_step: int
    """Step of these weights."""
    metric: str
    """The metric that selected them: `loss` (nats per target token or label), `bleu`, `accuracy` ..."""
    best: float | None
    """The metric on the development split at that step (`None`: never validated)."""
    stopped: str = ""
    """Why training ended, in a few words."""


class Calibration(Stated):
    """How the probabilities of labels were calibrated on the development split."""

    temperature: PositiveFloat
    """Divisor of the logits (Guo et al. 2017)."""
    ece_before: float | None = None
    """Expected calibration error before."""
    ece_after: float | None = None
    """Expected calibration error after."""


class ConfidenceFacts(Stated):
    """The confidence of translations, fitted to the development split; each half of it was checked with the other."""

    bias: float
    weights: tuple[float, float, float]
    """See :class:`seq2seq.evaluation.confidence.Confidence`."""
    good: float
    """Least chrF of a good translation."""
    auroc: float
    """Area under the receiver operating characteristic, in that check."""
    gap: float
    """Largest distance (0 to 1) of promised and measured shares of good translations, in that check."""


class IntervalFacts(Stated):
    """How the intervals of forecasts were calibrated on the development split."""

    factors: Annotated[tuple[PositiveFloat, ...], Field(min_length=1)]
    """By which the distances of paths from their median are multiplied, by step."""
    forecasts: PositiveInt
    """Horizons that they were measured by, one after the other and of all series."""
    coverage: float | None = None
    """Share of the values that were inside of intervals of 80 % before."""


class ChannelFacts(Stated):
    """How the channels that are forecast together go together at a step, given those before it."""

    correlations: tuple[tuple[Annotated[float, Field(ge=-1, le=1)], ...], ...]
    """Of each with each, as a Gaussian copula has them."""

    @model_validator(mode="after")
    def _square(self) -> Self:
        if any(len(row) != len(self.correlations) for row in self.correlations):
            raise ValueError("correlations: as many rows as columns are expected")
        return self


class Description(Stated):
    """The contents of ``config.json``."""

    format: int = FORMAT
    """Version of the layout."""
    name: str
    """Name of the model: usually that of its recipe."""
    license: str | None = None
    """Licence, by its identifier on the hub, such as `mit` (`None`: none is stated)."""
    languages: tuple[str, ...] = ()
    """Its languages, as ISO 639 codes such as `en`."""
    recipe: AnyRecipe
    """The whole recipe: data, tokenizer and its normalisation, network, training, decoding defaults."""
    source_vocabulary: PositiveInt
    """Tokens of the source vocabulary; of vectors, the numbers of a step."""
    target_vocabulary: PositiveInt
    """Tokens of the target vocabulary."""
    labels: tuple[str, ...] = ()
    """Labels of a classifier, in the order of its outputs."""
    tags: tuple[str, ...] = ()
    """Tags of a generator, in the order of their ids."""
    parameters: int
    """Number of parameters, shared ones counted once."""
    data: dict[str, JsonValue] = {}
    """Fingerprint and counts of the training data, and hashes by which its texts are recognised."""
    training: TrainingSummary | None = None
    """How it was trained (`None`: it was not)."""
    measured: dict[str, JsonValue] = {}
    """Measurements other than scores: calibration, export, comparison with the model it was fine-tuned from."""
    scores: dict[str, JsonValue] = {}
    """Scores by split, as `evaluate --json` prints them."""
    versions: dict[str, str] = {}
    """Versions of the packages that wrote the folder."""
    plugins: dict[Annotated[str, Field(pattern=PACKAGE)], Annotated[str, Field(pattern=VERSION)]] = {}
    """Installed packages that add components of the recipe, and their versions."""
    created: str = ""
    """Time of writing, in UTC, ISO 8601."""
    files: dict[str, str] = {}
    """SHA-256 in hexadecimal of the other files, by name. `README.md` may be edited nevertheless."""

    @property
    def longest(self) -> int | None:
        """Tokens of the longest training source, EOS included; None: older folders do not have it."""
        longest = self.data.get(LONGEST)
        return longest if isinstance(longest, int) else None

    @property
    def calibration(self) -> Calibration | None:
        """The calibration of probabilities, if any."""
        content = self.measured.get("calibration")
        return None if content is None else Calibration.model_validate(content)

    @property
    def confidence(self) -> ConfidenceFacts | None:
        """The confidence of translations, if it was found to hold."""
        content = self.measured.get("confidence")
        return None if content is None else ConfidenceFacts.model_validate(content)

    @property
    def intervals(self) -> IntervalFacts | None:
        """The calibration of intervals, if any."""
        content = self.measured.get("intervals")
        return None if content is None else IntervalFacts.model_validate(content)

    @property
    def channels(self) -> ChannelFacts | None:
        """The correlations of channels that are forecast together, if any."""
        content = self.measured.get("channels")
        return None if content is None else ChannelFacts.model_validate(content)

    @property
    def sketch(self) -> Sketch | None:
        """Hashes by which training texts are recognised; None: older folders do not have them."""
        content = self.data.get(SKETCH)
        return None if content is None else Sketch.from_dict(content)

    @model_validator(mode="after")
    def _valid_parts(self) -> Self:
        try:
            _ = self.sketch
        except ValueError as error:
            raise ValueError(f"data.{SKETCH}: {error}") from error
        for name in ("calibration", "confidence", "intervals", "channels"):
            try:
                getattr(self, name)  # a temperature of 0, for example, is invalid
            except ValidationError as error:
                raise ValueError("; ".join(f"measured.{name}.{line.strip()}" for line in _problems(error))) from error
        return self

    def with_card(self, card: str) -> "Description":
        """A copy with the digest of its model card."""
        return self.model_copy(update={"files": {**self.files, CARD: hashlib.sha256(card.encode()).hexdigest()}})

    def without_sketch(self) -> "Description":
        """A copy without the hashes of training texts."""
        return self.model_copy(update={"data": {name: value for name, value in self.data.items() if name != SKETCH}})

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        content: dict[str, Any] = json.loads(self.model_dump_json())  # NaN becomes null
        return content

    def to_json(self) -> str:
        """The text of ``config.json``, with a checksum of its contents."""
        content = self.to_dict()
        return json.dumps({**content, CHECKSUM: checksum(content)}, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, file: Path) -> "Description":
        """Read a ``config.json``.

        Raises:
            ModelError: it is missing, not JSON, of a newer format, damaged, or no description.
        """
        return cls.of(ConfigFile.read(file))

    @classmethod
    def of(cls, config: ConfigFile) -> "Description":
        """Validate what a ``config.json`` says; settings of older versions get today's names.

        Raises:
            ModelError: it is no description.
        """
        try:
            return cls.model_validate_json(json.dumps(_migrated(config.content)))
        except ValidationError as error:
            lines = [f"{config.file}: does not describe a model:", *_problems(error)]
            raise ModelError("\n".join(lines), code="model.invalid") from error


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


def _problems(error: ValidationError) -> Sequence[str]:
    lines = [f"  {'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
    return lines[:10] + ([f"  ... and {len(lines) - 10} more"] if len(lines) > 10 else [])
