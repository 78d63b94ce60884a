"""``seq2seq translate`` on documents, with a real model; docs/documents.md shows what is tested here."""

import json
import re
import shlex
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run
from support.documents import PACKAGES, TEXTS, sample

import seq2seq
from seq2seq.documents.open import DocumentOptions, read_document

ROOT = Path(__file__).resolve().parents[2]
HTML = "<p>the <b>dog</b> sleeps &amp; <code>a = 1</code></p>\n<p>a bird sings {0}</p>\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("attention") / "model")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_text(HTML, encoding="utf-8")
    return file


def test_a_document_is_written_to_a_file_or_printed(model: Path, page: Path, tmp_path: Path) -> None:
    done = run("translate", model, page)
    assert re.fullmatch(r"<p>.+</p>\n<p>.+</p>\n", done.stdout)
    for span in ("<b>", "</b>", "<code>a = 1</code>", "{0}"):
        assert done.stdout.count(span) == 1
    run("translate", model, page, "--output", tmp_path / "out.html")
    assert (tmp_path / "out.html").read_text(encoding="utf-8") == done.stdout
    assert run("translate", model, "--format", "html", text=HTML).stdout == done.stdout


def test_a_report_is_written(model: Path, page: Path, tmp_path: Path) -> None:
    run("translate", model, page, "--output", tmp_path / "out.html", "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["segments"], report["sentences"], report["spans"]) == (2, 2, 4)
    run("translate", model, text="the dog\n", code=0)
    run("translate", model, "--report", tmp_path / "report.txt", text="the dog. a bird. the dog.\n")
    assert "1 segment, 3 sentences" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_what_is_protected_stays_as_it_is(model: Path, page: Path, tmp_path: Path) -> None:
    names = ("--protect", "dog", "--protect", "a bird")
    done = run("translate", model, page, *names)
    assert (done.stdout.count("<b>dog</b>"), done.stdout.count("a bird")) == (1, 1)
    lines = run("translate", model, *names, text="the dog sings\nthe dogs sing\n").stdout.splitlines()
    assert ["dog" in line for line in lines] == [True, False]
    seq2seq.translate_file(model, page, tmp_path / "out.html", protect=["dog", "a bird"])
    assert (tmp_path / "out.html").read_text("utf-8") == done.stdout


def test_what_is_flagged_is_said(model: Path, page: Path, tmp_path: Path, warned: list[str]) -> None:
    done = run("translate", model, page, "--output", tmp_path / "out.html", "--max-length-extra", "0",
               "--max-length-ratio", "0.1")  # fmt: skip
    assert "inference.output" in warned
    assert "2 segments" in done.stderr


def test_a_memory(model: Path, tmp_path: Path) -> None:
    memory = tmp_path / "memory.tmx"
    memory.write_text(
        '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>the dog sleeps</seg></tuv>'
        '<tuv xml:lang="de"><seg>Der Hund schläft</seg></tuv></tu></body></tmx>',
        encoding="utf-8",
    )
    text = "the dog sleeps\nthe dog sleep\n"
    lines = run("translate", model, "--memory", memory, text=text).stdout.splitlines()
    assert lines[0] == "Der Hund schläft" != lines[1]
    done = run("translate", model, "--memory", memory, "--memory-threshold", "0.8", "--json", text=text)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["translation"] for record in records] == ["Der Hund schläft"] * 2
    assert [record["sentences"][0]["memory"]["similarity"] == 1 for record in records] == [True, False]
    assert [[flag["code"] for flag in record["flags"]] for record in records] == [[], ["documents.fuzzy-match"]]


def test_json_has_the_sentences_of_a_paragraph(model: Path) -> None:
    text = "the dog sleeps. a bird sings.\n\n12:30\n"
    records = [json.loads(line) for line in run("translate", model, "--json", text=text).stdout.splitlines()]
    first, *others = records
    assert [sentence["source"] for sentence in first["sentences"]] == ["the dog sleeps.", "a bird sings."]
    assert first["translation"] == " ".join(sentence["translation"] for sentence in first["sentences"])
    (whole,) = first["translations"]
    assert whole["log_prob"] == pytest.approx(sum(sentence["log_prob"] for sentence in first["sentences"]))
    assert whole["tokens"] == [token for sentence in first["sentences"] for token in sentence["tokens"]]
    assert {target for target, _, _ in whole["alignment"]} == set(range(len(whole["tokens"])))
    assert max(source for _, source, _ in whole["alignment"]) <= len(first["source_tokens"])
    assert [record["translation"] == "" for record in others] == [True, False]


def test_lines_are_translated_whole_if_asked(model: Path) -> None:
    text = "the dog sleeps. a bird sings.\n"
    whole = run("translate", model, "--format", "lines", text=text).stdout
    assert run("translate", model, "--scores", text=text).stdout.split("\t")[1] == whole
    from seq2seq import load

    assert load(model).translate([text]) == [whole.rstrip("\n")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--format", "htlm"], "htlm"),
        (["--json"], "--json"),
        (["--column", "2"], "--column"),
        (["--memory-threshold", "0.8"], "--memory-threshold"),
        (["--format", "csv"], "--column"),
        (["--protect", " "], "--protect"),
        (["--protect", "dog", "--format", "lines"], "--protect"),
        (["--protect", "dog", "--nbest", "2"], "--protect"),
        (["--format", "docx"], "--output"),
        (["--format", "html", "--nbest", "2"], "--nbest"),
        (["--scores", "--report", "report.txt"], "--report"),
        (["--flag-below", "2"], "--flag-below"),
        (["--report", "r.docx"], ".json or .txt"),
        (["--report", "r.html"], ".json or .txt"),
        (["--output", "o.docx"], "o.docx"),
        (["--output", "o.md"], "html"),
        (["--format", "text", "--output", "o.xlsx"], "o.xlsx"),
    ],
)
def test_options_that_do_not_fit(model: Path, page: Path, arguments: list[str], named: str) -> None:
    done = run("translate", model, page, *arguments, code=2)
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_the_report_overwrites_no_input(model: Path, page: Path) -> None:
    run("translate", model, page, "--report", page, code=2)
    assert page.read_text(encoding="utf-8") == HTML


@pytest.mark.parametrize("format", sorted({*TEXTS, *PACKAGES} - {"text"}))
def test_a_damaged_document_leaves_the_output_as_it_was(format: str, model: Path, tmp_path: Path) -> None:
    file, output = tmp_path / f"in.{format}", tmp_path / "out"
    file.write_bytes(sample(format)[:-20] if format in PACKAGES else sample("docx"))
    output.write_text("before")
    columns = ["--column", "0"] if format in ("csv", "tsv", "xlsx") else []
    error = failure("translate", model, file, "--format", format, *columns, "--output", output)
    assert error.exit_code == 1
    assert str(file) in str(error)
    assert output.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {file.name, output.name}


def test_the_commands_of_the_guide(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    guide = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```bash\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    commands = [line.split("#")[0].strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    Path("memory.tmx").write_text(
        '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>A lamp.</seg></tuv>'
        '<tuv xml:lang="de"><seg>Eine Lampe.</seg></tuv></tu></body></tmx>'
    )
    written = set()
    for command in filter(None, commands):
        words = shlex.split(command)
        assert words[:3] == ["seq2seq", "translate", "MODEL"]
        file, output = Path(words[3]), Path(words[words.index("--output") + 1])
        format = (
            words[words.index("--format") + 1] if "--format" in words else FORMATS.get(file.suffix, file.suffix[1:])
        )
        file.write_bytes(sample("text" if format == "lines" else format))
        run(*words[1:2], model, *words[3:], "--max-length-ratio", "1", "--beam", "1")
        if format not in ("lines", "csv", "tsv"):
            read_document(output.read_bytes(), "out", format, DocumentOptions())
        written.add(format)
    assert written == {*TEXTS, *PACKAGES, "lines"}


FORMATS = {".txt": "text", ".md": "markdown", ".xlf": "xliff", ".xml": "android"}
