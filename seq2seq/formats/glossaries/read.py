"""Glossaries from files, by their endings."""

from pathlib import Path

from seq2seq.errors import DataError
from seq2seq.formats.glossaries.glossary import Glossary
from seq2seq.formats.glossaries.table import read_table
from seq2seq.formats.glossaries.tbx import read_tbx


def read_glossary(path: Path, languages: tuple[str, str] = ("", "")) -> Glossary:
    """Read a glossary: TSV, CSV (``.csv``) or TBX (``.tbx``, ``.xml``); compressed ones, too.

    Args:
        path: the file.
        languages: of sources and targets, as :func:`seq2seq.formats.languages.covers` compares them; empty strings if
            they are not known. They choose among the languages of the file, if it names some.

    Raises:
        DataError: it cannot be read, or has no terms in these languages; names file and line.
    """
    terms = read_tbx(path, languages) if {".tbx", ".xml"} & set(path.suffixes[-2:]) else read_table(path, languages)
    if not terms:
        raise DataError(f"{path}: no terms: the glossary is empty.", code="glossary.empty")
    return Glossary.collect(str(path), terms)
