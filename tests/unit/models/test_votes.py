"""Naive Bayes beside the network: counted by hand, heard where the model is used, silent where it is trained."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from support import tasks

from seq2seq.config.model import EncoderConfig, ManyToOneConfig
from seq2seq.inference.folder import load_folder
from seq2seq.models.build import build_model
from seq2seq.models.classifier import Classifier
from seq2seq.special import EOS
from seq2seq.training.fit import fit

SOURCE = torch.tensor([[4, 5, EOS], [5, EOS, 0]])
LENGTHS = torch.tensor([3, 2])


def model(votes: float) -> Classifier:
    torch.manual_seed(0)
    built = build_model(ManyToOneConfig(embedding=6, encoder=EncoderConfig(hidden=4), votes=votes), 8, 6)
    if built.votes is not None:
        built.votes.copy_(torch.arange(16.0).view(8, 2))
        built.votes[:4] = 0
    return built


def test_votes_join_where_the_model_is_used() -> None:
    plain, voting = model(0.0).eval(), model(0.5).eval()
    added = voting(SOURCE, LENGTHS) - plain(SOURCE, LENGTHS)
    expected = 0.5 * torch.tensor([[8.0 + 10.0, 9.0 + 11.0], [10.0, 11.0]])
    torch.testing.assert_close(added, expected)


def test_votes_are_silent_in_training_and_no_parameter() -> None:
    voting = model(0.5).train()
    found = []
    for voting.weight in (0.5, 100.0):
        torch.manual_seed(1)  # of dropout
        found.append(voting(SOURCE, LENGTHS))
    torch.testing.assert_close(*found)
    assert "votes" not in dict(voting.named_parameters())
    assert "votes" in voting.state_dict()
    assert "votes" not in model(0.0).state_dict()


def test_training_counts_what_speaks_for_a_label_and_the_folder_keeps_it(tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path, max_steps=1)
    recipe = recipe.model_copy(update={"model": recipe.model.model_copy(update={"votes": 1.0})})
    loaded = load_folder(fit(recipe, tmp_path / "run").model)
    assert isinstance(loaded.model, Classifier)
    votes = loaded.model.votes
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
