"""``--ensemble`` of ``seq2seq translate`` and ``seq2seq evaluate``."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run

import seq2seq

TEXT = "".join(f"{line}\n" for line in tiny.SOURCES)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("models")
    return tiny.save(folder / "one"), tiny.save(folder / "two", attention=False)


@pytest.fixture(scope="module")
def together(models: tuple[Path, Path]) -> seq2seq.Translator:
    return seq2seq.Translator.load(models[0], ensemble=[models[1]])


def test_lines_are_translated_by_all_models(models: tuple[Path, Path], together: seq2seq.Translator) -> None:
    one, two = models
    command = ["translate", one, "--ensemble", two]
    expected = together.translate(tiny.SOURCES)
    assert run(*command, "--format", "lines", text=TEXT).stdout.splitlines() == expected
    alone = [run("translate", model, "--format", "lines", text=TEXT).stdout.splitlines() for model in models]
    assert expected not in alone
    records = [json.loads(line) for line in run(*command, "--json", "--nbest", "3", text=TEXT).stdout.splitlines()]
    nbest = together.translate_nbest(tiny.SOURCES, together.decoding.model_copy(update={"nbest": 3}), alignments=True)
    for record, translations in zip(records, nbest, strict=True):
        assert [best["text"] for best in record["translations"]] == [best.text for best in translations]
        assert all(best["confidence"] is None for best in record["translations"])
        assert all(best["alignment"] for best in record["translations"] if best["tokens"])  # of the one that attends


def test_the_same_model_again_changes_nothing(models: tuple[Path, Path]) -> None:
    alone = run("translate", models[0], "--scores", text=TEXT).stdout
    assert run("translate", models[0], *["--ensemble", models[0]] * 2, "--scores", text=TEXT).stdout == alone


def test_terms_and_prefixes_work_with_it(models: tuple[Path, Path], tmp_path: Path) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("dog\tVogel\n", encoding="utf-8")
    command = ["translate", models[0], "--ensemble", models[1], "--format", "lines"]
    assert "Vogel" in run(*command, "--glossary", terms, text="the dog\n").stdout
    assert run(*command, "--prefix", "der ", text="the dog\n").stdout.startswith("der ")


def test_an_ensemble_is_one_system_beside_others(models: tuple[Path, Path], pairs: Path) -> None:
    """It is the last of the models, so that those before it are what it is compared with."""
    one, two = models
    columns = ["--source-column", "en", "--target-column", "de", "--significance-samples", "40", "--json"]
    alone = json.loads(run("evaluate", one, "--ensemble", two, pairs, *columns).stdout)
    three = json.loads(run("evaluate", one, two, one, "--ensemble", two, pairs, *columns).stdout)
    names = [system["name"] for system in three["systems"]]
    assert len(names) == len(set(names)) == 3
    assert three["systems"][2]["bleu"] == alone["bleu"]
    by_library = seq2seq.evaluate(
        one, pairs, ensemble=[two], source_column="en", target_column="de", significance_samples=40
    )
    assert by_library.to_dict()["bleu"] == alone["bleu"]
    plain = json.loads(run("evaluate", one, pairs, *columns).stdout)
    assert plain["bleu"] == three["systems"][0]["bleu"]


def test_models_that_do_not_fit_are_refused(models: tuple[Path, Path], tmp_path: Path, pairs: Path) -> None:
    separate = tiny.save(tmp_path / "separate", joint=False)
    classifier = tiny.save_classifier(tmp_path / "labels")
    for command, rest in (("translate", ()), ("evaluate", (pairs,))):
        error = failure(command, models[0], *rest, "--ensemble", separate, text=TEXT)
        assert (error.code, error.exit_code) == ("inference.ensemble", 2)
        assert str(models[0]) in str(error) and str(separate) in str(error)  # noqa: PT018 - one fact: who differs
        assert failure(command, models[0], *rest, "--ensemble", classifier, text=TEXT).code == "model.other-task"
        assert failure(command, models[0], *rest, "--ensemble", tmp_path / "none", text=TEXT).code == (
            "model.no-such-folder"
        )


def test_it_needs_a_model_to_join(aligned: tuple[Path, Path], models: tuple[Path, Path]) -> None:
    lines = run(
        "evaluate", "--hypotheses", aligned[1], "--references", aligned[1], "--ensemble", models[0], code=2
    ).stderr
    assert "--ensemble" in lines
    with pytest.raises(TypeError):
        seq2seq.evaluate(hypotheses=str(aligned[1]), references=str(aligned[1]), ensemble=[models[0]])


def test_what_has_no_confidence_flags_nothing(models: tuple[Path, Path]) -> None:
    error = failure("translate", models[0], "--ensemble", models[1], "--flag-below", "0.5", text=TEXT)
    assert (error.code, error.exit_code) == ("documents.no-confidence", 2)
    assert failure("translate", models[0], "--flag-below", "0.5", text=TEXT).code == "documents.no-confidence"
