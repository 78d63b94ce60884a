"""Rows of files of series, each a sequence of vectors: `.ts`, NPZ, and tables with one row per step."""

from collections.abc import Iterator
from pathlib import Path

from seq2seq.config.data import DataConfig, VectorsConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.reading.find_files import SEQUENCES, STEPS
from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError
from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.read import read_series
from seq2seq.text.vectors import write_vectors


def holds_series(kind: str, config: DataConfig, sides: Sides) -> bool:
    """Whether files of a kind (an ending) hold series, not rows of text."""
    if SideKind.VECTORS not in sides:
        return False
    return kind in SEQUENCES or (config.has_steps and kind in STEPS)


def read_sequences(
    path: Path, config: DataConfig, sides: Sides, bad: BadRows, *, labelled: bool = True
) -> Iterator[Rows]:
    """The sequences of a file, with what is said of each: the label, text or tags on the other side.

    Args:
        path: a file that :func:`holds_series`.
        config: says what the columns of a table are called. Where that of the tags is None, sources are empty.
        sides: which of them is the sequences.
        bad: gets the sequences without a label, and remarks on how the file was read.
        labelled: whether sequences need labels, which are blank otherwise.

    Raises:
        DataError: the file cannot be read, or something in it is wrong; names file and line.
    """
    are_sources = sides.source is SideKind.VECTORS
    column = config.columns.target if are_sources else config.columns.source
    labelled = labelled and column is not None
    vectors = config.vectors or VectorsConfig()
    if vectors.channels is not None and path.suffix.lower() not in SEQUENCES:
        label = str(column) if labelled else None
        columns = SeriesColumns(vectors.series, vectors.time, vectors.channels, label, covariates=())
        found = read_series(path, layout="long", columns=columns, ordered=True)
    else:
        found = read_series(path)
    if labelled and all(one.label is None for one in found.series):
        raise DataError(
            f"{path}: its sequences have no {'labels' if are_sources else 'labels, which are the tags'}.",
            settings="" if are_sources else "To generate from nothing: --set data.columns.source=null",
            code="data.no-labels",
        )
    for remark in found.remarks:
        bad.remark(remark)
    rows = Rows()
    for one in found.series:
        label = (one.label or "") if labelled else ""
        if labelled and not label.strip():
            bad.refuse(path, one.line, problems.VALUE, "a sequence without a label")
            continue
        steps = write_vectors(one.values)
        source, target = (steps, label) if are_sources else (label, steps)
        rows.add(one.line, source, target, None)
    yield rows
