"""Sequences of vectors without labels: what a trained model is asked about."""

from pathlib import Path

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.reading.find_files import kind_by_name
from seq2seq.data.reading.sequences.rows import holds_series, read_sequences
from seq2seq.data.reading.sources import read_pairs
from seq2seq.data.tables.json_rows import record_names
from seq2seq.data.tables.problems import BadRows

_JSON = (".json", ".jsonl")
_SEQUENCES = Sides(SideKind.VECTORS, SideKind.VECTORS)


def read_unlabelled(path: Path, config: DataConfig) -> list[str] | None:
    """The sequences in a file, as text; None: it is no table, but holds one on each line.

    Args:
        path: a table, `.npz` or `.ts`; or text.
        config: how the data of the model were read; of its columns, that of the label need not be there.

    Raises:
        DataError: the file cannot be read, or something in it is wrong; names file and line.
    """
    kind = kind_by_name(path, source=SideKind.VECTORS)
    if kind is None or (kind in _JSON and not record_names(path)):
        return None
    if holds_series(kind, config):
        return [text for rows in read_sequences(path, config, BadRows(), labelled=False) for text in rows.sources]
    # A table has two columns that are read: here, they are the same one.
    source = config.columns.source
    alone = {
        "columns": ColumnsConfig(source=source, target=source or 0),
        "extra_columns": True,
        "labels": None,
        "skip_bad": False,
    }
    return list(read_pairs(path, config.model_copy(update=alone), sides=_SEQUENCES).sources)
