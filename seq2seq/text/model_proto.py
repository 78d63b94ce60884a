"""Facts in a sentencepiece model that its processor does not give, and adding pieces to one.

A ``.model`` file is a Protocol Buffers message (``sentencepiece_model.proto``). The module that sentencepiece generates
from it (``sentencepiece_model_pb2``) imports with few versions of protobuf (that of 0.2.3 with 7.36.1 or newer), and
sentencepiece requires none of them; so the fields that are needed are read here, and pieces are appended.

Wire format: a field is a varint ``number << 3 | wire type`` and a value; wire type 0 is a varint, 1 eight bytes, 2 a
varint length and as many bytes, 5 four bytes.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_PIECES: Final = 1
_TRAINER_SPEC: Final = 2
_NORMALIZER_SPEC: Final = 3
_MODEL_TYPE: Final = 3  # in TrainerSpec
_VOCABULARY: Final = 4  # in TrainerSpec
_NAME: Final = 1  # in NormalizerSpec
_TYPE: Final = 3  # in SentencePiece
_USER_DEFINED: Final = 4
_SYMBOL: Final = bytes([_TYPE << 3, _USER_DEFINED])
"""The field of a piece that makes it a symbol."""
_KINDS: Final = {1: "unigram", 2: "bpe", 3: "word", 4: "char"}


class Description(NamedTuple):
    """Facts that a model states about itself."""

    kind: str
    """``unigram``, ``bpe``, ``word`` or ``char``."""
    normalisation: str
    """Name of the normalisation rule, such as ``nmt_nfkc``; the rule itself is in the model too."""
    symbols: tuple[str, ...] = ()
    """Pieces that text is never split within, nor normalised (``user_defined_symbols``)."""


def describe(model: bytes) -> Description:
    """Read the facts out of a serialised model that sentencepiece has already accepted."""
    kind, normalisation = 1, ""  # unigram is the default of the proto, which a writer may leave out
    symbols = []
    for number, value in _fields(model):
        if number == _TRAINER_SPEC and isinstance(value, bytes):
            kind = next((v for n, v in _fields(value) if n == _MODEL_TYPE and isinstance(v, int)), kind)
        elif number == _NORMALIZER_SPEC and isinstance(value, bytes):
            name = next((v for n, v in _fields(value) if n == _NAME and isinstance(v, bytes)), b"")
            normalisation = name.decode()
        elif number == _PIECES and isinstance(value, bytes) and _SYMBOL in value:
            piece = dict(_fields(value))
            if piece.get(_TYPE) == _USER_DEFINED and isinstance(spelt := piece.get(1), bytes):
                symbols.append(spelt.decode())
    return Description(_KINDS[kind], normalisation or "unnamed", tuple(symbols))


def append_pieces(
    model: bytes, pieces: Iterable[tuple[str, float]], symbols: Iterable[str] = (), *, size: int
) -> bytes:
    """A serialised model with more pieces at the end; those that it has keep their ids.

    Concatenated messages are read as one: repeated fields add up, of others the last counts.

    Args:
        model: the model.
        pieces: the new pieces and their scores (log-probabilities, or minus the rank among the merges).
        symbols: pieces that text is never split within, after the others.
        size: how many there are then, for the record.
    """
    parts = [_scored(piece, score) for piece, score in pieces] + [_scored(piece, 0.0) + _SYMBOL for piece in symbols]
    added = b"".join(_delimited(_PIECES, part) for part in parts)
    return model + added + _delimited(_TRAINER_SPEC, bytes([_VOCABULARY << 3]) + _as_varint(size))


def _scored(piece: str, score: float) -> bytes:
    """The fields of a piece."""
    return _delimited(1, piece.encode()) + bytes([2 << 3 | 5]) + struct.pack("<f", score)


def _delimited(number: int, value: bytes) -> bytes:
    """A field that holds bytes, text or a message."""
    return bytes([number << 3 | 2]) + _as_varint(len(value)) + value


def _as_varint(value: int) -> bytes:
    """A number in groups of seven bits, the lowest first."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Every (field number, value) of a message: varints as int, everything else as bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if wire == 2:
            length, at = _varint(message, at)
        else:
            length = {1: 8, 5: 4}[wire]
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The varint at offset ``at``, and the offset after it."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at
