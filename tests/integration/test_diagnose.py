"""`seq2seq diagnose`: findings with verdicts for people and programs, and a page."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import tiny

import seq2seq
from seq2seq.cli.main import cli
from seq2seq.diagnostics.finding import Finding, Verdict

PAIRS = "".join(f"{a} {n}\t{b}\n" for n in range(4) for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True))
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
    monkeypatch.setattr(examine.examine, "__defaults__", ((section,),))
    output = run("model", "pairs.tsv", "--report", "page.html")
    for text in ("TROUBLE", "A planted fault: 0.500 nats", "Take `it` away.", "planted.fault", "1 trouble"):
        assert text in output
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert 'data-code="planted.fault"' in page
    assert "<code>it</code>" in page
    assert "The fault &lt;script&gt; is there." in page
