"""Writers of bilingual files, for tests: each gives the content of a file in one format."""

import io
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

Pairs = Sequence[tuple[str, str]]


def tmx(pairs: Pairs) -> bytes:
    """A translation memory in English and German."""
    units = "".join(
        f'<tu><tuv xml:lang="en-GB"><seg>{escape(source)}</seg></tuv>\n'
        f'<tuv xml:lang="de-DE"><seg>{escape(target)}</seg></tuv></tu>\n'
        for source, target in pairs
    )
    return f'<tmx version="1.4"><header srclang="en-GB"/><body>\n{units}</body></tmx>\n'.encode()


def xliff(pairs: Pairs) -> bytes:
    """XLIFF 1.2."""
    units = "".join(
        f'<trans-unit id="{number}"><source>{escape(source)}</source><target>{escape(target)}</target></trans-unit>\n'
        for number, (source, target) in enumerate(pairs)
    )
    head = '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
    return f'{head}<file source-language="en" target-language="de"><body>{units}</body></file></xliff>\n'.encode()


def xliff_2(pairs: Pairs) -> bytes:
    """XLIFF 2.1."""
    texts = (f"<source>{escape(source)}</source><target>{escape(target)}</target>" for source, target in pairs)
    units = "".join(f'<unit id="u{number}"><segment>{text}</segment></unit>\n' for number, text in enumerate(texts))
    head = '<xliff version="2.1" srcLang="en" trgLang="de" xmlns="urn:oasis:names:tc:xliff:document:2.0">'
    return f'{head}<file id="f">{units}</file></xliff>\n'.encode()


def po(pairs: Pairs) -> bytes:
    """A catalogue, in which every third message has a context, and long ones go over several lines."""
    entries = ['msgid ""\nmsgstr ""\n"Language: de\\n"\n"X-Source-Language: en\\n"\n']
    for number, (source, target) in enumerate(pairs):
        context = f'msgctxt "menu {number}"\n' if number % 3 == 0 else ""
        entries.append(f"#: file.c:{number}\n{context}msgid {_quoted(source)}\nmsgstr {_quoted(target)}\n")
    return "\n".join(entries).encode()


def _quoted(text: str) -> str:
    for character, name in (("\\", "\\"), ('"', '"'), ("\n", "n"), ("\t", "t")):
        text = text.replace(character, f"\\{name}")
    words = text.split(" ")
    if len(words) < 4:
        return f'"{text}"'
    return f'""\n"{" ".join(words[:2])} "\n"{" ".join(words[2:])}"'


def xlsx(pairs: Pairs) -> bytes:
    """A workbook whose first row names the languages."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("English", "German"), *pairs):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WRITERS: dict[str, Callable[[Pairs], bytes]] = {
    "a.tmx": tmx,
    "a.xlf": xliff,
    "a.xliff": xliff_2,
    "a.po": po,
    "a.xlsx": xlsx,
}
"""By the name of a file."""
