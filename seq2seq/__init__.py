"""Recurrent sequence-to-sequence models: from a recipe to a model folder, a translation and a score.

    import seq2seq

    seq2seq.train("translation/phrasebook", "runs/phrasebook")
    translator = seq2seq.load("runs/phrasebook")
    translator.translate(["The dog sleeps."])

``load``, ``train`` and ``finetune`` are all that most programs need. Every error raised on purpose is a
``Seq2SeqError``. Importing this package loads nothing heavy: torch comes with the first use of a name that needs it.
"""

from typing import TYPE_CHECKING

from seq2seq.errors import (
    CheckpointError,
    ConfigError,
    DataError,
    MissingExtra,
    ModelError,
    Seq2SeqError,
    TrainingError,
)

if TYPE_CHECKING:
    from seq2seq.api import finetune, load, train
    from seq2seq.config.decoding import DecodingConfig
    from seq2seq.inference.generator import Generated, Generator
    from seq2seq.inference.labels import Classified, TextClassifier
    from seq2seq.inference.pipelines import Translation, Translator
    from seq2seq.training.finetune import FinetuneOptions

    __version__: str

__all__ = [
    "CheckpointError",
    "Classified",
    "ConfigError",
    "DataError",
    "DecodingConfig",
    "FinetuneOptions",
    "Generated",
    "Generator",
    "MissingExtra",
    "ModelError",
    "Seq2SeqError",
    "TextClassifier",
    "TrainingError",
    "Translation",
    "Translator",
    "finetune",
    "load",
    "train",
]

_HOMES = {
    "Classified": "seq2seq.inference.labels",
    "DecodingConfig": "seq2seq.config.decoding",
    "FinetuneOptions": "seq2seq.training.finetune",
    "Generated": "seq2seq.inference.generator",
    "Generator": "seq2seq.inference.generator",
    "TextClassifier": "seq2seq.inference.labels",
    "Translation": "seq2seq.inference.pipelines",
    "Translator": "seq2seq.inference.pipelines",
    "finetune": "seq2seq.api",
    "load": "seq2seq.api",
    "train": "seq2seq.api",
}


def __getattr__(name: str) -> object:
    """Import what is asked for, when it is asked for (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("seq2seq")
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'seq2seq' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, those not imported yet included."""
    return sorted([*globals(), *_HOMES, "__version__"])
