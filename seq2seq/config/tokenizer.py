"""How text becomes sub-word tokens."""

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict


class SamplingConfig(Strict):
    """Subword regularisation (Kudo 2018): another segmentation of a sentence each time it is trained on."""

    source: bool = True
    """Sample the source's segmentation."""
    target: bool = False
    """Sample the target's segmentation."""
    alpha: PositiveFloat = 0.3
    """Smoothing of the segmentation probabilities (unigram) or the share of merges dropped (BPE-dropout, Provilkov
    et al. 2020)."""
    candidates: PositiveInt = 8
    """Best segmentations drawn from (unigram)."""


class TokenizerConfig(Strict):
    """The `tokenizer` section."""

    kind: Literal["unigram", "bpe", "char", "word"] = "unigram"
    """sentencepiece's model type."""
    vocabulary: PositiveInt = 8000
    """Tokens in each vocabulary, special ones included. Shrinks, with a message, where the text cannot fill it."""
    joint: bool = True
    """One vocabulary for both sides; otherwise one each."""
    byte_fallback: bool = False
    """Spell what is not in the vocabulary as UTF-8 bytes, so that nothing is unknown (256 tokens of the vocabulary)."""
    normalisation: Literal["nfkc", "nmt_nfkc", "nfkc_cf", "nmt_nfkc_cf", "identity"] = "nmt_nfkc"
    """sentencepiece's normalisation rule; the `_cf` ones fold case."""
    character_coverage: float = Field(default=1.0, gt=0.9, le=1.0)
    """Share of the training text's characters that get a token (0.9995 for Chinese and Japanese)."""
    sampling: SamplingConfig | None = None
    """Subword regularisation while training (`null`: off)."""
