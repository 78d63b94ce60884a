"""A model as one ONNX file: strings in, answers out, with its tokenizer, search and settings inside.

ONNX Runtime opens it in any language, with the operators of onnxruntime-extensions; nothing of this package is needed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from onnx import ModelProto, helper
from pydantic import JsonValue

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.recipe import (
    AnyRecipe,
    ClassificationRecipe,
    ForecastingRecipe,
    GenerationRecipe,
    SynthesisRecipe,
    TranslationRecipe,
)
from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.errors import ConfigError, ModelError
from seq2seq.export.drift import Drift
from seq2seq.export.export import LARGEST, MAX_DRIFT, calibration_sources, measured_graphs, require_small_drift
from seq2seq.export.needs_python import needs_python
from seq2seq.export.onnx.networks import require_nodes
from seq2seq.export.onnx.standalone.build import classification, generation, translation
from seq2seq.export.onnx.standalone.graph import StandaloneGraph
from seq2seq.inference.engines.torch.load import LoadedModel, load_folder
from seq2seq.inference.request.direction import Direction
from seq2seq.model_folder.layout import digests
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.storage.atomic import atomic_file
from seq2seq.version import VERSION

FORMAT: Final = 1
"""Version of the file's inputs, outputs and metadata."""
_DECODING: Final = ("method", "length_penalty", "alpha", "max_length_ratio", "max_length_extra", "min_length")
"""The settings of every search that are inside, and those of each method."""
_METHODS: Final = {"beam": ("beam",), "sample": ("temperature", "top_k", "top_p")}


@dataclass(frozen=True, slots=True)
class SingleFile:
    """The file that was written."""

    path: Path
    size: int
    """Bytes."""
    drift: Drift | None
    """Of a file in 8-bit integers, from the network in float32."""

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        return {
            "path": str(self.path),
            "bytes": {self.path.name: self.size},
            "drift": {} if self.drift is None else {"int8": asdict(self.drift)},
        }


def export_single(
    path: str | Path,
    file: Path,
    *,
    int8: bool = False,
    token_ids: bool = False,
    beam: int | None = None,
    to: str | None = None,
    calibrate: Sequence[str] | None = None,
    max_drift: float = MAX_DRIFT,
) -> SingleFile:
    """Write a model as one file, in place of an earlier one; see :mod:`seq2seq.export.onnx.standalone.build`.

    The same model gives the same bytes.

    Args:
        path: a model folder, or a run folder.
        file: to be written.
        int8: whether products with weights are computed in 8-bit integers.
        token_ids: whether it reads and writes token ids instead of strings: for programs that have no operators for
            sentencepiece.
        beam: hypotheses per step of a translation's search, in place of the recipe's; 1 is greedy.
        to: the language of all translations, of a model with several; not for token ids, of which its tag is one.
        calibrate: texts on which the drift of 8-bit integers is measured, instead of the recipe's development split.
        max_drift: nats that a log-probability may move by, on average.

    Raises:
        ConfigError: the model needs what only Python does; or ``to`` is given for token ids.
        ModelError: the folder cannot be read; the model is too large; it drifts too far; a component has no ONNX nodes.
        DataError: there is no text to measure the drift on.
        OSError: the file cannot be written.
    """
    loaded = load_folder(path)
    loaded.require_no_numeric_targets("single files")
    if token_ids and to is not None:
        problem = "not with --token-ids; the tag of the language is a token of the source"
        raise ConfigError("--to", [problem], code="export.tag-of-ids")
    decoding = _decoding(loaded.recipe, beam)
    tags = _tags(loaded.recipe, to)
    problems = needs_python(loaded.recipe, directed=token_ids or bool(tags)) + _unserved(loaded.recipe, decoding, beam)
    if problems:
        raise ConfigError("--single", problems, code="export.needs-python")
    require_nodes(loaded.model)
    drift = None
    if int8:
        sources = calibration_sources(loaded, calibrate)
        drift = require_small_drift(loaded, "int8", *measured_graphs(loaded), sources, max_drift)
    model = _graph(loaded, decoding, tags, int8=int8, token_ids=token_ids).model()
    helper.set_model_props(model, _metadata(loaded, decoding, to, int8=int8, drift=drift))
    content = _serialised(loaded, model)
    atomic_file(file, content)
    return SingleFile(file, len(content), drift)


def _decoding(recipe: AnyRecipe, beam: int | None) -> DecodingConfig | None:
    """The settings of the search; None: there is none."""
    if isinstance(recipe, ClassificationRecipe | SynthesisRecipe | ForecastingRecipe):
        return None
    return recipe.decoding if beam is None else recipe.decoding.model_copy(update={"method": "beam", "beam": beam})


def _tags(recipe: AnyRecipe, to: str | None) -> tuple[str, ...]:
    """The tags at the head of each text; raises :class:`ConfigError` for a language that the model does not know."""
    return Direction.from_config(recipe.data).to(to).given


def _unserved(recipe: AnyRecipe, decoding: DecodingConfig | None, beam: int | None) -> list[str]:
    """What the search inside the file lacks."""
    if decoding is None:
        return ["--beam: a classifier does not search; leave it out"] if beam is not None else []
    samples = isinstance(recipe, GenerationRecipe) and decoding.method == "sample" and decoding.nbest > 1
    return [f"decoding.nbest: of {decoding.nbest} samples, Python takes the best"] if samples else []


def _graph(
    loaded: LoadedModel, decoding: DecodingConfig | None, tags: Sequence[str], *, int8: bool, token_ids: bool
) -> StandaloneGraph:
    """The network with all that is around it."""
    source, target = (side.to_bytes() for side in (loaded.tokenizers.source, loaded.tokenizers.target))
    if isinstance(loaded.model, Classifier):
        found = loaded.description.calibration
        temperature = 1.0 if found is None else found.temperature
        pieces = None if token_ids else source
        return classification(loaded.model, loaded.description.labels, temperature, pieces, int8=int8)
    assert isinstance(loaded.model, Seq2Seq)
    assert decoding is not None
    if isinstance(loaded.recipe, GenerationRecipe):
        names, pieces = loaded.description.tags, None if token_ids else target
        return generation(loaded.model, decoding, names, pieces, int8=int8)
    both = None if token_ids else (source, target)
    return translation(loaded.model, decoding, both, tags=tags, int8=int8)


def _metadata(
    loaded: LoadedModel, decoding: DecodingConfig | None, to: str | None, *, int8: bool, drift: Drift | None
) -> dict[str, str]:
    """What the file says of itself; lists and tables as JSON."""
    description, recipe = loaded.description, loaded.recipe
    facts: dict[str, object] = {
        "format": f"seq2seq-single-{FORMAT}",
        "task": recipe.task,
        "name": description.name,
        "seq2seq_version": VERSION,
        "precision": "int8" if int8 else "float32",
        "license": description.license,
        "labels": list(description.labels),
        "tags": list(description.tags),
        "scores": description.scores,
        "digests": digests(loaded.path),
        "drift": None if drift is None else asdict(drift),
    }
    if isinstance(recipe, TranslationRecipe):
        source, target = languages_of(recipe.data)
        languages = {"source": source, "target": to or target}
        facts["languages"] = {side: language for side, language in languages.items() if language}
    if decoding is not None:
        facts["decoding"] = {name: getattr(decoding, name) for name in (*_DECODING, *_METHODS[decoding.method])}
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in facts.items()
        if value
    }


def _serialised(loaded: LoadedModel, model: ModelProto) -> bytes:
    if model.ByteSize() > LARGEST:
        message = f"{loaded.path}: too large for ONNX, whose files have 2 GiB at most."
        raise ModelError(message, code="export.too-large")
    return bytes(model.SerializeToString())
