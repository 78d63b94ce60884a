"""Exported networks, opened with ONNX Runtime on a CPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from seq2seq.errors import ConfigError, ModelError
from seq2seq.hints import command
from seq2seq.inference.engines.onnx.encoder import OnnxEncoder, source_inputs
from seq2seq.inference.engines.onnx.files import (
    Precision,
    network_file,
    network_files,
    search_files,
    weights_file,
)
from seq2seq.inference.engines.onnx.search_network import ENDS_OF_ONE, SEARCH_ENDS
from seq2seq.inference.engines.onnx.searcher import Fallback, OnnxSearcher, SearchName
from seq2seq.inference.engines.onnx.sessions import REMEDY, CheckedFiles, open_session
from seq2seq.inference.engines.onnx.stepper import COLUMNS, DISTRIBUTION, OnnxStepper
from seq2seq.model_folder.layout import SHORTLIST, WEIGHTS, check_digests
from seq2seq.model_folder.read import ModelFolder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from seq2seq.inference.engines.onnx.forecaster import OnnxForecaster
    from seq2seq.inference.engines.onnx.shortlist import Shortlist
    from seq2seq.inference.engines.onnx.synthesizer import OnnxSynthesizer


class OnnxClassifier:
    """The graph of a classifier, for :class:`~seq2seq.inference.classifier.TextClassifier`."""

    def __init__(self, session: InferenceSession) -> None:
        self._session = session

    def logits(self, sources: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """(N, C) logits of N sources, token ids without EOS, or vectors."""
        (logits,) = self._session.run(["logits"], source_inputs(sources))
        return np.asarray(logits, dtype=np.float64)


def open_network(
    folder: ModelFolder,
    precision: Precision,
    *,
    threads: int,
    shortlist: bool = False,
    fallback: Fallback | None = None,
) -> OnnxStepper | OnnxSearcher | OnnxClassifier | OnnxSynthesizer | OnnxForecaster:
    """The exported networks of a model folder, for search, a classifier, vectors or forecasts.

    Args:
        folder: of the model.
        precision: of the export.
        threads: on the CPU, for one call; calls may come from several threads at once.
        shortlist: whether to search over a shortlist of target tokens.
        fallback: for networks that cannot be opened when they are first used.

    Raises:
        ModelError: a file is missing, damaged, or of another model.
        ConfigError: a model that writes numbers, in 8 bits.
    """
    inference = folder.inference
    classifies, numeric = inference.task == "classification", inference.writes_numbers
    if numeric and precision != "onnx":
        problem = f"{folder.path} writes numbers, and is exported in float32 alone; choose --engine onnx"
        raise ConfigError("engine", [problem], code="inference.engine")
    files = network_files(precision, classifies=classifies, shortlist=shortlist)
    of_searches = {} if classifies or numeric else search_files(precision, shortlist=shortlist)
    later = [
        name
        for name in (weights_file(precision), *of_searches.values())
        if name in inference.files or (folder.path / name).exists()
    ]
    require_network(folder.path, [*files, *later, *([SHORTLIST] if shortlist else [])], inference.files)
    checked = CheckedFiles(folder.path, {*files, *later, WEIGHTS})
    vectors = inference.source_vocabulary if inference.vectors else None
    if classifies:
        return open_classifier(folder.path, precision, inference.labels, vectors, threads=threads)
    if inference.task == "forecasting":
        from seq2seq.inference.engines.onnx.forecaster import OnnxForecaster
        from seq2seq.series.steps import OWN

        channels = folder.tokenizers.channels
        size = OWN * channels + inference.source_vocabulary - channels
        return OnnxForecaster(*_open_numeric(checked, {"source": [size], "lengths": []}, size, threads=threads))
    if numeric:
        from seq2seq.inference.engines.onnx.synthesizer import OnnxSynthesizer

        size = inference.target_vocabulary
        return OnnxSynthesizer(*_open_numeric(checked, {"source": []}, size, threads=threads))
    sizes = inference.source_vocabulary, inference.target_vocabulary
    lists = None
    if shortlist:
        from seq2seq.inference.engines.onnx.shortlist import open_shortlist

        lists = open_shortlist(folder.path, sizes, int8=precision == "onnx-int8")
    encoder = open_encoder(folder.path, precision, vectors, threads=threads)
    open_steps = partial(open_stepper, checked, precision, encoder, sizes[1], threads=threads, shortlist=lists)
    names = [name for name, file in of_searches.items() if file in later]
    if not names:
        return open_steps()
    open_whole = partial(open_search, checked, precision, encoder, threads=threads, shortlist=lists)
    return OnnxSearcher(sizes[1], OnnxEncoder(encoder), open_steps, open_whole, names, lists, fallback=fallback)


def open_encoder(folder: Path, precision: Precision, vectors: int | None = None, *, threads: int) -> InferenceSession:
    """The graph that encodes sources: tokens, or ``vectors`` of so many numbers.

    Raises:
        ModelError: it is missing, damaged, or of another model.
    """
    session = open_session(folder, network_file("encoder", precision), threads=threads)
    if not _reads(session, vectors) or not _after(session):
        raise _mismatch(folder, network_file("encoder", precision))
    return session


def open_search(
    checked: CheckedFiles,
    precision: Precision,
    encoder: InferenceSession,
    name: SearchName,
    *,
    threads: int,
    shortlist: Shortlist | None = None,
) -> InferenceSession:
    """The graph of a whole search, over a shortlist if there is one.

    Raises:
        ModelError: it is missing, damaged, or of another model.
    """
    file = search_files(precision, shortlist=shortlist is not None)[name]
    session = checked.open(file, threads=threads)
    if name in ENDS_OF_ONE:
        inputs, outputs = ENDS_OF_ONE[name]
        if _names(session.get_inputs()) != inputs or _names(session.get_outputs()) != outputs:
            raise _mismatch(checked.folder, file)
        return session
    inputs, outputs = SEARCH_ENDS[name]
    inputs |= _names(encoder.get_outputs())
    if shortlist is not None:
        inputs |= {"shortlist.ids", *_shortlist_inputs(precision)}
    found = _names(session.get_outputs()) - {"attention"}
    mixed = _names(session.get_inputs()) != inputs or found != outputs | _after(encoder)
    if mixed or not _fits(session, encoder, shortlist):
        raise _mismatch(checked.folder, file)
    return session


def open_stepper(
    checked: CheckedFiles,
    precision: Precision,
    encoder: InferenceSession,
    vocabulary: int,
    *,
    threads: int,
    shortlist: Shortlist | None = None,
) -> OnnxStepper:
    """The networks of a translator or generator with V target tokens; see :func:`open_network`.

    Raises:
        ModelError: a graph is missing, damaged, or of another model.
    """
    _, name = network_files(precision, classifies=False, shortlist=shortlist is not None)
    step = checked.open(name, threads=threads)
    inputs = {"tokens", "width", *_names(encoder.get_outputs())}
    if shortlist is not None:
        inputs |= _shortlist_inputs(precision)
    if _names(step.get_inputs()) - {COLUMNS} != inputs or not _fits(step, encoder, shortlist):
        raise _mismatch(checked.folder, name)
    if _names(step.get_outputs()) - {"attention", DISTRIBUTION} != {"log_probs", "ids", *_after(encoder)}:
        raise _mismatch(checked.folder, name)
    return OnnxStepper(encoder, step, vocabulary, shortlist)


def open_classifier(
    folder: Path, precision: Precision, labels: int, vectors: int | None = None, *, threads: int
) -> OnnxClassifier:
    """The network of a classifier with C labels, which reads tokens, or ``vectors`` of so many numbers.

    Errors as those of :func:`open_network`.
    """
    (name,) = network_files(precision, classifies=True)
    session = open_session(folder, name, threads=threads)
    outputs = session.get_outputs()
    if not _reads(session, vectors) or _names(outputs) != {"logits"} or outputs[0].shape[1:] != [labels]:
        raise _mismatch(folder, name)
    return OnnxClassifier(session)


def _open_numeric(
    checked: CheckedFiles, inputs: Mapping[str, list[int]], size: int, *, threads: int
) -> tuple[InferenceSession, InferenceSession]:
    """The encoder and the step of a network whose output is numbers.

    Args:
        checked: the files.
        inputs: of the encoder, with their sizes after batch and length.
        size: numbers that are read per step.
        threads: on the CPU.

    Raises:
        ModelError: a graph is missing, damaged, or of another model.
    """
    encoder_file, step_file = network_files("onnx", classifies=False)
    encoder, step = (checked.open(name, threads=threads) for name in (encoder_file, step_file))
    read = {one.name: one.shape[2:] for one in encoder.get_inputs()}
    if read != inputs or not _after(encoder):
        raise _mismatch(checked.folder, encoder_file)
    sizes = {one.name: one.shape[2:] for one in step.get_inputs()}
    fits = sizes.get("read") == [size] and sizes.keys() == {"read", *_names(encoder.get_outputs())}
    if not fits or not _fits(step, encoder, None) or _names(step.get_outputs()) != {"parameters", *_after(encoder)}:
        raise _mismatch(checked.folder, step_file)
    return encoder, step


def require_network(folder: Path, names: Sequence[str], expected: Mapping[str, str]) -> None:
    """Check that the files of an exported network are in a model folder, and have the digests in ``config.json``.

    Raises:
        ModelError: a file is missing, damaged, or of another model.
    """
    for name in names:
        if not (folder / name).exists():
            raise ModelError(
                f"{folder / name}: missing; the model folder does not hold this export.\n"
                f"  Write it with: {command('export', folder)}\n  or use the weights with --engine torch.",
                code="model.not-exported",
            )
    try:
        check_digests(folder, expected, names)
    except ModelError as error:
        raise ModelError(f"{error}\n  Or {REMEDY}.", code=error.code) from error


def _shortlist_inputs(precision: Precision) -> set[str]:
    return {"shortlist.weight", "shortlist.bias", *(["shortlist.scale"] if precision == "onnx-int8" else [])}


def _fits(session: InferenceSession, encoder: InferenceSession, shortlist: Shortlist | None) -> bool:
    """Whether a graph reads tensors of the sizes that the encoder writes, and multiplies the rows of a shortlist."""
    shapes = {end.name: end.shape for end in session.get_inputs()}
    rows = [shapes["shortlist.weight"][0]] if "shortlist.weight" in shapes else []
    of_all = [zip(end.shape, shapes[end.name], strict=False) for end in encoder.get_outputs()]
    # names of sizes, where they are not fixed, may be any
    differ = any(isinstance(one, int) and isinstance(other, int) and one != other for of in of_all for one, other in of)
    return not differ and rows == ([] if shortlist is None else [len(shortlist.weight)])


def _reads(session: InferenceSession, vectors: int | None) -> bool:
    """Whether a graph reads tokens, or ``vectors`` of so many numbers, and nothing else."""
    wanted = {"source": []} if vectors is None else {"source": [vectors], "lengths": []}
    return {one.name: one.shape[2:] for one in session.get_inputs()} == wanted


def _names(ends: Sequence[object]) -> set[str]:
    return {str(getattr(end, "name", "")) for end in ends}


def _after(encoder: InferenceSession) -> set[str]:
    """The names of the states after a step."""
    states = [name for name in _names(encoder.get_outputs()) if name.startswith("state.")]
    return {name.replace("state.", "after.") for name in states}


def _mismatch(folder: Path, name: str) -> ModelError:
    message = f"{folder / name}: does not fit the other networks, or is not of this program: {REMEDY}."
    return ModelError(message, code="model.mixed-networks")
