"""Whether the model's probabilities hold what they promise: of tokens predicted with 0.8, eight in ten are right.

ECE    mean |accuracy - confidence| over bins of confidence, of tokens after the reference's prefix; 0 to 1
       (Guo et al. 2017, eq. 3; of translation models Kumar and Sarawagi 2019, section 2)

Label smoothing by e teaches a probability of 1 - e to what is certain, so that a model that obeys is under-confident
by about e; this much is not its fault (Szegedy et al. 2016, section 7).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.learnt import has_learnt, still_learning
from seq2seq.diagnostics.translation.teacher_forcing import Forced, forced_examples, forced_train_examples
from seq2seq.evaluation.resampling.ratio import Ratio, ratio
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.lines import Lines, Series

BINS: Final = 10
SOME: Final = 0.05
"""Mean distance of confidence and accuracy, beyond label smoothing, that is worth knowing: one promise in twenty."""
MUCH: Final = 0.15
"""Mean distance that makes probabilities useless as such: it is more than translation models of the literature show
that were never calibrated (Kumar and Sarawagi 2019, table 1: up to about a tenth)."""

MUCH_BELOW: Final = 0.25
"""The same for accuracy above confidence: an early model is more often right than it dares to say."""


def calibration(subject: Subject) -> tuple[Finding, ...]:
    """Confidence against accuracy of the next token, by teacher forcing."""
    if not isinstance(subject.model, Seq2Seq):
        return ()
    forced = forced_examples(subject)
    if not forced:
        return ()
    excess = _excess(subject, forced)
    smoothing = subject.recipe.training.label_smoothing
    bins = reliability(forced)
    tokens = sum(one.nats.size for one in forced)
    error = sum(one["tokens"] * abs(one["accuracy"] - one["confidence"]) for one in bins) / tokens
    over = excess.value > 0
    accuracy = sum(one["tokens"] * one["accuracy"] for one in bins) / tokens
    note = f"; label smoothing of {smoothing:g} explains as much below" if smoothing and not over else ""
    details: dict[str, JsonValue] = {
        "tokens": tokens,
        "ece": round(error, 4),
        "excess": [round(figure, 4) for figure in excess],
        "label_smoothing": smoothing,
        "bins": [dict(one) for one in bins],
    }
    fine = Finding(
        measure="calibration",
        title="Calibration error of the next token",
        value=round(100 * error, 1),
        unit="%",
        verdict=Verdict.FINE,
        sentence=f"The model is right in {accuracy:.1%} of the tokens and expects {accuracy + excess.value:.1%}{note}.",
        source="Guo et al. 2017, eq. 3; Kumar and Sarawagi 2019, section 2",
        drawings=(_drawing(bins),),
        details=details,
    )
    if over:
        if excess.low < SOME:
            return (fine,)
        return (_over_confident(subject, fine, excess.low),)
    below = -excess.high - smoothing
    if below < MUCH or still_learning(subject):
        return (fine,)
    remedy = "Train longer, with less dropout, or a smaller training.label_smoothing."
    watch = replace(fine, verdict=Verdict.WATCH, trouble="confidence.wrong", remedy=remedy)
    return (_certain(subject, watch) if below >= MUCH_BELOW else watch,)


def _over_confident(subject: Subject, fine: Finding, beyond: float) -> Finding:
    remedy = "Regularise (model.dropout, training.label_smoothing), or train on more data."
    watch = replace(fine, verdict=Verdict.WATCH, trouble="confidence.wrong", remedy=remedy)
    if beyond < MUCH:
        return watch
    train = forced_train_examples(subject)
    if train and (there := _excess(subject, train)).low < MUCH:
        sentence = (
            f"{fine.sentence} On its training data the two differ by {abs(there.value):.1%}: it knows those by heart, "
            "and is as sure of other texts."
        )
        return replace(watch, sentence=sentence)
    return _certain(subject, watch)


def _certain(subject: Subject, watch: Finding) -> Finding:
    """A trouble, unless little has been learnt."""
    return replace(watch, verdict=Verdict.TROUBLE) if has_learnt(subject) else watch


def _excess(subject: Subject, forced: Sequence[Forced]) -> Ratio:
    """Mean confidence minus accuracy, over tokens."""
    sums = [float(one.confidence.sum() - (one.best == one.tokens).sum()) for one in forced]
    return ratio(np.array(sums), np.array([one.tokens.size for one in forced]), subject.generator("calibration"))


def _drawing(bins: Sequence[dict[str, float]]) -> Lines:
    points = [100 * one["confidence"] for one in bins]
    right = [100 * one["accuracy"] for one in bins]
    return Lines(
        title="Reliability of the next token's probability",
        x_label="probability of the likeliest token, %",
        y_label="how often it is right, %",
        series=[
            Series(name="model", x=points, y=right),
            Series(name="perfectly calibrated", x=[0, 100], y=[0, 100]),
        ],
        from_zero=True,
    )


def reliability(forced: Sequence[Forced]) -> list[dict[str, float]]:
    """Bins of equal width with some tokens: their number, mean confidence and accuracy (Guo et al. 2017, figure 1)."""
    confidence = np.concatenate([one.confidence for one in forced])
    right = np.concatenate([one.best == one.tokens for one in forced])
    place = np.digitize(confidence, np.linspace(0, 1, BINS + 1)[1:-1], right=True)
    return [
        {
            "tokens": int((place == number).sum()),
            "confidence": round(float(confidence[place == number].mean()), 6),
            "accuracy": round(float(right[place == number].mean()), 6),
        }
        for number in range(BINS)
        if (place == number).any()
    ]
