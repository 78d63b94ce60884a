"""Texts of examples with symbols in place of what is copied (:mod:`seq2seq.text.protection`)."""

from typing import NamedTuple

import pyarrow as pa

from seq2seq.text.protection import Protection


class Texts(NamedTuple):
    """Texts of both sides, as they are tokenised."""

    source: list[str]
    target: list[str]
    protected: int = 0
    """Spans of the sources that became symbols."""
    rest: int = 0
    """Spans of the sources that remain text: the targets have them more or less often."""


def protected_texts(batch: pa.RecordBatch, protection: Protection | None) -> Texts:
    """The texts of some rows, with symbols if there is a ``protection``."""
    source, target = (batch.column(side).to_pylist() for side in ("source", "target"))
    if protection is None:
        return Texts(source, target)
    pairs = list(map(protection.protect_pair, source, target))
    return Texts(
        [pair.source for pair in pairs],
        [pair.target for pair in pairs],
        sum(pair.protected for pair in pairs),
        sum(pair.rest for pair in pairs),
    )
