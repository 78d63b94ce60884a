"""Commands that make text or tables of other kinds of files: what advice gives to be copied into a shell.

``{file}`` and ``{stem}`` are replaced by the names of the file and of the result
(:func:`seq2seq.files.kinds.filled`).
"""

from typing import Final

OPEN: Final = 'open(sys.argv[1], encoding="utf-8-sig")'
_XML: Final = (
    'import sys, xml.etree.ElementTree as tree; text = lambda part: " ".join("".join(part.itertext()).split()); '
)
TMX_TO_TSV: Final = (
    f"python3 -c '{_XML}"
    '[print(*(text(one.find("seg")) for one in unit.iter("tuv")), sep="\\t") '
    'for unit in tree.parse(sys.argv[1]).iter("tu")]\' {file} > {stem}.tsv'
)
XLIFF_TO_TSV: Final = (
    f"python3 -c '{_XML}"
    'name = lambda part: part.tag.split("}}")[-1]; '
    "units = [{{name(part): text(part) for part in unit}} for unit in tree.parse(sys.argv[1]).iter() "
    'if name(unit) in ("trans-unit", "segment")]; '
    '[print(unit["source"], unit["target"], sep="\\t") for unit in units if unit.get("target")]\' {file} > {stem}.tsv'
)
READ_PO: Final = (
    "python3 -c 'import json, re, sys; "
    f'content = re.sub(r"(?m)^#,.*fuzzy.*\\n(?:.+\\n?)*", "", {OPEN}.read()); '
    'string = r"(?:\\s*\\"(?:[^\\"\\\\]|\\\\.)*\\")+"; '
    'text = lambda part: " ".join("".join(map(json.loads, re.findall(r"\\"(?:[^\\"\\\\]|\\\\.)*\\"", part))).split()); '
    "found = [(text(one), text(other)) for one, other in "
    're.findall(rf"^msgid({{string}})\\s*msgstr({{string}})", content, re.M)]; '
)
HTML_TO_TEXT: Final = (
    "python3 -c 'import html, re, sys; "
    f'content = re.sub(r"(?is)<(script|style)\\b.*?</\\1>|<!--.*?-->", "", {OPEN}.read()); '
    'content = re.sub(r"(?i)</?(a|b|i|u|em|strong|span|code|sub|sup)\\b[^>]*>", "", content); '
    'lines = html.unescape(re.sub(r"(?s)<[^>]*>", "\\x00", " ".join(content.split()))).split("\\x00"); '
    "[print(line.strip()) for line in lines if line.strip()]' {file} > {stem}.txt"
)
SUBTITLES_TO_TEXT: Final = "grep -vE '^[0-9]+[[:space:]]*$|-->|^[[:space:]]*$|^WEBVTT' {file} > {stem}.txt"
