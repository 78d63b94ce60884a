"""``import seq2seq``: small, documented, and nothing heavy before it is needed."""

import json
import pydoc
from pathlib import Path
from signal import Signals

import pytest
from support import tiny, toy
from support.refused import refused
from torch import distributed

import seq2seq
from seq2seq.model_folder.description import TrainingSummary
from seq2seq.training.distributed import main_first
from seq2seq.training.loop import RunResult

PUBLIC = [
    "CheckpointError",
    "ClassificationRecipe",
    "Classified",
    "ConfigError",
    "DataError",
    "DecodingConfig",
    "Diagnosis",
    "Evaluation",
    "Explanation",
    "Generated",
    "GenerationRecipe",
    "Generator",
    "Inspection",
    "MissingExtra",
    "ModelComparison",
    "ModelError",
    "Recipe",
    "Scored",
    "Seq2SeqError",
    "TextClassifier",
    "TrainingError",
    "TrainingInterrupted",
    "TrainingResult",
    "Translation",
    "TranslationRecipe",
    "Translator",
    "diagnose",
    "evaluate",
    "finetune",
    "inspect",
    "load",
    "load_recipe",
    "train",
    "translate_file",
]


def test_every_public_name_is_there_and_documented() -> None:
    for name in PUBLIC:
        assert getattr(seq2seq, name).__doc__, name


def test_help_is_short_and_shows_the_public_names() -> None:
    text = pydoc.render_doc(seq2seq, renderer=pydoc.plaintext)
    assert len(text.splitlines()) < 450  # Python 3.13 writes a parameter per line
    for name in PUBLIC:
        assert name in text


def test_dir_lists_what_can_be_imported() -> None:
    assert set(PUBLIC) <= set(dir(seq2seq))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'lode'"):
        _ = seq2seq.lode  # type: ignore[attr-defined]


def test_load_and_translate(tmp_path: Path) -> None:
    tiny.save(tmp_path / "run" / "model")
    translator = seq2seq.load(tmp_path / "run")
    assert isinstance(translator, seq2seq.Translator)
    outputs = translator.translate(["the dog sleeps", ""])
    assert len(outputs) == 2
    assert outputs[1] == ""


def test_a_model_says_what_it_is(tmp_path: Path) -> None:
    tiny.save(tmp_path / "model")
    text = repr(seq2seq.load(tmp_path / "model", engine="torch"))
    assert text.startswith("<Translator tiny: text → text, ")
    assert " parameters>" in text


def test_a_model_of_another_task_names_its_own_method(tmp_path: Path) -> None:
    tiny.save(tmp_path / "model")
    translator = seq2seq.load(tmp_path / "model")
    with pytest.raises(AttributeError, match=r"\.translate"):
        translator.classify(["the dog sleeps"])  # type: ignore[union-attr]
    assert not hasattr(translator, "generate")


def test_texts_come_in_anything_that_can_be_iterated(tmp_path: Path) -> None:
    tiny.save(tmp_path / "model")
    translator = seq2seq.load(tmp_path / "model")
    assert isinstance(translator, seq2seq.Translator)
    texts = ["the dog sleeps", "a bird sings"]
    assert translator.translate(text for text in texts) == translator.translate(texts)
    assert translator.score(iter(texts), iter(texts)) == translator.score(texts, texts)
    with pytest.raises(TypeError, match=r" 1 .*NoneType"):
        translator.translate(["the dog", None])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"\['the dog'\]"):
        translator.translate("the dog")


def test_load_what_is_not_there(tmp_path: Path) -> None:
    with refused("model.no-such-folder", "nowhere: "):
        seq2seq.load(tmp_path / "nowhere")


def test_load_onto_what_is_not_there(tmp_path: Path) -> None:
    tiny.save(tmp_path / "model")
    with refused("inference.device", "'cuda:99'"):
        seq2seq.load(tmp_path / "model", device="cuda:99")


def test_what_is_said_of_data_is_not_said_of_a_recipe(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="task, columns, dev and test"):
        seq2seq.train(tiny.recipe(), tmp_path, task="translation")
    with pytest.raises(TypeError, match="task, columns, dev and test"):
        seq2seq.train("translation/phrasebook", tmp_path, dev="dev.tsv")


def test_settings_are_checked_like_those_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(seq2seq.ConfigError) as caught:
        seq2seq.train(tiny.recipe(), tmp_path, settings={"training.max_stepz": 1})
    assert caught.value.problems[0].startswith("settings['training.max_stepz']: ")
    recipe = seq2seq.load_recipe("translation/phrasebook", {"training.max_time": "20m", "training.seed": 3})
    assert (recipe.training.max_time, recipe.training.seed) == (1200.0, 3)


def test_train_evaluate_and_finetune(tmp_path: Path) -> None:
    result = seq2seq.train(toy.recipe(tmp_path, max_steps=3), tmp_path / "run", settings={"training.seed": 2})
    assert result.path == tmp_path / "run" / "model"
    assert result.summary.steps == 3
    assert isinstance(result.pipeline, seq2seq.Translator)
    assert result.pipeline is result.pipeline
    pairs = tmp_path / "dev.tsv"
    scored = seq2seq.evaluate(result.path, pairs, source_column=0, target_column=1)
    assert scored.to_dict()["data"] == str(pairs)
    tuned = seq2seq.finetune(result.path, pairs, tmp_path / "tuned", settings={"training.max_steps": 2})
    assert tuned.summary.steps == 2
    assert tuned.comparisons


def test_a_corpus_is_inspected(tmp_path: Path) -> None:
    rows = tmp_path / "pairs.tsv"
    rows.write_text("a dog\tein Hund\na cat\t\n", encoding="utf-8")
    found = seq2seq.inspect(rows)
    assert isinstance(found, seq2seq.Inspection)
    assert "empty" in json.dumps(found.to_dict())


@pytest.mark.parametrize(
    ("stopped", "error"), [("SIGTERM", seq2seq.TrainingInterrupted), ("SIGINT", KeyboardInterrupt)]
)
def test_a_signal_becomes_the_exception_that_a_service_expects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: str, error: type[BaseException]
) -> None:
    summary = TrainingSummary(steps=1, epochs=1, seconds=1, best_step=1, metric="loss", best=1.0, stopped=stopped)
    result = RunResult(tmp_path / "run" / "model", summary, Signals[stopped])
    monkeypatch.setattr("seq2seq.training.fit.fit", lambda *_, **__: result)
    with pytest.raises(error):
        seq2seq.train(tiny.recipe(), tmp_path / "run")
    assert issubclass(error, seq2seq.Seq2SeqError) is (stopped == "SIGTERM")


@pytest.mark.parametrize("kind", [seq2seq.Translator, seq2seq.TextClassifier, seq2seq.Generator])
def test_loaders_of_one_task(tmp_path: Path, kind: type[seq2seq.Translator]) -> None:
    folder = tiny.save(tmp_path / "model")
    if kind is seq2seq.Translator:
        assert len(kind.load(folder).translate(["the dog"])) == 1
    else:
        with refused("model.other-task", "seq2seq translate"):
            kind.load(folder)


@pytest.mark.parametrize("tune", [False, True])
def test_other_processes_wait_for_the_leader_to_write_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tune: bool
) -> None:
    """They would read a folder that it is still exporting into, or has not even made."""
    summary = TrainingSummary(steps=1, epochs=1, seconds=1, best_step=1, metric="loss", best=1.0)
    result = RunResult(tmp_path / "run" / "model", summary, None, is_main=False)
    # In this order: a module that is imported while the other's name is replaced would keep what replaces it.
    monkeypatch.setattr("seq2seq.training.finetune.finetune.fit", lambda *_, **__: result)
    monkeypatch.setattr("seq2seq.training.fit.fit", lambda *_, **__: result)
    monkeypatch.setattr(distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed, "barrier", lambda: tiny.save(result.model))  # what the leader does meanwhile
    if tune:
        pairs = tmp_path / "pairs.tsv"
        pairs.write_text("a dog\tein Hund\n", encoding="utf-8")
        done = seq2seq.finetune(tiny.save(tmp_path / "model"), pairs, tmp_path / "run")
        assert done.comparisons == ()
    else:
        done = seq2seq.train(tiny.recipe(), tmp_path / "run")
    assert isinstance(done.pipeline, seq2seq.Translator)


def test_a_leader_that_fails_lets_the_others_go(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[str] = []
    monkeypatch.setattr(distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed, "barrier", lambda: met.append("met"))
    with pytest.raises(seq2seq.ModelError), main_first():
        raise seq2seq.ModelError("disk full", code="test.full")
    assert met == ["met"]
