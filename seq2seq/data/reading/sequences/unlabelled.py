"""Sequences of vectors without labels: what a trained model is asked about."""

from collections.abc import Iterator
from pathlib import Path

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.reading.find_files import kind_by_name
from seq2seq.data.reading.sequences.rows import holds_series, read_sequences
from seq2seq.data.reading.sources import find_splits
from seq2seq.data.tables.columns import find_column, listed
from seq2seq.data.tables.json_rows import record_names
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError

_JSON = (".json", ".jsonl")
_USUAL = "source"
"""The usual name of the column of sequences."""
_SEQUENCES = Sides(SideKind.VECTORS, SideKind.VECTORS)


def read_unlabelled(path: Path, config: DataConfig) -> list[str] | None:
    """The sequences in a file, as text; None: it is no table, but holds one on each line.

    Args:
        path: a table, `.npz` or `.ts`; or text.
        config: how the data of the model were read; of its columns, that of the label need not be there.

    Raises:
        DataError: the file cannot be read, or something in it is wrong; names file and line.
    """
    kind = kind_by_name(path, side=SideKind.VECTORS)
    names = record_names(path) if kind in _JSON else []
    if kind is None or (kind in _JSON and not names):
        return None
    bad = BadRows()
    found: Iterator[Rows]
    if holds_series(kind, config, _SEQUENCES):
        found = read_sequences(path, config, _SEQUENCES, bad, labelled=False)
    else:
        source = config.columns.source
        if names and isinstance(source, int):
            source = _key(path, names)
        # A table has two columns that are read: here, they are the same one.
        columns = ColumnsConfig(source=source, target=source or 0)
        nowhere = {"path": None, "train": None, "dev": None, "sources": ()}
        alone = {"test": str(path), "columns": columns, "extra_columns": True, "labels": None}
        split = find_splits(config.model_copy(update={**nowhere, **alone}), ("test",), sides=_SEQUENCES)["test"]
        assert split is not None
        found = (rows for _, rows in split.rows(bad))
    texts = [text for rows in found for text in rows.sources]
    bad.raise_any("Correct or remove such rows: every sequence gets an answer, in this order.")
    return texts


def _key(path: Path, names: list[str]) -> str:
    """The key of the sequences in JSON, for a model whose own data had positions in the place of names."""
    name = find_column(names, _USUAL) or (names[0] if len(names) == 1 else None)
    if name is None:
        raise DataError(
            f"{path}: the model was trained on columns without names, and of the keys here ({listed(names)}) none is "
            f"'{_USUAL}'.\n  Call that of the sequences so, or write each by itself, as a JSON list on a line.",
            code="data.keys-not-positions",
        )
    return name
