from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.reading.columnar import read_parquet
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError

Together = Callable[[object], list[tuple[int, str, str, str | None]]]
NAMES = ColumnsConfig(source="en", target="de", group="domain")


@pytest.fixture
def table(tmp_path: Path) -> Callable[[dict[str, object]], Path]:
    def table(columns: dict[str, object]) -> Path:
        parquet.write_table(pa.table(columns), tmp_path / "a.parquet", row_group_size=2)
        return tmp_path / "a.parquet"

    return table


def test_by_name_and_by_position(table: Callable[..., Path], bad: BadRows, together: Together) -> None:
    path = table({"en": ["one", "two", "th\nree"], "domain": [1, None, 3], "de": ["eins", "zwei", "drei"]})
    rows = together(read_parquet(path, NAMES, bad))
    assert rows == [(1, "one", "eins", "1"), (2, "two", "zwei", None), (3, "th ree", "drei", "3")]
    assert together(read_parquet(path, ColumnsConfig(source=2, target=0), bad))[0] == (1, "eins", "one", None)


def test_columns_inside_a_struct(table: Callable[..., Path], bad: BadRows, together: Together) -> None:
    path = table({"id": [1], "translation": [{"en": "one", "de": "eins"}]})
    columns = ColumnsConfig(source="translation.en", target="translation.de")
    assert together(read_parquet(path, columns, bad)) == [(1, "one", "eins", None)]
    assert together(read_parquet(path, NAMES, bad)) == [(1, "one", "eins", None)]
    with pytest.raises(DataError) as error:
        together(read_parquet(path, ColumnsConfig(source="en", target="fr"), bad))
    assert "no column 'fr'. Its columns: 'id', 'translation." in str(error.value)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_other_kinds_of_strings(
    table: Callable[..., Path], bad: BadRows, together: Together, kind: pa.DataType
) -> None:
    if pa.types.is_string_view(kind):
        path = table({"en": pa.array(["one"], kind), "de": pa.array(["eins"], kind)})
    else:
        path = table({"en": pa.array(["one"]).cast(kind), "de": pa.array(["eins"]).cast(kind)})
    assert together(read_parquet(path, NAMES, bad)) == [(1, "one", "eins", None)]


def test_bad_rows_are_numbered_through(table: Callable[..., Path], bad: BadRows, together: Together) -> None:
    path = table({"en": ["one", None, "three", "four"], "de": ["eins", "zwei", "dr\u2028ei", "vier"]})
    assert [row[0] for row in together(read_parquet(path, NAMES, bad))] == [1, 4]
    assert bad.first == [
        f"{path}:2: 'en' is null, not text.",
        f"{path}:3: U+2028 (LINE SEPARATOR) at character 3 of 'de'.",
    ]


def test_positions_beyond_the_columns(table: Callable[..., Path], bad: BadRows, together: Together) -> None:
    path = table({"en": ["one"]})
    with refused("data.no-column", "column 1.", "'en'"):
        together(read_parquet(path, ColumnsConfig(), bad))


def test_no_parquet(tmp_path: Path, bad: BadRows, together: Together) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing else")
    with refused("data.unreadable", "a.parquet:"):
        together(read_parquet(tmp_path / "a.parquet", NAMES, bad))


def test_groups_are_clean_text(table: Callable[..., Path], bad: BadRows, together: Together) -> None:
    columns = {"en": ["one", "two", "three"], "de": ["eins", "zwei", "drei"], "domain": ["", "a\nb", "a\u2028b"]}
    path = table(columns)
    assert together(read_parquet(path, NAMES, bad)) == [(1, "one", "eins", None), (2, "two", "zwei", "a b")]
    assert bad.first == [f"{path}:3: U+2028 (LINE SEPARATOR) at character 2 of 'domain'."]


def test_bytes_that_are_no_text(table: Callable[..., Path], bad: BadRows, together: Together) -> None:
    text = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff"))
    path = table({"en": text, "de": ["eins"]})
    with refused("data.not-utf8", "a.parquet: ", " 1 to 1 "):
        together(read_parquet(path, NAMES, bad))
