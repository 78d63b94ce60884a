"""What a validation says, against figures worked out another way."""

import math
import random
import secrets
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from support import tasks, toy
from support.refused import refused

from seq2seq.config.recipe import ClassificationRecipe, Recipe
from seq2seq.config.training import BatchConfig, WindowsConfig
from seq2seq.data.batching.batch import collate
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.batching.windows import WindowLoader
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.inference.translation import Translation
from seq2seq.models.build import build_model
from seq2seq.training import tasks as training_tasks
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.objective import LabelObjective, Objective
from seq2seq.training.tasks import TrainingTask, translation
from seq2seq.training.validation.validation import (
    Validation,
    dev_loader,
    has_decreased,
    improves,
    is_unchanged,
    mean_loss,
)


def set_up(recipe: Recipe) -> tuple[TrainingTask, Prepared]:
    """A task with random weights, as training begins it."""
    prepared = prepare(
        recipe.data,
        recipe.tokenizer,
        seed=1,
        sides=recipe.sides,
        whole=recipe.training.batch.windows is not None,
    )
    torch.manual_seed(1)
    model = build_model(recipe.model, prepared.tokenizers.source.size, prepared.tokenizers.target.size)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)  # decided enough for several labels to come out
    return training_tasks.set_up(recipe, model, prepared, Runtime(accelerator="cpu")), prepared


def validate(training: TrainingTask) -> Validation:
    """Judge the model as it is."""
    training.objective.eval()
    return training.validator.validate()


def one_by_one(objective: Objective, prepared: Prepared) -> tuple[float, int]:
    """Nats and units of the development split, an example at a time."""
    nats, units = 0.0, 0
    for row in range(len(prepared.dev)):
        batch = collate([prepared.dev.source_ids(row)], [prepared.dev.target_ids(row)])
        nats += objective(batch.source, batch.source_lengths, batch.target).nll.item()
        units += objective.units(batch)
    return nats, units


@pytest.fixture
def classified(tmp_path: Path) -> tuple[TrainingTask, Prepared]:
    """A classifier whose development split has a label that train has not."""
    recipe = tasks.classification(tmp_path)
    with (tmp_path / "dev.tsv").open("a") as file:
        file.write("a b c\tunheard of\n")
    training, prepared = set_up(recipe)
    training.objective.eval()
    return training, prepared


def label_all(training: TrainingTask, prepared: Prepared) -> tuple[list[str], list[str], torch.Tensor]:
    """Labels that come out, labels that are expected, and (N, C) logits."""
    names = ("first", "neither", "second")
    logits = []
    for row in range(len(prepared.dev)):
        batch = collate([prepared.dev.source_ids(row)], [[]])
        logits.append(training.objective.model(batch.source, batch.source_lengths))
    stacked = torch.cat(logits).detach()
    found = [names[index] for index in stacked.argmax(dim=1).tolist()]
    return found, [label for _, label in prepared.dev.pairs()], stacked


def test_a_classifier_is_judged_by_its_labels(classified: tuple[TrainingTask, Prepared]) -> None:
    training, prepared = classified
    found, expected, _ = label_all(training, prepared)
    assert len(set(found)) > 1  # or the figures below would say little
    validation = validate(training)
    right = sum(one == other for one, other in zip(found, expected, strict=True))
    assert validation.figures["accuracy"] == pytest.approx(right / len(expected))
    f1 = []
    for label in {*found, *expected}:
        hits = sum(one == other == label for one, other in zip(found, expected, strict=True))
        f1.append(2 * hits / (found.count(label) + expected.count(label)))
    assert validation.figures["macro_f1"] == pytest.approx(sum(f1) / len(f1))
    majority = Counter(expected).most_common(1)[0][1] / len(expected)
    calibration = validation.facts["calibration"]
    assert isinstance(calibration, dict)
    assert validation.shown == (
        f"accuracy {right / len(expected):.1%} (majority {majority:.1%})  macro-F1 {sum(f1) / len(f1):.3f}"
        f"  calibration error {calibration['ece_before']:.3f} -> {calibration['ece_after']:.3f}"
    )
    assert list(validation.figures) == ["loss", "accuracy", "macro_f1"]


def test_the_loss_of_a_classifier_is_a_mean_over_the_labels_that_it_knows(
    classified: tuple[TrainingTask, Prepared],
) -> None:
    training, prepared = classified
    nats, units = one_by_one(training.objective, prepared)
    assert units == len(prepared.dev) - 1
    assert validate(training).figures["loss"] == pytest.approx(nats / units, rel=1e-5)


def test_a_classifier_is_calibrated_on_the_labels_that_it_knows(classified: tuple[TrainingTask, Prepared]) -> None:
    training, prepared = classified
    calibration = validate(training).facts["calibration"]
    assert isinstance(calibration, dict)
    nats, units = one_by_one(training.objective, prepared)
    assert calibration["examples"] == units
    assert calibration["nll_before"] == pytest.approx(nats / units, rel=1e-4)
    _, expected, logits = label_all(training, prepared)
    known = torch.tensor([label != "unheard of" for label in expected])
    wanted = torch.tensor([("first", "neither", "second", "unheard of").index(label) for label in expected])[known]
    temperature = calibration["temperature"]
    assert isinstance(temperature, float)

    def nll(at: float) -> float:
        return torch.nn.functional.cross_entropy(logits[known].double() / at, wanted).item()

    assert calibration["nll_after"] == pytest.approx(nll(temperature), rel=1e-4)
    near = [1.0, min(temperature * 1.05, 10.0), max(temperature / 1.05, 0.1)]
    assert nll(temperature) <= min(map(nll, near)) + 1e-9


def test_a_development_split_without_a_known_label_is_refused(tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path)
    (tmp_path / "dev.tsv").write_text("a b c\tunheard of\nd\tneither so\n")
    with refused("data.nothing-to-evaluate", "'unheard of'"):
        set_up(recipe)


def balanced(recipe: ClassificationRecipe) -> torch.Tensor:
    objective = set_up(recipe)[0].objective
    assert isinstance(objective, LabelObjective)
    assert objective.weights is not None
    return objective.weights


def test_balanced_weights_by_hand(tmp_path: Path) -> None:
    """Labels of 6, 3 and 1 examples: all weigh the same together, and an example weighs 1 on average."""
    recipe = tasks.classification(tmp_path, class_weights="balanced")
    labels = ["x"] * 6 + ["y"] * 3 + ["z"]
    (tmp_path / "train.tsv").write_text("".join(f"a {n}\t{label}\n" for n, label in enumerate(labels)))
    (tmp_path / "dev.tsv").write_text("b\tx\n")
    weights = balanced(recipe)
    torch.testing.assert_close(weights, torch.tensor([10 / 18, 10 / 9, 10 / 3]))
    assert (6 * weights[0] + 3 * weights[1] + weights[2]).item() == pytest.approx(10)
    plain = set_up(tasks.classification(tmp_path))[0].objective
    assert isinstance(plain, LabelObjective)
    assert plain.weights is None


def test_a_label_of_which_no_example_is_left_takes_no_weight_from_others(tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path, class_weights="balanced")
    filters = recipe.data.filters.model_copy(update={"max_length": 20})
    data = recipe.data.model_copy(update={"filters": filters})
    recipe = ClassificationRecipe.model_validate({**dict(recipe), "data": data})
    (tmp_path / "train.tsv").write_text("a\tx\nb\ty\nc\ty\nd\ty\n" + "a b " * 20 + "\tz\n")
    (tmp_path / "dev.tsv").write_text("b\tx\n")
    torch.testing.assert_close(balanced(recipe)[:2], torch.tensor([2.0, 2 / 3]))


@pytest.mark.parametrize(
    "windows", [None, {"tokens": 8, "streams": 1}, {"tokens": 8, "streams": 1, "carry_state": False}]
)
def test_a_language_model_is_judged_by_all_its_tokens(tmp_path: Path, windows: dict[str, object] | None) -> None:
    training, prepared = set_up(tasks.generation(tmp_path, windows=windows))
    training.objective.eval()
    found = validate(training)
    texts = [text for _, text in prepared.dev.pairs()]
    tokens = int(prepared.dev.lengths[:, 1].sum())
    nats, units = one_by_one(training.objective, prepared)
    assert units == tokens
    if windows is not None:  # as one text that goes on
        whole = WindowLoader(
            prepared.dev, WindowsConfig(tokens=8 if "carry_state" in windows else 10_000, streams=1), seed=None
        )
        nats, state = 0.0, None
        for batch in whole.batches(0):
            losses = training.objective(batch.source, batch.source_lengths, batch.target, state)
            state = None if "carry_state" in windows else losses.state
            nats += losses.nll.item()
    assert found.figures["loss"] == pytest.approx(nats / tokens, rel=1e-5)
    assert found.figures["perplexity"] == pytest.approx(math.exp(nats / tokens), rel=1e-5)
    size = sum(len(text.encode()) + 1 for text in texts)
    assert found.figures["bits_per_byte"] == pytest.approx(nats / math.log(2) / size, rel=1e-5)
    assert found.shown == (
        f"perplexity {found.figures['perplexity']:.2f}  {found.figures['bits_per_byte']:.3f} bits/byte"
    )
    assert found.details == ()


def test_carrying_the_state_is_what_makes_windows_one_text(tmp_path: Path) -> None:
    losses = set()
    for carry in (True, False):
        training, _ = set_up(tasks.generation(tmp_path, windows={"tokens": 8, "streams": 2, "carry_state": carry}))
        losses.add(validate(training).figures["loss"])
    assert len(losses) == 2


def test_samples_are_shown_from_the_tags_of_dev(tmp_path: Path) -> None:
    recipe = tasks.generation(tmp_path, validation={"decode": 3})
    training, _ = set_up(recipe)
    found = validate(training)
    assert len(found.details) == 3
    assert all(detail.startswith("    ") for detail in found.details)
    again = validate(training)
    assert again.details == found.details  # the same seed draws the same


def test_a_translator_is_judged_by_what_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are spread over the split; three samples are shown."""
    recipe = toy.recipe(tmp_path, validation={"every_steps": 6, "decode": 5})
    training, prepared = set_up(recipe)
    texts = dict(prepared.dev.pairs())
    asked: list[str] = []

    def translate_nbest(_: object, sources: Sequence[str], **__: object) -> list[list[Translation]]:
        asked.extend(sources)
        outputs = [texts[source] if number % 2 else "wrong" for number, source in enumerate(sources)]
        return [[Translation(text=text, score=0.0, log_prob=0.0)] for text in outputs]

    monkeypatch.setattr(translation.Translator, "translate_nbest", translate_nbest)
    found = validate(training)
    assert asked == [prepared.dev.texts(row)[0] for row in (0, 9, 19, 29, 39)]
    assert found.figures["exact_match"] == pytest.approx(2 / 5)
    assert found.shown == f"chrF {found.figures['chrf']:.1f}  BLEU {found.figures['bleu']:.1f}  exact 40.0%"
    assert len(found.details) == 3
    assert found.details[1] == (
        f"    source      {asked[1]}\n    hypothesis  {texts[asked[1]]}\n    reference   {texts[asked[1]]}"
    )
    nats, units = one_by_one(training.objective, prepared)
    assert found.figures["loss"] == pytest.approx(nats / units, rel=1e-5)


def test_bleu_is_said_to_be_no_judge_of_single_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(toy.recipe(tmp_path, validation={"metric": "bleu"}))  # most have four words or more
    assert "metric=chrf" not in capsys.readouterr().err
    recipe = toy.recipe(tmp_path, validation={"metric": "bleu"})
    toy.write_pairs(tmp_path / "dev.tsv", [("a b", "b"), ("c d e", "e d c"), ("a b c d", "d c b a")])
    training, _ = set_up(recipe)
    assert capsys.readouterr().err.count("67% of the development references have fewer") == 1
    validate(training)
    assert "metric=chrf" not in capsys.readouterr().err


def test_chance_is_what_outputs_score_against_the_references_of_others() -> None:
    draw = random.Random(secrets.randbelow(1_000))
    references = [target for _, target in toy.reversal_pairs(60, longest=9)]
    noise = [" ".join(draw.choices("abcdefgh", k=6)) for _ in references]
    near = [reference[:-2] + "a" for reference in references]
    words = WordTokenisation.of([references])
    for metric in ("chrf", "bleu"):
        for outputs, learnt in ((noise, False), (["a b"] * 60, False), (near, True), (references, True)):
            scores = corpus_scores(outputs, [references], words=words).named()
            value = next(score.score for name, score in scores.items() if name == metric)
            assert (value > translation.chance(metric, outputs, references, words)) is learnt, (metric, outputs[:3])
    assert translation.chance("exact_match", noise, references, words) == -math.inf
    assert translation.chance("chrf", noise[:2], references[:2], words) == -math.inf


def test_words_are_found_as_the_development_references_need_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = toy.recipe(tmp_path, validation={"metric": "bleu"})
    pairs = [("a b c", "我的猫在睡觉。"), ("b c d", "他在看一本书。")]
    toy.write_pairs(tmp_path / "dev.tsv", pairs)
    training, _ = set_up(recipe)

    def translate_nbest(_: object, sources: Sequence[str], **__: object) -> list[list[Translation]]:
        return [[Translation(text=dict(pairs)[source][:-2], score=0.0, log_prob=0.0)] for source in sources]

    monkeypatch.setattr(translation.Translator, "translate_nbest", translate_nbest)
    found = validate(training).figures
    assert found["exact_match"] == 0.0
    assert found["bleu"] > 50.0
    assert found["chrf"] > 50.0


def test_a_translator_that_is_judged_by_its_loss_decodes_nothing(tmp_path: Path) -> None:
    training, _ = set_up(toy.recipe(tmp_path))
    found = validate(training)
    assert list(found.figures) == ["loss"]
    assert (found.shown, found.details) == ("", ())


class Share:
    """One of two processes, seen from outside."""

    device = torch.device("cpu")
    world_size = 2

    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.found: tuple[float, ...] = ()

    def sum(self, *values: float) -> list[float]:
        self.found = values
        return list(values)


def test_processes_share_the_batches_of_a_split(tmp_path: Path) -> None:
    training, prepared = set_up(tasks.classification(tmp_path))
    objective = training.objective.eval()
    sampler = TokenBudgetSampler(prepared.dev.lengths, BatchConfig(max_tokens=60), seed=0)
    loader = Loader(prepared.dev, sampler, prepared.tokenizers, seed=0)
    assert loader.len_epoch(0) > 3
    shares = [Share(0), Share(1)]
    for share in shares:
        mean_loss(objective, loader, share)  # type: ignore[arg-type]
    nats, units = (sum(parts) for parts in zip(*(share.found for share in shares), strict=True))
    assert all(share.found[1] for share in shares)
    assert (nats, units) == (pytest.approx(one_by_one(objective, prepared)[0], rel=1e-5), len(prepared.dev))


def test_a_text_that_goes_on_is_read_whole_by_every_process(tmp_path: Path) -> None:
    training, prepared = set_up(tasks.generation(tmp_path, windows={"tokens": 4, "streams": 2}))
    objective = training.objective.eval()
    loader = dev_loader(prepared, BatchConfig(windows=WindowsConfig(tokens=4, streams=2)))
    assert isinstance(loader, WindowLoader)
    shares = [Share(0), Share(1)]
    losses = {mean_loss(objective, loader, share) for share in shares}  # type: ignore[arg-type]
    assert len(losses) == 1
    assert losses == {validate(training).figures["loss"]}
    assert not any(share.found for share in shares)


def test_a_development_split_without_text_is_told(tmp_path: Path) -> None:
    recipe = tasks.generation(tmp_path, windows={"tokens": 4, "streams": 2})
    (tmp_path / "dev.txt").unlink()
    (tmp_path / "dev.tsv").write_text("\n")
    with refused("data.nothing-to-evaluate", "dev.tsv: ", "1 row"):
        set_up(recipe)


@pytest.mark.parametrize(
    ("metric", "value", "best", "better"),
    [
        ("loss", 1.0, 2.0, True),
        ("loss", 2.0, 2.0, False),
        ("loss", 3.0, 2.0, False),
        ("accuracy", 0.7, 0.6, True),
        ("macro_f1", 0.6, 0.6, False),
        ("bleu", 5.0, 6.0, False),
        ("accuracy", 0.0, None, True),
    ],
)
def test_what_is_better(metric: str, value: float, best: float | None, better: bool) -> None:
    assert improves(metric, value, best) is better


@pytest.mark.parametrize(
    ("metric", "value", "loss", "better"),
    [
        ("bleu", 0.0, 1.9, True),
        ("bleu", 0.0, 2.0, False),
        ("chrf", 0.0, 2.1, False),
        ("chrf", 0.1, 9.0, True),
        ("exact_match", -0.1, 0.5, False),
        ("loss", 0.0, 1.0, False),
    ],
)
def test_of_equals_the_lower_loss_is_better(metric: str, value: float, loss: float, better: bool) -> None:
    assert improves(metric, value, 0.0, loss=loss, best_loss=2.0) is better
    assert improves("bleu", 0.0, 0.0, loss=9.0, best_loss=None)  # of a checkpoint that did not know


@pytest.mark.parametrize(
    ("metric", "value", "others", "still"),
    [
        ("bleu", 0.0, (4.8, 0.0), True),
        ("chrf", 34.0, (34.9, 30.0), True),
        ("chrf", 33.0, (34.9, 30.0), False),
        ("accuracy", 0.70, (0.72, 0.705), True),
        ("accuracy", 0.70, (0.72, None), False),
        ("loss", 1.0, (1.0, 1.0), False),
    ],
)
def test_a_metric_stands_still(metric: str, value: float, others: tuple[float | None, ...], still: bool) -> None:
    assert is_unchanged(metric, value, *others) is still


def test_a_loss_falls_by_more_than_a_trifle() -> None:
    assert has_decreased(2.0, None)
    assert has_decreased(1.9, 2.0)
    assert not has_decreased(1.9999, 2.0)
    assert not has_decreased(2.1, 2.0)
