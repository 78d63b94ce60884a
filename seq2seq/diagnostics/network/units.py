"""Units: dead and saturated ones, the working range of their non-linearities, and the norms of the states over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.activity import SIGMOIDS, CellActivity, blown_up
from seq2seq.diagnostics.network.gates import MOST as MOST_GATES
from seq2seq.diagnostics.network.gates import gate_use
from seq2seq.diagnostics.network.trace import Side
from seq2seq.models.cells.rnn_relu import ReluRNN
from seq2seq.report.drawings.bars import BarGroup, Bars

CONSTANT: Final = 0.01
"""Standard deviation over tokens, relative to the root mean square of the layer, below which a unit tells nothing: all
such units together carry less than a ten-thousandth of the layer's variance."""
SATURATED: Final = 0.95
"""Absolute value from which a bounded unit is saturated: the slope of tanh is below a tenth of its steepest."""
ALWAYS: Final = 0.99
"""Share of the tokens at which a saturated unit is so."""
MOST: Final = 0.5
"""Share of dead units of a layer from which they are what is wrong with it."""
MANY: Final = 0.2
"""Share of dead units that is worth knowing: the layer could be smaller by so much."""
TANH_RANGE: Final = 2.0
SIGMOID_RANGE: Final = 4.0
"""Sums beyond which tanh and the logistic function have less than 7 % of their steepest slope."""


@dataclass(frozen=True)
class UnitUse:
    """The units of one cell, as shares of all."""

    cell: str
    constant: float
    saturated: float
    """At nearly every token, on whichever side; 0 of units without bounds."""
    dead: float
    """Constant or saturated."""
    outside: dict[str, float]
    """By the name of what a sum becomes: the share of its values, over units and tokens, that is out of range."""


def unit_use(activity: CellActivity) -> UnitUse:
    """Look at the outputs and sums of a cell."""
    outputs = activity.after[0].double()
    layer = outputs.square().mean().sqrt()
    constant = outputs.std(dim=0, correction=0) <= CONSTANT * layer
    bounded = activity.cell.bound is not None
    saturated = (outputs.abs() > SATURATED).double().mean(dim=0) >= ALWAYS if bounded else torch.zeros_like(constant)
    return UnitUse(
        cell=activity.name,
        constant=float(constant.double().mean()),
        saturated=float(saturated.double().mean()),
        dead=float((constant | saturated).double().mean()),
        outside=_outside(activity),
    )


def _outside(activity: CellActivity) -> dict[str, float]:
    found = {}
    for name, sums in activity.sums().items():
        if isinstance(activity.cell, ReluRNN):
            out = sums < 0
        else:
            out = sums.abs() > (SIGMOID_RANGE if name in SIGMOIDS else TANH_RANGE)
        found[name] = float(out.double().mean())
    return found


def unit_finding(side: Side, cells: Sequence[CellActivity]) -> Finding:
    """Dead and saturated units of a side."""
    uses = [unit_use(one) for one in cells]
    place = int(np.argmax([use.dead for use in uses]))
    worst, activity = uses[place], cells[place]
    fact = (
        f"{100 * worst.dead:.0f} % of the units of {worst.cell} are dead: {100 * worst.constant:.0f} % are constant, "
        f"{100 * worst.saturated:.0f} % always saturated."
        if worst.dead
        else f"No unit is constant, and none is saturated at every {cells[0].unit}."
    )
    verdict, trouble, remedy = Verdict.FINE, None, None
    if worst.dead >= MANY:
        verdict, trouble = (Verdict.TROUBLE if worst.dead >= MOST else Verdict.WATCH), "units.dead"
        remedy = (
            f"Use fewer units (`model.{side}.hidden`), or start again with a lower learning rate."
            if verdict is Verdict.WATCH
            else "Start again with a lower learning rate (`training.optimizer.learning_rate`) and the usual initial "
            "weights; of rectified units, prefer tanh or gates (`cell: lstm`)."
        )
        cause = _cause(activity)
        if cause is not None:
            verdict, fact = Verdict.WATCH, f"{fact} {cause}"
    return Finding(
        measure=f"units-{side}",
        title=f"Dead units of the {side}",
        value=100 * worst.dead,
        unit="%",
        verdict=verdict,
        sentence=fact,
        trouble=trouble,
        remedy=remedy,
        source="Karpathy et al. 2016, section 4.2; Glorot and Bengio 2010, section 3",
        drawings=(_drawing(side, uses, cells[0].unit),) if any(use.outside for use in uses) else (),
        details={"cells": [_details(use) for use in uses]},
    )


def _cause(activity: CellActivity) -> str | None:
    """The trouble that dead units follow from, in words."""
    if blown_up(activity.cell):
        return "Its weights have grown far beyond those of other networks; that is the cause."
    if any(use.disabled >= MOST_GATES for use in gate_use(activity)):
        return "Its gates are saturated; that is the cause."
    return None


def _drawing(side: Side, uses: Sequence[UnitUse], unit: str) -> Bars:
    names = list(dict.fromkeys(name for use in uses for name in use.outside))
    return Bars(
        title=f"Sums outside of the working range of their non-linearity, {side}",
        categories=names,
        groups=[
            BarGroup(name=use.cell, values=[100 * use.outside.get(name, float("nan")) for name in names])
            for use in uses
        ],
        y_label=f"% of units and {unit}s",
    )


def _details(use: UnitUse) -> JsonValue:
    return {
        "cell": use.cell,
        "constant": use.constant,
        "saturated": use.saturated,
        "dead": use.dead,
        "outside_of_range": {**use.outside},
    }
