"""The training pairs that outputs resemble most: what a model may have learnt by heart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq.data.preparing.split import Split
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.outputs import Output, decoded
from seq2seq.documents.similarity import SimilarTexts
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.blocks import Example, TextLine
from seq2seq.report.words import marked
from seq2seq.report.writing import shortened
from seq2seq.wording import listed

THRESHOLD: Final = 0.5
"""Similarity below which texts have no more in common than their language."""
_SHOWN: Final = 10
"""Outputs with their nearest pair: first those that copy a training target which is not their reference."""
_TARGETS: Final = 20_000
"""Training targets that are searched for similar ones, evenly spread."""
_VERBATIM: Final = 500_000
"""Training targets that outputs are compared with as a whole, from the first on."""
_LONGEST: Final = 1000
"""Characters of a text that is compared."""
_QUOTED: Final = 60
"""Most characters of an output in a sentence."""
_TITLE: Final = 70
"""Most characters of an output in a title."""


@dataclass(frozen=True, slots=True)
class NearestPair:
    """An output and the training pair that it resembles most."""

    output: Output
    similarity: float | None
    """0 to 1; None: no target is similar."""
    pair: tuple[str, str] | None
    """Source and target."""

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        source, target = self.pair or (None, None)
        return {
            "source": self.output.example.source,
            "output": self.output.text,
            "similarity": None if self.similarity is None else round(self.similarity, 3),
            "training_source": source,
            "training_target": target,
        }


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
    copies = [one for one in outputs if one.text.strip() in known]
    usual = sum(one.example.target.strip() in known for one in outputs)
    wrong = [one for one in copies if one.text.strip() != one.example.target.strip()]
    pairs = _nearest_pairs(split, [*wrong, *(one for one in outputs if one not in wrong)][:_SHOWN])
    return (
        replace(
            base,
            value=round(100 * len(copies) / len(outputs), 1),
            sentence=f"{len(copies)} of {len(outputs)} outputs and {usual} of their references are targets of the "
            "training data, word for word. More outputs than references would have been learnt by heart."
            f"{_such_as(wrong)}",
            examples=tuple(map(_example, pairs)),
            details={
                "outputs": len(outputs),
                "verbatim": len(copies),
                "verbatim_references": usual,
                "training_targets": len(known),
                "nearest": [one.to_dict() for one in pairs],
            },
        ),
    )


def _nearest_pairs(split: Split, outputs: Sequence[Output]) -> list[NearestPair]:
    """The pair of a sample of the training split whose target is most similar to each output."""
    rows = np.unique(np.linspace(0, len(split) - 1, min(len(split), _TARGETS)).astype(int)).tolist()
    pairs = [split.texts(row) for row in rows]
    index = SimilarTexts([target[:_LONGEST] for _, target in pairs], THRESHOLD)
    near = []
    for one in outputs:
        found = index.find(one.text[:_LONGEST])
        near.append(NearestPair(one, None, None) if found is None else NearestPair(one, found[1], pairs[found[0]]))
    return near


def _such_as(copies: Sequence[Output]) -> str:
    """A sentence with some of the copies that are not their references."""
    if not copies:
        return ""
    texts = listed([shortened(one.text.strip(), _QUOTED) for one in copies], 2, quote=lambda text: f"“{text}”")
    return f" Copied, and not the reference: {texts}"


def _example(near: NearestPair) -> Example:
    """An output beside its nearest pair, with the words that differ marked."""
    lines = [TextLine(label="source", text=near.output.example.source)] if near.output.example.source else []
    if near.pair is None:
        return Example(
            title=f"No similar training target: {shortened(near.output.text, _TITLE)}",
            lines=[*lines, TextLine(label="output", text=near.output.text)],
        )
    source, target = near.pair
    marked_target, marked_output = marked(target, near.output.text)
    lines += [
        TextLine(label="output", text=marked_output),
        TextLine(label="training target", text=marked_target, note=f"similarity {near.similarity:.2f}"),
    ]
    if source:
        lines.append(TextLine(label="training source", text=source))
    lines.append(TextLine(label="reference", text=near.output.example.target))
    return Example(title=f"Similarity {near.similarity:.2f}: {shortened(near.output.text, _TITLE)}", lines=lines)
