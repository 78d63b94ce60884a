"""JSON and JSON Lines, of which the values that are strings are translated."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.escapes import string_groups, string_pieces
from seq2seq.formats.pieces import Lines
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller

_TOKEN: Final = re.compile(r'"(?P<string>(?:[^"\\]|\\.)*+)"|[][{},]')
_ESCAPE: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_ESCAPED_LETTER: Final = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")
_METADATA: Final = ("@", "$")
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)
_SHOWN: Final = 10
"""Keys that a message lists."""


def read_json(data: bytes, where: str, *, keys: Sequence[str] = ()) -> SplicedDocument:
    """JSON: the paragraphs of values that are strings are segments.

    Args:
        data: the file, in UTF-8 or the encoding of its byte order mark.
        where: what to call the file in messages.
        keys: which values are translated: paths such as ``menu.*.label``, in which ``*`` stands for anything; one
            without a dot holds at any depth; all that a path leads to is translated. Items of lists have their index
            from 0 as a key. Empty: all, except below keys that begin with ``@`` or ``$``, which are metadata.

    Raises:
        DataError: it is not JSON, or there are no strings at the keys.
    """
    text = decode_text(data, where).as_utf8()
    _check(text, 0, len(text.text), 1)
    return _document(text, list(_strings(text.text, 0, len(text.text))), keys)


def read_jsonl(data: bytes, where: str, *, keys: Sequence[str] = ()) -> SplicedDocument:
    """JSON Lines, one value per line; as :func:`read_json`."""
    text = decode_text(data, where).as_utf8()
    strings: list[_String] = []
    start = 0
    for number, line in enumerate(text.text.split("\n"), 1):
        end = start + len(line)
        if line.strip():
            _check(text, start, end, number)
            strings += _strings(text.text, start, end)
        start = end + 1
    return _document(text, strings, keys)


@dataclass(frozen=True, slots=True)
class _String:
    """A value: the keys that lead to it, and its place within the quotes."""

    keys: tuple[str, ...]
    start: int
    end: int


def _document(text: EncodedText, strings: list[_String], keys: Sequence[str]) -> SplicedDocument:
    selected = [string for string in strings if _is_selected(string.keys, keys)]
    if keys and not selected:
        names = list(dict.fromkeys(".".join(string.keys) for string in strings))
        more = ", ..." if len(names) > _SHOWN else ""
        raise DataError(
            f"{text.name}: no strings at the keys {', '.join(keys)}.\n"
            f"  There are strings at {', '.join(names[:_SHOWN]) or 'none'}{more}",
            code="data.no-such-key",
        )
    ascii_only = text.text.isascii() and _ESCAPED_LETTER.search(text.text) is not None
    spell = speller(lambda words: json.dumps(words, ensure_ascii=ascii_only)[1:-1])
    lines = Lines(text.text)
    slots: list[Slot] = []
    for string in selected:
        for pieces in string_pieces(text.text, string.start, string.end, escape=_ESCAPE, read=_read):
            slots += [slot_of(group, lines, spell) for group in string_groups(pieces)]
    return SplicedDocument(text, slots)


def _is_selected(path: tuple[str, ...], keys: Sequence[str]) -> bool:
    """Whether a value at a path is translated."""
    if not keys:
        return not any(key.startswith(_METADATA) for key in path)
    whole = ".".join(path)
    return any(
        fnmatchcase(whole, pattern)
        or fnmatchcase(whole, f"{pattern}.*")
        or ("." not in pattern and any(fnmatchcase(key, pattern) for key in path))
        for pattern in keys
    )


def _check(text: EncodedText, start: int, end: int, line: int) -> None:
    """Raise a DataError unless a stretch that begins in a line is JSON."""
    try:
        _DECODER.decode(text.text[start:end])
    except json.JSONDecodeError as error:
        problem = f"{text.name}:{line + error.lineno - 1}: not JSON: {error.msg} (column {error.colno})."
        raise DataError(f"{problem}\n  Fix it there.", code="data.not-json") from error
    except RecursionError as error:
        raise DataError(
            f"{text.name}:{line}: JSON that is nested too deeply.", code="data.nested-too-deeply"
        ) from error


def _strings(text: str, start: int, end: int) -> Iterator[_String]:
    """The strings of JSON that has been checked, except keys."""
    path: list[str] = []
    """Key of each level; in a list, the index."""
    lists: list[bool] = []
    key = False
    """Whether the next string is a key."""
    for token in _TOKEN.finditer(text, start, end):
        match token[0]:
            case "{" | "[" as bracket:
                lists.append(bracket == "[")
                path.append("0")
                key = bracket == "{"
            case "}" | "]":
                lists.pop()
                path.pop()
                key = False
            case ",":
                key = not lists[-1]
                if lists[-1]:
                    path[-1] = str(int(path[-1]) + 1)
            case _ if key:
                path[-1] = json.loads(token[0])
                key = False
            case _:
                yield _String(tuple(path), *token.span("string"))


def _read(escape: str) -> str:
    return str(json.loads(f'"{escape}"'))
