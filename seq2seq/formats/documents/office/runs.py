"""Reads the pieces of a paragraph of runs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from seq2seq.formats.documents.office.descriptions import DESCRIBED
from seq2seq.formats.documents.office.dialect import Dialect, Format, RunPiece, Spelling
from seq2seq.formats.pieces import TAB
from seq2seq.formats.segment import Code, Part
from seq2seq.formats.xml_tree import Element

_BARE = Format("", "", bare=True)


def _last_edit(children: Sequence[Element]) -> set[Element]:
    """The empty bookmark with which Word remembers where the document was edited."""
    for start, end in pairwise(children):
        if (start.name, start.attributes.get("name"), end.name) == ("w:bookmarkStart", "_GoBack", "w:bookmarkEnd"):
            return {start, end} if start.attributes.get("id") == end.attributes.get("id") else set()
    return set()


class RunReader:
    """Reads the pieces of a paragraph.

    Attributes:
        inner: paragraphs within its codes.
    """

    def __init__(self, text: str, dialect: Dialect, spelling: Spelling) -> None:
        self.inner: list[Element] = []
        self._text = text
        self._dialect = dialect
        self._spelling = spelling
        self._words = {dialect.text, *dialect.characters, *dialect.annotated}

    def read(self, element: Element) -> list[RunPiece]:
        """Pieces of a paragraph, or of an element around runs."""
        pieces: list[RunPiece] = []
        children = list(element.elements())
        hints = _last_edit(children)
        for child in children:
            if child.name in self._dialect.frame:
                continue
            if child.name not in self._dialect.hints and child not in hints:
                pieces += self._child(child)
            elif pieces and pieces[-1].format and pieces[-1].after is None:  # vanishes with the text before it
                pieces[-1] = replace(pieces[-1], end=child.end)
        return pieces

    def _child(self, child: Element) -> Iterator[RunPiece]:
        if child.name == self._dialect.run:
            yield from self._run(child)
        elif child.name == self._dialect.text:
            yield RunPiece(self._dialect.words(child), child.start, child.end, format=_BARE)
        elif child.name in self._dialect.containers:
            yield from self._container(child)
        else:
            yield self._whole(child)

    def _container(self, element: Element) -> Iterator[RunPiece]:
        inner = element.first("w:sdtContent") or element
        children = [child for child in inner.elements() if not child.name.endswith("Pr")]
        if not children:
            yield self._whole(element)
            return
        name, body = element.name.rpartition(":")[2], children[0].start
        yield RunPiece(Code(self._text[element.start : body], Part.OPEN, name), element.start, body)
        yield from self.read(inner)
        yield RunPiece(Code(self._text[inner.tail : element.end], Part.CLOSE, name), inner.tail, element.end)

    def _run(self, run: Element) -> Iterator[RunPiece]:
        properties = run.first(self._dialect.properties)
        if properties is not None and any(properties.outermost(self._dialect.run)):  # no program writes that
            yield self._whole(run)
            return
        look = self._spelling.format(self._text[properties.start : properties.end] if properties else "")
        children = [child for child in run.elements() if child is not properties]
        for child in children:
            if child.name in self._dialect.hints:
                continue
            if child.name in self._words:
                first, last = child is children[0], child is children[-1]
                yield RunPiece(
                    self._dialect.words(child),
                    run.start if first else child.start,
                    run.end if last else child.end,
                    before=None if first else look,
                    after=None if last else look,
                    format=look,
                )
            else:
                yield self._code(child, look)

    def _code(self, element: Element, look: Format) -> RunPiece:
        """A code within a run: it takes the run with it."""
        whole = self._whole(element)
        assert isinstance(whole.value, Code)
        code = replace(whole.value, data=self._spelling.run(look, whole.value.data))
        mark = ""
        if element.name == self._dialect.fields:
            mark = element.attributes.get("fldCharType", "")
        elif element.name == self._dialect.instruction:
            mark = f"={element.text()}"
        return replace(whole, value=code, before=look, after=look, mark=mark)

    def _whole(self, element: Element) -> RunPiece:
        inner = list(element.outermost(*self._dialect.paragraphs))
        self.inner += inner
        holds = bool(inner) or DESCRIBED.search(self._text, element.start, element.end) is not None
        tab = element.name in self._dialect.tabs
        code = Code(
            self._text[element.start : element.end],
            name=TAB if tab else str(element.start) if holds else "",
            breaks=tab or element.name in self._dialect.breaks,
        )
        return RunPiece(code, element.start, element.end, nested=holds)
