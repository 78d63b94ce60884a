"""``seq2seq evaluate`` with several systems: models, and files of translations."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from support import tiny
from support.commands import failure, run, unwrapped

from seq2seq.config.data import DataConfig
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.registry import METRICS

SENTENCES = 60


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("models")
    return tiny.save(folder / "one"), tiny.save(folder / "two", attention=False)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sets of references, and three systems of about the same quality, in capitals here and there."""
    folder = tmp_path_factory.mktemp("files")
    lines = [f"{tiny.TARGETS[n % 8]} und {tiny.TARGETS[n * 3 % 7]} im Jahr {n}" for n in range(SENTENCES)]
    others = [line.replace("der ", "ein ").replace("und ", "sowie ") for line in lines]
    texts = {"one.ref": lines, "two.ref": others}
    for number, share in enumerate((0.2, 0.18, 0.16)):
        random = Random(number)
        kept = [" ".join(word for word in line.split() if random.random() > share) for line in lines]
        texts[f"{number}.out"] = [line.title() if random.random() < 0.2 else line for line in kept]
    for name, content in texts.items():
        (folder / name).write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
    return folder


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resampling is fast, where its figures are not compared with others."""
    for place in ("resampling.significance.TRIALS", "resampling.significance.SAMPLES"):
        monkeypatch.setattr(f"seq2seq.evaluation.{place}", 40)
    monkeypatch.setattr("seq2seq.scoring.systems.compared.SAMPLES", 40)


def sacrebleu(files: Path, *arguments: str, seed: str = "12345") -> str:
    """What sacrebleu's own command prints."""
    command = [sys.executable, "-m", "sacrebleu", "one.ref", "two.ref", "-m", "bleu", "chrf", "ter", "-q", *arguments]
    environment = {**os.environ, "SACREBLEU_SEED": seed}
    done = subprocess.run(command, cwd=files, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def ours(files: Path, *arguments: str | Path) -> dict[str, object]:
    references = ("--references", files / "one.ref", "--references", files / "two.ref")
    found = json.loads(run("evaluate", *arguments, *references, "--json").stdout)
    assert isinstance(found, dict)
    return found


def outputs(files: Path) -> list[str | Path]:
    return [word for number in range(3) for word in ("--hypotheses", files / f"{number}.out")]


def test_the_bootstrap_is_that_of_sacrebleus_command(files: Path) -> None:
    """Scores, means, intervals and p-values of three systems, two sets of references, whatever their case."""
    case = ("-lc", "--chrf-lowercase")
    shown = sacrebleu(files, "-i", "0.out", "1.out", "2.out", "--paired-bs", "-f", "latex", "-w", "4", *case, seed="99")
    rows = re.findall(r"^.*\.out +&.*$", shown, re.MULTILINE)
    assert len(rows) == 3
    found = ours(files, *outputs(files), "-lc", "--significance-seed", "99")
    compared = {(one["name"], one["metric"]): one for one in found["comparisons"]}  # type: ignore[attr-defined]
    for row, system in zip(rows, found["systems"], strict=True):  # type: ignore[call-overload]
        cells = [[float(number) for number in re.findall(r"\d+\.\d+", cell)] for cell in row.split("&")[1:]]
        for metric, cell in zip(("bleu", "chrf", "ter"), cells, strict=True):
            interval = system["intervals"][metric]
            mine = [system[metric]["score"], interval["mean"], interval["half_width"]]
            if (system["name"], metric) in compared:
                mine.append(compared[system["name"], metric]["p_value"])
            assert cell == pytest.approx(mine, abs=1e-4)
    assert len({one["p_value"] for one in compared.values()}) > 3  # neither all large nor all small


def test_randomisation_is_that_of_sacrebleus_command(files: Path) -> None:
    arguments = ("-i", "0.out", "1.out", "2.out", "--paired-ar", "--paired-ar-n", "700", "--ter-case-sensitive")
    theirs = json.loads(sacrebleu(files, *arguments, "-f", "json"))
    found = ours(files, *outputs(files), "--significance", "randomisation", "--significance-samples", "700")
    p_values = {(one["name"], one["metric"]): one["p_value"] for one in found["comparisons"]}  # type: ignore[attr-defined]
    titles = {"BLEU": "bleu", "chrF2": "chrf", "TER": "ter"}
    for system in theirs[1:]:
        for title, metric in titles.items():
            assert p_values[str(files / system["system"]), metric] == system[title]["p_value"]
    assert len(set(p_values.values())) > 3
    assert "ar:700" in found["comparisons"][0]["signature"]  # type: ignore[index]


def test_one_systems_interval_is_that_of_sacrebleus_command(files: Path) -> None:
    arguments = ("-i", "1.out", "--confidence", "--ter-case-sensitive", "-w", "5", "-f", "json")
    theirs = {one["name"]: one for one in json.loads(sacrebleu(files, *arguments))}
    found = ours(files, "--hypotheses", files / "1.out")
    for title, metric in (("BLEU", "bleu"), ("chrF2", "chrf"), ("TER", "ter")):
        interval = found["intervals"][metric]  # type: ignore[index]
        assert interval["mean"] == pytest.approx(theirs[title]["confidence_mean"], abs=1e-4)
        assert interval["half_width"] == pytest.approx(theirs[title]["confidence_var"], abs=1e-4)


@pytest.mark.usefixtures("few_samples")
def test_models_and_files_side_by_side(models: tuple[Path, Path], pairs: Path, tmp_path: Path) -> None:
    one, two = models
    mine = tmp_path / "mine.de"
    mine.write_text("".join(f"{line}\n" for line in tiny.TARGETS), encoding="utf-8")
    named = ("--source-column", "en", "--target-column", "de")
    done = run("evaluate", one, two, one, pairs, *named, "--hypotheses", mine, "--json")
    found = json.loads(done.stdout)
    assert [system["name"] for system in found["systems"]] == [str(one), str(two), f"{one} (2)", str(mine)]
    assert (found["baseline"], found["data"], found["sentences"]) == (str(one), str(pairs), 8)
    alone = json.loads(run("evaluate", two, pairs, *named, "--json").stdout)
    beside = found["systems"][1]
    timed = {"seconds", "sentences_per_second", "source_tokens_per_second", "decoding_memory"}
    assert {key: alone[key] for key in alone.keys() - timed} == {
        key: beside[key] for key in beside.keys() - timed - {"name"}
    }
    assert found["systems"][3]["exact_match"] == 1.0
    assert {(one["name"], one["metric"]) for one in found["comparisons"]} == {
        (name, metric) for name in (str(two), f"{one} (2)", str(mine)) for metric in ("bleu", "chrf", "ter")
    }
    equal = next(one for one in found["comparisons"] if one["name"] == f"{one} (2)" or one["delta"] == 0.0)
    assert equal["confidence"] == [0.0, 0.0]
    shown = run("evaluate", one, two, pairs, *named).stdout
    assert "baseline: one" in shown
    assert "sent./s" in shown


@pytest.mark.usefixtures("few_samples")
def test_a_baseline_file_comes_first(models: tuple[Path, Path], pairs: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "base.de"
    baseline.write_text("der Hund\n" * 8, encoding="utf-8")
    named = ("--source-column", "en", "--target-column", "de", "--baseline", baseline)
    found = json.loads(run("evaluate", models[0], pairs, *named, "--json").stdout)
    assert found["baseline"] == str(baseline)
    assert found["bleu"] == found["systems"][1]["bleu"]
    assert found["comparison"]["bleu"]["system"] == found["bleu"]["score"]
    baseline.write_text("der Hund\n" * 7, encoding="utf-8")
    error = failure("evaluate", models[0], pairs, *named)
    assert (error.code, str(baseline) in str(error)) == ("evaluation.not-aligned", True)


@pytest.mark.usefixtures("few_samples")
def test_a_last_argument_with_a_model_is_a_model(models: tuple[Path, Path], tmp_path: Path) -> None:
    """Their recipe's data are nowhere."""
    assert "nowhere" in str(failure("evaluate", *models))
    (tmp_path / "test.tsv").write_text("the dog\tder Hund\nthe cat\tdie Katze\n", encoding="utf-8")
    assert len(json.loads(run("evaluate", *models, tmp_path, "--json").stdout)["systems"]) == 2


def test_models_that_cannot_be_compared(models: tuple[Path, Path], pairs: Path, tmp_path: Path) -> None:
    labels = tiny.save_classifier(tmp_path / "labels")
    message = unwrapped(run("evaluate", models[0], labels, pairs, code=2).stderr)
    assert "classification" in message
    assert "translation" in message
    misplaced = run("evaluate", models[0], pairs, models[1], code=2).stderr
    assert f"seq2seq evaluate {models[0]} {models[1]} {pairs}" in misplaced


@pytest.mark.usefixtures("few_samples")
def test_models_of_other_languages(models: tuple[Path, Path], pairs: Path, tmp_path: Path) -> None:
    paths = []
    for language in ("de", "it"):
        recipe = tiny.recipe().model_copy(update={"data": DataConfig(path="nowhere", languages=("en", language))})
        save_folder(tmp_path / language, model=tiny.model(recipe), tokenizers=tiny.tokenizers(), recipe=recipe)
        paths.append(tmp_path / language)
    named = (pairs, "--source-column", "en", "--target-column", "de")
    message = run("evaluate", *paths, *named, code=2).stderr
    assert "into de" in message
    assert "into it" in message
    run("evaluate", paths[0], models[0], *named)  # whose languages are not known


@pytest.mark.usefixtures("few_samples")
def test_details(models: tuple[Path, Path], tmp_path: Path) -> None:
    """120 different sentences, of four words or ten."""
    table = tmp_path / "test.tsv"
    letters = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(120)]
    rows = [
        f"{tiny.SOURCES[0]} {two} {tiny.SOURCES[1] * (n % 2)}\t{tiny.TARGETS[0]}\n" for n, two in enumerate(letters)
    ]
    table.write_text("".join(rows), encoding="utf-8")
    found = json.loads(run("evaluate", models[0], table, "--details", "--json", "--beam", "1").stdout)
    lengths = found["breakdown"]["length"]
    assert lengths["unit"] == "words"
    assert [(bucket["name"], bucket["sentences"]) for bucket in lengths["buckets"]] == [("1–5", 60), ("over 5", 60)]
    assert {"score", "interval"} == set(lengths["buckets"][0]["bleu"])
    use = found["source_use"]
    assert use["nats_per_token"] == pytest.approx(use["shuffled_source"] - use["own_source"])
    assert use["sentences"] == 120
    shown = run("evaluate", models[0], table, "--details", "--beam", "1").stdout
    assert "source length" in shown
    assert "nats per target token" in shown


def test_a_named_test_set_is_read_where_sacrebleu_keeps_it(files: Path, tmp_path: Path) -> None:
    """Its folder is that of the environment, which sacrebleu reads when it is imported."""
    folder = tmp_path / "wmt14"
    folder.mkdir()
    (folder / "wmt14.en-de.src").write_text("a\n" * SENTENCES)
    (folder / "wmt14.en-de.ref").write_text((files / "one.ref").read_text("utf-8"), "utf-8")
    command = [sys.executable, "-m", "seq2seq", "evaluate", "--hypotheses", str(files / "0.out"), "--json"]
    environment = {**os.environ, "SACREBLEU": str(tmp_path)}
    done = subprocess.run(
        [*command, "--test-set", "wmt14/en-de"], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)
    alone = run("evaluate", "--hypotheses", files / "0.out", "--references", files / "one.ref", "--json").stdout
    assert found["bleu"] == json.loads(alone)["bleu"]
    assert "copy_baseline" in found


DOCUMENT = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text("utf-8")


@pytest.mark.usefixtures("few_samples")
def test_the_documented_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of docs/evaluation.md, on random models."""
    from sacrebleu.dataset import DATASETS

    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{a}\t{b}\n" for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True))
    (tmp_path / "test.tsv").write_text(rows, encoding="utf-8")
    recipe = tiny.recipe().model_copy(update={"data": DataConfig(path=str(tmp_path))})
    for name in ("demo", "a", "b"):
        save_folder(tmp_path / "runs" / name, model=tiny.model(recipe), tokenizers=tiny.tokenizers(), recipe=recipe)
    monkeypatch.setattr(DATASETS["wmt14"], "_outdir", str(tmp_path))
    sides = {"source.en": tiny.SOURCES, "wmt14.en-de.src": tiny.SOURCES}
    sides |= dict.fromkeys(("target.de", "other.de", "a.de", "b.de", "wmt14.en-de.ref"), tiny.TARGETS)
    labels = tuple(label for _, label in tiny.LABELLED)
    sides |= dict.fromkeys(("other.labels", "a.labels", "b.labels", "gold.labels"), labels)
    for name, lines in sides.items():
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for name in ("reviews", "other"):
        tiny.save_classifier(tmp_path / "runs" / name)
    (tmp_path / "labelled.tsv").write_text("".join(f"{text}\t{label}\n" for text, label in tiny.LABELLED), "utf-8")
    blocks = re.findall(r"^```bash\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    commands = [line.partition("#")[0].split() for block in blocks for line in block.splitlines()]
    assert len(commands) >= 10
    for program, *words in commands:
        assert program == "seq2seq"
        run(*words)
    program, _ = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    exec(compile(program, "evaluation.md", "exec"), {})
    assert "</html>" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.usefixtures("few_samples")
def test_the_documented_metric_is_reported(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(METRICS, "_registered", {})
    _, program = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    exec(compile(program, "evaluation.md", "exec"), {})
    texts = ("--hypotheses", files / "0.out", "--hypotheses", files / "1.out", "--references", files / "one.ref")
    found = json.loads(run("evaluate", *texts, "--sources", files / "one.ref", "--json").stdout)
    for system, name in zip(found["systems"], ("0.out", "1.out"), strict=True):
        outputs, sources = ((files / file).read_text("utf-8").splitlines() for file in (name, "one.ref"))
        shares = [len(output) / len(source) for output, source in zip(outputs, sources, strict=True)]
        assert system["length_share"]["score"] == pytest.approx(sum(shares) / len(shares))
        assert system["intervals"]["length_share"]["half_width"] > 0
    assert found["comparisons"][-1]["metric"] == "length_share"
    assert "length_share" not in json.loads(run("evaluate", *texts, "--json").stdout)["systems"][0]
