"""Tokenisation into sub-words."""

from typing import Final, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict

SYMBOL_CLASSES: Final = ("placeholders", "tags", "urls", "code", "numbers")
"""Names in `tokenizer.symbols` that stand for many strings."""


class SamplingConfig(Strict):
    """Subword regularisation (Kudo 2018): a sentence gets another segmentation each time that it is trained on."""

    source: bool = True
    """Sample the source's segmentation."""
    target: bool = False
    """Sample the target's segmentation."""
    alpha: PositiveFloat = 0.3
    """Smoothing of the segmentation probabilities (unigram) or the share of merges dropped (BPE-dropout, Provilkov
    et al. 2020)."""
    candidates: PositiveInt = 8
    """Number of best segmentations to sample from (unigram)."""


class TokenizerConfig(Strict):
    """The `tokenizer` section."""

    kind: Literal["unigram", "bpe", "char", "word"] = "unigram"
    """sentencepiece's model type."""
    vocabulary: PositiveInt = 8000
    """Size of each vocabulary, special tokens included; reduced, with a message, if the text is too small."""
    joint: bool = True
    """Share one vocabulary between source and target."""
    byte_fallback: bool = False
    """Encode characters outside of the vocabulary as UTF-8 bytes, so that nothing is unknown (uses 256 tokens)."""
    normalisation: Literal["nfkc", "nmt_nfkc", "nfkc_cf", "nmt_nfkc_cf", "identity"] = "nmt_nfkc"
    """sentencepiece's normalisation rule; the `_cf` ones fold case."""
    character_coverage: float = Field(default=1.0, gt=0.9, le=1.0)
    """Share of the training text's characters that the vocabulary covers (0.9995 for Chinese and Japanese)."""
    symbols: tuple[str, ...] = ()
    """Strings that are one token each wherever they occur, neither split nor normalised, and as often in a translation
    as in its source. Also classes: `placeholders`, `tags`, `urls` (and e-mail addresses), `code` (names of programs and
    files included) and `numbers` (of digits alone), whose members are copied as `data.protect` copies markup."""
    sampling: SamplingConfig | None = None
    """Subword regularisation in training (`null`: off)."""
