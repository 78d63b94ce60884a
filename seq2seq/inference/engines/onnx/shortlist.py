"""The target tokens that a source can plausibly yield: a list for each sentence, over which its output is searched for.

A list holds the most frequent target tokens; for each token of the source, those that a lexicon finds likeliest beside
the frequent ones (:mod:`seq2seq.text.lexical_alignment`); and the source's tokens themselves where both sides share a
vocabulary, since names are copied. (After Jean et al. 2015, section 3.3, and L'Hostis et al. 2016.) The product
with a vocabulary's weights then is one with those of the lists of a batch, all of them together. What is in the list
of another sentence of the batch alone is impossible, so that no output depends on its neighbours.

Letters: B sentences, V target vocabulary, E embedding, D tokens in all entries, N tokens in the lists of a batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from seq2seq.errors import ModelError, reason_of
from seq2seq.model_folder.layout import SHORTLIST, require_file
from seq2seq.special import BOS, PAD

GROUP: Final = 32
"""A choice has a multiple of so many tokens: the best are looked for group by group."""

Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """What each source token can yield."""

    always: Ids
    """Target tokens of every list, ascending."""
    starts: Ids
    """(source vocabulary + 1,) where in ``targets`` the entry of each source token begins."""
    targets: Ids
    """(D,) target tokens."""
    vocabulary: int
    """V."""

    def allowed(self, sources: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
        """(B, V): which tokens are in the list of each source (token ids without EOS)."""
        lengths = [len(source) for source in sources]
        read = np.fromiter(chain.from_iterable(sources), dtype=np.int64, count=sum(lengths))
        first = self.starts[read].astype(np.int64)
        counts = self.starts[read + 1] - first
        ends = np.cumsum(counts)
        places = np.arange(counts.sum()) + np.repeat(first - ends + counts, counts)
        found = np.zeros((len(sources), self.vocabulary), dtype=np.bool_)
        found[np.repeat(np.repeat(np.arange(len(sources)), lengths), counts), self.targets[places]] = True
        found[:, self.always] = True
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What a batch needs of the output projection."""

    ids: NDArray[np.int64]
    """(N,) the tokens, ascending; the last may be PAD several times, which fills up a group."""
    count: int
    """Of them without PAD."""
    smallest: int
    """Tokens of the shortest list."""
    bias: NDArray[np.float32]
    """(B, N) of each token; -inf where it is not in the sentence's list."""
    weight: NDArray[Any]
    """(E, N)."""
    scale: NDArray[np.float32] | None
    """(N,) what a step of an 8-bit weight is worth."""

    def inputs(self, wanted: int) -> tuple[int, dict[str, NDArray[Any]]]:
        """How many tokens to ask of a step that ``wanted`` are to be among, and the step's inputs but for the bias."""
        # Impossible tokens come in any order, those that fill up a group among them.
        asked = wanted if wanted <= self.smallest else self.ids.size
        scale = {} if self.scale is None else {"shortlist.scale": self.scale}
        return asked, {"shortlist.weight": self.weight, **scale}


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """Lists, and the output projection that is picked from."""

    lists: Lists
    bias: NDArray[np.float32]
    """(V,)."""
    weight: NDArray[Any]
    """(E, V) float32, or int8 ..."""
    scale: NDArray[np.float32] | None = None
    """... with (V,) what a step is worth."""

    def choose(self, sources: Sequence[Sequence[int]]) -> Chosen:
        """Pick what a batch of sources (token ids without EOS) needs."""
        allowed = self.lists.allowed(sources)
        ids = np.flatnonzero(allowed.any(axis=0))
        filled = np.pad(ids, (0, -ids.size % GROUP), constant_values=PAD)  # which no list holds
        return Chosen(
            filled,
            ids.size,
            int(allowed.sum(axis=1).min()),
            np.where(allowed[:, filled], self.bias[filled], np.float32(-np.inf)),
            self.weight.take(filled, axis=1),
            None if self.scale is None else self.scale[filled],
        )


def open_shortlist(folder: Path, sizes: tuple[int, int], *, int8: bool) -> Shortlist:
    """Read the shortlist of a model folder.

    Args:
        folder: of the model.
        sizes: of the source's and the target's vocabulary.
        int8: whether weights are wanted in 8 bits.

    Raises:
        ModelError: it is missing, damaged, or another model's.
    """
    file = require_file(folder, SHORTLIST)
    names = ("always", "starts", "targets", "bias", *(("weight.int8", "scale") if int8 else ("weight",)))
    try:
        with safe_open(file, framework="numpy") as opened:
            always, starts, targets, bias, weight, *scale = [opened.get_tensor(name) for name in names]
    except (OSError, SafetensorError) as error:
        raise _damaged(file, reason_of(error)) from error
    size, vocabulary = sizes
    fits = (
        all(np.issubdtype(part.dtype, np.unsignedinteger) and part.ndim == 1 for part in (always, starts, targets))
        and starts.shape == (size + 1,)
        and starts[0] == 0
        and starts[-1] == targets.size
        and bool((np.diff(starts.astype(np.int64)) >= 0).all())
        and always.size > 0
        and max(always.max(), targets.max(initial=0)) < vocabulary
        and not np.isin([PAD, BOS], np.concatenate([always, targets])).any()
        and bias.shape == (vocabulary,)
        and bias.dtype == np.float32
        and weight.ndim == 2
        and weight.shape[1] == vocabulary
        and weight.dtype == (np.int8 if int8 else np.float32)
        and all(part.shape == (vocabulary,) and part.dtype == np.float32 for part in scale)
    )
    if not fits:
        raise _damaged(file, "its parts do not fit each other, or are of another model")
    return Shortlist(Lists(always, starts, targets, vocabulary), bias, weight, scale[0] if scale else None)


def _damaged(file: Path, reason: str) -> ModelError:
    return ModelError(
        f"{file}: cannot be used ({reason}).\n"
        "  Damaged: export the model again (seq2seq export), or leave out --vocabulary-shortlist."
    )
