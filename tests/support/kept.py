"""Model folders of earlier days, in ``tests/fixtures``, and what they gave when they were made."""

import shutil
from pathlib import Path
from typing import Any

from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.generator import Generator
from seq2seq.inference.translator import Translator

MODELS = Path(__file__).resolve().parents[1] / "fixtures" / "models"
EXPORTED = MODELS.parent / "exported"
"""Of each of them, the folder ``onnx`` that `seq2seq export --no-int8` wrote, and the ``config.json`` that lists it."""
KEPT = sorted(path.name for path in MODELS.iterdir() if path.is_dir())
CLOSE = 1e-4
"""Nats, or probability: sums differ in the last bits between processors and versions of torch."""


def exported(name: str, folder: Path) -> Path:
    """A model folder, whole: the model that was kept, and its networks."""
    shutil.copytree(MODELS / name, folder / name)
    return Path(shutil.copytree(EXPORTED / name, folder / name, dirs_exist_ok=True))


def outputs(model: Any, inputs: list[str]) -> list[dict[str, Any]]:
    """What was written down when the folder was made."""
    match model:
        case Translator():
            return [{"text": best.text, "log_prob": best.log_prob} for best, *_ in model.translate_nbest(inputs)]
        case TextClassifier():
            found = model.classify(inputs)
            return [{"label": one.label, "probabilities": dict(one.probabilities)} for one in found]
        case Generator():
            greedy = model.generate(inputs, model.decoding.model_copy(update={"method": "beam", "beam": 1}))
            pairs = zip(greedy, model.generate(inputs), strict=True)
            return [{"greedy": a.text, "log_prob": a.log_prob, "drawn": b.text} for a, b in pairs]
    raise TypeError(type(model))
