"""How far back a forecaster reads: what moves its forecasts, by step of the context.

The gradients of the medians of the next increments with respect to what the encoder reads of each step (Madsen 2019,
"Visualizing memorization in RNNs"), so that attention is part of it. The trend of the context, and the increment of a
season ago, which every step reads as numbers, are not.

Letters: N windows, L steps of a context, H steps ahead.
"""

from typing import Any, Final

import numpy as np
import torch

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.outcomes import format_of, network_of, to_array
from seq2seq.diagnostics.network.reading import batches, sample
from seq2seq.diagnostics.network.trace import traced
from seq2seq.diagnostics.subject import Subject
from seq2seq.report.drawings.lines import Lines, Series
from seq2seq.series.series import Floats
from seq2seq.training.step.forecast_objective import join
from seq2seq.wording import plural

_AHEAD: Final = 8
"""Most steps ahead whose gradients are followed, evenly spread over the horizon."""
MOST: Final = 0.99
"""Share of what moves forecasts after which the rest of the context is not read."""
UNREAD: Final = 0.5
"""Share of the context that is not read, from which it could be shorter."""


def measure_reading_back(subject: Subject) -> list[Finding]:
    """The share of each step of the context, back from its end."""
    shares = reading_back(subject)
    if shares is None:
        return []
    steps, season = len(shares), format_of(subject).season
    within = np.cumsum(shares)
    half, most = (int(np.searchsorted(within, share * within[-1])) + 1 for share in (0.5, 0.9))
    nearly = int(np.searchsorted(within, MOST * within[-1])) + 1
    said = (
        f"Half of what moves a forecast is in the last {plural(half, 'step')} of {steps} that the encoder reads, "
        f"90 % in the last {most}, 99 % in the last {nearly}"
    )
    if 1 < season < steps - 1:
        beside = float(shares[season - 1] / max((shares[season - 2] + shares[season]) / 2, 1e-12))
        said += f"; the step of a season ago ({season}) counts {beside:.2g} times as much as its neighbours"
    judged: dict[str, Any] = {"verdict": Verdict.UNJUDGED, "sentence": f"{said}."}
    if nearly <= (1 - UNREAD) * steps and nearly < steps - season:
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "context.unread",
            "sentence": f"{said}: the rest of the context changes nothing.",
            "remedy": f"If that is right, data.forecast.context: {max(nearly, season) + 1} trains faster; if older "
            "steps matter, attention is a shorter path to them (model.attention.score: general).",
        }
    back = np.arange(1, steps + 1)
    return [
        Finding(
            measure="reading-back",
            title="Steps that hold 90 % of what moves a forecast",
            value=float(most),
            unit="steps",
            source="Madsen 2019 (Distill), Visualizing memorization in RNNs",
            drawings=(
                Lines(
                    title="What moves a forecast, by step of the context",
                    x_label="steps back from the end of what the encoder reads",
                    y_label="share of the norms of gradients",
                    series=[Series(name="mean over series", x=back, y=shares)],
                    from_zero=True,
                ),
            ),
            details={"shares": shares.tolist(), "season": season},
            **judged,
        )
    ]


def reading_back(subject: Subject) -> Floats | None:
    """(L,) share of each step, from the last back, the mean over windows of whole contexts; None: no gradient."""
    model = network_of(subject)
    found: list[Floats] = []
    for batch in batches(subject, sample(subject, "reading-back")):
        horizon = batch.target.size(1)
        steps = join(batch.source, batch.source_lengths, batch.target).to(subject.device)
        lengths = batch.source_lengths.to(subject.device)
        with torch.enable_grad(), traced(model) as trace:
            raw, _ = model(steps[..., : model.channels], lengths, steps[..., model.channels :], horizon)
            medians = model.distribution.median(raw)
            ahead = np.unique(np.linspace(0, horizon - 1, min(_AHEAD, horizon)).astype(int)).tolist()
            norms = sum(
                torch.autograd.grad(medians[:, step].sum(), trace.embedded[0], retain_graph=True)[0].norm(dim=2)
                for step in ahead
            )
        assert isinstance(norms, torch.Tensor)
        for row, length in zip(to_array(norms), (batch.source_lengths - 1).tolist(), strict=True):
            found.append(row[:length][::-1])
    longest = max(map(len, found))
    whole = [row / row.sum() for row in found if len(row) == longest and row.sum() > 0]
    return np.mean(whole, axis=0) if whole else None
