import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.refused import refused

from seq2seq.errors import DataError
from seq2seq.formats.documents.json_strings import read_json, read_jsonl
from seq2seq.formats.segment import Document, Target

APP = r"""{
  "@@locale": "en", "$schema": "https://example.org/schema",
  "title" : "Garden diary",
  "menu": {"open": "Open\tCtrl+O", "items": ["Water the \"roses\"", 3, {"label":"Plants \u2013 all"}, null]},
  "@title": {"description": "Shown above"},
  "help": "  First line\nsecond line\n\nNew paragraph. \ud83c\udf31\nEnd",
  "count": 1.50, "empty": "", "code": "12"
}
"""


def test_the_strings_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read_json(APP.encode(), "app.json")
    assert contents(document) == [
        "Garden diary",
        "Open",
        "Ctrl+O",
        'Water the "roses"',
        "Plants – all",
        r"First line{\n}second line",
        r"New paragraph. 🌱{\n}End",
    ]
    assert [segment.line for segment in document.segments] == [3, 4, 4, 4, 4, 6, 6]


def test_only_words_change(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    document = read_json(APP.encode(), "app.json")
    assert unchanged(document) == APP.encode()
    written = reverse(document)
    assert b'"open": "nepO\\tlrtC+O", "items": ["retaW eht \\"sesor\\"", 3, {"label":"stnalP \\u2013 lla"}' in written
    assert reverse(read_json(written, "app.json")) == APP.encode()


def test_letters_are_escaped_where_the_file_escapes_them() -> None:
    targets = [Target(('Über "x"',))]
    assert read_json(b'["one"]', "a.json").write(targets) == '["Über \\"x\\""]'.encode()
    assert read_json(b'["on\\u00e9"]', "a.json").write(targets) == b'["\\u00dcber \\"x\\""]'
    assert read_json('["oné"]'.encode("utf-16"), "a.json").write(targets) == '["Über \\"x\\""]'.encode()


@pytest.mark.parametrize(
    ("keys", "selected"),
    [
        (["title"], ["Garden diary"]),
        (["label"], ["Plants – all"]),
        (["menu.items"], ['Water the "roses"', "Plants – all"]),
        (["menu.items.*.label"], ["Plants – all"]),
        (["menu.o*", "@title"], ["Open", "Ctrl+O", "Shown above"]),
    ],
)
def test_strings_by_key(keys: list[str], selected: list[str], contents: Callable[[Document], list[str]]) -> None:
    assert contents(read_json(APP.encode(), "app.json", keys=keys)) == selected


def test_json_lines(unchanged: Callable[[Document], bytes], contents: Callable[[Document], list[str]]) -> None:
    text = '{"text": "One day", "id": "a"}\r\n\n["x"]\n{"text": "Two\u2028days"}'
    document = read_jsonl(text.encode(), "a.jsonl", keys=["text"])
    assert contents(document) == ["One day", "Two\u2028days"]
    assert [segment.line for segment in document.segments] == [1, 4]
    assert unchanged(document) == text.encode()


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('{"a": "b",\n"c": "d"', "data.not-json", "a.json:2:"),
        ('{"a":\n"b\n"}', "data.not-json", "a.json:2:"),
        ("", "data.not-json", "a.json:1:"),
        ("[" * 100_000, "data.nested-too-deeply", "a.json:1:"),
    ],
)
def test_what_is_not_json_is_refused(text: str, code: str, place: str) -> None:
    for read in (read_json, read_jsonl):
        if read is read_jsonl and not text.startswith("["):
            continue
        with pytest.raises(DataError) as caught:
            read(text.encode(), "a.json")
        assert caught.value.code == code
        assert place in str(caught.value)


def test_a_line_that_is_not_json_is_named() -> None:
    with pytest.raises(DataError) as caught:
        read_jsonl(b'{"a": "b"}\n{"a": "b"\n', "a.jsonl")
    assert caught.value.code == "data.not-json"
    assert "a.jsonl:2:" in str(caught.value)


def test_keys_without_strings_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_json(b'{"title": "One"}', "a.json", keys=["text"])
    assert caught.value.code == "data.no-such-key"
    assert "title" in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_only_strings_change(value: object, ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    document = read_json(data, "a.json")
    assert document.write([Target(segment.content) for segment in document.segments]) == data
    written = json.loads(document.write([Target(('"\\\n',)) for _ in document.segments]))
    assert _shape(written) == _shape(value)


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    return [_shape(inner) for inner in value] if isinstance(value, list) else "" if isinstance(value, str) else value


def test_what_is_nested_too_deep_is_refused(contents: Callable[[Document], list[str]]) -> None:
    deepest = "[" * 256 + '"one"' + "]" * 256
    assert contents(read_json(deepest.encode(), "a.json")) == ["one"]
    with refused("data.nested-too-deeply", "a.jsonl:2"):
        read_jsonl(f"{deepest}\n[{deepest}]\n".encode(), "a.jsonl")
