"""Translated documents, until they are fetched."""

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from seq2seq.storage.atomic import atomic_stream

LIFETIME: Final = 900.0
"""Seconds after which a document is removed: clients fetch it at once, people after a click."""
LARGEST: Final = 256 << 20
"""Most bytes of all documents; of more, the oldest are removed."""
_NAME: Final = re.compile(r"[\w-]{32}\.\w{1,12}", re.ASCII)


class Results:
    """A folder of documents with names that cannot be guessed.

    Args:
        folder: has nothing else in it.
        shared: whether other processes use it, too.
    """

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self._folder = folder
        self._shared = shared

    def keep(self, data: bytes, ending: str) -> str:
        """Keep a document for a while; its new name.

        Args:
            data: the document.
            ending: of its name, without a dot.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        name = f"{secrets.token_urlsafe(24)}.{ending}"
        with atomic_stream(self._folder / name) as stream:
            stream.write(data)
        self._remove_old()
        return name

    def find(self, name: str) -> bytes | None:
        """A document; None: there is none of this name any more."""
        if not _NAME.fullmatch(name):
            return None
        file = self._folder / name
        try:
            return file.read_bytes() if time.time() - file.stat().st_mtime < LIFETIME else None
        except FileNotFoundError:
            return None

    def close(self) -> None:
        """Remove all documents, unless other processes have some; then whoever made the folder removes it."""
        if not self._shared:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _remove_old(self) -> None:
        """Remove documents that are too old, and the oldest of too many."""
        oldest, size = time.time() - LIFETIME, 0
        files = []
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):  # another request has renamed or removed it
                files.append((entry.stat(), entry.path))
        for status, path in sorted(files, key=lambda file: -file[0].st_mtime):
            size += status.st_size
            if status.st_mtime < oldest or size > LARGEST:
                Path(path).unlink(missing_ok=True)
