"""``seq2seq distill`` of classifiers: the probabilities of labels, from a teacher to a student."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")

from support import tiny
from support.commands import failure, run
from support.refused import refused

import seq2seq
from seq2seq.config.recipe import ClassificationRecipe
from seq2seq.inference.classifier import Classified, TextClassifier
from seq2seq.inference.load import open_ensemble
from seq2seq.model_folder.description import Description
from seq2seq.text.vocabulary.soft_labels import read_soft_label

ROWS = [(f"{text} {number}", label) for number in range(6) for text, label in tiny.LABELLED]
QUICK = ("--set", "training.batch.max_tokens=256", "--set", "model.embedding=16", "--set", "model.encoder.hidden=16",
         "--set", "tokenizer={kind: char, vocabulary: 80, sampling: null}", "--max-steps", "6", "--threads", "1",
         "--size", "tiny")  # fmt: skip
TEACHER = """
/dog/ { print "{\\"animal\\": 0.75, \\"house\\": 0.25}"; next }
/house/ { print "house"; next }
{ print "{\\"house\\": 1, \\"other\\": 3}" }
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache"))
    (tmp_path / "teacher.awk").write_text(TEACHER, encoding="utf-8")
    write(tmp_path / "labels.tsv", ROWS)


def write(file: Path, rows: list[tuple[str, str]]) -> None:
    file.write_text("\n".join(["text\tlabel", *("\t".join(row) for row in rows), ""]), encoding="utf-8")


def rows(name: str) -> dict[str, str]:
    lines = Path("run/data", name).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "text\tlabel"
    return dict(line.split("\t") for line in lines[1:])  # type: ignore[misc]


def test_a_program_teaches_its_probabilities(tmp_path: Path) -> None:
    program = "command:tee -a asked | awk -f teacher.awk"
    command = ("distill", program, "labels.tsv", "--task", "classification", "--output", "run", *QUICK, "--json")
    table = json.loads(run(*command).stdout)
    systems = [(one["name"], one["arithmetic"]) for one in table["systems"]]
    both = [(name, arithmetic) for name in ("student", "without a teacher") for arithmetic in ("float32", "int8")]
    assert systems == [("teacher", None), *both]
    compared = [(one["against"], one["metric"], one["test"]) for one in table["comparisons"]]
    tests = [("accuracy", "mcnemar"), ("macro_f1", "randomisation")]
    assert compared == [(other, *test) for other in ("without a teacher", "teacher") for test in tests]
    learnt = {text: read_soft_label(label) for text, label in rows("train.tsv").items()}
    for text, found in learnt.items():
        expected = {"animal": 0.75, "house": 0.25} if "dog" in text else {"other": 0.75, "house": 0.25}
        assert found == pytest.approx({"house": 1.0} if "house" in text else expected)
    assert rows("references.tsv") == {text: label for text, label in ROWS if text in learnt}
    measured = rows("dev.tsv")
    assert {**rows("references.tsv"), **measured} == dict(ROWS)
    assert table["systems"][0]["accuracy"] == pytest.approx(
        sum(max(learned(text).items(), key=lambda one: one[1])[0] == label for text, label in measured.items())
        / len(measured)
    )
    description = Description.read(tmp_path / "run" / "model" / "config.json")
    recipe = description.recipe
    assert isinstance(recipe, ClassificationRecipe)
    assert recipe.data.soft_labels
    assert "Teacher: tee -a asked" in (tmp_path / "run" / "model" / "README.md").read_text(encoding="utf-8")
    assert len(run("classify", "run", text="the dog\n").stdout.splitlines()) == 1
    # The same command asks for nothing again, and trains nothing.
    asked = Path("asked").read_text(encoding="utf-8").splitlines()
    assert sorted(asked) == sorted(text for text, _ in ROWS)
    again = json.loads(run(*command).stdout)
    assert Path("asked").read_text(encoding="utf-8").splitlines() == asked
    assert [one["accuracy"] for one in again["systems"]] == [one["accuracy"] for one in table["systems"]]
    # With another option the student would have to learn something else, which stays as it is.
    assert failure(*command, "--with-references").code == "distill.other-data"
    assert {text: read_soft_label(label) for text, label in rows("train.tsv").items()} == learnt


def learned(text: str) -> dict[str, float]:
    return {"animal": 0.75} if "dog" in text else {"house": 1.0} if "house" in text else {"other": 0.75}


def test_several_models_teach_with_references_and_further_texts(tmp_path: Path) -> None:
    one, two = (tiny.save_classifier(tmp_path / name, temperature=heat) for name, heat in (("one", 1.5), ("two", 3.0)))
    further = [f"a bird sings {number}" for number in range(10, 20)]
    Path("further.txt").write_text("\n".join(further), encoding="utf-8")
    options = ("--ensemble", two, "--monolingual", "further.txt", "--with-references", "--no-baseline")
    table = json.loads(run("distill", one, "labels.tsv", "--output", "run", *options, *QUICK, "--json").stdout)
    assert {system["name"] for system in table["systems"]} == {"teacher", "student"}
    learnt = {text: read_soft_label(label) for text, label in rows("train.tsv").items()}
    assert set(further) <= set(learnt)
    _, ensemble = open_ensemble(TextClassifier, [one, two])
    own = dict(ROWS)
    for text, answer in zip(learnt, ensemble.classify(list(learnt)), strict=True):
        taught = dict(answer.probabilities)
        if text in own:
            taught = {label: (share + (label == own[text])) / 2 for label, share in taught.items()}
        assert learnt[text] == pytest.approx(taught, abs=1e-4)
    assert table["systems"][0]["accuracy"] == pytest.approx(
        sum(answer.label == own[text] for text, answer in answers(ensemble)) / len(rows("dev.tsv"))
    )


def answers(classifier: TextClassifier) -> list[tuple[str, Classified]]:
    texts = list(rows("dev.tsv"))
    return list(zip(texts, classifier.classify(texts), strict=True))


def test_texts_alone_teach_in_python(tmp_path: Path) -> None:
    teacher = tiny.save_classifier(tmp_path / "teacher")
    Path("texts.txt").write_text("\n".join(text for text, _ in ROWS), encoding="utf-8")
    settings = {"training.max_steps": 4, "tokenizer": {"kind": "char", "vocabulary": 80}, "model.embedding": 16}
    done = seq2seq.distill(teacher, [], "run", monolingual=["texts.txt"], size="tiny", settings=settings, threads=1)
    assert done.table is not None
    assert {system["name"] for system in done.table.to_dict()["systems"]} == {"student"}  # type: ignore[index, union-attr, call-overload]
    classifier = TextClassifier.load(teacher)
    assert rows("dev.tsv") == {text: answer.label for text, answer in answers(classifier)}
    assert isinstance(done.pipeline, TextClassifier)


def test_labels_of_the_data_are_named_as_the_teacher_names_them(tmp_path: Path) -> None:
    numbers = {"0": "animal", "1": "house", "2": "other"}
    data = tiny.classification_recipe().data.model_copy(update={"labels": numbers})
    teacher = tiny.save_classifier(tmp_path / "teacher", data)
    write(tmp_path / "labels.tsv", [(text, str(tiny.LABELS.index(label))) for text, label in ROWS])
    command = ("distill", teacher, "labels.tsv", "--output", "run", *QUICK)
    run(*command, "--no-baseline")
    assert rows("references.tsv").items() <= dict(ROWS).items()
    run(*command, "--resume")  # as after an interruption between the two
    assert Path("run/baseline/model").is_dir()


def test_bad_rows_are_skipped_however_it_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "labels.tsv", [*ROWS, ("one", "two\tthree")])
    command = ("distill", "command:cat", "labels.tsv", "--task", "classification", "--output", "run")
    assert failure(*command).code == "data.bad-rows"
    assert failure(*command, "--set", "data.skip_bad=True").code == "distill.other-labels"
    # The second replaces the whole section, so that no data would be left to train on.
    for skip, code in (
        ({"data.skip_bad": True}, "distill.other-labels"),
        ({"data": {"skip_bad": True}}, "config.invalid"),
    ):
        with refused(code):
            seq2seq.distill("command:cat", "labels.tsv", "run", task="classification", settings=skip)


@pytest.mark.parametrize(
    ("teacher", "options", "code"),
    [
        ("teacher", ("--n-best", "2"), "distill.teacher-option"),
        ("teacher", ("--beam", "2"), "distill.teacher-option"),
        ("teacher", ("--languages", "en", "de"), "distill.teacher-option"),
        ("teacher", ("--reverse", "teacher"), "distill.teacher-option"),
        ("teacher", ("--task", "translation"), "distill.teacher-option"),
        ("http://localhost", ("--task", "classification", "--languages", "en", "de"), "distill.teacher-option"),
        ("command:cat", ("--task", "classification"), "distill.other-labels"),
        ("command:sed 's/.*/{no}/'", ("--task", "classification"), "distill.teacher-label"),
    ],
)
def test_errors_have_codes(tmp_path: Path, teacher: str, options: tuple[str, ...], code: str) -> None:
    tiny.save_classifier(tmp_path / "teacher")
    assert failure("distill", teacher, "labels.tsv", "--output", "run", *options, *QUICK).code == code
    assert not Path("run/student").exists()
