"""Closed vocabularies: labels and tags, each name a token of its own.

They are for names what a sentencepiece model is for text (:mod:`seq2seq.text.tokenizer`), with the same ids for PAD,
UNK, BOS and EOS, so that a label is a target of one token and tags are a source of a few.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from seq2seq import special
from seq2seq.errors import ModelError

_FIRST: Final = len(special.NAMES)


class LabelVocabulary:
    """A closed set of names, in a fixed order.

    Attributes:
        names: the names; that of id i is ``names[i - 4]``.
        separated: whether a text holds any number of them, separated by white space (tags), or is one (a label).
        size: tokens, special ones included.
        fingerprint: SHA-256 of the above, in hexadecimal.
    """

    kind: Final = "names"
    normalisation: Final = "none"

    def __init__(self, names: Sequence[str], *, separated: bool) -> None:
        self.names = tuple(names)
        self.separated = separated
        self.size = _FIRST + len(self.names)
        self.fingerprint = hashlib.sha256(self.to_bytes()).hexdigest()
        self._ids = {name: number for number, name in enumerate(self.names, _FIRST)}

    @classmethod
    def collect(cls, texts: Iterable[str], *, separated: bool) -> "LabelVocabulary":
        """The names that occur, in an order that does not depend on theirs: numbers by value, then text by letter."""
        names: set[str] = set()
        for text in texts:
            names.update(text.split() if separated else [text.strip()])
        names.discard("")
        return cls(sorted(names, key=_order), separated=separated)

    def extended(self, texts: Iterable[str]) -> "LabelVocabulary":
        """These names, followed by those that occur in ``texts`` and are not among them."""
        new = LabelVocabulary.collect(texts, separated=self.separated).names
        return LabelVocabulary(
            [*self.names, *(name for name in new if name not in self._ids)], separated=self.separated
        )

    @classmethod
    def load(cls, path: Path) -> "LabelVocabulary":
        """Read what :meth:`save` wrote; raises :class:`ModelError` if it is missing or damaged."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(list(map(str, content["names"])), separated=bool(content["separated"]))
        except OSError as error:
            raise ModelError(f"{path}: cannot be read: {error.strerror}.", code="model.unreadable") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ModelError(
                f"{path}: not a list of names, or a damaged one. Copy the model folder again.", code="model.damaged"
            ) from error

    def to_bytes(self) -> bytes:
        """As JSON."""
        return json.dumps({"names": self.names, "separated": self.separated}, ensure_ascii=False, indent=1).encode()

    def save(self, path: Path) -> None:
        """Write the names to ``path``."""
        path.write_bytes(self.to_bytes())

    def __reduce__(self) -> tuple[object, tuple[tuple[str, ...]]]:
        """Pickle as the names."""
        return partial(LabelVocabulary, separated=self.separated), (self.names,)

    def __repr__(self) -> str:
        """The number of names, and the start of the fingerprint."""
        return f"LabelVocabulary({len(self.names)} names, {self.fingerprint[:8]})"

    def encode(self, text: str) -> list[int]:
        """Ids of the names in ``text``, UNK for others; the empty list for blank text."""
        names = text.split() if self.separated else [text.strip()]
        return [self._ids.get(name, special.UNK) for name in names if name]

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """:meth:`encode` for many texts."""
        return [self.encode(text) for text in texts]

    def decode(self, ids: Sequence[int]) -> str:
        """The names of ``ids``; special tokens are ignored."""
        return " ".join(self.names[i - _FIRST] for i in ids if i >= _FIRST)

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The tokens themselves."""
        return [special.NAMES[i] if i < _FIRST else self.names[i - _FIRST] for i in ids]

    def normalise(self, text: str) -> str:
        """The names in ``text``, separated by single spaces."""
        return " ".join(text.split()) if self.separated else text.strip()

    def unknown(self, text: str) -> list[str]:
        """The names in ``text`` that are not in the set."""
        found = text.split() if self.separated else [text.strip()]
        return [name for name in found if name and name not in self._ids]

    def is_byte(self, token: int) -> bool:  # noqa: ARG002
        """No name is a byte."""
        return False


def _order(name: str) -> tuple[int, float, str]:
    try:
        value = float(name)
    except ValueError:
        value = math.nan
    # "nan" is a word: as a number it would have no place among the others.
    return (1, 0.0, name) if math.isnan(value) else (0, value, name)
