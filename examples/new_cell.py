"""Your own recurrent cell: registered in the running program, chosen by its name, trained and used like the others.

Shows:  CELLS.register, Cell; the same goes for attention scores, poolings, metrics and file formats (docs/library.md)
Time:   20 s on one CPU core
Run:    python examples/new_cell.py

The task is to copy digits and letters, a bundled corpus; 150 steps are enough to see the loss fall.
"""

import torch
from torch import Tensor, nn

import seq2seq
from seq2seq.models.cells.base import Cell, State
from seq2seq.registry import CELLS


@CELLS.register("minimal")
class MinimalGatedUnit(Cell):
    """Zhou et al. 2016, "Minimal gated unit for recurrent neural networks": a GRU with one gate.

    f  = s(W_f x + U_f h + b_f)
    n  = tanh(W_n x + U_n (f * h) + b_n)
    h' = (1 - f) * h + f * n
    """

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(inputs, hidden)
        self.from_input = nn.Linear(inputs, 2 * hidden)
        self.to_gate = nn.Linear(hidden, hidden, bias=False)
        self.to_candidate = nn.Linear(hidden, hidden, bias=False)

    def step(self, x: Tensor, state: State) -> State:
        """Advance by one step; a whole sequence is read step by step, padding left out."""
        (h,) = state
        gate, candidate = self.from_input(x).chunk(2, dim=1)
        f = torch.sigmoid(gate + self.to_gate(h))
        n = torch.tanh(candidate + self.to_candidate(f * h))
        return ((1 - f) * h + f * n,)


def main() -> None:
    """Train with the cell in encoder and decoder, then translate."""
    result = seq2seq.train(
        "toy/copy",
        "runs/new_cell",
        settings={
            "model.encoder.cell": "minimal",
            "model.decoder.cell": "minimal",
            "training.max_steps": 150,
            "training.validation.every_steps": 50,
            "training.validation.metric": "loss",
        },
        overwrite=True,
    )
    translator = seq2seq.Translator.load(result.path)  # by torch: the cell has no ONNX nodes (Cell.step_nodes)
    for source in ("1 2 3", "a b c d"):
        print(f"{source} -> {translator.translate([source])[0]}")
    print(f"best loss: {result.summary.best:.3f} nats per token after {result.summary.steps} steps")


if __name__ == "__main__":
    main()
