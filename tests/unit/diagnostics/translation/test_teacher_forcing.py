"""Predictions by teacher forcing are those of search, token by token."""

import numpy as np
import pytest
import torch

from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.teacher_forcing import force, nats_of
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.decode import score_targets
from seq2seq.special import EOS


def test_sums_are_the_scores_of_search(subject: Subject) -> None:
    assert isinstance(subject.model, Seq2Seq)
    examples = subject.examples[:10]
    expected = score_targets(
        TorchStepper(subject.model), [one.source_ids for one in examples], [one.target_ids for one in examples]
    )
    nats, tokens = nats_of(subject, examples)
    assert nats == pytest.approx(-expected, rel=1e-5)
    assert tokens.tolist() == [len(one.target_ids) + 1 for one in examples]


def test_every_token_has_its_prediction(subject: Subject) -> None:
    model, example = subject.model, subject.examples[3]
    assert isinstance(model, Seq2Seq)
    (forced,) = force(subject, [example], attention=True)
    with torch.inference_mode():
        source = torch.tensor([[*example.source_ids, EOS]])
        features = model(source, torch.tensor([source.size(1)]), torch.tensor([[2, *example.target_ids]]))
        probabilities = torch.softmax(model.project(features)[0], dim=1).numpy()
    assert forced.tokens.tolist() == [*example.target_ids, EOS]
    assert forced.nats == pytest.approx(-np.log(probabilities[range(len(probabilities)), forced.tokens]), rel=1e-4)
    assert forced.best.tolist() == probabilities.argmax(axis=1).tolist()
    assert forced.confidence == pytest.approx(probabilities.max(axis=1), rel=1e-4)
    assert forced.attention is not None
    assert forced.attention.shape == (len(example.target_ids) + 1, len(example.source_ids) + 1)
    assert forced.attention.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
