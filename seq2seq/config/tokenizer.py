"""Tokenisation into sub-words."""

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict


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
    sampling: SamplingConfig | None = None
    """Subword regularisation in training (`null`: off)."""
