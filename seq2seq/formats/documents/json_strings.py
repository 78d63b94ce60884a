"""JSON and JSON Lines, of which the values that are strings are translated."""

import json
import re
from collections.abc import Iterator, Sequence
from fnmatch import translate
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
_DEEPEST: Final = 256
"""Lists and objects within one another, at most."""
_LONGEST: Final = 10_000
"""Characters of a path that are compared, at most."""
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
    selection = _Selection(keys)
    _check(text, 0, len(text.text), 1)
    return _document(text, list(_strings(text.text, 0, len(text.text), selection)), selection)


def read_jsonl(data: bytes, where: str, *, keys: Sequence[str] = ()) -> SplicedDocument:
    """JSON Lines, one value per line; as :func:`read_json`."""
    text = decode_text(data, where).as_utf8()
    selection = _Selection(keys)
    strings: list[_Span] = []
    start = 0
    for number, line in enumerate(text.text.split("\n"), 1):
        end = start + len(line)
        if line.strip():
            _check(text, start, end, number)
            strings += _strings(text.text, start, end, selection)
        start = end + 1
    return _document(text, strings, selection)


_Span = tuple[int, int]
"""The place of a string, within the quotes."""


class _Selection:
    """Which values are translated, by the keys that lead to them.

    Attributes:
        keys: as for :func:`read_json`.
        seen: the first paths at which there are strings, if there are keys.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self.seen: dict[str, None] = {}
        self._patterns = [re.compile(translate(pattern)) for key in keys for pattern in (key, f"{key}.*")]
        self._names = [re.compile(translate(key)) for key in keys if "." not in key]

    def decides(self, key: str) -> bool:
        """Whether a key decides about all that is below it: that it is metadata, or, with keys, that it is meant."""
        if not self.keys:
            return key.startswith(_METADATA)
        return any(name.match(key) for name in self._names)

    def has(self, path: Sequence[str], *, decided: bool) -> bool:
        """Whether a string is translated; ``decided``: one of its keys decides."""
        if not self.keys:
            return not decided
        whole = ".".join(path)[:_LONGEST]
        if len(self.seen) <= _SHOWN:
            self.seen[whole] = None
        return decided or any(pattern.match(whole) for pattern in self._patterns)


def _document(text: EncodedText, strings: list[_Span], selection: _Selection) -> SplicedDocument:
    if selection.keys and not strings:
        names = list(selection.seen)
        more = ", ..." if len(names) > _SHOWN else ""
        raise DataError(
            f"{text.name}: no strings at the keys {', '.join(selection.keys)}.\n"
            f"  There are strings at {', '.join(names[:_SHOWN]) or 'none'}{more}",
            code="data.no-such-key",
        )
    ascii_only = text.text.isascii() and _ESCAPED_LETTER.search(text.text) is not None
    spell = speller(lambda words: json.dumps(words, ensure_ascii=ascii_only)[1:-1])
    lines = Lines(text.text)
    slots: list[Slot] = []
    for start, end in strings:
        for pieces in string_pieces(text.text, start, end, escape=_ESCAPE, read=_read):
            slots += [slot_of(group, lines, spell) for group in string_groups(pieces)]
    return SplicedDocument(text, slots)


def _check(text: EncodedText, start: int, end: int, line: int) -> None:
    """Raise a DataError unless a stretch that begins in a line is JSON."""
    where = f"{text.name}:{line}"
    try:
        _DECODER.decode(text.text[start:end])
    except json.JSONDecodeError as error:
        problem = f"{text.name}:{line + error.lineno - 1}: not JSON: {error.msg} (column {error.colno})."
        raise DataError(f"{problem}\n  Fix it there.", code="data.not-json") from error
    except RecursionError as error:
        raise _too_deep(where) from error
    deepest = depth = 0
    for token in _TOKEN.finditer(text.text, start, end):
        depth += (token[0] in "{[") - (token[0] in "}]")
        deepest = max(depth, deepest)
    if deepest > _DEEPEST:
        raise _too_deep(where)


def _too_deep(where: str) -> DataError:
    return DataError(
        f"{where}: more than {_DEEPEST} lists and objects within one another.\n  Is a bracket not closed?",
        code="data.nested-too-deeply",
    )


def _strings(text: str, start: int, end: int, selection: _Selection) -> Iterator[_Span]:
    """The strings of JSON that has been checked, except keys, that are translated."""
    path: list[str] = []
    """Key of each level; in a list, the index."""
    decides: list[bool] = []
    """Whether each of these decides about what is below it."""
    decided = 0
    lists: list[bool] = []
    key = False
    """Whether the next string is a key."""

    def name(value: str) -> None:
        nonlocal decided
        path[-1] = value
        decided -= decides[-1]
        decides[-1] = selection.decides(value)
        decided += decides[-1]

    for token in _TOKEN.finditer(text, start, end):
        match token[0]:
            case "{" | "[" as bracket:
                lists.append(bracket == "[")
                path.append("")
                decides.append(False)
                key = bracket == "{"
                name("0")
            case "}" | "]":
                lists.pop()
                path.pop()
                decided -= decides.pop()
                key = False
            case ",":
                key = not lists[-1]
                if lists[-1]:
                    name(str(int(path[-1]) + 1))
            case _ if key:
                name(json.loads(token[0]))
                key = False
            case _ if selection.has(path, decided=decided > 0):
                yield token.span("string")


def _read(escape: str) -> str:
    return str(json.loads(f'"{escape}"'))
