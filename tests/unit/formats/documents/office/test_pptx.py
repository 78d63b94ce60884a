from collections.abc import Callable

import pytest
from support.packages import FIXTURES, members, open_xml

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.pptx import read_pptx
from seq2seq.formats.segment import Document

MAIN = ("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", "<a/>")
SLIDE = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"


def test_a_presentation_of_libreoffice(
    contents: Callable[[Document], list[str]],
    unchanged: Callable[[Document], bytes],
    reverse: Callable[[Document], bytes],
) -> None:
    data = (FIXTURES / "slides.pptx").read_bytes()
    document = read_pptx(data, "slides.pptx")
    texts = contents(document)
    assert (texts[0], texts[-1], len(texts)) == ("How we clean the machine", "Show the brush here.", 4)
    assert '<a:hlinkClick r:id="rId1"/>' in texts[2]
    assert unchanged(document) == data
    changed = reverse(document)
    before, after = members(data), members(changed)
    assert [name for name in before if before[name] != after[name]] == [
        "ppt/notesSlides/notesSlide1.xml", "ppt/slides/slide1.xml",
    ]  # fmt: skip
    assert contents(read_pptx(reverse(read_pptx(changed, "a")), "a")) == texts


def test_runs_that_differ_in_language_alone_are_one_stretch(contents: Callable[[Document], list[str]]) -> None:
    runs = '<a:r><a:rPr lang="en-US" dirty="0"/><a:t>A sunny </a:t></a:r><a:r><a:rPr lang="de-DE"/><a:t>day</a:t></a:r>'
    slide = f'<p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p>{runs}<a:endParaRPr/></a:p></p>'
    document = read_pptx(open_xml({"ppt/presentation.xml": MAIN, "ppt/slides/slide1.xml": (SLIDE, slide)}), "a.pptx")
    assert contents(document) == ["A sunny day"]


def test_slides_are_in_the_order_of_their_numbers(contents: Callable[[Document], list[str]]) -> None:
    def slide(words: str) -> tuple[str, str]:
        paragraph = f"<a:p><a:r><a:t>{words}</a:t></a:r></a:p>"
        return SLIDE, f'<p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{paragraph}</p>'

    slides = {f"ppt/slides/slide{number}.xml": slide(name) for number, name in ((10, "ten"), (2, "two"), (1, "one"))}
    assert contents(read_pptx(open_xml({"ppt/presentation.xml": MAIN, **slides}), "a.pptx")) == ["one", "two", "ten"]


def test_a_presentation_without_slides(contents: Callable[[Document], list[str]]) -> None:
    assert contents(read_pptx(open_xml({"ppt/presentation.xml": MAIN}), "a.pptx")) == []


def test_a_document_of_another_kind_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_pptx((FIXTURES / "manual.docx").read_bytes(), "manual.docx")
    assert caught.value.code == "data.package-part-missing"
