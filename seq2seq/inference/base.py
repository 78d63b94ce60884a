"""Common base of translators, classifiers, generators, synthesizers and forecasters."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from seq2seq import hints
from seq2seq.errors import ConfigError, ModelError
from seq2seq.inference.engines.open import Engine, EngineOptions, open_engine
from seq2seq.model_folder.read import ModelFolder, read_folder
from seq2seq.text.vocabulary.pair import Vocabulary, VocabularyPair

METHODS: Final = {
    "translate": "translation", "classify": "classification", "generate": "generation", "forecast": "forecasting",
}  # fmt: skip
"""The usual task of each method by which models are used; synthesizers generate, too."""


class TextModel(ABC):
    """A model with its tokenizers, ready for text (or for series)."""

    task: str
    method: str
    """The method of this class, one of :data:`METHODS`."""
    about: str = ""
    """The model in a line: name, sides, network and size."""

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        device: str = "auto",
        engine: Engine = "auto",
        threads: int | None = None,
        workers: int | None = None,
        shortlist: bool = False,
    ) -> Self:
        """Load a trained model of this task; arguments as those of :func:`seq2seq.load`.

        Raises:
            ModelError: also where the model is for another task.
        """
        _, model = cls.open(path, device=device, engine=engine, threads=threads, workers=workers, shortlist=shortlist)
        return model

    @classmethod
    def open(cls, path: str | Path, **options: Unpack[EngineOptions]) -> tuple[ModelFolder, Self]:
        """:meth:`load`, with the folder that it was loaded from."""
        return read_folder(path, lambda folder: (folder, cls.build(folder, options)))

    @classmethod
    def build(cls, folder: ModelFolder, options: EngineOptions) -> Self:
        """The model of a folder that has been read.

        Raises:
            ModelError: it is for another task; says which command it is used with. Or a file of it is damaged.
        """
        if folder.inference.task != cls.task:
            raise ModelError(
                f"{folder.path}: a model for {folder.recipe.task}.\n"
                f"  Use it with: {hints.command(folder.recipe.command, folder.path)}",
                code="model.other-task",
            )
        network, workers = open_engine(folder, options)
        model = cls.from_folder(folder, network, workers=workers)
        model.about = folder.inference.summary
        return model

    @classmethod
    @abstractmethod
    def from_folder(cls, folder: ModelFolder, network: Any, *, workers: int) -> Self:
        """The model of a folder whose network is open."""

    def __repr__(self) -> str:
        """``<Translator phrasebook: en → de, …>``, for notebooks and consoles."""
        return f"<{type(self).__name__}{' ' if self.about else ''}{self.about}>"

    if not TYPE_CHECKING:  # a type checker would let any attribute pass

        def __getattr__(self, name: str) -> object:
            """Say which method a model of another task has."""
            if name in METHODS:
                problem = f"this model is for {self.task}, not for {METHODS[name]}: call .{self.method}(...)"
                raise AttributeError(problem)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


def text_list(texts: Iterable[str]) -> list[str]:
    """Texts as a list.

    Raises:
        TypeError: ``texts`` is one string, which is probably a mistake; or an entry is not a string.
    """
    if isinstance(texts, str):
        raise TypeError(f"expected a list of texts, not one string; write [{texts[:20]!r}]")
    entries = list(texts)
    for number, text in enumerate(entries):
        if not isinstance(text, str):
            raise TypeError(f"expected texts, but number {number} (from 0) is {text!r}, of type {type(text).__name__}")
    return entries


def require_text(tokenizers: VocabularyPair, purpose: str) -> None:
    """Refuse a model that reads vectors, for a ``purpose`` that needs text.

    Raises:
        ConfigError: it does.
    """
    if tokenizers.reads_vectors:
        problem = f"reads sequences of vectors of numbers, and {purpose}"
        raise ConfigError("model", [problem], code="inference.no-text")


def after_prompt(vocabulary: Vocabulary, prompt: str, size: int) -> NDArray[np.bool_] | None:
    """(V,) which of the ``size`` pieces may follow a prompt: after a space, those that begin a word; None: any."""
    if not prompt[-1:].isspace():
        return None
    begins_word = np.array([piece.startswith("▁") for piece in vocabulary.pieces(range(size))])
    return begins_word if begins_word.any() else None
