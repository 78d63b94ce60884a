"""Folders of prepared data, each under its fingerprint: whole or not there, checked, built by one process."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

import xxhash

from seq2seq import log
from seq2seq.errors import ConfigError, DataError, reason_of
from seq2seq.storage.atomic import atomic_folder
from seq2seq.storage.lock import locked
from seq2seq.storage.manifest import find_damage, write_checksums
from seq2seq.storage.size import parse_size

ABOUT: Final = "about.json"
"""The facts that :func:`open_or_build` returns."""
_WAITS: Final = "Another process is preparing the same data; waiting for it."
VARIABLE: Final = "SEQ2SEQ_CACHE"
"""Environment variable that names the cache folder."""
LIMIT: Final = "SEQ2SEQ_CACHE_LIMIT"
"""Environment variable with the size (`20GB`) that a cache folder is brought down to when data are added to it."""
_RECENT: Final = 3600.0
"""Seconds for which prepared data stay though the limit is exceeded: whoever has asked for them may be opening them."""
_NAME: Final = re.compile(r"\.?([0-9a-f]{32})(?:\.new)?")
"""Names of folders of prepared data, those of interrupted writes included; no other folder is ever deleted."""


def cache_folder(setting: str | None) -> Path:
    """The folder of prepared data: the setting, else ``$SEQ2SEQ_CACHE``, else the user's cache folder."""
    if setting is not None:
        return Path(setting).expanduser()
    if variable := os.environ.get(VARIABLE):
        return Path(variable).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "seq2seq"


def open_or_build(
    cache: Path, fingerprint: str, build: Callable[[Path], dict[str, object]]
) -> tuple[Path, dict[str, object], bool]:
    """The folder of a fingerprint; if it is missing or damaged, it is built.

    Args:
        cache: folder of all prepared data.
        fingerprint: name of the folder.
        build: fills an empty folder, and returns the facts about it to save (JSON).

    Returns:
        The folder, the facts, and whether the folder had been there.

    Raises:
        DataError: the cache cannot be written.
        ConfigError: ``$SEQ2SEQ_CACHE_LIMIT`` is no size.
    """
    limit = _limit()
    folder = cache / fingerprint
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with locked(cache / f"{fingerprint}.lock", on_wait=lambda: log.say(_WAITS)):
            if folder.exists():
                about, problem = _read(folder)
                if problem is None:
                    os.utime(folder / ABOUT)  # when it was last used, for `seq2seq cache`
                    return folder, about, True
                log.warn(
                    f"{folder}: prepared data are damaged, or an older version's ({problem}); preparing them again.",
                    code="data.cache-damaged",
                )
                shutil.rmtree(folder)
            with atomic_folder(folder, durable=False) as scratch:  # damage is noticed, and repaired
                about = build(scratch)
                (scratch / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
                write_checksums(scratch, xxhash.xxh3_128)
            if limit is not None:
                _shrink(cache, limit)
            return folder, about, False
    except OSError as error:
        raise DataError(
            f"{error.filename or cache}: prepared data cannot be written: {reason_of(error)}.\n"
            f"  Free some space, or name another folder: --set data.cache=FOLDER, or the variable {VARIABLE}",
            code="data.cache-unwritable",
        ) from error


def _read(folder: Path) -> tuple[dict[str, object], str | None]:
    """The facts saved about prepared data, and what is wrong with the folder, if anything."""
    if problem := find_damage(folder, xxhash.xxh3_128, required={ABOUT}):
        return {}, problem
    return json.loads((folder / ABOUT).read_text(encoding="utf-8")), None


@dataclass(frozen=True, slots=True)
class Entry:
    """One folder of prepared data, or what is left of one whose preparation was interrupted."""

    path: Path
    bytes: int
    """On disk."""
    used: float
    """When it was last prepared or opened: seconds since 1970."""
    data: str
    """The training data it was made from; empty if unknown."""


def entries(cache: Path) -> list[Entry]:
    """The prepared data in a cache folder, those used last first."""
    listed = []
    for path in cache.iterdir() if cache.is_dir() else ():
        if _NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            about = path / ABOUT
            size = _size(path)
            used = (about if about.exists() else path).stat().st_mtime
            listed.append(Entry(path, size, used, _made_from(about)))
    return sorted(listed, key=lambda entry: entry.used, reverse=True)


def _size(folder: Path) -> int:
    """Bytes of all files below a folder, from which another process may be deleting some."""
    size = 0
    for place, _, files in os.walk(folder):
        for name in files:
            with suppress(OSError):
                size += Path(place, name).stat().st_size
    return size


def excess(listed: Sequence[Entry], limit: int) -> list[Entry]:
    """Of the prepared data in a cache folder, those used last first: what has to go so that it has ``limit`` bytes."""
    sizes = list(accumulate(entry.bytes for entry in listed))
    return [entry for entry, size in zip(listed, sizes, strict=True) if size > limit]


def remove(folder: Path) -> bool:
    """Delete prepared data, unless a process is preparing or opening them; returns whether they are gone.

    What is open already stays usable: it is mapped into memory.

    Raises:
        OSError: they cannot be deleted.
    """
    path = folder.with_name(f"{_NAME.fullmatch(folder.name)[1]}.lock")  # type: ignore[index]
    try:
        with locked(path):
            if folder.exists():  # another process may have been faster
                shutil.rmtree(folder)
            path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    return True


def _limit() -> int | None:
    """The bytes that a cache folder may have; None: any number."""
    text = os.environ.get(LIMIT)
    try:
        return parse_size(text) if text else None
    except ValueError as error:
        raise ConfigError(f"${LIMIT}", [str(error)], code="data.cache-limit") from error


def _shrink(cache: Path, limit: int) -> None:
    """Delete what has not been used for longest, until a cache folder has ``limit`` bytes."""
    old = [entry for entry in excess(entries(cache), limit) if time.time() - entry.used >= _RECENT]
    gone = [entry for entry in old if remove(entry.path)]
    if gone:
        size = f"{sum(entry.bytes for entry in gone) / 1e6:,.1f} MB"
        log.say(f"Deleted {size} of prepared data ({len(gone)}) that were not used for longest: ${LIMIT}.")


def _made_from(about: Path) -> str:
    try:
        return str(json.loads(about.read_text(encoding="utf-8"))["report"]["train"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
