"""``seq2seq.evaluate``: the command as a function, with the same figures."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import run
from support.refused import refused

import seq2seq
from seq2seq.scoring.classifiers.evaluation import ClassificationEvaluation
from seq2seq.scoring.scored import Scored
from seq2seq.scoring.systems.evaluation import TranslationEvaluation

SOURCES, TARGETS = list(tiny.SOURCES), list(tiny.TARGETS)
WORSE = [target if row % 2 else target.split()[0] for row, target in enumerate(TARGETS)]
SPEED = {"seconds", "sentences_per_second", "source_tokens_per_second", "decoding_memory"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    tiny.save(folder / "model")
    tiny.save_classifier(folder / "labels")
    texts = {
        "pairs.tsv": [f"{a}\t{b}" for a, b in zip(SOURCES, TARGETS, strict=True)],
        "labelled.tsv": [f"{a}\t{b}" for a, b in tiny.LABELLED],
        "source.en": SOURCES,
        "target.de": TARGETS,
        "worse.de": WORSE,
    }
    for name, lines in texts.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def without_speed(content: object) -> object:
    if isinstance(content, dict):
        return {key: without_speed(value) for key, value in content.items() if key not in SPEED}
    return [without_speed(value) for value in content] if isinstance(content, list) else content


def test_the_figures_are_those_of_the_command() -> None:
    found = seq2seq.evaluate(
        ["model"],
        "pairs.tsv",
        references=["target.de"],
        hypotheses=["worse.de"],
        baseline="target.de",
        lowercase=True,
        significance="randomisation",
        significance_samples=60,
        significance_seed=3,
        details=True,
    )
    assert isinstance(found, TranslationEvaluation)
    command = ("model", "pairs.tsv", "--references", "target.de", "--hypotheses", "worse.de", "--baseline", "target.de")
    options = ("--lowercase", "--significance", "randomisation", "--significance-samples", "60")
    done = run("evaluate", *command, *options, "--significance-seed", "3", "--details", "--json")
    assert without_speed(json.loads(json.dumps(found.to_dict()))) == without_speed(json.loads(done.stdout))


def test_lists_are_as_good_as_files() -> None:
    of_lists = seq2seq.evaluate(hypotheses={"worse.de": WORSE}, references=[TARGETS], sources=SOURCES)
    of_files = seq2seq.evaluate(hypotheses="worse.de", references="target.de", sources="source.en")
    assert of_lists.to_dict() == of_files.to_dict()
    assert of_lists.systems[0].scored is None


def test_sources_may_be_lists_for_models_too() -> None:
    found = seq2seq.evaluate("model", sources=SOURCES, references=[TARGETS], tokenize="char")
    alone = seq2seq.evaluate(["model"], "pairs.tsv", tokenize="char")
    assert isinstance(found, TranslationEvaluation)
    assert found.to_dict()["bleu"] == alone.to_dict()["bleu"]


def test_one_model_alone_gives_its_scores() -> None:
    found = seq2seq.evaluate("model", "pairs.tsv")
    assert isinstance(found, Scored)
    listed = seq2seq.evaluate(["model"], "pairs.tsv").to_dict()
    assert found.to_dict()["chrf"] == listed["chrf"]
    assert "intervals" in listed


def test_classifiers_and_labels(tmp_path: Path) -> None:
    gold = [label for _, label in tiny.LABELLED]
    found = seq2seq.evaluate("labels", "labelled.tsv", hypotheses={"gold": gold}, significance_samples=60)
    assert isinstance(found, ClassificationEvaluation)
    assert found.systems[1].report.scores.accuracy == 1.0
    found.save_report(tmp_path / "page.html")
    assert "</html>" in (tmp_path / "page.html").read_text("utf-8")
    alone = seq2seq.evaluate(task="classification", hypotheses=[gold[::-1]], references=[gold])
    right = sum(one == other for one, other in zip(gold, gold[::-1], strict=True))
    assert alone.to_dict()["accuracy"] == right / len(gold)
    with refused("evaluation.not-aligned", "system 1"):
        seq2seq.evaluate("labels", "labelled.tsv", hypotheses=[gold[1:]])


def test_a_generator_is_evaluated_alone(tmp_path: Path) -> None:
    tiny.save_generator(tmp_path / "tunes")
    with refused("evaluation.generators", "tunes"):
        seq2seq.evaluate([tmp_path / "tunes"], "pairs.tsv")


def test_calls_that_mean_nothing() -> None:
    with pytest.raises(TypeError, match="nothing to score"):
        seq2seq.evaluate()
    with pytest.raises(TypeError, match="references are missing"):
        seq2seq.evaluate(hypotheses=["worse.de"])
    with pytest.raises(TypeError, match="another list"):
        seq2seq.evaluate(hypotheses=["worse.de"], references=TARGETS)
    with pytest.raises(TypeError, match="one of them"):
        seq2seq.evaluate("model", "pairs.tsv", sources=SOURCES, references=[TARGETS])
    with pytest.raises(TypeError, match="for translations"):
        seq2seq.evaluate("labels", "labelled.tsv", to="de")
    with pytest.raises(TypeError, match="one set"):
        seq2seq.evaluate(task="classification", hypotheses=["worse.de"])
