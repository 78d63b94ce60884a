"""Which languages are read of files that name theirs: by the recipe, by options, by the files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.raw_split import Source
from seq2seq.data.reading.sources import find_splits, read_pairs
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError, advising_options

Write = Callable[[str, str | bytes], Path]
Pairs = list[tuple[str, str]]


def memory(*units: dict[str, str], source: str = "en") -> str:
    body = "".join(
        "<tu>" + "".join(f'<tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in unit.items()) + "</tu>\n"
        for unit in units
    )
    return f'<tmx version="1.4"><header srclang="{source}"/><body>\n{body}</body></tmx>'


TWO = memory({"de-DE": "Deckel", "en-US": "lid"}, {"de-DE": "Katze", "en-US": "cat"}, source="en-US")
THREE = memory({"en": "lid", "de": "Deckel", "it": "coperchio"}, source="*all*")
PO = 'msgid ""\nmsgstr "Language: {language}\\n"\n\nmsgid "lid"\nmsgstr "{word}"\n\nmsgid "cat"\nmsgstr ""\n'


def source_of(config: DataConfig) -> Source:
    source = find_splits(config, ("train",))["train"]
    assert source is not None
    return source


def pairs(config: DataConfig, bad: BadRows | None = None) -> Pairs:
    chunks = source_of(config).rows(bad or BadRows())
    return [pair for _, rows in chunks for pair in zip(rows.sources, rows.targets, strict=True)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("lid", "Deckel")),
        ({"swap": True}, ("Deckel", "lid")),
        ({"languages": ("en", "de")}, ("lid", "Deckel")),
        ({"languages": ("de", "en-US")}, ("Deckel", "lid")),
        ({"languages": ("de", "en"), "swap": True}, ("lid", "Deckel")),
        ({"columns": ColumnsConfig(source="de", target="en")}, ("Deckel", "lid")),
        ({"columns": ColumnsConfig(source="text", target="translation")}, ("lid", "Deckel")),
    ],
)
def test_a_recipe_chooses_the_languages(write: Write, settings: dict[str, object], expected: tuple[str, str]) -> None:
    config = DataConfig(train=str(write("a.tmx", TWO))).model_copy(update=settings)
    assert pairs(config)[0] == expected


def test_a_file_without_texts_is_not_asked_for_languages(write: Write) -> None:
    with refused("data.empty-file", "a.tmx: "):
        source_of(DataConfig(train=str(write("a.tmx", memory())))).examples()


def test_the_direction_that_a_file_decides_is_said(write: Write) -> None:
    bad = BadRows()
    config = DataConfig(train=str(write("a.tmx", TWO)))
    pairs(config, bad)
    assert any("en-US → de-DE" in note for note in bad.notes())
    bad = BadRows()
    pairs(config.model_copy(update={"languages": ("en", "de")}), bad)
    assert bad.notes() == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("en-US", "de-DE")),
        ({"source": "de"}, ("de", "en-US")),
        ({"target": "en"}, ("de-DE", "en")),
        ({"source": "de-AT", "target": "en"}, ("de-AT", "en")),
    ],
)
def test_options_choose_the_languages(write: Write, given: dict[str, str], expected: tuple[str, str]) -> None:
    config = infer_columns([str(write("a.tmx", TWO))], given=given)
    assert config.languages == expected
    assert config.columns == ColumnsConfig()


def test_what_the_model_has_is_read_if_it_is_there(write: Write) -> None:
    path = str(write("a.tmx", TWO))
    assert infer_columns([path], languages=("de", "en")).languages == ("de", "en")
    assert infer_columns([path], languages=("fr", "en")).languages == ("en-US", "de-DE")
    assert infer_columns([path], columns=ColumnsConfig(source="de", target="en")).languages == ("de", "en")
    assert infer_columns([path], languages=("de", "en"), given={"source": "en"}).languages == ("en", "de-DE")


@pytest.mark.parametrize("name", ["a.jsonl", "a.tsv"])
def test_columns_are_called_by_the_languages_of_the_model(write: Write, name: str) -> None:
    records = json.dumps({"en": "lid", "de": "Deckel", "it": "coperchio"}) + "\n"
    path = str(write(name, records if name == "a.jsonl" else "en\tde\tit\nlid\tDeckel\tcoperchio\n"))
    for usual in (ColumnsConfig(), ColumnsConfig(source=1, target=0), ColumnsConfig(source="src", target="trg")):
        found = infer_columns([path], columns=usual, languages=("it", "en")).columns
        assert found == ColumnsConfig(source="it", target="en")
    usual = ColumnsConfig(source="de", target="it")
    assert infer_columns([path], columns=usual, languages=("it", "en")).columns == usual


def test_more_than_two_languages_are_listed(write: Write) -> None:
    path = str(write("a.tmx", THREE))
    for read in (lambda: infer_columns([path]), lambda: pairs(DataConfig(train=path))):
        with pytest.raises(DataError) as caught:
            read()
        assert caught.value.code == "data.no-language"
        assert "en, de, it" in str(caught.value)
        assert "data.languages=[en,de]" in str(caught.value)
    assert pairs(DataConfig(train=path, languages=("it", "de"))) == [("coperchio", "Deckel")]
    assert infer_columns([path], given={"source": "it", "target": "en"}).languages == ("it", "en")
    with pytest.raises(DataError):
        infer_columns([path], given={"source": "it"})


@pytest.mark.parametrize("languages", [("en", "fr"), ("fr", "it")])
def test_a_language_that_is_not_there(write: Write, languages: tuple[str, str]) -> None:
    with pytest.raises(DataError, match="en, de, it") as caught:
        pairs(DataConfig(train=str(write("a.tmx", THREE)), languages=languages))
    assert caught.value.code == "data.no-language"


def test_another_region_is_read_and_said(write: Write) -> None:
    bad = BadRows()
    config = DataConfig(train=str(write("a.tmx", TWO)), languages=("en-GB", "de"))
    assert pairs(config, bad)[0] == ("lid", "Deckel")
    assert any("en-US is read as en-GB" in note for note in bad.notes())


def test_columns_by_number_have_no_meaning(write: Write) -> None:
    with pytest.raises(DataError) as caught:
        infer_columns([str(write("a.tmx", TWO))], given={"source": 0, "target": 1})
    assert caught.value.code == "data.no-language"


def test_a_folder_of_catalogues_in_several_languages(write: Write, tmp_path: Path) -> None:
    for language, word in (("de", "Deckel"), ("it", "coperchio")):
        write(f"po/{language}.po", PO.format(language=language, word=word))
    folder = str(tmp_path / "po")
    with advising_options(), refused("data.no-language", "de, it", "--source-language en --target-language de"):
        infer_columns([folder])
    bad = BadRows()
    config = infer_columns([folder], given={"source": "en", "target": "it"})
    assert pairs(config, bad) == [("lid", "coperchio")]
    assert any("de.po" in note for note in bad.notes())
    assert bad.left_out.total() == 3  # both messages of the one, the untranslated of the other


def test_a_folder_of_several_formats(write: Write, tmp_path: Path) -> None:
    write("all/a.tmx", TWO)
    write("all/b.po", PO.format(language="de", word="Klappe"))
    write("all/c.jsonl", json.dumps({"German": "Haus", "English": "house"}) + "\n")
    config = infer_columns([str(tmp_path / "all")])
    assert config.languages == ("en-US", "de")
    assert pairs(config) == [("lid", "Deckel"), ("cat", "Katze"), ("lid", "Klappe"), ("house", "Haus")]


def test_columns_that_are_called_by_languages(write: Write, tmp_path: Path) -> None:
    languages = ("it", "en")
    table = write("a.tsv", "id\tEnglish\tde\tit-IT\n1\tlid\tDeckel\tcoperchio\n")
    assert pairs(DataConfig(train=str(table), languages=languages)) == [("coperchio", "lid")]
    records = write("a.jsonl", json.dumps({"text": {"en": "lid", "de": "Deckel", "it": "coperchio"}}) + "\n")
    assert pairs(DataConfig(train=str(records), languages=languages)) == [("coperchio", "lid")]
    write("pair/train.en", "lid\n")
    write("pair/train.it", "coperchio\n")
    assert pairs(DataConfig(path=str(tmp_path / "pair"), languages=languages)) == [("coperchio", "lid")]
    with pytest.raises(DataError) as caught:
        pairs(DataConfig(train=str(table), languages=("fr", "en")))
    assert caught.value.code == "data.no-language"


def test_languages_say_nothing_of_columns_without_names(write: Write) -> None:
    assert pairs(DataConfig(train=str(write("a.tsv", "lid\tDeckel\n")), languages=("en", "de"))) == [("lid", "Deckel")]


def test_nothing_that_is_translated(write: Write) -> None:
    catalogue = PO.format(language="de", word="")
    with pytest.raises(DataError, match=r"messages without a translation \(2: .*a\.po:\d+, .*a\.po:\d+\)") as caught:
        pairs(DataConfig(train=str(write("a.po", catalogue))))
    assert caught.value.code == "data.empty-file"


def test_positions_are_lines(write: Write) -> None:
    path = write("a.tmx", memory({"en": "a", "de": "b"}, {"en": "a", "de": "b\u2028c"}))
    with pytest.raises(DataError, match=r"a\.tmx:3: .*LINE SEPARATOR"):
        read_pairs(path)


def test_tables_of_workbooks(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["What this is about"])
    sheet = book.create_sheet("Pairs")
    for row in (["No", "German", "English"], [1, "Deckel", "lid"], [2, "zwei\nZeilen", "two lines"], [3, "Rest"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    bad = BadRows()
    config = infer_columns([str(tmp_path / "a.xlsx")], given={"source": "en", "target": "de"})
    assert config.columns == ColumnsConfig(source="English", target="German")
    assert pairs(config, bad) == [("lid", "Deckel"), ("two lines", "zwei Zeilen"), ("", "Rest")]
    assert any("Pairs" in note for note in bad.notes())
    assert pairs(DataConfig(train=str(tmp_path / "a.xlsx"), languages=("de", "en")))[0] == ("Deckel", "lid")
