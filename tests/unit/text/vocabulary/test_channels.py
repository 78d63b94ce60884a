"""The scaling of channels."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.refused import refused

from seq2seq.text.vectors import read_vectors
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair

TEXTS = ("[[1, 10, 7], [2, null, 7]]", "[[6, 40, 7]]", "[[3, 10, 7], [8, 20, 7]]")


def test_mean_and_deviation_are_those_of_all_steps_of_all_sequences() -> None:
    channels = Channels.collect(TEXTS, scaling="standard")
    np.testing.assert_allclose(channels.mean, [4, 20, 7])
    np.testing.assert_allclose(channels.deviation, [math.sqrt(6.8), math.sqrt(150), 1])  # a constant one by 1
    assert (channels.width, channels.marked, channels.size) == (3, (1,), 4)


def test_large_means_cost_no_precision() -> None:
    texts = [json.dumps([[1e9 + number]]) for number in range(1000)]
    channels = Channels.collect(texts, scaling="standard")
    np.testing.assert_allclose(channels.mean, 1e9 + 499.5, rtol=1e-15)
    np.testing.assert_allclose(channels.deviation, np.arange(1000).std(), rtol=1e-9)


def test_missing_numbers_are_zero_and_marked() -> None:
    steps = Channels.collect(TEXTS, scaling="standard").encode(TEXTS[0])
    assert steps.dtype == np.float32
    np.testing.assert_allclose(steps[1], [(2 - 4) / math.sqrt(6.8), 0, 0, 1], rtol=1e-6)
    assert steps[0, 3] == 0


def test_without_scaling_numbers_are_read_as_they_are() -> None:
    channels = Channels.collect(TEXTS, scaling="none")
    np.testing.assert_array_equal(channels.encode(TEXTS[1]), [[6, 40, 7, 0]])
    assert channels.marked == (1,)


@given(
    st.lists(st.lists(st.floats(-1e6, 1e6) | st.just(None), min_size=2, max_size=2).filter(any), min_size=1, max_size=9)
)
def test_decoding_restores_the_numbers(steps: list[Any]) -> None:
    text = json.dumps(steps)
    channels = Channels.collect([text], scaling="standard")
    restored = read_vectors(channels.decode(channels.encode(text)))
    scale = max(1.0, float(np.nanmax(np.abs(read_vectors(text)))))
    np.testing.assert_allclose(restored, read_vectors(text), atol=1e-5 * scale)


def test_a_zero_beside_a_large_mean_is_shown_as_one() -> None:
    channels = Channels.collect(["[[1000], [1007], [0], [null]]"], scaling="standard")
    assert channels.pieces(channels.encode("[[0], [1007], [null]]")) == ["0", "1007", "–"]
    small = Channels.collect(["[[1e-9], [3e-9]]"], scaling="none")
    assert small.pieces(small.encode("[[1e-9]]")) == ["1e-09"]


def test_enormous_numbers_stay_finite_in_float32() -> None:
    steps = Channels.collect(TEXTS, scaling="standard").encode("[[1e300, -1e300, 7]]")
    np.testing.assert_allclose(steps[0], [1e18, -1e18, 0, 0])


def test_other_channels_are_refused() -> None:
    channels = Channels.collect(TEXTS, scaling="standard")
    with refused("data.other-channels", "2", "3"):
        channels.encode("[[1, 2]]")
    with refused("data.no-vectors"):
        channels.encode("hello")


def test_a_folder_holds_them_beside_labels(tmp_path: Path) -> None:
    pair = VocabularyPair(Channels.collect(TEXTS, scaling="standard"), LabelVocabulary(["a", "b"], separated=False))
    pair.save(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["source.channels.json", "target.json"]
    loaded = VocabularyPair.load(tmp_path)
    assert loaded.fingerprint == pair.fingerprint
    assert isinstance(loaded.source, Channels)
    np.testing.assert_array_equal(loaded.source.encode(TEXTS[0]), pair.source.encode(TEXTS[0]))


GOOD = {"scaling": "standard", "mean": [1.0, 2.0], "deviation": [1.0, 0.5], "marked": [1]}


@pytest.mark.parametrize(
    "change",
    [
        {"mean": [1.0]},
        {"mean": [1.0, "x"]},
        {"deviation": [1.0, 0.0]},
        {"deviation": [1.0, float("nan")]},
        {"deviation": [1.0, float("inf")]},
        {"mean": [1.0, float("inf")]},
        {"mean": [], "deviation": [], "marked": []},
        {"mean": [[1.0], [2.0]], "deviation": [[1.0], [1.0]]},
        {"marked": [2]},
        {"marked": [1, 1]},
        {"marked": [1, 0]},
        {"marked": [1.0]},
        {"marked": 3},
        {"scaling": "other"},
    ],
)
def test_damage_is_found(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "source.channels.json"
    file.write_text(json.dumps(GOOD))
    assert Channels.load(file).marked == (1,)
    file.write_text(json.dumps(GOOD | change))
    with refused("model.damaged", str(file)):
        Channels.load(file)
    file.write_text("{")
    with refused("model.damaged", str(file)):
        Channels.load(file)
