"""Texts that stand alone: plain text, and tunes."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.reading.documents import read_abc, read_text
from seq2seq.data.tables import lines
from seq2seq.data.tables.problems import BadRows

Write = Callable[[str, str | bytes], Path]
Together = Callable[[object], list[tuple[int, str, str, str | None]]]
ALONE = ColumnsConfig(source=None, target=0)
TAGGED = ColumnsConfig()

VERSE = "\n\none\n  two \n\n \n\t\nthree\n\n\nfour\nfive\nsix"


def text(path: Path, unit: Literal["line", "paragraph"], bad: BadRows, together: Together) -> list[tuple[int, str]]:
    rows = together(read_text(path, unit, ALONE, bad))
    assert all(source == "" and group is None for _, source, _, group in rows)
    return [(line, target) for line, _, target, _ in rows]


class TestText:
    @pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
    def test_paragraphs_end_at_blank_lines(self, write: Write, bad: BadRows, together: Together, end: str) -> None:
        found = text(write("a.txt", VERSE + end), "paragraph", bad, together)
        assert found == [(3, "one two"), (8, "three"), (11, "four five six")]
        assert not bad.count

    def test_without_a_blank_line_every_line_is_a_paragraph(
        self, write: Write, bad: BadRows, together: Together
    ) -> None:
        found = text(write("a.txt", "one\n two\nthree\n"), "paragraph", bad, together)
        assert found == [(1, "one"), (2, "two"), (3, "three")]

    def test_bad_lines_are_reported_once(self, write: Write, bad: BadRows, together: Together) -> None:
        assert text(write("a.txt", b"one\n\xff\nthree\n"), "paragraph", bad, together) == [(1, "one"), (3, "three")]
        assert bad.count == 1

    def test_lines_that_are_not_blank(self, write: Write, bad: BadRows, together: Together) -> None:
        found = text(write("a.txt", VERSE), "line", bad, together)
        assert found == [(3, "one"), (4, "two"), (8, "three"), (11, "four"), (12, "five"), (13, "six")]

    @pytest.mark.parametrize("unit", ["line", "paragraph"])
    def test_other_line_ends_and_a_mark_at_the_start(
        self, write: Write, bad: BadRows, together: Together, unit: Literal["line", "paragraph"]
    ) -> None:
        plain = text(write("a.txt", VERSE), unit, bad, together)
        windows = text(write("b.txt", "\ufeff" + VERSE.replace("\n", "\r\n")), unit, bad, together)
        packed = text(write("c.txt.gz", gzip.compress(VERSE.encode())), unit, bad, together)
        assert plain == windows == packed
        assert not bad.count

    @pytest.mark.parametrize("unit", ["line", "paragraph"])
    @pytest.mark.parametrize("size", [1, 5, 9, 17])
    def test_what_is_read_at_a_time_changes_nothing(
        self,
        write: Write,
        bad: BadRows,
        together: Together,
        monkeypatch: pytest.MonkeyPatch,
        unit: Literal["line", "paragraph"],
        size: int,
    ) -> None:
        """A paragraph may begin in one block and end in another."""
        path = write("a.txt", VERSE)
        whole = text(path, unit, bad, together)
        monkeypatch.setattr(lines, "BLOCK", size)
        assert text(path, unit, bad, together) == whole

    def test_bad_lines_are_reported_and_left_out(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.txt", b"one\ntwo \xff\nthree\n\nfour\x0bfive\n\nsix\n")
        assert text(path, "paragraph", bad, together) == [(1, "one three"), (7, "six")]
        assert bad.count == 2
        assert bad.first[0].startswith(f"{path}:2: byte 5 of the line (0xFF) is not UTF-8")
        assert bad.first[1] == f"{path}:5: U+000B (VERTICAL TAB) at character 5."

    @pytest.mark.parametrize("content", ["", "\n \n\n"])
    def test_there_may_be_nothing(self, write: Write, bad: BadRows, together: Together, content: str) -> None:
        assert text(write("a.txt", content), "paragraph", bad, together) == []

    def test_there_is_no_column_to_start_from(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.txt", "one\n")
        with refused("data.no-column", f"{path}: ", "column 0 ", "--set data.columns.source=null"):
            together(read_text(path, "line", TAGGED, bad))


TUNES = """%abc-2.1
X:1
T:One
R:Slip Jig
M:9/8
L:1/8
K:A minor
ABc def | gab c'ba |
w:words that are sung

X:2
T:Two
M:C
K:D
DEF|
GAB|]

X:3
T:No music
K:G
"""


class TestTunes:
    def test_tags_come_first_and_the_music_stands_on_one_line(self, write: Write, together: Together) -> None:
        rows = together(read_abc(write("a.abc", TUNES), TAGGED))
        assert rows == [
            (2, "M:9/8 L:1/8 K:Am R:slip_jig", "ABc def | gab c'ba |", None),
            (11, "M:4/4 K:D", "DEF| GAB|]", None),
        ]

    def test_without_a_source_there_are_no_tags(self, write: Write, together: Together) -> None:
        path = write("a.abc", TUNES)
        alone = together(read_abc(path, ALONE))
        assert [(source, target) for _, source, target, _ in alone] == [
            ("", "ABc def | gab c'ba |"),
            ("", "DEF| GAB|]"),
        ]

    def test_old_files_are_latin_1(self, write: Write, together: Together) -> None:
        tune = 'X:1\nK:D\n"Trio für Flöte"DEF|\n'
        (old,) = together(read_abc(write("old.abc", tune.encode("latin-1")), TAGGED))
        (new,) = together(read_abc(write("new.abc", b"\xef\xbb\xbf" + tune.encode()), TAGGED))
        assert old == new == (1, "K:D", '"Trio für Flöte"DEF|', None)

    def test_windows_line_ends_and_packed_files(self, write: Write, together: Together) -> None:
        plain = together(read_abc(write("a.abc", TUNES), TAGGED))
        assert together(read_abc(write("b.abc", TUNES.replace("\n", "\r\n")), TAGGED)) == plain
        assert together(read_abc(write("c.abc.gz", gzip.compress(TUNES.encode())), TAGGED)) == plain

    def test_what_no_text_holds_becomes_a_space(self, write: Write, together: Together) -> None:
        (row,) = together(read_abc(write("a.abc", "X:1\nK:D\nDEF\0GAB\u2028|\n"), TAGGED))
        assert row[2] == "DEF GAB |"

    def test_a_file_without_tunes(self, write: Write, together: Together) -> None:
        assert together(read_abc(write("a.abc", "no tune in here\n"), TAGGED)) == []

    @pytest.mark.parametrize("cut", [slice(0, 20), slice(0, 40), slice(30, None)], ids=str)
    def test_a_packed_file_that_is_damaged(self, write: Write, together: Together, cut: slice) -> None:
        path = write("a.abc.gz", gzip.compress(TUNES.encode())[cut])
        with refused("data.unreadable", "a.abc.gz:"):
            together(read_abc(path, TAGGED))

    def test_a_packed_file_with_a_wrong_byte(self, write: Write, together: Together) -> None:
        packed = bytearray(gzip.compress(TUNES.encode()))
        packed[10] = 0xFF  # no kind of block that there is
        with refused("data.unreadable", "a.abc.gz:", "Error -3"):
            together(read_abc(write("a.abc.gz", bytes(packed)), TAGGED))

    def test_a_missing_file(self, tmp_path: Path, together: Together) -> None:
        with refused("data.unreadable", "a.abc:", "No such file or directory"):
            together(read_abc(tmp_path / "a.abc", TAGGED))
