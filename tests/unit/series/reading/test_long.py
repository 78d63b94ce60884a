"""The long format: what is read, what is repaired and said, what is refused where."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seq2seq import extras
from seq2seq.errors import DataError, MissingExtra
from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.read import read_series
from seq2seq.series.series import SeriesSet

Write = Callable[[str, str | bytes], Path]


def values(found: SeriesSet, place: int = 0, channel: int = 0) -> list[float]:
    return [round(float(value), 6) for value in np.nan_to_num(found.series[place].values[:, channel], nan=-1)]


def dates(found: SeriesSet, place: int = 0) -> list[str]:
    return found.series[place].times.astype("datetime64[D]").astype(str).tolist()


def refused(path: Path, code: str, *places: str) -> str:
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == code
    text = str(caught.value)
    for place in places:
        assert f"{path}:{place}: " in text
    return text


def test_two_series(write: Write) -> None:
    found = read_series(
        write("a.csv", "unique_id,ds,y\nx,2020-01-01,1\nx,2020-02-01,2.5\ny,2021-01-01,-3e2\ny,2021-02-01,4\n")
    )
    assert [one.id for one in found.series] == ["x", "y"]
    assert (values(found), values(found, 1)) == ([1, 2.5], [-300, 4])
    assert dates(found, 1) == ["2021-01-01", "2021-02-01"]
    assert (found.frequency, found.season, found.channels) == (Frequency("month"), 12, ("y",))
    assert found.remarks == ()


def test_covariates_reach_into_the_future(write: Write) -> None:
    found = read_series(
        write("a.csv", "unique_id,ds,y,price\na,2020-01-01,1,9\na,2020-01-02,,8\na,2020-01-03,3,7\na,2020-01-04,,6\n")
    )
    (one,) = found.series
    assert values(found) == [1, -1, 3]
    assert (one.future, one.covariates, one.known[:, 0].tolist()) == (1, ("price",), [9, 8, 7, 6])


def test_without_covariates_rows_at_the_end_are_missing_values(write: Write) -> None:
    found = read_series(write("a.csv", "unique_id,ds,y\na,2020-01-01,1\na,2020-01-02,2\na,2020-01-03,\n"))
    assert values(found) == [1, 2, -1]
    assert found.series[0].future == 0


def test_several_channels_and_chosen_covariates(write: Write) -> None:
    path = write("a.csv", "unit,t,power,heat,note,price\na,0,1,10,x,5\na,1,2,20,y,6\n")
    columns = SeriesColumns(id="unit", time="t", values=("power", "heat"), covariates=("price",))
    found = read_series(path, columns=columns)
    assert found.series[0].values.tolist() == [[1, 10], [2, 20]]
    assert (found.channels, found.covariates, found.frequency) == (("power", "heat"), ("price",), None)


@pytest.mark.parametrize("labelled", [True, False])
def test_sequences_need_no_regular_times(write: Write, *, labelled: bool) -> None:
    columns = SeriesColumns(values=("x",), label="label" if labelled else None, covariates=())

    def read(path: Path) -> SeriesSet:
        return read_series(path, columns=columns, ordered=not labelled)

    with pytest.raises(DataError):
        read(write("a.csv", "unique_id,ds,x,label\na,0.5,1,wave\n"))  # half a step is no time
    rows = "a,2020-01-01T00:00:00.000,1,wave\na,2020-01-01T00:00:00.016,2,wave\na,2020-01-01T00:00:00.031,3,wave\n"
    found = read(write("b.csv", f"unique_id,ds,x,label\n{rows}b,2020-01-01,4,circle\n"))
    assert values(found) == [1, 2, 3]
    assert found.series[0].times.tolist() == [0, 1, 2]
    assert any("not equally far apart" in remark for remark in found.remarks)
    assert not labelled or found.labels == ("circle", "wave")


def test_rows_out_of_order_are_sorted(write: Write) -> None:
    found = read_series(
        write("a.csv", "unique_id,ds,y\na,2020-01-03,3\nb,2020-01-01,9\na,2020-01-01,1\na,2020-01-02,2\n")
    )
    assert (values(found), values(found, 1)) == ([1, 2, 3], [9])
    assert len(found.remarks) == 1
    assert " 1 series " in found.remarks[0]


def test_gaps_are_missing_values(write: Write) -> None:
    rows = "a,2020-01-31,1\na,2020-02-29,2\na,2020-05-31,5\na,2020-06-30,6\n"
    found = read_series(write("a.csv", f"unique_id,ds,y\n{rows}"))
    assert values(found) == [1, 2, -1, -1, 5, 6]
    assert dates(found) == ["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30", "2020-05-31", "2020-06-30"]
    assert len(found.remarks) == 1
    assert "2 steps" in found.remarks[0]


def test_gaps_in_whole_numbers(write: Write) -> None:
    found = read_series(write("a.csv", "unique_id,ds,y\na,10,1\na,20,2\na,40,4\na,50,5\n"))
    assert values(found) == [1, 2, -1, 4, 5]
    assert found.series[0].times.tolist() == [10, 20, 30, 40, 50]


@pytest.mark.parametrize("text", ["", "NA", "nan", "NaN", "null", "None", "?", "N/A", " "])
def test_missing_values(write: Write, text: str) -> None:
    assert values(read_series(write("a.csv", f"unique_id,ds,y\na,0,1\na,1,{text}\na,2,3\n"))) == [1, -1, 3]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "series.number"),
        ("1_000", "series.number"),
        ("12%", "series.number"),
        ('"1,,5"', "series.number"),
        ('"12,34,567"', "series.number"),
        ("inf", "series.finite"),
        ("-Infinity", "series.finite"),
        ("1e999", "series.finite"),
        ("-1.1e150", "series.size"),
    ],
)
def test_what_is_no_number(write: Write, text: str, code: str) -> None:
    refused(write("a.csv", f"unique_id,ds,y\na,0,1\na,1,{text}\n"), code, "3")


def test_all_problems_are_told(write: Write) -> None:
    rows = "".join(f"a,{step},x\n" for step in range(9))
    text = refused(write("a.csv", f"unique_id,ds,y\n{rows}"), "series.number", "2", "3", "4", "5", "6")
    assert "4 more" in text


def test_duplicates_name_both_lines(write: Write) -> None:
    path = write("a.csv", "unique_id,ds,y\na,2020-01-01,1\nb,2020-01-01,1\na,2020-01-02,2\na,2020-01-01,3\n")
    text = refused(path, "series.duplicate", "5")
    assert f"2020-01-01 already ({path}:2)" in text


def test_times_between_steps_are_refused(write: Write) -> None:
    rows = "a,2020-01-01T00:00,1\na,2020-01-01T01:00,2\na,2020-01-01T02:20,3\na,2020-01-01T03:00,3\n"
    refused(write("a.csv", f"unique_id,ds,y\n{rows}"), "series.interval", "4")


def test_two_rows_in_a_month_are_refused(write: Write) -> None:
    rows = "a,2020-01-01,1\na,2020-02-01,2\na,2020-02-17,2\na,2020-03-01,3\na,2020-04-01,3\n"
    path = write("a.csv", f"unique_id,ds,y\n{rows}")
    with pytest.raises(DataError) as caught:
        read_series(path, frequency=Frequency("month"))
    assert (caught.value.code, f"{path}:4: " in str(caught.value)) == ("series.interval", True)


@pytest.mark.parametrize("text", ["03/04/2020", "yesterday", "2020-02-30", ""])
def test_what_is_no_time(write: Write, text: str) -> None:
    refused(write("a.csv", f"unique_id,ds,y\na,2020-01-01,1\na,{text},1\n"), "series.time", "3")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("2020-01", "2020-02"), ["2020-01-01", "2020-02-01"]),
        (("2020/01/01", "2020/01/02"), ["2020-01-01", "2020-01-02"]),
        (("2020Q1", "2020-q2"), ["2020-01-01", "2020-04-01"]),
        (("1979-01-01 00-00-00", "1980-01-01 00-00-00"), ["1979-01-01", "1980-01-01"]),
        (("2020-01-01T00:00Z", "2020-01-02T00:00Z"), ["2020-01-01", "2020-01-02"]),
    ],
)
def test_ways_to_write_times(write: Write, texts: tuple[str, str], expected: list[str]) -> None:
    found = read_series(write("a.csv", f"unique_id,ds,y\na,{texts[0]},1\na,{texts[1]},2\n"))
    assert (dates(found), found.remarks) == (expected, ())


def test_dates_without_hyphens_are_dates_and_years_are_whole_numbers_unless_told(write: Write) -> None:
    found = read_series(write("a.csv", "unique_id,ds,y\na,20200131,1\na,20200201,2\n"))
    assert (dates(found), len(found.remarks)) == (["2020-01-31", "2020-02-01"], 1)
    years = write("b.csv", "unique_id,ds,y\na,1999,1\na,2000,2\n")
    assert read_series(years).series[0].times.tolist() == [1999, 2000]
    assert dates(read_series(years, frequency=Frequency("year"))) == ["1999-01-01", "2000-01-01"]


def test_months_without_hyphens_are_dates(write: Write) -> None:
    found = read_series(write("a.csv", "unique_id,ds,y\na,202011,1\na,202012,2\na,202101,3\n"))
    assert (dates(found), found.frequency) == (["2020-11-01", "2020-12-01", "2021-01-01"], Frequency("month"))
    assert len(found.remarks) == 1
    steps = "".join(f"a,{step},1\n" for step in range(202001, 202015))
    assert read_series(write("b.csv", f"unique_id,ds,y\n{steps}")).series[0].times[0] == 202001


def test_days_begin_where_they_are_observed(write: Write) -> None:
    """In UTC these would be 23:00 and 22:00 of the days before."""
    rows = "a,2020-03-28T00:00+01:00,1\na,2020-03-29T00:00+01:00,2\na,2020-03-30T00:00+02:00,3\n"
    found = read_series(write("a.csv", f"unique_id,ds,y\n{rows}"))
    assert (dates(found), values(found)) == (["2020-03-28", "2020-03-29", "2020-03-30"], [1, 2, 3])
    assert (found.frequency, len(found.remarks)) == (Frequency("day"), 1)


def test_hours_when_the_clock_was_put_back_are_those_of_utc(write: Write) -> None:
    times = ["01:00+02:00", "02:00+02:00", "02:00+01:00", "03:00+01:00"]
    rows = "".join(f"a,2020-10-25T{time},{number}\n" for number, time in enumerate(times, 1))
    found = read_series(write("a.csv", f"unique_id,ds,y\n{rows}"))
    assert values(found) == [1, 2, 3, 4]
    assert found.series[0].times[0] == np.datetime64("2020-10-24T23:00")
    assert len(found.remarks) == 1


def test_some_times_with_an_offset(write: Write) -> None:
    refused(write("a.csv", "unique_id,ds,y\na,2020-01-01T00:00Z,1\na,2020-01-02T00:00,2\n"), "series.zone", "3")


def test_decimal_commas(write: Write) -> None:
    found = read_series(write("a.csv", "unique_id;ds;y\na;2020-01-01;1,5\na;2020-01-02;12,25\n"))
    assert values(found) == [1.5, 12.25]
    assert any("decimal" in remark for remark in found.remarks)
    quoted = write("b.csv", 'unique_id,ds,y\na,0,"1,5"\na,1,"2,5"\n')
    assert values(read_series(quoted, decimal=",")) == [1.5, 2.5]


def test_commas_that_may_be_decimal_or_between_thousands(write: Write) -> None:
    path = write("a.csv", "unique_id;ds;y\na;0;1,234\na;1;5,678\n")
    refused(path, "series.ambiguous-decimal", "1")
    assert values(read_series(path, decimal=",")) == [1.234, 5.678]


@pytest.mark.parametrize(
    ("numbers", "read"),
    [
        (["1,5", "1.234,5"], [1.5, 1234.5]),
        (["1.234", "1.234.567", "12"], [1234, 1234567, 12]),
        (["1.234", "0,5"], [1234, 0.5]),
        (["1.234", "5.678"], [1.234, 5.678]),
        (["1.234", "12.5", "7"], [1.234, 12.5, 7]),
        (["1,234", "12.5"], [1234, 12.5]),
        (["1,234,567.25", "3"], [1234567.25, 3]),
        (["1'234.5", "2\u202f345"], [1234.5, 2345]),
        (["-1 234,5", "1,"], [-1234.5, 1]),
        (["1,25e2", "3"], [125, 3]),
        (["0,123", "0,456"], [0.123, 0.456]),
        (["-0,123", "2,05"], [-0.123, 2.05]),
        (["0.123", "1,234"], [0.123, 1234]),
    ],
)
@pytest.mark.parametrize("delimiter", [";", ","])
def test_the_decimal_sign_is_the_one_that_numbers_show(
    write: Write, numbers: list[str], read: list[float], delimiter: str
) -> None:
    rows = "".join(f'a{delimiter}{step}{delimiter}"{text}"\n' for step, text in enumerate(numbers))
    assert values(read_series(write("a.csv", f"unique_id{delimiter}ds{delimiter}y\n{rows}"))) == read


@pytest.mark.parametrize(
    "numbers", [["1,234", "7"], ["1,5", "1.5"], ["1.234", "987"], ["1,234", "1.234"], ["0,123", "0.5"]]
)
def test_numbers_that_do_not_show_the_decimal_sign_are_refused(write: Write, numbers: list[str]) -> None:
    rows = "".join(f"a;{step};{text}\n" for step, text in enumerate(numbers))
    refused(write("a.csv", f"unique_id;ds;y\n{rows}"), "series.ambiguous-decimal", "1")


def test_a_decimal_sign_that_is_told_leaves_the_other_between_thousands(write: Write) -> None:
    path = write("a.csv", "unique_id;ds;y\na;0;1.234\na;1;1.5\n")
    with pytest.raises(DataError) as caught:
        read_series(path, decimal=",")
    assert (caught.value.code, f"{path}:3: " in str(caught.value)) == ("series.number", True)


def test_days_with_points(write: Write) -> None:
    found = read_series(write("a.csv", "datum;umsatz\n31.12.2020;1.234,5\n1.1.2021;1,5\n"))
    assert (dates(found), values(found)) == (["2020-12-31", "2021-01-01"], [1234.5, 1.5])
    hours = read_series(write("b.csv", "t;y\n01.02.2020 17:05;1\n01.02.2020 18:05;2\n"))
    assert hours.series[0].times[0] == np.datetime64("2020-02-01T17:05")
    refused(write("c.csv", "unique_id,ds,y\na,31.02.2020,1\n"), "series.time", "2")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf%s", b"%s"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_marks_and_line_ends(write: Write, content: bytes, end: bytes) -> None:
    rows = end.join([b"unique_id,ds,y", b"a,0,1", b"", b"a,1,2", b""])
    assert values(read_series(write("a.csv", content % rows))) == [1, 2]


def test_utf_16(write: Write) -> None:
    assert values(read_series(write("a.csv", "unique_id,ds,y\nä,0,1\nä,1,2\n".encode("utf-16")))) == [1, 2]


def test_other_encodings_are_refused(write: Write) -> None:
    """As by the readers of texts: with the encoding that it seems to be."""
    for name, head in (("a.csv", ""), ("b.csv", "sep=,\n")):
        content = f"{head}unique_id,ds,y\na,0,1\nä,0,1\n".encode("latin-1")
        text = refused(write(name, content), "series.unreadable", "4" if head else "3")
        assert "'ä,0,1'" in text
        assert "iconv -f WINDOWS-1252" in text
    refused(write("b.csv", "unique_id,ds,y\nä".encode()[:-1]), "series.unreadable", "2")
    refused(write("a.tsf", "@data\na:1,2\nä:1\n".encode("latin-1")), "series.unreadable", "3")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "series.no-rows"),
        ("unique_id,ds,y\n", "series.no-rows"),
        ("unique_id,ds,y,y\na,0,1,2\n", "series.duplicate-column"),
        ("unique_id,ds,sold,price\na,0,1,2\n", "series.which-value"),
        ("unique_id,ds,kind\na,0,red\n", "series.no-values"),
        ("unique_id,place,y\na,0,1\n", "series.no-column"),
        ("unique_id,ds,y\na,0,1\na,1\n", "series.fields"),
        ('unique_id,ds,y\na,0,"1\na,1,2\n', "series.unreadable"),
        ("unique_id,ds,y\na,0,\na,1,\n", "series.empty"),
        ("unique_id,ds,y,kind\na,0,1,red\na,1,1,5\n", "series.number"),
    ],
)
def test_tables_that_cannot_be_read(write: Write, content: str, code: str) -> None:
    with pytest.raises(DataError) as caught:
        read_series(write("a.csv", content))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "columns",
    [
        SeriesColumns(id="shap"), SeriesColumns(time="shap"), SeriesColumns(values=("shap",)),
        SeriesColumns(covariates=("shap",)), SeriesColumns(past=("shap",)), SeriesColumns(label="shap"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("header", ["shop,ds,y", "unique_id,ds,Shop", "ds,y,shop"])
def test_columns_that_are_named_have_to_be_there(write: Write, columns: SeriesColumns, header: str) -> None:
    """A table without the column of series is not silently one series."""
    path = write("a.csv", f"{header}\n1,2,3\n1,3,4\n")
    with pytest.raises(DataError) as caught:
        read_series(path, columns=columns)
    text = str(caught.value)
    assert "no column 'shap'" in text
    near = "'Shop'" if "Shop" in header else "'shop'"
    assert (caught.value.code, near in text, all(name in text for name in header.split(","))) == (
        "series.no-column",
        True,
        True,
    )


def test_labels_that_differ_or_are_missing(write: Write) -> None:
    columns = SeriesColumns(label="label")
    path = write("a.csv", "unique_id,ds,y,label\na,0,1,up\na,1,1,down\nb,0,1,\n")
    with pytest.raises(DataError) as caught:
        read_series(path, columns=columns)
    assert caught.value.code == "series.label"
    assert f"{path}:3: " in str(caught.value)
    assert f"{path}:4: " in str(caught.value)


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    days = np.array(["2020-01-01", "2020-01-02", "2020-01-04"], dtype="datetime64[ns]")
    zone = pyarrow.array(days + np.timedelta64(23, "h"), pyarrow.timestamp("ns", tz="Europe/Berlin"))
    table = {"unique_id": ["a"] * 3, "ds": days, "y": [1, None, 3], "price": np.float32([0.5, 1, 2])}
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table(table), path)
    found = read_series(path)
    assert (values(found), dates(found)[-1]) == ([1, -1, -1, 3], "2020-01-04")
    assert found.series[0].known[[0, 1, 3], 0].tolist() == [0.5, 1, 2]
    parquet.write_table(pyarrow.table(table | {"ds": zone}), path)
    assert read_series(path).series[0].times[0] == np.datetime64("2020-01-02T00:00")  # midnight in Berlin
    parquet.write_table(pyarrow.table(table | {"y": [1.0, np.inf, 2.0]}), path)
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert (caught.value.code, f"{path}: row 2: " in str(caught.value)) == ("series.finite", True)
    parquet.write_table(pyarrow.table(table | {"y": [1.0, 2.0, -2e150]}), path)
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert (caught.value.code, f"{path}: row 3: " in str(caught.value)) == ("series.size", True)
    parquet.write_table(pyarrow.table(table | {"y": [[1], [2], [3]]}), path)
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == "series.column-type"
    large = pyarrow.array([2**60, 2**60, 2**60 + 1])
    parquet.write_table(pyarrow.table({"unique_id": large, "ds": [1, 2, 1], "y": [1, 2, 3]}), path)
    found = read_series(path)
    assert [(one.id, len(one)) for one in found.series] == [(str(2**60), 2), (str(2**60 + 1), 1)]
    path.write_bytes(b"PAR1")
    refused(path, "series.unreadable")
    latin = pyarrow.array([b"\xe4", b"b"]).view(pyarrow.utf8())
    parquet.write_table(pyarrow.table({"unique_id": latin, "ds": [1, 1], "y": [1, 2]}), path)
    assert "'unique_id'" in refused(path, "series.unreadable")


def test_parquet_without_pyarrow(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "installed", lambda module: module != "pyarrow")
    with pytest.raises(MissingExtra):
        read_series(write("a.parquet", b"PAR1"))
