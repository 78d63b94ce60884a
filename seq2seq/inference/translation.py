"""One translation, with its score, tokens and alignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seq2seq.search.hypothesis import EMPTY, Hypothesis
from seq2seq.search.stepper import FloatArray
from seq2seq.text.vocabulary.pair import Vocabulary

if TYPE_CHECKING:
    from seq2seq.evaluation.confidence import Confidence
    from seq2seq.text.protection import ProtectedText


@dataclass(frozen=True, slots=True)
class Translation:
    """One translation of a line."""

    text: str
    """The output, detokenised; empty for an empty line."""
    score: float
    """The log-probability under the length penalty, by which outputs of one line are ranked."""
    log_prob: float
    """Sum of the tokens' log-probabilities in nats."""
    tokens: tuple[str, ...] = ()
    """The output's sub-word pieces."""
    source_tokens: tuple[str, ...] = ()
    """The line's sub-word pieces as the model read them, without EOS, which is added."""
    alignment: tuple[tuple[int, int, float], ...] | None = None
    """Attention, if requested and the model has it: output piece, source piece, weight; at least the greatest weight of
    every output piece. The index after the last source piece is EOS."""
    confidence: float | None = None
    """Probability (0 to 1) that it is good, if the model folder says how to compute it
    (:mod:`seq2seq.evaluation.confidence`); None also for samples, and after a forced prefix."""
    terms: tuple[TermUse, ...] = ()
    """The terms of a glossary that its source has."""
    note: str | None = None
    """A warning about it, for people."""
    finished: bool = True
    """Whether the model ended it; otherwise it was cut at the maximum length."""


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term of a source, and whether its translation has it."""

    source: str
    """The term, as the glossary spells it."""
    targets: tuple[str, ...]
    """Its translations in the glossary."""
    met: bool
    """Whether the translation has one of them."""
    forced: bool = False
    """Whether it was forced: the translation was searched for again, with the terms that the first one lacked."""


def confidence_features(translation: Translation) -> tuple[float, ...]:
    """The features by which the confidence of a translation is computed."""
    from seq2seq.evaluation.confidence import features

    return features(translation.log_prob, len(translation.tokens), len(translation.source_tokens))


def with_confidence(translations: Sequence[Translation], confidence: Confidence) -> list[Translation]:
    """The translations of one line, with the confidence of each."""
    return [replace(one, confidence=confidence.of(confidence_features(one))) for one in translations]


def translation_of(
    hypothesis: Hypothesis,
    vocabulary: Vocabulary,
    source_tokens: tuple[str, ...],
    note: str | None,
    *,
    head: int,
    prefix: Sequence[int],
    protected: ProtectedText | None,
) -> Translation:
    """The translation that an output of the search is.

    Args:
        hypothesis: the output.
        vocabulary: of the target.
        source_tokens: the line's pieces, those at its head included.
        note: a warning about the line.
        head: pieces at the head of the line that are not of its text.
        prefix: token ids that the translation begins with.
        protected: the line with symbols for the spans that are copied; None: the model copies none.
    """
    ids = [*prefix, *hypothesis.tokens]
    text, tokens = vocabulary.decode(ids), tuple(vocabulary.pieces(ids))
    # Search warns of outputs without tokens; only here is it known whether tokens are text.
    notes = [note, EMPTY if ids and not text.strip() else None, hypothesis.warning]
    if protected is not None:
        if spans := protected.lost(text):
            notes.append(f"markup lost: {', '.join(spans)}")
        text = protected.restore(text)
        tokens, source_tokens = (tuple(map(protected.restore, pieces)) for pieces in (tokens, source_tokens))
    attention = hypothesis.attention
    return Translation(
        text=text,
        score=hypothesis.score,
        log_prob=hypothesis.log_prob,
        tokens=tokens,
        source_tokens=source_tokens[head:],
        alignment=None if attention is None else links(attention[:, head:], first=len(prefix)),
        note="; ".join(filter(None, notes)) or None,
        finished=hypothesis.finished,
    )


def links(attention: FloatArray, threshold: float = 0.1, *, first: int = 0) -> tuple[tuple[int, int, float], ...]:
    """Attention (T, S) as links (t, s, weight): for every t the greatest weight, and all of at least ``threshold``.

    Row 0 belongs to output piece number ``first``.
    """
    strong = attention >= threshold
    strong[np.arange(len(attention)), attention.argmax(axis=1)] = True
    return tuple((first + int(t), int(s), round(float(attention[t, s]), 4)) for t, s in np.argwhere(strong))
