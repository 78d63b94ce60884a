"""Whether the pairs are given the right way round: the loss of both ways, compared."""

from dataclasses import replace
from typing import Final

import numpy as np

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.teacher_forcing import nats_of
from seq2seq.evaluation.resampling.ratio import ratio
from seq2seq.inference.request.direction import Direction
from seq2seq.special import UNK

_SAMPLE: Final = 200
MARGIN: Final = 0.2
"""Share of its nats that a pair must save the other way round. Both sides of a pair say the same, so that a model of
either direction needs about as many nats for either side; the side that it was never asked for costs it several times
as much. A symmetric task (copying) saves nothing."""
UNREADABLE: Final = 0.2
"""Share of unknown source tokens above which a model cannot read the data at all."""


def direction(subject: Subject) -> tuple[Finding, ...]:
    """Compare -log p(target | source) with -log p(source | target), in nats per pair."""
    recipe = subject.recipe
    if not isinstance(recipe, TranslationRecipe) or Direction.from_config(recipe.data).known:
        return ()
    if not subject.reads_tokens:
        return ()
    forward = [one for one in subject.examples[:_SAMPLE] if one.source.strip() and one.target.strip()]
    if not forward:
        return ()
    reverse = subject.encode([one.target for one in forward], [one.source for one in forward])
    there, back = nats_of(subject, forward)[0], nats_of(subject, reverse)[0]
    saved = ratio(there - back, there, subject.generator("direction"))
    unknown, unknown_back = _unknown(forward), _unknown(reverse)
    foreign = unknown > UNREADABLE > 4 * unknown_back
    # What cannot be read the other way round either is another language, not another direction.
    wrong = saved.low > 0 and saved.value > MARGIN and unknown_back <= UNREADABLE
    figures = f"{there.mean():.1f} nats per pair as given, {back.mean():.1f} the other way round"
    details = {
        "pairs": len(forward),
        "nats_per_pair": round(float(there.mean()), 3),
        "nats_per_pair_reversed": round(float(back.mean()), 3),
        "unknown_source_tokens": round(unknown, 4),
        "unknown_source_tokens_reversed": round(unknown_back, 4),
    }
    right = Finding(
        measure="direction",
        title="Nats that the other direction of the pairs would save",
        value=round(100 * saved.value, 1),
        unit="%",
        verdict=Verdict.FINE,
        sentence=f"The data have the direction of the model: {figures}.",
        details=details,
    )
    if unknown_back > UNREADABLE and not foreign and saved.value > 0:
        sentence = f"The targets are not in the languages of this model, whichever way round: {figures}."
        return (replace(right, verdict=Verdict.UNJUDGED, sentence=sentence),)
    if not (wrong or foreign):
        return (right,)
    sentence = f"The data are the wrong way round for this model: {figures}."
    remedy = (
        "Exchange the columns of source and target; or, if the model has the wrong direction, train with data.swap."
    )
    return (replace(right, verdict=Verdict.TROUBLE, trouble="direction.wrong", sentence=sentence, remedy=remedy),)


def _unknown(examples: list[Example] | tuple[Example, ...]) -> float:
    """Share of the source tokens that are unknown."""
    ids = np.concatenate([np.asarray(one.source_ids, dtype=np.int64) for one in examples])
    return float((ids == UNK).mean()) if ids.size else 0.0
