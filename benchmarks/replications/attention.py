"""Attention against a fixed context, by source length."""

from pathlib import Path
from statistics import mean
from typing import Final

from replications.protocol import Prediction, Replication, Scores
from replications.running import score, train
from replications.tasks import Part, copies, write

_SYMBOLS: Final = "abcdefghijklmnopqrst"
_LENGTHS: Final = ((4, 8), (9, 13), (14, 18), (19, 24))
"""Source lengths in tokens that are scored apart; training has all of them, evenly."""
_GROUPS: Final = tuple("{}–{}".format(*lengths) for lengths in _LENGTHS)
_SHORTEST, _LONGEST = _GROUPS[0], _GROUPS[-1]
_ARMS: Final = {
    "attention": {},
    # The paper's RNNencdec (Cho et al. 2014) reads the fixed context at every step.
    "fixed context": {"model.attention": None, "model.feed_context": True},
}


def measure(seed: int, folder: Path, quick: bool) -> Scores:
    """BLEU of both models at every source length."""
    parts = [Part(copies(lengths, _SYMBOLS), group) for lengths, group in zip(_LENGTHS, _GROUPS, strict=True)]
    everything = [Part(copies((_LENGTHS[0][0], _LENGTHS[-1][1]), _SYMBOLS))]
    data = write(
        folder / "data",
        seed,
        {"train": (600 if quick else 6000, everything), "dev": (100, parts), "test": (400, parts)},
    )
    scores = {}
    for arm, settings in _ARMS.items():
        common = {
            "data.columns.group": "group",
            "training.max_epochs": None,
            "training.max_steps": 20 if quick else 300,
            "training.validation": {"metric": "loss", "decode": 1, "every_steps": 20 if quick else 150},
        }
        model = train("toy/copy", {**common, **settings}, data, folder / arm, seed)
        groups = score(model).report.groups
        scores[arm] = {group: groups[group].bleu.score for group in _GROUPS}
    return scores


def _fall_of(scores: Scores, arm: str) -> float:
    return scores[arm][_SHORTEST] - scores[arm][_LONGEST]


REPLICATION: Final = Replication(
    name="attention",
    title="Attention and source length",
    claim="The quality of a model with a fixed context falls as sources get longer; with attention it falls less.",
    source="Bahdanau et al. 2015, figure 2",
    setting=(
        "Copying 4 to 24 symbols of 20 (generated), with the recipe `toy/copy`: bidirectional LSTM of 2 × 64 units, "
        "LSTM decoder of 128. Both arms: 300 updates on about 2,048 tokens, Adam, the same learning rate."
    ),
    axis="source length (tokens)",
    places=dict(zip(_GROUPS, map(mean, _LENGTHS), strict=True)),
    metric="BLEU",
    chance=None,
    predictions=(
        Prediction(
            f"BLEU at {_SHORTEST} tokens minus BLEU at {_LONGEST}: larger with a fixed context than with attention",
            "BLEU",
            5.0,
            lambda scores: _fall_of(scores, "fixed context") - _fall_of(scores, "attention"),
        ),
    ),
    measure=measure,
)
