"""One model of two directions, from its recipe to its translations and scores."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run
from support.extensions import answers, opened

import seq2seq

RECIPE = """
task: translation
data:
  sources:
    - {path: PATH, languages: [en, de]}
    - {path: PATH, languages: [de, en], swap: true, tags: [formal]}
  temperature: 2
tokenizer: {kind: char, vocabulary: 60}
model: {embedding: 8, encoder: {hidden: 8}, decoder: {hidden: 16}, attention: {score: dot}}
training: {max_steps: 2}
decoding: {beam: 2, max_length_extra: 3}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("directions")
    rows = "".join(f"{source}\t{target}\n" for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True))
    for split in ("train", "dev", "test"):
        (folder / f"{split}.tsv").write_text(rows, encoding="utf-8")
    (folder / "recipe.yaml").write_text(RECIPE.replace("PATH", str(folder)), encoding="utf-8")
    run("train", folder / "recipe.yaml", "--output", folder / "run", "--set", f"data.cache={folder / 'cache'}")
    return folder / "run"


def test_a_language_is_asked_for(model: Path) -> None:
    german = run("translate", model, "--to", "de", "--json", text="the dog\n")
    (record,) = map(json.loads, german.stdout.splitlines())
    assert "".join(record["source_tokens"]) == "▁the▁dog"
    tagged = run("translate", model, "--format", "lines", text="<2de> the dog\n").stdout
    assert tagged.strip() == record["translation"].strip()
    assert len(run("translate", model, "--to", "en", "--tag", "formal", text="der Hund\n\n").stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("options", "text", "code", "facts"),
    [
        (["--to", "fr"], "the dog\n", "inference.unknown-tag", ["--to", "'fr'", "de, en"]),
        (["--to", "de", "--tag", "rude"], "the dog\n", "inference.unknown-tag", ["--tag", "'rude'", "formal"]),
        ([], "the dog\n", "inference.no-language", ["line 1", "--to de"]),
        ([], "<2de> the dog\n<2fr> the cat\n", "inference.unknown-tag", ["line 2", "<2fr>"]),
    ],
)
def test_what_it_does_not_know_is_refused(
    model: Path, options: list[str], text: str, code: str, facts: list[str]
) -> None:
    error = failure("translate", model, *options, text=text)
    assert error.code == code
    for fact in facts:
        assert fact in str(error)


def test_scores_by_direction(model: Path) -> None:
    scores = json.loads(run("evaluate", model, "--json").stdout)
    assert (set(scores["groups"]), scores["sentences"]) == ({"en-de", "de-en"}, 16)
    pairs = model.parent / "test.tsv"
    one = json.loads(run("evaluate", model, pairs, "--to", "de", "--json").stdout)
    assert one["bleu"]["score"] == pytest.approx(scores["groups"]["en-de"]["bleu"]["score"])
    assert failure("evaluate", model, pairs).code == "inference.no-language"


def test_one_file_for_one_direction(model: Path, tmp_path: Path) -> None:
    error = failure("export", model, "--single", tmp_path / "model.onnx")
    assert error.code == "export.needs-python"
    assert "--to" in str(error)
    run("export", model, "--single", tmp_path / "model.onnx", "--to", "en")
    texts = [*tiny.TARGETS, "", "  ", "<:formal> der Hund"]
    translator = seq2seq.load(model, engine="torch")
    found = answers(opened(tmp_path / "model.onnx"), texts)["translation"]
    assert found == translator.to("en").translate(texts)
    assert found != translator.to("de").translate(texts)  # else this shows nothing
