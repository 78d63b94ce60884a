"""How a table is separated and quoted, by what stands in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.tables.delimited import read_table
from seq2seq.data.tables.problems import BadRows
from seq2seq.formats.csv_dialect import CSV, TSV, Dialect, first_lines, sniff

Write = Callable[[str, str | bytes], Path]
Together = Callable[[object], list[tuple[int, str, str, str | None]]]
SEMICOLONS = Dialect(";")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["a,b", "c,d"], CSV),
        (["source;target", "Hello;Hallo", "Bye;Ade"], SEMICOLONS),
        (["Hello, you;Hallo, du", "Bye, you;Ade, du", "No, thanks;Nein, danke"], SEMICOLONS),
        (["topic;text", "Web;The app; it is new, they say", "Sport;The club lost, at last"], SEMICOLONS),
        (["name;value", "one;3,5", "two;4,25", "three;1,0"], SEMICOLONS),
        (["en;de", '"a', ' b";c', "d;e"], SEMICOLONS),
        (["en\tde", "a, b\tc", "d\te, f"], Dialect("\t")),
        (["en|de", "a, b|c", "d|e, f"], Dialect("|")),
        (["Web;'new; for free, now'", "Sport;'lost again'", "Web;'old; and dear'"], Dialect(";", "'")),
        (["'Hello, you','Hallo, du'", "'a','b'", "'c','d'"], Dialect(",", "'")),
        (["'tis good,gut", "a 'b',c", "'twas,war"], CSV),
        (['"a, b", "c"', '"d", "e, f"'], Dialect(",", spaced=True)),
        (["sep=;", "a;b"], Dialect(";", skipped=1)),
        (["sep=\t", "a\tb"], Dialect("\t", skipped=1)),
        (["source^target", "a, b^c", "d, e^f", "g^h"], Dialect("^")),
        (["a, b ||| c", "d ||| e, f"], Dialect(" ||| ", None)),
        (["12:30,foo,bar", "12:31,foo,bar", "12:32,a,b"], CSV),
        # Commas stay, whatever else is common in the text.
        (["source,target", "Well, no,Nein", "Well, so,Also", "a,b"], CSV),
        (["id,code,comment", "1,x = 1;,sets x", "2,y = 2;,sets y", "3,z;,z"], CSV),
        (["x = 1;,sets x", "y = 2;,sets y", "z;,z"], CSV),
        (["Stop; go,Halt; geh", "One; two,Eins; zwei", "a; b,c; d"], CSV),
        (["source,target", '"two,zwei', "three,drei", "four,vier"], CSV),
        (["translation", "\"{'en': 'a; b', 'fr': 'c'}\"", "\"{'en': 'd', 'fr': 'e'}\""], CSV),
        (["only one column", "and no separator"], CSV),
        ([], CSV),
    ],
)
def test_what_is_called_csv(lines: list[str], expected: Dialect) -> None:
    assert sniff(lines, ".csv") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["a\tb"], TSV),
        (["a, b\tc", "d\te"], TSV),
        (["no tab, but a comma", "another, line", "a third, too"], CSV),
        (["no tab; here", "nor here"], TSV),
        (["GBd gdB|", "AFD DFA|", "G3|"], Dialect("|")),
        (["one column", "another", "a third; with more"], TSV),
        (["en;de", "a;b", "c;d"], SEMICOLONS),
        ([], TSV),
    ],
)
def test_what_is_called_tsv(lines: list[str], expected: Dialect) -> None:
    assert sniff(lines, ".tsv") == expected


def test_what_is_unusual_is_said() -> None:
    assert CSV.remark is None
    assert TSV.remark is None
    assert SEMICOLONS.remark == "columns are separated by semicolons"
    assert Dialect(",", "'").remark == "fields are quoted by single quotes"
    assert Dialect("^").remark == "columns are separated by '^'"


def test_rows_and_their_lines(write: Write, bad: BadRows, together: Together) -> None:
    path = write("a.csv", '\ufeffsep=;\r\nde; en \r\n"eins; eins";one\r\n"zwei\r\nzwei";two\r\nx;y;z\r\n')
    rows = together(read_table(path, ".csv", ColumnsConfig(source="en", target="de"), extra_columns=False, bad=bad))
    assert rows == [(3, "one", "eins; eins", None), (4, "two", "zwei zwei", None)]
    assert bad.first == [f"{path}:6: expected 2 columns (de, en), found 3."]
    assert bad.remarks == [f"{path}: columns are separated by semicolons"]


def test_the_same_pairs_however_they_are_separated(write: Write, together: Together) -> None:
    pairs = [("Hello, you; there", "Hallo"), ('He said "no".', "Er sagte, nein"), ("a | b", "c\td")] * 5
    expected = [(source, target) for source, target in pairs]
    for delimiter in ",;\t|":
        for header in ("", f"source{delimiter}target\n"):
            quoted = [
                "{}".format(delimiter.join('"' + side.replace('"', '""') + '"' for side in pair)) for pair in pairs
            ]
            path = write("a.csv", header + "\n".join(quoted) + "\n")
            columns = ColumnsConfig(source="source", target="target") if header else ColumnsConfig()
            bad = BadRows()
            rows = together(read_table(path, ".csv", columns, extra_columns=False, bad=bad))
            assert [row[1:3] for row in rows] == expected, delimiter
            assert not bad.count


def test_the_first_lines_are_whole(write: Write) -> None:
    assert first_lines(write("a", "one\r\ntwo")) == ["one", "two"]
    assert first_lines(write("b", "one\n\n")) == ["one", ""]
    assert first_lines(write("c", "")) == []
    long = "".join(f"line {number}\n" for number in range(100_000))
    assert first_lines(write("d", long)) == long.split("\n")[:1000]
