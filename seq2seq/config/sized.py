"""Settings for a corpus of a given size: what `seq2seq train DATA` starts from where there is no recipe.

They change the `custom` recipe of the task. Small corpora get small vocabularies and batches and more dropout
(Sennrich and Zhang 2019, table 2: with 5,000 pairs these matter more than the architecture); a corpus of single words
is spelt by its characters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from seq2seq.config.load import document_of

STEPS: Final = 4_000
"""Optimiser steps that a small corpus gets, as passes over it, unless the time limit comes first."""
_EPOCHS: Final = (12, 400)
"""Fewest and most passes over the data."""
_MIN_STEPS: Final = 50
"""Steps between validations at least, where an epoch has fewer."""
_PATIENCE: Final = 10
_WINDOWS: Final = 64
"""Windows of series in a batch."""
_GUIDANCE: Final = 0.3
_GUIDED_WARMUP: Final = 50
"""Weight of the lexicon's alignments, and steps of warm-up, where attention is guided (benchmarks/LOG.md)."""
_JOINT_SHARE: Final = 0.5
"""Share of the target's letters that the source must also use, for one vocabulary to serve both sides."""


@dataclass(frozen=True)
class CorpusFacts:
    """What is known of a training split before it is prepared."""

    rows: int
    """Number of examples; a lower bound for a large corpus."""
    tokens: int
    """Tokens of an epoch, estimated from characters, both sides together."""
    single_words: bool = False
    """Sources are mostly one word, in scripts that put spaces between words, or no text; and targets are short."""
    shared_letters: float = 1.0
    """Share (0 to 1) of the target's letters that the source uses as well."""
    unbalanced: bool = False
    """The most frequent label has more than three times the rows of the rarest."""


@dataclass(frozen=True)
class _Size:
    rows: float
    vocabulary: int
    width: int
    max_tokens: int
    dropout: float
    guided_rate: float | None = None
    """Learning rate where a lexicon guides attention; None: nothing does, and the rate is the usual one."""


_TRANSLATION: Final = (
    _Size(2_000, 500, 128, 512, 0.3, 4e-3),
    _Size(15_000, 2_000, 192, 1024, 0.3, 6e-3),
    _Size(60_000, 6_000, 256, 2048, 0.3, 1.2e-2),
    _Size(400_000, 8_000, 256, 2048, 0.25, 6e-3),
    _Size(float("inf"), 16_000, 256, 4096, 0.2),
)
_LABELS: Final = (
    _Size(2_000, 1_000, 96, 1024, 0.4),
    _Size(20_000, 4_000, 128, 2048, 0.4),
    _Size(float("inf"), 8_000, 192, 4096, 0.3),
)
_TEXT: Final = (  # by tokens: rows of plain text may be lines or paragraphs
    _Size(100_000, 500, 192, 1024, 0.4),
    _Size(2_000_000, 2_300, 256, 1024, 0.3),
    _Size(float("inf"), 8_000, 256, 2048, 0.2),
)

_VECTORS: Final = _Size(float("inf"), vocabulary=0, width=0, max_tokens=1024, dropout=0.0)
"""Batches of sequences of vectors, in steps; the network is that of the recipe."""


def default_settings(task: str, facts: CorpusFacts | None, *, guided: bool = True) -> dict[str, Any]:
    """A whole recipe for a corpus, as plain data; without facts, for tunes in ABC notation.

    Args:
        task: of the recipe.
        facts: of the training split.
        guided: whether attention may be guided, if the task has any.
    """
    settings = document_of("generation/abc" if facts is None else f"{task}/custom").value
    assert isinstance(settings, dict)
    if facts is not None:
        _update(settings, sized_settings(task, facts, guided=guided))
    return settings


def sized_settings(task: str, facts: CorpusFacts, *, guided: bool = True) -> dict[str, Any]:
    """Settings of a recipe for a corpus, as plain data: changes of the task's `custom` recipe."""
    return _translation(facts, guided=guided) if task == "translation" else _OTHERS[task](facts)


def _translation(facts: CorpusFacts, *, guided: bool) -> dict[str, Any]:
    size = _of_size(_TRANSLATION, facts.rows)
    joint = facts.shared_letters >= _JOINT_SHARE
    tokenizer: dict[str, Any] = {"kind": "unigram", "vocabulary": size.vocabulary, "joint": joint}
    training = _training(facts, size)
    if facts.single_words:
        tokenizer |= {"kind": "char", "vocabulary": 500}
    elif guided and size.guided_rate is not None:
        training |= {"guided_alignment": _GUIDANCE, "optimizer": {"learning_rate": size.guided_rate}}
        training["schedule"] = {"warmup_steps": _GUIDED_WARMUP}
    return {
        "tokenizer": tokenizer,
        "model": {
            "embedding": size.width,
            "tied": "all" if joint else "target",
            "encoder": {"hidden": size.width},
            "decoder": {"hidden": 2 * size.width},
            "dropout": dict.fromkeys(("embedding", "layer", "output"), size.dropout),
        },
        "training": training,
    }


def _classification(facts: CorpusFacts) -> dict[str, Any]:
    size = _of_size(_LABELS, facts.rows)
    tokenizer: dict[str, Any] = {"vocabulary": size.vocabulary}
    if facts.single_words:
        tokenizer = {"kind": "char", "vocabulary": 500, "sampling": None}
    return {
        "tokenizer": tokenizer,
        "model": {"embedding": size.width, "encoder": {"hidden": size.width}},
        "training": {**_training(facts, size), "class_weights": "balanced" if facts.unbalanced else None},
    }


def _generation(facts: CorpusFacts) -> dict[str, Any]:
    size = _of_size(_TEXT, facts.tokens)
    return {
        "tokenizer": {"vocabulary": size.vocabulary},
        "model": {
            "embedding": size.width,
            "decoder": {"hidden": 2 * size.width},
            "dropout": {"embedding": 0.2, "layer": size.dropout, "output": size.dropout},
        },
        "training": _training(facts, size),
    }


def _forecasting(facts: CorpusFacts) -> dict[str, Any]:
    """As many steps as the bundled sales get; more for many series, so that each window is seen once, up to a limit."""
    return {"training": {"max_steps": min(max(500, facts.rows // _WINDOWS), 20_000)}}


def _synthesis(facts: CorpusFacts) -> dict[str, Any]:
    return {"training": _training(facts, _VECTORS)}


_OTHERS: Final = {
    "classification": _classification,
    "generation": _generation,
    "synthesis": _synthesis,
    "forecasting": _forecasting,
}


def _training(facts: CorpusFacts, size: _Size) -> dict[str, Any]:
    """Batches, and when to validate and to stop: time is what usually ends the training of a large corpus."""
    steps = max(1.0, facts.tokens / size.max_tokens)
    fewest, most = _EPOCHS
    validation: dict[str, Any] = {"patience": _PATIENCE}
    if steps < _MIN_STEPS:
        validation["every_steps"] = _MIN_STEPS
    return {
        "max_epochs": round(min(max(STEPS / steps, fewest), most)),
        "batch": {"max_tokens": size.max_tokens},
        "validation": validation,
    }


def _of_size(sizes: tuple[_Size, ...], amount: float) -> _Size:
    return next(size for size in sizes if amount < size.rows)


def _update(settings: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Change plain settings, section by section."""
    for name, value in changes.items():
        if isinstance(value, Mapping) and isinstance(settings.get(name), dict):
            _update(settings[name], value)
        else:
            settings[name] = value
