"""The likelihood of sequences that were not learnt from, beside independent numbers, and that of training data."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.quality import MOSTLY_TRANSFERRED
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.synthesis.outcomes import numbers_of, predict, predicted
from seq2seq.evaluation.vectors import Independent
from seq2seq.wording import plural

LITTLE: Final = 0.1
"""Nats per step better than independent numbers, from which there is enough to tell how it transfers."""


def measure_likelihood(subject: Subject) -> list[Finding]:
    """Nats per step, and the share of what was learnt that helps on other data."""
    nats = sum(float(one.nats.sum()) for one in predicted(subject))
    model, independent, steps = _per_step(nats, subject.examples)
    said = f"{model:.3f} nats per step over {plural(steps, 'step')}; independent normal numbers have {independent:.3f}"
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if model >= independent:
        judged = {
            "verdict": Verdict.TROUBLE,
            "trouble": "vectors.no-better",
            "sentence": f"{said}: neither the tags nor the steps before help to predict the next one.",
            "remedy": "Train longer (training.max_epochs) or at another rate (training.optimizer.learning_rate). A few "
            "numbers that are far from all others rule the loss: correct them, or use model.distribution: student_t.",
        }
    likelihood = Finding(
        measure="likelihood",
        title="Negative log-likelihood beside that of independent numbers",
        value=model,
        unit="nats per step",
        source="Graves 2013, section 4.1",
        details={"model": model, "independent": independent, "steps": steps},
        **judged,
    )
    return [likelihood, *_over_fitting(subject)]


def _over_fitting(subject: Subject) -> list[Finding]:
    """Judged on the development split, whatever other data were named; none without training data."""
    learnt, other = subject.train_examples, subject.own_examples
    if not learnt or not other:
        return []
    train, base, _ = _per_step(_nats(subject, learnt), learnt)
    model, independent, _ = _per_step(_nats(subject, other), other)
    about: dict[str, Any] = {
        "measure": "over-fitting",
        "title": "Share of what was learnt that helps on other data",
        "unit": "%",
        "details": {"train": train, "train_independent": base, "model": model, "independent": independent},
    }
    said = f"Better than independent numbers by {base - train:.3f} nats per step of training data"
    if base - train < LITTLE:
        sentence = f"{said}: too little was learnt to tell how it transfers."
        return [Finding(**about, value=None, verdict=Verdict.UNJUDGED, sentence=sentence)]
    said += f", by {independent - model:.3f} of others"
    share = (independent - model) / (base - train)
    if share >= MOSTLY_TRANSFERRED:
        return [Finding(**about, value=100 * share, verdict=Verdict.FINE, sentence=f"{said}.")]
    return [
        Finding(
            **about,
            value=100 * share,
            verdict=Verdict.WATCH if share > 0 else Verdict.TROUBLE,
            trouble="over-fitting",
            sentence=f"{said}: the rest was learnt by heart.",
            remedy="Drop more (model.dropout), use fewer units (model.decoder.hidden), stop earlier "
            "(training.validation.patience), or find more sequences.",
        )
    ]


def _nats(subject: Subject, examples: Sequence[Example]) -> float:
    return sum(float(one.nats.sum()) for one in predict(subject, examples, [one.source_ids for one in examples]))


def _per_step(nats: float, examples: Sequence[Example]) -> tuple[float, float, int]:
    """Nats per step of a model, those of independent numbers, and the steps."""
    every = [numbers_of(one) for one in examples]
    steps = int(np.sum([len(one) for one in every]))
    return nats / steps, Independent.of(every).nats / steps, steps
