"""Digests of a folder's files: saved beside them, compared when the folder is read.

``checksums.json`` holds ``{"NAME": {"bytes": SIZE, "xxh3_128": DIGEST}}``, or another algorithm's name.
"""

import hashlib
import io
import json
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from seq2seq.errors import reason_of

CHECKSUMS: Final = "checksums.json"
Algorithm = Callable[[], Any]
"""A constructor such as ``hashlib.sha256`` or ``xxhash.xxh3_128``."""


def write_checksums(folder: Path, algorithm: Algorithm, contents: Mapping[str, bytes] | None = None) -> None:
    """Write the digests of a folder's files, which are all there.

    Args:
        folder: holds no folders.
        algorithm: of the digests.
        contents: the files by name, as they are in memory; where it is not given, they are read from the folder.
    """
    if contents is None:
        entries = {path.name: _entry_of(path, algorithm) for path in sorted(folder.iterdir())}
    else:
        entries = {name: _entry(io.BytesIO(content), algorithm) for name, content in contents.items()}
    (folder / CHECKSUMS).write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def find_damage(
    folder: Path, algorithm: Algorithm, *, required: Collection[str] = (), from_disk: bool = False
) -> str | None:
    """The first difference between a folder's files and its checksums, in words; None: there is none.

    Args:
        folder: on which :func:`write_checksums` was called.
        algorithm: of the digests.
        required: files that must be listed.
        from_disk: ask the system to forget what it holds of the files in memory, and so to read them from the disk.
    """
    try:
        entries = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        if missing := required - entries.keys():
            return f"{CHECKSUMS} does not list {', '.join(sorted(missing))}"
        for name, entry in entries.items():
            if _entry_of(folder / name, algorithm, from_disk=from_disk) != entry:
                return f"{name} has changed"
    except FileNotFoundError as error:
        return f"{Path(str(error.filename)).name} is missing"
    except OSError as error:
        return f"{Path(str(error.filename)).name} cannot be read: {reason_of(error)}"
    except (ValueError, AttributeError, TypeError):
        return f"{CHECKSUMS} cannot be read"
    return None


def file_digest(path: Path, algorithm: Algorithm) -> str:
    """The digest of a file, in hexadecimal; raises :class:`OSError` if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _entry_of(path: Path, algorithm: Algorithm, *, from_disk: bool = False) -> dict[str, object]:
    with path.open("rb") as file:
        if from_disk and hasattr(os, "posix_fadvise"):
            with suppress(OSError):  # some file systems know no advice
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return _entry(file, algorithm)


def _entry(file: io.BytesIO | io.BufferedReader, algorithm: Algorithm) -> dict[str, object]:
    digest = hashlib.file_digest(file, algorithm)
    return {"bytes": file.seek(0, os.SEEK_END), digest.name.lower(): digest.hexdigest()}
