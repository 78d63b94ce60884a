"""Naive Bayes beside the network: counted by hand, heard where the model is used, silent where it is trained."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from support import tasks
from support.exported import exported_classifier

from seq2seq.config.model import EncoderConfig, ManyToOneConfig
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.models.build import build_model
from seq2seq.models.classifier import Classifier
from seq2seq.special import EOS, PAD
from seq2seq.training.fit import fit

SOURCE = torch.tensor([[4, 5, EOS], [5, EOS, 0]])
LENGTHS = torch.tensor([3, 2])


def model(votes: float) -> Classifier:
    torch.manual_seed(0)
    built = build_model(ManyToOneConfig(embedding=6, encoder=EncoderConfig(hidden=4), naive_bayes=votes), 8, 6)
    if built.nb_log_ratios is not None:
        built.nb_log_ratios.copy_(torch.arange(16.0).view(8, 2))
        built.nb_log_ratios[:4] = 0
    return built


def test_votes_join_where_the_model_is_used() -> None:
    plain, voting = model(0.0).eval(), model(0.5).eval()
    added = voting(SOURCE, LENGTHS) - plain(SOURCE, LENGTHS)
    expected = 0.5 * torch.tensor([[8.0 + 10.0, 9.0 + 11.0], [10.0, 11.0]])
    torch.testing.assert_close(added, expected)


def test_a_token_votes_once_however_often_it_occurs() -> None:
    """As it is counted once per text in training; the same where ONNX Runtime computes it."""
    plain, voting = model(0.0).eval(), model(0.5).eval()
    rows = [[4, 5, 4, 4, 7], [5, 5], [6, 7, 6, 5, 7, 6]]
    source = torch.tensor([[*row, EOS, *[PAD] * (6 - len(row))] for row in rows])
    lengths = torch.tensor([len(row) + 1 for row in rows])
    expected = torch.stack([0.5 * voting.nb_log_ratios[sorted(set(row))].sum(dim=0) for row in rows])  # type: ignore[index]
    torch.testing.assert_close(voting(source, lengths) - plain(source, lengths), expected)
    exact, int8 = (exported_classifier(voting, int8=int8).logits(rows) for int8 in (False, True))
    np.testing.assert_allclose(exact, voting(source, lengths).detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(int8, exact, atol=0.1)


def test_a_folder_from_before_the_choice_counts_occurrences(tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path, max_steps=1)
    recipe = recipe.model_copy(update={"model": recipe.model.model_copy(update={"naive_bayes": 1.0})})
    folder = fit(recipe, tmp_path / "run").model
    assert load_folder(folder).model.naive_bayes_per == "text"  # type: ignore[union-attr]
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    del config["recipe"]["model"]["naive_bayes_per"], config["checksum"]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    old = load_folder(folder).model
    assert isinstance(old, Classifier)
    assert old.naive_bayes_per == "occurrence"
    assert old.nb_log_ratios is not None
    source = torch.tensor([[4, 4, 4, EOS]])
    plain = old(source, torch.tensor([4])) - old.nb_log_ratios[4] * 3
    old.naive_bayes_per = "text"
    torch.testing.assert_close(old(source, torch.tensor([4])), plain + old.nb_log_ratios[4])


def test_votes_are_silent_in_training_and_no_parameter() -> None:
    voting = model(0.5).train()
    found = []
    for voting.nb_weight in (0.5, 100.0):
        torch.manual_seed(1)  # of dropout
        found.append(voting(SOURCE, LENGTHS))
    torch.testing.assert_close(*found)
    assert "votes" not in dict(voting.named_parameters())
    assert "votes" in voting.state_dict()
    assert "votes" not in model(0.0).state_dict()


def test_training_counts_what_speaks_for_a_label_and_the_folder_keeps_it(tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path, max_steps=1)
    recipe = recipe.model_copy(update={"model": recipe.model.model_copy(update={"naive_bayes": 1.0})})
    loaded = load_folder(fit(recipe, tmp_path / "run").model)
    assert isinstance(loaded.model, Classifier)
    votes = loaded.model.nb_log_ratios
    assert votes is not None
    rows = [line.split("\t") for line in (tmp_path / "train.tsv").read_text(encoding="utf-8").splitlines()]
    names = loaded.tokenizers.target.names  # type: ignore[union-attr]
    counts = np.ones(votes.shape)
    for text, label in rows:
        counts[sorted(set(loaded.tokenizers.source.encode(text))), names.index(label)] += 1
    log_probs = np.log(counts / counts.sum(axis=0))
    expected = log_probs - log_probs.mean(axis=1, keepdims=True)
    assert votes[4:].numpy() == pytest.approx(expected[4:], abs=1e-5)
    assert not votes[:4].any()
    assert math.isfinite(float(votes.abs().max()))
