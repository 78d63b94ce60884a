"""Replications: the rule of their verdicts, their tasks, and the page that shows them."""

import json
import math
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")
import torch

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import replicate
from replications import protocol, tasks, truncation
from replications.protocol import Prediction, Replication, Verdict, judge, mean_and_half_interval
from replications.results import Result, picture, result_of, score_table, summary_table


def prediction(smallest: float = 0.5) -> Prediction:
    return Prediction("more with than without", "points", smallest, lambda scores: scores["with"]["x"])


def verdict_of(*values: float, smallest: float = 0.5, quick: bool = False) -> Verdict:
    return judge(prediction(smallest), [{"with": {"x": value}} for value in values], quick=quick).verdict


def replication(*predictions: Prediction) -> Replication:
    return Replication(
        name="toy",
        title="A toy, seen",
        claim="",
        source="",
        setting="",
        axis="length",
        places={"1–2": 1.5},
        metric="%",
        chance=None,
        predictions=predictions,
        measure=lambda *_: {},
    )


# ------------------------------------------------------------------------------------------------------------ the rule


@pytest.mark.parametrize("freedom", [1, 2, 3, 9])
def test_quantiles_are_those_of_student(freedom: int) -> None:
    """The density of Student's t, integrated numerically from 0 to the quantile, is 0.475."""
    quantile = protocol._T_QUANTILES[freedom - 1]
    t = np.linspace(0, quantile, 200_001)
    scale = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    density = scale * (1 + t**2 / freedom) ** (-(freedom + 1) / 2)
    area = float(((density[1:] + density[:-1]) / 2 * np.diff(t)).sum())
    assert area == pytest.approx(0.475, abs=2e-5)


def test_interval_by_hand() -> None:
    """1, 2, 3: the deviation is 1, and half the interval 4.303 / √3."""
    assert mean_and_half_interval([1.0, 2.0, 3.0]) == pytest.approx((2.0, 2.48434), abs=1e-5)


@given(values=st.lists(st.floats(-100, 100), min_size=2, max_size=9), shift=st.floats(-50, 50))
def test_interval_moves_with_its_values(values: list[float], shift: float) -> None:
    mean, half = mean_and_half_interval(values)
    moved_mean, moved_half = mean_and_half_interval([value + shift for value in values])
    assert moved_mean == pytest.approx(mean + shift, abs=1e-9)
    assert moved_half == pytest.approx(half, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "smallest", "verdict"),
    [
        ((10.0, 11.0, 12.0), 0.5, Verdict.HOLDS),  # 11 ± 2.5
        ((10.0, 11.0, 12.0), 11.5, Verdict.FAILS),  # too small to matter
        ((1.0, 2.0, 3.0), 0.5, Verdict.FAILS),  # 2 ± 2.5: the interval reaches below 0
        ((-10.0, -11.0, -12.0), 0.5, Verdict.FAILS),  # the contrary
        ((0.0, 0.0, 0.0), 0.0, Verdict.FAILS),  # no effect
        ((20.0, 20.5, -0.1, 20.2, 20.4, 20.1, 20.3, 20.2), 0.5, Verdict.FAILS),  # one seed contradicts: 17.7 ± 6.0
        ((5.0, 5.0, 5.0), 5.0, Verdict.HOLDS),
        ((11.0,), 0.5, Verdict.UNJUDGED),
    ],
)
def test_rule(values: tuple[float, ...], smallest: float, verdict: Verdict) -> None:
    assert verdict_of(*values, smallest=smallest) is verdict


def test_quick_form_is_not_judged() -> None:
    assert verdict_of(10.0, 11.0, 12.0, quick=True) is Verdict.UNJUDGED


def test_judged_seeds_are_not_those_of_exploration() -> None:
    assert not {*protocol.SEEDS} & {*protocol.EXPLORED}
    assert len(protocol.SEEDS) == 3


# ----------------------------------------------------------------------------------------------------------- the tasks


def test_lags_and_labels() -> None:
    rng = random.Random(3)
    for _ in range(200):
        source, label = tasks.remembered((4, 9))(rng)
        assert source.split()[0] == label
        assert 4 <= len(source.split()) - 1 <= 9
        (line,) = tasks.recalled(6)(rng)
        assert line.split()[0] == line.split()[-1]
        assert len(line.split()) == 8
        text, same = tasks.copies((2, 5), "xyz")(rng)
        assert text == same
        assert 2 <= len(text.split()) <= 5


def test_temporal_order() -> None:
    rng = random.Random(3)
    labels = set()
    for _ in range(200):
        source, label = tasks.ordered((20, 20))(rng)
        places = [place for place, symbol in enumerate(source.split()) if symbol in "XY"]
        assert "".join(source.split()[place] for place in places) == label
        assert places[0] in (2, 3)
        assert places[1] in (8, 9)
        labels.add(label)
    assert labels == {"XX", "XY", "YX", "YY"}


def test_splits_share_no_source_and_follow_the_seed(tmp_path: Path) -> None:
    parts = [tasks.Part(tasks.copies((2, 3), "abcd"), "short"), tasks.Part(tasks.copies((4, 5), "abcd"), "long")]
    splits = {"train": (30, parts), "test": (20, parts)}
    folders = [tasks.write(tmp_path / str(n), seed, splits) for n, seed in enumerate((1, 1, 2))]
    texts = [(folder / "train.tsv").read_text() for folder in folders]
    assert texts[0] == texts[1] != texts[2]
    train, test = (
        [line.split("\t") for line in (folders[0] / f"{split}.tsv").read_text().splitlines()] for split in splits
    )
    assert train[0] == ["source", "target", "group"]
    assert not {row[0] for row in train[1:]} & {row[0] for row in test[1:]}
    assert [row[2] for row in test[1:]] == ["short", "long"] * 10
    assert all((len(row[0].split()) > 3) == (row[2] == "long") for row in test[1:])


def test_exhausted_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="train"):
        tasks.write(tmp_path / "data", 1, {"train": (17, [tasks.Part(tasks.copies((2, 2), "abcd"))])})


class FirstLetter:
    """A network that remembers the first letter it has read, for ever (ids 4 and 5 are letters, 6 a digit)."""

    def encode(self, *_: torch.Tensor) -> tuple[None, None]:
        return None, None

    def decode(self, tokens: torch.Tensor, *_: None) -> SimpleNamespace:
        return SimpleNamespace(features=torch.nn.functional.one_hot(tokens[:, 1:2].expand_as(tokens), 8).double())

    def project(self, features: torch.Tensor) -> torch.Tensor:
        return features + torch.tensor([0, 0, 0, 9, 0, 0, 9, 0])  # digits and the end are likelier than any letter


class TwoBefore(FirstLetter):
    """A network that writes what it has read two tokens before: right behind the second of two digits alone."""

    def decode(self, tokens: torch.Tensor, *_: None) -> SimpleNamespace:
        return SimpleNamespace(features=torch.nn.functional.one_hot(tokens.roll(2, dims=1), 8).double())


@pytest.mark.parametrize(
    ("network", "continuous", "share"),
    [
        (FirstLetter(), False, 1.0),
        (FirstLetter(), True, 2 / 3),  # the first letter of the text is that of two lines in three
        (TwoBefore(), False, 1.0),
        (TwoBefore(), True, 1.0),
    ],
)
def test_recall_compares_letters_behind_the_last_digit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, network: FirstLetter, continuous: bool, share: float
) -> None:
    ids = {"a": 4, "b": 5, "0": 6}
    target = SimpleNamespace(encode_batch=lambda lines: [[ids[word] for word in line.split()] for line in lines])
    generator = SimpleNamespace(stepper=SimpleNamespace(model=network), tokenizers=SimpleNamespace(target=target))
    monkeypatch.setattr("seq2seq.scoring.splits.open_to_score", lambda _: (None, generator))
    lines = ["a 0 0 a", "b 0 0 b", "a 0 0 a"]
    assert truncation.recall(tmp_path, lines, continuous=continuous) == pytest.approx(share)


# ------------------------------------------------------------------------------------------------------------ the page


def result() -> Result:
    by_seed: Mapping[int, Any] = {
        seed: {"with": {"x": value, "1–2": 50.0}, "without": {"x": 1.0, "1–2": 49.0}}
        for seed, value in ((11, 10.0), (12, 11.0), (13, 12.0))
    }
    return Result(replication(prediction()), by_seed)


def test_results_survive_json() -> None:
    before = result()
    content = json.loads(json.dumps(before.to_dict()))
    assert result_of(before.replication, content) == before
    assert content["predictions"][0]["effects"] == {"11": 10.0, "12": 11.0, "13": 12.0}
    assert content["predictions"][0]["verdict"] == "holds"
    assert content["predictions"][0]["interval"] == pytest.approx([8.51566, 13.48434], abs=1e-5)


def test_tables() -> None:
    assert score_table(result()).splitlines()[2:] == [
        "| x | 11.0 (10.0 to 12.0) | 1.0 (1.0 to 1.0) |",
        "| 1–2 | 50.0 (50.0 to 50.0) | 49.0 (49.0 to 49.0) |",
    ]
    row = summary_table([result()]).splitlines()[2]
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        "[A toy, seen](#a-toy-seen)",
        "more with than without",
        "+11.0 points",
        "+10.0 to +12.0",
        "+8.5 to +13.5",
        "**holds**",
    ]


def test_page_is_in_step_with_its_figures() -> None:
    """`python benchmarks/replicate.py --page` writes it again."""
    folder = replicate.PAGE.parent
    stored = json.loads((folder / replicate.FIGURES).read_text(encoding="utf-8"))
    results = replicate.read(folder)
    assert {name: one.to_dict() for name, one in results.items()} == stored
    page = replicate.PAGE.read_text(encoding="utf-8")
    assert replicate.render(page, results) == page
    for name, one in replicate.REPLICATIONS.items():
        assert f"<!-- figures: {name} -->" in page
        assert f"\n## {one.title}\n" in page
    for name, one in results.items():
        assert tuple(one.scores) == protocol.SEEDS
        assert not one.quick
        assert (folder / "pictures" / f"replication_{name}.svg").read_text(encoding="utf-8") == picture(one)
