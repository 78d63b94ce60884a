"""`seq2seq diagnose`: findings with verdicts for people and programs, and a page."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import tiny, toy

import seq2seq
from seq2seq.cli.main import cli
from seq2seq.diagnostics.finding import Finding, Verdict

PAIRS = "".join(f"{a} {n}\t{b}\n" for n in range(4) for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True))
RECIPE = """\
data: {train: train.tsv, dev: dev.tsv, cache: cache, workers: 1}
tokenizer: {kind: char, vocabulary: 60}
model: {embedding: 12, encoder: {hidden: 10}, decoder: {hidden: 14}}
training: {max_steps: 4, batch: {max_tokens: 256}, log_every: 2, validation: {metric: loss}}
decoding: {max_length_ratio: 0.1, max_length_extra: 1}
"""
TROUBLE = Finding(
    measure="planted", title="A planted fault", value=0.5, unit="nats", verdict=Verdict.TROUBLE,
    sentence="The fault <script> is there.", trouble="planted.fault", remedy="Take `it` away.", source="A book, page 1",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tiny.save(tmp_path / "model")
    (tmp_path / "pairs.tsv").write_text(PAIRS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["diagnose", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("folder")
def test_json_has_every_finding() -> None:
    content = json.loads(run("model", "pairs.tsv", "--json"))
    assert (content["data"], content["run"], content["seed"]) == ("pairs.tsv", None, 1)
    findings = [finding for section in content["sections"] for finding in section["findings"]]
    assert len({finding["measure"] for finding in findings}) == len(findings)
    assert {finding["verdict"] for finding in findings} <= {verdict.value for verdict in Verdict}
    assert content["troubles"] == [finding["trouble"] for finding in findings if finding["verdict"] == "trouble"]


@pytest.mark.usefixtures("folder")
def test_the_same_seed_gives_the_same_figures_and_the_library_the_same_as_the_command() -> None:
    content = run("model", "pairs.tsv", "--json", "--examples", "8")
    assert content == run("model", "pairs.tsv", "--json", "--examples", "8")
    assert seq2seq.diagnose("model", "pairs.tsv", examples=8).to_dict() == json.loads(content)


def test_a_trouble_is_shown_with_its_remedy_and_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seq2seq.diagnostics import examine

    section = examine.Section("planted", "Planted faults", [lambda _: [TROUBLE]])
    monkeypatch.setattr(examine, "SECTIONS", (section,))
    output = run("model", "pairs.tsv", "--report", "page.html")
    for text in ("TROUBLE", "A planted fault: 0.500 nats", "Take `it` away.", "planted.fault", "1 trouble"):
        assert text in output
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert 'data-code="planted.fault"' in page
    assert "<code>it</code>" in page
    assert "The fault &lt;script&gt; is there." in page


@pytest.mark.usefixtures("folder")
def test_a_forced_word_changes_the_beam() -> None:
    content = json.loads(run("model", "--what-if", tiny.SOURCES[0], "--force", "1=Hund", "--json"))
    ((finding,),) = (section["findings"] for section in content["sections"])
    assert finding["measure"] == "what-if"
    assert all(output["text"].startswith("Hund") for output in finding["details"]["forced"])
    shown = run("model", "--what-if", tiny.SOURCES[0], "--force", "1=Hund")
    assert "└ " in shown
    assert "←" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["--what-if", "the dog"],
        ["--what-if", "the dog", "--force", "Hund"],
        ["--what-if", "the dog", "--force", "1=Hund", "--examples", "3"],
        ["--force", "1=Hund"],
        ["pairs.tsv", "--steps", "20"],
        ["pairs.tsv", "--compare-cells", "gru,foo"],
    ],
)
@pytest.mark.usefixtures("folder")
def test_options_without_effect_are_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, ["diagnose", "model", *arguments]).exit_code == 2


def test_a_recipe_is_checked_before_training_and_experiments_train_short_runs(folder: Path) -> None:
    toy.write_pairs(folder / "train.tsv", [tuple(line.split("\t")) for line in PAIRS.splitlines()] * 3)
    toy.write_pairs(folder / "dev.tsv", [tuple(line.split("\t")) for line in PAIRS.splitlines()])
    (folder / "tiny.yaml").write_text(RECIPE, encoding="utf-8")
    content = json.loads(run("tiny.yaml", "--json", "--learning-rate-range", "--steps", "12"))
    assert content["recipe"] == "tiny.yaml"
    assert [section["name"] for section in content["sections"]] == ["before-training", "experiments"]
    assert not {"parameters.not-learning", "padding.leaks", "initialisation.wrong"} & {*content["troubles"]}
    assert CliRunner().invoke(cli, ["diagnose", "tiny.yaml", "pairs.tsv"]).exit_code == 2

    seq2seq.train("tiny.yaml", "run")
    trained = ["--compare-cells", "gru,lstm", "--learning-curve", "--steps", "10"]
    content = json.loads(run("run", "--json", "--examples", "8", *trained))
    assert content["run"] == "run"
    (experiments,) = [section for section in content["sections"] if section["name"] == "experiments"]
    assert len(experiments["findings"]) == 2
