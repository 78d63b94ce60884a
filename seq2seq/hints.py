"""Suggestions in messages: commands that can be pasted into a shell, and names similar to what was typed."""

import json
import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PLAIN: Final = re.compile(r"[^\W\d][\w+-]*[./][\w./+-]*|/[\w./ +-]*[\w./+-]")
"""Texts that YAML reads as text without quotes: ``pairs.tsv``, ``runs/a``, an absolute path; not ``null``."""
_NEAR: Final = 0.6
_NEAR_WITHOUT_ENDING: Final = 0.5
"""Minimum similarity of a suggested name; lower for names with the same ending, which is not compared."""
_SHOWN: Final = 8
"""Maximum number of names of a folder in a message."""


def command(*words: str | Path) -> str:
    """A command of this program, quoted for a shell: ``seq2seq translate 'My Data/run 1'``.

    Args:
        words: the words after the program's name; placeholders such as ``MODEL`` are not quoted.
    """
    return shlex.join(["seq2seq", *map(str, words)])


def setting(name: str, value: str | Path) -> str:
    """The ``--set`` option that assigns a text to a setting, quoted for YAML if needed, and for a shell."""
    text = str(value)
    return f"--set {shlex.quote(f'{name}={text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)}')}"


def alike(name: str, names: Iterable[str]) -> str | None:
    """The most similar of ``names``, ignoring case (None: none is similar).

    A shared ending does not make names similar: ``a.yaml`` is not similar to ``b.yaml``.
    """
    best = max(((_likeness(name.casefold(), other.casefold()), other) for other in names), default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _likeness(name: str, other: str) -> float:
    """Similarity of two names, from 0 to 1 (equal)."""
    from difflib import SequenceMatcher

    stem, dot, ending = name.rpartition(".")
    near = _NEAR
    if stem and other.endswith(dot + ending):
        name, other, near = stem, other.removesuffix(dot + ending), _NEAR_WITHOUT_ENDING
    compared = SequenceMatcher(None, name, other)
    return ratio if compared.quick_ratio() >= near and (ratio := compared.ratio()) >= near else 0.0


def not_there(path: Path) -> str:
    """A sentence on why a path does not exist, with a suggestion."""
    path, parent = _first_missing(path)
    if not parent.is_dir():
        return f"{path}: not there: {parent} is a file."
    where = "the current folder" if parent == Path() else str(parent)
    return f"{path}: no such file or folder in {where}. {instead(path)}".rstrip()


def no_folder(file: Path) -> str:
    """A sentence on why a file cannot be written where its folder does not exist, with the command that makes it."""
    _, parent = _first_missing(file)
    if not parent.is_dir():
        return f"{file}: cannot be written: {parent} is a file."
    make = shlex.join(["mkdir", "-p", str(file.parent)])
    return f"{file}: the folder {file.parent} does not exist. To make it:\n  {make}"


def instead(path: Path) -> str:
    """For a missing path: a similar name beside it, or the names there; empty if its folder cannot be read."""
    path, parent = _first_missing(path)
    hidden = path.name.startswith(".")
    try:
        names = sorted(entry.name for entry in parent.iterdir() if hidden or not entry.name.startswith("."))
    except OSError:
        return ""
    if near := alike(path.name, names):
        return f"Did you mean '{near}'?"
    more = ", ..." if len(names) > _SHOWN else ""
    return f"There is: {', '.join(names[:_SHOWN])}{more}" if names else "It is empty."


def _first_missing(path: Path) -> tuple[Path, Path]:
    """The first missing part of a path, and the folder that should hold it."""
    parent = path.parent
    while not parent.exists():
        path, parent = parent, parent.parent
    return path, parent
