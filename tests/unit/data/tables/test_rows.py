import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.tables import delimited
from seq2seq.data.tables.columns import by_name
from seq2seq.data.tables.delimited import read_csv, read_tsv
from seq2seq.data.tables.json_rows import read_jsonl
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import ConfigError, DataError

Write = Callable[[str, str | bytes], Path]
Together = Callable[[object], list[tuple[int, str, str, str | None]]]

POSITIONS = ColumnsConfig()
GROUPED = ColumnsConfig(group=2)
NAMES = ColumnsConfig(source="en", target="de", group="domain")


def message(bad: BadRows) -> str:
    with pytest.raises(DataError) as error:
        bad.raise_any()
    return str(error.value)


class TestTsv:
    def test_by_position(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", 'one\teins\n"quoted\tnicht"\n')
        rows = together(read_tsv(path, POSITIONS, extra_columns=False, bad=bad))
        assert rows == [(1, "one", "eins", None), (2, '"quoted', 'nicht"', None)]

    def test_by_name(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "\ufeffid\tde\tdomain\ten\r\n7\teins\tnumbers\tone\r\n")
        assert together(read_tsv(path, NAMES, extra_columns=False, bad=bad)) == [(2, "one", "eins", "numbers")]

    @pytest.mark.parametrize(("content", "group"), [("one\teins\tx\n", "x"), ("one\teins\n", None)])
    def test_a_file_may_lack_the_group(
        self, write: Write, bad: BadRows, together: Together, content: str, group: str | None
    ) -> None:
        path = write("a.tsv", content)
        assert together(read_tsv(path, GROUPED, extra_columns=False, bad=bad)) == [(1, "one", "eins", group)]
        path = write("b.tsv", "en\tde\none\teins\n")
        assert together(read_tsv(path, NAMES, extra_columns=False, bad=bad)) == [(2, "one", "eins", None)]

    @pytest.mark.parametrize("lines", ["one\teins\ntwo\tzwei\tx\n", "two\tzwei\tx\none\teins\n"])
    def test_rows_with_and_without_a_group(self, write: Write, bad: BadRows, together: Together, lines: str) -> None:
        path = write("a.tsv", lines + "three\tdrei\t\nfour\tvier\tx\ty\nfive\n")
        rows = together(read_tsv(path, GROUPED, extra_columns=False, bad=bad))
        assert {row[1:] for row in rows} == {("one", "eins", None), ("two", "zwei", "x"), ("three", "drei", None)}
        assert bad.first == [
            f"{path}:4: expected 2 or 3 columns (source, target, group), found 4.",
            f"{path}:5: expected 2 or 3 columns (source, target, group), found 1.",
        ]

    def test_a_group_among_more_columns(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "one\teins\ntwo\tzwei\tx\ty\nthree\n")
        rows = together(read_tsv(path, GROUPED, extra_columns=True, bad=bad))
        assert rows == [(1, "one", "eins", None), (2, "two", "zwei", "x")]
        assert f"{path}:3: expected at least 2 columns (source, target), found 1." in message(bad)

    def test_a_group_in_front_is_no_option(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "one\teins\nx\ttwo\tzwei\n\tthree\tdrei\n")
        columns = ColumnsConfig(source=1, target=2, group=0)
        rows = together(read_tsv(path, columns, extra_columns=False, bad=bad))
        assert rows == [(2, "two", "zwei", "x"), (3, "three", "drei", None)]
        assert bad.first == [f"{path}:1: expected 3 columns (group, source, target), found 2."]

    def test_a_header_cannot_be_left_out(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", b"en\tde\tschl\xfcssel\none\teins\tx\n")
        with refused("data.bad-header", "a.tsv:1: ", "byte 11 ") as error:
            together(read_tsv(path, NAMES, extra_columns=False, bad=bad))
        assert "This is the header" in str(error.value)

    def test_wrong_number_of_columns(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("train.tsv", "one\teins\ntwo\tzwei\tdue\nthree\n\nfour\tvier\n")
        rows = together(read_tsv(path, POSITIONS, extra_columns=False, bad=bad))
        assert [row[0] for row in rows] == [1, 5]
        assert message(bad) == (
            f"{path}:2: expected 2 columns (source, target), found 3.\n"
            f"{path}:3: expected 2 columns (source, target), found 1.\n"
            f"{path}:4: an empty line.\n"
            "  A tab inside a sentence splits it. Quote-free TSV has exactly one tab between columns.\n"
            "  To read a file with further columns, name those that are meant: --source-column, --target-column; in a "
            "recipe\n  `data.columns`, and `data.extra_columns: true` if the file has no header.\n"
            "  Every row needs all columns that are read. Is a row broken in two, or is this one of two aligned "
            "files?\n"
            "  `--skip-bad` (in a recipe, `data.skip_bad: true`) leaves them out, and counts them."
        )

    def test_other_positions_say_what_they_expect(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "1\teins\tone\n2\tzwei\n")
        columns = ColumnsConfig(source=2, target=1)
        assert together(read_tsv(path, columns, extra_columns=False, bad=bad)) == [(1, "one", "eins", None)]
        assert "a.tsv:2: expected 3 columns (-, target, source), found 2." in message(bad)

    def test_more_columns_if_they_are_allowed(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "one\teins\tx\ntwo\tzwei\nthree\n")
        rows = together(read_tsv(path, POSITIONS, extra_columns=True, bad=bad))
        assert rows == [(1, "one", "eins", None), (2, "two", "zwei", None)]
        assert "a.tsv:3: expected at least 2 columns (source, target), found 1." in message(bad)

    def test_every_row_is_as_wide_as_the_header(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "en\tde\tid\none\teins\t1\ntwo\tzwei\n")
        assert len(together(read_tsv(path, NAMES, extra_columns=False, bad=bad))) == 1
        assert "a.tsv:3: expected 3 columns (en, de, id), found 2." in message(bad)

    def test_an_unknown_name_lists_the_header(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "a\tb\none\teins\n")
        with pytest.raises(DataError) as error:
            together(read_tsv(path, NAMES, extra_columns=False, bad=bad))
        assert f"{path}:1: no column 'en' and no column 'de'. The header has: 'a', 'b'." in str(error.value)
        assert "--set data.columns.source=NAME" in str(error.value)

    def test_a_name_that_stands_twice(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "en\tde\ten\none\teins\tuno\n")
        with refused("data.duplicate-column", "a.tsv:1:", "'en'"):
            together(read_tsv(path, NAMES, extra_columns=False, bad=bad))

    def test_a_line_that_is_no_text_is_reported_once(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", b"one\teins\n\xff\ntwo\tzw\x00ei\nthree\tdrei\n")
        rows = together(read_tsv(path, POSITIONS, extra_columns=False, bad=bad))
        assert [row[0] for row in rows] == [1, 4]
        assert bad.count == 2


class TestCsv:
    def test_quotes_commas_and_line_breaks(self, write: Write, bad: BadRows) -> None:
        path = write("a.csv", '"a, b","x ""y"" z"\r\n"first\r\nsecond",zwei\r\nthree,drei\r\n')
        (rows,) = read_csv(path, POSITIONS, extra_columns=False, bad=bad)
        assert rows.sources == ["a, b", "first second", "three"]
        assert rows.targets == ['x "y" z', "zwei", "drei"]
        assert rows.lines == [1, 2, 4]
        assert rows.joined == 1

    def test_by_name(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", "\ufeffde,en,domain\neins,one,numbers\n")
        assert together(read_csv(path, NAMES, extra_columns=False, bad=bad)) == [(2, "one", "eins", "numbers")]

    def test_a_comma_that_needed_quotes(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", "one,eins\nNo, thanks.,Nein.\n\ntwo,zwei\n")
        assert len(together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))) == 2
        text = message(bad)
        assert f"{path}:2: expected 2 columns (source, target), found 3.\n{path}:3: an empty line." in text
        assert "A separator inside a field splits it" in text

    def test_text_behind_a_quoted_field(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", 'one,eins\n"two"x,zwei\nthree,drei\n')
        assert [row[0] for row in together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))] == [1, 3]
        assert f"{path}:2: not CSV: " in message(bad)

    def test_a_quote_that_never_ends(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", 'one,eins\n"two,zwei\nthree,drei\n')
        assert [row[0] for row in together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))] == [1]
        assert bad.first == [f"{path}:2: a quote opened here swallows the lines to 3 (unexpected end of data)."]
        assert bad.count == 2
        assert "more" not in message(bad)

    @pytest.mark.parametrize(
        ("line", "what"),
        [
            ('"drei"', "a quote opened here swallows the lines to 4 ("),  # closes it, and text follows
            ('drei"', "expected 2 columns (source, target), found 1; a quote opened here swallows the lines to 4."),
        ],
    )
    def test_a_quote_that_ends_too_late(
        self, write: Write, bad: BadRows, together: Together, line: str, what: str
    ) -> None:
        path = write("a.csv", f'one,eins\n"two,zwei\n2,2\nthree,{line}\nfour,vier\n')
        assert [row[0] for row in together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))] == [1, 5]
        assert bad.first[0].startswith(f"{path}:2: {what}")
        assert bad.count == 3

    def test_a_quote_that_ends_far_away(
        self, write: Write, bad: BadRows, together: Together, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delimited, "LONGEST", 50)
        path = write("a.csv", 'one,eins\n"two,zwei\n' + "line,Zeile\n" * 10)
        found = together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))
        assert f"{path}:2: a quote opened here swallows the lines to 6 (" in message(bad)
        assert [row[0] for row in found] == [1, 7, 8, 9, 10, 11, 12]
        assert bad.count + len(found) == 12

    def test_what_it_swallows_is_counted_once(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", b'one,eins\n"two,zwei\n\xff\n')
        together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))
        assert bad.count == 2

    def test_the_limit_of_a_field_is_left_as_it_was(self, write: Write, bad: BadRows, together: Together) -> None:
        before = csv.field_size_limit()
        path = write("a.csv", "x" * (before + 1) + ",y\n")
        assert len(together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))) == 1
        assert csv.field_size_limit() == before

    @pytest.mark.parametrize("header", [b"en,de,\xff\n", b'"en"x,de\n', b'en,"de\n'])
    def test_a_header_cannot_be_left_out(self, write: Write, bad: BadRows, together: Together, header: bytes) -> None:
        path = write("a.csv", header + b"one,eins\ntwo,zwei\n")
        with refused("data.bad-header", "a.csv:1:"):
            together(read_csv(path, NAMES, extra_columns=False, bad=bad))

    def test_rows_with_and_without_a_group(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", 'one,eins\ntwo,zwei,"x\ny"\nthree,drei,\n')
        found = together(read_csv(path, GROUPED, extra_columns=False, bad=bad))
        assert found == [(1, "one", "eins", None), (2, "two", "zwei", "x y"), (4, "three", "drei", None)]

    def test_a_record_with_a_bad_line_is_left_out(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", b'one,eins\n"two\n\xff\nmore",zwei\nthree,dr\x0bei\nfour,vier\n')
        assert [row[0] for row in together(read_csv(path, POSITIONS, extra_columns=False, bad=bad))] == [1, 6]
        assert [line.split(": ")[0] for line in bad.first] == [f"{path}:3", f"{path}:5"]


class TestJsonl:
    def test_by_name(self, write: Write, bad: BadRows) -> None:
        path = write("a.jsonl", '{"de": "eins", "en": "o\\nne", "domain": 7}\n{"en": "two", "de": "zw\\u00e4i"}\n')
        (rows,) = read_jsonl(path, NAMES, bad=bad)
        assert (rows.sources, rows.targets) == (["o ne", "two"], ["eins", "zwäi"])
        assert (rows.groups, rows.joined) == (["7", None], 1)

    def test_joined_counts_rows(self, write: Write, bad: BadRows) -> None:
        path = write("a.jsonl", json.dumps({"en": "a\nb\n", "de": "c\r\nd", "domain": ""}) + "\n")
        (rows,) = read_jsonl(path, NAMES, bad=bad)
        assert (rows.sources, rows.targets, rows.groups, rows.joined) == (["a b "], ["c d"], [None], 1)

    @pytest.mark.parametrize(
        ("line", "what"),
        [
            ('{"en": "x"', "not JSON: "),
            ('["x", "y"]', "expected a JSON object, found a list"),
            ('"x"', "expected a JSON object, found text"),
            ("", "an empty line"),
            ("[" * 100_000, "not JSON"),
            ('{"en": "x", "x": 1}', "no key 'de'. Its keys: 'en', 'x'"),
            ('{"en": null, "de": "x"}', "'en' is null, not text"),
            ('{"en": "x", "de": 3}', "'de' is a number, not text"),
            ('{"en": "x", "de": true}', "'de' is a truth value, not text"),
            ('{"en": "x", "de": {"a": 1}}', "'de' is an object, not text"),
            ('{"en": "a\\u2028b", "de": "x"}', "U+2028 (LINE SEPARATOR) at character 2 of 'en'"),
            ('{"en": "x", "de": "a\\u0000"}', "U+0000 (NULL) at character 2 of 'de'"),
            ('{"en": "x", "de": "\\ud800"}', "U+D800 (half of a surrogate pair) at character 1 of 'de'"),
            ('{"en": "x", "de": "y", "domain": "\\ud800"}', "U+D800 (half of a surrogate pair) at character 1 of 'dom"),
            ('{"en": "x", "de": "y", "domain": "a\\u0000"}', "U+0000 (NULL) at character 2 of 'domain'"),
            ('{"en": 1, "de": 2}', "'en' is a number, not text"),
        ],
    )
    def test_bad_lines(self, write: Write, bad: BadRows, together: Together, line: str, what: str) -> None:
        good = json.dumps({"en": "one", "de": "eins"})
        path = write("a.jsonl", f"{good}\n{line}\n{good}\n")
        assert [row[0] for row in together(read_jsonl(path, NAMES, bad=bad))] == [1, 3]
        assert bad.first[0].startswith(f"{path}:2: {what}")
        assert bad.count == 1
        message(bad)

    def test_positions_mean_nothing(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.jsonl", '{"english": "one", "german": "eins"}\n')
        with pytest.raises(DataError) as error:
            together(read_jsonl(path, POSITIONS, bad=bad))
        assert f"{path}:1: JSON has keys, not positions. Its keys: english, german." in str(error.value)


def test_names_and_positions_do_not_mix() -> None:
    assert by_name(NAMES)
    assert not by_name(GROUPED)
    with pytest.raises(ConfigError) as caught:
        by_name(ColumnsConfig(source="en", target=1))
    assert caught.value.code == "data.mixed-columns"


class TestDictionariesInFields:
    """What `to_csv` of a data set with nested values writes."""

    ROWS = (
        "translation,id\n"
        "\"{'en': 'one', 'de': 'eins'}\",1\n"
        "\"{'en': \"\"it's two\"\", 'de': 'zw\\nei'}\",2\n"
        '"{""en"": ""three"", ""de"": ""drei""}",3\n'
        "\"{'en': 'four'}\",4\n"
        "five,5\n"
    )

    @pytest.mark.parametrize(("source", "target"), [("translation.en", "translation.de"), ("en", "de"), ("EN", "de ")])
    def test_they_are_read_by_names(
        self, write: Write, bad: BadRows, together: Together, source: str, target: str
    ) -> None:
        path = write("a.csv", self.ROWS)
        columns = ColumnsConfig(source=source, target=target, group="id")
        assert together(read_csv(path, columns, extra_columns=False, bad=bad)) == [
            (2, "one", "eins", "1"),
            (3, "it's two", "zw ei", "2"),
            (4, "three", "drei", "3"),
        ]
        assert [line.split(": ")[0] for line in bad.first] == [f"{path}:5", f"{path}:6"]

    def test_a_name_that_is_not_there(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", self.ROWS)
        with refused("data.no-column", "'fr'", "'translation.en',"):
            together(read_csv(path, ColumnsConfig(source="en", target="fr"), extra_columns=False, bad=bad))
