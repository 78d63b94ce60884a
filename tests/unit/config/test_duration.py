"""Lengths of time, read and written."""

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from seq2seq.config.duration import Duration, format_duration, parse_duration

DURATION: TypeAdapter[float] = TypeAdapter(Duration)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("0.5", 0.5),
        ("90s", 90),
        ("20m", 1200),
        ("2h", 7200),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1.5h", 5400),
        ("2d4h", 187_200),
        ("20M", 1200),
    ],
)
def test_reads_numbers_with_units(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds
    assert DURATION.validate_python(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "20 minutes", "30m1h", "-5m", "1h30", "abc", "٣m", "1e3"])
def test_refuses_other_text_and_says_what_is_accepted(text: str) -> None:
    with pytest.raises(ValueError, match=r"90s, 20m or 1h30m"):  # forms that are accepted
        parse_duration(text)


@pytest.mark.parametrize("text", ["0", "0s", "0h0m", "9" * 400 + "s"])
def test_refuses_nothing_and_eternity(text: str) -> None:
    with pytest.raises(ValueError, match="0 seconds"):
        parse_duration(text)


@pytest.mark.parametrize("value", [0, -1, 0.0, math.inf, math.nan, None, True, [3]])
def test_a_setting_is_a_positive_finite_number(value: object) -> None:
    with pytest.raises(ValidationError):
        DURATION.validate_python(value, strict=True)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.44, "0.4s"),
        (9.96, "10s"),
        (12.4, "12s"),
        (60, "1m"),
        (90, "1m30s"),
        (3600, "1h"),
        (5400, "1h30m"),
        (3599.7, "1h"),
        (187_200, "2d4h"),
    ],
)
def test_writes_for_people(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize("seconds", [0.04, 0.5, 12.4, 59.999, 1200, 5400, 1e9, 1e-9])
def test_json_loses_nothing(seconds: float) -> None:
    assert DURATION.validate_json(DURATION.dump_json(seconds)) == seconds


def test_json_prefers_the_text_for_people() -> None:
    assert DURATION.dump_json(1200.0) == b'"20m"'
    assert DURATION.dump_json(12.4) == b"12.4"


def test_the_schema_offers_both_forms() -> None:
    number, text = DURATION.json_schema()["anyOf"]
    assert number == {"type": "number", "exclusiveMinimum": 0}
    assert text["type"] == "string"
