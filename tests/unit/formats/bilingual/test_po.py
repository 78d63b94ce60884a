"""Messages of a catalogue become pairs, with the line of each; what is not translated is counted."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq.errors import DataError
from seq2seq.formats.bilingual.po import PO
from seq2seq.formats.bilingual.reader import Languages, LeftOut

Write = Callable[[str, str | bytes], Path]
HEAD = 'msgid ""\nmsgstr ""\n"Language: de_AT\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
"""Five lines: what follows begins on line 6."""


def read(path: Path, source: str = "", target: str = "de") -> tuple[list[tuple[int, str, str]], LeftOut]:
    left_out = LeftOut()
    return list(PO.read(path, source, target, left_out)), left_out


def test_messages_with_their_lines(write: Write) -> None:
    path = write(
        "a.po", HEAD + 'msgid "Close"\nmsgstr "Zu"\n\n#: a.c:1\nmsgctxt "menu"\nmsgid ""\n"Open "\n"it"\nmsgstr "Auf"\n'
    )
    assert read(path) == ([(6, "Close", "Zu"), (9, "Open it", "Auf")], LeftOut())
    assert read(path, "de", "en")[0] == [(6, "Zu", "Close"), (9, "Auf", "Open it")]


def test_languages_by_the_header_or_the_name(write: Write) -> None:
    assert PO.languages(write("a.po", HEAD)) == Languages(("", "de_AT"), "")
    header = HEAD.replace("Language: de_AT", "X-Source-Language: en\\nLanguage: fr")
    assert PO.languages(write("a.po", header)) == Languages(("en", "fr"), "en")
    assert PO.languages(write("pt_BR.po", 'msgid "a"\nmsgstr "b"\n')).tags == ("", "pt-br")
    assert PO.languages(write("b.po", "")).tags == ("", "")


def test_a_catalogue_in_another_language_is_left_out(write: Write) -> None:
    pairs, left_out = read(write("a.po", HEAD + 'msgid "a"\nmsgstr "b"\n'), "en", "fr")
    assert pairs == []
    assert left_out.total() == 1
    assert "a.po:6)" in str(left_out)


def test_plurals_are_rows(write: Write) -> None:
    plural = 'msgid "%d file"\nmsgid_plural "%d files"\n'
    forms = 'msgstr[0] "%d plik"\nmsgstr[1] "%d pliki"\nmsgstr[2] "%d plików"\n'
    assert [pair[1:] for pair in read(write("a.po", HEAD + plural + forms))[0]] == [
        ("%d file", "%d plik"),
        ("%d files", "%d pliki"),
        ("%d files", "%d plików"),
    ]
    one = read(write("b.po", HEAD + plural + 'msgstr[0] "%d"\n'))[0]
    assert [pair[1:] for pair in one] == [("%d file", "%d"), ("%d files", "%d")]


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "a"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "a"\nmsgstr "b"\n',
        '#, c-format, fuzzy\n#| msgid "x"\nmsgid "a"\nmsgstr "b"\n',
        '#~ msgid "a"\n#~ msgstr "b"\n',
    ],
)
def test_what_is_no_translation_is_counted(write: Write, entry: str) -> None:
    pairs, left_out = read(write("a.po", HEAD + entry))
    assert pairs == []
    assert left_out.total() == 1


def test_escapes(write: Write) -> None:
    entry = 'msgid "Press \\"start\\"\\t\\\\ and\\nwait.\\n"\nmsgstr "ü"\n'
    assert read(write("a.po", HEAD + entry))[0] == [(6, 'Press "start"\t\\ and wait.', "ü")]


def test_the_declared_charset_is_read(write: Write) -> None:
    content = HEAD.replace("UTF-8", "ISO-8859-1") + 'msgid "lid"\nmsgstr "Schloß"\n'
    assert read(write("a.po", content.encode("latin-1")))[0] == [(6, "lid", "Schloß")]
    assert read(write("b.po", content.replace("ISO-8859-1", "UTF-16").encode("utf-16")))[0] == [(6, "lid", "Schloß")]
    assert read(write("c.po.gz", gzip.compress(content.encode("latin-1"))))[0] == [(6, "lid", "Schloß")]
    assert read(write("d.po", HEAD.replace("\n", "\r\n").encode("utf-8-sig") + b'msgid "a"\r\nmsgstr "b"\r\n'))[0]


def test_lines_are_right_beyond_the_first_chunk(write: Write) -> None:
    entries = "".join(f'#: x.c:{n}\nmsgid "m{n}"\nmsgstr "t{n}"\n\n' for n in range(3000))
    pairs = read(write("a.po", HEAD + entries))[0]
    assert len(pairs) == 3000
    assert all(line == 6 + 4 * number for number, (line, *_) in enumerate(pairs))


@pytest.mark.parametrize(
    ("entry", "code", "line"),
    [
        ('msgid "a\nmsgstr "b"\n', "data.po-damaged", 6),
        ('msgid "a"b"\nmsgstr "b"\n', "data.po-damaged", 6),
        ('msgid "a"\nwhatever\n', "data.po-damaged", 7),
        ('msgid "a"\nmsgfoo "b"\n', "data.po-damaged", 7),
        ('msgstr "b"\n', "data.po-damaged", 6),
        ('msgid "ü"\n'.encode("latin-1"), "data.not-in-charset", 6),
    ],
)
def test_malformed_catalogues(write: Write, entry: str | bytes, code: str, line: int) -> None:
    path = write("a.po", HEAD.encode() + (entry.encode() if isinstance(entry, str) else entry))
    with pytest.raises(DataError) as caught:
        read(path)
    assert caught.value.code == code
    assert f"a.po:{line}:" in str(caught.value)


def test_an_unknown_charset(write: Write) -> None:
    with pytest.raises(DataError, match="'no-such'") as caught:
        read(write("a.po", HEAD.replace("UTF-8", "no-such")))
    assert caught.value.code == "data.po-damaged"


@pytest.mark.parametrize("filler", ['"long text"\n' * 400_000, '"' + "long text" * 500_000])
def test_what_does_not_end_is_not_held_in_memory(write: Write, filler: str) -> None:
    with pytest.raises(DataError) as caught:
        read(write("a.po", HEAD + 'msgid ""\n' + filler))
    assert caught.value.code == "data.po-damaged"
