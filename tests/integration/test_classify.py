"""``seq2seq classify``, and the commands about models that classify."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support import tiny
from support.commands import failure, run, unwrapped

from seq2seq import load
from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.inference.classifier import Classified, TextClassifier
from seq2seq.inference.lines import CHUNK_LINES
from seq2seq.model_folder.writing.update import write_scores

TEXT = "the dog sleeps\n\na bird sings\n   \nthe dog sleeps\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_classifier(tmp_path_factory.mktemp("classifier") / "model", temperature=1.5)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.tsv"
    file.write_text("".join(f"{text}\t{label}\n" for text, label in tiny.LABELLED), encoding="utf-8")
    return file


# ------------------------------------------------------------------------------------------------------ classify


def test_a_label_and_its_probability_a_line(model: Path) -> None:
    lines = run("classify", model, text=TEXT).stdout.split("\n")
    assert len(lines) == 6
    assert (lines[1], lines[3], lines[5]) == ("", "", "")
    assert lines[0] == lines[4]
    for line in (lines[0], lines[2]):
        label, probability = line.split("\t")
        assert label in tiny.LABELS
        assert re.fullmatch(r"[01]\.\d{4}", probability)
        assert float(probability) >= 1 / 3 - 1e-4


def test_python_and_json_say_the_same(model: Path) -> None:
    classifier = load(model.parent)
    assert isinstance(classifier, TextClassifier)
    expected = classifier.classify(TEXT.splitlines())
    records = [json.loads(line) for line in run("classify", model, "--json", text=TEXT).stdout.splitlines()]
    assert [record["line"] for record in records] == [1, 2, 3, 4, 5]
    assert [record["text"] for record in records] == TEXT.splitlines()
    assert [record["label"] or "" for record in records] == [one.label for one in expected]
    for record, one in zip(records, expected, strict=True):
        assert record["probabilities"] == pytest.approx(dict(one.probabilities), abs=1e-6)
        assert record["probability"] == pytest.approx(one.probability, abs=1e-6)
        assert record["note"] is None
    assert list(records[0]["probabilities"]) == list(tiny.LABELS)
    assert records[1]["probabilities"] == {}


def test_several_models_label_together(model: Path, tmp_path: Path) -> None:
    other = tiny.save_classifier(tmp_path / "other", temperature=0.5)
    command = ["classify", model, "--ensemble", other]
    lines = run(*command, text=TEXT).stdout
    found = load(model, ensemble=[other])
    assert isinstance(found, TextClassifier)
    expected = [f"{one.label}\t{one.probability:.4f}" if one.label else "" for one in found.classify(TEXT.splitlines())]
    alone = run("classify", model, text=TEXT).stdout
    assert lines.splitlines() == expected != alone.splitlines()
    (tmp_path / "texts").write_text(TEXT, encoding="utf-8")
    shard = (tmp_path / "texts", "--output", tmp_path / "out", "--shard", "1/1", "--resume")
    for members, written in ((command, lines), (command[:2], alone)):  # other models: the shard is done again
        run(*members, *shard)
        assert (tmp_path / "out.part-00001-of-00001").read_text(encoding="utf-8") == written


def test_a_file_gives_the_same_and_can_be_written(model: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text(TEXT, encoding="utf-8")
    expected = run("classify", model, text=TEXT).stdout
    assert run("classify", model, source).stdout == expected
    assert run("classify", model, source, "--output", target).stdout == ""
    assert target.read_text(encoding="utf-8") == expected
    assert f"--output {source}" in run("classify", model, source, "--output", source, code=2).stderr
    assert source.read_text(encoding="utf-8") == TEXT
    assert run("classify", model, text="").stdout == ""


def test_window_by_window(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    whole = TextClassifier.classify

    def classify(self: TextClassifier, texts: list[str], **options: Any) -> list[Classified]:
        sizes.append(len(texts))
        return whole(self, texts, **options)

    monkeypatch.setattr(TextClassifier, "classify", classify)
    done = run("classify", model, text="the\n" * CHUNK_LINES + "the 犬\n")
    assert sizes == [CHUNK_LINES, 1]
    assert len(set(done.stdout.splitlines()[:-1])) == 1
    assert f"'犬' (line {CHUNK_LINES + 1:d})" in done.stderr


def test_words_that_move_the_label(model: Path, tmp_path: Path) -> None:
    classifier = load(model.parent)
    assert isinstance(classifier, TextClassifier)
    expected = classifier.explain(TEXT.splitlines())
    lines = run("classify", model, "--explain", "--top", "2", text=TEXT).stdout.split("\n")
    plain = run("classify", model, text=TEXT).stdout.split("\n")
    assert [line.rpartition("\t")[0] for line in lines] == plain
    for line, one in zip(lines, expected, strict=False):
        strongest = [*one.supporting(2), *one.opposing(2)]
        wanted = [f"{word.text} {word.contribution:+.2f}" for word in strongest if abs(word.contribution) >= 0.005]
        assert line.rpartition("\t")[2] == "  ".join(wanted)
    records = [
        json.loads(line) for line in run("classify", model, "--explain", "--json", text=TEXT).stdout.splitlines()
    ]
    for record, one in zip(records, expected, strict=True):
        assert record["log_odds"] == pytest.approx(one.log_odds, abs=1e-5)
        assert [record["text"][word["start"] : word["end"]] for word in record["words"]] == record["text"].split()
        assert [word["text"] for word in record["words"]] == record["text"].split()
        for word, other in zip(record["words"], one.words, strict=True):
            assert word["contribution"] == pytest.approx(other.contribution, abs=1e-5)
            assert word["probability_without"] == pytest.approx(other.probability_without, abs=1e-5)
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text(TEXT, encoding="utf-8")
    run("classify", model, source, "--explain", "--top", "2", "--output", target)
    assert target.read_text(encoding="utf-8") == "\n".join(lines)


def test_colours_say_what_signs_say(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("classify", model, "--explain", text="the \x1b[2J dog sleeps\n\n").stdout
    monkeypatch.setattr("seq2seq.cli.streams.on_screen", lambda: True)
    assert run("classify", model, "--explain", text="the dog sleeps\n").stdout.count("\x1b") == 0
    monkeypatch.setattr("seq2seq.cli.classify.shows_colours", lambda: True)
    coloured = run("classify", model, "--explain", text="the \x1b[2J dog sleeps\n\n").stdout
    assert re.sub("\x1b\\[(0|31|32)m", "", coloured) == plain.replace("\x1b", "\\u001b")
    for word, sign in re.findall(r"\x1b\[(31|32)m\S+ ([+-])", coloured):
        assert {"32": "+", "31": "-"}[word] == sign
    assert "\x1b" not in run("classify", model, "--explain", "--json", text="the dog sleeps\n").stdout


@pytest.mark.parametrize("options", [["--top", "3"], ["--explain", "--json", "--top", "3"]])
def test_top_is_for_lines_of_words(model: Path, options: list[str]) -> None:
    assert "--top" in run("classify", model, *options, text=TEXT, code=2).stderr


def test_invalid_utf8_is_named_by_line(model: Path) -> None:
    assert str(failure("classify", model, text=b"the dog\nf\xfcr\n")).startswith("standard input:2: ")


def test_a_model_of_another_task(model: Path, tmp_path: Path) -> None:
    translator, generator = tiny.save(tmp_path / "translator"), tiny.save_generator(tmp_path / "generator")
    for other, command in ((translator, "translate"), (generator, "generate")):
        error = failure("classify", other, text="the dog\n")
        assert error.code == "model.other-task"
        assert f"seq2seq {command} {other}" in str(error)
    assert f"seq2seq classify {model}" in str(failure("translate", model, text="the dog\n"))


# ------------------------------------------------------------------------------------------------------ evaluate


def test_scores_stand_beside_the_baseline(model: Path, pairs: Path) -> None:
    done = run("evaluate", model, pairs)
    for part in (
        "accuracy",
        "baseline",
        "macro-F1",
        "precision",
        "expected \\ predicted",
        "temperature 1.50",
        str(pairs),
    ):
        assert part in done.stdout
    found = json.loads(run("evaluate", model, pairs, "--json").stdout)
    predicted = [
        line.split("\t")[0] for line in run("classify", model, text="\n".join(tiny.SOURCES)).stdout.splitlines()
    ]
    right = sum(one == label for one, (_, label) in zip(predicted, tiny.LABELLED, strict=True))
    assert found["accuracy"] == right / 8
    assert (found["baseline"], found["baseline_label"]) == (4 / 8, "animal")
    assert sum(map(sum, found["confusion"])) == found["examples"] == 8
    assert found["data"] == str(pairs)
    assert f"{found['accuracy']:.1%}" in done.stdout


def test_the_confusion_matrix_as_a_picture(model: Path, pairs: Path, tmp_path: Path) -> None:
    run("evaluate", model, pairs, "--confusion-png", tmp_path / "confusion.png")
    assert (tmp_path / "confusion.png").read_bytes().startswith(b"\x89PNG")


def test_the_recipes_own_data_with_groups(tmp_path: Path) -> None:
    rows = [f"{text}\t{label}\t{'ab'[i % 2]}\n" for i, (text, label) in enumerate(tiny.LABELLED)]
    (tmp_path / "test.tsv").write_text("".join(rows), encoding="utf-8")
    (tmp_path / "dev.tsv").write_text("".join(rows[:3]), encoding="utf-8")
    path = tiny.save_classifier(
        tmp_path / "model",
        DataConfig(path=str(tmp_path), columns=ColumnsConfig(group=2), splits={"test": ("test",)}),  # type: ignore[arg-type]
    )
    found = json.loads(run("evaluate", path, "--json").stdout)
    assert {name: group["examples"] for name, group in found["groups"].items()} == {"a": 4, "b": 4}
    assert json.loads(run("evaluate", path, "--split", "dev", "--json").stdout)["examples"] == 3


def test_columns_can_be_named(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text("id,verdict,review\n1,animal,the dog\n2,house,the old house\n", encoding="utf-8")
    named = ("--source-column", "review", "--target-column", "verdict")
    assert json.loads(run("evaluate", model, file, *named, "--json").stdout)["examples"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["{pairs}", "--beam", "3", "--output", "x"], 2, "--output, --beam."),
        (["{pairs}", "--references", "{pairs}"], 2, "--references."),
        (["{pairs}", "--split", "dev"], 2, "--split."),
        (["--source-column", "a"], 2, "--source-column."),
        (["{text}"], 1, "text.txt: "),
        (["nowhere.tsv"], 1, "nowhere.tsv: "),
    ],
)
def test_what_cannot_be_evaluated(
    model: Path, pairs: Path, tmp_path: Path, arguments: list[str], code: int, named: str
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("the dog\n", encoding="utf-8")
    filled = [argument.format(pairs=pairs, text=text) for argument in arguments]
    done = run("evaluate", model, *filled, code=code)
    assert named in unwrapped(done.stderr)
    assert "--set data.train.source" not in done.stderr


def test_a_translator_has_no_confusion_matrix(tmp_path: Path, pairs: Path) -> None:
    done = run("evaluate", tiny.save(tmp_path / "model"), pairs, "--confusion-png", tmp_path / "x.png", code=2)
    assert "--confusion-png." in done.stderr


def test_there_is_no_test_split(tmp_path: Path, pairs: Path) -> None:
    path = tiny.save_classifier(tmp_path / "model", DataConfig(train=str(pairs)))
    assert failure("evaluate", path).code == "data.no-such-split"


def test_malformed_rows(model: Path, pairs: Path) -> None:
    with pairs.open("a", encoding="utf-8") as file:
        file.write("a row of one column\n")
    assert str(failure("evaluate", model, pairs)).startswith(f"{pairs}:9: ")
    assert json.loads(run("evaluate", model, pairs, "--skip-bad", "--json").stdout)["skipped"] == 1


# ---------------------------------------------------------------------------------------------------------- info


def test_info(model: Path, tmp_path: Path) -> None:
    done = run("info", model)
    for part in ("attention pooling", "3 labels"):
        assert part in done.stdout
    assert json.loads(run("info", model, "--json").stdout)["measured"] == {"calibration": {"temperature": 1.5}}
    scored = tiny.save_classifier(tmp_path / "scored")
    write_scores(scored, {"test": {"accuracy": 0.875, "baseline": 0.5, "macro_f1": 0.9}})
    shown = run("info", scored).stdout
    assert re.search(r"test\s+Accuracy\s+87\.5%", shown)
    assert re.search(r"test\s+Majority baseline\s+50\.0%", shown)
    rows = shown.split("Scores\n")[1].splitlines()
    assert len({line.index("%") for line in rows}) == 1  # figures stand below each other
