"""Clipping the gradient of a tanh RNN, or not."""

from pathlib import Path
from typing import Final

from replications.protocol import Prediction, Replication, Scores
from replications.running import score, train
from replications.tasks import Part, ordered, write

_RATES: Final = (0.001, 0.003, 0.01)
_FASTEST: Final = 0.01
"""The best rate with clipping for the seeds of exploration, and too high without."""
_SLOWER: Final = 0.001
"""The best rate without clipping for the seeds of exploration."""
_CLIPPED, _NOT = "clipped to 1", "not clipped"
_ARMS: Final = {_CLIPPED: 1.0, _NOT: None}
_CHANCE: Final = 25.0


def measure(seed: int, folder: Path, quick: bool) -> Scores:
    """Accuracy with both arms at every learning rate, in percent; that of guessing where training breaks down."""
    parts = [Part(ordered((20, 30)))]
    data = write(
        folder / "data", seed, {"train": (300 if quick else 3000, parts), "dev": (200, parts), "test": (400, parts)}
    )
    scores: dict[str, dict[str, float]] = {arm: {} for arm in _ARMS}
    for rate in _RATES:
        for arm, clip_norm in _ARMS.items():
            settings = {
                "model.encoder": {"cell": "rnn_tanh", "layers": 1, "hidden": 64, "bidirectional": False},
                "training.max_epochs": None,
                "training.max_steps": 20 if quick else 500,
                "training.batch": {"max_rows": 32},
                "training.optimizer": {"name": "sgd", "momentum": 0.9, "learning_rate": rate},
                "training.clip_norm": clip_norm,
                "training.validation": {"every_steps": 20 if quick else 100},
            }
            model = train("toy/remember", settings, data, folder / f"{arm}-{rate}", seed)
            scores[arm][f"{rate:g}"] = _CHANCE if model is None else 100 * score(model).report.scores.accuracy
    return scores


REPLICATION: Final = Replication(
    name="clipping",
    title="Clipping the gradient",
    claim="A tanh RNN learns more reliably if the norm of its gradient is clipped.",
    source="Pascanu et al. 2013, sections 3.2 and 4.1",
    setting=(
        "The temporal order problem: two symbols, X or Y each, in 20 to 30 steps of distractors; the label is both in "
        "their order, four in all (generated). Recipe `toy/remember` with a tanh RNN of 64 units; 500 updates on 32 "
        "examples by gradient descent with a momentum of 0.9."
    ),
    axis="learning rate",
    places={f"{rate:g}": rate for rate in _RATES},
    metric="accuracy (%)",
    chance=_CHANCE,
    predictions=(
        Prediction(
            f"accuracy at learning rate {_FASTEST:g}: clipped minus not clipped",
            "points",
            10.0,
            lambda scores: scores[_CLIPPED][f"{_FASTEST:g}"] - scores[_NOT][f"{_FASTEST:g}"],
        ),
        Prediction(
            f"accuracy, each at its best rate: clipped ({_FASTEST:g}) minus not clipped ({_SLOWER:g})",
            "points",
            10.0,
            lambda scores: scores[_CLIPPED][f"{_FASTEST:g}"] - scores[_NOT][f"{_SLOWER:g}"],
        ),
    ),
    measure=measure,
    log_axis=True,
)
