"""``seq2seq translate``, as a person or a script runs it."""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support import tiny
from support.commands import failure, run

from seq2seq.errors import ModelError
from seq2seq.inference.lines import CHUNK_LINES
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator

TEXT = "the dog sleeps\n\na bird sings\n   \nthe dog sleeps\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("attention") / "model")


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("fixed") / "model", attention=False)


def test_one_line_in_one_line_out(model: Path) -> None:
    lines = run("translate", model, text=TEXT).stdout.split("\n")
    assert len(lines) == 6
    assert (lines[1], lines[3], lines[5]) == ("", "   ", "")
    assert lines[0] == lines[4] != ""
    assert lines[2] not in ("", lines[0])


def test_a_run_folder_and_python_give_the_same(model: Path) -> None:
    from seq2seq import load

    expected = load(model).translate(TEXT.splitlines())
    assert run("translate", model.parent, "--format", "lines", text=TEXT).stdout.splitlines() == expected


def test_a_file_gives_the_same_and_can_be_written(model: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text(TEXT, encoding="utf-8")
    expected = run("translate", model, text=TEXT).stdout
    assert run("translate", model, source).stdout == expected
    assert run("translate", model, source, "--output", target).stdout == ""
    assert target.read_text(encoding="utf-8") == expected
    assert run("translate", model, "-", text=TEXT).stdout == expected


def test_windows_and_batches_do_not_show(model: Path) -> None:
    text = "".join(f"the {word}\n" for word in ("dog", "cat", "", "house") * 600)  # more than one window
    whole = run("translate", model, "--beam", "1", text=text).stdout.splitlines()
    assert len(whole) == 2400
    assert whole == whole[:4] * 600


def test_nothing_in_nothing_out(model: Path) -> None:
    assert run("translate", model, text="").stdout == ""


def test_scores_and_nbest_are_columns(model: Path) -> None:
    best = run("translate", model, "--format", "lines", text=TEXT).stdout.splitlines()
    scored = [line.split("\t") for line in run("translate", model, "--scores", text=TEXT).stdout.splitlines()]
    assert [text for _, text in scored] == best
    assert float(scored[0][0]) < 0
    nbest = run("translate", model, "--nbest", "3", "--max-length-extra", "30", text=TEXT).stdout.splitlines()
    numbers = [line.split("\t")[0] for line in nbest]
    assert set(numbers) == {"1", "2", "3", "4", "5"}
    assert numbers == sorted(numbers)
    assert numbers.count("2") == 1


def test_json_holds_everything(model: Path) -> None:
    records = [json.loads(line) for line in run("translate", model, "--json", text=TEXT).stdout.splitlines()]
    assert [record["line"] for record in records] == [1, 2, 3, 4, 5]
    assert [record["source"] for record in records] == TEXT.splitlines()
    assert [record["translation"] for record in records] == run("translate", model, text=TEXT).stdout.splitlines()
    (best,) = records[0]["translations"]
    assert set(best) == {"text", "score", "log_prob", "tokens", "alignment", "confidence", "terms", "note"}
    assert best["text"] == records[0]["translation"]
    assert len(records[0]["source_tokens"]) == len("the dog sleeps") + 1
    assert {target for target, _, _ in best["alignment"]} == set(range(len(best["tokens"])))


def test_a_fixed_context_has_no_alignment(fixed: Path) -> None:
    (record,) = map(json.loads, run("translate", fixed, "--json", text="the dog\n").stdout.splitlines())
    assert record["translations"][0]["alignment"] is None


def test_translations_begin_as_they_are_told(model: Path) -> None:
    out = run("translate", model, "--prefix", "der", text=TEXT).stdout.split("\n")
    assert [line[:3] for line in out] == ["der", "", "der", "", "der", ""]
    assert "'犬'" in str(failure("translate", model, "--prefix", "犬", text=TEXT))
    run("translate", model, "--prefix", "der", "--vocabulary-shortlist", text=TEXT, code=2)


def test_sampling_repeats_with_its_seed(model: Path) -> None:
    arguments = ("translate", model, "--method", "sample", "--temperature", "0.9", "--top-k", "9", "--top-p", "0.9")
    first = run(*arguments, "--seed", "3", text=TEXT).stdout
    assert run(*arguments, "--seed", "3", "--batch-size", "1", text=TEXT).stdout == first
    assert run(*arguments, "--seed", "4", text=TEXT).stdout != first


def test_a_file_is_not_translated_onto_itself(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(file)
    for output in (file, tmp_path / "link.txt"):
        assert f"--output {output}" in run("translate", model, file, "--output", output, code=2).stderr
    with file.open("rb") as stream:
        arguments = ["translate", str(model), "--output", str(file)]
        code = subprocess.run([sys.executable, "-m", "seq2seq", *arguments], stdin=stream, check=False).returncode
    assert code == 2 or not Path("/dev/stdin").exists()
    assert file.read_text(encoding="utf-8") == TEXT or not Path("/dev/stdin").exists()


def test_a_terminal_shows_how_far_it_is(model: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text(TEXT, encoding="utf-8")
    terminal, end = pty.openpty()
    arguments = [sys.executable, "-m", "seq2seq", "translate", str(model), str(source), "--output", str(target)]
    with subprocess.Popen(arguments, stderr=end, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"}) as process:
        os.close(end)
        shown = b""
        with suppress(OSError):  # Linux says so when the other end is closed
            while block := os.read(terminal, 4096):
                shown += block
        os.close(terminal)
        assert process.wait(timeout=60) == 0
    assert b"5 of 5" in shown
    assert len(target.read_text(encoding="utf-8").splitlines()) == 5


def test_a_translation_window_by_window(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: no call of the translator gets more than a window, however long the input."""
    sizes = []
    whole = Translator.translate_nbest

    def translate_nbest(self: Translator, texts: list[str], *arguments: Any, **options: Any) -> list[list[Translation]]:
        sizes.append(len(texts))
        return whole(self, texts, *arguments, **options)

    monkeypatch.setattr(Translator, "translate_nbest", translate_nbest)
    run("translate", model, "--format", "lines", "--beam", "1", text="the\n" * (2 * CHUNK_LINES + 5))
    assert sizes == [CHUNK_LINES, CHUNK_LINES, 5]


def test_options_are_heeded(model: Path) -> None:
    def tokens(*options: str) -> list[str]:
        record = json.loads(run("translate", model, "--json", *options, text="the small dog\n").stdout)
        return list(record["translations"][0]["tokens"])

    assert len(tokens("--max-length-ratio", "0.1", "--max-length-extra", "0")) == 2
    assert len(tokens("--min-length", "12")) >= 12
    free = tokens("--no-repeat-ngram", "1", "--max-length-ratio", "1")
    assert len(set(free)) == len(free)


def test_what_was_noticed_is_said_once_at_the_end(model: Path, warned: list[str]) -> None:
    done = run("translate", model, "--max-length-extra", "0", "--max-length-ratio", "0.1", text="the dog\nthe 犬\n")
    assert warned == ["inference.output", "inference.unknown-text"]
    for fact in ("2 of 2", "(lines 1, 2)", "'犬' (line 2)"):
        assert fact in done.stderr


def test_line_ends_of_windows_and_a_byte_order_mark(model: Path) -> None:
    plain = run("translate", model, text="the dog\na bird\n").stdout
    assert run("translate", model, text=b"\xef\xbb\xbfthe dog\r\na bird").stdout == plain


def test_a_line_separator_in_a_line_is_no_line_end(model: Path) -> None:
    assert len(run("translate", model, text="the\u2028dog\n").stdout.split("\n")) == 2


@pytest.mark.parametrize(
    ("option", "arguments"),
    [
        ("--output", ["--memory", "other.tmx", "--output", "other.tmx"]),
        ("--report", ["--memory", "other.tmx", "--report", "other.tmx", "--output", "new.txt"]),
        ("--report", ["--report", "text.txt", "--output", "new.txt"]),
        ("--report", ["--report", "new.txt", "--output", "new.txt"]),
        ("--report", ["--glossary", "terms.tsv", "--report", "terms.tsv"]),
    ],
)
def test_no_file_of_the_command_is_overwritten(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    content = {"text.txt": TEXT, "other.tmx": "<tmx/>", "terms.tsv": "dog\tHund\n"}
    for name, text in content.items():
        Path(name).write_text(text, encoding="utf-8")
    assert f"error: {option} " in run("translate", model, "text.txt", *arguments, code=2).stderr
    assert {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()} == content


@pytest.mark.parametrize("options", [["--format", "lines"], ["--json"], []])
def test_a_file_is_written_whole_or_not_at_all(model: Path, tmp_path: Path, options: list[str]) -> None:
    file, output = tmp_path / "text.txt", tmp_path / "out.txt"
    file.write_bytes(b"the dog\n" * CHUNK_LINES + b"f\xfcr\n")
    output.write_text("before", encoding="utf-8")
    failure("translate", model, file, *options, "--output", output)
    assert {path.name for path in tmp_path.iterdir()} == {"text.txt", "out.txt"}
    assert output.read_text(encoding="utf-8") == "before"


def test_invalid_utf8_is_named_by_line(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "latin1.txt"
    file.write_bytes(b"the dog\nf\xfcr\n")
    said = str(failure("translate", model, file))
    assert said.startswith(f"{file}:2: byte 2 ")
    assert "0xFC" in said
    assert str(failure("translate", model, text=b"the dog\nf\xfcr\n")).startswith("standard input:2: ")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--beam", "0"], "--beam"),
        (["--temperature", "1"], "--temperature"),
        (["--nbest", "4", "--beam", "2"], "--beam of at least 4"),
        (["--beem", "3"], "--beem"),
        (["--device", "warp"], "'warp'"),
        (["nowhere.txt"], "nowhere.txt"),
    ],
)
def test_wrong_options(model: Path, arguments: list[str], named: str) -> None:
    done = run("translate", model, *arguments, text="", code=2)
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_model(tmp_path: Path) -> None:
    for command in ("translate", "evaluate", "info"):
        for place in (tmp_path / "nowhere", tmp_path):
            error = failure(command, place)
            assert isinstance(error, ModelError)
            assert str(error).startswith(f"{place}: ")


def test_a_slow_pipe_is_answered_at_once(model: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "seq2seq", "translate", str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        answers = []
        for line in ("the dog sleeps", "", "a bird sings"):
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            answers.append(process.stdout.readline())  # would wait for ever if lines were held back
        process.stdin.close()
        assert process.wait(timeout=60) == 0
    assert answers[1] == "\n"
    assert all(answer.endswith("\n") for answer in answers)


def test_a_reader_that_leaves_is_no_error(model: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "seq2seq", "translate", str(model), "--beam", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("the dog\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.write("the dog\n" * 2)
        process.stdin.close()
        assert process.wait(timeout=60) == 141
        assert process.stderr.read() == ""


# ---------------------------------------------------------------------------------------------------------- glossaries


@pytest.fixture
def glossary(tmp_path: Path) -> Path:
    path = tmp_path / "terms.tsv"
    path.write_text("dog\tHund\nbird\tein sehr langer Vogel aus dem kleinen Haus der Schwester\n", encoding="utf-8")
    return path


def test_terms_of_a_glossary_are_met_or_reported(model: Path, glossary: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = ("--glossary", glossary, "--max-length-extra", "20")
    done = run("translate", model, *options, "--report", report, text="the dog sleeps\na bird\n")
    first, second = done.stdout.splitlines()
    assert "Hund" in first.split()
    assert "Vogel" not in second
    assert "1 of 2" in done.stderr
    assert "'bird'" in done.stderr
    written = json.loads(report.read_text(encoding="utf-8"))
    assert (written["terms"]["met"], written["terms"]["missed"]) == (1, 1)
    assert written["terms"]["terms"][1]["lines"] == [2]
    assert "documents.missed-term" in [flag["code"] for flag in written["flagged"][0]["flags"]]


def test_json_has_the_terms_of_lines_and_sentences(model: Path, glossary: Path) -> None:
    options = ("--glossary", glossary, "--max-length-extra", "20", "--json")
    (line,) = run("translate", model, *options, text="the dog sleeps\n").stdout.splitlines()
    expected = [{"source": "dog", "targets": ["Hund"], "met": True, "forced": True}]
    record = json.loads(line)
    assert record["translations"][0]["terms"] == expected
    assert record["sentences"][0]["terms"] == expected
    (line,) = run("translate", model, *options, "--format", "lines", text="the dog sleeps\n").stdout.splitlines()
    assert json.loads(line)["translations"][0]["terms"] == expected


def test_glossaries_that_cannot_be_used(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("dog\n", encoding="utf-8")
    error = failure("translate", model, "--glossary", path, text="the dog\n")
    assert error.code == "glossary.line"
    assert f"{path}:1" in str(error)
    path.write_text("dog\tHund\n", encoding="utf-8")
    error = failure("translate", model, "--glossary", path, "--method", "sample", text="the dog\n")
    assert error.code == "glossary.sampling"
    assert "--output" in run("translate", model, "--glossary", path, "--output", path, text="the dog\n", code=2).stderr
