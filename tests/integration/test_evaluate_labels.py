"""``seq2seq evaluate`` with several classifiers: models, and files of labels."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run, unwrapped

TEXTS, LABELS = zip(*tiny.LABELLED, strict=True)
COMPARED = {"--significance-samples": "50"}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("classifiers")
    return tiny.save_classifier(folder / "one"), tiny.save_classifier(folder / "two", temperature=2.0)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    sides = {
        "labelled.tsv": [f"{text}\t{label}" for text, label in tiny.LABELLED],
        "gold": LABELS,
        "texts": TEXTS,
        "always": [LABELS[0]] * len(LABELS),
        "half": [label if row % 2 else "" for row, label in enumerate(LABELS)],
        "crlf": [f"{label}\r" for label in LABELS],
        "strange": [*LABELS[:3], LABELS[3].upper(), *LABELS[4:]],
        "short": LABELS[1:],
    }
    for name, lines in sides.items():
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    return tmp_path


def test_models_and_files_side_by_side(models: tuple[Path, Path], files: Path) -> None:
    more = ("--hypotheses", files / "half", "--significance-samples", "50")
    found = json.loads(run("evaluate", *models, files / "labelled.tsv", *more, "--json").stdout)
    names = [str(models[0]), str(models[1]), str(files / "half")]
    assert [system["name"] for system in found["systems"]] == names
    assert found["systems"][2]["accuracy"] == 0.5
    assert {(one["name"], one["metric"], one["test"]) for one in found["comparisons"]} == {
        (name, *test) for name in names[1:] for test in (("accuracy", "mcnemar"), ("macro_f1", "randomisation"))
    }
    same = found["agreement"][0]  # a temperature changes no label
    assert (same["only_baseline_right"], same["only_system_right"], same["different_labels"]) == (0, 0, 0)
    alone = json.loads(run("evaluate", models[0], files / "labelled.tsv", "--json").stdout)
    assert {key: alone[key] for key in ("accuracy", "macro_f1", "intervals", "calibration")} == {
        key: found["systems"][0][key] for key in ("accuracy", "macro_f1", "intervals", "calibration")
    }


def test_labels_without_a_model(files: Path) -> None:
    given = ("evaluate", "--task", "classification", "--references", files / "gold")
    found = json.loads(run(*given, "--hypotheses", files / "crlf", "--json").stdout)
    assert (found["accuracy"], found["macro_f1"]) == (1.0, 1.0)
    done = run(*given, "--hypotheses", files / "half", "--hypotheses", files / "always", "--sources", files / "texts",
               "--details", "--report", files / "page.html", "--significance-samples", "50")  # fmt: skip
    assert "only half is right" in done.stdout
    assert TEXTS[3] in done.stdout
    assert TEXTS[3] in (files / "page.html").read_text("utf-8")
    run(*given, "--hypotheses", files / "half", "--confusion-png", files / "one.png")
    assert (files / "one.png").read_bytes().startswith(b"\x89PNG")


def test_labels_that_cannot_be_compared(models: tuple[Path, Path], files: Path, tmp_path: Path) -> None:
    data = files / "labelled.tsv"
    error = failure("evaluate", models[0], data, "--hypotheses", files / "strange")
    assert error.code == "evaluation.unknown-label"
    assert f"{files / 'strange'}:4" in str(error)
    assert failure("evaluate", models[0], data, "--baseline", files / "short").code == "evaluation.not-aligned"
    swapped = ("--source-column", "1", "--target-column", "0")
    assert failure("evaluate", models[0], data, *swapped).code == "evaluation.unknown-label"
    assert failure("evaluate", models[0], tiny.save(tmp_path / "t"), data).code == "evaluation.tasks"
    given = ("--task", "classification", "--hypotheses", files / "half")
    for more, named in [
        (("--references", files / "gold", "--lowercase"), "leave out -lc"),
        (("--references", files / "gold", "--references", files / "gold"), "one label"),
        (("--test-set", "wmt14/en-de"), "--test-set"),
    ]:
        assert named in unwrapped(run("evaluate", *given, *more, code=2).stderr)
    assert "--task" in run("evaluate", models[0], data, "--task", "classification", code=2).stderr
    assert "--confusion-png" in run("evaluate", *models, data, "--confusion-png", files / "x.png", code=2).stderr


def test_models_with_other_labels(models: tuple[Path, Path], files: Path, tmp_path: Path) -> None:
    from seq2seq.model_folder.writing.save import save_folder
    from seq2seq.text.vocabulary.labels import LabelVocabulary
    from seq2seq.text.vocabulary.pair import VocabularyPair

    labels = ["plant", *tiny.LABELS[1:]]
    own = VocabularyPair(tiny.label_tokenizers().source, LabelVocabulary.collect(labels, separated=False))
    recipe = tiny.classification_recipe()
    save_folder(tmp_path / "other", model=tiny.classifier(), tokenizers=own, recipe=recipe)
    error = failure("evaluate", models[0], tmp_path / "other", files / "labelled.tsv")
    assert (error.code, error.exit_code) == ("evaluation.labels", 2)
    assert "'plant'" in str(error)
    assert repr(tiny.LABELS[0]) in str(error)


def test_an_ensemble_is_one_system_beside_others(models: tuple[Path, Path], files: Path) -> None:
    """It is the last of the models, so that those before it are what it is compared with."""
    data, together = files / "labelled.tsv", ("--ensemble", models[1])
    alone = json.loads(run("evaluate", models[0], *together, data, "--json").stdout)
    found = json.loads(run("evaluate", models[0], models[0], *together, data, "--json").stdout)
    assert [system["name"] for system in found["systems"]] == [str(models[0]), f"{models[0]} + {models[1]}"]
    assert found["systems"][1]["calibration"] == alone["calibration"] != found["systems"][0]["calibration"]
