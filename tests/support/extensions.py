"""onnxruntime-extensions, whose operators read and write strings, as a program that knows nothing of us opens them."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime import InferenceSession, SessionOptions


def library() -> Path:
    """The shared library of the operators."""
    from onnxruntime_extensions import get_library_path

    return Path(get_library_path())


def opened(graph: onnx.ModelProto | Path) -> InferenceSession:
    """A graph with strings, on one thread."""
    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.register_custom_ops_library(str(library()))
    return InferenceSession(str(graph) if isinstance(graph, Path) else graph.SerializeToString(), options)


def answers(session: InferenceSession, texts: list[str]) -> dict[str, list[Any]]:
    """The outputs for texts, by name."""
    names = [end.name for end in session.get_outputs()]
    found = session.run(names, {"text": np.array(texts, dtype=object)})
    return {name: values.tolist() for name, values in zip(names, found, strict=True)}
