"""The spectrum of the recurrent matrices: by which factors a step stretches and turns a state.

For a plain RNN, dh'/dh = diag(slope) U, with slopes of at most 1. Where the largest singular value of U is below 1,
gradients must vanish; where the spectral radius is above 1, they may explode (Pascanu et al. 2013, section 2.1). A
gated cell carries its state past U, and its matrices say little about its memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.activity import CellActivity, is_gated
from seq2seq.diagnostics.network.trace import Side
from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.cells.gru import GRU
from seq2seq.models.cells.lstm import LSTM
from seq2seq.report.drawings.scatter import Points, Scatter

LARGEST: Final = 1024
"""Larger matrices are left out: their eigenvalues take too long."""
_POINTS: Final = 150
"""Most eigenvalues of a matrix that are drawn: the largest."""
_SOURCE: Final = "Pascanu et al. 2013, section 2.1"
_GATES: Final[dict[type[FusedCell], Sequence[str]]] = {
    LSTM: ("input gate", "forget gate", "candidate", "output gate"),
    GRU: ("reset gate", "update gate", "candidate"),
}


@dataclass(frozen=True)
class Spectrum:
    """One recurrent matrix U (H, H)."""

    cell: str
    matrix: str
    """What it leads to: `forget gate`, or `state`."""
    eigenvalues: NDArray[np.complex128]
    """(H,)"""
    norm: float
    """Its largest singular value."""

    @property
    def radius(self) -> float:
        """Largest absolute value of an eigenvalue."""
        return float(np.abs(self.eigenvalues).max())


def spectra(name: str, cell: object) -> list[Spectrum]:
    """The recurrent matrices of a cell; none of an unknown or a very large one."""
    if not isinstance(cell, FusedCell) or cell.hidden > LARGEST:
        return []
    matrices = cell.weights.recurrent.detach().double().cpu().numpy().reshape(cell.gates, cell.hidden, cell.hidden)
    names = _GATES.get(
        type(cell), ("state",) if cell.gates == 1 else [f"gate {gate + 1}" for gate in range(cell.gates)]
    )
    return [
        Spectrum(name, matrix, np.linalg.eigvals(values), float(np.linalg.norm(values, 2)))
        for matrix, values in zip(names, matrices, strict=True)
    ]


def spectrum_finding(side: Side, cells: Sequence[CellActivity]) -> Finding | None:
    """The spectra of a side, as facts; None: no cell has a matrix that is known."""
    found = [one for activity in cells for one in spectra(activity.name, activity.cell)]
    if not found:
        return None
    largest = max(found, key=lambda one: one.radius)
    names = dict.fromkeys(one.cell for one in found)
    return Finding(
        measure=f"spectrum-{side}",
        title=f"Spectral radius of the {side}'s recurrent matrices",
        value=largest.radius,
        verdict=Verdict.UNJUDGED,
        sentence=f"The largest eigenvalue of U to the {largest.matrix} of {largest.cell} has the absolute value "
        f"{largest.radius:.2f}; the matrix stretches a state by up to {largest.norm:.2f}. {_meaning(largest, cells)}",
        source=_SOURCE,
        drawings=tuple(_drawing(name, [one for one in found if one.cell == name]) for name in names),
        details={"matrices": [_details(one) for one in found]},
    )


def _meaning(largest: Spectrum, cells: Sequence[CellActivity]) -> str:
    """What it means for the cell."""
    if any(is_gated(one.cell) for one in cells if one.name == largest.cell):
        return "Not judged: a gated cell carries its state past these matrices."
    if largest.norm < 1:
        return "Gradients of this cell must vanish: every step shrinks them by that factor at least."
    if largest.radius > 1:
        return "Gradients of this cell may explode where its units are not saturated."
    return "Gradients of this cell shrink in the long run, even where its units are not saturated."


def _drawing(cell: str, matrices: Sequence[Spectrum]) -> Scatter:
    return Scatter(
        title=f"Eigenvalues of the recurrent matrices of {cell}",
        x_label="real part",
        y_label="imaginary part",
        groups=[
            Points(name=f"U to the {one.matrix}", x=values.real, y=values.imag)
            for one in matrices
            for values in [one.eigenvalues[np.argsort(-np.abs(one.eigenvalues))][:_POINTS]]
        ],
        equal=True,
    )


def _details(one: Spectrum) -> JsonValue:
    order = np.argsort(-np.abs(one.eigenvalues))
    values: list[JsonValue] = [[float(value.real), float(value.imag)] for value in one.eigenvalues[order]]
    return {"cell": one.cell, "matrix": one.matrix, "radius": one.radius, "norm": one.norm, "eigenvalues": values}
