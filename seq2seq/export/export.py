"""Write the ONNX networks of a model into its folder; rounded ones only if their drift is small."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, Literal

from numpy.typing import NDArray
from onnx import ModelProto
from pydantic import JsonValue

from seq2seq import log
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.recipe import ClassificationRecipe, ForecastingRecipe, SynthesisRecipe
from seq2seq.config.sides import TEXTS
from seq2seq.errors import ConfigError, DataError, MissingExtra, ModelError, reason_of
from seq2seq.export.drift import Drift, drift_of_labels, drift_of_outputs
from seq2seq.export.onnx.graph import OPERATOR
from seq2seq.export.onnx.networks import NO_NODES, OVER_SHORTLISTS, graphs
from seq2seq.export.onnx.quantise import rounded
from seq2seq.export.onnx.storage import Half, in_half
from seq2seq.export.onnx.weights import WeightFile
from seq2seq.export.shortlist import copied_tokens, pick_lists, to_bytes
from seq2seq.inference.engines.onnx.files import (
    PRECISIONS,
    Precision,
    network_file,
    network_files,
    network_names,
    precision_of,
    weights_file,
)
from seq2seq.inference.engines.onnx.networks import OnnxClassifier
from seq2seq.inference.engines.onnx.sessions import make_session
from seq2seq.inference.engines.onnx.stepper import OnnxStepper
from seq2seq.inference.engines.torch.load import LoadedModel, load_folder
from seq2seq.inference.request.sources import MAX_TOKENS
from seq2seq.machine import cores
from seq2seq.model_folder.layout import SHORTLIST
from seq2seq.model_folder.writing.update import write_exports
from seq2seq.models.nodes import array
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.scoring.splits import read_own, training_split
from seq2seq.text.lexical_alignment import learn, sample_pairs
from seq2seq.text.protection import Protection
from seq2seq.text.vocabulary.labels import LabelVocabulary

Storage = Literal["float32"] | Half
"""Data type of the weights in a file."""

MAX_DRIFT: Final = 0.05
"""Largest mean drift, in nats; `benchmarks/LOG.md` has that of trained models."""
CALIBRATION: Final = 200
"""Texts on which the drift is measured."""
_GENERATED: Final = 32
"""Outputs of a model that writes from tags, or from nothing, on which the drift is measured."""
_LONGEST: Final = 100
"""Tokens of each of them, at most."""
LARGEST: Final = 2**31 - 1
"""Bytes of an ONNX file, at most."""
_REMEDY: Final = "Give a file with one text per line (--calibrate FILE), or export float32 alone (--no-int8)."


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The files that an export wrote."""

    path: Path
    sizes: dict[str, int]
    """Bytes of every file, by its name in the folder."""
    drifts: dict[str, Drift]
    """Drift of each rounded network: ``int8``, ``float16`` or ``bfloat16``."""

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        drifts: dict[str, JsonValue] = {name: asdict(drift) for name, drift in self.drifts.items()}
        return {"path": str(self.path), "bytes": {**self.sizes}, "drift": drifts}


def export(
    path: str | Path,
    *,
    int8: bool | None = None,
    calibrate: Sequence[str] | None = None,
    max_drift: float = MAX_DRIFT,
    store: Storage = "float32",
    shortlist: bool = False,
) -> ExportResult:
    """Write ``onnx/`` into a model folder, in place of an earlier one.

    Args:
        path: a model folder, or a run folder.
        int8: whether 8-bit networks are written beside those of float32 (None: unless the model writes numbers, whose
            networks are small, and are written in float32 alone).
        calibrate: texts (or tags) on which drift is measured, instead of the recipe's development split.
        max_drift: nats that a log-probability may move by, on average.
        store: data type of the weights of float32 networks in their files.
        shortlist: whether a model that translates gets a shortlist, learnt from the recipe's training data.

    Raises:
        ModelError: the folder cannot be read or written; the model is too large; a rounded network drifts too far; a
            component has no ONNX nodes.
        ConfigError: a shortlist for a model that does not translate text; or rounded weights for one that writes
            numbers.
        DataError: there is no text to measure the drift on, or to learn a shortlist from.
    """
    loaded = load_folder(path)
    if shortlist and loaded.recipe.sides != TEXTS:
        source, target = (kind.value for kind in loaded.recipe.sides)
        problem = f"{loaded.path} is a model from {source} to {target}; shortlists are for translation of text"
        raise ConfigError("shortlist", [problem], code="export.shortlist")
    numeric = loaded.recipe.sides.target.numeric
    if numeric and (int8 or store != "float32" or calibrate is not None):
        problem = (
            f"{loaded.path} writes numbers, and is exported in float32 alone: leave out what is for rounded weights"
        )
        raise ConfigError("export", [problem], code="export.forecaster")
    int8 = not numeric if int8 is None else int8
    exact = network_graphs(loaded, names=None if store == "float32" else _measured(loaded))
    networks = dict(exact)
    drifts: dict[str, Drift] = {}
    if store != "float32" or int8:
        sources = calibration_sources(loaded, calibrate)
    if store != "float32":
        networks = network_graphs(loaded, store=store)
        drifts[store] = require_small_drift(loaded, store, exact, networks, sources, max_drift)
    if int8:
        rounded = network_graphs(loaded, int8=True)
        drifts["int8"] = require_small_drift(loaded, "int8", exact, rounded, sources, max_drift)
        networks |= rounded
    more: dict[str, bytes] = {}
    if shortlist:
        listed, more[SHORTLIST] = _shortlisted(loaded, int8=int8, store=store)
        networks |= listed
    contents = {**_with_weights(networks), **more}
    result = ExportResult(loaded.path, {name: len(content) for name, content in contents.items()}, drifts)
    write_exports(loaded.path, contents, {"drift": result.to_dict()["drift"]}, of=loaded.description)
    return result


def export_trained(path: Path) -> None:
    """:func:`export` at the end of training, as far as it is possible.

    Networks that drift too far, or whose drift cannot be measured, are left out, and so are all of a model that is too
    large or has no ONNX nodes; this is reported, and the model folder is complete without them.
    """
    try:
        try:
            export(path)
        except (ModelError, DataError) as error:
            if error.code in (NO_NODES, OPERATOR):
                raise
            log.say(f"No 8-bit networks: {reason_of(error)}")
            export(path, int8=False)
    except ModelError as error:
        log.warn(f"No networks for ONNX Runtime: {reason_of(error)}", code="export.no-networks")


def check_int8(loaded: LoadedModel, *, calibrate: Sequence[str] | None = None, max_drift: float = MAX_DRIFT) -> None:
    """Refuse a model whose 8-bit weights drift too far from float32.

    What an earlier export of the same weights has measured is not measured again, except on other texts.

    Raises:
        ModelError: they do; or a component has no ONNX nodes.
        DataError: there is no text to measure it on.
    """
    measured = loaded.description.measured.get("onnx")
    drifts = measured.get("drift") if isinstance(measured, dict) else None
    known = drifts.get("int8") if isinstance(drifts, dict) else None
    mean = known.get("mean") if isinstance(known, dict) else None
    if calibrate is None and isinstance(mean, float) and mean <= max_drift:
        return
    sources = calibration_sources(loaded, calibrate)
    require_small_drift(loaded, "int8", *measured_graphs(loaded), sources, max_drift)


def _with_weights(networks: Mapping[str, ModelProto]) -> dict[str, bytes]:
    """The files of networks, and those of the weights that networks of one precision share."""
    weights = {precision: WeightFile(Path(weights_file(precision)).name) for precision in PRECISIONS}
    files = {name: weights[precision_of(name)].move(graph).SerializeToString() for name, graph in networks.items()}
    shared = {weights_file(precision): file.to_bytes() for precision, file in weights.items()}
    return files | {name: content for name, content in shared.items() if content}


def _shortlisted(loaded: LoadedModel, *, int8: bool, store: Storage) -> tuple[dict[str, ModelProto], bytes]:
    """The networks over a shortlist, and the file of its lists and weights."""
    assert isinstance(loaded.model, Seq2Seq)
    recipe = loaded.recipe.model_copy(update={"data": loaded.own_data})
    try:
        split = training_split(recipe, loaded.tokenizers)
    except (DataError, ConfigError, MissingExtra) as error:
        message = f"{error}\n  A shortlist is learnt from the training data; else leave it out."
        raise DataError(message, code="export.no-data") from error
    log.say("Learning which tokens a source can yield.")
    rows = sample_pairs(split.lengths).tolist()
    sources, targets = [split.source_ids(row) for row in rows], [split.target_ids(row) for row in rows]
    sizes = loaded.description.source_vocabulary, loaded.description.target_vocabulary
    lists = pick_lists(learn(sources, targets), targets, sizes, copied=copied_tokens(loaded.tokenizers))
    projection = loaded.model.projection
    weight = array(projection.weight)
    weights: dict[str, NDArray[Any]] = {"bias": array(projection.bias), "weight": weight.T}
    listed: dict[str, ModelProto] = {}
    precisions: list[Precision] = ["onnx", "onnx-int8"] if int8 else ["onnx"]
    for precision in precisions:
        made = graphs(loaded.model, int8=precision == "onnx-int8", shortlist=True, names=OVER_SHORTLISTS)
        listed |= {network_file(name, precision): _stored(graph, store) for name, graph in made.items()}
    if int8:
        integers, weights["scale"] = rounded(weight)
        weights["weight.int8"] = integers.T
    return listed, to_bytes(lists, weights)


def network_graphs(
    loaded: LoadedModel, *, int8: bool = False, store: Storage = "float32", names: Collection[str] | None = None
) -> dict[str, ModelProto]:
    """The networks of one precision, by the names of their files; ``names``: those that are wanted (None: all)."""
    precision: Precision = "onnx-int8" if int8 else "onnx"
    made = graphs(loaded.model, int8=int8, names=names)
    stored = {network_file(name, precision): _stored(graph, store) for name, graph in made.items()}
    for graph in stored.values():
        if graph.ByteSize() > LARGEST:
            message = f"{loaded.path}: too large for ONNX, whose files have 2 GiB at most."
            raise ModelError(message, code="export.too-large")
    return stored


def measured_graphs(loaded: LoadedModel) -> tuple[dict[str, ModelProto], dict[str, ModelProto]]:
    """The networks on which the drift of 8-bit integers is measured: exact and rounded."""
    names = _measured(loaded)
    return network_graphs(loaded, names=names), network_graphs(loaded, int8=True, names=names)


def _measured(loaded: LoadedModel) -> tuple[str, ...]:
    return network_names(classifies=isinstance(loaded.recipe, ClassificationRecipe))


def _stored(graph: ModelProto, store: Storage) -> ModelProto:
    return graph if store == "float32" else in_half(graph, store)


def calibration_sources(loaded: LoadedModel, calibrate: Sequence[str] | None) -> list[list[int]]:
    """Token ids on which drift is measured."""
    source = loaded.tokenizers.source
    if calibrate is None and isinstance(source, LabelVocabulary):  # writing from tags, or from nothing, needs no text
        calibrate = list(islice(cycle(["", *source.names]), _GENERATED))
    if calibrate is None:
        recipe = loaded.recipe.model_copy(update={"data": loaded.own_data})
        try:
            examples = read_own(recipe, "dev", loaded.tokenizers)
        except (DataError, ConfigError) as error:
            raise DataError(f"{error}\n  {_REMEDY}", code="export.no-data") from error
        if examples is None:
            raise DataError(f"{loaded.path}: the recipe has no development split.\n  {_REMEDY}", code="export.no-data")
        calibrate = examples.sources
    calibrate = calibrate[:CALIBRATION]
    if (protection := Protection.from_config(loaded.recipe.data, loaded.recipe.tokenizer)) is not None:
        calibrate = [protection.protect(text).text for text in calibrate]
    sources = [ids[:MAX_TOKENS] for ids in source.encode_batch(calibrate)]
    sources = sources if isinstance(source, LabelVocabulary) else [ids for ids in sources if len(ids)]
    if not sources:
        raise DataError(f"{loaded.path}: there is no text to measure the drift on.\n  {_REMEDY}", code="export.no-data")
    return sources


def require_small_drift(
    loaded: LoadedModel,
    name: str,
    exact: Mapping[str, ModelProto],
    rounded: Mapping[str, ModelProto],
    sources: list[list[int]],
    most: float,
) -> Drift:
    """The drift of rounded networks from the exact ones; an error if it is above ``most``."""
    log.say(f"Measuring the drift of {name} from float32.")
    classifies = isinstance(loaded.recipe, ClassificationRecipe)
    both = [
        [
            make_session(graph.SerializeToString(), threads=cores(), where=f"{loaded.path}: {file}")
            for file, graph in networks.items()
            if file in network_files(precision_of(file), classifies=classifies)
        ]
        for networks in (exact, rounded)
    ]
    if isinstance(loaded.recipe, ClassificationRecipe):
        (first,), (second,) = both
        drift = drift_of_labels(OnnxClassifier(first), OnnxClassifier(second), sources)
    else:
        vocabulary = loaded.description.target_vocabulary
        first_stepper, second_stepper = (OnnxStepper(encoder, step, vocabulary) for encoder, step in both)
        assert not isinstance(loaded.recipe, SynthesisRecipe | ForecastingRecipe)  # these have no rounded networks
        config: DecodingConfig = loaded.recipe.decoding
        config = config.model_copy(update={"max_length_extra": min(config.max_length_extra, _LONGEST)})
        drift = drift_of_outputs(first_stepper, second_stepper, sources, config)
    if not drift.mean <= most:  # NaN is too far as well
        raise ModelError(
            f"{loaded.path}: {name} drifts too far from float32: log-probabilities move by {drift};\n"
            f"  {most:g} on average is the limit. Nothing was written. "
            "Leave it out (--no-int8, --weight-dtype float32),\n  or accept it with a larger --max-drift.",
            code="export.drift",
        )
    return drift
