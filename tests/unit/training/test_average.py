"""The mean of weights: of models, and of the checkpoints of a run."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pydantic import JsonValue
from safetensors.torch import load_file, save_file
from support import tiny, toy
from support.refused import refused

from seq2seq.config.model import ManyToOneConfig
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import describe
from seq2seq.model_folder.writing.card import model_card
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.model_folder.writing.update import write_terms
from seq2seq.text.sketch import Sketch
from seq2seq.training.average import average_checkpoints, average_models, mean_of
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.run_folder.checkpoint import find, read_weights

SAVE: dict[str, Callable[[Path], Path]] = {
    "translation": tiny.save,
    "classification": tiny.save_classifier,
    "generation": tiny.save_generator,
}


def saved(
    path: Path, *, seed: int = 0, name: str | None = None, facts: dict[str, JsonValue] | None = None, **changes: object
) -> Path:
    """A translator of random weights (not those of its recipe's seed), whose recipe has ``changes``."""
    of = tiny.recipe().model_copy(update=changes)
    save_folder(path, model=tiny.model(of, seed=seed), tokenizers=tiny.tokenizers(), recipe=of, name=name, data=facts)
    return path


def weights(path: Path) -> dict[str, torch.Tensor]:
    return load_file(path / "weights.safetensors")


def test_every_parameter_is_the_mean(tmp_path: Path) -> None:
    paths = [saved(tmp_path / str(seed), seed=seed) for seed in range(3)]
    average_models(paths, tmp_path / "mean")
    one, two, three = map(weights, paths)
    mean = weights(tmp_path / "mean")
    assert mean.keys() == one.keys()
    for name, of in mean.items():
        torch.testing.assert_close(of, (one[name] + two[name] + three[name]) / 3)
        assert of.dtype == torch.float32
    assert Translator.load(tmp_path / "mean").translate(tiny.SOURCES) != Translator.load(paths[0]).translate(
        tiny.SOURCES
    )


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_mean_of_equal_weights_is_these_weights(count: int) -> None:
    one = {"a": torch.randn(50, 3) * 1e3, "b": torch.full((2,), 1e-30)}
    mean = mean_of([one] * count)
    assert all(torch.equal(mean[name], of) for name, of in one.items())


@pytest.mark.parametrize("task", SAVE)
def test_a_model_of_any_task_with_itself_is_itself(tmp_path: Path, task: str) -> None:
    folder = SAVE[task](tmp_path / "model")
    average_models([folder, folder], tmp_path / "mean")
    for name, of in weights(folder).items():
        assert torch.equal(weights(tmp_path / "mean")[name], of)
    assert load_folder(tmp_path / "mean").tokenizers.fingerprint == load_folder(folder).tokenizers.fingerprint


def test_tied_weights_stay_tied(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "tied", tied=True)
    average_models([folder, folder], tmp_path / "mean")
    model = load_folder(tmp_path / "mean").model
    assert model.projection.weight is model.target_embedding.weight  # type: ignore[union-attr]


def test_the_folder_says_of_what_it_is_the_mean(tmp_path: Path) -> None:
    paths = [saved(tmp_path / name, name=name) for name in ("alpha", "beta")]
    description = average_models(paths, tmp_path / "mean")
    assert description.name == "mean"
    assert description.measured == {"averaged": [{"model": "alpha", "step": None}, {"model": "beta", "step": None}]}
    assert describe(tmp_path / "mean") == description.with_card(model_card(description))
    assert "the mean of the weights of alpha, beta" in model_card(description)


def test_what_was_measured_of_the_models_is_left_out(tmp_path: Path) -> None:
    folder = tiny.save_classifier(tmp_path / "labels", temperature=2.0)
    description = average_models([folder, folder], tmp_path / "mean")
    assert describe(folder).calibration is not None
    assert description.calibration is None
    assert description.training is None


def test_facts_about_the_data_hold_for_all_models(tmp_path: Path) -> None:
    sketches = [Sketch.from_texts([text]) for text in ("the dog", "the cat")]
    data: list[dict[str, JsonValue]] = [
        {"fingerprint": name, "training_examples": 8, "longest_source": longest, "sketch": sketch.to_dict()}
        for name, longest, sketch in zip("ab", (9, 7), sketches, strict=True)
    ]
    paths = [saved(tmp_path / str(number), facts=of) for number, of in enumerate(data)]
    description = average_models(paths, tmp_path / "mean")
    assert set(description.data) == {"training_examples", "longest_source", "sketch"}
    assert description.longest == 9
    assert description.sketch is not None
    overlap = description.sketch.overlap(["the dog", "the cat", "the bird"])
    assert overlap is not None
    assert overlap.seen == 2


def test_licence_and_languages_stay_if_all_have_them(tmp_path: Path) -> None:
    paths = [saved(tmp_path / name) for name in ("one", "two", "three")]
    for path in paths[:2]:
        write_terms(path, licence="mit", languages=("en", "de"))
    both, all_three = average_models(paths[:2], tmp_path / "both"), average_models(paths, tmp_path / "all")
    assert (both.license, both.languages) == ("mit", ("en", "de"))
    assert (all_three.license, all_three.languages) == (None, ())


OTHER, TRAINING, DATA = tiny.recipe().model, tiny.recipe().training, tiny.recipe().data


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"model": OTHER.model_copy(update={"embedding": 10})}, ("model.embedding: 12 and 10", "(12,) and (10,)")),
        ({"model": OTHER.model_copy(update={"attention": None})}, ("attention", "none")),
        ({"model": OTHER.model_copy(update={"reverse_source": True})}, ("model.reverse_source: False and True",)),
        (
            {"training": tiny.recipe().training.model_copy(update={"seed": 2})},
            ("training.seed", "1 and 2", "--ensemble"),
        ),
        ({"data": tiny.recipe().data.model_copy(update={"swap": True})}, ("data.swap",)),
    ],
)
def test_models_without_a_useful_mean_are_refused(
    tmp_path: Path, changes: dict[str, object], facts: tuple[str, ...]
) -> None:
    one, two = saved(tmp_path / "one"), saved(tmp_path / "two", **changes)
    with refused("average.models-differ", f"{one} and {two}:", *facts):
        average_models([one, one, two], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_dropout_may_differ(tmp_path: Path) -> None:
    other = OTHER.model_copy(update={"dropout": OTHER.dropout.model_copy(update={"word": 0.4})})
    average_models([saved(tmp_path / "one"), saved(tmp_path / "two", model=other)], tmp_path / "mean")


def test_other_tokenizers_tasks_and_pooling_are_refused(tmp_path: Path) -> None:
    labels = tiny.save_classifier(tmp_path / "labels")
    with refused("average.models-differ", "source tokenizers", "target tokenizers"):
        average_models([tiny.save(tmp_path / "one"), tiny.save(tmp_path / "two", joint=False)], tmp_path / "mean")
    with refused("average.models-differ", "translation", "classification"):
        average_models([tmp_path / "one", labels], tmp_path / "mean")
    of = tiny.classification_recipe()
    assert isinstance(of.model, ManyToOneConfig)
    pooled = [tmp_path / name for name in ("mean-pooled", "max-pooled")]
    for path, pooling in zip(pooled, ("mean", "max"), strict=True):  # the same parameters, used otherwise
        recipe = of.model_copy(update={"model": of.model.model_copy(update={"pooling": pooling})})
        model = tiny.random_model(recipe, tiny.label_tokenizers())
        save_folder(path, model=model, tokenizers=tiny.label_tokenizers(), recipe=recipe)
    with refused("average.models-differ", "model.pooling"):
        average_models(pooled, tmp_path / "mean")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "one")
    before = weights(folder)
    with refused("average.folder-not-empty", str(folder)):
        average_models([folder, folder], folder)
    with refused("average.folder-not-empty", str(folder)):
        average_checkpoints(tmp_path, folder, last=2)
    assert all(torch.equal(weights(folder)[name], of) for name, of in before.items())


# --------------------------------------------------------------------------------------------------- checkpoints


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with four checkpoints of six."""
    folder = tmp_path_factory.mktemp("run")
    recipe = toy.recipe(folder, checkpoint_every_steps=2, keep_checkpoints=4, ema_decay=0.9)
    fit(recipe, folder / "demo", LaunchOptions(accelerator="cpu"), name="demo")
    return folder / "demo"


def test_the_last_checkpoints_are_averaged(run: Path, tmp_path: Path) -> None:
    checkpoints = find(run / "checkpoints")
    assert [path.name for path in checkpoints] == [f"step-{step:09d}" for step in (12, 10, 8, 6)]
    description = average_checkpoints(run, tmp_path / "mean", last=3)
    each = [weights(path) for path in checkpoints[:3]]
    for name, of in weights(tmp_path / "mean").items():
        torch.testing.assert_close(of, sum(one[name] for one in each) / 3)
    assert description.measured["averaged"] == [{"model": "demo", "step": step} for step in (12, 10, 8)]
    assert description.data == describe(run).data
    assert "demo (step 12)" in model_card(description)
    assert len(Translator.load(tmp_path / "mean").translate(["a b c"])) == 1


def test_more_checkpoints_than_there_are_cannot_be_averaged(run: Path, tmp_path: Path) -> None:
    with refused("average.too-few-checkpoints", str(run), "4", "5", "training.keep_checkpoints"):
        average_checkpoints(run, tmp_path / "mean", last=5)
    with refused("average.too-few-checkpoints", "0"):
        average_checkpoints(run / "model", tmp_path / "mean", last=2)


def test_damaged_checkpoints_do_not_count(run: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(run, tmp_path / "demo"))
    newest = find(copy / "checkpoints")[0] / "weights.safetensors"
    newest.write_bytes(newest.read_bytes()[:-4])
    description = average_checkpoints(copy, tmp_path / "mean", last=3)
    assert description.measured["averaged"] == [{"model": "demo", "step": step} for step in (10, 8, 6)]
    with refused("average.too-few-checkpoints", "3"):
        average_checkpoints(copy, tmp_path / "four", last=4)


def test_checkpoints_of_another_model_are_refused(run: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(find(run / "checkpoints")[0], tmp_path / "step-000000012"))
    found = weights(other)
    with refused("run.other-model", str(other)):
        read_weights(other, fitting={name: torch.zeros(2, 2) for name in found})
    save_file(dict(list(found.items())[1:]), other / "weights.safetensors")
    with refused("run.other-model", str(other)):
        read_weights(other, fitting=found)
    (other / "weights.safetensors").unlink()
    with refused("run.checkpoint-unreadable", str(other)):
        read_weights(other, fitting=found)
