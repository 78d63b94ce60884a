"""What translators, classifiers and generators share: how they take text, and what they say of themselves."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from seq2seq.text.vocabulary_pair import Vocabulary

if TYPE_CHECKING:
    from seq2seq.inference.load import Engine

METHODS: Final = {"translate": "translation", "classify": "classification", "generate": "generation"}
"""The method by which each task's models are used."""


class TextModel:
    """A model with its tokenizers, ready for text."""

    method: str
    """The one of :data:`METHODS` that it has."""
    about: str = ""
    """What the model is, in a line: its name, sides, network and size."""

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        device: str = "auto",
        engine: "Engine" = "auto",
        threads: int | None = None,
        workers: int | None = None,
        shortlist: bool = False,
    ) -> Self:
        """Load a trained model of this task; arguments as those of :func:`seq2seq.load`.

        Raises:
            ModelError: also where the model is for another task.
        """
        from seq2seq.inference.load import open_pipeline, require_kind

        folder, pipeline = open_pipeline(
            path, device=device, engine=engine, threads=threads, workers=workers, shortlist=shortlist
        )
        return require_kind(cls, folder, pipeline)

    def __repr__(self) -> str:
        """``<Translator phrasebook: en → de, …>``, for notebooks and consoles."""
        return f"<{type(self).__name__}{' ' if self.about else ''}{self.about}>"

    if not TYPE_CHECKING:  # a type checker would let any attribute pass

        def __getattr__(self, name: str) -> object:
            """Say which method a model of another task has."""
            if name in METHODS:
                raise AttributeError(
                    f"this model is for {METHODS[self.method]}, not for {METHODS[name]}: call .{self.method}(...)"
                )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


def text_list(texts: Iterable[str]) -> list[str]:
    """Texts as a list, whatever they come in.

    Raises:
        TypeError: one string, which is a sequence of strings too, but hardly ever meant; or an entry that is no text.
    """
    if isinstance(texts, str):
        raise TypeError(f"expected a list of texts, not one string; write [{texts[:20]!r}]")
    found = list(texts)
    for number, text in enumerate(found):
        if not isinstance(text, str):
            raise TypeError(f"expected texts, but number {number} (from 0) is {text!r}, of type {type(text).__name__}")
    return found


def after_prompt(vocabulary: Vocabulary, prompt: str, size: int) -> NDArray[np.bool_] | None:
    """(V,) the ``size`` pieces of which one follows a prompt: behind a space, those that begin a word; None: any."""
    if not prompt[-1:].isspace():
        return None
    found = np.array([piece.startswith("▁") for piece in vocabulary.pieces(range(size))])
    return found if found.any() else None
