"""How far tags decide what is written: what is lost with the tags of another example."""

from typing import Any, Final

import numpy as np

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.outcomes import listed, means, standard_error
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.synthesis.outcomes import predict, predicted
from seq2seq.report.drawings.lines import Lines, Series
from seq2seq.series.series import Floats
from seq2seq.wording import plural

SIGMAS: Final = 2.0
"""Standard errors, over sequences, by which tags must help to count as read."""
_FEWEST: Final = 5
"""Examples of a step that is drawn."""


def measure_tags(subject: Subject) -> list[Finding]:
    """Nats per sequence that tags bring; no finding where all examples have the same."""
    examples = subject.examples
    tags = [tuple(one.source_ids) for one in examples]
    if len(set(tags)) < 2:
        return []
    random = subject.generator("tags")
    others = [tags[int(random.choice([row for row, one in enumerate(tags) if one != own]))] for own in tags]
    own = [one.nats for one in predicted(subject)]
    exchanged = [one.nats for one in predict(subject, examples, others)]
    gained = np.array([float((other - one).sum()) for one, other in zip(own, exchanged, strict=True)])
    mean, error = float(gained.mean()), standard_error(gained)
    said = (
        f"With the tags of another example, {plural(len(examples), 'sequence')} are less likely by {mean:.2f} nats on "
        f"average (± {SIGMAS * error:.2f})"
    )
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if mean <= SIGMAS * error:
        judged = {
            "verdict": Verdict.TROUBLE,
            "trouble": "tags.ignored",
            "sentence": f"{said}: tags do not decide what is written.",
            "remedy": "Feed them to every step (model.feed_context: true), train longer (training.max_epochs), "
            "and see whether sequences of different tags differ at all.",
        }
    by_step = [_by_step(some) for some in (own, exchanged)]
    steps = np.arange(1, len(by_step[0]) + 1)
    drawing = Lines(
        title="Likelihood by step, with the right tags and with those of another example",
        x_label="step",
        y_label="nats per step",
        series=[
            Series(name=name, x=steps, y=nats) for name, nats in zip(("right tags", "other tags"), by_step, strict=True)
        ],
    )
    return [
        Finding(
            measure="tags",
            title="What tags bring",
            value=mean,
            unit="nats per sequence",
            drawings=(drawing,),
            details={"error": error, "right": listed(by_step[0]), "others": listed(by_step[1])},
            **judged,
        )
    ]


def _by_step(nats: list[Floats]) -> Floats:
    """Mean nats of each step that enough examples have."""
    longest = max(map(len, nats))
    filled = np.stack([np.pad(one, (0, longest - len(one)), constant_values=np.nan) for one in nats])
    enough = np.isfinite(filled).sum(axis=0) >= min(_FEWEST, len(nats))
    return means(filled[:, enough], 0)
