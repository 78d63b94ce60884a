"""The cells of this package, by name."""

from seq2seq.models.cells.base import Cell
from seq2seq.registry import CELLS

FUSED_NAMES = ["rnn_tanh", "rnn_relu", "gru", "lstm"]
SCANNED_NAMES = ["ssru", "minlstm"]
CELL_NAMES = FUSED_NAMES + SCANNED_NAMES


def cell_class(name: str) -> type[Cell]:
    """The class that a recipe means."""
    return CELLS.load_class(name, Cell)
