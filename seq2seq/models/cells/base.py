"""A recurrent layer in one direction: the base class of every cell.

Letters: B batch, T steps, I inputs, H hidden, G gate units, R rows of a search.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeAlias

import torch
from torch import Tensor, nn

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.initialise import initialise_weights
from seq2seq.models.nodes import Array, GraphBuilder, TensorRef

State: TypeAlias = tuple[Tensor, ...]
"""The state between two steps: ``(h,)``, or ``(h, c)`` for an LSTM, each (B, H)."""


class Cell(nn.Module, ABC):
    """One recurrent layer in one direction, of I ``inputs`` and H ``hidden`` units.

    A cell needs its parameters and :meth:`step`. A faster way over a sequence, an initialisation and ONNX nodes are
    optional. Its output is the first tensor of its state.
    """

    state_tensors: ClassVar[int] = 1
    """Tensors of its state, (B, H) each."""
    bound: ClassVar[float | None] = None
    """Upper bound of the absolute value of its output, for 8-bit products; None if there is none."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.inputs = inputs
        self.hidden = hidden

    @abstractmethod
    def step(self, x: Tensor, state: State) -> State:
        """Advance by one step: (B, I) inputs and the state before them → the state after."""

    def run(self, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
        """Run over a sequence of several steps; :meth:`forward` with a state. By default, step by step."""
        outputs = []
        for time, now in enumerate(x.unbind(1)):
            after = self.step(now, state)
            if lengths is not None:  # on padding, the state stands still
                real = (lengths.to(x.device) > time)[:, None]
                after = tuple(torch.where(real, new, old) for new, old in zip(after, state, strict=True))
            state = after
            outputs.append(state[0])
        return torch.stack(outputs, dim=1), state

    def forward(self, x: Tensor, state: State | None = None, lengths: Tensor | None = None) -> tuple[Tensor, State]:
        """Run over a sequence.

        Args:
            x: (B, T, I) inputs.
            state: the state before the first step, (B, H) per tensor; zeros by default.
            lengths: (B,) real steps of each row, padding after them; by default all T are real. Best on the CPU, where
                they are known without waiting for a device.

        Returns:
            (B, T, H) outputs, arbitrary on padding, and the state after each row's last real step.
        """
        if state is None:
            state = tuple(x.new_zeros(x.size(0), self.hidden) for _ in range(self.state_tensors))
        if x.size(1) == 1:
            state = self.step(x[:, 0], state)
            return state[0][:, None], state
        return self.run(x, state, lengths)

    def initialise(self, config: InitialisationConfig) -> None:  # noqa: ARG002
        """Initialise all parameters of the cell, from torch's global generator."""
        for module in self.modules():
            initialise_weights(module)

    # ------------------------------------------------------------------------------------------------------ ONNX nodes

    def input_map(self) -> tuple[Array, Array]:
        """W (G, I) and b (G,): the linear map from an input to the gates. All that an input does goes through it."""
        raise NotImplementedError

    def step_nodes(self, graph: GraphBuilder, gates: str, state: Sequence[str]) -> list[str]:
        """ONNX nodes of one step: (R, G) of :meth:`input_map` and (R, H) per state tensor → the state after."""
        raise NotImplementedError

    @classmethod
    def exports(cls) -> bool:
        """Whether the cell has ONNX nodes."""
        return cls.step_nodes is not Cell.step_nodes

    def nodes(
        self, graph: GraphBuilder, parts: Sequence[TensorRef], state: Sequence[str], extra: str | None = None
    ) -> list[str]:
        """ONNX nodes of one step of a decoder.

        Args:
            graph: gets the nodes.
            parts: (R, ...) inputs, side by side; fewer than I units if ``extra`` stands for the rest.
            state: (R, H) per state tensor.
            extra: (R, G) share of the inputs that are not in ``parts``.
        """
        weight, bias = self.input_map()
        gates = graph.linear(parts, weight[:, : sum(part.size for part in parts)], bias)
        return self.step_nodes(graph, gates if extra is None else graph.op("Add", gates, extra), state)

    def output_ref(self, h: str) -> TensorRef:
        """A state's h as a tensor of a graph."""
        return TensorRef(h, self.hidden, self.bound)
