"""Gates: how far they are open over real tokens, and whether they still react.

A gate that is nearly closed for one word and nearly open for another is used as a switch, and learns; one that is
nearly closed, or nearly open, for every word does not: its logistic function is flat there. So a unit's gate counts as
stuck where it is saturated on the same side at nearly all tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from pydantic import JsonValue
from torch import Tensor

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.activity import SIGMOIDS, CellActivity, blown_up, is_gated
from seq2seq.diagnostics.network.trace import Side
from seq2seq.report.drawings.lines import Lines, Series

LEFT: Final = 0.1
RIGHT: Final = 0.9
"""Values of left- and right-saturated gates (Karpathy et al. 2016, section 4.2); the slope of the logistic function is
then below 36 % of its steepest."""
ALWAYS: Final = 0.99
"""Share of the tokens at which a stuck gate is saturated."""
MOST: Final = 0.5
"""Share of a gate's units that are stuck, from which it is saturated. In a layer that learns it is a few per cent."""
_BINS: Final = 20
_SOURCE: Final = "Karpathy et al. 2016, section 4.2"


@dataclass(frozen=True)
class GateUse:
    """One gate of one cell."""

    cell: str
    gate: str
    left: float
    """Share of its values below 0.1, over units and tokens."""
    right: float
    """Share above 0.9."""
    closed: float
    """Share of its units that are stuck closed."""
    open: float
    """Share of its units that are stuck open."""
    histogram: tuple[float, ...]
    """Shares of its values in 20 equal parts of 0 to 1."""
    remembers: bool
    """Whether it is open where the state is kept: a forget gate that is stuck open forgets nothing, and still learns
    through the other gates."""

    @property
    def stuck(self) -> float:
        """Share of the units whose gate does not react."""
        return self.closed + self.open

    @property
    def disabled(self) -> float:
        """Share of the units that are stuck in a way by which they can do nothing."""
        return self.closed if self.remembers else self.stuck


def gate_use(activity: CellActivity) -> list[GateUse]:
    """All gates of a cell; none of a cell without gates."""
    sums = activity.sums()
    return [_use(activity.name, name, sums[name]) for name in SIGMOIDS if name in sums]


def _use(cell: str, gate: str, sums: Tensor) -> GateUse:
    values = torch.sigmoid(sums)
    counts = np.histogram(values.cpu().numpy(), bins=_BINS, range=(0.0, 1.0))[0]
    return GateUse(
        cell=cell,
        gate=gate,
        left=float((values < LEFT).double().mean()),
        right=float((values > RIGHT).double().mean()),
        closed=float(((values < LEFT).double().mean(dim=0) >= ALWAYS).double().mean()),
        open=float(((values > RIGHT).double().mean(dim=0) >= ALWAYS).double().mean()),
        histogram=tuple((counts / counts.sum()).tolist()),
        remembers=gate == "forget gate",
    )


def gate_finding(side: Side, cells: Sequence[CellActivity]) -> Finding | None:
    """The gates of a side; None if it has none that are known."""
    gated = [one for one in cells if is_gated(one.cell)]
    uses = [use for one in gated for use in gate_use(one)]
    if not uses:
        return None
    worst = max(uses, key=lambda use: (use.disabled, use.stuck, use.left + use.right))
    stuck = 100 * worst.stuck
    fact = (
        f"The {worst.gate} of {worst.cell} is stuck in {stuck:.0f} % of the units "
        f"({100 * worst.closed:.0f} % closed, {100 * worst.open:.0f} % open, whatever the {gated[0].unit})."
        if stuck
        else "No unit has a gate that is stuck. "
        f"Of all values of the {worst.gate} of {worst.cell}, {100 * worst.left:.0f} % are below {LEFT} and "
        f"{100 * worst.right:.0f} % above {RIGHT}."
    )
    verdict, trouble, remedy = Verdict.FINE, None, None
    if worst.disabled >= MOST:
        driven = any(blown_up(one.cell) for one in gated if one.name == worst.cell)
        verdict, trouble = (Verdict.WATCH if driven else Verdict.TROUBLE), "gates.saturated"
        if driven:
            fact += " Its weights have grown far beyond those of other networks, and drive it there."
            remedy = "Lower the learning rate (`training.optimizer.learning_rate`), and clip gradients."
        else:
            remedy = (
                "Start with biases near 0 (`model.initialisation.forget_bias: 1.0`), and lower the learning rate; "
                "train again: such a gate hardly gets a gradient."
            )
    return Finding(
        measure=f"gates-{side}",
        title=f"Stuck gates of the {side}",
        value=stuck,
        unit="%",
        verdict=verdict,
        sentence=fact,
        trouble=trouble,
        remedy=remedy,
        source=_SOURCE,
        drawings=tuple(_drawing(one, [use for use in uses if use.cell == one.name]) for one in gated),
        details={"gates": [_details(use) for use in uses]},
    )


def _drawing(cell: CellActivity, uses: Sequence[GateUse]) -> Lines:
    middles = (np.arange(_BINS) + 0.5) / _BINS
    return Lines(
        title=f"How far the gates of {cell.name} are open",
        x_label="value of the gate (0: closed, 1: open)",
        y_label=f"share of units and {cell.unit}s",
        series=[Series(name=use.gate, x=middles, y=use.histogram) for use in uses],
        from_zero=True,
    )


def _details(use: GateUse) -> JsonValue:
    return {
        "cell": use.cell,
        "gate": use.gate,
        "below_0.1": use.left,
        "above_0.9": use.right,
        "stuck_closed": use.closed,
        "stuck_open": use.open,
        "histogram": list(use.histogram),
    }
