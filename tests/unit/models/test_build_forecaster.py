"""Forecasters by their settings, and in a model folder."""

from pathlib import Path

import pytest
import torch
from support import tiny
from support.refused import refused

from seq2seq.config.model import ForecasterConfig
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.model_folder.read import damage, describe
from seq2seq.models.build import build_model
from seq2seq.models.decoder import Attentive, FixedContext
from seq2seq.models.distributions import Gaussian, StudentT
from seq2seq.models.forecaster import Forecaster
from seq2seq.text.vocabulary.series import FILE


def test_settings_decide_the_parts() -> None:
    plain = build_model(ForecasterConfig(), 3, 3, season=7)
    assert (plain.season, type(plain.decoder), type(plain.distribution)) == (7, FixedContext, StudentT)
    config = ForecasterConfig.model_validate({"attention": {}, "distribution": "gaussian"})
    other = build_model(config, 1, 1, season=1)
    assert (other.season, type(other.decoder), type(other.distribution)) == (1, Attentive, Gaussian)
    assert other.head.out_features == 2
    direct = build_model(ForecasterConfig(autoregression=True), 3, 3, season=7)
    assert direct.head.in_features == plain.head.in_features + plain.target.linear.in_features
    # One number more is read of every step, by both sides.
    sizes = [build_model(ForecasterConfig(), size, size, season=1).parameter_count() for size in (1, 2)]
    assert sizes[1] - sizes[0] == 2 * ForecasterConfig().embedding


@pytest.mark.parametrize("attention", [False, True])
def test_a_folder_keeps_it_with_its_season(attention: bool, tmp_path: Path) -> None:
    loaded = load_folder(tiny.save_forecaster(tmp_path / "model", attention=attention))
    before, after = tiny.forecaster(attention=attention), loaded.model
    assert isinstance(after, Forecaster)
    assert (after.season, loaded.tokenizers.joint) == (12, True)
    values, known = torch.randn(2, 26, 1, generator=torch.manual_seed(1)).cumsum(1), torch.zeros(2, 26, 1)
    (one, _), (other, _) = (model(values, torch.tensor([20, 17]), known, 6) for model in (before, after))
    assert torch.equal(one, other)


def test_a_folder_without_the_format_of_its_series_is_incomplete(tmp_path: Path) -> None:
    folder = tiny.save_forecaster(tmp_path / "model")
    (folder / FILE).unlink()
    assert damage(folder, describe(folder))[0] == f"{FILE}: missing"
    with refused("model.missing-file", FILE):
        load_folder(folder)
