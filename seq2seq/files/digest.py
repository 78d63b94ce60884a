"""Digests of the content of files."""

import hashlib
from functools import partial
from pathlib import Path

from seq2seq.errors import DataError
from seq2seq.files.pipes import open_raw


def content_digest(paths: tuple[Path, ...]) -> str:
    """Digest of the content of some files.

    Raises:
        DataError: one cannot be read.
    """
    digests = []
    for path in paths:
        try:
            with open_raw(path) as file:
                digests.append(hashlib.file_digest(file, partial(hashlib.blake2b, digest_size=16)).hexdigest())
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror or error}.", code="data.unreadable") from error
    return " ".join(digests)
