"""The files of a model folder: which there are, and whether they are what they should be.

A folder may come from anybody. Nothing outside of it is read: a name in it that leads elsewhere is refused, and no name
is ever taken from its contents.
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
"""What the model is (:class:`seq2seq.model_folder.description.Description`)."""
WEIGHTS: Final = "weights.safetensors"
"""The parameters."""
CARD: Final = "README.md"
"""The same as ``config.json``, for people."""
TOKENIZERS: Final = ("tokenizer.model", "source.model", "target.model", "source.json", "target.json")
"""One for both sides, or one for each."""
EXPORT_FOLDER: Final = "onnx"
SHORTLIST: Final = f"{EXPORT_FOLDER}/shortlist.safetensors"
"""What shortlists are made of (:mod:`seq2seq.inference.engines.onnx.shortlist`)."""
NETWORKS: Final = f"{EXPORT_FOLDER}/*.onnx"
"""Exported networks."""
PATTERNS: Final = (CONFIG, CARD, WEIGHTS, *TOKENIZERS, NETWORKS, SHORTLIST)
"""Everything that belongs to a model folder (:func:`belongs`); whatever else lies there is passed over."""
LARGEST: Final = 64 << 20
"""Bytes that a file other than the weights may have: whoever reads it, reads all of it."""

_AGAIN: Final = "Copy the model folder again."
_CHANGED: Final = (
    "the folder was changed meanwhile. If the model is still being trained, copy its folder and name the copy;\n"
    "  else run the same command again."
)


def model_files(folder: Path) -> list[str]:
    """Names of a folder's files that belong to the model, relative to it, in a fixed order.

    Raises:
        ModelError: one of them leads out of the folder.
    """
    found = [file.relative_to(folder).as_posix() for pattern in PATTERNS for file in sorted(folder.glob(pattern))]
    return [require_file(folder, name).relative_to(folder).as_posix() for name in found if belongs(name)]


def belongs(name: str) -> bool:
    """Whether a file belongs to a model folder, by its name relative to that: one of :data:`PATTERNS` part by part.

    ``fnmatch`` alone would let ``*`` stand for ``sub/file``; and hidden files are other programs' notes.
    """
    return any(_fits(name, pattern) for pattern in PATTERNS)


def _fits(name: str, pattern: str) -> bool:
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted)) and not parts[-1].startswith(".")


def copy_model(folder: Path, target: Path, *, expected: Mapping[str, str]) -> None:
    """Copy what belongs to a model that has been loaded into another folder, which exists.

    Args:
        folder: of the model.
        target: the other.
        expected: the digests of the model that was loaded: a training may have replaced it since.

    Raises:
        ModelError: the model is not there any more, or is another, or a file of it leads out of its folder.
        OSError: the copy cannot be written.
    """
    names = model_files(folder)
    for name in (CONFIG, WEIGHTS):
        if name not in names:
            raise ModelError(f"{folder / name}: missing; {_CHANGED}")
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, target / name)
    if any(digest != expected.get(name, digest) for name, digest in digests(target).items()):
        raise ModelError(f"{folder}: another model than the one that was loaded; {_CHANGED}")


def folder_size(folder: Path) -> int:
    """Bytes on disk of a model folder's files."""
    return sum((folder / name).stat().st_size for name in model_files(folder))


def in_hub_cache(folder: Path) -> bool:
    """Whether a folder is a commit in the hub's cache: a model that somebody else may have written."""
    home = folder.resolve()
    return home.parent.name == "snapshots" and home.parents[1].name.startswith("models--")


def require_file(folder: Path, name: str) -> Path:
    """The file ``name`` of a model folder, once it is clear that it is one, and lies there.

    Raises:
        ModelError: it is missing, too large, something else than a file, or a link that leads out of the folder.
    """
    file = folder / name
    if not file.exists():
        raise ModelError(f"{file}: missing; the model folder is not complete: copy all of it.")
    if not file.is_file():
        raise ModelError(f"{file}: not a file; the model folder is damaged. {_AGAIN}")
    target, home = file.resolve(), folder.resolve()
    # The hub's cache keeps contents beside the folders of its revisions, which hold links to them.
    blobs = home.parents[1] / "blobs" if in_hub_cache(folder) else home
    if not (target.is_relative_to(home) or target.is_relative_to(blobs)):
        raise ModelError(
            f"{file}: a link out of the model folder, to {target}; nothing outside of it is read.\n"
            "  If you trust it, put the file itself in its place."
        )
    large = any(_fits(name, pattern) for pattern in (WEIGHTS, NETWORKS, SHORTLIST))
    if not large and file.stat().st_size > LARGEST:
        raise ModelError(f"{file}: {file.stat().st_size:,} bytes; it can have {LARGEST:,} at most.")
    return file


def read_json(folder: Path, name: str) -> tuple[str, object]:
    """The text of a JSON file, and what it says; numbers that are none (NaN, Infinity) are refused.

    Raises:
        ModelError: it cannot be read, or is not JSON.
    """
    file = require_file(folder, name)
    try:
        text = file.read_text(encoding="utf-8")
        return text, json.loads(text, parse_constant=_refuse)
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}).") from error
    except RecursionError as error:
        raise ModelError(f"{file}: not JSON of ours (nested too deeply); the file is damaged. {_AGAIN}") from error
    except ValueError as error:
        raise ModelError(f"{file}: not JSON ({error}); the file is damaged. {_AGAIN}") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


MODEL_FILES: Final = (WEIGHTS, *TOKENIZERS)
"""What makes up a model: its weights and tokenizers."""


def digests(folder: Path, names: Sequence[str] = MODEL_FILES) -> dict[str, str]:
    """SHA-256, in hexadecimal, of those of the files that are there."""
    return {name: _digest(folder, name) for name in names if (folder / name).exists()}


def check_digests(folder: Path, expected: Mapping[str, str], names: Sequence[str] = MODEL_FILES) -> None:
    """Compare files with the digests that ``config.json`` has kept of them; a folder that has none is not judged.

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
                "  A model folder is complete or of no use: copy all of it, into an empty folder."
            )
        if name in expected and _digest(folder, name) != expected[name]:
            raise ModelError(
                f"{file}: not the file that {CONFIG} lists (its SHA-256 is another): damaged, or of another model.\n"
                f"  {_AGAIN}"
            )


def _digest(folder: Path, name: str) -> str:
    file = require_file(folder, name)
    try:
        return file_digest(file, hashlib.sha256)
    except OSError as error:
        raise ModelError(f"{file}: cannot be read ({error.strerror}).") from error
