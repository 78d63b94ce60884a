"""Scores of tunes."""

import json

import pytest
from support.refused import refused

from seq2seq.music.check import BarCount
from seq2seq.music.scores import tune_scores

TAGS = ("M:4/4", "L:1/8", "K:G", "R:reel")
TUNES = [
    (TAGS, "|:d2|GABc d4|e4 d4|c4 B4|G4 G2:|d2|G8|]"),
    (TAGS, "GABc d4|e4 d|c4 B4|G8|"),
    (TAGS, "GABc d4|e4 d4|c4 B4|[G8|"),
    (TAGS, "GABc d4|e4 d4|c4 B4|[A8|"),
]


def test_shares_over_all_tunes() -> None:
    scores = tune_scores(TUNES)
    assert (scores.tunes, scores.parsed, scores.parsed_share) == (4, 2, 0.5)
    assert scores.inner == BarCount(9, 8)
    assert scores.middle == BarCount(11, 8)
    assert scores.problems == (("a bracket that is unclosed, or has no notes", 2),)


def test_json() -> None:
    found = json.loads(json.dumps(tune_scores(TUNES).to_dict()))
    assert found == {
        "tunes": 4,
        "parsed": 0.5,
        "inner_bars": 9,
        "inner_right": pytest.approx(8 / 9),
        "middle_bars": 11,
        "middle_right": pytest.approx(8 / 11),
        "problems": {"a bracket that is unclosed, or has no notes": 2},
    }


def test_lines_for_people() -> None:
    assert tune_scores(TUNES).lines() == [
        "50.0% of 4 tunes parse",
        "88.9% of 9 inner bars add up to the metre",
        "72.7% of 11 bars do, except a tune's first and last",
        "2 x a bracket that is unclosed, or has no notes",
    ]


def test_a_tune_without_inner_bars_has_no_share() -> None:
    scores = tune_scores([((), "abc|")])
    assert scores.to_dict()["inner_right"] is None
    assert scores.lines()[1] == "– of 0 inner bars add up to the metre"


def test_nothing_to_score() -> None:
    with refused("evaluation.empty"):
        tune_scores([])
