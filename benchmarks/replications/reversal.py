"""Reading the source backwards, with a fixed context."""

from pathlib import Path
from statistics import mean
from typing import Final

from replications.protocol import Prediction, Replication, Scores
from replications.running import score, train
from replications.tasks import Part, copies, write

_SYMBOLS: Final = "abcdefghij"
_LENGTHS: Final = ((3, 5), (6, 8), (9, 12))
"""Source lengths in tokens that are scored apart; training has all of them, evenly."""
_GROUPS: Final = tuple("{}–{}".format(*lengths) for lengths in _LENGTHS)


def measure(seed: int, folder: Path, quick: bool) -> Scores:
    """BLEU of both models at every source length."""
    parts = [Part(copies(lengths, _SYMBOLS), group) for lengths, group in zip(_LENGTHS, _GROUPS, strict=True)]
    everything = [Part(copies((_LENGTHS[0][0], _LENGTHS[-1][1]), _SYMBOLS))]
    data = write(
        folder / "data", seed, {"train": (600 if quick else 6000, everything), "dev": (99, parts), "test": (399, parts)}
    )
    scores = {}
    for arm, reversed_source in (("as written", False), ("reversed", True)):
        settings = {
            "data.columns.group": "group",
            "model.encoder": {"layers": 1, "hidden": 128, "bidirectional": False},
            "model.attention": None,
            "model.reverse_source": reversed_source,
            "training.max_epochs": None,
            "training.max_steps": 20 if quick else 500,
            "training.batch": {"max_tokens": 1024},
            "training.validation": {"metric": "loss", "decode": 1, "every_steps": 20 if quick else 250},
        }
        report = score(train("toy/copy", settings, data, folder / arm, seed)).report
        scores[arm] = {"all": report.scores.bleu.score} | {group: report.groups[group].bleu.score for group in _GROUPS}
    return scores


REPLICATION: Final = Replication(
    name="reversal",
    title="Reversing the source",
    claim="A model with a fixed context translates better if it reads the source backwards.",
    source="Sutskever et al. 2014, section 3.3",
    setting=(
        "Copying 3 to 12 symbols of 10 (generated), with the recipe `toy/copy` without attention: LSTM encoder in one "
        "direction and LSTM decoder, 128 units each. Both arms have the same parameters and data, and 500 updates on "
        "about 1,024 tokens with Adam."
    ),
    axis="source length (tokens)",
    places=dict(zip(_GROUPS, map(mean, _LENGTHS), strict=True)),
    metric="BLEU",
    chance=None,
    predictions=(
        Prediction(
            "BLEU with reversed sources minus BLEU with sources as written, all lengths",
            "BLEU",
            1.0,
            lambda scores: scores["reversed"]["all"] - scores["as written"]["all"],
        ),
    ),
    measure=measure,
)
