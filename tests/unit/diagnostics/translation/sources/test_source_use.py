"""What the source brings is a difference of losses; a source that brings nothing is named."""

from dataclasses import replace

import numpy as np
import pytest

from seq2seq.diagnostics.consequences import name_causes
from seq2seq.diagnostics.diagnosis import Part
from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation import learnt
from seq2seq.diagnostics.translation.sources import source_use as module
from seq2seq.diagnostics.translation.sources.pairing import SHIFTS, Pairing
from seq2seq.diagnostics.translation.sources.source_use import _partners, source_use
from seq2seq.models.decoder import Memory
from seq2seq.models.seq2seq import Seq2Seq


def test_sources_are_exchanged_among_those_with_the_same_tags() -> None:
    examples = [Example(f"<2{('de', 'fr')[row % 2]}> text {row}", "", (row % 2, row), ()) for row in range(40)]
    partners = _partners(examples, np.random.default_rng(1))
    assert sorted(partners) == list(range(40))
    assert all(other != row and (other - row) % 2 == 0 for row, other in partners.items())


def test_the_gain_is_that_of_the_losses(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    def two_more_per_token(_: Subject, examples: list[Example]) -> tuple[np.ndarray, np.ndarray]:
        nats, tokens = real(subject, [by_target[one.target] for one in examples])
        return nats + 2.0 * tokens, tokens

    real, by_target = module.nats_of, {one.target: one for one in subject.examples}
    monkeypatch.setattr(module, "nats_of", two_more_per_token)
    (found,) = source_use(subject)
    assert found.value == pytest.approx(2.0, abs=1e-3)
    assert found.verdict is Verdict.FINE
    assert found.details["interval"] == pytest.approx([2.0, 2.0], abs=1e-3)


def test_a_network_without_a_path_from_the_source_is_named(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(model: Seq2Seq, *inputs: object) -> object:
        memory, state = real(model, *inputs)  # type: ignore[arg-type]
        assert memory.outputs is not None
        assert memory.keys is not None
        blank = Memory(memory.mask, memory.outputs * 0, memory.keys * 0)
        return blank, state._replace(layers=tuple(part * 0 for part in state.layers))

    real = Seq2Seq.encode
    monkeypatch.setattr(Seq2Seq, "encode", cut)
    (found,) = source_use(subject)
    assert (found.verdict, found.trouble) == (Verdict.TROUBLE, "source.ignored")
    stuck = replace(found, measure="gates-encoder", trouble="gates.saturated", remedy="Start again.")
    (part,) = name_causes([Part("all", "All", (found, stuck))])
    found = part.findings[0]
    assert (found.verdict, found.trouble, found.remedy) == (Verdict.WATCH, "source.ignored", "Start again.")


def test_a_source_of_no_use_to_a_model_that_has_learnt_is_named(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noise(_: Subject, examples: list[Example]) -> tuple[np.ndarray, np.ndarray]:
        nats, tokens = real(subject, [by_target[one.target] for one in examples])
        return nats + np.where(np.arange(len(nats)) % 2, 0.05, -0.05), tokens

    real, by_target = module.nats_of, {one.target: one for one in subject.examples}
    monkeypatch.setattr(module, "nats_of", noise)
    monkeypatch.setattr(module, "has_learnt", lambda _: True)
    (found,) = source_use(subject)
    assert (found.verdict, found.trouble) == (Verdict.TROUBLE, "source.ignored")
    subject = replace(subject)
    few = Pairing(dict.fromkeys(SHIFTS, 0.0), 0.0, related=False, lines=3000, sources=3, shifted={}, first=None)
    monkeypatch.setattr(module, "training_pairing", lambda _: replace(few, sources=2500))
    (found,) = source_use(subject)
    assert (found.verdict, found.trouble) == (Verdict.WATCH, "source.ignored")  # the pairs are mixed up
    subject = replace(subject)
    monkeypatch.setattr(module, "has_learnt", lambda _: False)
    monkeypatch.setattr(module, "training_pairing", lambda _: few)
    (found,) = source_use(subject)
    assert (found.verdict, found.trouble) == (Verdict.TROUBLE, "source.ignored")  # there is nothing to learn from
    subject = replace(subject)
    monkeypatch.setattr(module, "training_pairing", lambda _: None)
    (found,) = source_use(subject)
    assert (found.verdict, found.trouble) == (Verdict.WATCH, "source.ignored")


def test_the_least_loss_of_a_unigram_is_the_entropy() -> None:
    examples = [Example("", "", (), (5, 5)), Example("", "", (), (5, 9))]
    expected = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert learnt.unigram_nats(examples) == pytest.approx(expected)
