"""Exposure: how much worse the next token is after the model's own prefix than after the reference's.

A model learns from prefixes of references and writes after prefixes of its own (Ranzato et al. 2016, section 1). He et
al. 2021 ("Exposure bias versus self-recovery") compare what follows either. Here, the next token is right if the
reference still needs it: if it has it more often than the prefix does. That holds wherever the token stands, so that
another order of words is no error, and both prefixes are judged alike. At the first token there is no difference; an
error that later ones follow from widens it.

Letters: T tokens of a text, without EOS.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.outputs import greedy
from seq2seq.diagnostics.translation.teacher_forcing import force
from seq2seq.evaluation.resampling.ratio import ratio
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.special import EOS

PARTS: Final = 4
"""Parts of a text, by position."""
WIDE: Final = 20.0
"""Percentage points: a gap in the second half that is worth knowing. Legitimate paraphrases make some of it: what they
say differently, the reference does not need."""
MASTERED: Final = 0.8
"""Share of right tokens after the reference's prefix, in every part, of a model that has learnt its task."""
LOST: Final = 0.5
"""Share of that which a model has left in the last part, after its own prefix, if errors accumulate."""


def exposure(subject: Subject) -> tuple[Finding, ...]:
    """Right tokens by greedy search against right tokens by teacher forcing, by position."""
    if not isinstance(subject.model, Seq2Seq) or not isinstance(subject.recipe, TranslationRecipe):
        return ()
    outputs = [one for one in greedy(subject) if one.example.target_ids]
    if not outputs:
        return ()
    forced = force(subject, [one.example for one in outputs])
    references = [[token for token in one.tokens.tolist() if token != EOS] for one in forced]
    given = [
        after_reference(one.best[: len(words)].tolist(), words) for one, words in zip(forced, references, strict=True)
    ]
    own = [after_own(one.tokens, words) for one, words in zip(outputs, references, strict=True)]
    forced_shares, own_shares = _shares(given), _shares(own)
    if np.isnan(forced_shares).any() or np.isnan(own_shares).any():
        return ()  # targets of one token have no prefix
    half = [_half(one) for one in given], [_half(one) for one in own]
    random = subject.generator("exposure")
    later = [ratio(sums[:, 0], sums[:, 1], random) for sums in map(np.array, half)]
    gap = 100 * (later[0].value - later[1].value)
    details: dict[str, JsonValue] = {
        "sentences": len(outputs),
        "right_after_reference": [round(float(share), 4) for share in forced_shares],
        "right_after_own": [round(float(share), 4) for share in own_shares],
        "second_half_after_reference": [round(figure, 4) for figure in later[0]],
        "second_half_after_own": [round(figure, 4) for figure in later[1]],
    }
    fine = Finding(
        measure="exposure",
        title="Exposure gap in the second half of a text",
        value=round(gap, 1),
        unit="percentage points",
        verdict=Verdict.FINE,
        sentence=f"In the second half of a text, {later[0].value:.0%} of the next tokens are right after the "
        f"reference's words and {later[1].value:.0%} after the model's own; in the first quarter "
        f"{forced_shares[0]:.0%} and {own_shares[0]:.0%}.",
        source="Ranzato et al. 2016, section 1; He et al. 2021 (comparison of prefixes)",
        drawings=(_drawing(forced_shares, own_shares),),
        details=details,
    )
    if later[0].low <= later[1].high or gap < WIDE:
        return (fine,)
    remedy = "Train longer, or on more data; choose by BLEU or chrF, not by loss (training.validation.metric)."
    lost = bool((forced_shares >= MASTERED).all() and own_shares[-1] < LOST * forced_shares[-1])
    verdict = Verdict.TROUBLE if lost else Verdict.WATCH
    return (replace(fine, verdict=verdict, trouble="exposure.gap", remedy=remedy),)


def after_reference(predicted: Sequence[int], reference: Sequence[int]) -> list[bool]:
    """(T,) whether each token that is predicted after the reference's prefix is one that the reference still needs."""
    needed, right = Counter(reference), []
    for token, written in zip(predicted, reference, strict=True):
        right.append(needed[token] > 0)
        needed[written] -= 1
    return right


def after_own(output: Sequence[int], reference: Sequence[int]) -> list[bool]:
    """(T,) whether each token of an output is one that the reference still needs."""
    needed, right = Counter(reference), []
    for token in output:
        right.append(needed[token] > 0)
        needed[token] -= 1
    return right


def _drawing(forced: NDArray[np.float64], own: NDArray[np.float64]) -> Bars:
    return Bars(
        title="Right next tokens, by position",
        categories=["first quarter", "second", "third", "last"],
        groups=[
            BarGroup(name="after the reference's words", values=100 * forced),
            BarGroup(name="after the model's own", values=100 * own),
        ],
        y_label="right tokens, %",
        x_label="part of the text",
    )


def _shares(texts: Sequence[Sequence[bool]]) -> NDArray[np.float64]:
    """(PARTS,) the share of right tokens in every part."""
    sums, counts = np.zeros(PARTS), np.zeros(PARTS)
    for right in texts:
        parts = np.arange(len(right)) * PARTS // max(1, len(right))
        sums += np.bincount(parts, weights=np.asarray(right, dtype=np.float64), minlength=PARTS)
        counts += np.bincount(parts, minlength=PARTS)
    shares: NDArray[np.float64] = np.divide(sums, counts, out=np.full(PARTS, np.nan), where=counts > 0)
    return shares


def _half(right: Sequence[bool]) -> tuple[int, int]:
    """Right tokens in the second half, and all of it."""
    later = right[len(right) // 2 :]
    return sum(later), len(later)
