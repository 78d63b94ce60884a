"""The weights of several graphs in one file beside them, each stored once, which ONNX Runtime maps into memory."""

from typing import Final

import onnx

from seq2seq.export.onnx.graph import LARGE

_PAGE: Final = 4096
"""Bytes of a page of memory: only what begins with one can be mapped."""


class WeightFile:
    """A file of weights under construction."""

    def __init__(self, name: str) -> None:
        self.name = name
        """Its name, in the folder of the graphs."""
        self._content = bytearray()
        self._places: dict[bytes, int] = {}

    def move(self, model: onnx.ModelProto) -> onnx.ModelProto:
        """A copy of a model whose weights are in this file."""
        moved = onnx.ModelProto()
        moved.CopyFrom(model)
        for tensor in moved.graph.initializer:
            if len(tensor.raw_data) >= LARGE:
                self._move(tensor)
        return moved

    def _move(self, tensor: onnx.TensorProto) -> None:
        content = tensor.raw_data
        if content not in self._places:
            self._content.extend(bytes(-len(self._content) % _PAGE))
            self._places[content] = len(self._content)
            self._content.extend(content)
        place = {"location": self.name, "offset": str(self._places[content]), "length": str(len(content))}
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in place.items():
            tensor.external_data.add(key=key, value=value)

    def to_bytes(self) -> bytes:
        """The content of the file."""
        return bytes(self._content)
