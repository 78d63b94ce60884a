"""Graphs that no model folder holds: with strings, and operators of onnxruntime-extensions."""

from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
from onnx import numpy_helper

from seq2seq.export.onnx.graph import Graph

EXTENSIONS: Final = "ai.onnx.contrib"
"""The domain of onnxruntime-extensions."""
LABELS: Final = "ai.onnx.ml"
"""The domain of tables from names to numbers."""


class StandaloneGraph(Graph):
    """A graph that a program opens by itself, without the checks of model folders."""

    writable: ClassVar = Graph.writable | {
        *("ArgMax", "LabelEncoder", "Range", "RegexFullMatch", "SentencepieceDecoder", "SentencepieceTokenizer"),
        *("StringConcat", "StringRegexReplace", "StringSplit"),
    }
    opsets: ClassVar = {**Graph.opsets, EXTENSIONS: 1, LABELS: 4}

    def strings(self, *values: str) -> str:
        """A constant of strings, (number of values,)."""
        return self._include(numpy_helper.from_array(np.array(values, dtype=object)))

    def replace(self, texts: str, pattern: str, replacement: str) -> str:
        """Replace all matches of a regular expression of RE2 in strings (N,)."""
        given = self.strings(pattern), self.strings(replacement)
        return self.op("StringRegexReplace", texts, *given, domain=EXTENSIONS, global_replace=1)

    def places(self, size: str) -> str:
        """0 ... size - 1 of a () int64."""
        return self.op("Range", self.constant(np.array(0)), size, self.constant(np.array(1)))

    def cut(self, x: str, ends: Sequence[int | None], *, axis: int) -> str:
        """The part of a tensor from one place to another; negative ones count from the end, None is the end."""
        start, end = (np.array([np.iinfo(np.int64).max if place is None else place]) for place in ends)
        return self.op("Slice", x, self.constant(start), self.constant(end), self.constant(np.array([axis])))
