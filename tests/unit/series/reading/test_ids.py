"""Series that are named by several columns together."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.ids import joined_names, tell_apart, telling_columns
from seq2seq.series.reading.read import read_series

Write = Callable[[str, str], Path]
DAYS = ["1", "1", "1", "1", "2", "2", "2", "2"]
STORES = list("nnssnnss")
PRODUCTS = list("abababab")
ALONE = list("pqrspqrs")
"""Says by itself what the other two say together."""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content)
        return tmp_path / name

    return to_file


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"store": STORES, "product": PRODUCTS}, ("store", "product")),
        ({"store": STORES, "kind": ["x"] * 8, "product": PRODUCTS}, ("store", "product")),
        ({"store": STORES, "product": PRODUCTS, "town": list("NNSSNNSS")}, ("store", "product")),
        ({"store": STORES, "product": PRODUCTS, "both": ALONE}, ("both",)),
        ({"one": ALONE, "other": list("qprsqprs")}, ("one",)),
        ({"one": ALONE, "other": list("pqrsqpsr")}, None),
        ({"store": STORES}, None),
        ({"note": list("abcdefgh")}, None),
        ({}, None),
    ],
)
def test_the_fewest_columns_that_tell_series_apart(
    texts: dict[str, list[str]], expected: tuple[str, ...] | None
) -> None:
    assert telling_columns(texts, DAYS) == expected


def test_few_of_the_sets_of_many_columns_are_tried() -> None:
    """Of 20 columns these are the pairs: all sets are a million."""
    draw, rows = random.Random(1), range(1_000)
    texts = {f"note {number}": [str(draw.randrange(4)) for _ in rows] for number in range(20)}
    days = [str(row // 20) for row in rows]
    assert telling_columns(texts, days) is None
    texts |= {"store": [str(row % 4) for row in rows], "product": [str(row % 20 // 4) for row in rows]}
    assert telling_columns(texts, days) == ("store", "product")


def test_names_come_again() -> None:
    assert tell_apart([STORES, PRODUCTS], DAYS)
    assert not tell_apart([STORES, list("abcdefgh")], DAYS)
    assert not tell_apart([STORES], DAYS)


def test_names_are_joined() -> None:
    assert joined_names([["n", "s", ""], ["a", "b", "c"]]) == ["n/a", "s/b", ""]
    with pytest.raises(ValueError, match="a/b/c"):
        joined_names([["a/b", "a"], ["c", "b/c"]])


def test_tables_are_read_by_columns_that_are_found_or_named(write: Write) -> None:
    rows = "".join(
        f"{store},{product},2020-01-0{day},{place}\n"
        for day in (1, 2)
        for place, (store, product) in enumerate(("na", "nb", "sa", "sb"))
    )
    path = write("a.csv", f"store,product,date,sales\n{rows}")
    for columns in (SeriesColumns(), SeriesColumns(id=("store", "product"))):
        found = read_series(path, columns=columns)
        assert [(one.id, one.values[:, 0].tolist()) for one in found.series] == [
            ("n/a", [0, 0]), ("n/b", [1, 1]), ("s/a", [2, 2]), ("s/b", [3, 3]),
        ]  # fmt: skip
    assert any("store/product" in one for one in read_series(path).remarks)
    numbered = write("b.csv", f"store,item,date,sales\n{rows.replace('n', '1').replace('s', '2')}")
    assert read_series(numbered, columns=SeriesColumns(id=("item", "store"))).series[1].id == "b/1"


def test_what_does_not_name_a_series_is_refused(write: Write) -> None:
    named = SeriesColumns(id=("store", "product"))
    path = write("a.csv", "store,product,date,sales\nn,,2020-01-01,1\nn,b,2020-01-02,2\n")
    with refused("series.id", "a.csv:2"):
        read_series(path, columns=named)
    path = write("b.csv", "store,product,date,sales\na/b,c,2020-01-01,1\na,b/c,2020-01-02,2\n")
    with refused("series.id", "b.csv:1", "a/b/c"):
        read_series(path, columns=named)
    with refused("series.no-column", "'shelf'"):
        read_series(path, columns=SeriesColumns(id=("store", "shelf")))
