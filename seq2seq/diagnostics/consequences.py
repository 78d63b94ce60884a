"""One trouble is named once: what may only follow from another one is shown as its consequence.

Measures judge by their own figures alone; this is the only place that compares their findings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from seq2seq.diagnostics.diagnosis import Part
from seq2seq.diagnostics.finding import Finding, Verdict

_LITTLE: Final = frozenset(
    {
        "nothing-learnt", "labels.not-learnt", "labels.one-for-all", "source.ignored", "outputs.repeat", "outputs.copy",
        "outputs.too-short", "outputs.too-long", "outputs.one-for-all", "words.dropped", "attention.diffuse",
        "attention.on-end", "exposure.gap", "confidence.wrong", "labels.bag-of-words", "vectors.no-better",
    }
)  # fmt: skip
"""What a model does that has learnt little, whatever kept it from learning."""
_OF_VECTORS: Final = frozenset(
    {
        "tags.ignored", "deviations.narrow", "deviations.wide", "deviations.biased", "residuals.correlated",
        "numbers.dependent", "ends.missed", "ends.early", "ends.late", "samples.narrow", "samples.wide",
    }
)  # fmt: skip
"""What a model of vectors does that predicts them no better than independent numbers do."""
_OUTPUTS: Final = frozenset(name for name in _LITTLE if name.startswith("outputs.")) | {"words.dropped", "exposure.gap"}
CAUSES: Final = {
    "direction.wrong": _LITTLE | {"eos.never-learnt", "training.too-short", "data.mismatch"},
    "targets.shifted": _LITTLE | {"eos.never-learnt", "targets.noise", "over-fitting", "data.mismatch"},
    "data.mismatch": _LITTLE | {"eos.never-learnt", "references.cut", "labels.noise"},
    "gradients.vanishing": _LITTLE | {"over-fitting", "labels.noise"},  # what far tokens decide is learnt by heart
    "targets.noise": _LITTLE | {"over-fitting", "training.too-short"},  # what is learnt by heart takes long
    "labels.noise": _LITTLE | {"over-fitting", "training.too-short"},
    "initialisation.wrong": _LITTLE
    | {"eos.never-learnt", "learning-rate.too-low", "clipping.too-tight", "gradients.exploding", "training.too-short"},
    "gates.saturated": _LITTLE | {"eos.never-learnt", "parameters.not-learning"},  # no gradient passes closed gates
    "gradients.exploding": _LITTLE | {"eos.never-learnt"},
    "parameters.not-learning": _LITTLE,
    "embeddings.untied": _LITTLE | {"eos.never-learnt", "training.too-short"},
    "learning-rate.too-high": _LITTLE
    | {"clipping.too-tight", "training.too-short", "over-fitting", "eos.never-learnt"},
    "learning-rate.too-low": _LITTLE | {"training.too-short"},
    "clipping.too-tight": _LITTLE | {"training.too-short"},
    "training.too-short": _LITTLE,
    "source.ignored": _OUTPUTS | {"attention.diffuse", "attention.on-end"},
    "eos.never-learnt": _OUTPUTS,
    "vectors.no-better": _OF_VECTORS,
    "over-fitting": {"deviations.narrow"},
}
"""The troubles that each one may bring about; of several causes, the first here is named."""


def name_causes(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of a diagnosis, in which what may follow from a trouble is only to be watched, and names it."""
    found = {finding.trouble: finding for _, _, some in parts for finding in some if finding.verdict is Verdict.TROUBLE}

    def judged(finding: Finding) -> Finding:
        cause = next((name for name, follows in CAUSES.items() if name in found and finding.trouble in follows), None)
        if cause is None:
            return finding
        sentence = f"{finding.sentence} It may only be a consequence of {cause}."
        return replace(finding, verdict=Verdict.WATCH, sentence=sentence, remedy=found[cause].remedy, cause=cause)

    return tuple(Part(name, title, tuple(map(judged, findings))) for name, title, findings in parts)


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """What asks for action, that which may explain most first: troubles before others, in the order of the table."""
    order = {name: place for place, name in enumerate(CAUSES)}
    asking = [one for one in findings if one.trouble is not None and one.cause is None]
    return sorted(
        asking, key=lambda one: (one.verdict is not Verdict.TROUBLE, order.get(one.trouble or "", len(order)))
    )
