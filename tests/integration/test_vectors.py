"""Sequences of vectors through the whole pipeline: trained, resumed, exported, labelled, scored, diagnosed, served."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support import curves
from support.commands import failure, run
from support.served import Served, served

from seq2seq import load
from seq2seq.config.load import dump_recipe
from seq2seq.inference.classifier import TextClassifier
from seq2seq.model_folder.read import describe

TEST = curves.sequences(30, seed=2)
LINES = "".join(f"{json.dumps(steps)}\n" for steps, _ in TEST)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("curves")
    (folder / "recipe.yaml").write_text(dump_recipe(curves.recipe(folder)), encoding="utf-8")
    run("train", folder / "recipe.yaml", "--output", folder / "run", "--accelerator", "cpu")
    return folder / "run"


def test_what_there_is_to_learn_is_learnt(trained: Path) -> None:
    """The channel that matters stands on a large mean: without scaling, nothing would be."""
    description = describe(trained)
    assert description.labels == curves.LABELS
    assert description.source_vocabulary == 3  # two channels, and the mark of the one that lacks numbers
    scores = description.scores["test"]
    assert isinstance(scores, dict)
    accuracy = scores["accuracy"]
    assert isinstance(accuracy, float)
    assert accuracy >= 0.9


def test_labels_are_those_of_every_engine(trained: Path) -> None:
    lines = {
        engine: [
            json.loads(line)
            for line in run("classify", trained, "--json", "--engine", engine, text=LINES).stdout.splitlines()
        ]
        for engine in ("torch", "onnx", "onnx-int8")
    }
    assert sum(one["label"] == label for one, (_, label) in zip(lines["torch"], TEST, strict=True)) >= 27
    for one, other, rounded in zip(*lines.values(), strict=True):
        assert one["label"] == other["label"]
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-4)
        assert one["probabilities"] == pytest.approx(rounded["probabilities"], abs=0.1)


def test_python_takes_lists_arrays_and_json(trained: Path) -> None:
    classifier = load(trained)
    assert isinstance(classifier, TextClassifier)
    steps = TEST[0][0]
    array = np.array(steps, dtype=np.float64)
    one, other, third, blank = classifier.classify([steps, array, json.dumps(steps), " "])
    assert one.probabilities == other.probabilities == third.probabilities
    assert blank.label == ""
    assert classifier.unit == "sequences"


@pytest.mark.parametrize(
    ("line", "code"),
    [("[[1, 2, 3]]", "data.other-channels"), ("[1, 2]", "data.other-channels"), ("hello", "data.no-vectors")],
)
def test_a_line_that_does_not_fit_is_named(trained: Path, line: str, code: str) -> None:
    error = failure("classify", trained, text=f"[[1, 2]]\n\n{line}\n")
    assert (error.code, error.exit_code) == (code, 1)
    assert "line 3" in str(error)


def test_a_number_that_was_never_missing_is_noted(trained: Path) -> None:
    notes = [
        json.loads(line)["note"]
        for line in run("classify", trained, "--json", text="[[null, 1]]\n[[1, null]]\n").stdout.splitlines()
    ]
    assert notes[0] is not None
    assert notes[1] is None


def test_what_means_nothing_for_numbers_is_refused(trained: Path, tmp_path: Path) -> None:
    assert failure("classify", trained, "--explain", text="[[1, 2]]\n").code == "inference.no-words"
    assert "data.vectors" in str(failure("export", trained, "--single", tmp_path / "one.onnx"))
    assert "data.vectors" in str(failure("export", trained, "--web", tmp_path / "page"))


def test_evaluation_info_and_diagnosis_know_vectors(trained: Path) -> None:
    content = json.loads(run("evaluate", trained, trained.parent / "dev.jsonl", "--json").stdout)
    assert content["accuracy"] >= 0.9
    shown = run("info", trained).stdout
    assert "3 numbers per step" in shown
    assert "Tokenizer" not in shown
    measures = json.loads(run("diagnose", trained, "--json").stdout)
    found = {finding["measure"] for part in measures["sections"] for finding in part["findings"]}
    assert {"labels", "gradient-flow-encoder", "padding", "memorisation"} <= found
    assert not found & {"vocabulary", "embeddings-source", "bag-of-words"}
    run("diagnose", trained.parent / "recipe.yaml")
    run("inspect", trained.parent / "recipe.yaml", "--json")


def test_a_resumed_run_equals_one_that_was_never_stopped(trained: Path, tmp_path: Path) -> None:
    recipe = trained.parent / "recipe.yaml"
    run("train", recipe, "--output", tmp_path / "run", "--set", "training.max_epochs=2", "--accelerator", "cpu")
    run("train", recipe, "--output", tmp_path / "run", "--resume", "--accelerator", "cpu")
    weights = [(place / "model" / "weights.safetensors").read_bytes() for place in (trained, tmp_path / "run")]
    assert weights[0] == weights[1]


def test_fine_tuning_keeps_the_scaling(trained: Path, tmp_path: Path) -> None:
    data = curves.write(tmp_path / "new.jsonl", curves.sequences(40, seed=3))
    run("finetune", trained, data, "--output", tmp_path / "run", "--set", "training.max_epochs=1")
    name = "source.channels.json"
    assert (tmp_path / "run" / "model" / name).read_bytes() == (trained / "model" / name).read_bytes()


def test_fine_tuning_reads_files_of_series(trained: Path, tmp_path: Path) -> None:
    rows = curves.sequences(12, seed=4)
    longest = max(len(steps) for steps, _ in rows)
    values = np.full((len(rows), longest, 2), np.nan)
    for row, (steps, _) in enumerate(rows):
        values[row, : len(steps)] = np.array(steps, dtype=np.float64)
    lengths, labels = [len(steps) for steps, _ in rows], [label for _, label in rows]
    np.savez(tmp_path / "new.npz", values=values, lengths=lengths, labels=labels)
    run("finetune", trained, tmp_path / "new.npz", "--output", tmp_path / "run", "--set", "training.max_epochs=1")
    assert json.loads(run("evaluate", tmp_path / "run", tmp_path / "new.npz", "--json").stdout)["accuracy"] >= 0.9
    assert len(run("classify", tmp_path / "run", tmp_path / "new.npz").stdout.splitlines()) == 12


def test_files_of_sequences_need_no_recipe(tmp_path: Path) -> None:
    header = "@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true fall flat rise\n@data\n"
    rows = [
        ":".join(",".join("?" if one is None else str(one) for one in column) for column in zip(*steps, strict=True))
        + f":{label}\n"
        for steps, label in curves.sequences(60)
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.ts").write_text(header + "".join(rows[:45]), encoding="utf-8")
    (tmp_path / "data" / "test.ts").write_text(header + "".join(rows[45:]), encoding="utf-8")
    (tmp_path / "data" / "README.md").write_text("about", encoding="utf-8")
    run("train", tmp_path / "data", "--output", tmp_path / "run", "--set", "training.max_epochs=1")
    description = describe(tmp_path / "run")
    assert description.recipe.data.vectors is not None
    assert description.labels == curves.LABELS
    assert "test" in description.scores


def test_settings_that_need_text_are_refused(tmp_path: Path) -> None:
    recipe = dump_recipe(curves.recipe(tmp_path))
    for change in ("tokenizer.kind=char", "model.naive_bayes=1", "model.dropout.word=0.1", "data.casing={}"):
        (tmp_path / "recipe.yaml").write_text(recipe, encoding="utf-8")
        error = failure("train", tmp_path / "recipe.yaml", "--output", tmp_path / "run", "--set", change)
        assert change.partition("=")[0].removesuffix(".kind") in str(error)
    error = failure("train", tmp_path / "recipe.yaml", "--output", tmp_path / "run", "--set", "task=generation",
                    "--set", "model={}")  # fmt: skip
    assert "data.vectors" in str(error)


@pytest.fixture(scope="module")
def server(trained: Path) -> Iterator[Served]:
    with served([f"curves={trained}"]) as running:
        yield running


def test_the_server_labels_them(server: Served) -> None:
    texts = [json.dumps(steps) for steps, _ in TEST[:3]]
    answer = server.post("/v1/classify", text=texts).json()
    assert [one["label"] for one in answer["results"]] == [label for _, label in TEST[:3]]
    for request in ({"text": "[[1, 2, 3]]"}, {"text": "hello"}, {"text": texts[0], "explain": True}):
        refused = server.post("/v1/classify", **request)
        assert refused.status == 400
        assert refused.json()["code"] in ("data.other-channels", "data.no-vectors", "inference.no-words")
