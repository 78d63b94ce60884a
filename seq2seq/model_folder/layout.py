"""The files of a model folder, and checks that they are intact.

A folder may come from anybody. Nothing outside of it is read: links that lead elsewhere are refused, and file names are
never taken from its contents.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NoReturn

from seq2seq.errors import ModelError
from seq2seq.storage.manifest import file_digest

CONFIG: Final = "config.json"
"""Description of the model (:class:`seq2seq.model_folder.description.Description`)."""
WEIGHTS: Final = "weights.safetensors"
"""Parameters of the model."""
CARD: Final = "README.md"
"""Model card: the description for people."""
TOKENIZERS: Final = (
    "tokenizer.model",
    "source.model",
    "target.model",
    "source.json",
    "target.json",
    "source.channels.json",
    "target.channels.json",
    "series.json",
)
"""Tokenizers: one for both sides, or one for each; of vectors, their scaling; of series, what is read of a step."""
EXPORT_FOLDER: Final = "onnx"
SHORTLIST: Final = f"{EXPORT_FOLDER}/shortlist.safetensors"
"""Data of shortlists (:mod:`seq2seq.inference.engines.onnx.shortlist`)."""
NETWORKS: Final = f"{EXPORT_FOLDER}/*.onnx"
NETWORK_WEIGHTS: Final = f"{EXPORT_FOLDER}/weights*.bin"
"""Weights of exported networks."""
PATTERNS: Final = (CONFIG, CARD, WEIGHTS, *TOKENIZERS, NETWORKS, NETWORK_WEIGHTS, SHORTLIST)
"""All files of a model folder (:func:`belongs`); other files in it are ignored."""
LARGEST: Final = 64 << 20
"""Most bytes of files that are read as a whole: all except weights and networks."""

_AGAIN: Final = "Copy the model folder again."
_CHANGED: Final = (
    "the folder has changed. If the model is still being trained, copy its folder and use the copy;\n"
    "  otherwise run the same command again."
)


def model_files(folder: Path) -> list[str]:
    """Names of the files of a model, relative to its folder, in a fixed order.

    Raises:
        ModelError: one of them leads out of the folder.
    """
    names = [file.relative_to(folder).as_posix() for pattern in PATTERNS for file in sorted(folder.glob(pattern))]
    return [require_file(folder, name).relative_to(folder).as_posix() for name in names if belongs(name)]


def belongs(name: str) -> bool:
    """Whether a file belongs to a model, by its name relative to the folder: it must match one of :data:`PATTERNS`.

    Names are matched part by part, since ``*`` of ``fnmatch`` also matches ``sub/file``. Hidden files do not belong.
    """
    return any(_fits(name, pattern) for pattern in PATTERNS)


def _fits(name: str, pattern: str) -> bool:
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted)) and not parts[-1].startswith(".")


def copy_model(folder: Path, target: Path, *, expected: Mapping[str, str]) -> None:
    """Copy the files of a loaded model, whose digests are ``expected``, into another folder, which exists.

    Raises:
        ModelError: the model is gone or has been replaced, or a file of it leads out of its folder.
        OSError: the copy cannot be written.
    """
    names = model_files(folder)
    for name in (CONFIG, WEIGHTS):
        if name not in names:
            raise ModelError(f"{folder / name}: missing; {_CHANGED}", code="model.replaced")
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, target / name)
    if any(digest != expected.get(name, digest) for name, digest in digests(target).items()):
        raise ModelError(f"{folder}: another model than the loaded one; {_CHANGED}", code="model.replaced")


def folder_size(folder: Path) -> int:
    """Bytes on disk of a model folder's files."""
    return sum((folder / name).stat().st_size for name in model_files(folder))


def in_hub_cache(folder: Path) -> bool:
    """Whether a folder is a commit in the hub's cache: a model that others may have written."""
    home = folder.resolve()
    return home.parent.name == "snapshots" and home.parents[1].name.startswith("models--")


def require_file(folder: Path, name: str) -> Path:
    """The file ``name`` of a model folder, after checking that it is a file inside the folder.

    Raises:
        ModelError: it is missing, too large, no file, or a link that leads out of the folder.
    """
    file = folder / name
    if not file.exists():
        raise ModelError(f"{file}: missing; the model folder is incomplete: copy all of it.", code="model.missing-file")
    if not file.is_file():
        raise ModelError(f"{file}: not a file; the model folder is damaged. {_AGAIN}", code="model.damaged")
    target, home = file.resolve(), folder.resolve()
    # The folders of revisions in the hub's cache contain links to files outside of them.
    blobs = home.parents[1] / "blobs" if in_hub_cache(folder) else home
    if not (target.is_relative_to(home) or target.is_relative_to(blobs)):
        raise ModelError(
            f"{file}: a link out of the model folder, to {target}; nothing outside of it is read.\n"
            "  If you trust it, replace the link by the file.",
            code="model.outside-link",
        )
    large = any(_fits(name, pattern) for pattern in (WEIGHTS, NETWORKS, NETWORK_WEIGHTS, SHORTLIST))
    try:
        size = 0 if large else file.stat().st_size
    except OSError as error:  # it was there a moment ago
        raise ModelError(f"{file}: cannot be read ({error.strerror}).", code="model.unreadable") from error
    if size > LARGEST:
        raise ModelError(f"{file}: {size:,} bytes; at most {LARGEST:,} are allowed.", code="model.too-large")
    return file


def read_json(folder: Path, name: str) -> tuple[str, object]:
    """The text of a JSON file, and its value; numbers that are not finite are refused.

    Raises:
        ModelError: it cannot be read, or is not JSON.
    """
    file = require_file(folder, name)
    try:
        text = file.read_text(encoding="utf-8")
        return text, json.loads(text, parse_constant=_refuse)
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}).", code="model.unreadable") from error
    except RecursionError as error:
        raise ModelError(f"{file}: nested too deeply; the file is damaged. {_AGAIN}", code="model.damaged") from error
    except ValueError as error:
        raise ModelError(f"{file}: not JSON ({error}); the file is damaged. {_AGAIN}", code="model.damaged") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not finite")


MODEL_FILES: Final = (WEIGHTS, *TOKENIZERS)
"""Files that make up a model: weights and tokenizers."""


def digests(folder: Path, names: Sequence[str] = MODEL_FILES) -> dict[str, str]:
    """SHA-256 in hexadecimal of the existing files among ``names``."""
    return {name: _digest(folder, name) for name in names if (folder / name).exists()}


def check_digests(folder: Path, expected: Mapping[str, str], names: Sequence[str] = MODEL_FILES) -> None:
    """Compare files with their digests in ``config.json``; folders without digests are not checked.

    Raises:
        ModelError: a file is damaged, missing, or of another model.
    """
    if expected.keys().isdisjoint(names):
        return
    for name in names:
        file = folder / name
        if name not in expected and file.exists():
            raise ModelError(
                f"{file}: not one of the files that {CONFIG} lists: the files of two models are mixed.\n"
                "  Copy all of the model folder, into an empty folder.",
                code="model.mixed",
            )
        if name in expected and _digest(folder, name) != expected[name]:
            raise ModelError(
                f"{file}: not the file that {CONFIG} lists (its SHA-256 is another): damaged, or of another model.\n"
                f"  {_AGAIN}",
                code="model.damaged",
            )


def _digest(folder: Path, name: str) -> str:
    file = require_file(folder, name)
    try:
        return file_digest(file, hashlib.sha256)
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}).", code="model.unreadable") from error
