"""Whether the network knows more than naive Bayes, which reads a text as a bag of tokens."""

from functools import partial
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.classification.labels import FEWEST, measure_labels
from seq2seq.diagnostics.classification.naive_bayes import NaiveBayes
from seq2seq.diagnostics.classification.reading import is_classifier, labelled, sampled_train
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject

_SAMPLES: Final = 2_000
"""Resamples of the examples, for the interval."""


def measure_bag_of_words(subject: Subject) -> list[Finding]:
    """How many more labels the network predicts than naive Bayes does; no finding about models that read no text.

    The verdict is by the sign: on these examples, the network is better or it is not. The interval says how far that
    holds for others.
    """
    return [_measured(subject)] if is_classifier(subject) and subject.reads_tokens else []


def _measured(subject: Subject) -> Finding:
    finding = partial(
        Finding,
        measure="bag-of-words",
        title="Accuracy beyond naive Bayes",
        unit="points",
        source="Wang and Manning 2012, section 2.1",
    )
    found = labelled(subject)
    texts, labels = sampled_train(subject)
    if len(found.expected) < FEWEST or len(labels) < FEWEST:
        reason = subject.no_train or f"{len(found.expected)} examples, {len(labels)} rows of training data are too few."
        sentence = f"Naive Bayes cannot be compared with: {reason}"
        return finding(value=None, verdict=Verdict.UNJUDGED, sentence=sentence)
    bayes = NaiveBayes(texts, labels, len(found.names)).predict(found.tokens) == found.expected
    ours = found.predicted == found.expected
    gains = ours.astype(float) - bayes
    rows = subject.generator("bag-of-words").integers(len(gains), size=(_SAMPLES, len(gains)))
    low, high = np.percentile(gains[rows].mean(axis=1), [2.5, 97.5]).tolist()
    sentence = (
        f"{ours.mean():.1%} of {len(gains)} labels are right, {bayes.mean():.1%} by naive Bayes over single tokens of "
        f"{len(labels):,} training texts: {100 * gains.mean():+.1f} points (95 % interval {100 * low:+.1f} to "
        f"{100 * high:+.1f})."
    )
    details: dict[str, JsonValue] = {
        "accuracy": round(float(ours.mean()), 6),
        "naive_bayes_accuracy": round(float(bayes.mean()), 6),
        "interval": [round(low, 6), round(high, 6)],
    }
    judged = partial(finding, value=round(100 * float(gains.mean()), 1), details=details)
    if measure_labels(subject)[0].verdict is Verdict.TROUBLE:
        return judged(verdict=Verdict.UNJUDGED, sentence=f"{sentence} What is wrong with the labels comes first.")
    if gains.mean() > 0 or ours.all():
        return judged(verdict=Verdict.FINE, sentence=sentence)
    worse = high < 0
    return judged(
        verdict=Verdict.TROUBLE if worse else Verdict.WATCH,
        sentence=f"A bag of tokens is {'better' if worse else 'as good'}. {sentence}",
        trouble="labels.bag-of-words",
        remedy="Add naive Bayes to the network's output (`model.naive_bayes: 1.0`), train on more data, or raise "
        "dropout (`model.dropout.word: 0.3`) if labels of training data are known much better.",
    )
