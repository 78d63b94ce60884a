"""Folders (and files) that are either whole or not there: written beside their final name, then renamed into place.

A machine that stops half-way leaves a scratch folder beside the final one, never half a folder under its name.
The next write of the same folder clears it away.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_folder(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Give an empty scratch folder to fill; when the block ends well, it takes the place of ``path``.

    Every file is on disk (fsync) before the rename, unless ``durable`` is false: what can be made again need not wait.
    A folder that stood at ``path`` is moved aside first and removed last, so that at every moment a whole one exists,
    as ``path`` or as its neighbour ``.NAME.old``, which :func:`restore_backup` renames back and
    :func:`current_or_backup` finds. When the block raises, ``path`` is as it was. Where ``path`` is a link, all of this
    happens to the folder that it leads to, and the link stays.
    """
    path = _target(path)
    scratch, old = _scratch(path), _old(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    restore_backup(path)
    for leftover in (scratch, old):
        if leftover.exists():
            shutil.rmtree(leftover)
    scratch.mkdir()
    try:
        yield scratch
        for file in (*sorted(scratch.rglob("*")), scratch) if durable else ():
            sync(file)
        if path.exists():
            path.rename(old)
        scratch.rename(path)
        if durable:
            sync(path.parent)
    except BaseException:
        restore_backup(path)
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def atomic_file(path: Path, content: bytes) -> None:
    """Write a file that is either as it was or whole: beside its name, to the disk, then renamed.

    A link at ``path`` is replaced by the file, never written through: in a stranger's folder it may lead anywhere.

    Raises:
        OSError: it cannot be written; ``path`` is as it was, or it is whole and only its name may not be on disk yet.
    """
    with _replacing(path, _scratch(path)) as file:
        file.write(content)
    sync(path.parent)


@contextmanager
def atomic_stream(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when the block ends well; else ``path`` is as it was.

    Where ``path`` is a link, the file that it leads to is written. A pipe or a device is written as it is. Of processes
    that write the same file at once, on one machine or on several, each writes a whole one, and the last of them stays.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path = _target(path)
    with _replacing(path, path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")) as file:
        yield file


@contextmanager
def _replacing(path: Path, scratch: Path) -> Iterator[BinaryIO]:
    """The file ``scratch`` beside ``path``, which is renamed to it once it is on the disk."""
    try:
        scratch.unlink(missing_ok=True)  # a link of that name in a stranger's folder would be written through
        with scratch.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise


def restore_backup(path: Path) -> None:
    """Bring ``path`` back if the machine stopped between the two renames of :func:`atomic_folder`.

    For the one process that may write ``path``: see :func:`current_or_backup`.
    """
    path = _target(path)
    if not path.exists() and _old(path).exists():
        _old(path).rename(path)


def current_or_backup(path: Path) -> Path:
    """The whole folder for a reader: ``path``, or its neighbour if the writer is between its renames.

    A reader renames nothing: the writer may be alive.
    """
    if path.exists():
        return path
    old = _old(_target(path))
    return old if old.exists() else path


def _target(path: Path) -> Path:
    """The path without links; :meth:`Path.resolve` raises on links that lead in a circle, this does not."""
    return Path(os.path.realpath(path))


def _scratch(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
