"""Documents of every format take the whole way: read, split, translated, put together, written."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from support.commands import run
from support.documents import OPTIONS, PACKAGES, TEXTS, sample
from support.fake_translator import FakeTranslator, change_words, reverse, same
from support.packages import members
from support.refused import refused

import seq2seq
from seq2seq.documents.open import DocumentOptions, read_document
from seq2seq.documents.report import Report
from seq2seq.files import opening
from seq2seq.formats.segment import Target
from seq2seq.registry import DOCUMENTS

FORMATS = sorted({*TEXTS, *PACKAGES})


def translate(format: str, model: FakeTranslator, folder: Path) -> tuple[bytes, Report]:
    file, output = folder / f"in.{format}", folder / f"out.{format}"
    file.write_bytes(sample(format))
    report = seq2seq.translate_file(model, file, output, format=format, **OPTIONS.get(format, {}))
    return output.read_bytes(), report


def expected(format: str, *, changed: bool) -> bytes:
    """The document with the words of its segments changed, without sentences and spans in between."""
    options = DocumentOptions(**OPTIONS.get(format, {}), language="de")
    document = read_document(sample(format), format, format, options)
    rule = reverse if changed else same
    return document.write([Target(change_words(segment.content, rule)) for segment in document.segments])


def test_every_format_has_a_sample() -> None:
    assert {*DOCUMENTS.names()} - {"lines"} == {*FORMATS}


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_words_give_the_same_document(format: str, tmp_path: Path) -> None:
    written, report = translate(format, FakeTranslator(same), tmp_path)
    if format in PACKAGES:
        assert members(written) == members(sample(format))
    else:
        assert written == (sample(format) if format not in ("po", "xliff") else expected(format, changed=False))
    assert report.segments > 0
    assert report.flagged == []


@pytest.mark.parametrize("format", FORMATS)
def test_words_change_and_nothing_else(format: str, tmp_path: Path) -> None:
    written, report = translate(format, FakeTranslator(reverse), tmp_path)
    wanted = expected(format, changed=True)
    if format in ("docx", "odt"):  # codes within a word are put around it
        assert texts(format, written) == [reverse_words(text) for text in texts(format, sample(format))]
        same_members = {name for name, part in members(written).items() if members(wanted)[name] == part}
        assert {*members(written)} - same_members <= {"word/document.xml", "content.xml"}
    elif format in PACKAGES:
        assert members(written) == members(wanted)
    else:
        assert written == wanted
    assert written != sample(format)
    assert report.flagged == []


def texts(format: str, data: bytes) -> list[str]:
    """The segments of a document, without codes."""
    document = read_document(data, format, format, DocumentOptions())
    return [
        "".join(part if isinstance(part, str) else " " * part.breaks for part in segment.content)
        for segment in document.segments
    ]


def reverse_words(text: str) -> str:
    return "".join(part for part in change_words((text,), reverse) if isinstance(part, str))


@pytest.mark.parametrize("format", FORMATS)
def test_flagged_segments_are_written_too(format: str, tmp_path: Path) -> None:
    """Without attention, in another order, half of the words lost: a whole document, and a report."""
    model = FakeTranslator(lambda word: word if len(word) % 2 else "", attention=False, backwards=True)
    written, _ = translate(format, model, tmp_path)
    read_document(written, "out", format, DocumentOptions(**OPTIONS.get(format, {})))


def test_a_text_of_many_windows(tmp_path: Path) -> None:
    lines = [f"The lamp {number} is on. It is old.\r\n" for number in range(5000)]
    (tmp_path / "in.txt").write_text("\ufeff" + "".join(lines).rstrip(), encoding="utf-8", newline="")
    seq2seq.translate_file(FakeTranslator(same), tmp_path / "in.txt", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_bytes() == (tmp_path / "in.txt").read_bytes()


def test_a_report(tmp_path: Path) -> None:
    memory = tmp_path / "memory.tmx"
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{source}</seg></tuv><tuv xml:lang="de"><seg>{target}</seg></tuv></tu>'
        for source, target in [("It is old.", "Sie ist alt."), ("The lamp is on the table.", "Die Lampe steht hier.")]
    )
    memory.write_text(f'<tmx version="1.4"><header srclang="en"/><body>{units}</body></tmx>')
    file = tmp_path / "in.txt"
    file.write_text("It is old. Nobody sits there.\nThe lamp is on a table.\nNobody sits there.\n")
    report = seq2seq.translate_file(
        FakeTranslator(reverse), file, tmp_path / "out.txt", memory=memory, memory_threshold=0.8
    )
    assert (
        tmp_path / "out.txt"
    ).read_text() == "Sie ist alt. ydoboN stis ereht.\nDie Lampe steht hier.\nydoboN stis ereht.\n"
    assert (report.segments, report.sentences, report.translated, report.repeats) == (3, 4, 1, 1)
    assert (report.exact, report.fuzzy) == (1, 1)
    report.write(tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    assert [(hit["line"], hit["similarity"] == 1, hit["memory_line"]) for hit in written["used"]] == [
        (1, True, 1),
        (2, False, 1),
    ]
    assert [(one["line"], [flag["code"] for flag in one["flags"]]) for one in written["flagged"]] == [
        (2, ["documents.fuzzy-match"])
    ]
    report.write(tmp_path / "report.txt")
    assert "line 2" in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_document_is_unpacked(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file, output = tmp_path / "page.html.gz", tmp_path / "page.html"
    file.write_bytes(pack(sample("html")))
    seq2seq.translate_file(FakeTranslator(same), file, output)
    assert output.read_bytes() == sample("html")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("format", sorted({*TEXTS}))
def test_the_encoding_and_its_mark_stay(format: str, encoding: str, tmp_path: Path) -> None:
    file, output = tmp_path / "in", tmp_path / "out"
    text = sample(format).decode().replace("UTF-8", encoding[:6]).replace("lamp", "Tür")
    marked = f"\ufeff{text}".encode(encoding)
    file.write_bytes(marked)
    seq2seq.translate_file(FakeTranslator(same), file, output, format=format, **OPTIONS.get(format, {}))
    if format in ("vtt", "json", "jsonl") and encoding != "utf-8":
        assert output.read_bytes() == text.encode()  # by their standards
    elif format in ("po", "xliff"):
        assert output.read_bytes().startswith(marked[:40])
        assert "Tür" in output.read_bytes().decode(encoding)
    else:
        assert output.read_bytes() == marked


def test_a_compressed_text_in_another_encoding(tmp_path: Path) -> None:
    lines = "".join(f"Die Tür {number} ist offen.\r\n" for number in range(3000))
    (tmp_path / "in.txt.gz").write_bytes(gzip.compress(f"\ufeff{lines}".encode("utf-16-be")))
    seq2seq.translate_file(FakeTranslator(same), tmp_path / "in.txt.gz", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_bytes() == f"\ufeff{lines}".encode("utf-16-be")


def test_languages_are_codes_or_names(tmp_path: Path) -> None:
    for option in ("--source-language", "--target-language"):
        done = run("translate", "nowhere", tmp_path / "a.html", option, "xx-nonsense!", code=2)
        assert option in done.stderr
        assert "'xx-nonsense!'" in done.stderr


def test_a_document_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_LARGEST", 1000)
    file = tmp_path / "page.html.gz"
    file.write_bytes(gzip.compress(b"<p>one</p>" * 1000))
    with refused("data.too-large", "page.html.gz"):
        seq2seq.translate_file(FakeTranslator(same), file, tmp_path / "out.html")
    file.write_bytes(gzip.compress(sample("html"))[:-9])
    with refused("data.damaged", "page.html.gz", "gzip"):
        seq2seq.translate_file(FakeTranslator(same), file, tmp_path / "out.html")
    assert not (tmp_path / "out.html").exists()


def test_a_catalogue_of_another_language_is_warned_of(tmp_path: Path, warned: list[str]) -> None:
    file = tmp_path / "a.po"
    file.write_text('msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "one dog"\nmsgstr ""\n', encoding="utf-8")
    for target, codes in (("de-AT", []), ("ru", ["data.other-language"])):
        seq2seq.translate_file(FakeTranslator(same), file, tmp_path / "out.po", target_language=target)
        assert warned == codes
