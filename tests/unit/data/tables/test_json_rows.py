"""JSON in every form: lines, an array, an object that holds one; values inside of values."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.tables.json_rows import first_record, form_of, read_json, read_values
from seq2seq.data.tables.problems import BadRows

Write = Callable[[str, str | bytes], Path]
Together = Callable[[object], list[tuple[int, str, str, str | None]]]
NAMES = ColumnsConfig(source="en", target="de")
ROWS = [{"en": "one", "de": "eins"}, {"en": "t\nwo", "de": "zwei"}]
NESTED = [{"id": number, "translation": row} for number, row in enumerate(ROWS)]
EXPECTED = [(1, "one", "eins", None), (2, "t wo", "zwei", None)]


@pytest.mark.parametrize("rows", [ROWS, NESTED])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize(
    "text",
    [
        lambda rows: json.dumps(rows),
        lambda rows: json.dumps(rows, indent=2),
        lambda rows: "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n",
        lambda rows: "".join(json.dumps(row) + "\n" for row in rows),
        lambda rows: "\n".join(json.dumps(row, indent=1) for row in rows),
        lambda rows: json.dumps({"version": "1", "data": rows}),
        lambda rows: json.dumps({"data": rows}, indent=4),
        lambda rows: json.dumps({"features": [{"name": "x"}], "rows": [{"row_idx": 0, "row": row} for row in rows]}),
        lambda rows: "\ufeff" + json.dumps(rows),
        lambda rows: json.dumps({key: [row[key] for row in rows] for key in rows[0]}),
        lambda rows: json.dumps({key: {str(n): row[key] for n, row in enumerate(rows)} for key in rows[0]}),
    ],
)
def test_every_form(
    write: Write, bad: BadRows, together: Together, rows: list[object], name: str, text: Callable[[object], str]
) -> None:
    path = write(name, text(rows))
    assert together(read_json(path, NAMES, bad=bad)) == EXPECTED
    named = ColumnsConfig(source="translation.en", target="translation.de")
    if rows is NESTED:
        assert together(read_json(path, named, bad=bad)) == EXPECTED
    assert not bad.count
    assert first_record(path) == rows[0]


def test_values_inside_of_values(write: Write, bad: BadRows, together: Together) -> None:
    columns = ColumnsConfig(source="a.b.c", target="x.y", group="a.d")
    rows = [{"a": {"b": {"c": "one"}, "d": 7}, "x.y": "eins"}, {"a": {"b": {}}, "x.y": "zwei"}, {"x.y": "drei"}]
    path = write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert together(read_json(path, columns, bad=bad)) == [(1, "one", "eins", "7")]
    assert bad.first == [
        f"{path}:2: no key 'a.b.c'. Its keys: 'a.b', 'x.y'.",
        f"{path}:3: no key 'a.b.c'. Its keys: 'x.y'.",
    ]


def test_a_name_that_two_values_have_is_not_guessed(write: Write, bad: BadRows, together: Together) -> None:
    path = write("a.jsonl", '{"one": {"en": "a"}, "two": {"en": "b"}, "de": "c"}\n')
    assert together(read_json(path, NAMES, bad=bad)) == []
    assert bad.first == [f"{path}:1: no key 'en'. Its keys: 'one.en', 'two.en', 'de'."]


def test_elements_are_numbered(write: Write, bad: BadRows, together: Together) -> None:
    path = write("a.json", json.dumps([ROWS[0], "text", {"en": "x"}, {"en": "x", "de": None}, ROWS[0]]))
    assert [row[0] for row in together(read_json(path, NAMES, bad=bad))] == [1, 5]
    assert [line.split(": ")[0] for line in bad.first] == [f"{path}:2", f"{path}:3", f"{path}:4"]


@pytest.mark.parametrize(
    ("text", "where", "code"),
    [
        ('[{"en": "a", "de": "b"},\n{"en": "a" "de"}]', "a.json:2: ", "data.not-json"),
        ('[{"en": "a", "de": "b"}\n {"en": "c", "de": "d"}]', "a.json:2: ", "data.not-json"),
        ('[{"en": "a", "de": "b"},\n', "a.json: ", "data.not-json"),
        ('[{"en": "a", "de": "b"}]\n[{"en": "a", "de": "b"}]', "a.json:2: ", "data.not-json"),
        ('[{"en": "a",\n"de": "b' + "\xff", "a.json:2: byte 9 of the line (0xFF)", "data.not-utf8"),
    ],
)
def test_what_is_no_json(write: Write, bad: BadRows, together: Together, text: str, where: str, code: str) -> None:
    path = write("a.json", text.encode("latin-1"))
    with refused(code, where):
        together(read_json(path, NAMES, bad=bad))


def test_lines_that_are_lists_stay_lines(write: Write, bad: BadRows, together: Together) -> None:
    path = write("a.jsonl", '["one", "eins"]\n["two", "zwei"]\n')
    assert form_of(path) == "lines"
    assert together(read_json(path, NAMES, bad=bad)) == []
    assert bad.count == 2
    assert first_record(path) == {}


def test_a_broken_first_line_does_not_make_it_one_value(write: Write, bad: BadRows, together: Together) -> None:
    path = write("a.jsonl", '{"en": "x"\n{"en": "one", "de": "eins"}\n')
    assert together(read_json(path, NAMES, bad=bad)) == [(2, "one", "eins", None)]
    assert bad.count == 1


def test_an_empty_array(write: Write, bad: BadRows, together: Together) -> None:
    assert together(read_json(write("a.json", "[]\n"), NAMES, bad=bad)) == []
    assert list(read_values(write("b.json", "[\n]")).rows) == []
