"""What a forecaster reads of a series: kept in a folder, and refused where it is damaged."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.refused import refused

from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.series import FILE, SeriesFormat

MONTHLY: dict[str, Any] = {
    "frequency": "monthly", "season": 12, "horizon": 6, "context": 24, "calendar": ["month of year"],
    "covariates": ["promotion"], "mean": [0.25], "deviation": [0.5],
}  # fmt: skip


def test_a_folder_has_it_once_for_both_sides(tmp_path: Path) -> None:
    before = SeriesFormat(**MONTHLY)
    VocabularyPair(before, before).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    both = VocabularyPair.load(tmp_path)
    after = both.source
    assert isinstance(after, SeriesFormat)
    assert (both.joint, both.season, after.size) == (True, 12, 3)
    assert after.fingerprint == before.fingerprint
    assert json.loads(after.to_bytes()) == MONTHLY


@pytest.mark.parametrize("changed", ["season", "horizon", "context", "mean"])
def test_every_field_decides_the_fingerprint(changed: str) -> None:
    other = [1.0] if changed == "mean" else 5
    assert SeriesFormat(**{**MONTHLY, changed: other}).fingerprint != SeriesFormat(**MONTHLY).fingerprint


def test_a_missing_value_is_nan_and_decodes_to_null() -> None:
    series = SeriesFormat(**MONTHLY)
    steps = series.encode("[[1.5, 0, 1], [null, 0.5, 0]]")
    assert steps.dtype == np.float32
    np.testing.assert_array_equal(steps, np.array([[1.5, 0, 1], [np.nan, 0.5, 0]], np.float32))
    assert series.decode(steps) == "[[1.5, 0.0, 1.0], [null, 0.5, 0.0]]"
    assert series.pieces(steps) == ["1.5", "–"]


@pytest.mark.parametrize(
    "changes",
    [
        {"season": 0}, {"season": "12"}, {"horizon": True}, {"context": 2.5}, {"frequency": 7}, {"calendar": [1]},
        {"mean": []}, {"deviation": [0.0]}, {"mean": [float("nan")]}, {"more": 1},
    ],
)  # fmt: skip
def test_a_damaged_one_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    (tmp_path / FILE).write_text(json.dumps({**MONTHLY, **changes}))
    with refused("model.damaged", FILE):
        VocabularyPair.load(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "[" * 100_000])
def test_what_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    with refused("model.damaged", FILE):
        VocabularyPair.load(tmp_path)
