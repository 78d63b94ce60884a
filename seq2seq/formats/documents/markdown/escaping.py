"""Words as Markdown that does not take them for markup (CommonMark 0.31.2, section 2.4)."""

import re
from collections.abc import Container
from typing import Final

from markdown_it.common.utils import normalizeReference

from seq2seq.formats.documents.markdown.parser import ATTRIBUTES

_LINE_START: Final = re.compile(
    r"(?:#{1,6}|[-+])(?=\s|\Z)|>|(?:=+|-{2,})\s*\Z|~~~|:::|!!!|\?\?\?|:(?=\s)|\{[%{]|\[(?:[ xX]\]|[!^])"
)
_LINE_START_NUMBER: Final = re.compile(r"(\d{1,9})(?=[.)](?:\s|\Z))")
_SPECIAL: Final = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|\Z)|[`*_$]|~(?=~)|(?<=~)~|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\{(?=:? *[#.:])"
    r"|\[(?P<label>[^\[\]]*)\]|[\[\]]"
)
_ATTRIBUTES: Final = re.compile(ATTRIBUTES)


def escape(
    words: str,
    *,
    labels: Container[str],
    formula: bool = False,
    line_start: bool = False,
    heading: bool = False,
    cell: bool = False,
) -> str:
    """Words with a backslash before each character that would be markup.

    Args:
        words: the words, on one line.
        labels: labels of defined links, normalised.
        formula: whether dollar signs in the block, these included, may be read as a formula.
        line_start: whether they begin a block, or a line of it.
        heading: whether a heading may end after them.
        cell: whether they are in a table.
    """
    attributes = _ATTRIBUTES.search(words)

    def special(found: re.Match[str]) -> str:
        mark, start, end = found[0], found.start(), found.end()
        before, after = found.string[max(start - 1, 0) : start], found.string[end : end + 1]
        if found["label"] is not None:
            inner = _SPECIAL.sub(special, found["label"])
            link = found["label"].startswith("^") or normalizeReference(found["label"]) in labels
            link |= after != "" and after in "[(:"
            return f"\\[{inner}\\]" if link else f"[{inner}]"
        plain = (
            (mark == "*" and before.isspace() and after.isspace())
            or (mark == "_" and before.isspace() and after.isspace())
            or (mark == "_" and before.isalnum() and after.isalnum())
            or (mark == "$" and not formula)
            or (mark == "{" and attributes is None)
        )
        return mark if plain else f"\\{mark}"

    escaped = _SPECIAL.sub(special, words)
    if cell:
        escaped = escaped.replace("|", "\\|")
    if heading and escaped.endswith("#"):
        escaped = f"{escaped[:-1]}\\#"
    if line_start:
        escaped = _LINE_START_NUMBER.sub(r"\1\\", escaped, count=1) if escaped[:1].isdigit() else escaped
        escaped = f"\\{escaped}" if _LINE_START.match(words) and not escaped.startswith("\\") else escaped
    return escaped
