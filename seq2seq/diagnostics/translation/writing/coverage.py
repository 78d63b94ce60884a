"""Words that are dropped or translated twice, by two measures that know nothing of each other.

attention    the weight that a source token gets over all steps, as a share of what each would get if all were alike
             (coverage: Tu et al. 2016, section 3)
lexicon      whether a likely translation of a source token (IBM model 1, learnt from the training pairs) is in the
             output, and not more often than the source asks for

Both are compared with the same figures of the references: what these leave out, too, is no fault.

Letters: T output length, S source length, EOS excluded from both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.learnt import has_learnt, still_learning
from seq2seq.diagnostics.translation.outputs import Output, decoded
from seq2seq.diagnostics.translation.teacher_forcing import Floats, force
from seq2seq.evaluation.resampling.ratio import Ratio, ratio
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.lines import Lines, Series
from seq2seq.text.lexical_alignment import learn

LITTLE: Final = 0.2
"""Coverage below which a source token is passed over: a fifth of an equal share."""
TWICE: Final = 2.0
"""Coverage of a source token that gets two tokens' share."""
LIKELY: Final = 0.1
"""Probability of a target token that counts as a translation of a source token."""
CLEAR: Final = 0.4
"""Probability of the likeliest translation of a source token that can be judged: others have none of their own."""
SOME: Final = 0.1
"""Share of source tokens dropped, beyond those of the references, that is worth knowing: one word of a sentence."""
MANY: Final = 0.2
"""The same for a trouble, if attention agrees and outputs are short: then words are missing, and not only wrong."""
SHORT: Final = 0.85
"""Ratio of lengths of outputs and references below which words are missing."""
_PAIRS: Final = 5000
"""Training pairs that the lexicon is learnt from."""


class Counts(NamedTuple):
    """Source tokens of one sentence."""

    judged: int
    dropped: int
    """Without a translation in the target."""
    twice: int
    """Whose translation is in the target more often than asked for."""


def coverage(subject: Subject) -> tuple[Finding, ...]:
    """Dropped and doubled words in outputs, beyond those of references."""
    if not isinstance(subject.model, Seq2Seq) or not isinstance(subject.recipe, TranslationRecipe):
        return ()
    outputs = [one for one in decoded(subject) if one.tokens and one.example.target_ids]
    if not outputs:
        return ()
    by_attention = _by_attention(subject, outputs)
    findings = [] if by_attention is None else [by_attention]
    return (*findings, _by_lexicon(subject, outputs, by_attention)) if subject.reads_tokens else tuple(findings)


def _by_attention(subject: Subject, outputs: Sequence[Output]) -> Finding | None:
    """Tokens that attention passes over, or looks at for two; None: there is no attention."""
    seen = [one.attention for one in outputs if one.attention is not None]
    forced = force(subject, [one.example for one in outputs], attention=True)
    given = [one.attention[:-1] for one in forced if one.attention is not None]
    if not seen or not given:
        return None
    own, usual = np.concatenate(list(map(shares, seen))), np.concatenate(list(map(shares, given)))
    dropped, usually = float((own < LITTLE).mean()), float((usual < LITTLE).mean())
    twice, usually_twice = float((own > TWICE).mean()), float((usual > TWICE).mean())
    return Finding(
        measure="attention-coverage",
        title="Source tokens that attention passes over",
        value=round(100 * dropped, 1),
        unit="%",
        verdict=Verdict.UNJUDGED,
        sentence=f"Attention passes over {dropped:.0%} of the source tokens of its outputs, and {usually:.0%} with the "
        f"references; it spends two tokens' share on {twice:.0%} and {usually_twice:.0%}. Function words need little.",
        source="Tu et al. 2016, section 3",
        drawings=(_drawing(_histogram(own), _histogram(usual)),),
        details={
            "tokens": int(own.size),
            "dropped": round(dropped, 4),
            "dropped_references": round(usually, 4),
            "twice": round(twice, 4),
            "twice_references": round(usually_twice, 4),
            "histogram": list(_histogram(own)),
            "histogram_references": list(_histogram(usual)),
        },
    )


def _by_lexicon(subject: Subject, outputs: Sequence[Output], attention: Finding | None) -> Finding:
    base = Finding(
        measure="words-dropped",
        title="Source words without a translation, beyond references",
        value=None,
        unit="percentage points",
        verdict=Verdict.UNJUDGED,
        sentence="",
        source="Brown et al. 1993, section 4.1 (IBM model 1)",
    )
    if subject.train is None:
        return replace(base, sentence=f"Which words translate each other is not known: {subject.no_train}.")
    lexicon = translations(subject)
    sources = [one.example.source_ids for one in outputs]
    own = [count(*pair, lexicon) for pair in zip(sources, [one.tokens for one in outputs], strict=True)]
    usual = [count(*pair, lexicon) for pair in zip(sources, [one.example.target_ids for one in outputs], strict=True)]
    judged = np.array([one.judged for one in own])
    if judged.sum() < len(outputs):
        return replace(base, sentence="Hardly any source token has a translation of its own in the training data.")
    random = subject.generator("coverage")
    dropped, doubled = (
        ratio(
            np.array([getattr(one, name) - getattr(two, name) for one, two in zip(own, usual, strict=True)]),
            judged,
            random,
        )
        for name in ("dropped", "twice")
    )
    totals = {name: [sum(getattr(one, name) for one in part) for part in (own, usual)] for name in ("dropped", "twice")}
    lengths = sum(len(one.tokens) for one in outputs) / sum(len(one.example.target_ids) for one in outputs)
    details: dict[str, JsonValue] = {
        "sentences": len(outputs),
        "judged": int(judged.sum()),
        "dropped": totals["dropped"][0],
        "dropped_references": totals["dropped"][1],
        "twice": totals["twice"][0],
        "twice_references": totals["twice"][1],
        "excess": [round(figure, 4) for figure in dropped],
        "excess_twice": [round(figure, 4) for figure in doubled],
        "length_ratio": round(lengths, 4),
    }
    fine = replace(
        base,
        value=round(100 * dropped.value, 1),
        verdict=Verdict.FINE,
        sentence=f"Of {int(judged.sum())} source tokens with a clear translation, {totals['dropped'][0]} have none in "
        f"the outputs and {totals['dropped'][1]} none in the references; {totals['twice'][0]} and "
        f"{totals['twice'][1]} are translated more often than they occur.",
        details=details,
    )
    return _judged(subject, fine, dropped, lengths, attention)


def _judged(subject: Subject, fine: Finding, dropped: Ratio, lengths: float, attention: Finding | None) -> Finding:
    if dropped.low < SOME:
        return fine
    remedy = "Train longer or on more data; see which words: `translate --json` shows the alignment."
    watch = replace(fine, verdict=Verdict.WATCH, trouble="words.dropped", remedy=remedy)
    missing = dropped.low >= MANY and lengths < SHORT and _attention_agrees(attention)
    if not missing or not has_learnt(subject) or still_learning(subject):
        return watch
    return replace(watch, verdict=Verdict.TROUBLE)


def _attention_agrees(attention: Finding | None) -> bool:
    """Whether attention passes over more tokens for outputs than for references, or there is none."""
    if attention is None:
        return True
    own, usual = attention.details["dropped"], attention.details["dropped_references"]
    return isinstance(own, float) and isinstance(usual, float) and own - usual >= SOME


def shares(weights: Floats) -> Floats:
    """(S,) the weight of each source token over all steps (T, S + 1), divided by the mean over the tokens."""
    total: Floats = weights[:, :-1].sum(axis=0)
    return total / max(float(total.mean()), 1e-12) if total.size else total


def count(source: Sequence[int], target: Sequence[int], lexicon: Mapping[int, Sequence[int]]) -> Counts:
    """Source tokens with clear translations, those without one in a target, and those with too many.

    Args:
        source: token ids.
        target: token ids.
        lexicon: likely translations of each source token that has clear ones, the likeliest first.
    """
    written, asked = Counter(target), Counter(source)
    judged = dropped = twice = 0
    for token, times in asked.items():
        if token in lexicon:
            judged += times
            found = sum(written[translation] for translation in lexicon[token])
            dropped += max(0, times - found)
            twice += times if written[lexicon[token][0]] > times else 0
    return Counts(judged, dropped, twice)


def translations(subject: Subject) -> dict[int, list[int]]:
    """Likely translations of the source tokens that have clear ones, from a sample of the training pairs."""
    split = subject.train
    assert split is not None
    rows = np.unique(np.linspace(0, len(split) - 1, min(len(split), _PAIRS)).astype(int)).tolist()
    lexicon = learn([split.source_ids(row) for row in rows], [split.target_ids(row) for row in rows])
    likely: dict[int, list[int]] = {}
    order = np.lexsort((-lexicon.probabilities, lexicon.sources))
    order = order[lexicon.probabilities[order] >= LIKELY]
    for source, target, probability in zip(
        lexicon.sources[order].tolist(), lexicon.targets[order].tolist(), lexicon.probabilities[order], strict=True
    ):
        if source in likely:
            likely[source].append(target)
        elif probability >= CLEAR:
            likely[source] = [target]
    return likely


def _histogram(values: NDArray[np.floating[Any]]) -> list[float]:
    """Shares of tokens by coverage, in tenths from 0 to 3 and above."""
    counts = np.bincount(np.minimum((values * 10).astype(int), 30), minlength=31)
    return [round(float(part), 4) for part in counts / counts.sum()]


def _drawing(own: Sequence[float], usual: Sequence[float]) -> Lines:
    places = [number / 10 + 0.05 for number in range(len(own))]
    return Lines(
        title="Attention that source tokens get",
        x_label="attention, as a multiple of an equal share",
        y_label="source tokens, %",
        series=[
            Series(name="outputs", x=places, y=[100 * share for share in own]),
            Series(name="references", x=places, y=[100 * share for share in usual]),
        ],
        from_zero=True,
    )
