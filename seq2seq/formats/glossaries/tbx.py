"""TBX glossaries: version 2 (ISO 30042:2008, `martif`) and version 3 (ISO 30042:2019, `tbx`), in both of its styles.

`termEntry` or `conceptEntry` (a concept) > `langSet` or `langSec` (a language) > `tig`, `ntig` or `termSec` > `term`.
A term's status is a `termNote` of the type `administrativeStatus` (DCA), or an element of that name (DCT).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seq2seq.files.opening import open_bytes
from seq2seq.formats.glossaries.glossary import Term
from seq2seq.formats.glossaries.table import no_languages
from seq2seq.formats.languages import covers, find_language
from seq2seq.formats.xml import DEEPEST, create_parser, parse, too_deep

_CONCEPTS: Final = ("termEntry", "conceptEntry")
_LANGUAGES: Final = ("langSet", "langSec")
_TERMS: Final = ("tig", "ntig", "termSec")
_STATUS: Final = "administrativeStatus"
_AVOIDED: Final = ("deprecated", "superseded", "obsolete")
"""Beginnings of the statuses of terms that are not written any more."""
_PREFERRED: Final = "preferred"


@dataclass(slots=True)
class _Word:
    """A term in one language."""

    text: str = ""
    status: str = ""


@dataclass(slots=True)
class _Concept:
    """A concept, with the terms of each language."""

    line: int
    languages: dict[str, list[_Word]] = field(default_factory=dict)

    def words(self, language: str) -> list[_Word]:
        """The terms in a language, preferred ones first."""
        found = [word for tag, words in self.languages.items() if covers(language, tag) for word in words if word.text]
        return sorted(found, key=lambda word: not word.status.startswith(_PREFERRED))


def read_tbx(path: Path, languages: tuple[str, str]) -> list[Term]:
    """Read TBX: every term of the source language, with those of the target language that are not deprecated.

    See :func:`seq2seq.formats.glossaries.read.read_glossary`.
    """
    concepts = _read(path)
    tags = list(dict.fromkeys(tag for concept in concepts for tag in concept.languages))
    source, target = (wanted and find_language(tags, wanted) for wanted in languages)
    if concepts and not (source and target):
        raise no_languages(str(path), tags, languages)
    terms = []
    for concept in concepts:
        targets = [word.text for word in concept.words(target or "") if not word.status.startswith(_AVOIDED)]
        if targets:
            translations = tuple(dict.fromkeys(targets))  # one for all terms of the concept
            terms += [Term(word.text, translations, concept.line) for word in concept.words(source or "")]
    return terms


def _read(path: Path) -> list[_Concept]:
    where = str(path)
    parser = create_parser(where)
    concepts: list[_Concept] = []
    depth = 0
    words: list[_Word] = []
    text: list[str] | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, words, text
        depth += 1
        if depth > DEEPEST:
            raise too_deep(parser, where)
        name = name.rpartition(":")[2]
        if name in _CONCEPTS:
            concepts.append(_Concept(parser.CurrentLineNumber))
        elif name in _LANGUAGES and concepts:
            tag = attributes.get("xml:lang") or attributes.get("lang") or ""
            words = concepts[-1].languages.setdefault(tag, [])
        elif name in _TERMS:
            words.append(_Word())
        elif name == "term" or _STATUS in (name, attributes.get("type")):
            text = []

    def characters(data: str) -> None:
        if text is not None:
            text.append(data)

    def end(name: str) -> None:
        nonlocal depth, text
        depth -= 1
        name = name.rpartition(":")[2]
        if text is not None and words and name in ("term", "termNote", _STATUS):
            found = " ".join("".join(text).split())
            if name == "term":
                words[-1].text = found
            else:
                words[-1].status = found.casefold()
            text = None

    parser.StartElementHandler = start
    parser.CharacterDataHandler = characters
    parser.EndElementHandler = end
    with open_bytes(path) as file:
        for _ in parse(parser, file, where):
            pass
    return concepts
