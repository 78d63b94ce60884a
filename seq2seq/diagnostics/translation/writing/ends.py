"""Whether the model knows when to stop: the probability of EOS where references end, and outputs that do not."""

from dataclasses import replace
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.learnt import has_learnt
from seq2seq.diagnostics.translation.outputs import decoded
from seq2seq.diagnostics.translation.teacher_forcing import forced_examples
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import EOS

MOST: Final = 0.5
"""Share of the outputs that run to the limit of their length if a model cannot end them. If it can, the limit of twice
the source's length is reached by loops alone."""
SOME: Final = 0.2
"""Share of such outputs that is worth knowing."""


def ends(subject: Subject) -> tuple[Finding, ...]:
    """EOS, compared with its own frequency: one in as many tokens as a target has."""
    if not isinstance(subject.model, Seq2Seq) or subject.recipe.training.batch.windows is not None:
        return ()  # a continuous text has no end
    forced = [one for one in forced_examples(subject) if one.tokens[-1] == EOS]
    outputs = decoded(subject)
    if not forced or not outputs:
        return ()
    probabilities = np.exp([-one.nats[-1] for one in forced])
    base = len(forced) / sum(one.tokens.size for one in forced)
    median = float(np.median(probabilities))
    unfinished = sum(not one.finished for one in outputs)
    figures = (
        f"where references end, EOS has a probability of {median:.2%} (median; it is {base:.2%} of all tokens), and "
        f"{unfinished} of {len(outputs)} outputs run to the limit of their length"
    )
    details: dict[str, JsonValue] = {
        "references": len(forced),
        "quartiles": [round(float(value), 5) for value in np.quantile(probabilities, (0.25, 0.5, 0.75))],
        "share_of_tokens": round(base, 5),
        "outputs": len(outputs),
        "unfinished": unfinished,
    }
    known = Finding(
        measure="ends",
        title="Probability of EOS where references end",
        value=round(100 * median, 2),
        unit="%",
        verdict=Verdict.FINE,
        sentence=f"The model knows when to stop: {figures}.",
        source="Kumar and Sarawagi 2019 (EOS)",
        details=details,
    )
    never = replace(
        known,
        verdict=Verdict.TROUBLE,
        trouble="eos.never-learnt",
        sentence=f"The model does not know when to stop: {figures}.",
        remedy="See that EOS ends every training target and counts in the loss, and that targets are not cut; then "
        "train again.",
    )
    share = unfinished / len(outputs)
    if median < base and share >= MOST:  # whatever counts EOS in its loss learns its frequency first
        if not has_learnt(subject, share=1.0):  # who knows how often tokens occur also knows it of EOS
            return (replace(never, verdict=Verdict.WATCH, remedy="Train longer: little has been learnt yet."),)
        return (never,)
    if share >= SOME:
        remedy = "Look at the outputs: they may loop. A limit of length is set by decoding.max_length_ratio."
        return (replace(never, verdict=Verdict.WATCH, sentence=f"Ends are uncertain: {figures}.", remedy=remedy),)
    if median < base:
        return (
            replace(
                never,
                verdict=Verdict.WATCH,
                trouble="references.cut",
                sentence=f"The model ends its outputs, but not where references end: {figures}.",
                remedy="See whether these references are cut, or leave out what training targets say "
                "(`seq2seq inspect`).",
            ),
        )
    return (known,)
