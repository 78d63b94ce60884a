"""Columns recognised where none are set: by their names, or by their contents."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from seq2seq.config.data import ColumnsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.tables.column_names import (
    LABELS,
    SOURCES,
    TAGS,
    TARGETS,
    VECTOR_TARGETS,
    VECTORS,
    names_a_column,
)
from seq2seq.data.tables.columns import find_column
from seq2seq.formats.languages import language_of, without_suffix

_NAMES: Final[dict[SideKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    SideKind.TEXT: (SOURCES, TARGETS),
    SideKind.LABEL: ((), LABELS),
    SideKind.TAGS: (TAGS, ()),
    SideKind.VECTORS: (VECTORS, VECTOR_TARGETS),
}
"""The same by the kind of what is in them: as a source, and as a target."""
_NUMBERS: Final = frozenset(("id", "idx", "index", "nr", "number"))
"""Usual names of columns with row numbers."""
_REPEATED: Final = 5
"""Rows per label, on average, from which on a first row whose label occurs once is taken for a header."""
_REPEATED_BESIDE_A_NAME: Final = 2
"""The same, if the other column has a usual name of texts."""


def usual_columns(
    names: Sequence[str],
    sides: Sides,
    usual: ColumnsConfig,
    fixed: Mapping[str, str | None] | None = None,
    *,
    real: bool = True,
) -> ColumnsConfig | None:
    """The columns among some names: as they are usually called here, or anywhere. None: unclear.

    Args:
        names: what the columns are called.
        sides: what an example consists of.
        usual: what they are called here.
        fixed: those that are known.
        real: whether these are names for certain, and not the fields of a first row that may be no header.
    """
    group = find_column(names, usual.group) if isinstance(usual.group, str) else None
    if not fixed and isinstance(usual.target, str):
        source = find_column(names, usual.source) if isinstance(usual.source, str) else None
        target = find_column(names, usual.target)
        if target is not None and (usual.source is None or source is not None):
            return ColumnsConfig(source=source, target=target, group=group)
    found: dict[str, str | None] = dict(fixed or {})
    alone = sides.source is SideKind.TAGS and found.get("source", usual.source) is None
    for side, known in zip(("source", "target"), (_NAMES[sides.source][0], _NAMES[sides.target][1]), strict=True):
        if side not in found and not (side == "source" and alone):
            found[side] = _usually([name for name in names if name not in found.values()], known)
    needed: list[str] = ["target"] if alone else ["source", "target"]
    lacking = [side for side in needed if found[side] is None]
    if lacking and sides == TEXTS and not fixed:
        languages = [name for name in names if language_of(name)]
        if len(languages) > 2:  # `id` is Indonesian, or the number of a row
            languages = [name for name in languages if name.casefold() not in _NUMBERS]
        if len(languages) == 2:
            found, lacking = dict(zip(needed, languages, strict=True)), []
    rest = [name for name in names if name not in found.values() and name.casefold() not in _NUMBERS]
    if len(lacking) == len(rest) == 1 and (fixed or (real and sides.target is SideKind.LABEL)):
        found[lacking.pop()] = rest[0]
    target = found["target"]
    if lacking or target is None:
        return None
    return ColumnsConfig(source=None if alone else found["source"], target=target, group=group)


def _usually(names: Sequence[str], known: Sequence[str]) -> str | None:
    """The column that is called as such columns are, the commonest name first."""
    found = {without_suffix(name).rpartition(".")[2]: name for name in reversed(names)}
    return next((found[name] for name in known if name in found), None)


def columns_by_position(rows: Sequence[Sequence[str]], sides: Sides) -> ColumnsConfig:
    """Columns of a file without header: source before target, except labels, which have few different values."""
    if sides.target is SideKind.LABEL:
        values = [{row[column] for row in rows if len(row) == 2} for column in (0, 1)]
        if len(values[0]) < len(values[1]):
            return ColumnsConfig(source=1, target=0)
    if sides.source is SideKind.TAGS and all(len(row) == 1 for row in rows):
        return ColumnsConfig(source=None, target=0)
    return ColumnsConfig(source=0, target=1)


def is_header(names: Sequence[str], rows: Sequence[Sequence[str]], sides: Sides) -> bool:
    """Whether the first row names columns: by what columns are called, or since its label comes only there."""
    plain = [without_suffix(name) for name in names]
    if len(set(plain)) < len(plain) or not all(plain):
        return False
    if sum(map(names_a_column, names)) >= 2:
        return True
    if sides.target is not SideKind.LABEL or len(names) != 2 or not all(map(_looks_like_a_name, names)):
        return False
    column = columns_by_position(rows, sides).target
    assert isinstance(column, int)
    counts = Counter(row[column].strip() for row in rows if len(row) == 2)
    total, once = counts.total(), counts.pop(rows[0][column].strip(), 0)
    least = _REPEATED_BESIDE_A_NAME if without_suffix(names[1 - column]) in SOURCES else _REPEATED
    return once == 1 and bool(counts) and (total - 1) / len(counts) >= least


def _looks_like_a_name(name: str) -> bool:
    """Whether a field could be the name of a column: a word or two, without punctuation."""
    return re.fullmatch(r"[^\W\d]\w*([ _.-]\w+){0,2}", name) is not None and len(name) <= 30
