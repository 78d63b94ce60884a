"""A model is opened with examples to measure it on."""

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seq2seq.diagnostics.examine import Section, examine
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject, once_per_subject
from seq2seq.diagnostics.translation.teacher_forcing import forced_examples
from seq2seq.special import EOS

MODEL = Path(__file__).parents[2] / "fixtures/models/translation-1"


@pytest.fixture(scope="module")
def subject() -> Subject:
    return Subject.open(MODEL, sample=20, device="cpu")


def test_examples_are_a_sample_of_the_development_split(subject: Subject) -> None:
    assert len(subject.examples) == 20
    assert len({example.source for example in subject.examples}) > 15
    example, tokenizers = subject.examples[0], subject.loaded.tokenizers
    assert example.source_ids == tokenizers.source.encode(example.source)
    assert example.target_ids == tokenizers.target.encode(example.target)
    assert Subject.open(MODEL, sample=20, device="cpu").examples == subject.examples
    assert Subject.open(MODEL, sample=20, device="cpu", seed=2).examples != subject.examples


def test_other_data_take_the_place_of_the_recipes(tmp_path: Path) -> None:
    data = tmp_path / "own.tsv"
    data.write_text("en\tde\nWe are here.\tWir sind hier.\n", encoding="utf-8")
    opened = Subject.open(MODEL, str(data), device="cpu")
    assert [(one.source, one.target) for one in opened.examples] == [("We are here.", "Wir sind hier.")]


def test_the_development_split_stays_at_hand_beside_named_data(tmp_path: Path, subject: Subject) -> None:
    data = tmp_path / "own.tsv"
    data.write_text("en\tde\n" + "".join(f"We are {n}.\tWir sind {n}.\n" for n in range(50)), encoding="utf-8")
    opened = Subject.open(MODEL, str(data), device="cpu", sample=8)
    assert opened.named
    assert not subject.named
    assert {one.source for one in subject.examples} <= {one.source for one in opened.own_examples}
    assert subject.own_examples == subject.examples


def test_stretches_are_consecutive_whatever_is_sampled(tmp_path: Path) -> None:
    data = tmp_path / "own.tsv"
    data.write_text("en\tde\n" + "".join(f"We are {n}.\tWir sind {n}.\n" for n in range(50)), encoding="utf-8")
    opened = Subject.open(MODEL, str(data), device="cpu", sample=8)
    found = [[one.source for one in run] for run in opened.stretches(10, 3)]
    assert found == [[f"We are {n}." for n in range(start, start + 10)] for start in (0, 20, 40)]
    assert [len(run) for run in opened.stretches(80, 3)] == [50]


def test_batches_hold_every_example_once(subject: Subject) -> None:
    seen: list[int] = []
    for rows, batch in subject.batches(subject.examples, rows=6):
        assert len(rows) == len(batch) <= 6
        for place, row in enumerate(rows):
            ids = batch.source[place, : int(batch.source_lengths[place])].tolist()
            assert ids == [*subject.examples[row].source_ids, EOS]
        seen += rows
    assert sorted(seen) == list(range(20))


def test_measures_have_generators_of_their_own(subject: Subject) -> None:
    one, same, other = (subject.generator(name).random(4) for name in ("a", "a", "b"))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_model_without_a_run_has_no_metrics(subject: Subject) -> None:
    assert subject.run is None
    assert subject.metrics == []


def test_a_diagnosis_holds_the_findings_of_all_sections_that_have_some(subject: Subject) -> None:
    fine = Finding(measure="one", title="One", value=1.0, verdict=Verdict.FINE, sentence="Fine.")
    trouble = Finding(
        measure="two", title="Two", value=2.0, verdict=Verdict.TROUBLE, sentence="Bad.", trouble="a.b", remedy="Do it."
    )
    sections = [
        Section("first", "First", [lambda _: [fine], lambda _: []]),
        Section("empty", "Empty", [lambda _: []]),
        Section("last", "Last", [lambda _: [trouble]]),
    ]
    diagnosis = examine(subject, sections)
    assert [part.name for part in diagnosis.parts] == ["first", "last"]
    assert diagnosis.findings == (fine, trouble)
    assert diagnosis.troubles == (trouble,)


def test_results_are_computed_once_and_released_with_the_model() -> None:
    calls = []

    @once_per_subject
    def measured(subject: Subject) -> int:
        calls.append(subject.seed)
        return len(calls)

    opened = Subject.open(MODEL, sample=4, device="cpu")
    assert (measured(opened), measured(opened), measured(replace(opened, seed=7))) == (1, 1, 2)
    assert calls == [1, 7]
    assert forced_examples(opened) is forced_examples(opened)
    model = weakref.ref(opened.model)
    del opened
    calls.clear()
    gc.collect()
    assert model() is None
