import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import DataError
from seq2seq.formats.documents.table import read_csv, read_tsv
from seq2seq.formats.segment import Document, Target

MENU = (
    "\ufeffid;Dish;price\r\n"
    "1; Soup of the day ;4,50\r\n"
    '2;"Bread, ""fresh""";2\r\n'
    '3;"Cake.\r\nWith cream\r\nand a cherry.";5\r\n'
    "4;;1\r\n"
    "\r\n"
    "5;12;3\r\n"
    "short\r\n"
    "6;Tea;1"
)


def read(text: str, column: str | int = "Dish", target: str | int | None = None, kind: str = ".csv") -> Document:
    read = read_csv if kind == ".csv" else read_tsv
    return read(text.encode(), "menu.csv", column=column, target_column=target)


def test_the_cells_of_a_column_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read(MENU)
    assert contents(document) == [
        "Soup of the day",
        'Bread, "fresh"',
        "Cake.",
        "With cream{\r\n}and a cherry.",
        "Tea",
    ]
    assert [segment.line for segment in document.segments] == [2, 3, 4, 5, 11]


def test_only_words_of_the_column_change(
    unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]
) -> None:
    assert unchanged(read(MENU)) == MENU.encode()
    written = reverse(read(MENU)).decode()
    assert written.startswith(
        '\ufeffid;Dish;price\r\n1; puoS fo eht yad ;4,50\r\n2;"daerB, ""hserf""";2\r\n3;"ekaC.\r\n'
    )
    assert reverse(read(written)) == MENU.encode()


@pytest.mark.parametrize(("name", "index"), [("dish", 1), ("price", 2)])
def test_columns_by_name_and_by_index(name: str, index: int) -> None:
    text = "id,Dish,price\n1,Soup,dear\n"
    by_name = read(text, name).segments
    assert read(text, index).segments[1:] == by_name
    assert len(by_name) == 1


def test_a_translation_is_quoted_where_it_needs_to_be() -> None:
    document = read("a,b\n1,one\n2,two\n3,three\n", "b")
    written = document.write([Target((text,)) for text in ('ein "s"', "zwei, und", "drei")]).decode()
    assert list(csv.reader(io.StringIO(written))) == [["a", "b"], ["1", 'ein "s"'], ["2", "zwei, und"], ["3", "drei"]]
    assert written.endswith("\n3,drei\n")


def test_tabs_are_not_quoted() -> None:
    document = read('a\tb\n1\t"one\n2\ttwo\n', "b", kind=".tsv")
    assert document.write([Target(('ein\ts "',)), Target(("zwei",))]) == b'a\tb\n1\tein s "\n2\tzwei\n'


@pytest.mark.parametrize("target", ["Gericht", 3])
def test_into_a_column_that_is_added(target: str | int) -> None:
    text = 'id,Dish,price\n1,Soup,4\n2,"Bread, fresh",2\n3,,1\nshort\n4,"Tea.\nHot!",2\n'
    document = read(text, "Dish" if target == "Gericht" else 1, target)
    words = [segment.content for segment in document.segments]
    assert words[-1][0] == "Tea."
    assert words[-1][2] == "Hot!"
    rows = list(csv.reader(io.StringIO(document.write([Target(content) for content in words]).decode())))
    assert rows[0] == ["id", "Dish", "price", target if target == "Gericht" else "Dish"]
    assert [row[3] for row in rows[1:]] == ["Soup", "Bread, fresh", "", "", "Tea.\nHot!"]


def test_into_a_column_that_is_filled_in_part(contents: Callable[[Document], list[str]]) -> None:
    document = read("en,de\none,eins\ntwo,\nthree\n", "en", "de")
    assert contents(document) == ["two", "three"]
    assert document.complete == 1
    assert document.write([Target(("zwei",)), Target(("drei",))]) == b"en,de\none,eins\ntwo,zwei\nthree,drei\n"


def test_the_separator_that_a_spreadsheet_declares(contents: Callable[[Document], list[str]]) -> None:
    document = read("sep=;\r\na;b\r\n1, one;two, three\r\n", "b")
    assert contents(document) == ["two, three"]
    assert document.segments[0].line == 3


def test_white_space_around_the_text_of_a_cell_stays_behind() -> None:
    document = read('en,de\n" \n one ",\n" two ",""\n', "en", "de")
    assert document.write([Target(("eins",)), Target(('zw"ei',))]) == b'en,de\n" \n one ","eins"\n" two ","zw""ei"\n'


@pytest.mark.parametrize(
    ("text", "column", "code", "fact"),
    [
        ("", 0, "data.empty-file", "menu.csv"),
        ("\ufeff", "a", "data.empty-file", "menu.csv"),
        ("a,b\n1,2\n", "c", "data.no-column", "'b'"),
        ("a,b\n1,2\n", 2, "data.no-column", "0 to 1"),
        ('a,b\n1,2\n3,"4\n5,6\n', "b", "data.unclosed-quote", "menu.csv:3:"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, column: str | int, code: str, fact: str) -> None:
    with pytest.raises(DataError) as caught:
        read(text, column)
    assert caught.value.code == code
    assert fact in str(caught.value)


@given(st.lists(st.lists(st.text('ab,;"\n\r é', max_size=6), min_size=2, max_size=2), min_size=1, max_size=6))
def test_the_table_that_is_written_has_the_same_other_cells(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["one", "two"], *rows])
    text = buffer.getvalue()
    document = read(text, "two")
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()
    written = document.write([Target(("x",)) for _ in document.segments]).decode()
    again = list(csv.reader(io.StringIO(written, newline="")))
    assert [row[0] for row in again[1:]] == [row[0] for row in rows]


def test_a_column_that_would_take_all_memory_is_refused() -> None:
    with pytest.raises(DataError) as raised:
        read("a,b\n1,2\n", 0, 99_999_999_999)
    assert raised.value.code == "data.no-column"
