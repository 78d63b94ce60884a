"""Vectors from tags through the whole pipeline: trained, resumed, generated, exported, scored, read by a classifier."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from support import synthesis, tiny
from support.commands import failure, run
from support.synthesis import DOWN, UP

import seq2seq
from seq2seq.config.decoding import SynthesisConfig
from seq2seq.config.load import dump_recipe
from seq2seq.model_folder.layout import WEIGHTS
from seq2seq.model_folder.read import describe
from seq2seq.text.vectors import padded


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthesis")
    (folder / "recipe.yaml").write_text(dump_recipe(synthesis.trained_recipe(folder)), encoding="utf-8")
    run("train", folder / "recipe.yaml", "--output", folder / "run", "--accelerator", "cpu")
    return folder / "run"


def test_what_there_is_to_learn_is_learnt(trained: Path) -> None:
    description = describe(trained)
    assert (description.target_vocabulary, description.tags, description.labels) == (2, ("down", "up"), ())
    scores = description.scores["test"]
    assert isinstance(scores, dict)
    assert float(str(scores["nats_per_step"])) < float(str(scores["independent_nats_per_step"])) - 1.5
    assert float(str(scores["explained"])) > 0.85
    model = seq2seq.load(trained)
    assert isinstance(model, seq2seq.VectorSynthesizer)
    sampled = model.generate(["up", "down"], SynthesisConfig(temperature=0.5), count=100)
    last = np.array([one.vectors[-1] - one.vectors[0] for one in sampled])
    assert (last[:100, 0] > 1).mean() > 0.9
    assert (last[100:, 0] < -1).mean() > 0.9
    lengths = np.array([len(one.vectors) for one in sampled])
    assert (lengths[:100] == UP).mean() > 0.9
    assert (lengths[100:] == DOWN).mean() > 0.9
    assert np.median([one.vectors[:, 1].mean() for one in sampled[:100]]) == pytest.approx(100, abs=10)


def test_tables_json_and_archives_hold_the_same(trained: Path, tmp_path: Path) -> None:
    command = ("generate", trained, "--tag", "up", "--count", 3, "--seed", 5)
    lines = [json.loads(line) for line in run(*command, "--json").stdout.splitlines()]
    table = list(csv.DictReader(run(*command).stdout.splitlines()))
    assert [row["unique_id"] for row in table] == [
        str(number) for number, one in enumerate(lines, 1) for _ in one["vectors"]
    ]
    assert [[float(row["c0"]), float(row["c1"])] for row in table] == [step for one in lines for step in one["vectors"]]
    assert {row["tags"] for row in table} == {"up"}
    run(*command, "--output", tmp_path / "drawn.npz", "--picture", tmp_path / "drawn.png")
    with np.load(tmp_path / "drawn.npz") as archive:
        assert archive["lengths"].tolist() == [len(one["vectors"]) for one in lines]
        assert archive["labels"].tolist() == ["up"] * 3
        np.testing.assert_allclose(archive["values"][0, : archive["lengths"][0]], lines[0]["vectors"], rtol=1e-5)
    assert (tmp_path / "drawn.png").read_bytes().startswith(b"\x89PNG")
    run(*command, "--output", tmp_path / "drawn.jsonl")
    assert [json.loads(line) for line in (tmp_path / "drawn.jsonl").read_text().splitlines()] == lines
    assert lines[2] == json.loads(run(*command[:-4], "--count", 5, "--seed", 5, "--json").stdout.splitlines()[2])
    (tmp_path / "tags.txt").write_text("down\nup\n", encoding="utf-8")
    both = run("generate", trained, "--tags-file", tmp_path / "tags.txt", "--count", 2, "--temperature", 0, "--json")
    assert [json.loads(line)["tags"] for line in both.stdout.splitlines()] == ["down", "up"]


def test_a_classifier_reads_what_was_written(trained: Path, tmp_path: Path) -> None:
    for name, options in (("train", ("--seed", 1)), ("dev", ("--seed", 2))):
        tags = tmp_path / "tags.txt"
        tags.write_text("down\nup\n", encoding="utf-8")
        run("generate", trained, "--tags-file", tags, "--count", 40, *options, "--output", tmp_path / f"{name}.npz")
    run(
        *("train", tmp_path / "train.npz", "--dev", tmp_path / "dev.npz", "--output", tmp_path / "run"),
        *("--accelerator", "cpu", "--max-steps", 20, "--set", "model.encoder.hidden=8"),
    )
    assert describe(tmp_path / "run").labels == ("down", "up")


def test_engines_write_the_same(trained: Path) -> None:
    files = run("export", trained).stdout
    assert "step.onnx" in files
    written = [
        np.array(json.loads(run("generate", trained, "--tag", "up", "--json", "--engine", engine).stdout)["vectors"])
        for engine in ("torch", "onnx")
    ]
    np.testing.assert_allclose(written[0], written[1], rtol=1e-4, atol=1e-4)
    assert failure("generate", trained, "--engine", "onnx-int8").code == "inference.engine"
    assert failure("export", trained, "--int8").code == "export.forecaster"


def test_evaluation_and_info(trained: Path, tmp_path: Path) -> None:
    content = json.loads(run("evaluate", trained, trained.parent / "dev.tsv", "--json").stdout)
    assert content["steps"] == 100
    assert content["explained"] > 0.8
    assert failure("evaluate", trained, trained.parent / "dev.tsv", "--engine", "onnx").code == "inference.engine"
    wide = synthesis.write(tmp_path / "wide.tsv", [("up", [[1.0, 2.0, 3.0]])])
    assert failure("evaluate", trained, wide).code == "data.other-channels"
    other = synthesis.write(tmp_path / "other.tsv", [("sideways", [[1.0, 2.0]])])
    assert "'sideways'" in run("evaluate", trained, other).stderr
    shown = run("info", trained).stdout
    assert "2 numbers per step" in shown
    assert "down, up" in shown
    assert "Tokenizer" not in shown
    assert "target.channels.json" in (trained / "model" / "README.md").read_text(encoding="utf-8")


def test_a_diagnosis_finds_no_trouble_where_much_was_learnt(trained: Path, tmp_path: Path) -> None:
    found = json.loads(run("diagnose", trained, "--json", "--report", tmp_path / "page.html").stdout)
    judged = {part["name"]: {one["measure"]: one["verdict"] for one in part["findings"]} for part in found["sections"]}
    assert list(judged) == ["synthesis", "network", "learning"]
    assert judged["synthesis"].keys() >= {"likelihood", "over-fitting", "tags", "deviations", "residuals", "lengths"}
    assert "trouble" not in judged["synthesis"].values()
    assert "fine" == judged["synthesis"]["likelihood"] == judged["synthesis"]["tags"] == judged["learning"]["padding"]
    assert "<svg" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert failure("diagnose", trained, "--compare-cells", "gru").code == "diagnose.of-numbers"


@pytest.mark.parametrize("change", [["--prompt", "x"], ["--top-k", "3"], ["--beam", "2"], ["--statistics"]])
def test_options_of_texts_are_refused(trained: Path, change: list[str]) -> None:
    run("generate", trained, *change, code=2)


@pytest.mark.parametrize("change", [["--picture", "x.png"], ["--temperature", "0"]])
def test_options_of_vectors_are_refused(tmp_path: Path, change: list[str]) -> None:
    run("generate", tiny.save_generator(tmp_path / "tunes"), *change, code=2)


def test_what_is_for_other_targets_is_refused(trained: Path, tmp_path: Path) -> None:
    recipe = trained.parent / "recipe.yaml"
    commands = [
        ("diagnose", trained, "--what-if", "x", "--force", "1=x"),
        ("export", trained, "--single", tmp_path / "one.onnx"),
        ("export", trained, "--web", tmp_path / "page"),
        ("bench", "decode", trained),
        ("translate", trained),
    ]
    assert {failure(*command, text="x\n").code for command in commands} == {"model.other-task"}
    assert failure("inspect", recipe).code == "config.other-task"
    assert failure("generate", trained, "--tag", "sideways").code == "inference.unknown-tag"


def test_a_resumed_run_equals_one_that_was_never_stopped(trained: Path, tmp_path: Path) -> None:
    recipe = trained.parent / "recipe.yaml"
    run("train", recipe, "--output", tmp_path / "run", "--set", "training.max_steps=200", "--accelerator", "cpu")
    run("train", recipe, "--output", tmp_path / "run", "--resume", "--accelerator", "cpu")
    weights = [(place / "model" / "weights.safetensors").read_bytes() for place in (trained, tmp_path / "run")]
    assert weights[0] == weights[1]


def test_archives_and_rows_of_steps_teach_the_same_as_text(trained: Path, tmp_path: Path) -> None:
    for split, count, seed in (("train", 120, 1), ("dev", 20, 2), ("test", 20, 3)):
        values, lengths = padded([np.array(steps, dtype=np.float32) for _, steps in synthesis.rows(count, seed=seed)])
        labels = [tag for tag, _ in synthesis.rows(count, seed=seed)]
        np.savez(tmp_path / f"{split}.npz", values=values.astype(np.float64).round(3), lengths=lengths, labels=labels)
        steps = [
            f"{row},{place},{values[row, place, 0]:.3f},{values[row, place, 1]:.2f},{tag}"
            for row, tag in enumerate(labels)
            for place in range(lengths[row])
        ]
        (tmp_path / "steps").mkdir(exist_ok=True)
        (tmp_path / "steps" / f"{split}.csv").write_text("\n".join(["unique_id,ds,x,y,tag", *steps]), "utf-8")
    few = ("--set", "training.max_steps=3", "--accelerator", "cpu")
    by_step = ("--set", "data.vectors.channels=[x, y]", "--set", "data.columns.target=1")  # which is not read
    for name, place, how in (
        ("text", trained.parent, ()), ("arrays", tmp_path, ()), ("rows", tmp_path / "steps", by_step)
    ):  # fmt: skip
        data = ("--set", f"data.path={place}", *how)
        run("train", trained.parent / "recipe.yaml", "--output", tmp_path / name, *data, *few)
    text, *others = ((tmp_path / name / "model" / WEIGHTS).read_bytes() for name in ("text", "arrays", "rows"))
    assert others == [text, text]
    for model, file in (("text", "dev.npz"), ("rows", "steps/dev.csv")):
        assert json.loads(run("evaluate", tmp_path / model, tmp_path / file, "--json").stdout)["steps"] == 100


def test_data_need_no_recipe(trained: Path, tmp_path: Path) -> None:
    done = run(
        *("train", trained.parent / "train.tsv", "--task", "synthesis", "--output", tmp_path / "run"),
        *("--accelerator", "cpu", "--max-steps", 2),
    )
    assert re.search(r" \d\.\d steps of 2 numbers\n", done.output), done.output
    recipe = describe(tmp_path / "run").recipe
    assert (recipe.task, recipe.data.columns.source, recipe.data.columns.target) == ("synthesis", "tag", "vectors")
    np.savez(tmp_path / "train.npz", values=np.random.default_rng(0).normal(size=(40, 3, 2)), labels=["a", "b"] * 20)
    archive = ("train", tmp_path / "train.npz", "--task", "synthesis", "--output", tmp_path / "other")
    assert " 3.0 steps of 2 numbers" in run(*archive, "--accelerator", "cpu", "--max-steps", 2).output


@pytest.mark.parametrize("target", ["[[1, null]]", "hello", "[[1, 2, 3]]"])
def test_a_target_that_cannot_be_learnt_is_named(trained: Path, tmp_path: Path, target: str) -> None:
    lines = (trained.parent / "train.tsv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "train.tsv").write_text("\n".join([*lines, f"up\t{target}"]) + "\n", encoding="utf-8")
    recipe, place = trained.parent / "recipe.yaml", tmp_path / "train.tsv"
    error = failure("train", recipe, "--output", tmp_path / "run", "--set", f"data.train={place}")
    assert f"{place}:{len(lines) + 1}" in str(error)
