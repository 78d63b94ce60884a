"""What messages suggest: a command that a shell takes as it stands, and names that are spelt like what was typed."""

import json
import re
import shlex
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

_PLAIN: Final = re.compile(r"[^\W\d][\w+-]*[./][\w./+-]*|/[\w./ +-]*[\w./+-]")
"""What YAML surely reads as a text without quotes: ``pairs.tsv``, ``runs/a``, an absolute path; not ``null``."""
_NEAR: Final = 0.6
_NEAR_BUT_FOR_THE_ENDING: Final = 0.5
"""Likeness from which on a name is suggested; of names with the same ending, which is not compared, half is enough."""
_SHOWN: Final = 8
"""Names of a folder that a message lists."""


def command(*words: str | Path) -> str:
    """A command of this program, quoted for a shell: ``seq2seq translate 'My Data/run 1'``.

    Args:
        words: what follows the program's name. A placeholder such as ``MODEL`` needs no quotes, and gets none.
    """
    return shlex.join(["seq2seq", *map(str, words)])


def setting(name: str, value: str | Path) -> str:
    """The option that gives a setting a text, such as a path, quoted for YAML where need be, and for a shell."""
    text = str(value)
    return f"--set {shlex.quote(f'{name}={text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)}')}"


def alike(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that is spelt most like ``name``, upper and lower case aside; None: none is near.

    An ending that two names share does not make them alike: ``a.yaml`` is not near ``b.yaml``.
    """
    best = max(((_likeness(name.casefold(), other.casefold()), other) for other in names), default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _likeness(name: str, other: str) -> float:
    """How alike two names are, 0 (not) to 1 (equal)."""
    stem, dot, ending = name.rpartition(".")
    near = _NEAR
    if stem and other.endswith(dot + ending):
        name, other, near = stem, other.removesuffix(dot + ending), _NEAR_BUT_FOR_THE_ENDING
    compared = SequenceMatcher(None, name, other)
    return ratio if compared.quick_ratio() >= near and (ratio := compared.ratio()) >= near else 0.0


def not_there(path: Path) -> str:
    """Why nothing lies at a path, in a sentence that begins with it; and what may be meant."""
    path, parent = _first_missing(path)
    if not parent.is_dir():
        return f"{path}: not there, for {parent} is a file."
    where = "the current folder" if parent == Path() else str(parent)
    return f"{path}: no such file or folder in {where}. {instead(path)}".rstrip()


def instead(path: Path) -> str:
    """Of a path at which nothing lies: what is spelt alike beside it, or what there is; empty: that cannot be told."""
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
    """The part of a path that is the first not to be there, and the folder that should hold it."""
    parent = path.parent
    while not parent.exists():
        path, parent = parent, parent.parent
    return path, parent
