"""Checks an exported network before ONNX Runtime opens it, since anybody may have written it.

ONNX is a Protocol Buffers message. Only its structure is read here (the package `onnx`, which could read all of it, is
not needed to run a network), and everything that `seq2seq export` does not write is refused. Field numbers are those of
onnx.proto.
"""

import mmap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seq2seq.errors import ModelError

LOOP: Final = "Loop"
"""The operator around the decoder's step in a whole search."""
TRIPS: Final = "trips"
"""Input of a whole search: the most steps that it may take. The number of trips of a loop must be this one."""
OPERATORS: Final = frozenset(
    {
        *("Abs", "Add", "And", "Cast", "Concat", "CumSum", "Div", "Equal", "Exp", "Expand", "Gather"),
        *("GatherElements", "GatherND", "Greater", "GreaterOrEqual", "Identity", "LayerNormalization", "Less"),
        *("LessOrEqual", "LogSoftmax", LOOP, "MatMul", "MatMulIntegerToFloat", "Max", "Min", "Mul", "Neg", "Not"),
        *("Or", "QuantizeLinear", "ReduceMax", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Scan", "Shape"),
        *("Sigmoid", "Slice", "Softmax", "Softplus", "Split", "Squeeze", "Sub", "Tanh", "TopK", "Transpose"),
        *("Unsqueeze", "Where"),
    }
)
"""All operators that `seq2seq export` writes. All terminate: Scan takes one step per row of a tensor."""
PLUGIN_OPERATORS: Final = frozenset(
    {
        *("Ceil", "Clip", "Elu", "Erf", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Log"),
        *("Mish", "Pow", "Reciprocal", "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMin"),
        *("ReduceProd", "ReduceSumSquare", "Selu", "Sign", "Softsign", "Sqrt"),
    }
)
"""Further operators, for components of other packages and exports of earlier releases: elementwise, and reductions to
at most their input size."""
_DOMAINS: Final = frozenset({"", "ai.onnx", "com.microsoft"})
_MOST_FIELDS: Final = 500_000
"""Most fields of a file; our networks have some thousands."""
_DEEPEST: Final = 20
"""Deepest nesting of messages."""
_LONGEST_NAME: Final = 100
"""Most bytes of an operator's name that are read."""
_GRAPH_DEPTH: Final = 1
"""Nesting of a model's own graph."""
_NODE_DEPTH: Final = 2
"""Nesting of the nodes and initialisers of a model's own graph, those of no body."""
_MOST_DIGITS: Final = 20
"""Of a place in a file; longer text would be read in part only."""
_PLACE: Final = frozenset({"location", "offset", "length"})
"""What is said of numbers in another file."""
_EXTERNAL: Final = 1
"""The mark of such numbers."""
_Value = int | tuple[int, int]
"""A number, or the place of text, bytes or a message."""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

_MESSAGES: Final[Mapping[str, Mapping[int, str]]] = {
    "ModelProto": {7: "GraphProto"},
    "GraphProto": {1: "NodeProto", 5: "TensorProto", 15: "SparseTensorProto"},
    "NodeProto": {5: "AttributeProto"},
    "AttributeProto": {
        **{5: "TensorProto", 6: "GraphProto", 10: "TensorProto", 11: "GraphProto"},
        **{22: "SparseTensorProto", 23: "SparseTensorProto"},
    },
    "SparseTensorProto": {1: "TensorProto", 2: "TensorProto"},
    "TensorProto": {},
}
"""The message types of fields, as far as they are checked."""


class _RefusedError(Exception):
    """Why a graph is refused."""


@dataclass(frozen=True)
class _Weights:
    """The file of weights that a graph may read."""

    name: str
    size: int


def require_safe(file: Path, weights: Path | None = None) -> None:
    """Refuse a graph that could read other files or never end, or that `seq2seq export` does not write.

    Args:
        file: of the graph.
        weights: the one file whose numbers it may use, beside it; None: there is none.

    Raises:
        ModelError: it has other external data, functions, a loop without a bound, or an operator of none of the sets
            above; or it is no ONNX graph.
    """
    try:
        allowed = None if weights is None else _Weights(weights.name, weights.stat().st_size)
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            _Graph(content, allowed).check("ModelProto", 0, len(content))
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}).", code="model.unreadable") from error
    except (ValueError, _RefusedError) as error:  # an empty file cannot be mapped
        reason = error if isinstance(error, _RefusedError) else "it is empty"
        message = f"{file}: ONNX Runtime cannot use it ({reason}).\n  {_REMEDY}"
        raise ModelError(message, code="model.unusable-network") from error


_REMEDY: Final = (
    "Damaged, or not written by this program: export the model again (seq2seq export), or use the weights "
    "with --engine torch."
)


class _Graph:
    """A file that is checked message by message."""

    def __init__(self, content: mmap.mmap, weights: _Weights | None) -> None:
        self._content = content
        self._weights = weights
        self._left = _MOST_FIELDS
        self._gives_trips = False

    def check(self, kind: str, start: int, end: int, depth: int = 0) -> None:
        """Refuse a message, or one of those in it."""
        if depth > _DEEPEST:
            raise _RefusedError("not a network of this program: nested too deeply")
        fields = list(self._fields(start, end))
        if kind == "GraphProto" and depth == _GRAPH_DEPTH:
            self._gives_trips = self._is_given(TRIPS, fields)
        if kind == "NodeProto":
            self._check_loop(fields, depth)
        if kind == "TensorProto":
            self._check_place(fields, depth)
        for number, value in fields:
            self._check_field(kind, number, value)
            inner = _MESSAGES[kind].get(number)
            if inner is not None:
                if isinstance(value, int):
                    raise _RefusedError("not an ONNX graph")
                self.check(inner, *value, depth + 1)

    def _check_field(self, kind: str, number: int, value: _Value) -> None:
        match kind, number:
            case "NodeProto", 4 if (name := self._text(value)) not in OPERATORS | PLUGIN_OPERATORS:
                raise _RefusedError(f"it has the operator {name!r}, which seq2seq export does not write")
            case "NodeProto", 7 if (name := self._text(value)) not in _DOMAINS:
                raise _RefusedError(f"it has operators of {name!r}, which seq2seq export does not write")
            case "ModelProto", 20 | 25:  # training_info, functions
                raise _RefusedError("it has functions, which seq2seq export does not write")

    def _check_loop(self, fields: Sequence[tuple[int, _Value]], depth: int) -> None:
        """Refuse a loop in another's body, or one whose number of trips is not given when the graph runs."""
        if all(self._text(value) != LOOP for number, value in fields if number == 4):  # op_type
            return
        inputs = [self._text(value) for number, value in fields if number == 1]
        if depth != _NODE_DEPTH or inputs[:1] != [TRIPS] or not self._gives_trips:
            raise _RefusedError(f"it has a loop whose trips are not bounded by its input {TRIPS!r}")

    def _is_given(self, name: str, fields: Sequence[tuple[int, _Value]]) -> bool:
        """Whether a tensor of the model's own graph is an input that has no other value."""
        inputs = {self._name(value, 1) for number, value in fields if number == 11}
        constants = {self._name(value, 8) for number, value in fields if number == 5}
        return name in inputs - constants

    def _name(self, value: _Value, field: int) -> str:
        """The name of a ValueInfoProto or TensorProto."""
        if isinstance(value, int):
            raise _RefusedError("not an ONNX graph")
        return next((self._text(part) for number, part in self._fields(*value) if number == field), "")

    def _check_place(self, fields: Sequence[tuple[int, _Value]], depth: int) -> None:
        """Refuse numbers of another file than that of the weights, or beyond its end."""
        entries = [value for number, value in fields if number == 13]  # external_data
        marks = [value for number, value in fields if number == 14]  # data_location
        if not entries and not any(marks):
            return
        place = dict(self._entry(value) for value in entries)
        weights = self._weights
        known = marks == [_EXTERNAL] and set(place) == _PLACE and len(place) == len(entries)
        if weights is None or depth != _NODE_DEPTH or not known:
            raise _RefusedError("it stores numbers in another file (external data), and no other file is read")
        if place["location"] != weights.name:
            raise _RefusedError(f"it stores numbers in another file (external data) than {weights.name}")
        numbers = [place[name] for name in ("offset", "length")]
        if not all(number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS for number in numbers):
            raise _RefusedError("not an ONNX graph")
        if int(place["offset"]) + int(place["length"]) > weights.size:
            raise _RefusedError(f"it stores numbers beyond the end of {weights.name} (external data)")

    def _entry(self, value: _Value) -> tuple[str, str]:
        """Key and value of a StringStringEntryProto."""
        if isinstance(value, int):
            raise _RefusedError("not an ONNX graph")
        entry = {number: self._text(part) for number, part in self._fields(*value)}
        return entry.get(1, ""), entry.get(2, "")

    def _text(self, value: _Value) -> str:
        if isinstance(value, int):
            raise _RefusedError("not an ONNX graph")
        start, end = value
        return self._content[start : min(end, start + _LONGEST_NAME)].decode(errors="replace")

    def _fields(self, start: int, end: int) -> Iterator[tuple[int, _Value]]:
        """The fields of a message: their numbers with a value, or the place of text, bytes or a message.

        Encodings that other parsers may read differently (groups, overlong numbers) are refused.
        """
        place = start
        while place < end:
            self._left -= 1
            if self._left < 0:
                raise _RefusedError(f"not a network of this program: more than {_MOST_FIELDS:,} parts")
            tag, place = self._varint(place, end, 5)
            number, wire = tag >> 3, tag & 7
            if wire == _VARINT:
                value, place = self._varint(place, end, 10)
                yield number, value
                continue
            if wire == _BYTES:
                size, place = self._varint(place, end, 5)
            elif wire in (_FIXED64, _FIXED32):
                size = 8 if wire == _FIXED64 else 4
            else:
                raise _RefusedError("not an ONNX graph")
            if number == 0 or place + size > end:
                raise _RefusedError("not an ONNX graph, or cut short")
            yield number, (place, place + size)
            place += size

    def _varint(self, place: int, end: int, longest: int) -> tuple[int, int]:
        """A number of at most ``longest`` bytes, and the place after it."""
        value = 0
        for index, byte in enumerate(self._content[place : min(place + longest, end)]):
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80 and (longest > 5 or value < 1 << 32):
                return value, place + index + 1
        raise _RefusedError("not an ONNX graph, or cut short")
