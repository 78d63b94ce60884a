"""Our own models as teachers: one, or several that decide together."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from seq2seq.config.decoding import DecodingConfig
from seq2seq.distillation.teachers.teacher import Answer, Identity, one_line
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import ModelFolder


@dataclass(frozen=True)
class ModelTeacher:
    """A translator of ours."""

    translator: Translator
    folders: Sequence[ModelFolder]
    """Those of its models."""
    decoding: DecodingConfig
    at_once: int = 1
    """It has workers of its own."""

    @property
    def identity(self) -> Identity:
        """By the digests of all files, which cover the weights and the tokenizers, and the settings of the search."""
        names = [folder.description.name for folder in self.folders]
        licenses = sorted({folder.description.license or "not stated" for folder in self.folders})
        files: list[JsonValue] = [_digest(folder.description.files) for folder in self.folders]
        settings: dict[str, JsonValue] = {
            "models": files,
            "direction": list(self.translator.languages),
            "decoding": self.decoding.model_dump(mode="json", exclude={"batch_size"}),
        }
        return Identity(" + ".join(names), None if licenses == ["not stated"] else ", ".join(licenses), settings)

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        """Its best translations; see :meth:`~seq2seq.distillation.teachers.teacher.Teacher.answer`."""
        found = self.translator.translate_nbest(sources, self.decoding)
        return [[Answer(one_line(one.text), one.score) for one in translations] for translations in found]


def _digest(files: dict[str, str]) -> str:
    """Of the files that decide what a model writes: not of its card, nor of exports, made from the weights."""
    weighed = {name: digest for name, digest in files.items() if "/" not in name and name != "README.md"}
    return hashlib.sha256(json.dumps(weighed, sort_keys=True).encode()).hexdigest()
