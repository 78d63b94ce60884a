"""YAML as recipes understand it."""

import math

import pytest

from seq2seq.config import document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("2E5", 2e5),
        ("1.0e-08", 1e-8),
        (".5", 0.5),
        ("5.", 5.0),
        ("-.inf", -math.inf),
        ("12", 12),
        ("-3", -3),
        ("010", 10),
        ("0x1f", 31),
        ("0o17", 15),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("no", "no"),
        ("off", "off"),
        ("on", "on"),
        ("yes", "yes"),
        ("y", "y"),
        ("none", "none"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2024-01-31", "2024-01-31"),
        ("20m", "20m"),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("hf://user/name@main#en-de", "hf://user/name@main#en-de"),
        ("[a, 1]", ["a", 1]),
        ("{a: 1, no: yes, 3: x}", {"a": 1, "no": "yes", "3": "x"}),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    read = document.read(text)
    assert (read.value, read.problems) == (value, [])


def test_not_a_number() -> None:
    value = document.read(".NaN").value
    assert isinstance(value, float)
    assert math.isnan(value)


def test_more_digits_than_python_reads_stay_text() -> None:
    assert document.read("9" * 5000).value == "9" * 5000


def test_every_setting_has_its_line() -> None:
    lines = document.read("a:\n  b: 1\n\n  c: {d: 2}\ne:\n- x\n- y\n").lines
    assert lines == {("a",): 1, ("a", "b"): 2, ("a", "c"): 4, ("a", "c", "d"): 4, ("e",): 5, ("e", 0): 6, ("e", 1): 7}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b: c", "line 1, column 5"),
        ("data:\n\tpath: x", "line 2, column 1"),
        ("a: [1", "line 1, column 6"),
        ("a: 'x", "line 1, column 6"),
        ("a:\n  b: *c", "line 2, column 6"),
        ("a: &x [*x]", "line 1, column 8"),
        ("a: 1\n---\nb: 2", "line 2, column 1"),
        ("a: @x", "line 1, column 4"),
        ("a: 1\nb\nc: 2", "line 2, column 1"),
        ("a: 1\nb\n", "line 2, column 1"),
        ("a: 1\nb: \x07", "line 2"),
        ("[" * 5000, ""),
    ],
)
def test_malformed_text_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(document.YamlError) as error:
        document.read(text)
    assert str(error.value).startswith(place)


def test_a_repeated_key_is_a_problem() -> None:
    [problem] = document.read("a:\n  b: 1\n  c: 2\n  b: 3\n").problems
    assert problem.setting == ("a", "b")
    assert problem.what.endswith(" line 2")


def test_a_tag_is_a_problem() -> None:
    [problem] = document.read("a: !!python/name:os.system").problems
    assert problem.setting == ("a",)
    assert "'!!python/name:os.system'" in problem.what


def test_a_key_is_text() -> None:
    [problem] = document.read("a:\n  ? [x]\n  : 1\n").problems
    assert problem.setting == ("a",)
    assert problem.what.endswith("(line 2)")


@pytest.mark.parametrize(
    "text", ["1e-3", "no", "null", "", "~", "1_0", "true", "- a", "a: b", "#x", "\x07", "\u2028", "😀"]
)
def test_text_is_written_so_that_it_stays_text(text: str) -> None:
    assert document.read(document.write({"a": text})).value == {"a": text}


def test_lists_are_written_on_one_line() -> None:
    shared = [0.9, 0.98]
    assert document.write({"a": {"b": shared, "c": shared}}) == "a:\n  b: [0.9, 0.98]\n  c: [0.9, 0.98]\n"
