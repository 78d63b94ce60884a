"""Truncated against full back-propagation through time, by lag."""

from pathlib import Path
from typing import Final

from replications.protocol import Prediction, Replication, Scores
from replications.running import train
from replications.tasks import LETTERS, Part, recalled, write

_SHORT, _LONG = 8, 64
"""Tokens of the windows: how far back the gradient reaches."""
_LAGS: Final = (3, 12)
"""Digits between a letter and its repetition: fewer than a short window has tokens, and more."""
_TOKENS: Final = 512
"""Tokens per update, of all arms."""
_FULL: Final = "full"
_WINDOWS: Final = {f"truncated to {tokens} tokens": tokens for tokens in (_LONG, _SHORT)}
_BATCHES: Final = {_FULL: {"windows": None, "max_tokens": _TOKENS}} | {
    arm: {"windows": {"tokens": tokens, "streams": _TOKENS // tokens}} for arm, tokens in _WINDOWS.items()
}
_TRUNCATED_LONG, _TRUNCATED_SHORT = _WINDOWS


def measure(seed: int, folder: Path, quick: bool) -> Scores:
    """Accuracy of the repeated letter with every arm at both lags, in percent."""
    scores: dict[str, dict[str, float]] = {arm: {} for arm in _BATCHES}
    for lag in _LAGS:
        parts = [Part(recalled(lag))]
        data = write(
            folder / f"data-{lag}",
            seed,
            {"train": (300 if quick else 3000, parts), "dev": (100, parts), "test": (400, parts)},
        )
        lines = (data / "test.txt").read_text(encoding="utf-8").splitlines()
        for arm, batch in _BATCHES.items():
            settings = {
                "data.train": None,
                "data.unit": "line",
                "data.test_size": 0,
                "tokenizer": {"kind": "word", "vocabulary": 40},
                "model.embedding": 32,
                "model.decoder": {"cell": "lstm", "layers": 1, "hidden": 48},
                "model.dropout": {"embedding": 0.0, "layer": 0.0, "output": 0.0},
                "training.max_epochs": None,
                "training.max_steps": 20 if quick else 600,
                "training.batch": batch,
                "training.optimizer.learning_rate": 1e-2,
                "training.ema_decay": 0.0,
                "training.validation": {"every_steps": 20 if quick else 150, "decode": 1},
            }
            model = train("generation/novels", settings, data, folder / f"{arm}-{lag}", seed)
            scores[arm][str(lag)] = 100 * recall(model, lines, continuous=arm != _FULL)
    return scores


def recall(model: Path, lines: list[str], *, continuous: bool) -> float:
    """The share (0 to 1) of lines whose last token is the most likely letter, after all tokens in front of it.

    Args:
        model: a model folder.
        lines: N lines of equal length, in tokens, which begin with a letter.
        continuous: whether they are one text, in which the state is carried on, as it was in training.
    """
    import torch

    from seq2seq.scoring.splits import open_to_score
    from seq2seq.special import BOS, EOS

    _, generator = open_to_score(model)
    network = generator.stepper.model
    ids = torch.tensor(generator.tokenizers.target.encode_batch(lines))
    letters = ids[:, 0].unique()
    tokens = torch.cat([torch.full((len(lines), 1), BOS), ids], dim=1)
    rows = tokens.view(1, -1) if continuous else tokens
    with torch.inference_mode():
        memory, state = network.encode(torch.full((len(rows), 1), EOS), torch.ones(len(rows), dtype=torch.int64))
        features = network.decode(rows, memory, state).features.view(*tokens.shape, -1)
        logits = network.project(features[:, -2])  # behind the last digit; -1 is behind the letter
    guesses = letters[logits[:, letters].argmax(dim=1)]
    return float((guesses == ids[:, -1]).double().mean())


REPLICATION: Final = Replication(
    name="truncation",
    title="Truncated back-propagation through time",
    claim=(
        "Back-propagation through time may be truncated to a window if what must be remembered lies within it; what "
        "lies farther back is not learnt."
    ),
    source="Williams and Peng 1990; Jaeger 2002",
    setting=(
        f"Lines of a letter, {_LAGS[0]} or {_LAGS[1]} digits, and the same letter again (generated), read by a "
        f"language model: an LSTM of 48 units, 600 updates on {_TOKENS} tokens with Adam. Full: every line is an "
        "example, and the gradient goes through all of it. Truncated: all lines are one text, read in windows of "
        f"{_LONG} or {_SHORT} tokens, over which the state is carried on, but the gradient is not."
    ),
    axis="lag (tokens)",
    places={str(lag): float(lag) for lag in _LAGS},
    metric="accuracy of the repeated letter (%)",
    chance=100 / len(LETTERS),
    predictions=(
        Prediction(
            f"accuracy of full minus truncated to {_SHORT} tokens: larger at lag {_LAGS[1]} than at lag {_LAGS[0]}",
            "points",
            10.0,
            lambda scores: _gap(scores, _FULL, _LAGS[1]) - _gap(scores, _FULL, _LAGS[0]),
        ),
        Prediction(
            f"accuracy at lag {_LAGS[1]}: truncated to {_LONG} tokens minus truncated to {_SHORT}",
            "points",
            10.0,
            lambda scores: _gap(scores, _TRUNCATED_LONG, _LAGS[1]),
        ),
    ),
    measure=measure,
)


def _gap(scores: Scores, arm: str, lag: int) -> float:
    return scores[arm][str(lag)] - scores[_TRUNCATED_SHORT][str(lag)]
