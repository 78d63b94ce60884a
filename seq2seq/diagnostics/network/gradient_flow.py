"""Gradient flow: how far back through time the gradient of the loss reaches, in the encoder and in the decoder.

What is followed, and where it begins, is described in :mod:`seq2seq.diagnostics.network.backpropagation`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.activity import blown_up
from seq2seq.diagnostics.network.backpropagation import LaggedNorms, lagged_norms
from seq2seq.diagnostics.network.decay import TENTH, Decay, decay
from seq2seq.diagnostics.network.reading import batches, read_batch, sample
from seq2seq.diagnostics.network.trace import Side, named_cells, tensor_name
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import FixedContext
from seq2seq.models.encoder import Encoder
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.lines import Level, Lines, Series
from seq2seq.wording import plural

VANISHED: Final = 1e-3
"""Norm, relative to that at lag 0, from which a gradient does not teach: the sampling noise of a batch's gradient is
some per cent of it, so that a thousandth is far below."""
FAINT: Final = 1e-2
"""Relative norm that is near that noise, where time is the only path: worth knowing when a model disappoints."""
EXPLODED: Final = 10.0
"""Relative norm from which a gradient explodes: the first token then moves the weights ten times as much as the last.
Layers that learn stay below 3."""
NEAR: Final = 2
"""Lag at which layers are judged whose tokens reach the loss by another path than time, such as attention: where the
norm has vanished there, the layer reads its tokens one by one."""
_NAME: Final = "gradient-flow"
_CLIP: Final = (
    "Clip it (`training.clip_norm: 1.0`), lower the learning rate, and use gated cells with orthogonal matrices "
    "(`model.{side}.cell: lstm`, `model.initialisation.orthogonal: true`)."
)
_SOURCE: Final = "Pascanu et al. 2013, section 2; Hochreiter 1991"


@dataclass(frozen=True)
class Curve:
    """The gradients of one state tensor of one cell, by lag."""

    name: str
    """`encoder layer 1, forward`."""
    side: Side
    tensor: str
    """`h`, or of an LSTM `c`."""
    only_at_end: bool
    """Whether only the final state of the cell is read."""
    decay: Decay

    def at(self, lag: int) -> float:
        """Relative norm at a lag; the last one measured, where no rate is known."""
        found = self.decay.at(lag)
        return float(self.decay.means[-1]) if found is None else found


def measure_gradient_flow(subject: Subject) -> list[Finding]:
    """Memory of the encoder and of the decoder; no finding about a side without recurrent layers."""
    curves, examples = gradient_curves(subject), sample(subject, _NAME)
    sides = dict.fromkeys(side for _, side, _ in named_cells(subject.model))
    return [_finding(subject, side, [one for one in curves if one.side == side], examples) for side in sides]


def gradient_curves(subject: Subject) -> list[Curve]:
    """The curves of all state tensors of all cells that a gradient reaches."""
    generator = subject.generator(f"{_NAME}-steps")
    norms: dict[str, list[LaggedNorms]] = {}
    for batch in batches(subject, sample(subject, _NAME)):
        trace, loss = read_batch(subject.model, batch, gradients=True)
        for one in lagged_norms(trace, loss, generator):
            norms.setdefault(one.cell.name, []).append(one)
    return [curve for parts in norms.values() for curve in _curves(parts)]


def _curves(parts: Sequence[LaggedNorms]) -> Iterator[Curve]:
    """The curves of one cell, from its batches."""
    cell = parts[0].cell
    lags = max(part.norms[0].shape[1] for part in parts)
    for tensor in range(cell.cell.state_tensors):
        padded = [
            np.pad(part.norms[tensor], ((0, 0), (0, lags - part.norms[tensor].shape[1])), constant_values=np.nan)
            for part in parts
        ]
        found = decay(np.concatenate(padded))
        if found is not None:
            yield Curve(cell.name, cell.side, tensor_name(tensor), all(one.only_at_end for one in parts), found)


def _finding(subject: Subject, side: Side, curves: Sequence[Curve], examples: Sequence[Example]) -> Finding:
    unit = subject.unit
    finding = partial(
        Finding, measure=f"{_NAME}-{side}", title=f"Memory of the {side}", unit=f"{unit}s", source=_SOURCE
    )
    if not curves:
        sentence = f"No gradient of the loss reaches the {side}: there is nothing to follow back."
        return finding(value=None, verdict=Verdict.UNJUDGED, sentence=sentence)
    ends = -1 if unit == "step" and side == "encoder" else 0 if unit == "step" else 1  # EOS; the last step is decoded
    length = int(np.median([len(one.source_ids if side == "encoder" else one.target_ids) + ends for one in examples]))
    only_path = _time_is_the_only_path(subject, side, curves)
    both_ends = only_path and any("backward" in curve.name for curve in curves)
    # Between two directions, no token is further than half the length from an end.
    distance = max(1, length // 2 if both_ends else length - 1)
    best = max(curves, key=lambda curve: curve.at(distance))
    growth = best.at(distance)
    reach = growth if only_path else max(curve.at(min(NEAR, distance)) for curve in curves)
    memory = best.decay.memory
    judged = partial(
        finding,
        value=float(len(best.decay.means) - 1) if memory is None else memory,
        details=_details(curves, length, distance, only_path=only_path),
        drawings=(draw_curves(f"Gradients in the {side} by lag", _named(curves), unit),),
    )
    facts = _facts(best, distance, growth, unit)
    if reach >= (FAINT if only_path else VANISHED) and growth < EXPLODED:
        return judged(verdict=Verdict.FINE, sentence=facts)
    verdict = Verdict.TROUBLE if reach < VANISHED or growth >= EXPLODED else Verdict.WATCH
    if growth >= EXPLODED:
        trouble, what, remedy = "gradients.exploding", "The gradient explodes on its way back.", _CLIP.format(side=side)
    else:
        path = (
            f"Time is the only path from the first {unit}" if only_path else f"The layer reads its {unit}s one by one"
        )
        what = f"{path}, and the gradient {'vanishes' if reach < VANISHED else 'is faint'}."
        trouble, remedy = "gradients.vanishing", _against_vanishing(subject, side)
    if any(blown_up(cell) for _, where, cell in named_cells(subject.model) if where == side):
        what += " The weights have grown far beyond those of other networks; that is the cause."
        verdict, remedy = Verdict.WATCH, "Train again with a lower learning rate (`training.optimizer.learning_rate`)."
    return judged(verdict=verdict, trouble=trouble, sentence=f"{what} {facts}", remedy=remedy)


def _time_is_the_only_path(subject: Subject, side: Side, curves: Sequence[Curve]) -> bool:
    """Whether a first token of the source reaches the loss through the states of this side alone."""
    model = subject.model
    if isinstance(model, Forecaster):  # a step reads the trend of the context, and what was a season ago
        return False
    if side == "encoder":
        top = curves[-1].name.split(",")[0]
        return all(curve.only_at_end for curve in curves if curve.name.split(",")[0] == top)
    if not isinstance(model, Seq2Seq) or not isinstance(model.decoder, FixedContext) or model.feed_context:
        return False
    return isinstance(model.encoder, Encoder) and model.bridge.kind != "zero"


def _facts(best: Curve, distance: int, growth: float, unit: str) -> str:
    """The figures in words."""
    lags, memory, rate = len(best.decay.means) - 1, best.decay.memory, best.decay.rate
    ends = f"is above a tenth for {lags} {unit}s" if memory is None else f"falls to a tenth within {memory:.1f} {unit}s"
    per_step = "" if rate is None else f", by a factor of {rate:.2g} per step"
    return (
        f"Followed back through time alone, dL/d{best.tensor} of {best.name} {ends}{per_step}; "
        f"{plural(distance, unit)} back it is {growth:.2g} of its first norm."
    )


def _against_vanishing(subject: Subject, side: Side) -> str:
    cell = getattr(getattr(subject.recipe.model, side), "cell", None)
    gates = f"Use gated cells (`model.{side}.cell: lstm`)"
    if cell == "lstm":
        gates = "Open the forget gates at the start (`model.initialisation.forget_bias: 3.0`)"
    attends = isinstance(subject.model, Seq2Seq) and subject.model.attends
    if isinstance(subject.model, Forecaster):
        attends = not isinstance(subject.model.decoder, FixedContext)
    if not isinstance(subject.model, Classifier) and not attends and side == "encoder":
        return f"{gates}; attention is a shorter path (`model.attention.score: general`)."
    return f"{gates}, and orthogonal recurrent matrices (`model.initialisation.orthogonal: true`)."


def _named(curves: Sequence[Curve]) -> list[tuple[str, Curve]]:
    return [(f"dL/d{curve.tensor}, {curve.name}", curve) for curve in curves]


def draw_curves(title: str, curves: Sequence[tuple[str, Curve]], unit: str = "token") -> Lines:
    """A picture of curves, each with its name; ``unit`` is what the network reads one by one."""
    return Lines(
        title=title,
        x_label=f"{unit}s back from where the gradient enters",
        y_label="norm, relative to lag 0 (geometric mean)",
        series=[
            Series(
                name=name,
                x=np.arange(len(curve.decay.means)),
                y=curve.decay.means,
                low=curve.decay.low,
                high=curve.decay.high,
            )
            for name, curve in curves
        ],
        levels=[Level(name="a tenth", value=TENTH)],
        log_y=True,
    )


def _details(curves: Sequence[Curve], length: int, distance: int, *, only_path: bool) -> dict[str, JsonValue]:
    shown: list[JsonValue] = [{"cell": curve.name, "tensor": curve.tensor, **curve.decay.to_dict()} for curve in curves]
    return {"length": length, "distance": distance, "time_is_the_only_path": only_path, "curves": shown}
