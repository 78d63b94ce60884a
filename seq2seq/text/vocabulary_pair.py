"""The vocabularies of both sides of an example, in memory and in a folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from seq2seq.errors import ModelError
from seq2seq.text.label_vocabulary import LabelVocabulary
from seq2seq.text.tokenizer import Tokenizer

Vocabulary = Tokenizer | LabelVocabulary
"""What turns one side into ids: pieces of text, or whole names."""


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
    def fingerprint(self) -> str:
        """SHA-256 over both, in hexadecimal."""
        both = f"{self.source.fingerprint} {self.target.fingerprint} {'joint' if self.joint else 'separate'}"
        return hashlib.sha256(both.encode()).hexdigest()

    def save(self, folder: Path) -> None:
        """Write ``tokenizer.model``, or a file for each side, into an existing folder.

        A side of text is ``source.model`` or ``target.model``, one of names ``source.json`` or ``target.json``.
        """
        if self.joint:
            self.source.save(folder / "tokenizer.model")
            return
        for side, vocabulary in (("source", self.source), ("target", self.target)):
            vocabulary.save(folder / f"{side}.{'json' if isinstance(vocabulary, LabelVocabulary) else 'model'}")

    @classmethod
    def load(cls, folder: Path) -> "VocabularyPair":
        """Read what :meth:`save` wrote; raises :class:`ModelError` if a file is missing or damaged."""
        joint = folder / "tokenizer.model"
        if joint.is_file():
            tokenizer = Tokenizer.load(joint)
            return cls(tokenizer, tokenizer)
        paths = [folder / f"{side}.{ending}" for side in ("source", "target") for ending in ("model", "json")]
        if not any(path.is_file() for path in paths):
            raise ModelError(
                f"{folder}: no tokenizer here (tokenizer.model, or source.model and target.model).\n"
                "  A model folder is complete or of no use: copy all of it.",
                code="model.no-tokenizer",
            )
        return cls(_load(folder, "source"), _load(folder, "target"))


def _load(folder: Path, side: str) -> Vocabulary:
    names = folder / f"{side}.json"
    return LabelVocabulary.load(names) if names.is_file() else Tokenizer.load(folder / f"{side}.model")
