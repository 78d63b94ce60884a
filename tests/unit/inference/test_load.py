"""From a model folder to its pipeline; a model of another task says what it is used with."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from support import tiny
from support.refused import refused

from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.torch.classifier import TorchClassifier
from seq2seq.inference.engines.torch.load import choose_device
from seq2seq.inference.generator import Generator
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import describe
from seq2seq.model_folder.writing.save import save_folder

SAVE: dict[str, Callable[[Path], Path]] = {
    "translation": tiny.save,
    "classification": tiny.save_classifier,
    "generation": tiny.save_generator,
}
PIPELINES = {"translation": Translator, "classification": TextClassifier, "generation": Generator}
COMMANDS = {"translation": "translate", "classification": "classify", "generation": "generate"}
OPEN: dict[str, Callable[[Path], tuple[Any, Any]]] = {task: kind.open for task, kind in PIPELINES.items()}


@pytest.mark.parametrize("task", SAVE)
def test_the_pipeline_is_that_of_the_task(tmp_path: Path, task: str) -> None:
    folder = SAVE[task](tmp_path / "run" / "model")
    loaded, pipeline = open_pipeline(tmp_path / "run")
    assert loaded.path == folder
    assert type(pipeline) is PIPELINES[task]
    assert pipeline.tokenizers is loaded.tokenizers
    assert describe(tmp_path / "run").recipe.command == COMMANDS[task]


@pytest.mark.parametrize("task", SAVE)
@pytest.mark.parametrize("wanted", OPEN)
def test_a_model_of_another_task_names_its_command(tmp_path: Path, task: str, wanted: str) -> None:
    folder = SAVE[task](tmp_path / "model")
    if task == wanted:
        assert type(OPEN[wanted](folder)[1]) is PIPELINES[task]
        return
    with refused("model.other-task", f"{folder}: ", task, f"seq2seq {COMMANDS[task]} {folder}"):
        OPEN[wanted](folder)


def test_a_classifier_has_the_temperature_that_validation_found(tmp_path: Path) -> None:
    _, plain = TextClassifier.open(tiny.save_classifier(tmp_path / "plain"))
    _, warm = TextClassifier.open(tiny.save_classifier(tmp_path / "warm", temperature=2.5))
    assert (plain.temperature, warm.temperature) == (1.0, 2.5)
    (sure,), (unsure,) = plain.classify(["the dog"]), warm.classify(["the dog"])
    assert sure.label == unsure.label
    assert sure.probability > unsure.probability


def test_the_longest_source_of_training_is_known_from_the_data(tmp_path: Path) -> None:
    """Of a folder that does not say it, the recipe's limit is taken."""
    for data, notes in (({"longest_source": 5}, 1), ({}, 0)):
        of = tiny.recipe()
        folder = tmp_path / str(notes)
        save_folder(folder, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, name="tiny", data=data)
        _, translator = Translator.open(folder)
        found = translator.translate_nbest(["dog", "the small dog"])
        assert sum("which had at most 4 tokens" in (best.note or "") for best, *_ in found) == notes


def test_what_a_folder_says_is_what_was_put_into_it(tmp_path: Path) -> None:
    """Labels and texts that come from a folder are those of the model in memory."""
    _, classifier = TextClassifier.open(tiny.save_classifier(tmp_path / "classifier"))
    assert classifier.classify(tiny.SOURCES) == TextClassifier(
        TorchClassifier(tiny.classifier()), tiny.label_tokenizers()
    ).classify(tiny.SOURCES)
    _, generator = Generator.open(tiny.save_generator(tmp_path / "generator"))
    assert asdict(generator.decoding) == asdict(tiny.generation_recipe().decoding)
    assert generator.tokenizers.source.encode("M:6/8 K:D") == [7, 4]


def test_the_device_is_chosen_by_name() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda")
    with refused("inference.device", "'warp'"):
        choose_device("warp")
