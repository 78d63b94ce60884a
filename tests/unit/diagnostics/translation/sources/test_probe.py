"""A probe reads back what a vector holds, and no more than chance of what it does not."""

import numpy as np
import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.sources.probe import encode, probe, read_back
from seq2seq.models.seq2seq import Seq2Seq

KINDS = 20


def test_a_vector_that_holds_the_first_token_gives_it_back() -> None:
    random = np.random.default_rng(1)
    codes, noise = random.normal(size=(KINDS, 12)), 0.05
    train, test = (random.integers(0, KINDS, size=(size, 2)) for size in (400, 300))
    states = []
    for ids in (train, test):
        final = codes[ids[:, 0]] + noise * random.normal(size=(len(ids), 12))
        states.append((final, codes[ids]))
    first, second = read_back(train.tolist(), test.tolist(), states, random)[0]
    assert (first.position, first.sentences, first.accuracy, first.attended) == (1, 300, 1.0, 1.0)
    assert (second.position, second.attended) == (2, 1.0)
    # A probe answers alike for all sentences with the same first token: as many answers as kinds are right by chance.
    error = (1 / KINDS / KINDS) ** 0.5
    for share, times in ((first.control, 8), (first.commonest, 1), (second.accuracy, 1), (second.control, 8)):
        assert share == pytest.approx(1 / KINDS, abs=3.5 * error / times**0.5)


def test_states_are_those_at_the_end_of_each_sentence(subject: Subject) -> None:
    final, outputs = encode(subject, subject.examples[:8])
    assert isinstance(subject.model, Seq2Seq)
    half = subject.model.encoder.size // 2
    for row, example in enumerate(subject.examples[:8]):
        alone, first = encode(subject, [example])
        assert final[row] == pytest.approx(alone[0], abs=1e-5)
        assert outputs[row, : first.shape[1]] == pytest.approx(first[0], abs=1e-5)
        # The backward direction ends at the first token.
        assert outputs[row, 0, half:] == pytest.approx(final[row, half : 2 * half], abs=1e-5)


def test_the_finding_is_a_fact(subject: Subject, opened: Subject) -> None:
    assert probe(subject) == ()  # too few sentences
    larger = Subject.open(opened.loaded.path, sample=200, device="cpu")
    (found,) = probe(larger)
    assert found.verdict is Verdict.UNJUDGED
    assert isinstance(found.details["positions"], list)
