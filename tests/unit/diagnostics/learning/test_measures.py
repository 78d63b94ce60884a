"""Measures on models: their figures are right, and what is planted is found."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support import tiny

from seq2seq import log, resources
from seq2seq.data.preparing.prepare import prepare
from seq2seq.data.preparing.split import Split
from seq2seq.diagnostics.classification.reading import labelled
from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.learning.association import Association, association
from seq2seq.diagnostics.learning.losses import example_losses, measure_losses
from seq2seq.diagnostics.learning.measures import measure_learning
from seq2seq.diagnostics.learning.padding import measure_padding
from seq2seq.diagnostics.learning.parameters import (
    encoder_parameters,
    judge_parameters,
    measure_parameters,
    unchanged,
    without_gradient,
)
from seq2seq.diagnostics.learning.vocabulary import measure_vocabulary
from seq2seq.diagnostics.subject import Subject
from seq2seq.model_folder.config_file import ConfigFile
from seq2seq.models.attention import Attention
from seq2seq.models.build import build_model
from seq2seq.models.encoder import EncoderOutput
from seq2seq.models.pooling import Pooling
from seq2seq.training.step.objective import SequenceObjective

MODELS = Path(__file__).parents[3] / "fixtures/models"


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """A translator, with the first thousand rows of the phrasebook as its training data."""
    opened = Subject.open(MODELS / "translation-1", sample=40, device="cpu")
    folder = tmp_path_factory.mktemp("phrases")
    for name, count in (("train", 1000), ("dev", 20)):
        rows = (resources.data_folder() / "phrasebook" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
        (folder / f"{name}.tsv").write_text("\n".join(rows[: count + 1]) + "\n", encoding="utf-8")
    data = opened.recipe.data.model_copy(update={"path": str(folder), "cache": str(folder / "cache"), "workers": 1})
    with log.muted():
        prepared = prepare(data, opened.recipe.tokenizer, seed=1, tokenizers=opened.loaded.tokenizers)
    return replace(opened, train=prepared.train)


@pytest.fixture(scope="module")
def classifier() -> Subject:
    return Subject.open(MODELS / "classification-1", sample=40, device="cpu")


def test_losses_of_examples_add_up_to_the_objectives(subject: Subject) -> None:
    nats, tokens = example_losses(subject, subject.examples)
    objective = SequenceObjective(subject.model, smoothing=0.0).eval()  # type: ignore[arg-type]
    expected = 0.0
    for rows, batch in subject.batches(subject.examples):
        with torch.no_grad():
            losses = objective(batch.source, batch.source_lengths, batch.target)
        assert nats[list(rows)].sum() == pytest.approx(float(losses.nll), rel=1e-5)
        expected += float(losses.nll)
    assert nats.sum() == pytest.approx(expected, rel=1e-5)
    assert tokens.tolist() == [len(one.target_ids) + 1 for one in subject.examples]


def test_losses_of_labels(classifier: Subject) -> None:
    losses = measure_losses(classifier)
    assert losses.unit == "label"
    assert losses.bigram is None
    assert losses.uniform == pytest.approx(np.log(len(classifier.loaded.tokenizers.target.names)))  # type: ignore[attr-defined]
    assert losses.unigram is not None
    assert losses.model < losses.unigram


def test_simpler_models_are_compared_on_the_same_examples(subject: Subject) -> None:
    """The more a model sees, the better it is; the unigram is that of training, if all examples are taken."""
    losses = measure_losses(subject)
    assert losses.blind is not None
    assert losses.bigram is not None
    assert losses.unigram is not None
    assert losses.blind < losses.bigram < losses.unigram < losses.uniform
    assert losses.behind  # the fixture was trained for a few steps
    assert losses.units == sum(len(one.target_ids) + 1 for one in subject.examples)


def test_findings_of_a_trained_model_are_sound(subject: Subject, classifier: Subject) -> None:
    for opened in (subject, classifier):
        findings = [*measure_learning(opened), *measure_padding(opened), *measure_parameters(opened)]
        assert [one.measure for one in findings if one.verdict is Verdict.TROUBLE] == []
        assert len({one.measure for one in findings}) == len(findings)


# -------------------------------------------------------------------------------------------------------------- padding


def unmasked(self: Attention, queries: Any, keys: Any, memory: Any, mask: torch.Tensor) -> Any:
    return MASKED(self, queries, keys, memory, torch.ones_like(mask))


MASKED = Attention.forward


def unmasked_mean(_: Pooling, encoded: EncoderOutput, mask: torch.Tensor) -> torch.Tensor:  # noqa: ARG001
    return encoded.outputs.mean(dim=1)


def test_attention_that_reads_padding_is_found(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure_padding(subject)[0].verdict is Verdict.FINE
    monkeypatch.setattr(Attention, "forward", unmasked)
    (finding,) = measure_padding(subject)
    assert finding.trouble == "padding.leaks"
    assert finding.value is not None
    assert finding.value > 1e-3


def test_pooling_that_reads_padding_is_found(classifier: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure_padding(classifier)[0].verdict is Verdict.FINE
    monkeypatch.setattr(type(classifier.model.pooling), "forward", unmasked_mean)
    assert measure_padding(classifier)[0].trouble == "padding.leaks"


# ----------------------------------------------------------------------------------------------------------- parameters


def test_a_part_that_no_gradient_reaches_is_named(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    forward = type(subject.model.bridge).forward  # type: ignore[union-attr]
    monkeypatch.setattr(
        type(subject.model.bridge),  # type: ignore[union-attr]
        "forward",
        lambda self, final: tuple(part.detach() for part in forward(self, final)),
    )
    (_, batch) = next(subject.batches(subject.examples))
    silent = without_gradient(subject.model, batch)
    assert silent
    assert all(name.startswith("bridge.") for name in silent)


def test_parameters_that_training_left_are_named() -> None:
    """The model that the seed makes, of which one parameter has moved."""
    recipe = tiny.recipe()
    torch.manual_seed(recipe.training.seed)
    size = tiny.tokenizers().source.size
    model = build_model(recipe.model, size, size)
    names = {name for name, _ in model.named_parameters()}
    assert set(unchanged(model, recipe)) == names
    with torch.no_grad():
        model.projection.weight[0, 0] += 1e-3
    same = unchanged(model, recipe)
    assert set(same) == names - {"projection.weight"}
    assert judge_parameters([], same, encoder_parameters(model)).trouble == "parameters.not-learning"


# ---------------------------------------------------------------------------------------------------------- association


class Pairs:
    """As much of a split as the association reads."""

    def __init__(self, pairs: list[tuple[list[int], list[int]]]) -> None:
        self.pairs = pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def source_ids(self, row: int) -> np.ndarray:
        return np.array(self.pairs[row][0], dtype=np.int32)

    def target_ids(self, row: int) -> np.ndarray:
        return np.array(self.pairs[row][1], dtype=np.int32)


def random_pairs(count: int, *, seed: int = 0) -> list[tuple[list[int], list[int]]]:
    """Sources of 8 out of 40 tokens; a target has the partner of each, in another order."""
    generator = np.random.default_rng(seed)
    sources = [generator.choice(40, 8, replace=False) + 4 for _ in range(count)]
    return [(source.tolist(), generator.permutation(source + 40).tolist()) for source in sources]


def associated(pairs: list[tuple[list[int], list[int]]], seed: int = 1) -> Association:
    found = association(Pairs(pairs), np.random.default_rng(seed))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_pairs_that_belong_together_are_far_above_chance() -> None:
    found = associated(random_pairs(300))
    assert found.own > 15
    assert found.shifted < 4


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_pairs_are_not(seed: int) -> None:
    pairs = random_pairs(600, seed=seed)
    order = np.random.default_rng(seed).permutation(len(pairs))
    found = associated([(source, pairs[place][1]) for (source, _), place in zip(pairs, order, strict=True)], seed)
    assert max(found.own, found.shifted) < 4


@pytest.mark.parametrize("rows", [1, -2])
def test_targets_that_are_off_by_a_row_are_told_apart(rows: int) -> None:
    pairs = random_pairs(300)
    targets = np.roll(np.arange(len(pairs)), rows)
    found = associated([(source, pairs[place][1]) for (source, _), place in zip(pairs, targets, strict=True)])
    assert found.own < 4
    assert found.shifted > 15


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_the_share_of_shuffled_pairs_is_estimated(share: float) -> None:
    """Twice the share that ranks in the lower half; what fits ranks above all others."""
    pairs = random_pairs(1600)
    count = round(share * len(pairs))
    chosen = np.random.default_rng(3).permutation(len(pairs))[:count]
    mixed = list(pairs)
    for place, other in zip(chosen.tolist(), np.roll(chosen, 1).tolist(), strict=True):
        mixed[place] = (pairs[place][0], pairs[other][1])
    found = associated(mixed)
    assert 2 * found.low == pytest.approx(share, abs=0.12)
    assert found.top == pytest.approx(1 - share, abs=0.12)


def test_the_same_source_everywhere_says_nothing() -> None:
    pairs = random_pairs(300)
    alike = [(pairs[0][0], target) for _, target in pairs]
    assert association(Pairs(alike), np.random.default_rng(0)) is None  # type: ignore[arg-type]


def test_too_few_pairs_say_nothing() -> None:
    assert association(Pairs(random_pairs(50)), np.random.default_rng(0)) is None  # type: ignore[arg-type]


# ----------------------------------------------------------------------------------------------------------- vocabulary


def test_entries_of_a_joint_vocabulary_count_on_both_sides(subject: Subject) -> None:
    (finding,) = measure_vocabulary(subject)
    tokenizers = subject.loaded.tokenizers
    assert isinstance(subject.train, Split)
    counts = np.zeros(tokenizers.source.size, dtype=int)
    for row in range(len(subject.train)):
        for ids in (subject.train.source_ids(row), subject.train.target_ids(row)):
            np.add.at(counts, ids, 1)
    assert finding.details["rare"] == int((counts[4:] < 5).sum())
    assert finding.details["entries"] == tokenizers.source.size - 4
    assert measure_vocabulary(replace(subject, train=None)) == []


def test_labels_are_scored_by_the_probabilities_that_the_classifier_gives() -> None:
    subject = Subject.open(MODELS / "classification-1", sample=60, device="cpu")
    measured = {"calibration": {"temperature": 2.5}}
    content = subject.loaded.description.model_copy(update={"measured": measured}).to_dict()
    config = ConfigFile(subject.loaded.path, content, trusted=False)
    subject = replace(subject, loaded=replace(subject.loaded, config=config))
    given = labelled(subject)
    expected = -np.log(given.probabilities[np.arange(60), given.expected]).mean()
    assert measure_losses(subject).model == pytest.approx(expected)
    assert len(given.expected) == 60
