"""The vocabularies of both sides of an example, in memory and in a folder."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from seq2seq.errors import ModelError
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.channels import ENDING, Channels
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.series import FILE as SERIES
from seq2seq.text.vocabulary.series import SeriesFormat


class Vocabulary(Protocol):
    """One side of an example as token ids, of which the first are those of :mod:`seq2seq.special`.

    :class:`Tokenizer` and :class:`LabelVocabulary` are such, and so is any object with these members; so are
    :class:`Channels` and :class:`SeriesFormat`, whose steps are vectors in the place of ids. Only these four can be
    read back from a model folder.
    """

    @property
    def kind(self) -> str:
        """Kind of tokens, such as ``bpe`` or ``names``."""

    @property
    def normalisation(self) -> str:
        """Name of the rule that :meth:`normalise` follows."""

    @property
    def size(self) -> int:
        """Number of tokens, special ones included."""

    @property
    def fingerprint(self) -> str:
        """Digest of all that decides the ids, in hexadecimal."""

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, without BOS and EOS."""

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """:meth:`encode` for many texts."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids; PAD, BOS and EOS are ignored."""

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """The tokens, one string per id."""

    def normalise(self, text: str) -> str:
        """The part of a text that :meth:`decode` can restore from its ids."""

    def unknown(self, text: str) -> list[str]:
        """The parts of a text that become UNK, in order."""

    def is_byte(self, token: int) -> bool:
        """Whether a token is one byte of a character that the vocabulary lacks."""

    def to_bytes(self) -> bytes:
        """The vocabulary, serialised."""

    def save(self, path: Path) -> None:
        """Write the vocabulary to a file."""


@dataclass(frozen=True)
class VocabularyPair:
    """The vocabularies of both sides; the same object twice when they are joint."""

    source: Vocabulary
    target: Vocabulary

    @property
    def joint(self) -> bool:
        """Whether both sides share one vocabulary."""
        return self.source is self.target

    @property
    def season(self) -> int:
        """Steps per season, of series; 1: there is none, or there are no series."""
        return self.source.season if isinstance(self.source, SeriesFormat) else 1

    @property
    def channels(self) -> int:
        """Channels of series that are read together; 1 of others."""
        return self.source.width if isinstance(self.source, SeriesFormat) else 1

    @property
    def reads_vectors(self) -> bool:
        """Whether sources are sequences of vectors."""
        return isinstance(self.source, Channels)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over both, in hexadecimal."""
        both = f"{self.source.fingerprint} {self.target.fingerprint} {'joint' if self.joint else 'separate'}"
        return hashlib.sha256(both.encode()).hexdigest()

    def save(self, folder: Path) -> None:
        """Write ``tokenizer.model``, or a file for each side, into an existing folder; of series, ``series.json``.

        A side of text is ``source.model`` or ``target.model``, one of names ``source.json`` or ``target.json``, and one
        of vectors ``source.channels.json`` or ``target.channels.json``.
        """
        if self.joint:
            self.source.save(folder / joint_file(self.source))
            return
        for side, vocabulary in (("source", self.source), ("target", self.target)):
            vocabulary.save(folder / f"{side}.{ending_of(vocabulary)}")

    @classmethod
    def load(cls, folder: Path) -> "VocabularyPair":
        """Read what :meth:`save` wrote; raises :class:`ModelError` if a file is missing or damaged."""
        joint = folder / "tokenizer.model"
        if joint.is_file():
            tokenizer = Tokenizer.load(joint)
            return cls(tokenizer, tokenizer)
        if (folder / SERIES).is_file():
            series = SeriesFormat.load(folder / SERIES)
            return cls(series, series)
        paths = [folder / f"{side}.{ending}" for side in ("source", "target") for ending in ("model", "json", ENDING)]
        if not any(path.is_file() for path in paths):
            raise ModelError(
                f"{folder}: no tokenizer here (tokenizer.model, or source.model and target.model).\n"
                "  A model folder is complete or of no use: copy all of it.",
                code="model.no-tokenizer",
            )
        return cls(_load(folder, "source"), _load(folder, "target"))


def joint_file(vocabulary: Vocabulary) -> str:
    """File of a vocabulary that is joint."""
    return SERIES if isinstance(vocabulary, SeriesFormat) else "tokenizer.model"


def ending_of(vocabulary: Vocabulary) -> str:
    """Ending of the file of a vocabulary that is not joint."""
    match vocabulary:
        case LabelVocabulary():
            return "json"
        case Channels():
            return ENDING
        case _:
            return "model"


def _load(folder: Path, side: str) -> Vocabulary:
    names, channels = folder / f"{side}.json", folder / f"{side}.{ENDING}"
    if channels.is_file():
        return Channels.load(channels)
    return LabelVocabulary.load(names) if names.is_file() else Tokenizer.load(folder / f"{side}.model")
