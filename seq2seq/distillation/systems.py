"""The systems that a distillation compares, and how large they are."""

from pathlib import Path
from typing import Final

from seq2seq.inference.engines.onnx.files import Precision
from seq2seq.model_folder.layout import EXPORT_FOLDER

TEACHER, STUDENT, BASELINE = "teacher", "student", "without a teacher"
ARITHMETIC: Final[dict[Precision, str]] = {"onnx": "float32", "onnx-int8": "int8"}
WARM: Final = 8
"""Texts that are read before time is taken: the first call of an engine takes longer."""
_VOCABULARIES: Final = (".model", "source.json", "target.json")


def megabytes(model: Path, engine: Precision) -> float:
    """What has to be copied to run a model: its description, vocabularies, and networks of one precision."""
    files = [file for file in model.iterdir() if file.name.endswith(_VOCABULARIES) or file.name == "config.json"]
    networks = (model / EXPORT_FOLDER).iterdir()
    files += [file for file in networks if (".int8" in file.name) == (engine == "onnx-int8")]
    return sum(file.stat().st_size for file in files) / 1e6
