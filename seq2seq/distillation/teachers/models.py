"""Our own models as teachers: one, or several that decide together."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import itemgetter
from typing import ClassVar

from pydantic import JsonValue

from seq2seq.config.search_settings import SearchSettings
from seq2seq.distillation.teachers.teacher import CLASSIFICATION, TRANSLATION, Answer, Identity, Task, one_line
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import ModelFolder


@dataclass(frozen=True)
class ModelTeacher:
    """A translator of ours."""

    task: ClassVar[Task] = TRANSLATION

    translator: Translator
    folders: Sequence[ModelFolder]
    """Those of its models."""
    decoding: SearchSettings
    at_once: int = 1
    """It has workers of its own."""

    @property
    def identity(self) -> Identity:
        """By the digests of all files, which cover the weights and the tokenizers, and the settings of the search."""
        settings: dict[str, JsonValue] = {
            "direction": list(self.translator.languages),
            "decoding": {name: value for name, value in asdict(self.decoding).items() if name != "batch_size"},
        }
        return _identity(self.folders, settings)

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        """Its best translations; see :meth:`~seq2seq.distillation.teachers.teacher.Teacher.answer`."""
        found = self.translator.translate_nbest(sources, self.decoding)
        return [[Answer(one_line(one.text), one.score) for one in translations] for translations in found]


@dataclass(frozen=True)
class ClassifierTeacher:
    """A classifier of ours: it answers with the calibrated probability of every label (Hinton et al. 2015)."""

    task: ClassVar[Task] = CLASSIFICATION

    classifier: TextClassifier
    folders: Sequence[ModelFolder]
    """Those of its models."""
    at_once: int = 1
    """It has workers of its own."""

    @property
    def identity(self) -> Identity:
        """By the digests of all files, which cover the weights, the tokenizers and the calibration."""
        return _identity(self.folders, {"temperatures": [_temperature(folder) for folder in self.folders]})

    @property
    def names(self) -> Mapping[str, str]:
        """Names of its labels, by what stood in the data that it was trained on."""
        return self.folders[0].recipe.data.labels or {}

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        """All labels, most probable first; see :meth:`~seq2seq.distillation.teachers.teacher.Teacher.answer`."""
        found = [
            sorted(text.probabilities, key=itemgetter(1), reverse=True) for text in self.classifier.classify(sources)
        ]
        return [[Answer(*one) for one in labels] or [Answer("")] for labels in found]


def _temperature(folder: ModelFolder) -> float:
    calibration = folder.description.calibration
    return calibration.temperature if calibration else 1.0


def _identity(folders: Sequence[ModelFolder], settings: dict[str, JsonValue]) -> Identity:
    """Names and licences of models; and all that their answers depend on, with further settings."""
    names = [folder.description.name for folder in folders]
    licenses = sorted({folder.description.license or "not stated" for folder in folders})
    files: list[JsonValue] = [_digest(folder.description.files) for folder in folders]
    known = None if licenses == ["not stated"] else ", ".join(licenses)
    return Identity(" + ".join(names), known, {"models": files, **settings})


def _digest(files: dict[str, str]) -> str:
    """Of the files that decide what a model writes: not of its card, nor of exports, made from the weights."""
    weighed = {name: digest for name, digest in files.items() if "/" not in name and name != "README.md"}
    return hashlib.sha256(json.dumps(weighed, sort_keys=True).encode()).hexdigest()
