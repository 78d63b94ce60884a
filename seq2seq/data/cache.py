"""Folders of prepared data, each under its fingerprint: whole or not there, checked, built by one process."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import xxhash
from filelock import FileLock, Timeout

from seq2seq import log
from seq2seq.errors import DataError, reason_of

MANIFEST: Final = "manifest.json"
"""Written last: what the folder holds, with sizes and digests."""
VARIABLE: Final = "SEQ2SEQ_CACHE"
"""Environment variable that names the cache folder."""


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
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0.5)
    except Timeout:
        log.say("Another process is preparing the same data; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


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
