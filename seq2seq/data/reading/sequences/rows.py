"""Rows of files of series, each a sequence of vectors: `.ts`, NPZ, and tables with one row per step."""

from collections.abc import Iterator
from pathlib import Path

from seq2seq.config.data import DataConfig
from seq2seq.data.reading.find_files import SEQUENCES
from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.read import read_series
from seq2seq.text.vectors import write_vectors


def holds_series(kind: str, config: DataConfig) -> bool:
    """Whether files of a kind (an ending) hold series, not rows of text."""
    if config.vectors is None:
        return False
    return kind in SEQUENCES or (config.vectors.channels is not None and kind in (".csv", ".tsv", ".parquet"))


def read_sequences(path: Path, config: DataConfig, bad: BadRows, *, labelled: bool = True) -> Iterator[Rows]:
    """The sequences of a file; their numbers, from 1, stand in the place of line numbers.

    Args:
        path: a file that :func:`holds_series`.
        config: says what the columns of a table are called.
        bad: gets the sequences without a label, and remarks on how the file was read.
        labelled: whether sequences need labels, which are blank otherwise.

    Raises:
        DataError: the file cannot be read, or something in it is wrong; names file and line.
    """
    vectors = config.vectors
    if vectors is not None and vectors.channels is not None and path.suffix not in SEQUENCES:
        label = str(config.columns.target) if labelled else None
        columns = SeriesColumns(vectors.series, vectors.time, vectors.channels, label, covariates=())
        found = read_series(path, layout="long", columns=columns)
    else:
        found = read_series(path)
    for remark in found.remarks:
        bad.remark(remark)
    rows = Rows()
    for number, one in enumerate(found.series, 1):
        if labelled and not (one.label or "").strip():
            bad.refuse(path, number, problems.VALUE, "a sequence without a label")
        else:
            rows.add(number, write_vectors(one.values), one.label or "", None)
    yield rows
