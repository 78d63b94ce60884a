import re
from collections.abc import Callable

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import DataError
from seq2seq.formats.documents.po import read_po
from seq2seq.formats.segment import Document, Target

Contents = Callable[[Document], list[str]]
Bytes = Callable[[Document], bytes]

HEADER = r"""# Messages of a coffee machine.
msgid ""
msgstr ""
"Language: de\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
CATALOGUE = (
    HEADER
    + r"""#. shown at the start
#: main.c:12
#, c-format
msgctxt "menu"
msgid "Add %d cups of \"water\""
msgstr ""

msgid "Ready"
msgstr "Bereit"

#, fuzzy
#| msgid "Old"
msgid "New"
msgstr "Alt"

#| msgid "Stopped"
msgid "Stop"
msgstr ""
msgid ""
"Wait for the light.\n"
"Then press the red button, and do not touch\tthe hot plate with your hands.\n"
msgstr ""

msgid "%d cup"
msgid_plural "%d cups"
msgstr[0] ""
msgstr[1] ""

#~ msgid "Gone"
#~ msgstr "Weg"

# a last comment
"""
)


def read(text: str) -> Document:
    return read_po(text.encode(), "de.po")


def test_messages_without_a_translation_are_segments(contents: Contents) -> None:
    document = read(CATALOGUE)
    assert contents(document) == [
        'Add %d cups of "water"',
        "Stop",
        "Wait for the light.",
        "Then press the red button, and do not touch",
        "the hot plate with your hands.",
        "%d cup",
        "%d cups",
    ]
    assert [segment.line for segment in document.segments] == [12, 24, 26, 26, 26, 31, 32]
    assert document.complete == 2


def test_what_is_filled_in_is_fuzzy_and_all_else_stays(reverse: Bytes) -> None:
    written = reverse(read(CATALOGUE)).decode()
    changes = (
        ('#, c-format\nmsgctxt "menu"', '#, fuzzy, c-format\nmsgctxt "menu"'),
        ('\\"water\\""\nmsgstr ""', '\\"water\\""\nmsgstr "ddA %d spuc fo \\"retaw\\""'),
        ('#| msgid "Stopped"\nmsgid "Stop"\nmsgstr ""', '#, fuzzy\n#| msgid "Stopped"\nmsgid "Stop"\nmsgstr "potS"'),
        ('\nmsgid ""\n"Wait', '\n#, fuzzy\nmsgid ""\n"Wait'),
        (
            'with your hands.\\n"\nmsgstr ""',
            'with your hands.\\n"\nmsgstr ""\n"tiaW rof eht thgil.\\n"\n'
            '"nehT sserp eht der nottub, dna od ton hcuot\\teht toh etalp htiw ruoy sdnah.\\n"',
        ),
        ('msgid "%d cup"', '#, fuzzy\nmsgid "%d cup"'),
        ('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%d puc"\nmsgstr[1] "%d spuc"'),
    )
    expected = CATALOGUE
    for old, new in changes:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert written == expected
    assert read(written).segments == []
    assert read(written).complete == 6


def test_a_translation_that_equals_its_message_is_filled_in_as_it_is_spelled(unchanged: Bytes) -> None:
    written = unchanged(read(CATALOGUE)).decode()
    entries = polib.pofile(written)
    assert [entry.msgstr for entry in entries if entry.fuzzy and not entry.msgid_plural and entry.msgid != "New"] == [
        entry.msgid for entry in polib.pofile(CATALOGUE) if not entry.msgstr and not entry.msgid_plural
    ]
    assert written.count('"Then press the red button, and do not touch\\tthe hot plate with your hands.\\n"') == 2


def test_a_complete_catalogue_stays(unchanged: Bytes) -> None:
    text = HEADER.replace("de", "") + 'msgid "Ready"\nmsgstr "Bereit"'
    assert unchanged(read_po(text.encode(), "de.po", language="de")) == text.encode()


def test_messages_without_words_are_copied(contents: Contents, unchanged: Bytes) -> None:
    document = read(HEADER + 'msgid "100 %"\nmsgstr ""\n')
    assert contents(document) == []
    assert unchanged(document).decode() == HEADER + '#, fuzzy\nmsgid "100 %"\nmsgstr "100 %"\n'


@pytest.mark.parametrize(
    ("forms", "expected"), [(1, ["%d cups"]), (2, ["%d cup", "%d cups"]), (3, ["%d cup", "%d cups", "%d cups"])]
)
def test_plural_forms_are_those_of_the_language(forms: int, expected: list[str], unchanged: Bytes) -> None:
    head = HEADER.replace("nplurals=2", f"nplurals={forms}")
    document = read(head + 'msgid "%d cup"\nmsgid_plural "%d cups"\nmsgstr[0] ""\n\nmsgid "Stop"\nmsgstr ""\n')
    written = unchanged(document).decode()
    entry, other = polib.pofile(written)
    assert [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] == expected
    assert other.msgstr == "Stop"
    assert ("# seq2seq: several plural forms" in written) == (forms > 2)


def test_plural_forms_that_are_there_stay(contents: Contents, reverse: Bytes) -> None:
    text = HEADER + 'msgid "%d cup"\nmsgid_plural "%d cups"\nmsgstr[0] "%d Tasse"\nmsgstr[1] ""\n'
    document = read(text)
    assert contents(document) == ["%d cups"]
    assert 'msgstr[0] "%d Tasse"\nmsgstr[1] "%d spuc"\n' in reverse(document).decode()


def test_a_template_gets_a_language_and_a_character_set() -> None:
    head = HEADER.replace("UTF-8", "CHARSET").replace("Language: de", "Language: ")
    document = read_po(f'{head}msgid "Stop"\nmsgstr ""\n'.encode(), "a.pot", language="de")
    written = document.write([Target(("Füße",))]).decode()
    assert written == f'{HEADER}#, fuzzy\nmsgid "Stop"\nmsgstr "Füße"\n'


def test_a_flag_is_a_comment() -> None:
    document = read(f'{HEADER}#: a.c\nmsgid "Stop"\nmsgstr ""')
    written = document.write([Target(("Halt",), "a placeholder\nis missing")]).decode()
    assert written == f'{HEADER}# seq2seq: a placeholder is missing\n#: a.c\n#, fuzzy\nmsgid "Stop"\nmsgstr "Halt"\n'


def test_line_ends_and_character_set_stay() -> None:
    text = (HEADER.replace("UTF-8", "ISO-8859-15") + 'msgid "one\\n"\n"two"\nmsgstr ""\n').replace("\n", "\r\n")
    document = read_po(text.encode("iso-8859-15"), "de.po")
    written = document.write([Target(("für €",)) for _ in document.segments])
    assert written.decode("iso-8859-15").endswith('#, fuzzy\r\nmsgid "one\\n"\r\n"two"\r\nmsgstr "für €"\r\n')
    with pytest.raises(DataError) as caught:
        document.write([Target(("→",)) for _ in document.segments])
    assert caught.value.code == "data.character-not-encodable"


def test_long_lines_are_wrapped_if_the_others_are() -> None:
    words = "word " * 40
    (wrapped,) = polib.pofile(read(f'{HEADER}msgid "a"\nmsgstr ""\n').write([Target((words,))]).decode())
    assert wrapped.msgstr == words
    lines = read(f'{HEADER}msgid "a"\nmsgstr ""\n').write([Target((words,))]).decode().splitlines()
    assert 70 < max(map(len, lines)) <= 79
    text = f'{HEADER}msgid "{words}end"\nmsgstr ""\n'
    assert f'msgstr "{words * 2}"\n' in read(text).write([Target((words * 2,))]).decode()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\x1c\x1d\x1e\x85\u2028\u2029"))))
def test_what_is_written_is_what_polib_reads(texts: list[str]) -> None:
    document = read(HEADER + "".join(f'msgid "a{number}"\nmsgstr ""\n\n' for number in range(len(texts))))
    targets = [Target((text,)) for text in texts]
    entries = polib.pofile(document.write(targets).decode())
    assert [entry.msgstr for entry in entries] == texts


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\n', 8),
        ('msgid "a"\nmsgid "b"\nmsgstr ""\n', 8),
        ('msgid "a\nmsgstr ""\n', 8),
        ('msgstr ""\n', 8),
        ('msgid "a"\nmsgstr ""\nmsgid_plural "b"\n', 10),
        ('"a"\n', 8),
        ("<html>\n", 8),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr "a" b\n', 10),
        ('msgctxt "a"\nmsgctxt "b"\n', 9),
    ],
)
def test_damaged_catalogues(text: str, line: int) -> None:
    with pytest.raises(DataError) as caught:
        read(HEADER + text)
    assert caught.value.code == "data.po-damaged"
    assert str(caught.value).startswith(f"de.po:{line}: ")


def test_another_character_set_than_declared() -> None:
    with pytest.raises(DataError) as caught:
        read_po((HEADER + 'msgid "für"\nmsgstr ""').encode("latin-1"), "de.po")
    assert caught.value.code == "data.wrong-encoding"
    assert re.match(r"de\.po:8: ", str(caught.value))


def test_plural_forms_have_one_digit() -> None:
    """As `nplurals` has; else an entry of one line would ask for hundreds of translations."""
    entry = 'msgid "one"\nmsgid_plural "two"\nmsgstr[{}] ""\n'
    assert len(read_po(entry.format(9).encode(), "a.po").segments) == 2
    with pytest.raises(DataError) as caught:
        read_po(entry.format(10).encode(), "a.po")
    assert caught.value.code == "data.po-damaged"


def test_plural_forms_need_a_plural() -> None:
    with pytest.raises(DataError) as caught:
        read_po(b'msgid "one"\nmsgstr[1] ""\n', "a.po")
    assert caught.value.code == "data.po-damaged"
