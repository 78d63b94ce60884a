"""What is suggested fits the data and the machine, and is silent where it would not help."""

from pathlib import Path

import numpy as np
import pytest
from support import toy

from seq2seq.training.estimate.outlook import Outlook


def asked(tmp_path: Path, lengths: np.ndarray, **changes: object) -> list[str]:
    """The settings that are suggested, in order."""
    how = {"epochs": 0.5, "parameters": 2_000_000, "bfloat16": False, **changes}
    recipe = toy.recipe(tmp_path, **how.pop("training", {}))  # type: ignore[arg-type]
    outlook = Outlook(recipe.training, lengths, how["parameters"], how["bfloat16"])  # type: ignore[arg-type]
    return [one.partition(":")[0] for one in outlook.suggestions(epochs=how["epochs"], epoch_seconds=600.0)]  # type: ignore[arg-type]


def mixed(long: int) -> np.ndarray:
    """A thousand examples of 10 tokens a side, some of 200."""
    lengths = np.full((1000, 2), 10, dtype=np.int32)
    lengths[:long] = 200
    return lengths


def test_a_few_long_examples_are_left_out_if_that_saves_much(tmp_path: Path) -> None:
    assert "data.filters.max_length=16" in asked(tmp_path, mixed(100))
    assert not any("max_length" in one for one in asked(tmp_path, mixed(0)))
    assert not any("max_length" in one for one in asked(tmp_path, mixed(500)))  # half of the data are no outliers


def test_the_mildest_limit_that_makes_enough_epochs_is_named(tmp_path: Path) -> None:
    lengths = np.tile(np.arange(1, 1001, dtype=np.int32)[:, None], (1, 2))
    few = next(one for one in asked(tmp_path, lengths, epochs=0.2) if "max_length" in one)
    nearly = next(one for one in asked(tmp_path, lengths, epochs=1.1) if "max_length" in one)
    assert int(few.partition("=")[2]) < int(nearly.partition("=")[2])


@pytest.mark.parametrize(
    ("precision", "able", "told"),
    [("32-true", True, True), ("bf16-mixed", True, False), ("auto", True, False), ("32-true", False, False)],
)
def test_bfloat16_is_for_devices_that_compute_in_it(tmp_path: Path, precision: str, able: bool, told: bool) -> None:
    found = asked(tmp_path, mixed(0), bfloat16=able, training={"precision": precision})
    assert ("training.precision=auto" in found) is told


def test_time_for_two_epochs_can_be_asked_for(tmp_path: Path) -> None:
    assert "training.max_time=20m" in asked(tmp_path, mixed(0), epoch_seconds=590.0)


def test_a_small_model_is_small_enough(tmp_path: Path) -> None:
    assert any("smaller model" in one for one in asked(tmp_path, mixed(0)))
    assert not any("smaller model" in one for one in asked(tmp_path, mixed(0), parameters=10_000))
