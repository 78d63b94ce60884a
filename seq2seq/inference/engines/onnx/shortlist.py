"""Vocabulary shortlists: the target tokens that a source can plausibly yield, to which its search is restricted.

The list of a sentence has the most frequent target tokens; for each source token, its most probable other translations
in a lexicon (:mod:`seq2seq.text.lexical_alignment`); and the source tokens themselves if both sides share a vocabulary,
since names are copied (after Jean et al. 2015, section 3.3, and L'Hostis et al. 2016). The output projection is then
computed for the union of the lists of a batch. Tokens that are only in the lists of other sentences are impossible, so
that no output depends on its neighbours.

Letters: B sentences, V target vocabulary, E embedding, D tokens in all entries, N tokens in the lists of a batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from seq2seq.errors import ModelError, reason_of
from seq2seq.inference.engines.onnx.search_network import GROUP
from seq2seq.model_folder.layout import SHORTLIST, require_file
from seq2seq.special import BOS, PAD

Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The target tokens that each source token can yield."""

    always: Ids
    """Tokens of every list, ascending."""
    starts: Ids
    """(source vocabulary + 1,) where the entry of each source token begins in ``targets``."""
    targets: Ids
    """(D,) target tokens of all entries."""
    vocabulary: int
    """Size V of the target vocabulary."""

    def allowed(self, sources: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
        """(B, V) whether a token is in the list of a source (token ids without EOS)."""
        lengths = [len(source) for source in sources]
        read = np.fromiter(chain.from_iterable(sources), dtype=np.int64, count=sum(lengths))
        first = self.starts[read].astype(np.int64)
        counts = self.starts[read + 1] - first
        ends = np.cumsum(counts)
        places = np.arange(counts.sum()) + np.repeat(first - ends + counts, counts)
        allowed = np.zeros((len(sources), self.vocabulary), dtype=np.bool_)
        allowed[np.repeat(np.repeat(np.arange(len(sources)), lengths), counts), self.targets[places]] = True
        allowed[:, self.always] = True
        return allowed


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The part of the output projection that a batch needs."""

    ids: NDArray[np.int64]
    """(N,) the tokens, ascending; PAD at the end fills the last group."""
    count: int
    """Number of tokens without PAD."""
    smallest: int
    """Number of tokens of the shortest list."""
    bias: NDArray[np.float32]
    """(B, N) bias of each token; -inf if it is not in the list of the sentence."""
    weight: NDArray[Any]
    """(E, N) weights of the tokens."""
    scale: NDArray[np.float32] | None
    """(N,) scales of 8-bit weights; None for float32."""

    def asked(self, wanted: int) -> int:
        """The number of tokens to request to get ``wanted`` possible ones."""
        # Impossible tokens, including padding, come in any order.
        return wanted if wanted <= self.smallest else self.ids.size

    def inputs(self) -> dict[str, NDArray[Any]]:
        """The inputs of a graph except the bias."""
        scale = {} if self.scale is None else {"shortlist.scale": self.scale}
        return {"shortlist.weight": self.weight, **scale}


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """Lists, and the output projection."""

    lists: Lists
    """Target tokens by source token."""
    bias: NDArray[np.float32]
    """(V,) biases."""
    weight: NDArray[Any]
    """(E, V) weights, in float32 or int8."""
    scale: NDArray[np.float32] | None = None
    """(V,) scales of int8 weights; None for float32."""

    def select(self, sources: Sequence[Sequence[int]], more: Sequence[Sequence[int]] = ()) -> Selection:
        """The part of the projection for sources (ids without EOS); ``more`` tokens are in the list of each as well."""
        allowed = self.lists.allowed(sources)
        for row, tokens in enumerate(more):
            allowed[row, np.array(tokens, dtype=np.int64)] = True
        ids = np.flatnonzero(allowed.any(axis=0))
        filled = np.pad(ids, (0, -ids.size % GROUP), constant_values=PAD)  # PAD is in no list
        return Selection(
            filled,
            ids.size,
            int(allowed.sum(axis=1).min()),
            np.where(allowed[:, filled], self.bias[filled], np.float32(-np.inf)),
            self.weight.take(filled, axis=1),
            None if self.scale is None else self.scale[filled],
        )


def open_shortlist(folder: Path, sizes: tuple[int, int], *, int8: bool) -> Shortlist:
    """Read the shortlist of a model folder, for the ``sizes`` of its vocabularies, with weights in 8 bits or float32.

    Raises:
        ModelError: it is missing, damaged, or of another model.
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
        "  Damaged: export the model again (seq2seq export), or leave out --vocabulary-shortlist.",
        code="model.damaged-shortlist",
    )
