"""The ranges of all shards are the lines of the file, once each."""

import bz2
import gzip
import hashlib
import lzma
import os
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import DataError
from seq2seq.shards.shard import Shard
from seq2seq.shards.source import RangeReader, open_source

LINES = st.lists(st.sampled_from(["", "a", "犬が", "x" * 50, "\r", "a\rb", "\u2028", "PAR1\x15", "BZh9", "\ufeffa"]))


def ranges(path: Path, count: int) -> list[bytes]:
    """What each shard reads."""
    found = []
    for number in range(1, count + 1):
        with open_source(path, Shard(number, count)) as (file, span):
            data = RangeReader(file, span.start, span.end).read()
        assert data is not None
        assert span.size == path.stat().st_size
        assert span.sha256 == hashlib.sha256(data).hexdigest()
        assert span.lines == len(data.split(b"\n")) - (data[-1:] in (b"\n", b""))
        assert len(data) == span.end - span.start
        found.append(data)
    return found


@given(lines=LINES, end=st.sampled_from(["\n", "\r\n"]), closed=st.booleans(), count=st.integers(1, 12))
def test_ranges_cover_a_file_once(
    lines: list[str], end: str, closed: bool, count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut"
    data = ("a" + end + end.join(lines) + (end if closed else "")).encode()
    path.write_bytes(data)
    found = ranges(path, count)
    assert b"".join(found) == data
    assert all(part.endswith(b"\n") for part in [part for part in found if part][:-1])


def test_a_line_belongs_to_the_share_in_which_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(b"ab\ncd\nef\ngh\n")
    assert ranges(path, 2) == [b"ab\ncd\n", b"ef\ngh\n"]
    assert ranges(path, 4) == [b"ab\n", b"cd\n", b"ef\n", b"gh\n"]
    assert ranges(path, 5) == [b"ab\n", b"cd\n", b"ef\n", b"", b"gh\n"]
    path.write_bytes(b"a\n" + b"b" * 3_000_000)  # longer than several shares, and than a block
    assert [len(part) for part in ranges(path, 6)] == [3_000_002, 0, 0, 0, 0, 0]
    path.write_bytes(b"")
    assert ranges(path, 3) == [b"", b"", b""]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_compressed_files_are_refused_with_the_command_that_unpacks_them(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    path = tmp_path / "in a folder.txt"
    path.write_bytes(pack(b"the dog\n" * 10))
    error = refused(path)
    assert error.code == "shards.compressed"
    assert f"'{path}'" in str(error).splitlines()[1]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("the dog\n".encode("utf-16"), "shards.encoding"),
        ("the dog\n".encode("utf-32"), "shards.encoding"),
        (b"PAR1\x15 and more", "data.not-text"),
    ],
)
def test_what_has_no_lines_is_refused(data: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(data)
    assert refused(tmp_path / "in").code == code


def test_pipes_and_folders_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe").code == refused(tmp_path).code == "shards.no-file"


def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_bytes(b"the dog\n")
    with pytest.raises(DataError) as caught, open_source(path, Shard(1, 1)):
        path.write_bytes(b"the cat sleeps\n")
    assert caught.value.code == "shards.changed"


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught, open_source(path, Shard(1, 2)):
        pass
    return caught.value
