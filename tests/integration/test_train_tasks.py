"""From a recipe to a label, or to a text, by commands alone: trained in seconds, then used."""

import json
import random
from pathlib import Path

import pytest
from support import tiny
from support.commands import run

GOOD, BAD = ("fine", "lovely", "great", "sweet"), ("dull", "awful", "poor", "bitter")
THINGS = ("film", "book", "soup", "song", "room")

CLASSIFICATION = """\
task: classification
data:
  train: {folder}/train.tsv
  columns: {{source: text, target: label}}
  labels: {{0: negative, 1: positive}}
  dev_size: 20
  test_size: 20
  cache: {folder}/cache
  workers: 1
tokenizer: {{kind: word, vocabulary: 40}}
model:
  embedding: 16
  encoder: {{cell: gru, hidden: 12}}
  pooling: mean
training:
  max_epochs: 6
  batch: {{max_tokens: 256}}
  optimizer: {{learning_rate: 2e-2}}
  schedule: {{name: constant, warmup_steps: 2}}
  validation: {{metric: macro_f1}}
"""

TUNES = """\
task: generation
data:
  path: {folder}
  columns: {{source: tags, target: tune}}
  cache: {folder}/cache
  workers: 1
tokenizer: {{kind: char, vocabulary: 60, normalisation: identity}}
model:
  embedding: 12
  decoder: {{cell: gru, hidden: 24}}
training:
  max_steps: 20
  batch: {{max_tokens: 1024}}
  optimizer: {{learning_rate: 2e-2}}
  schedule: {{name: constant, warmup_steps: 2}}
  label_smoothing: 0.0
  validation: {{every_steps: 10, decode: 2}}
decoding: {{max_length_extra: 40}}
"""

STRINGS = """\
data:
  path: {folder}
  protect: [html, icu]
  filters: {{duplicates: false}}
  cache: {folder}/cache
  workers: 1
tokenizer: {{vocabulary: 260, sampling: {{alpha: 1.0}}}}
model:
  embedding: 32
  encoder: {{hidden: 32}}
  decoder: {{hidden: 48}}
training:
  max_epochs: 20
  batch: {{max_tokens: 512}}
  optimizer: {{learning_rate: 1e-2}}
  schedule: {{name: constant, warmup_steps: 2}}
  validation: {{decode: 20}}
decoding: {{beam: 3}}
"""

TEXT = """\
task: generation
data:
  train: {folder}/text.txt
  columns: {{source: null, target: 0}}
  unit: line
  dev_size: 10
  test_size: 10
  hold_out: end
  filters: {{duplicates: false}}
  cache: {folder}/cache
  workers: 1
tokenizer: {{kind: char, vocabulary: 60}}
model:
  embedding: 12
  decoder: {{cell: gru, hidden: 24}}
training:
  max_steps: 20
  batch: {{windows: {{tokens: 16, streams: 4}}}}
  optimizer: {{learning_rate: 2e-2}}
  schedule: {{name: constant, warmup_steps: 2}}
  validation: {{every_steps: 10, decode: 1}}
decoding: {{max_length_extra: 40}}
"""


def opinions() -> list[tuple[str, int]]:
    """Sentences of one judgement each, all distinct."""
    found = [
        (f"the {thing} in the {place} is {how} {word}", label)
        for label, words in enumerate((BAD, GOOD))
        for word in words
        for thing in THINGS
        for place in ("town", "hall")
        for how in ("very", "just", "quite")
    ]
    random.Random(1).shuffle(found)
    return found


def train(recipe: str, folder: Path) -> Path:
    """Train in ``folder``; gives the run folder."""
    file = folder / "recipe.yaml"
    file.write_text(recipe.format(folder=folder), encoding="utf-8")
    done = run("train", file, "--output", folder / "run", "--threads", "1", "--accelerator", "cpu")
    assert done.stdout == ""
    (folder / "said.txt").write_text(done.stderr, encoding="utf-8")
    return folder / "run"


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classification")
    rows = "".join(f"{text}\t{label}\n" for text, label in opinions())
    (folder / "train.tsv").write_text(f"text\tlabel\n{rows}", encoding="utf-8")
    return train(CLASSIFICATION, folder)


def test_a_classifier_learns_and_is_used(classifier: Path) -> None:
    said = (classifier.parent / "said.txt").read_text(encoding="utf-8")
    assert "Scores on" in said
    assert f"\n  seq2seq classify {classifier}\n" in said
    text = "the soup in the hall is very lovely\nthe song in the town is just awful\n"
    labels = [line.split("\t")[0] for line in run("classify", classifier, text=text).stdout.splitlines()]
    assert labels == ["positive", "negative"]


def test_a_classifier_is_scored_on_what_was_held_out(classifier: Path) -> None:
    found = json.loads(run("evaluate", classifier, "--json").stdout)
    assert (found["examples"], found["labels"]) == (20, ["negative", "positive"])
    assert found["accuracy"] >= 0.9
    assert 0.5 <= found["baseline"] < 0.9
    description = json.loads(run("info", classifier, "--json").stdout)
    kept = description["scores"]["test"]
    assert set(found.pop("intervals")) == {"accuracy", "macro_f1"}
    assert {**kept, "seconds": 0} == {**found, "seconds": 0}
    assert description["training"]["metric"] == "macro_f1"
    calibration = description["measured"]["calibration"]
    assert {"temperature", "ece_before", "ece_after"} <= set(calibration)
    assert found["calibration"]["temperature"] == calibration["temperature"]
    shown = run("info", classifier).stdout
    assert "Accuracy" in shown
    assert "Majority baseline" in shown
    dev = json.loads(run("evaluate", classifier, "--split", "dev", "--json").stdout)
    assert dev["calibration"]["ece_after"] == pytest.approx(calibration["ece_after"], abs=1e-3)


def test_the_data_are_read_with_their_labels_named(classifier: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("text,label\nthe soup in the hall is very lovely,1\n", encoding="utf-8")
    assert json.loads(run("evaluate", classifier, file, "--json").stdout)["accuracy"] == 1


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generation")
    rows = [f"{tags}\t{tune} {number}\n" for number in range(10) for tags, tune in tiny.TUNES]
    for name, part in (("train", rows), ("dev", ["K:Z\tGBd\n", *rows[:4]]), ("test", rows[4:8])):
        (folder / f"{name}.tsv").write_text("tags\ttune\n" + "".join(part), encoding="utf-8")
    return train(TUNES, folder)


def test_a_generator_learns_and_is_used(generator: Path) -> None:
    said = (generator.parent / "said.txt").read_text(encoding="utf-8")
    assert "bits per byte" in said
    assert f"\n  seq2seq generate {generator}\n" in said
    found = json.loads(run("evaluate", generator, "--json").stdout)
    assert found["sequences"] == 4
    assert 0 < found["bits_per_byte"] < 4.5  # of characters drawn by chance: log2(20) = 4.3 and more
    description = json.loads(run("info", generator, "--json").stdout)
    assert description["scores"]["test"]["nats"] == pytest.approx(found["nats"])
    written = run("generate", generator, "--tag", "K:G", "--tag", "M:6/8", "--count", "3", "--statistics")
    assert len(written.stdout.splitlines()) == 3
    assert "samples     3" in written.stderr


def test_samples_are_shown_from_tags_that_the_model_knows(generator: Path) -> None:
    """A tag that stands in dev alone is passed over."""
    log = (generator / "train.log").read_text(encoding="utf-8")
    assert "M:6/8 K:G: " in log
    assert "M:6/8 K:D: " in log
    assert "K:Z: " not in log


def test_a_language_model_learns_and_is_used(tmp_path: Path) -> None:
    lines = [f"the {thing} is {word} and the {other} is not" for thing in THINGS for word in GOOD for other in THINGS]
    (tmp_path / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    language_model = train(TEXT, tmp_path)  # dev is the end, test what stands before it
    found = json.loads(run("evaluate", language_model, "--json").stdout)
    assert (found["sequences"], found["bytes"]) == (10, sum(len(line) + 1 for line in lines[-20:-10]))
    more = tmp_path / "more.txt"
    more.write_text("\n".join(lines[-20:-10]), encoding="utf-8")
    assert json.loads(run("evaluate", language_model, more, "--json").stdout)["nats"] == pytest.approx(found["nats"])
    assert run("generate", language_model, "--prompt", "the film").stdout.startswith("the film")
    assert "bits per byte" in run("evaluate", language_model).stdout
    assert "Bits per byte" in run("info", language_model).stdout


QUICK = ("--max-steps", "6", "--threads", "1", "--set", "model.embedding=16", "--set", "data.workers=1")


@pytest.mark.parametrize("task", ["translation", "classification", "generation"])
def test_data_alone_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache"))
    rng = random.Random(5)
    texts = [f"{rng.choice(THINGS)} and {rng.choice(THINGS)} are {rng.choice(GOOD + BAD)} {n}" for n in range(120)]
    if task == "generation":
        Path("data.txt").write_text("\n".join(texts) + "\n", "utf-8")
    else:
        others = [text.upper() if task == "translation" else rng.choice(["good", "bad"]) for text in texts]
        lines = [f"{text}\t{other}\n" for text, other in zip(texts, others, strict=True)]
        Path("data.tsv").write_text("".join(lines), "utf-8")
    data = "data.txt" if task == "generation" else "data.tsv"
    done = run("train", data, "--output", "run", *QUICK)
    assert f"{task}: " in done.stderr
    assert f"task: {task}" in Path("run/recipe.yaml").read_text("utf-8")
    again = run("train", data, "--output", "run", *QUICK)  # the same command resumes, and finds the run finished
    assert "6 steps" in again.stderr
    command = {"translation": "translate", "classification": "classify", "generation": "generate"}[task]
    out = run(command, "run", text=None if task == "generation" else f"{texts[0]}\n").stdout
    assert out.strip()


def test_options_about_data_go_with_data(tmp_path: Path) -> None:
    output = tmp_path / "run"
    for arguments in (("phrasebook", "--dev", "x.tsv"), ("custom", "--task", "translation")):
        done = run("train", *arguments, "--output", output, code=2)
        assert arguments[1] in done.stderr
    run("train", "a.tsv", "b.tsv", "c.tsv", "--output", output, code=2)
    run("train", tmp_path / "gone.tsv", "--output", output, code=1)


@pytest.fixture(scope="module")
def strings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A translator of software strings, whose placeholders in the test set are new."""
    folder = tmp_path_factory.mktemp("strings")
    nouns = {"file": "Datei", "page": "Seite", "key": "Taste", "name": "Name", "mail": "Post"}
    verbs = {"open": "öffne", "close": "schließe", "find": "suche", "send": "sende"}
    rng = random.Random(1)
    for split, count, holders in (
        ("train", 400, ("a", "b", "c")),
        ("dev", 30, ("a", "b")),
        ("test", 30, ("new_1", "x-y")),
    ):
        rows = []
        for _ in range(count):
            noun, verb, holder = rng.choice(list(nouns)), rng.choice(list(verbs)), rng.choice(holders)
            rows.append(f"{verb} the <b>{noun}</b> {{{holder}}}\t{{{holder}}}: <b>{nouns[noun]}</b>, {verbs[verb]}\n")
        (folder / f"{split}.tsv").write_text("".join(rows), encoding="utf-8")
    return train(STRINGS, folder)


def test_software_strings_are_learnt_and_copied(strings: Path) -> None:
    scores = json.loads(run("evaluate", strings, "--json").stdout)
    assert scores["kept"]["placeholders"]["share"] == scores["kept"]["markup"]["share"] == 1.0
    assert scores["exact_match"] >= 0.7
    source = "send the <b>page</b> {never_seen}"
    for engine in ("torch", "onnx"):
        found = json.loads(run("translate", strings, "--json", "--engine", engine, text=source).stdout)
        (best,) = found["translations"]
        assert [best["tokens"].count(span) for span in ("<b>", "</b>", "{never_seen}")] == [1, 1, 1]
        assert "".join(best["tokens"]).replace("▁", " ").strip() == found["translation"]
        assert "".join(found["source_tokens"]).replace("▁", " ").strip() == source
