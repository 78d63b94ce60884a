"""How often the entries of the vocabulary occur in the training data."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.classifier import Classifier
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.special import NAMES

RARE: Final = 5
"""Occurrences below which an entry is rare: as many updates do not place a vector of hundreds of numbers."""
TOO_MANY: Final = 0.5
"""Share of rare entries from which a vocabulary is too large: most of the embedding and of the softmax is untrained."""
_BOUNDS: Final = (1, 2, 5, 10, 100, 1_000)


def measure_vocabulary(subject: Subject) -> list[Finding]:
    """How many entries are rare; nothing where there are none, or the training data cannot be read."""
    if subject.train is None:
        return []
    tokenizers, sides = subject.loaded.tokenizers, []
    if subject.reads_tokens:
        sides.append(subject.train.source_counts(tokenizers.source.size)[len(NAMES) :])
    if not isinstance(subject.model, Classifier):
        sides.append(subject.train.target_counts(tokenizers.target.size)[len(NAMES) :])
    joint = len(sides) == 2 and tokenizers.source.fingerprint == tokenizers.target.fingerprint
    counts = np.sum(sides, axis=0) if joint else np.concatenate([*sides, np.zeros(0, np.int64)])
    return [judge_vocabulary(counts)] if len(counts) else []


def judge_vocabulary(counts: NDArray[np.int64]) -> Finding:
    """A verdict on (V,) occurrences in the training data of all entries that are not special."""
    size, rare = len(counts), int((counts < RARE).sum())
    bounds = [0, *_BOUNDS]
    names = [
        f"{low:,}" if high == low + 1 else f"{low:,} to {high - 1:,}"
        for low, high in zip(bounds, _BOUNDS, strict=False)
    ]
    names.append(f"{_BOUNDS[-1]:,} or more")
    histogram = np.histogram(counts, bins=[*bounds, np.inf])[0]
    about: dict[str, Any] = {
        "measure": "vocabulary",
        "title": f"Entries of the vocabulary that occur less than {RARE} times in training",
        "value": 100 * rare / size,
        "unit": "%",
        "source": "Gowda and May 2020, section 3",
        "drawings": (
            Bars(
                title="Entries by their occurrences in training",
                categories=names,
                groups=[BarGroup(name="entries", values=histogram)],
                x_label="occurrences",
                y_label="entries",
            ),
        ),
        "details": {
            "entries": size,
            "rare": rare,
            "never": int((counts == 0).sum()),
            "histogram": dict(zip(names, histogram.tolist(), strict=True)),
        },
    }
    said = f"{rare:,} of {size:,} entries occur less than {RARE} times"
    if rare < TOO_MANY * size:
        return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")
    fitting = int(1000 * max(1, round((size - rare) / 1000)))
    return Finding(
        **about,
        verdict=Verdict.TROUBLE,
        trouble="vocabulary.too-large",
        sentence=f"{said}: too few to learn their vectors.",
        remedy=f"Lower tokenizer.vocabulary (to about {fitting:,}), or train on more text.",
    )
