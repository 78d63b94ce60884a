"""Measures of a synthesizer: verdicts on outcomes that are planted, and figures of a small network."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import synthesis
from support.synthesis import DOWN, UP

from seq2seq.data.batching.batch import collate
from seq2seq.diagnostics.examine import OF_VECTORS, examine, sections_of
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.losses import batch_losses
from seq2seq.diagnostics.learning.parameters import measure_parameters, without_gradient
from seq2seq.diagnostics.network.reading import batches, read_batch, sample
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.synthesis import likelihood, tags
from seq2seq.diagnostics.synthesis.deviations import levels, measure_deviations
from seq2seq.diagnostics.synthesis.outcomes import Drawn, Predicted, drawn, numbers_of, predicted
from seq2seq.diagnostics.synthesis.residuals import neighbouring_steps, numbers_of_a_step
from seq2seq.diagnostics.synthesis.samples import measure_samples
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.series.series import Floats
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import VocabularyPair

RANDOM = np.random.default_rng(1)
COUNT = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    train, dev = (synthesis.rows(COUNT, seed=seed) for seed in (1, 2))
    synthesis.write(folder / "train.tsv", train)
    synthesis.write(folder / "dev.tsv", dev)
    channels = Channels.collect((json.dumps(steps) for _, steps in train), scaling="standard")
    columns = {"source": "tag", "target": "vectors"}
    data = {"path": str(folder), "columns": columns, "cache": str(folder / "cache"), "workers": 1}
    save_folder(
        folder / "model",
        model=synthesis.synthesizer(),
        tokenizers=VocabularyPair(synthesis.tokenizers().source, channels),
        recipe=synthesis.recipe(data),
        name="tiny",
    )
    return folder / "model"


@pytest.fixture
def subject(folder: Path) -> Subject:
    return Subject.open(folder, device="cpu")


def plant(subject: Subject, what: Callable[[Subject], Any], found: object) -> None:
    """Let a measure find this."""
    subject.results[what.__wrapped__] = found  # type: ignore[attr-defined]


def plant_nats(subject: Subject, per_step: float) -> None:
    found = [Predicted(np.zeros(0), np.full(len(one.target_ids), per_step)) for one in subject.examples]
    plant(subject, predicted, found)


def verdict(found: Finding) -> tuple[Verdict, str | None]:
    return found.verdict, found.trouble


def test_what_reads_steps_has_nothing_to_learn_from_sequences_of_one(subject: Subject) -> None:
    examples = [one._replace(target_ids=one.target_ids[:1]) for one in subject.examples]
    batch = collate([one.source_ids for one in examples], [one.target_ids for one in examples])
    assert without_gradient(subject.model, batch) == ["steps.linear.weight"]
    (found,) = measure_parameters(replace(subject, examples=examples))
    assert found.to_dict()["details"]["without_gradient"] == []


def test_a_synthesizer_has_measures_of_its_own(subject: Subject) -> None:
    assert sections_of(subject) == OF_VECTORS
    assert (subject.unit, len(subject.examples), len(subject.train_examples)) == ("step", COUNT, COUNT)
    found = examine(subject, OF_VECTORS)
    names = {finding.measure for finding in found.findings}
    assert names >= {
        "likelihood", "over-fitting", "tags", "deviations", "residuals", "numbers-of-a-step", "lengths", "spread",
        "gradient-flow-decoder", "gates-decoder", "states-decoder", "padding", "parameters",
    }  # fmt: skip
    padding = next(finding for finding in found.findings if finding.measure == "padding")
    assert padding.verdict is Verdict.FINE
    assert found.about["training_data"] == "read"


def test_losses_are_those_of_training(subject: Subject) -> None:
    nats = [float(one.nats.sum()) for one in predicted(subject)]
    assert [one.parameters.shape for one in predicted(subject)][:2] == [(DOWN, 2, 2), (UP, 2, 2)]
    for batch in batches(subject, sample(subject, "a test")):
        trace, loss = read_batch(subject.model, batch, gradients=True)
        own, steps = batch_losses(subject.model, batch)
        assert own.sum() == pytest.approx(loss.item(), rel=1e-5)
        assert (steps.sum(), {one.side for one in trace.cells}) == (batch.target_tokens, {"decoder"})
        assert sum(nats) == pytest.approx(loss.item(), rel=1e-5)


def test_likelihood_is_compared_with_that_of_independent_numbers(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = likelihood.measure_likelihood(subject)[0].details["independent"]
    assert isinstance(base, float)
    plant_nats(subject, base + 0.1)
    assert verdict(likelihood.measure_likelihood(subject)[0]) == (Verdict.TROUBLE, "vectors.no-better")
    plant_nats(subject, base - 1)
    right = likelihood.measure_likelihood(subject)[0]
    assert verdict(right) == (Verdict.FINE, None)
    assert right.value == pytest.approx(base - 1)
    for train, other, expected in (
        (base - 3, base - 2.9, (Verdict.FINE, None)),
        (base - 3, base - 1, (Verdict.WATCH, "over-fitting")),
        (base - 3, base + 1, (Verdict.TROUBLE, "over-fitting")),
        (base + 0.5, base - 1, (Verdict.UNJUDGED, None)),
    ):

        def predict(of: Subject, examples: Any, _tags: Any, train: float = train, other: float = other) -> Any:
            nats = train if examples is of.train_examples else other
            return [Predicted(np.zeros(0), np.full(len(one.target_ids), nats)) for one in examples]

        monkeypatch.setattr(likelihood, "predict", predict)
        assert verdict(likelihood.measure_likelihood(subject)[1]) == expected


def test_what_tags_bring(subject: Subject, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_nats(subject, 1.0)
    given: list[tuple[int, ...]] = []

    def predict(_of: Subject, examples: Any, some: Sequence[Any], more: float) -> list[Predicted]:
        given[:] = some
        noise = RANDOM.normal(size=len(examples))
        return [
            Predicted(np.zeros(0), np.full(len(one.target_ids), 1 + more + noise[row]))
            for row, one in enumerate(examples)
        ]

    for more, expected in ((2.0, (Verdict.FINE, None)), (-0.2, (Verdict.TROUBLE, "tags.ignored"))):
        monkeypatch.setattr(tags, "predict", lambda *some, more=more: predict(*some, more))
        (found,) = tags.measure_tags(subject)
        assert verdict(found) == expected, found.sentence
    assert all(tuple(one.source_ids) != other for one, other in zip(subject.examples, given, strict=True))
    synthesis.write(folder.parent / "alike.tsv", synthesis.rows(9, seed=3)[::2])
    assert tags.measure_tags(Subject.open(folder, str(folder.parent / "alike.tsv"), device="cpu")) == []


def test_levels_are_even_where_distributions_are_right(subject: Subject) -> None:
    wide = math.log(math.expm1(1 - 1e-3))  # the raw parameter of a width of 1
    found = []
    for one in subject.examples:
        numbers = numbers_of(one)
        means = numbers - RANDOM.normal(size=numbers.shape)
        found.append(Predicted(np.stack([means, np.full_like(means, wide)], axis=2), np.zeros(len(numbers))))
    plant(subject, predicted, found)
    every = np.concatenate(levels(subject))
    assert every.mean() == pytest.approx(0.5, abs=0.06)
    assert every.std() == pytest.approx(12**-0.5, abs=0.04)
    (judged,) = measure_deviations(subject)
    assert verdict(judged) == (Verdict.FINE, None)
    assert judged.value == pytest.approx(100 * np.mean((every >= 0.1) & (every <= 0.9)))


def test_coverage_is_judged(subject: Subject) -> None:
    even = RANDOM.permutation((np.arange(240) + 0.5) / 240).reshape(24, 5, 2)
    for found, expected in (
        (even, (Verdict.FINE, None)),
        (np.where(RANDOM.random((24, 5, 2)) < 0.5, 0.01, 0.99), (Verdict.TROUBLE, "deviations.narrow")),
        (0.2 + 0.6 * even, (Verdict.WATCH, "deviations.wide")),
        (0.01 + 0.77 * even, (Verdict.WATCH, "deviations.biased")),
        (even[:5], (Verdict.UNJUDGED, None)),
    ):
        plant(subject, levels, list(found))
        (judged,) = measure_deviations(subject)
        assert verdict(judged) == expected, judged.sentence


def test_what_is_left_of_neighbouring_steps() -> None:
    noise = RANDOM.normal(size=(40, 12, 2))
    related = noise.copy()
    for step in range(1, 12):
        related[:, step] += 0.6 * related[:, step - 1]
    for left, expected in (
        (noise, (Verdict.FINE, None)),
        (related, (Verdict.WATCH, "residuals.correlated")),
        (noise[:2], (Verdict.UNJUDGED, None)),
        (noise[:, :1], (Verdict.UNJUDGED, None)),
    ):
        assert verdict(neighbouring_steps(list(left))) == expected


def test_what_numbers_of_a_step_have_in_common() -> None:
    noise = RANDOM.normal(size=(2000, 3))
    together = np.stack([noise[:, 0], 0.8 * noise[:, 0] + 0.6 * noise[:, 1], np.full(2000, 0.3)], axis=1)
    (apart,) = numbers_of_a_step([noise])
    assert verdict(apart) == (Verdict.FINE, None)
    assert apart.value == pytest.approx(0, abs=0.002)
    (found,) = numbers_of_a_step([together[:1000], together[1000:]])
    assert verdict(found) == (Verdict.WATCH, "numbers.dependent")
    assert found.details["numbers"] == [0, 1]
    assert found.value == pytest.approx(-math.log(1 - 0.8**2) / 4, rel=0.1)  # of two numbers, half each
    assert verdict(numbers_of_a_step([noise[:20]])[0]) == (Verdict.UNJUDGED, None)
    assert numbers_of_a_step([together[:, :1]]) == []


def test_samples_are_compared_with_data(subject: Subject) -> None:
    data = [numbers_of(one) for one in subject.examples]
    fine = (Verdict.FINE, None)

    def cut(steps: int) -> list[Drawn]:
        return [Drawn(one[:steps], ended=True) for one in data]

    def scaled(by: float) -> list[Drawn]:
        return [Drawn(by * one, ended=True) for one in data]

    same: list[tuple[list[Drawn], Any, Any]] = [
        (scaled(1.0), fine, fine),
        (cut(3), (Verdict.WATCH, "ends.early"), None),
        ([Drawn(one.repeat(2, axis=0), ended=True) for one in data], (Verdict.WATCH, "ends.late"), fine),
        ([Drawn(one, ended=row % 4 > 0) for row, one in enumerate(data)], (Verdict.TROUBLE, "ends.missed"), fine),
        (scaled(1.5), fine, (Verdict.WATCH, "samples.wide")),
        (scaled(0.5), fine, (Verdict.WATCH, "samples.narrow")),
    ]
    for found, lengths, spread in same:
        plant(subject, drawn, found)
        first, second = measure_samples(subject)
        assert verdict(first) == lengths, first.sentence
        assert spread is None or verdict(second) == spread, second.sentence
        assert first.value == pytest.approx(100 * np.mean([len(one.steps) for one in found]) / 5)


def test_sequences_are_sampled_from_the_tags_of_examples(subject: Subject) -> None:
    found: list[Floats] = [one.steps for one in drawn(subject)]
    assert len(found) == COUNT
    assert max(map(len, found)) <= 2 * DOWN
    again = drawn(Subject.open(subject.loaded.path, device="cpu"))
    np.testing.assert_array_equal(found[3], again[3].steps)


@pytest.mark.parametrize(("first", "sampled"), [("up", 1), ("sideways", 0)])
def test_nothing_is_sampled_from_tags_that_are_not_known(folder: Path, first: str, sampled: int) -> None:
    steps = [steps for _, steps in synthesis.rows(4, seed=4)]
    file = synthesis.write(folder.parent / "other.tsv", [(first, steps[0]), *(("up sideways", one) for one in steps)])
    subject = Subject.open(folder, str(file), device="cpu")
    assert len(drawn(subject)) == sampled
    assert len(measure_samples(subject)) == 2 * sampled
    assert len(predicted(subject)) == 5
