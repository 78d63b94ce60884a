"""``seq2seq evaluate``: scores of a translation model, and of files alone."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run, unwrapped

import seq2seq
from seq2seq.errors import DataError
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.text.sketch import Sketch


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("attention") / "model")


def named(file: Path) -> list[str]:
    return [str(file), "--source-column", "en", "--target-column", "de"]


def test_scores_come_with_their_signatures(model: Path, pairs: Path) -> None:
    done = run("evaluate", model, *named(pairs))
    for part in ("BLEU", "chrF", "TER", "nrefs:1|case:mixed", str(pairs)):
        assert part in done.stdout
    assert "Generating" not in done.stderr
    assert "Map" not in done.stderr


def test_scores_as_json_with_the_hypotheses_kept(model: Path, pairs: Path, tmp_path: Path) -> None:
    kept = tmp_path / "hypotheses.txt"
    found = json.loads(run("evaluate", model, *named(pairs), "--json", "--output", kept, "--beam", "2").stdout)
    for name in ("bleu", "chrf", "ter"):
        assert set(found[name]) == {"score", "signature"}
        assert found["intervals"][name]["low"] <= found[name]["score"] <= found["intervals"][name]["high"]
    assert found["sentences"] == 8
    assert found["data"] == str(pairs)
    assert found["decoding"]["beam"] == 2
    assert found["seconds"] >= 0
    text = "".join(f"{line}\n" for line in tiny.SOURCES)
    assert kept.read_text(encoding="utf-8") == run("translate", model, "--beam", "2", text=text).stdout


def test_terms_of_a_glossary_are_counted(model: Path, pairs: Path, tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("dog\tHund\n", encoding="utf-8")
    options = ("--glossary", path, "--max-length-extra", "20", "--json")
    found = json.loads(run("evaluate", model, *named(pairs), *options).stdout)
    assert (found["glossary"]["met"], found["glossary"]["missed"]) == (2, 0)
    scored = seq2seq.evaluate(model, pairs, source_column="en", target_column="de", glossary=path)
    assert "glossary" in scored.to_dict()
    assert "glossary" not in json.loads(run("evaluate", model, *named(pairs), "--json").stdout)


def test_files_alone_get_the_same_score(model: Path, aligned: tuple[Path, Path], tmp_path: Path) -> None:
    source, target = aligned
    kept = tmp_path / "hypotheses.txt"
    by_model = json.loads(run("evaluate", model, source, "--references", target, "--output", kept, "--json").stdout)
    alone = json.loads(run("evaluate", "--hypotheses", kept, "--references", target, "--json").stdout)
    for name in ("bleu", "chrf", "ter"):
        assert alone[name] == by_model[name]
    perfect = run("evaluate", "--hypotheses", target, "--references", target)
    assert re.search(r"100\.0", perfect.stdout)


def test_files_alone_beside_their_sources(aligned: tuple[Path, Path], tmp_path: Path) -> None:
    """What a model would have said: copying the source, and outputs that are their source."""
    source, target = aligned
    files = ("--hypotheses", source, "--references", target, "--sources", source)
    found = json.loads(run("evaluate", *files, "--json").stdout)
    assert found["copy_baseline"]["chrf"] == found["chrf"]
    assert found["outputs"]["copied"] == 8
    short = tmp_path / "short.en"
    short.write_text("the dog\n")
    assert failure("evaluate", *files[:-1], short).code == "evaluation.not-aligned"


def test_data_that_the_model_was_trained_on(pairs: Path, tmp_path: Path) -> None:
    of, sketch = tiny.recipe(), Sketch.from_texts(["The  dog", *tiny.SOURCES[:6]])
    path = tmp_path / "model"
    save_folder(path, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, data={"sketch": sketch.to_dict()})
    found = json.loads(run("evaluate", path, *named(pairs), "--json").stdout)
    assert found["trained_on"] == {"share": 0.75, "seen": 6, "compared": 8, "exact": True}
    assert "6 of 8 texts" in run("evaluate", path, *named(pairs)).stdout


def test_files_alone_are_scored_without_torch(aligned: tuple[Path, Path]) -> None:
    arguments = ["evaluate", "--hypotheses", str(aligned[1]), "--references", str(aligned[1]), "--json"]
    program = (
        "import sys; from seq2seq.cli.main import cli\n"
        f"cli.main({arguments!r}, standalone_mode=False)\n"
        "print(*sorted({'torch', 'datasets', 'sentencepiece'} & set(sys.modules)), 'end', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["bleu"]["score"] == pytest.approx(100)
    assert done.stderr == "end\n"


def test_sources_and_references_may_be_two_files(model: Path, aligned: tuple[Path, Path]) -> None:
    source, target = aligned
    pair = json.loads(run("evaluate", model, source, target, "--json").stdout)
    named = json.loads(run("evaluate", model, source, "--references", target, "--json").stdout)
    assert (pair["bleu"], pair["chrf"], pair["sentences"]) == (named["bleu"], named["chrf"], named["sentences"])
    further = json.loads(run("evaluate", model, source, target, "--references", target, "--json").stdout)
    assert "nrefs:2" in further["bleu"]["signature"]


def test_second_references(model: Path, pairs: Path, aligned: tuple[Path, Path]) -> None:
    found = json.loads(run("evaluate", model, *named(pairs), "--references", aligned[1], "--json").stdout)
    assert "nrefs:2" in found["bleu"]["signature"]
    target = str(aligned[1])
    alone = run("evaluate", "--hypotheses", target, "--references", target, "--references", target, "--json")
    assert "nrefs:2" in json.loads(alone.stdout)["bleu"]["signature"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "MODEL"),
        (["--hypotheses", "{target}"], "--references"),
        (["--hypotheses", "{target}", "--references", "{target}", "--beam", "2", "--split", "dev"], "--split, --beam."),
        (["--hypotheses", "{target}", "--references", "{target}", "--device", "auto"], "--device."),
        (["--hypotheses", "{target}", "--references", "{target}", "--skip-bad"], "--skip-bad."),
        (["--baseline", "{target}"], "--hypotheses"),
        (["{model}", "{model}", "{pairs}", "--output", "{target}"], "--output"),
        (["{model}", "{pairs}", "--test-set", "wmt14/en-de"], "--test-set"),
        (["{model}", "{pairs}", "--language-pair", "en-de"], "--language-pair"),
        (["--hypotheses", "{target}", "--test-set", "wmt14/en-de", "--sources", "{source}"], "--sources."),
        (["{model}", "--sources", "{source}"], "--hypotheses"),
        (["{model}", "{source}"], "--references"),
        (["{model}", "{source}", "--references", "{target}", "--split", "test", "--skip-bad"], "--split, --skip-bad."),
        (["{model}", "{pairs}", "--split", "dev"], "--split."),
        (["{model}", "{pairs}", "--source-column", "en"], "('en', 1)"),
        (["{model}", "--source-column", "en"], "--source-column."),
        (["{model}", "{source}", "--references", "{target}", "--output", "{target}"], "--output"),
    ],
)
def test_wrong_combinations(
    model: Path, aligned: tuple[Path, Path], pairs: Path, arguments: list[str], named: str
) -> None:
    source, target = aligned
    filled = [argument.format(model=model, source=source, target=target, pairs=pairs) for argument in arguments]
    before = target.read_text(encoding="utf-8")
    assert named in unwrapped(run("evaluate", *filled, code=2).stderr)
    assert target.read_text(encoding="utf-8") == before


def test_an_output_that_cannot_be_written_is_found_before_the_work(model: Path, pairs: Path, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "kept.txt"
    assert f"{out}: " in run("evaluate", model, *named(pairs), "--output", out, code=2).stderr


def test_translations_are_kept_although_scoring_fails(
    model: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DataError("no score today", code="test.no-score")

    monkeypatch.setattr("seq2seq.scoring.translation.evaluate_translations", fail)
    kept = tmp_path / "kept.txt"
    assert failure("evaluate", model, *named(pairs), "--output", kept).code == "test.no-score"
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 8


def test_two_systems_are_compared(aligned: tuple[Path, Path], tmp_path: Path) -> None:
    worse = tmp_path / "worse.de"
    worse.write_text("".join(f"{line.split()[0]} Hund\n" for line in tiny.TARGETS), encoding="utf-8")
    files = ("--hypotheses", aligned[1], "--baseline", worse, "--references", aligned[1])
    shown = run("evaluate", *files).stdout
    for part in ("baseline", "difference", "95 % interval", "bs:1000|seed:12345"):
        assert part in shown
    found = json.loads(run("evaluate", *files, "--json").stdout)
    assert set(found["comparison"]) == {"bleu", "chrf", "ter"}
    assert found["comparison"]["chrf"]["system"] == pytest.approx(100)
    assert found["comparison"]["chrf"]["delta"] > 0
    assert found["comparison"]["chrf"]["p_value"] < 0.05
    worse.write_text("Hund\n", encoding="utf-8")
    assert failure("evaluate", *files).code == "evaluation.not-aligned"
