"""Pairs come back as they were, whatever separates and compresses them."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tempfile
from pathlib import Path

import zstandard
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.sources import find_splits
from seq2seq.files.unpack import Decoder

SAMPLES = ["one", "No, thanks", 'say "hi"', "a; b", "x | y", "3,5", "c\td", "it's", "'tis", "Grüße", "日本", "e:f"]
WORDS = st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=4).map(" ".join)
PAIRS = st.lists(st.tuples(WORDS, WORDS), min_size=3, max_size=30)
PACK = [lambda data: data, gzip.compress, bz2.compress, lzma.compress, zstandard.compress]


def read(name: str, content: bytes) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        source = find_splits(infer_columns([str(path)]), ("train",))["train"]
        assert source is not None
        found = source.examples()
    return list(zip(found.sources, found.targets, strict=True))


@given(
    PAIRS,
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(PACK),
)
def test_csv_with_a_header(pairs, delimiter, quoting, encoding, end, pack) -> None:  # type: ignore[no-untyped-def]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([("source", "target"), *pairs])
    assert read("a.csv", pack(text.getvalue().encode(encoding))) == pairs


@given(PAIRS, st.sampled_from([None, 1]), st.sampled_from(["rows", "array", "nested", "columns"]))
def test_json(pairs, indent, form) -> None:  # type: ignore[no-untyped-def]
    rows = [{"source": source, "target": target} for source, target in pairs]
    if form == "rows":
        text = "\n".join(json.dumps(row, indent=indent) for row in rows)
    else:
        value = {
            "array": rows,
            "nested": [{"pair": row} for row in rows],
            "columns": {key: [row[key] for row in rows] for key in ("source", "target")},
        }[form]
        text = json.dumps(value, indent=indent, ensure_ascii=False)
    assert read("a.json", text.encode()) == pairs


@given(st.text(), st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.sampled_from(PACK), st.integers(1, 50))
def test_text_is_decoded_in_pieces_of_any_size(text, encoding, pack, size) -> None:  # type: ignore[no-untyped-def]
    content = pack(("a line of text\n" * 5 + text.replace("\0", "")).encode(encoding))
    decoder = Decoder("pipe")
    found = b"".join(decoder.feed(content[start : start + size]) for start in range(0, len(content), size))
    assert (found + decoder.finish()).decode().endswith(text.replace("\0", ""))
