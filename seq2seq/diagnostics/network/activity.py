"""What the units of every cell do while the model reads real tokens.

Letters: N real steps of all examples together, I inputs, H hidden.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from seq2seq.diagnostics.network.reading import read_all, sample
from seq2seq.diagnostics.network.trace import CellTrace, Side
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.cells.gru import GRU
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.cells.rnn_relu import ReluRNN
from seq2seq.models.cells.rnn_tanh import TanhRNN

GROWN: Final = 5.0
"""Size of a recurrent matrix, relative to an orthogonal one, from which weights have been blown up: training that goes
well changes it by less than a factor of 2 or 3. Gates are then saturated by their inputs."""


@dataclass(frozen=True)
class CellActivity:
    """One cell at the real steps of all examples."""

    name: str
    side: Side
    cell: Cell
    inputs: Tensor
    """(N, I)"""
    before: State
    """(N, H) per state tensor: the state that each step starts from."""
    after: State
    """(N, H) per state tensor."""
    step: Tensor
    """(N,) number of the step, from 0."""
    unit: str = "token"
    """What it reads one by one."""

    def sums(self) -> dict[str, Tensor]:
        """(N, H) sums before the non-linearities, by the name of what they become; none of an unknown cell."""
        if not isinstance(self.cell, FusedCell):
            return {}
        with torch.no_grad():
            return _sums(self.cell, self.inputs, self.before[0])


def is_gated(cell: Cell) -> bool:
    """Whether it is a cell with gates that are known."""
    return isinstance(cell, LSTM | GRU)


def recurrent_size(cell: Cell) -> float | None:
    """Norm of the recurrent matrices relative to orthogonal ones, the mean over gates; None: an unknown cell."""
    if not isinstance(cell, FusedCell):
        return None
    gates = cell.weights.recurrent.detach().chunk(cell.gates)
    return sum(float(gate.norm()) for gate in gates) / len(gates) / math.sqrt(cell.hidden)


def blown_up(cell: Cell) -> bool:
    """Whether the weights of a gated cell are so large that they drive its gates whatever else is right or wrong."""
    size = recurrent_size(cell)
    return is_gated(cell) and size is not None and size >= GROWN


SIGMOIDS: Final = ("input gate", "forget gate", "output gate", "reset gate", "update gate")
"""Names, among those of :meth:`CellActivity.sums`, of what a logistic function makes gates of."""


def _sums(cell: FusedCell, x: Tensor, h: Tensor) -> dict[str, Tensor]:
    from_input, from_state = cell.shares(x, h)
    match cell:
        case LSTM():
            names = ("input gate", "forget gate", "candidate", "output gate")
            return dict(zip(names, (from_input + from_state).chunk(4, dim=1), strict=True))
        case GRU():
            r_x, z_x, n_x = from_input.chunk(3, dim=1)
            r_h, z_h, n_h = from_state.chunk(3, dim=1)
            candidate = n_x + torch.sigmoid(r_x + r_h) * n_h
            return {"reset gate": r_x + r_h, "update gate": z_x + z_h, "candidate": candidate}
        case TanhRNN() | ReluRNN():
            return {"state": from_input + from_state}
        case _:
            return {}


def activities(subject: Subject) -> list[CellActivity]:
    """The activity of every cell, from the source to the output."""
    parts: dict[str, list[CellTrace]] = {}
    for trace in read_all(subject, sample(subject, "activity")):
        for one in trace.cells:
            parts.setdefault(one.name, []).append(one)
    return [_joined(traces, subject.unit) for traces in parts.values()]


def _joined(traces: list[CellTrace], unit: str) -> CellActivity:
    first = traces[0]
    tensors = range(first.cell.state_tensors)
    return CellActivity(
        name=first.name,
        side=first.side,
        cell=first.cell,
        inputs=torch.cat([one.at_real(one.inputs) for one in traces]),
        before=tuple(_states(traces, tensor, slice(None, -1)) for tensor in tensors),
        after=tuple(_states(traces, tensor, slice(1, None)) for tensor in tensors),
        step=torch.cat([one.real().nonzero()[:, 1] for one in traces]),
        unit=unit,
    )


def _states(traces: list[CellTrace], tensor: int, steps: slice) -> Tensor:
    return torch.cat([one.at_real([state[tensor] for state in one.states[steps]]) for one in traces])


def by_side(found: list[CellActivity]) -> Iterator[tuple[Side, list[CellActivity]]]:
    """The cells of the encoder, then those of the decoder; a side without cells is left out."""
    for side in dict.fromkeys(one.side for one in found):
        yield side, [one for one in found if one.side == side]
