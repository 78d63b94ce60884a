"""HTML of a page, made fit for narrow windows: breaks in code, room for long cells, wide pictures that scroll."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

LONG_CELL: Final = 45
"""Characters from which a cell of a table needs a wide column: with two words per line nothing can be read."""
WIDE_PICTURE: Final = 900
"""Pixels from which the text of a picture is too small on a phone, where the picture scrolls instead."""

_BLOCK: Final = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_CODE: Final = re.compile(r"<code>.*?</code>", re.DOTALL)
_OPTION: Final = re.compile(r"(?<![\w&-])--?[a-zA-Z][\w-]*")
_BREAK: Final = re.compile(r"(?<=[\w)])([/._=,|])(?=\w)")
_CELL: Final = re.compile(r"<td( style=\"[^\"]*\")?>(.*?)</td>", re.DOTALL)
_TAG: Final = re.compile(r"(<[^>]*>)")
_PICTURE: Final = re.compile(r'<p>(<img alt="[^"]*" src="([^"]+\.png)" ?/?>)</p>')
_HEAD: Final = re.compile(r"<thead>\s*<tr>\s*(?:<th[^>]*></th>\s*)+</tr>\s*</thead>\s*")


def for_narrow_windows(text: str, path: Callable[[str], Path | None]) -> str:
    """Change the HTML of a page; what it says and what a reader copies from it stay the same.

    Args:
        text: HTML, as Python-Markdown writes it.
        path: the file that an address on the page leads to, if it is one of the site's.
    """
    text = _PICTURE.sub(lambda found: _picture(found, path), _HEAD.sub("", text))
    parts, end = [], 0
    for block in _BLOCK.finditer(text):
        parts += [_prose(text[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*parts, _prose(text[end:])])


def _prose(text: str) -> str:
    return _CELL.sub(_cell, _CODE.sub(_keep_options, text))


def _keep_options(code: re.Match[str]) -> str:
    """No line ends behind the hyphens of an option."""
    return _OPTION.sub(r'<span class="option">\g<0></span>', code[0])


def _cell(found: re.Match[str]) -> str:
    """In a table, a path or a setting is broken behind a slash or a dot, and not within a word."""
    inner = _CODE.sub(lambda code: "".join(map(_breaks, _TAG.split(code[0]))), found[2])
    kind = ' class="long"' if len(_TAG.sub("", inner)) > LONG_CELL else ""
    return f"<td{kind}{found[1] or ''}>{inner}</td>"


def _breaks(part: str) -> str:
    return part if part.startswith("<") else _BREAK.sub(r"\1<wbr>", part)


def _picture(found: re.Match[str], path: Callable[[str], Path | None]) -> str:
    """A PNG file has its width in bytes 16 to 19."""
    file = path(found[2])
    width = int.from_bytes(file.read_bytes()[16:20], "big") if file else 0
    return f'<div class="wide-picture" tabindex="0">{found[1]}</div>' if width >= WIDE_PICTURE else found[0]
