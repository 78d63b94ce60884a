"""Text from sequences of vectors through the whole pipeline: trained, resumed, exported, scored, diagnosed, served."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support import curves
from support.commands import failure, run
from support.served import Served, served

from seq2seq.config.load import dump_recipe
from seq2seq.model_folder.read import describe

TEST = curves.described(30, seed=2)
LINES = "".join(f"{json.dumps(steps)}\n" for steps, _ in TEST)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("described")
    (folder / "recipe.yaml").write_text(dump_recipe(curves.text_recipe(folder)), encoding="utf-8")
    run("train", folder / "recipe.yaml", "--output", folder / "run", "--accelerator", "cpu")
    return folder / "run"


def test_what_there_is_to_learn_is_learnt(trained: Path) -> None:
    description = describe(trained)
    assert (description.source_vocabulary, description.labels) == (3, ())
    scores = description.scores["test"]
    assert isinstance(scores, dict)
    exact = scores["exact_match"]
    assert isinstance(exact, float)
    assert exact >= 0.7


def test_engines_write_the_same(trained: Path) -> None:
    lines = {
        engine: [
            json.loads(line)
            for line in run("translate", trained, "--json", "--engine", engine, text=LINES).stdout.splitlines()
        ]
        for engine in ("torch", "onnx", "onnx-int8")
    }
    right = sum(one["translation"] == text for one, (_, text) in zip(lines["torch"], TEST, strict=True))
    assert right >= 20
    assert [one["translation"] for one in lines["torch"]] == [one["translation"] for one in lines["onnx"]]
    pairs = zip(lines["torch"], lines["onnx-int8"], strict=True)
    assert sum(one["translation"] == other["translation"] for one, other in pairs) >= 27
    best = lines["onnx"][0]["translations"][0]
    assert max(step for _, step, _ in best["alignment"]) < len(TEST[0][0])
    assert best["confidence"] is None or 0 <= best["confidence"] <= 1


def test_files_are_read_as_in_training(trained: Path, tmp_path: Path) -> None:
    expected = run("translate", trained, text=LINES).stdout
    assert run("translate", trained, trained.parent / "test.jsonl").stdout == expected
    longest = max(len(steps) for steps, _ in TEST)
    values = np.full((len(TEST), longest, 2), np.nan)
    for row, (steps, _) in enumerate(TEST):
        values[row, : len(steps)] = np.array(steps, dtype=np.float64)
    np.savez(tmp_path / "new.npz", values=values, lengths=[len(steps) for steps, _ in TEST])
    assert run("translate", trained, tmp_path / "new.npz").stdout == expected
    table = "\n".join(["source,text", *(f'"{json.dumps(steps)}",{text}' for steps, text in TEST)])
    (tmp_path / "new.csv").write_text(table, encoding="utf-8")
    assert run("translate", trained, tmp_path / "new.csv").stdout == expected
    ranked = run("translate", trained, tmp_path / "new.csv", "--nbest", 2, "--scores", "--beam", 3).stdout
    assert len(ranked.splitlines()) == 2 * len(TEST)


def test_shards_are_lines(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text(LINES, encoding="utf-8")
    for part in ("1/2", "2/2"):
        run("translate", trained, tmp_path / "lines.txt", "--output", tmp_path / "out.txt", "--shard", part)
    run("merge", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text() == run("translate", trained, text=LINES).stdout
    run("translate", trained, trained.parent / "test.jsonl", "--output", tmp_path / "x", "--shard", "1/2", code=2)


@pytest.mark.parametrize("line", ["[[1, 2, 3]]", "hello"])
def test_a_line_that_does_not_fit_is_named(trained: Path, line: str) -> None:
    error = failure("translate", trained, text=f"[[1, 2]]\n\n{line}\n")
    assert (error.code, error.exit_code) in [("data.other-channels", 1), ("data.no-vectors", 1)]
    assert "line 3" in str(error)


def test_what_needs_text_is_refused(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("rise\tfall\n", encoding="utf-8")
    refused = [
        ("translate", trained, "--glossary", tmp_path / "terms.tsv"),
        ("distill", trained, trained.parent / "test.jsonl", "--output", tmp_path / "student"),
    ]
    assert [failure(*command, text="[[1, 2]]\n").code for command in refused] == ["inference.no-text"] * 2
    for options in (["--format", "html"], ["--protect", "a"], ["--source-language", "en"]):
        run("translate", trained, *options, text="[[1, 2]]\n", code=2)
    for target in (["--single", tmp_path / "one.onnx"], ["--web", tmp_path / "page"], ["--shortlist"]):
        assert "vectors" in str(failure("export", trained, *target))


def test_evaluation_info_and_diagnosis_know_vectors(trained: Path) -> None:
    content = json.loads(run("evaluate", trained, trained.parent / "dev.jsonl", "--json").stdout)
    assert content["exact_match"] >= 0.6
    assert "copying" not in content or content["copying"] is None
    shown = run("info", trained).stdout
    assert "3 numbers per step" in shown
    assert "Tokenizer" in shown
    measures = json.loads(run("diagnose", trained, "--json").stdout)
    found = {finding["measure"] for part in measures["sections"] for finding in part["findings"]}
    assert {"gradient-flow-encoder", "padding", "memorisation"} <= found
    assert not found & {"embeddings-source", "bag-of-words"}
    run("diagnose", trained.parent / "recipe.yaml")
    run("inspect", trained.parent / "recipe.yaml", "--json")


def test_a_resumed_run_equals_one_that_was_never_stopped(trained: Path, tmp_path: Path) -> None:
    recipe = trained.parent / "recipe.yaml"
    run("train", recipe, "--output", tmp_path / "run", "--set", "training.max_steps=40", "--accelerator", "cpu")
    run("train", recipe, "--output", tmp_path / "run", "--resume", "--accelerator", "cpu")
    weights = [(place / "model" / "weights.safetensors").read_bytes() for place in (trained, tmp_path / "run")]
    assert weights[0] == weights[1]


def test_files_of_sequences_need_no_recipe(tmp_path: Path) -> None:
    rows = curves.described(40, seed=6)
    values = np.full((len(rows), max(len(steps) for steps, _ in rows), 2), np.nan)
    for row, (steps, _) in enumerate(rows):
        values[row, : len(steps)] = np.array(steps, dtype=np.float64)
    lengths, texts = [len(steps) for steps, _ in rows], [text for _, text in rows]
    np.savez(tmp_path / "new.npz", values=values, lengths=lengths, labels=texts)
    run(
        *("train", tmp_path / "new.npz", "--task", "translation", "--output", tmp_path / "run", "--accelerator", "cpu"),
        *("--set", "training.max_steps=2", "--set", "model.decoder.hidden=8", "--set", "model.encoder.hidden=8"),
    )
    recipe = describe(tmp_path / "run").recipe
    assert (recipe.task, recipe.data.vectors is None, recipe.tokenizer.kind) == ("translation", False, "char")


def test_fine_tuning_keeps_the_scaling(trained: Path, tmp_path: Path) -> None:
    data = curves.write(tmp_path / "new.jsonl", curves.described(40, seed=3), "text")
    run("finetune", trained, data, "--output", tmp_path / "run", "--set", "training.max_epochs=1")
    name = "source.channels.json"
    assert (tmp_path / "run" / "model" / name).read_bytes() == (trained / "model" / name).read_bytes()


@pytest.fixture(scope="module")
def server(trained: Path) -> Iterator[Served]:
    with served([f"zxx-en={trained}"]) as running:
        yield running


def test_the_server_writes_them(server: Served, trained: Path) -> None:
    """`zxx` is the code of BCP 47 for what has no language."""
    texts = [json.dumps(steps) for steps, _ in TEST[:3]]
    expected = run("translate", trained, text="".join(f"{text}\n" for text in texts)).stdout.splitlines()
    answer = server.post("/v1/translate", text=texts, source="zxx", target="en", alignments=True).json()
    assert [one["translation"] for one in answer["results"]] == expected
    searched = server.post("/v1/translate", text=texts[0], source="zxx", target="en", search=True).json()
    assert searched["results"][0]["translation"] == expected[0]
    assert searched["results"][0]["lines"][0]["search"]
    plain = server.post("/translate", q=texts, source="zxx", target="en", format="text").json()
    assert plain["translatedText"] == expected
    over_lines = [json.dumps(steps, indent=1) for steps, _ in TEST[:3]]
    over_lines[1] = over_lines[1].replace("\n", "\r\n")
    answer = server.post("/v1/translate", text=over_lines, source="zxx", target="en", nbest=2).json()
    assert [one["translation"] for one in answer["results"]] == expected
    assert [len(one["lines"]) for one in answer["results"]] == [1, 1, 1]
    plain = server.post("/translate", q=over_lines, source="zxx", target="en", format="text", alternatives=1).json()
    assert plain["translatedText"] == expected
    chat = {"model": "zxx-en", "messages": [{"role": "user", "content": over_lines[0]}]}
    assert server.post("/v1/chat/completions", **chat).json()["choices"][0]["message"]["content"] == expected[0]
    for wrong in ({"text": "hello"}, {"glossary": {"a": "rise"}}, {"format": "html"}, {"protect": ["a"]}):
        refused = server.post("/v1/translate", source="zxx", target="en", **{"text": texts[0], **wrong})
        assert refused.status == 400
        assert refused.json()["code"] in ("data.no-vectors", "inference.no-text")
