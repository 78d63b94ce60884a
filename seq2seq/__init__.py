"""Recurrent sequence-to-sequence models: from a recipe to a model folder, a translation and a score.

    import seq2seq

    seq2seq.train("translation/phrasebook", "runs/phrasebook")
    translator = seq2seq.load("runs/phrasebook")
    translator.translate(["The dog sleeps."])

load        a model folder → ``Translator.translate``, ``TextClassifier.classify`` or ``Generator.generate``
train       a recipe, or data alone → a trained model
finetune    a model and new data → a model that has learnt from both

Options: ``DecodingConfig`` (how output is searched for), ``DataOptions`` (data without a recipe), ``FinetuneOptions``.
Results: ``Translation``, ``Classified``, ``Generated``. Errors: every one raised on purpose is a ``Seq2SeqError``:
``ConfigError``, ``DataError``, ``ModelError``, ``TrainingError``, ``CheckpointError``, ``MissingExtra``.
`help(seq2seq.load)` and so on has the details. Importing this package loads nothing heavy: torch comes with the first
use of a name that needs it.
"""

from typing import TYPE_CHECKING

# Names in the form `X as X` are public as well; `__all__` holds what help(seq2seq) writes out in full.
from seq2seq.errors import CheckpointError as CheckpointError
from seq2seq.errors import ConfigError as ConfigError
from seq2seq.errors import DataError as DataError
from seq2seq.errors import MissingExtra as MissingExtra
from seq2seq.errors import ModelError as ModelError
from seq2seq.errors import Seq2SeqError as Seq2SeqError
from seq2seq.errors import TrainingError as TrainingError

if TYPE_CHECKING:
    from seq2seq.api import finetune, load, train
    from seq2seq.config.decoding import DecodingConfig as DecodingConfig
    from seq2seq.inference.classifier import Classified as Classified
    from seq2seq.inference.classifier import TextClassifier as TextClassifier
    from seq2seq.inference.generator import Generated as Generated
    from seq2seq.inference.generator import Generator as Generator
    from seq2seq.inference.translator import Translation as Translation
    from seq2seq.inference.translator import Translator as Translator
    from seq2seq.training.default_recipe import DataOptions as DataOptions
    from seq2seq.training.finetune.finetune import FinetuneOptions as FinetuneOptions

    __version__: str

__all__ = ["finetune", "load", "train"]

_HOMES = {
    "Classified": "seq2seq.inference.classifier",
    "DataOptions": "seq2seq.training.default_recipe",
    "DecodingConfig": "seq2seq.config.decoding",
    "FinetuneOptions": "seq2seq.training.finetune.finetune",
    "Generated": "seq2seq.inference.generator",
    "Generator": "seq2seq.inference.generator",
    "TextClassifier": "seq2seq.inference.classifier",
    "Translation": "seq2seq.inference.translator",
    "Translator": "seq2seq.inference.translator",
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
