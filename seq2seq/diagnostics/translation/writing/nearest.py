"""The training pairs that outputs resemble most: what a model may have learnt by heart."""

from dataclasses import replace
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.outputs import decoded
from seq2seq.documents.similarity import SimilarTexts
from seq2seq.models.seq2seq import Seq2Seq

THRESHOLD: Final = 0.5
"""Similarity below which texts have no more in common than their language."""
_SHOWN: Final = 10
"""Outputs with their nearest pair."""
_TARGETS: Final = 20_000
"""Training targets that are searched for similar ones, evenly spread."""
_VERBATIM: Final = 500_000
"""Training targets that outputs are compared with as a whole, from the first on."""
_LONGEST: Final = 1000
"""Characters of a text that is compared."""


def nearest(subject: Subject) -> tuple[Finding, ...]:
    """Outputs that are training targets, and the pairs that some resemble most."""
    if not isinstance(subject.model, Seq2Seq):
        return ()
    base = Finding(
        measure="nearest-training-pairs",
        title="Outputs that are training targets, word for word",
        value=None,
        unit="%",
        verdict=Verdict.UNJUDGED,
        sentence="",
        source="Bloodgood and Strauss 2014, section 3.3 (similarity by edit distance)",
    )
    split = subject.train
    if split is None:
        sentence = f"What the model has learnt from is not known: {subject.no_train}."
        return (replace(base, sentence=sentence),)
    outputs = decoded(subject)
    if not outputs:
        return ()
    known = {target.strip() for target, _ in zip((pair[1] for pair in split.pairs()), range(_VERBATIM), strict=False)}
    verbatim = sum(one.text.strip() in known for one in outputs)
    usual = sum(one.example.target.strip() in known for one in outputs)
    rows = np.unique(np.linspace(0, len(split) - 1, min(len(split), _TARGETS)).astype(int)).tolist()
    pairs = [split.texts(row) for row in rows]
    index = SimilarTexts([target[:_LONGEST] for _, target in pairs], THRESHOLD)
    shown: list[JsonValue] = []
    for one in outputs[:_SHOWN]:
        found = index.find(one.text[:_LONGEST])
        near = None if found is None else pairs[found[0]]
        shown.append(
            {
                "source": one.example.source,
                "output": one.text,
                "similarity": None if found is None else round(found[1], 3),
                "training_source": near and near[0],
                "training_target": near and near[1],
            }
        )
    share = verbatim / len(outputs)
    return (
        replace(
            base,
            value=round(100 * share, 1),
            sentence=f"{verbatim} of {len(outputs)} outputs are a target of the training data, word for word; so are "
            f"{usual} of their references. More than these would have been learnt by heart.",
            details={
                "outputs": len(outputs),
                "verbatim": verbatim,
                "verbatim_references": usual,
                "training_targets": len(known),
                "nearest": shown,
            },
        ),
    )
