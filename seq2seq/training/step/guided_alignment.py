"""Guided alignment: attention is shown which source tokens a target token may translate (Chen et al. 2016, section 3).

Attention learns late. Until it looks at the right tokens, their embeddings learn little; until those say something, the
gradient of the translation loss hardly tells which tokens are the right ones. A lexicon that is counted in seconds
breaks the circle: the loss of the attention weights a of a target token against its alignment g is

    confidence * -sum over s of g_s log a_s

The alignment of a target token to the tokens of its source is soft:

    g_s ~ sqrt(p(target | s) p(s | target)) exp(-|position of s - position of target| / mean distance)

p is IBM model 1, learnt in both directions: two tokens belong together if each yields the other (after Liang et al.
2006, "Alignment by agreement"). Positions are shares of the sentence, since a word that occurs twice has two places
(after Dyer et al. 2013, section 2); how far apart they are on average depends on the two languages, and is measured.
Confidence is close to 1 where some source token is a likely translation, and small where there is none; in a few
hundred pairs, or in unrelated ones, chance makes it larger than it should be.

Letters: B batch, S source length, T target length.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq.special import EOS, PAD
from seq2seq.text.lexical_alignment import Ids, learn

_PLACED_PAIRS: Final = 2_000
"""Pairs, evenly spread, whose mean distance of aligned tokens is measured."""
_LEAST: Final = 1e-3
"""Agreement below which two tokens count as unrelated."""
_DOUBT: Final = 0.1
"""Agreement, summed over the source, at which confidence is a half."""
_LEAST_DISTANCE: Final = 0.02
"""Lower bound of the mean distance, for pairs that are aligned word by word."""
_LEAST_WEIGHT: Final = 1e-6
"""Attention weights below this count as this: a logarithm is finite."""
_TINY: Final = 1e-30
"""Sums that are smaller count as this: nothing is divided by zero."""


class AlignmentGuide:
    """Soft alignments of pairs of token ids, from lexica.

    Args:
        sources: token ids of the training pairs' sources, without EOS.
        targets: token ids of their targets, without BOS and EOS.
    """

    def __init__(self, sources: Sequence[Ids], targets: Sequence[Ids]) -> None:
        self._size = 1 + max((int(ids.max()) for ids in (*sources, *targets) if len(ids)), default=EOS)
        keys, agreements = _agreements(sources, targets, self._size)
        self._keys, self._agreements = torch.from_numpy(keys), torch.from_numpy(agreements)
        self._distance = float("inf")
        placed = np.unique(np.linspace(0, len(sources) - 1, num=min(len(sources), _PLACED_PAIRS), dtype=int))
        self._distance = self._mean_distance([sources[row] for row in placed], [targets[row] for row in placed])

    def align(self, source: Tensor, target: Tensor) -> Tensor:
        """Align target tokens.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled.
            target: (B, T) ids, EOS-ended, PAD-filled, on the same device.

        Returns:
            (B, T, S) shares of each target token, which sum to its confidence; EOS is aligned to EOS.
        """
        if self._keys.device != source.device:
            self._keys, self._agreements = self._keys.to(source.device), self._agreements.to(source.device)
        agreement = self._agreement(source[:, None], target[:, :, None])
        ends = (target == EOS)[:, :, None] & (source == EOS)[:, None]
        agreement = agreement.masked_fill(ends, 1.0)
        placed = agreement * torch.exp(-_distances(source, target) / self._distance)
        total = agreement.sum(dim=2, keepdim=True)
        return placed / placed.sum(dim=2, keepdim=True).clamp_min(_TINY) * (total / (total + _DOUBT))

    def _agreement(self, source: Tensor, target: Tensor) -> Tensor:
        """sqrt(p(target | source) p(source | target)) of ids; 0 for tokens that were never seen together."""
        if not len(self._keys):
            return self._agreements.new_zeros(torch.broadcast_shapes(source.shape, target.shape))
        keys = torch.where((source < self._size) & (target < self._size), source * self._size + target, -1)
        places = torch.searchsorted(self._keys, keys).clamp_(max=len(self._keys) - 1)
        return torch.where(self._keys[places] == keys, self._agreements[places], 0.0)

    def _mean_distance(self, sources: Sequence[Ids], targets: Sequence[Ids]) -> float:
        """How far apart aligned tokens are, as a share of the sentence: the scale of an exponential distribution."""
        total = weight = 0.0
        for one, other in zip(sources, targets, strict=True):
            source, target = (torch.as_tensor(np.append(ids, EOS), dtype=torch.int64)[None] for ids in (one, other))
            aligned = self.align(source, target)[:, :-1]
            # squared: a token that is aligned to many by halves says little about where its translation is
            total += float((aligned.square() * _distances(source, target)[:, :-1]).sum())
            weight += float(aligned.square().sum())
        return max(total / weight, _LEAST_DISTANCE) if weight else 1.0


def alignment_loss(attention: Tensor, aligned: Tensor) -> Tensor:
    """The loss of (B, T, S) attention weights against an alignment of that shape, in nats, summed over all tokens."""
    return -(aligned * attention.float().clamp_min(_LEAST_WEIGHT).log()).sum()


def _distances(source: Tensor, target: Tensor) -> Tensor:
    """(B, T, S) distances of tokens, positions being shares of (B, S) sources and (B, T) targets."""
    return (_places(target)[:, :, None] - _places(source)[:, None]).abs()


def _places(ids: Tensor) -> Tensor:
    """(B, T) positions, as shares of each sentence."""
    lengths = (ids != PAD).sum(dim=1, keepdim=True)
    return torch.arange(ids.size(1), device=ids.device) / lengths.clamp_min(1)


def _agreements(
    sources: Sequence[Ids], targets: Sequence[Ids], size: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Tokens that yield each other: ``source x size + target``, ascending, and how much they agree."""
    yields, yielded = learn(sources, targets), learn(targets, sources)
    keys = yields.sources * size + yields.targets
    others = yielded.targets * size + yielded.sources
    both, first, second = np.intersect1d(keys, others, assume_unique=True, return_indices=True)
    agreements: NDArray[Any] = np.sqrt(yields.probabilities[first] * yielded.probabilities[second])
    kept = agreements >= _LEAST
    return both[kept], agreements[kept].astype(np.float32)
