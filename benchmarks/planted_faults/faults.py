"""The faults: what is changed in a training that is otherwise healthy, each on two recipes and at two strengths.

Three kinds of change: settings of the recipe; the rows that are learnt from or measured on; the code itself, patched
while a model is trained and diagnosed. A fault is named if one of the troubles in ``named`` is found. Those in ``also``
are true consequences of it; any other trouble that is found is wrong.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final

from planted_faults import patches

Row = tuple[str, str]
Rows = list[Row]
Settings = Mapping[str, object]


@dataclass(frozen=True)
class Base:
    """A recipe, shortened to about half a minute on one core; its models learn the task."""

    recipe: str
    data: str
    """Folder of its data, below ``data``."""
    settings: Settings
    rate: float
    """Its learning rate."""


PHRASEBOOK: Final = Base(
    "translation/phrasebook",
    "phrasebook",
    {
        "training.max_epochs": 3,
        "training.ema_decay": 0.0,
        "training.label_smoothing": 0.0,
        "model.embedding": 96,
        "model.encoder.hidden": 96,
        "model.decoder.hidden": 192,
        "model.dropout.layer": 0.0,
        "tokenizer.vocabulary": 1000,
        "training.optimizer.learning_rate": 6e-3,
    },
    6e-3,
)
REVERSE: Final = Base("toy/reverse", "toy/reverse", {"training.max_epochs": 10}, 5e-3)
SORT: Final = Base("toy/sort", "toy/sort", {"training.max_epochs": 10}, 5e-3)
REMEMBER: Final = Base("toy/remember", "toy/remember", {}, 5e-3)
POLARITY: Final = Base("classification/polarity", "polarity", {"training.max_epochs": 20}, 3e-3)
REVIEWS: Final = Base("classification/reviews", "reviews", {"training.max_epochs": 8}, 3e-3)
FIXED: Final[Settings] = {"model.attention": None}


def _no_settings(_: Base) -> Settings:
    return {}


@dataclass(frozen=True)
class Strength:
    """A fault at one strength."""

    settings: Callable[[Base], Settings] = _no_settings
    train: Callable[[Rows], Rows] | None = None
    """Changes the rows of the training split."""
    dev: Callable[[Rows], Rows] | None = None
    """Changes the rows of the development split for the diagnosis alone."""
    patch: Callable[[], AbstractContextManager[None]] = nullcontext
    """Changes the code while the model is trained and diagnosed."""
    training: Callable[[], AbstractContextManager[None]] = nullcontext
    """Changes the code while the model is trained."""
    after: Callable[[], AbstractContextManager[None]] = nullcontext
    """Changes the code while the model is diagnosed."""


@dataclass(frozen=True)
class Fault:
    """A fault, and how it is to be named."""

    name: str
    named: Sequence[str]
    strengths: tuple[Strength, Strength]
    """The stronger one first."""
    bases: tuple[Base, Base] = (REVERSE, SORT)
    also: Sequence[str] = field(default=())


def _set(**settings: object) -> Strength:
    """Settings alone; `__` stands for the dot."""
    return Strength(lambda _: {name.replace("__", "."): value for name, value in settings.items()})


def _rate(factor: float) -> Strength:
    return Strength(lambda base: {"training.optimizer.learning_rate": base.rate * factor})


def _cells(cell: str) -> dict[str, object]:
    return {"model.encoder.cell": cell, "model.decoder.cell": cell}


def _fixed_tanh(base: Base) -> Settings:
    """Tanh cells, whose last state is all that is read of a source."""
    return {"model.encoder.cell": "rnn_tanh"} if base is REMEMBER else {**_cells("rnn_tanh"), **FIXED}


def _many_words(_: Base) -> Settings:
    """Every word is an entry."""
    return {"tokenizer.kind": "word", "tokenizer.vocabulary": 4000, "tokenizer.sampling": None}


def shifted(share: float) -> Callable[[Rows], Rows]:
    """The targets of the last ``share`` of the rows belong to the row before."""

    def change(rows: Rows) -> Rows:
        first = round(len(rows) * (1 - share))
        targets = [target for _, target in rows]
        moved = targets[:first] + targets[first:][-1:] + targets[first:-1]
        return [(source, target) for (source, _), target in zip(rows, moved, strict=True)]

    return change


def shuffled(share: float) -> Callable[[Rows], Rows]:
    """The targets of a ``share`` of the rows are shuffled among them."""

    def change(rows: Rows) -> Rows:
        rng = random.Random(1)
        chosen = rng.sample(range(len(rows)), round(len(rows) * share))
        changed = list(rows)
        for place, other in zip(chosen, rng.sample(chosen, len(chosen)), strict=True):
            changed[place] = (rows[place][0], rows[other][1])
        return changed

    return change


def first(count: int) -> Callable[[Rows], Rows]:
    """The first rows alone."""
    return lambda rows: rows[:count]


def swapped(share: float) -> Callable[[Rows], Rows]:
    """Source and target change places in the first ``share`` of the rows."""

    def change(rows: Rows) -> Rows:
        count = round(len(rows) * share)
        return [(target, source) for source, target in rows[:count]] + rows[count:]

    return change


def one_source(rows: Rows) -> Rows:
    """Every target has the same source."""
    return [(rows[0][0], target) for _, target in rows]


def _over_fitted(rows: int) -> Strength:
    """Learnt until the training loss is near zero, and long after the development loss rises."""

    def settings(_: Base) -> Settings:
        return {
            "model.dropout": dict.fromkeys(("embedding", "layer", "output"), 0.0),
            "training.max_epochs": None,
            "training.max_steps": 1200,
            "training.validation.metric": "loss",
            "training.validation.patience": None,
        }

    return Strength(settings, train=first(rows))


FAULTS: Final[tuple[Fault, ...]] = (
    Fault("learning rate far too high", ["learning-rate.too-high"], (_rate(100), _rate(30)), also=["nothing-learnt"]),
    Fault(
        "learning rate far too low",
        ["learning-rate.too-low"],
        (_rate(1e-3), _rate(1e-2)),
        also=["nothing-learnt", "training.too-short", "source.ignored"],
    ),
    Fault(
        "no clipping on a tanh RNN",
        ["gradients.exploding"],
        tuple(
            Strength(lambda _: {**_cells("rnn_tanh"), "training.clip_norm": None}, patch=patches.recurrent_scale(scale))
            for scale in (4.0, 3.0)
        ),  # type: ignore[arg-type]
        also=["nothing-learnt", "learning-rate.too-high"],
    ),
    Fault(
        "vanishing gradients",
        ["gradients.vanishing"],
        (
            Strength(_fixed_tanh, patch=patches.frozen_recurrence(0.1)),
            Strength(_fixed_tanh, patch=patches.frozen_recurrence(0.3)),
        ),
        bases=(REMEMBER, REVERSE),
        also=["parameters.not-learning", "source.ignored", "labels.not-learnt", "nothing-learnt"],
    ),
    Fault(
        "saturated gates",
        ["gates.saturated"],
        (Strength(patch=patches.gate_bias(12.0)), Strength(patch=patches.gate_bias(7.0))),
        also=["nothing-learnt", "source.ignored", "gradients.vanishing"],
    ),
    Fault(
        "source not connected to the decoder",
        ["source.ignored"],
        (Strength(patch=patches.deaf_encoder), Strength(train=one_source)),
        bases=(PHRASEBOOK, REVERSE),
    ),
    Fault(
        "targets shifted by a line",
        ["targets.shifted"],
        (Strength(train=shifted(1.0)), Strength(train=shifted(0.5))),
        bases=(PHRASEBOOK, REVERSE),
        also=["source.ignored", "targets.noise"],
    ),
    Fault(
        "targets shuffled",
        ["targets.noise"],
        (Strength(train=shuffled(1.0)), Strength(train=shuffled(0.6))),
        also=["source.ignored", "over-fitting"],
    ),
    Fault(
        "labels shuffled",
        ["labels.noise"],
        (Strength(train=shuffled(1.0)), Strength(train=shuffled(0.6))),
        bases=(POLARITY, REVIEWS),
        also=["labels.not-learnt", "over-fitting"],
    ),
    Fault(
        "padding not masked",
        ["padding.leaks"],
        (Strength(patch=patches.unmasked_attention), Strength(patch=patches.padded_lengths)),
    ),
    Fault(
        "padding not masked in a classifier",
        ["padding.leaks"],
        (Strength(patch=patches.unmasked_pooling), Strength(patch=patches.padded_lengths)),
        bases=(POLARITY, REVIEWS),
    ),
    Fault(
        "the end never learnt",
        ["eos.never-learnt"],
        (Strength(training=patches.without_eos(1.0)), Strength(training=patches.without_eos(0.98))),
        also=["outputs.repeat"],
    ),
    Fault(
        "vocabulary far too large",
        ["vocabulary.too-large"],
        tuple(Strength(_many_words, train=first(rows)) for rows in (400, 1200)),  # type: ignore[arg-type]
        bases=(PHRASEBOOK, REVIEWS),
        also=["over-fitting", "training.too-short", "source.ignored", "nothing-learnt"],
    ),
    Fault(
        "over-fitting on few rows",
        ["over-fitting"],
        (_over_fitted(50), _over_fitted(100)),
        bases=(PHRASEBOOK, REVERSE),
        also=["vocabulary.too-large"],
    ),
    Fault(
        "wrong direction",
        ["direction.wrong"],
        (Strength(dev=swapped(1.0)), Strength(dev=swapped(0.7))),
        bases=(PHRASEBOOK, SORT),
        also=["source.ignored", "nothing-learnt"],
    ),
    Fault(
        "clipping far too tight",
        ["clipping.too-tight"],
        tuple(
            Strength(
                lambda _, norm=norm: {  # type: ignore[misc]
                    "training.optimizer.name": "sgd",
                    "training.optimizer.learning_rate": 0.5,
                    "training.clip_norm": norm,
                }
            )
            for norm in (1e-3, 1e-2)
        ),  # type: ignore[arg-type]
        also=["nothing-learnt", "learning-rate.too-low", "training.too-short", "source.ignored"],
    ),
    Fault(
        "stopped far too early",
        ["training.too-short"],
        (
            _set(training__max_steps=40, training__max_epochs=None),
            _set(training__max_steps=100, training__max_epochs=None),
        ),
        also=["source.ignored", "nothing-learnt"],
    ),
    Fault(
        "parameters that never learn",
        ["parameters.not-learning"],
        (Strength(patch=patches.frozen("encoder", "source_embedding")), Strength(patch=patches.frozen("encoder"))),
        also=["source.ignored"],
    ),
    Fault(
        "wrong initial weights",
        ["initialisation.wrong"],
        (Strength(patch=patches.initial_scale(30.0)), Strength(patch=patches.initial_scale(8.0))),
        also=["nothing-learnt"],
    ),
    Fault(
        "tied embeddings broken",
        ["embeddings.untied"],
        (Strength(after=patches.untied(1.0)), Strength(after=patches.untied(0.6))),
        also=["nothing-learnt", "source.ignored", "outputs.repeat", "eos.never-learnt"],
    ),
)
HEALTHY: Final[tuple[tuple[str, Settings], ...]] = (
    ("translation/phrasebook", {"training.max_epochs": 6}),
    ("translation/phrasebook_fixed_context", {"training.max_epochs": 6}),
    ("toy/copy", {}),
    ("toy/reverse", {}),
    ("toy/sort", {}),
    ("toy/remember", {}),
    ("toy/remember", {"model.encoder.cell": "gru"}),
    ("classification/polarity", {}),
    ("classification/reviews", {}),
    ("generation/tunes", {"training.max_epochs": 3}),
    ("toy/reverse", {"model.encoder.cell": "gru", "model.decoder.cell": "gru"}),
)
"""Runs in which nothing is wrong: most in full, the longest shortened."""
