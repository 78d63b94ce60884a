"""Outputs of a diagnosis are those of the translator."""

from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation import outputs as module
from seq2seq.diagnostics.translation.outputs import decoded, greedy, translator_of

GENERATOR = Path(__file__).parents[3] / "fixtures/models/generation-1"


def test_outputs_are_those_of_the_translator(subject: Subject) -> None:
    small = replace(subject, examples=subject.examples[:6])
    translator, sources = translator_of(small), [one.source for one in small.examples]
    assert [one.text for one in decoded(small)] == translator.translate(sources)
    assert [one.text for one in greedy(small)] == translator.translate(sources, beam=1)
    for output in decoded(small):
        assert output.attention is not None
        assert output.attention.shape == (len(output.tokens), len(output.example.source_ids) + 1)
        assert small.loaded.tokenizers.target.decode(output.tokens) == output.text


def test_a_generator_writes_for_the_tags_of_its_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject.open(GENERATOR, sample=3, device="cpu")
    short = module.decoding_of(subject).model_copy(update={"max_length_extra": 20})
    monkeypatch.setattr(module, "decoding_of", lambda _: short)
    outputs = decoded(subject)
    assert [one.example for one in outputs] == list(subject.examples)
    assert all(one.attention is None and len(one.tokens) <= 20 for one in outputs)
