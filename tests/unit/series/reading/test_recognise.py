"""Whether a file holds series, by its name and its first lines."""

from pathlib import Path

import pytest

from seq2seq.series.reading.recognise import holds_series


def holds(folder: Path, name: str, text: str) -> bool:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return holds_series(file)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("long.csv", "unique_id,ds,y\na,2020-01-01,1\n"),
        ("known.csv", "ds,price,unique_id,y\n2020-01,3,a,1\n"),
        ("dates.csv", "month,sold,returned\n2020-01-01,5,1\n2020-02-01,,0\n"),
        ("dates.tsv", "time\ttemperature\n2020-01-01 10:00\t3.5\n2020-01-01 11:00\t4\n"),
        ("semicolons.csv", "date;value\n2020-01-01;3,5\n2020-01-02;4,5\n"),
        ("years.csv", "year,lynx\n1821,269\n1822,\n1824,585\n"),
        ("latest_first.csv", "Year;sold\n1824;3,5\n1822;4\n1821;4\n"),
        ("numbered.csv", "DS;a;b\n-1;3,5;1\n0;4,5;2\n"),
        (
            "shops.csv",
            "Datum;Filiale;Umsatz\n01.02.2020;Nord;3,5\n01.02.2020;Süd;4\n02.02.2020;Nord;1\n02.02.2020;Süd;2\n",
        ),
        ("one_shop_first.csv", "shop,day,sold,price\na,2020-02-01,3,1.5\na,2020-02-02,,1.5\na,2020-02-03,4,1.5\n"),
        ("years_behind_names.csv", "land,Year,gdp\nDE,1990,5\nFR,1990,6\nDE,1991,7\nFR,1991,\n"),
        (
            "two_names.csv",
            "date,at,of,y\n2020-02-01,a,x,5\n2020-02-01,a,y,1\n2020-02-02,a,x,5\n2020-02-02,a,y,\n",
        ),
        ("file.tsf", ""),
    ],
)
def test_it_is_a_file_of_series(tmp_path: Path, name: str, text: str) -> None:
    assert holds(tmp_path, name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pairs.tsv", "The dog sleeps.\tDer Hund schläft.\nWe go.\tWir gehen.\n"),
        ("dates_to_words.tsv", "2020-01-01\tNew Year\n2020-05-01\tLabour Day\n"),
        ("spelt.tsv", "1\tone\n2\ttwo\n"),
        ("sums.csv", "sum,result\n12,3\n20,2\n"),
        ("counts.csv", "lynx,hare\n1821,269\n1822,321\n"),
        ("year_by_month.csv", "year,month,sold\n1950,1,5\n1950,2,6\n"),
        ("years_back_and_forth.csv", "year,lynx\n1821,269\n1820,321\n1823,585\n"),
        ("missing_year.csv", "year,lynx\n1821,269\n,321\n1823,585\n"),
        ("parts_of_years.csv", "year,lynx\n1821.5,269\n1822.5,321\n"),
        ("years_of_events.csv", "year,event\n1821,fire\n1822,flood\n"),
        ("labels.csv", "text,label\ngood,1\nbad,0\n"),
        ("dated_reviews.csv", "date,text,stars\n2020-02-01,good,5\n2020-02-01,bad,1\n2020-02-02,so so,3\n"),
        ("dated_labels.csv", "date,mood,stars\n2020-02-01,good,5\n2020-02-01,good,1\n2020-02-02,good,3\n"),
        ("two_texts.csv", "date,who,said,loudness\n2020-02-01,a,yes,5\n2020-02-02,a,no,1\n2020-02-02,b,oh,1\n"),
        ("years_of_texts.csv", "text,year,label\ngood,1990,1\nbad,1991,0\nso so,1991,0\n"),
        ("months_of_years.csv", "shop,year,month,sold\na,1990,1,5\na,1990,2,6\nb,1990,1,7\nb,1990,2,8\n"),
        ("years_of_names.csv", "land,year\nDE,1990\nFR,1990\nDE,1991\nFR,1991\n"),
        ("one_row.csv", "date,value\n2020-01-01,3\n"),
        ("only_dates.csv", "date\n2020-01-01\n2020-01-02\n"),
        ("uneven.csv", "date,value\n2020-01-01,3\n2020-01-02,3,4\n"),
        ("empty.csv", ""),
        ("text.txt", "unique_id,ds,y\n"),
    ],
)
def test_it_is_something_else(tmp_path: Path, name: str, text: str) -> None:
    assert not holds(tmp_path, name, text)


def test_a_file_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "damaged.csv.gz").write_bytes(b"\x1f\x8b\x08broken")
    assert not holds_series(tmp_path / "damaged.csv.gz")
    assert not holds_series(tmp_path / "missing.csv")
    (tmp_path / "binary.csv").write_bytes(b"PK\x03\x04a\rb,c\n1,2\n")
    assert not holds_series(tmp_path / "binary.csv")
