"""A document of our own in every format, with language and what is none."""

from pathlib import Path
from typing import Any

_FIXTURES = Path(__file__).parents[1] / "fixtures" / "documents"
_XLIFF = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
 <file original="app" source-language="en" datatype="plaintext"><body>
  <trans-unit id="1"><source>Open the <g id="b">red</g> door &amp; wait.</source></trans-unit>
  <trans-unit id="2"><source>Closed.</source><target state="final">Zu.</target></trans-unit>
  <trans-unit id="3"><source>{0} of <x id="n"/> lamps. They are dim.</source></trans-unit>
 </body></file>
</xliff>
"""
_PO = r"""# Our own.
msgid ""
msgstr ""
"Language: de\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: lamp.c:3
#, c-format
msgid "%d lamp is on.\n"
msgid_plural "%d lamps are on.\n"
msgstr[0] ""
msgstr[1] ""

msgid "The lamp"
msgstr "Die Lampe"

msgid "Turn it off?"
msgstr ""
"""
_MARKDOWN = """---
title: lamps
---
# The old lamps

A *bright* lamp, see [the list](https://example.org/list "All lamps") and `lamp --on`.
It has been
mended twice.

- one **small** lamp
- two lamps

| room | lamps |
|------|-------|
| hall | three big ones |

```
lamp --off
```
"""
_HTML = """<!DOCTYPE html>
<html lang="en"><head><title>Our lamps</title><script>let lamp = "on";</script></head>
<body class="x"><!-- a note -->
<h1>The lamps</h1>
<p>A <b>bright <i>old</i></b> lamp &amp; a <a href="/new" title="The new lamp">new one</a>.<br>It is lit.
<p>Type <code>lamp --on</code> now! <img src=l.png alt="A lamp"></body></html>
"""
_SRT = """1
00:00:01,000 --> 00:00:03,500
The lamp is <i>very</i> old.

2
00:00:04,000 --> 00:00:06,000
- Is it?
- Yes. It is.
"""
_VTT = """WEBVTT

NOTE a remark

first
00:01.000 --> 00:03.500 align:start
<v Anna>The lamp is <b>very</b> old.

00:04.000 --> 00:06.000
Is it really?
"""

_ANDROID = """<?xml version="1.0" encoding="utf-8"?>
<resources xmlns:xliff="urn:oasis:names:tc:xliff:document:1.2">
    <string name="app" translatable="false">Lamps</string>
    <string name="on">The <b>old</b> lamp isn\\'t on. Turn it off, <xliff:g id="name">%1$s</xliff:g>!</string>
    <plurals name="n"><item quantity="one">One lamp</item><item quantity="other">%d lamps &amp; more</item></plurals>
</resources>
"""

TEXTS: dict[str, str] = {
    "text": "The lamp is on. It is {0} years old.\n\n  - Turn it off!\n12:30\nVisit https://example.org/lamp now.\n",
    "wrapped": "The old lamp is on, and it has been\non since Monday. Turn it off.\n\n> A second\n> paragraph.\n",
    "markdown": _MARKDOWN,
    "html": _HTML,
    "srt": _SRT,
    "vtt": _VTT,
    "po": _PO,
    "xliff": _XLIFF,
    "csv": 'key,English,n\na1,"A lamp, on the ""table"".",3\na2,Two lamps. They are on.,4\n',
    "tsv": "key\tEnglish\na1\tA lamp is on the table.\na2\t%s lamps are on.\n",
    "json": '{"title": "The lamps", "n": 3, "list": [{"text": "A \\u00e4lt lamp: {name}.", "@id": "lamp one"}]}\n',
    "jsonl": '{"text": "The lamp is on."}\n{"text": "It is off. Really."}\n',
    "properties": "# lamps\nlamp.on = The lamp is on.\nlamp.count: {0} lamps \\\n   are on\nlamp.key=value\n",
    "strings": '/* Lamps */\n"on" = "The \\"old\\" lamp is on.\\nTurn it off: %@";\n"off"="It is off. Really.";\n',
    "android": _ANDROID,
}
"""Text formats: content of a file."""
PACKAGES: dict[str, str] = {"docx": "manual.docx", "odt": "manual.odt", "pptx": "slides.pptx", "xlsx": "stock.xlsx"}
"""Packages: files that LibreOffice wrote."""
OPTIONS: dict[str, dict[str, Any]] = {"csv": {"column": "English"}, "tsv": {"column": "English"}}
"""Options that a format needs."""


def sample(name: str) -> bytes:
    """The content of a document in a format."""
    return TEXTS[name].encode() if name in TEXTS else (_FIXTURES / PACKAGES[name]).read_bytes()
