"""Norms of the hidden and the cell state over time: whether a state grows with the length of what is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.activity import CellActivity
from seq2seq.diagnostics.network.decay import ENOUGH, Floats
from seq2seq.diagnostics.network.trace import Side, tensor_name
from seq2seq.report.drawings.lines import Lines, Series

LARGE: Final = 10.0
"""Root mean square of a state from which it is large: tanh(10) is 1 to eight digits, and passes no gradient."""
_SHORTEST: Final = 3
"""Steps that a curve has at least."""
_SOURCE: Final = "Karpathy et al. 2016, section 4.2; Le et al. 2015, section 4"


@dataclass(frozen=True)
class NormCurve:
    """Root mean square of a state's units by step."""

    cell: str
    tensor: str
    means: Floats
    """(T,) over examples; steps that few examples have are left out."""
    high: Floats
    """(T,) mean plus one standard deviation over examples."""
    low: Floats

    @property
    def growth(self) -> float:
        """Mean of the last third of the steps, relative to that of the middle one."""
        _, middle, last = (part.mean() for part in np.array_split(self.means, 3))
        return float(last / max(middle, 1e-12))

    @property
    def still_growing(self) -> bool:
        """Whether the last third rises at least half as fast as the middle one."""
        first, middle, last = (float(part.mean()) for part in np.array_split(self.means, 3))
        return last - middle > (middle - first) / 2 > 0


def norm_curves(activity: CellActivity) -> list[NormCurve]:
    """The curves of all state tensors of a cell."""
    counts = torch.bincount(activity.step).cpu().numpy()
    enough = counts >= min(ENOUGH, int(counts[0]))
    steps = len(enough) if enough.all() else int(np.argmin(enough))
    found = []
    for tensor, values in enumerate(activity.after):
        norms = values.double().square().mean(dim=1).sqrt().cpu().numpy()
        per_step = [norms[(activity.step == step).cpu().numpy()] for step in range(steps)]
        means, spread = (np.array([apply(part) for part in per_step]) for apply in (np.mean, np.std))
        found.append(
            NormCurve(activity.name, tensor_name(tensor), means, means + spread, np.maximum(means - spread, 0))
        )
    return found


def state_finding(side: Side, cells: Sequence[CellActivity]) -> Finding | None:
    """The norms of a side's states; None: the examples are too short to tell."""
    curves = [curve for one in cells for curve in norm_curves(one) if len(curve.means) >= _SHORTEST]
    if not curves:
        return None
    largest = max(curves, key=lambda curve: curve.means[-1])
    end, unit = float(largest.means[-1]), cells[0].unit
    fact = (
        f"After {len(largest.means)} {unit}s, {largest.tensor} of {largest.cell} has a root mean square of {end:.2g}; "
        f"in the last third it is {largest.growth:.2g} times as large as in the middle one"
    )
    verdict, trouble, remedy = Verdict.FINE, None, None
    if end >= LARGE and largest.still_growing:
        verdict, trouble = Verdict.WATCH, "states.growing"
        fact += ", and still growing: longer ones lead to states that were never seen"
        remedy = f"Use cells whose state is bounded (`model.{side}.cell: gru`), or add weight decay."
    return Finding(
        measure=f"states-{side}",
        title=f"Size of the {side}'s states",
        value=end,
        verdict=verdict,
        sentence=f"{fact}.",
        trouble=trouble,
        remedy=remedy,
        source=_SOURCE,
        drawings=(_drawing(side, curves, unit),),
        details={"curves": [_details(curve) for curve in curves]},
    )


def _drawing(side: Side, curves: Sequence[NormCurve], unit: str) -> Lines:
    return Lines(
        title=f"States of the {side} over time",
        x_label=f"{unit}s read",
        y_label="root mean square of the units",
        series=[
            Series(
                name=f"{curve.tensor} of {curve.cell}",
                x=np.arange(1, len(curve.means) + 1),
                y=curve.means,
                low=curve.low,
                high=curve.high,
            )
            for curve in curves
        ],
        from_zero=True,
    )


def _details(curve: NormCurve) -> JsonValue:
    return {
        "cell": curve.cell,
        "tensor": curve.tensor,
        "means": curve.means.tolist(),
        "low": curve.low.tolist(),
        "high": curve.high.tolist(),
    }
