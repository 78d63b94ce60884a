"""Learns which target tokens each source token can yield, and writes them for the search.

:mod:`seq2seq.inference.engines.onnx.shortlist` reads them.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from seq2seq.inference.engines.onnx.shortlist import Ids, Lists
from seq2seq.special import BOS, EOS, PAD, UNK
from seq2seq.text.lexical_alignment import Lexicon
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.pair import VocabularyPair

COUNT: Final = 10
"""Target tokens of a source token, at most, beside the frequent ones; `benchmarks/LOG.md` has the cost."""
FREQUENT: Final = 1200
"""Target tokens of every list."""


def pick_lists(
    lexicon: Lexicon,
    targets: Sequence[Ids],
    sizes: tuple[int, int],
    *,
    copied: tuple[Ids, Ids],
    count: int = COUNT,
    frequent: int = FREQUENT,
) -> Lists:
    """Pick the likeliest of a lexicon, and the frequent.

    Args:
        lexicon: target tokens by source token.
        targets: token ids of targets, without BOS and EOS, which give the frequencies.
        sizes: of the source's and the target's vocabulary.
        copied: source tokens, and the target token that each may be copied as.
        count: target tokens per source token, beside the frequent ones.
        frequent: target tokens of every list.
    """
    size, vocabulary = sizes
    seen = np.bincount(np.concatenate([np.empty(0, dtype=np.int64), *targets]), minlength=vocabulary)
    seen[[PAD, BOS]] = 0
    order = np.argsort(-seen, kind="stable")[: min(frequent, np.count_nonzero(seen))]
    always = np.unique([UNK, EOS, *order.tolist()])
    read, yielded = lexicon.without(always).best(count)
    # The tokens of the end of a source, those of the empty word, are for every sentence.
    always = np.union1d(always, yielded[read == EOS])
    read, yielded = np.concatenate([read, copied[0]]), np.concatenate([yielded, copied[1]])
    entries = np.unique(read * vocabulary + yielded)
    entries = entries[~np.isin(entries % vocabulary, always)]
    starts = np.searchsorted(entries, np.arange(size + 1) * vocabulary)
    return Lists(always, starts, entries % vocabulary, vocabulary)


def copied_tokens(tokenizers: VocabularyPair) -> tuple[Ids, Ids]:
    """Source tokens that may be copied, and the target token of each: all if the vocabulary is joint, else symbols."""
    source, target = tokenizers.source, tokenizers.target
    if tokenizers.joint or not (isinstance(source, Tokenizer) and isinstance(target, Tokenizer)):
        same = np.arange(EOS + 1, target.size if tokenizers.joint else 0)
        return same, same
    symbols = sorted(source.symbols.keys() & target.symbols.keys())
    read, yielded = ([side.symbols[symbol] for symbol in symbols] for side in (source, target))
    return np.array(read, dtype=np.int64), np.array(yielded, dtype=np.int64)


def to_bytes(lists: Lists, weights: dict[str, NDArray[Any]]) -> bytes:
    """The file :data:`SHORTLIST`.

    Args:
        lists: of all source tokens.
        weights: ``bias`` (V,) and ``weight`` (E, V) in float32; with 8-bit networks, ``weight.int8`` (E, V) and
            ``scale`` (V,).
    """
    small = np.min_scalar_type(lists.vocabulary - 1)  # usually two bytes
    ids = {"always": lists.always.astype(small), "targets": lists.targets.astype(small)}
    parts = {**ids, "starts": lists.starts.astype(np.uint32), **weights}
    # safetensors writes memory in its own order, transposed or not.
    content: bytes = save({name: np.ascontiguousarray(part) for name, part in parts.items()})
    return content
