"""Packages of office programs that tests make, and those that LibreOffice made (tests/fixtures/documents/make.sh)."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "fixtures" / "documents"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OPEN_DOCUMENT = ("office", "text", "style", "table", "draw")


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    """What an archive holds; its checksums are verified."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def open_xml(parts: Mapping[str, tuple[str, str]]) -> bytes:
    """An Office Open XML package: of each part its content type and its text."""
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _) in parts.items())
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'
    return zipped({"[Content_Types].xml": types, **{name: text for name, (_, text) in parts.items()}})


def docx(body: str, head: str = "") -> bytes:
    """A Word document with these paragraphs."""
    document = f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return open_xml({"word/document.xml": (WORD_TYPE, document)})


def odt(body: str, *, styles: str = "", mimetype: str = "application/vnd.oasis.opendocument.text") -> bytes:
    """An OpenDocument file with these automatic styles and paragraphs."""
    names = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in OPEN_DOCUMENT)
    content = (
        f"<office:document-content{names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body>{body}</office:body></office:document-content>"
    )
    return zipped({"mimetype": mimetype, "content.xml": content})


def xlsx(rows: str, strings: str = "", *, table: str = "") -> bytes:
    """A workbook with the rows of a sheet, its shared strings and the names of a table's columns."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
    sheet = f'<worksheet xmlns="{main}"><dimension ref="A1:B3"/><sheetData>{rows}</sheetData></worksheet>'
    return open_xml(
        {
            "xl/worksheets/sheet1.xml": (kind.format("worksheet"), sheet),
            "xl/sharedStrings.xml": (kind.format("sharedStrings"), f'<sst xmlns="{main}">{strings}</sst>'),
            "xl/tables/table1.xml": (kind.format("table"), f'<table xmlns="{main}">{table}</table>'),
        }
    )
