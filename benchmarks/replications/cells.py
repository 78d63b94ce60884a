"""LSTM and GRU against a tanh RNN, by lag."""

from pathlib import Path
from typing import Final

from replications.protocol import Prediction, Replication, Scores
from replications.running import score, train
from replications.tasks import LETTERS, Part, remembered, write

_LAGS: Final = (10, 40, 80)
"""Longest lags in steps: training has lags from 1 to one of these, the test set those of its upper half."""
_CONDITIONS: Final = {f"{lag // 2 + 1}–{lag}": lag for lag in _LAGS}
_SHORTEST, *_, _LONGEST = _CONDITIONS
_CELLS: Final = {"LSTM": ("lstm", 48, 1e-2), "GRU": ("gru", 56, 1e-2), "tanh RNN": ("rnn_tanh", 104, 1e-3)}
"""Cell, units (about 13,000 parameters each), and the learning rate that was chosen for it."""


def measure(seed: int, folder: Path, quick: bool) -> Scores:
    """Accuracy of every cell at every lag, in percent."""
    scores: dict[str, dict[str, float]] = {arm: {} for arm in _CELLS}
    for condition, lag in _CONDITIONS.items():
        near, far = [Part(remembered((1, lag)))], [Part(remembered((lag // 2 + 1, lag)))]
        sizes = {"train": (300 if quick else 3000, near), "dev": (100, far), "test": (400, far)}
        data = write(folder / f"data-{lag}", seed, sizes)
        for arm, (cell, units, rate) in _CELLS.items():
            settings = {
                "model.encoder.cell": cell,
                "model.encoder.hidden": units,
                "training.optimizer.learning_rate": rate,
                "training.max_epochs": None,
                "training.max_steps": 20 if quick else 500,
                "training.batch": {"max_rows": 32},
                "training.validation": {"every_steps": 20 if quick else 100},
            }
            model = train("toy/remember", settings, data, folder / f"{cell}-{lag}", seed)
            scores[arm][condition] = 100 * score(model).report.scores.accuracy
    return scores


def _gap(scores: Scores, cell: str, lag: str) -> float:
    return scores[cell][lag] - scores["tanh RNN"][lag]


def _prediction(cell: str) -> Prediction:
    return Prediction(
        f"accuracy of the {cell} minus that of the tanh RNN: larger at lags {_LONGEST} than at lags {_SHORTEST}",
        "points",
        10.0,
        lambda scores: _gap(scores, cell, _LONGEST) - _gap(scores, cell, _SHORTEST),
    )


REPLICATION: Final = Replication(
    name="cells",
    title="Gated cells and lag",
    claim="An LSTM and a GRU learn from what lies far back; a tanh RNN learns only from what is near.",
    source="Hochreiter and Schmidhuber 1997; Chung et al. 2014",
    setting=(
        "The letter in front of 1 to N zeros and ones is the label (generated; N is 10, 40 or 80, and the test set has "
        "the upper half of these lags). Recipe `toy/remember`: one layer, of which only the last state is read; an "
        "LSTM of 48 units, a GRU of 56, a tanh RNN of 104, about 13,000 parameters each; 500 updates on 32 examples "
        "with Adam, clipped to a norm of 1, at a learning rate chosen for each cell "
        "(0.01, 0.01, 0.001; the log has those that were tried)."
    ),
    axis="lag (steps)",
    places={condition: (lag // 2 + 1 + lag) / 2 for condition, lag in _CONDITIONS.items()},
    metric="accuracy (%)",
    chance=100 / len(LETTERS),
    predictions=(_prediction("LSTM"), _prediction("GRU")),
    measure=measure,
)
