"""Any pairs of clean sentences come back as they were, from every format."""

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.sources import read_pairs
from seq2seq.data.tables.lines import FORBIDDEN
from seq2seq.errors import DataError

CLEAN = st.text(st.characters(exclude_categories=["Cs"]).filter(lambda c: not FORBIDDEN.match(c) and c not in "\t\n"))
PAIRS = st.lists(st.tuples(CLEAN, CLEAN), min_size=1, max_size=20)
NAMES = ColumnsConfig(source="en", target="de")


def pairs(read: Examples) -> list[tuple[str, str]]:
    return list(zip(read.sources, read.targets, strict=True))


def as_csv(rows: list[tuple[str, str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("en", "de"), *rows])
    return text.getvalue()


@given(PAIRS, st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(max_examples=30, deadline=None)
def test_every_format_keeps_every_character(rows: list[tuple[str, str]], end: str, last: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:

        def write(name: str, lines: list[str]) -> Path:
            text = end.join(lines)
            # A last line that is empty exists by its end alone; a byte-order mark is no part of the first one.
            text += end if last or not lines[-1] else ""
            path = Path(folder, name)
            path.write_bytes(f"\ufeff{text}".encode())
            return path

        tsv = write("a.tsv", ["en\tde", *("\t".join(row) for row in rows)])
        jsonl = write("a.jsonl", [json.dumps(dict(zip(("en", "de"), row, strict=True))) for row in rows])
        source = write("a.en", [row[0] for row in rows])
        target = write("a.de", [row[1] for row in rows])
        table = Path(folder, "a.csv")
        table.write_text(as_csv(rows), encoding="utf-8", newline="")
        for where in (tsv, jsonl, table, AlignedFiles(source=str(source), target=str(target))):
            assert pairs(read_pairs(where, DataConfig(columns=NAMES))) == rows


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_file_makes_a_crash(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, columns in (("a.tsv", None), ("a.csv", None), ("a.jsonl", NAMES)):
            path = Path(folder, name)
            path.write_bytes(content)
            try:
                raw = read_pairs(path, DataConfig(columns=columns or ColumnsConfig(), skip_bad=True))
            except DataError as error:
                assert str(path) in str(error)  # noqa: PT017
            else:
                assert not FORBIDDEN.search("".join(map("".join, pairs(raw))))
