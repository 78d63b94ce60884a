"""Folders of prepared data, each under its fingerprint: whole or not there, checked, built by one process."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xxhash

from seq2seq import log
from seq2seq.errors import DataError, reason_of
from seq2seq.storage import lock

MANIFEST: Final = "manifest.json"
"""Written last: what the folder holds, with sizes and digests."""
VARIABLE: Final = "SEQ2SEQ_CACHE"
"""Environment variable that names the cache folder."""
_NAME: Final = re.compile(r"[0-9a-f]{32}(\.partial)?")
"""What a folder of prepared data is called; nothing else that lies in a cache folder is ever deleted."""


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
        build: fills an empty folder, and returns what to remember about it (JSON).

    Returns:
        The folder, what was remembered, and whether it had been there.

    Raises:
        DataError: the cache cannot be written.
    """
    folder = cache / fingerprint
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{fingerprint}.lock"):
            if folder.exists():
                found, problem = _check(folder)
                if problem is None:
                    os.utime(folder / MANIFEST)  # when it was last used, for `seq2seq cache`
                    return folder, found, True
                log.warn(f"prepared data in {folder} is damaged ({problem}); preparing it again.")
                shutil.rmtree(folder)
            # Whoever left this behind was interrupted: it would hold the lock otherwise.
            partial = cache / f"{fingerprint}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            try:
                about = build(partial)
                files = {path.name: _describe(path) for path in sorted(partial.iterdir())}
                manifest = {"about": about, "files": files, "digest": _digest(about, files)}
                (partial / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
                partial.rename(folder)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                raise
            return folder, about, False
    except OSError as error:
        raise DataError(
            f"{error.filename or cache}: prepared data cannot be written: {reason_of(error)}.\n"
            f"  Free some space, or name another folder: --set data.cache=FOLDER, or the variable {VARIABLE}"
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock; says so when it has to wait."""
    held = lock.acquire(path)
    if held is None:
        time.sleep(0.5)
        held = lock.acquire(path)
    if held is None:
        log.say("Another process is preparing the same data; waiting for it.")
        held = lock.acquire(path, wait=True)
        assert held is not None
    try:
        yield
    finally:
        lock.release(held)


@dataclass(frozen=True, slots=True)
class Entry:
    """One folder of prepared data, or what is left of one whose preparation was interrupted."""

    path: Path
    bytes: int
    """On disk."""
    used: float
    """When it was last prepared or opened: seconds since 1970."""
    data: str
    """The training data it was made from; empty if nobody can tell."""


def entries(cache: Path) -> list[Entry]:
    """The prepared data in a cache folder, those used last first."""
    found = []
    for path in cache.iterdir() if cache.is_dir() else ():
        if _NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            about = path / MANIFEST
            size = sum(file.stat().st_size for file in path.iterdir())
            used = (about if about.exists() else path).stat().st_mtime
            found.append(Entry(path, size, used, _made_from(about)))
    return sorted(found, key=lambda entry: entry.used, reverse=True)


def remove(entry: Entry) -> bool:
    """Delete prepared data, unless a process is preparing or opening them; returns whether they are gone.

    What is open already stays usable: it is mapped into memory.

    Raises:
        OSError: they cannot be deleted.
    """
    name = entry.path.with_name(f"{entry.path.name.removesuffix('.partial')}.lock")
    held = lock.acquire(name)
    if held is None:
        return False
    try:
        shutil.rmtree(entry.path)
        name.unlink(missing_ok=True)
    finally:
        lock.release(held)
    return True


def _made_from(manifest: Path) -> str:
    try:
        return str(json.loads(manifest.read_text(encoding="utf-8"))["about"]["report"]["train"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _describe(path: Path) -> dict[str, object]:
    """Size in bytes and digest of a file."""
    hasher = xxhash.xxh3_128()
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            hasher.update(block)
    return {"bytes": path.stat().st_size, "xxh3_128": hasher.hexdigest()}


def _digest(about: object, files: object) -> str:
    """Digest of what a manifest says."""
    return xxhash.xxh3_128_hexdigest(json.dumps([about, files], sort_keys=True).encode())


def _check(folder: Path) -> tuple[dict[str, object], str | None]:
    """What is remembered about a folder, and what is wrong with it, if anything."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        about, files = manifest["about"], manifest["files"]
        if manifest["digest"] != _digest(about, files):
            return {}, f"{MANIFEST} has changed"
        for name, described in files.items():
            if _describe(folder / name) != described:
                return {}, f"{name} has changed"
    except FileNotFoundError as error:
        return {}, f"{Path(str(error.filename)).name} is missing"
    except OSError as error:
        return {}, f"{Path(str(error.filename)).name} cannot be read: {reason_of(error)}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}, f"{MANIFEST} cannot be read"
    return about, None
