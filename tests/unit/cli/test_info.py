"""What ``info`` says of a model: everything that its folder holds, and nothing that steers a terminal."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import run

from seq2seq.export.export import export
from seq2seq.model_folder.writing.update import write_scores, write_terms
from seq2seq.text.vocabulary.labels import LabelVocabulary


def test_all_that_a_folder_holds(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    shown = run("info", folder).stdout
    for part in ("Normalisation  nmt_nfkc", "Data: fingerprint  0123abcd"):
        assert " ".join(part.split()) in " ".join(shown.split())
    write_terms(folder, licence="mit", languages=["en", "de"])
    write_scores(folder, {"test": {"bleu": {"score": 12.5, "signature": "nrefs:1|tok:13a"}}})
    shown = " ".join(run("info", folder).stdout.split())
    for part in (
        "Licence mit",
        "Languages en, de",
        "Decoding beam 3, length penalty average (alpha 1), at most 1 x source + 3 tokens",
        "Written by seq2seq ",
        "Checksums of README.md, tokenizer.model, weights.safetensors",
        "test BLEU 12.50 nrefs:1|tok:13a",
    ):
        assert part in shown
    content = json.loads(run("info", folder, "--json").stdout)
    assert (content["license"], content["languages"]) == ("mit", ["en", "de"])
    assert content["recipe"]["decoding"]["beam"] == 3
    assert content["files"].keys() == {"README.md", "tokenizer.model", "weights.safetensors"}


def test_labels_and_tags(tmp_path: Path) -> None:
    labels, tags = tiny.save_classifier(tmp_path / "labels"), tiny.save_generator(tmp_path / "tags")
    assert "animal, house, other\n" in run("info", labels).stdout
    assert "K:D, K:G, M:3/4, M:6/8\n" in run("info", tags).stdout
    assert json.loads(run("info", labels, "--json").stdout)["labels"] == ["animal", "house", "other"]
    assert json.loads(run("info", tags, "--json").stdout)["tags"] == ["K:D", "K:G", "M:3/4", "M:6/8"]


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Names that would clear the screen, recolour it, and set the terminal's title; and rich's markup."""
    names = ("\x1b[2J\x1b]0;pwned\x07", "[red]b[/red]\x9b31m", "c\x7f")
    monkeypatch.setattr(tiny, "label_tokenizers", lambda: vocabularies)
    vocabularies = type(tiny.tokenizers())(tiny.tokenizers(joint=False).source, LabelVocabulary(names, separated=False))
    return tiny.save_classifier(tmp_path / "\x1b[31mmodel")


def controls(text: str) -> set[str]:
    return {character for character in text if (ord(character) < 32 or 127 <= ord(character) < 160)} - {"\n", "\t"}


def test_names_do_not_steer_the_terminal(hostile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("seq2seq.cli.streams.on_screen", lambda: True)
    shown = run("info", hostile).stdout
    assert "\\u001b[2J\\u001b]0;pwned\\u0007, [red]b[/red]\\u009b31m, c\\u007f" in shown
    data = tmp_path / "data.tsv"
    data.write_text("the dog\tc\n", encoding="utf-8")
    commands = [["info", hostile, "--json"], ["classify", hostile], ["classify", hostile, "--json"]]
    refused = [["evaluate", hostile, data], ["info", f"{hostile}x"]]  # another label; no model
    for arguments in (*commands, *refused):
        done = run(*arguments, text="the dog\n", code=int(arguments in refused))
        assert controls(done.output) == set(), arguments
    record = json.loads(run("classify", hostile, "--json", text="the dog\n").stdout)
    assert set(record["probabilities"]) == {"\x1b[2J\x1b]0;pwned\x07", "[red]b[/red]\x9b31m", "c\x7f"}


def test_a_program_gets_labels_as_they_are(hostile: Path) -> None:
    label = run("classify", hostile, text="the dog\n").stdout.split("\t")[0]
    assert label in {"\x1b[2J\x1b]0;pwned\x07", "[red]b[/red]\x9b31m", "c\x7f"}


def problems(folder: Path) -> list[str]:
    found: list[str] = json.loads(run("info", folder, "--json").stdout)["problems"]
    assert ("Damaged" in run("info", folder).stdout) is bool(found)
    return found


def test_files_that_are_missing_or_damaged(tmp_path: Path) -> None:
    """Networks may run without the weights; the model is not whole all the same."""
    folder = tiny.save(tmp_path / "model")
    export(folder, int8=False)
    assert problems(folder) == []
    weights = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(weights[:-8])
    (folder / "onnx" / "step.onnx").unlink()
    (folder / "README.md").write_text("my own words", encoding="utf-8")
    found = problems(folder)
    assert [problem.split(":")[0] for problem in found] == ["onnx/step.onnx", "weights.safetensors"]
    (folder / "weights.safetensors").unlink()
    (folder / "tokenizer.model").unlink()
    assert {"weights.safetensors", "tokenizer.model"} < {problem.partition(":")[0] for problem in problems(folder)}


def test_without_digests_the_header_of_the_weights_tells(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    content = json.loads((folder / "config.json").read_text("utf-8"))
    del content["checksum"]
    content["files"] = {"../outside": "0"}
    (folder / "config.json").write_text(json.dumps(content), "utf-8")
    assert problems(folder) == []
    (folder / "weights.safetensors").write_bytes((folder / "weights.safetensors").read_bytes()[:-8])
    (found,) = problems(folder)
    assert found.startswith("weights.safetensors: ")
