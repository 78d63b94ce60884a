"""Graphs of ONNX Runtime, opened from files that were not replaced meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq.errors import ModelError, reason_of
from seq2seq.inference.engines.onnx.files import precision_of, weights_file
from seq2seq.inference.engines.onnx.safety import require_safe
from seq2seq.inference.engines.onnx.searcher import REPLACED
from seq2seq.model_folder.layout import require_file

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

REMEDY: Final = "export the model again (seq2seq export), or use the weights with --engine torch"


class CheckedFiles:
    """Files of a model folder that were read when the model was loaded, or are opened when they are first used."""

    def __init__(self, folder: Path, names: Collection[str]) -> None:
        self.folder = folder
        self._seen = {name: _identity(folder / name) for name in names}

    def open(self, name: str, *, threads: int) -> InferenceSession:
        """Open a graph.

        Raises:
            ModelError: it is unsafe or cannot be opened, or a file was replaced after the model had been loaded.
        """
        try:
            session = open_session(self.folder, name, threads=threads)
        except ModelError:
            self._require_unchanged()
            raise
        self._require_unchanged()
        return session

    def _require_unchanged(self) -> None:
        if any(_identity(self.folder / name) != seen for name, seen in self._seen.items()):
            message = f"{self.folder}: the model was replaced after it had been loaded; load it again."
            raise ModelError(message, code=REPLACED)


def _identity(file: Path) -> tuple[int, ...]:
    """What changes when a file is replaced or written."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def open_session(model: Path, name: str, *, threads: int) -> InferenceSession:
    """Open one graph of a model folder, after checking that `seq2seq export` could have written it.

    Raises:
        ModelError: the graph is unsafe, or cannot be opened.
    """
    file = require_file(model, name)
    weights = weights_file(precision_of(name))
    require_safe(file, require_file(model, weights) if (model / weights).exists() else None)
    return make_session(str(file), threads=threads, where=str(file))


def make_session(graph: str | bytes, *, threads: int, where: str) -> InferenceSession:
    """Open a graph, from its file or from memory.

    Raises:
        ModelError: it is not a valid graph.
    """
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Batches and steps differ in shape: reused buffers never fit, and cost 50 MB without saving time.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 4  # its messages are in the error
    try:
        return InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no other common class
        message = f"{where}: ONNX Runtime cannot use it ({reason_of(error)}).\n  Damaged: {REMEDY}."
        raise ModelError(message, code="model.unusable-network") from error
