from collections.abc import Callable
from io import BytesIO

import pytest
from support.packages import FIXTURES, members, open_xml, xlsx

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.cells import column_index, column_name
from seq2seq.formats.documents.office.xlsx import read_xlsx
from seq2seq.formats.segment import Code, Document, Target

Contents = Callable[[Document], list[str]]
Bytes = Callable[[Document], bytes]

STRINGS = "<si><t>Name</t></si><si><t>red cup</t></si><si><t xml:space='preserve'> blue cup</t></si>"
ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Count</t></is></c></row>'
    '<row r="2"><c r="A2" s="4" t="s"><v>1</v></c><c r="B2"><v>12</v></c></row>'
    '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="C3" t="inlineStr"><is><t>blauer Becher</t></is></c></row>'
)


def sheet(data: bytes) -> str:
    return members(data)["xl/worksheets/sheet1.xml"].decode()


def test_a_workbook_of_libreoffice(contents: Contents, unchanged: Bytes, reverse: Bytes) -> None:
    data = (FIXTURES / "stock.xlsx").read_bytes()
    document = read_xlsx(data, "stock.xlsx")
    texts = contents(document)
    assert texts[:5] == ["Item", "Description", "Pieces", "Translation", "Cup"]
    assert texts[-1] == "Counted on the first of May\nby two people."
    assert unchanged(document) == data
    changed = reverse(document)
    before, after = members(data), members(changed)
    assert [name for name in before if before[name] != after[name]] == ["xl/sharedStrings.xml"]
    assert contents(read_xlsx(reverse(read_xlsx(changed, "a")), "a")) == texts


def test_openpyxl_reads_what_is_written(reverse: Bytes) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    document = read_xlsx((FIXTURES / "stock.xlsx").read_bytes(), "a", column="Description", target_column="New")
    for options in ({}, {"read_only": True}):
        rows = list(openpyxl.load_workbook(BytesIO(reverse(document)), **options)["Stock"].values)
        assert rows[0] == ("Item", "Description", "Pieces", "Translation", "New")
        assert rows[1][4] == "A etihw puc htiw a eldnah"
        assert rows[2][3:] == ("Papierfilter", "repaP sretlif & a redloh")


def test_rich_text_has_codes() -> None:
    bold = "<rPr><b/></rPr>"
    runs = f"<r><t>A </t></r><r>{bold}<t>red</t></r><r><t> cup</t></r>"
    document = read_xlsx(xlsx("", f"<si>{runs}</si>"), "a.xlsx")
    _, opening, _, closing, _ = document.segments[0].content
    assert isinstance(opening, Code)
    assert opening.data == f"<r>{bold}"
    written = members(document.write([Target((opening, "Rote", closing, " Tasse"))]))["xl/sharedStrings.xml"].decode()
    space = ' xml:space="preserve"'
    assert f"<si><r>{bold}<t{space}>Rote</t></r><r><t{space}> Tasse</t></r></si>" in written


def test_escaped_characters(contents: Contents) -> None:
    document = read_xlsx(xlsx("", "<si><t>one_x000D_\ntwo _x005F_x000D_ _x00E9_t_xD800_</t></si>"), "a.xlsx")
    assert contents(document) == ["one\ntwo _x000D_ ét_xD800_"]
    written = members(document.write([Target(("_x000D_ <é>",))]))["xl/sharedStrings.xml"].decode()
    assert ">_x005F_x000D_ &lt;é&gt;</t>" in written


def test_phonetic_text_vanishes_with_what_it_belongs_to() -> None:
    string = '<si><t>漢字</t><rPh sb="0" eb="2"><t>かんじ</t></rPh><phoneticPr fontId="1"/></si>'
    document = read_xlsx(xlsx("", string), "a.xlsx")
    assert document.segments[0].content == ("漢字",)
    written = members(document.write([Target(("kanji",))]))["xl/sharedStrings.xml"].decode()
    assert '<si><t xml:space="preserve">kanji</t><phoneticPr fontId="1"/></si>' in written


def test_names_of_columns_in_tables_stay(contents: Contents) -> None:
    table = '<tableColumns><tableColumn id="1" name="Name"/><tableColumn id="2" name="Count"/></tableColumns>'
    assert contents(read_xlsx(xlsx(ROWS, STRINGS, table=table), "a.xlsx")) == ["red cup", " blue cup", "blauer Becher"]


def test_a_column_in_place(contents: Contents, unchanged: Bytes) -> None:
    data = xlsx(ROWS, STRINGS)
    document = read_xlsx(data, "a.xlsx", column="name")
    assert contents(document) == ["red cup", " blue cup"]
    assert unchanged(document) == data
    written = document.write([Target(("rot",)), Target(document.segments[1].content)])
    assert sheet(written) == sheet(data).replace(
        '<c r="A2" s="4" t="s"><v>1</v></c>',
        '<c r="A2" s="4" t="inlineStr"><is><t xml:space="preserve">rot</t></is></c>',
    )


def test_into_another_column(unchanged: Bytes) -> None:
    data = xlsx(ROWS, STRINGS)
    document = read_xlsx(data, "a.xlsx", column=0, target_column=2)
    assert [segment.content for segment in document.segments] == [("Name",), ("red cup",)]
    assert document.complete == 1
    written = sheet(unchanged(document))
    assert '<c r="B2"><v>12</v></c><c r="C2" s="4" t="inlineStr"><is><t xml:space="preserve">red cup</t>' in written
    assert '<dimension ref="A1:C3"/>' in written


def test_a_column_is_added() -> None:
    document = read_xlsx(xlsx(ROWS, STRINGS), "a.xlsx", column="Name", target_column="German <de>")
    written = sheet(document.write([Target(("rot",)), Target(("blau",))]))
    assert '<is><t>Count</t></is></c><c r="C1" t="inlineStr"><is><t>German &lt;de&gt;</t></is></c></row>' in written
    assert '<v>12</v></c><c r="C2" s="4" t="inlineStr">' in written
    assert document.complete == 1


def test_formulas_and_numbers_stay(contents: Contents) -> None:
    rows = '<row><c t="str"><f>A2</f><v>word</v></c><c t="s"><v>9</v></c><c t="b"><v>1</v></c><c/></row>'
    assert contents(read_xlsx(xlsx(rows, STRINGS), "a.xlsx", column=0)) == []
    assert contents(read_xlsx(xlsx(rows, STRINGS), "a.xlsx", column=1)) == []


def test_comments_text_boxes_and_charts_of_a_workbook_of_openpyxl(contents: Contents, unchanged: Bytes) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("Item", "Count"), ("cup", 3), ("filter", 4)):
        sheet.append(row)
    sheet["A2"].comment = Comment("Count them again.", "Editor")
    chart = BarChart()
    chart.title = "Things in stock"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    file = BytesIO()
    book.save(file)
    document = read_xlsx(file.getvalue(), "a.xlsx")
    assert contents(document) == ["Item", "Count", "cup", "filter", "Count them again.", "Things in stock"]
    assert unchanged(document) == file.getvalue()
    written = members(document.write([Target(("x",)) for _ in document.segments]))
    assert written["xl/charts/chart1.xml"].count(b"<a:t>x</a:t>") == 1
    assert {*written} == {*members(file.getvalue())}
    assert contents(read_xlsx(file.getvalue(), "a.xlsx", column="Item")) == ["cup", "filter"]


@pytest.mark.parametrize("column", ["Price", 7])
def test_a_column_that_is_not_there(column: str | int) -> None:
    with pytest.raises(DataError) as caught:
        read_xlsx(xlsx(ROWS, STRINGS), "a.xlsx", column=column)
    assert caught.value.code == "data.no-column"
    assert "'Count', 'Name'" in str(caught.value)


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_names_of_columns(index: int, name: str) -> None:
    assert column_name(index) == name
    assert column_index(f"{name}12") == index


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (open_xml({"a.xml": ("text/xml", "<a/>")}), "data.package-part-missing"),
        (xlsx("<row>", STRINGS), None),
        (xlsx("<row><c t='inlineStr'><is><t>cut", STRINGS), "data.xml-damaged"),
        (xlsx(ROWS, "<si><t>cut"), "data.xml-damaged"),
        (xlsx("", "<si>" + "<r/>" * 200_001 + "</si>"), "data.xml-too-large"),
    ],
)  # fmt: skip
def test_damaged_files(data: bytes, code: str | None) -> None:
    with pytest.raises(DataError) as caught:
        read_xlsx(data, "a.xlsx")
    assert code in (None, caught.value.code)
