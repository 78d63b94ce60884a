"""``seq2seq generate``, and the commands about models that generate."""

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run, unwrapped

from seq2seq import load
from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.decoding import GenerationConfig
from seq2seq.errors import DataError
from seq2seq.inference.generator import Generator
from seq2seq.music.abc import read_tunes
from seq2seq.scoring.likelihood import measure

TAGS = ("--tag", "K:G", "--tag", "M:6/8")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tunes")
    rows = [f"{tags}\t{tune}\n" for tags, tune in tiny.TUNES]
    (folder / "train.tsv").write_text("".join(rows), encoding="utf-8")
    (folder / "dev.tsv").write_text("".join(rows[:1]), encoding="utf-8")
    (folder / "test.tsv").write_text("".join(rows[1:3]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    data = DataConfig(path=str(corpus), cache=str(corpus / "cache"), workers=1)
    return tiny.save_generator(tmp_path_factory.mktemp("generator") / "model", data)


@pytest.fixture(scope="module")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_generator(tmp_path_factory.mktemp("language_model") / "model", tags=False)


# ------------------------------------------------------------------------------------------------------ generate


def test_a_text_a_line_the_same_for_the_same_seed(model: Path) -> None:
    first = run("generate", model, *TAGS, "--count", "3", "--seed", "3").stdout
    assert len(first.splitlines()) == 3
    assert run("generate", model, *TAGS, "--count", "3", "--seed", "3").stdout == first
    assert run("generate", model, *TAGS, "--count", "3", "--seed", "4").stdout != first
    many = run("generate", model, *TAGS, "--count", "70", "--seed", "3").stdout  # more than are written side by side
    assert len(many.splitlines()) == 70
    assert many.startswith(first)


def test_python_gives_the_same(model: Path) -> None:
    generator = load(model)
    assert isinstance(generator, Generator)
    expected = [one.text for one in generator.generate(["K:G M:6/8"] * 2)]
    assert run("generate", model.parent, *TAGS, "--count", "2").stdout.splitlines() == expected


def test_json_holds_everything(model: Path) -> None:
    lines = run("generate", model, *TAGS, "--count", "2", "--json", "--max-tokens", "5").stdout.splitlines()
    for record in map(json.loads, lines):
        assert set(record) == {"text", "tags", "log_prob", "tokens", "note"}
        assert record["tags"] == "K:G M:6/8"
        assert record["log_prob"] < 0
        assert 1 <= len(record["tokens"]) <= 5


def test_options_are_heeded(model: Path, tmp_path: Path) -> None:
    greedy = run("generate", model, *TAGS, "--method", "beam", "--beam", "1", "--count", "2").stdout.splitlines()
    assert greedy[0] == greedy[1]
    assert run("generate", model, *TAGS, "--top-k", "1").stdout.splitlines() == greedy[:1]
    assert run("generate", model, *TAGS, "--prompt", "GBd").stdout.startswith("GBd")
    kept = tmp_path / "kept.txt"
    assert run("generate", model, *TAGS, "--output", kept).stdout == ""
    assert kept.read_text(encoding="utf-8") == run("generate", model, *TAGS).stdout


def test_what_is_wrong_with_a_text_is_said(model: Path) -> None:
    done = run("generate", model, "--count", "2", "--max-tokens", "3", "--min-length", "3")
    for number, line in enumerate(done.stderr.splitlines(), 1):
        assert line.startswith(f"warning: text {number}: ")
        assert "3 tokens" in line
    assert number == 2
    assert "warning" not in done.stdout


def test_tags_from_a_file_are_begun_again(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "tags.txt"
    file.write_text("K:G M:6/8\n\nK:D\n", encoding="utf-8")
    lines = run("generate", model, "--tags-file", file, "--count", "5", "--json").stdout.splitlines()
    assert [json.loads(line)["tags"] for line in lines] == ["K:G M:6/8", "", "K:D", "K:G M:6/8", ""]
    file.write_text("", encoding="utf-8")
    assert run("generate", model, "--tags-file", file).stdout == run("generate", model).stdout


def test_tunes_that_other_programs_open(model: Path) -> None:
    done = run("generate", model, *TAGS, "--count", "3", "--format", "abc", "--seed", "5")
    plain = run("generate", model, *TAGS, "--count", "3", "--seed", "5").stdout.splitlines()
    assert [line for line in done.stdout.splitlines() if line.startswith("X:")] == ["X:1", "X:2", "X:3"]
    tunes = [f"X:{tune}" for tune in ("\n" + done.stdout).split("\nX:")[1:]]
    for number, (tune, text) in enumerate(zip(tunes, plain, strict=True), start=1):
        assert tune.startswith(f"X:{number}\nT:Tune {number}\nM:6/8\nK:G\n")
        read = list(read_tunes(tune))
        assert "".join("".join(one.body.split()) for one in read) in "".join(text.split()) or not read


def test_statistics_say_what_is_copied(model: Path) -> None:
    done = run("generate", model, *TAGS, "--count", "4", "--statistics")
    assert re.search(r"^samples +4,", done.stderr, re.MULTILINE)
    assert "bars" not in done.stderr
    tunes = run("generate", model, *TAGS, "--count", "4", "--format", "abc", "--statistics")
    assert re.search(r"\d+\.\d% of 4 tunes", tunes.stderr)
    assert "of 4 tunes" not in tunes.stdout


def test_statistics_know_the_training_texts(tmp_path: Path, model: Path) -> None:
    """What the model writes, taken for its training texts, is not new."""
    texts = run("generate", model, *TAGS, "--count", "12").stdout.splitlines()
    rows = "".join(f"K:G\t{text}\n" for text in dict.fromkeys(texts) if text.strip())
    (tmp_path / "train.tsv").write_text(rows, encoding="utf-8")
    (tmp_path / "dev.tsv").write_text("K:G\tGBd\n", encoding="utf-8")
    data = DataConfig(path=str(tmp_path), cache=str(tmp_path / "cache"), workers=1)
    path = tiny.save_generator(tmp_path / "model", data)
    done = run("generate", path, *TAGS, "--count", "12", "--statistics")
    assert done.stdout.splitlines() == texts
    assert "12 samples" in done.stderr


def test_scores_are_drawn(model: Path, tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    # A model of random weights writes no music: what cannot be drawn is named, and the rest goes on.
    prompt = ("--prompt", "GBd gdB|c2A AGA|", "--max-tokens", "2")
    done = run("generate", model, *TAGS, *prompt, "--count", "2", "--format", "abc", "--render", tmp_path / "scores")
    assert len(re.findall("^X:", done.stdout, re.MULTILINE)) == 2
    for number in (1, 2):
        drawn = (tmp_path / "scores" / f"tune-{number:03d}.svg").exists()
        assert drawn != (f" tune {number} " in done.stderr)
    assert list((tmp_path / "scores").glob("*.mid"))


def test_a_terminal_shows_the_text_as_it_comes(model: Path) -> None:
    expected = run("generate", model, *TAGS, "--count", "2", "--prompt", "GBd").stdout
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "seq2seq", "generate", str(model), *TAGS, "--count", "2", "--prompt", "GBd"]
    with subprocess.Popen(command, stdout=end, stderr=subprocess.PIPE) as process:
        os.close(end)
        shown = b""
        with suppress(OSError):  # Linux says so when the other end is closed
            while block := os.read(terminal, 4096):
                shown += block
        os.close(terminal)
        process.communicate(timeout=60)
    assert shown.decode().replace("\r\n", "\n") == expected


def test_a_text_grows_in_pieces(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was shown stays: the pieces together are the text."""
    import click

    from seq2seq.cli import generate

    pieces: list[str] = []

    def echo(message: str = "", *, nl: bool = True) -> None:
        pieces.append(message + "\n" * nl)

    monkeypatch.setattr(click, "echo", echo)
    generator = load(model)
    assert isinstance(generator, Generator)
    (one,) = generate._write_live(generator, "K:G", generator.decoding, "", 0)
    assert "".join(pieces) == f"{one.text}\n"
    assert len(pieces) > 5
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--tag", "K:G", "--tags-file", "{tags}"], "--tags-file"),
        (["--json", "--format", "abc"], "--format abc"),
        (["--render", "x"], "--format abc"),
        (["--beam", "3"], "--method beam"),
        (["--method", "beam", "--seed", "3"], "--seed"),
        (["--count", "0"], "--count"),
        (["--tags-file", "{tags}", "--output", "{tags}"], "--output"),
        (["--tag", "K:Z"], "K:D, K:G, M:3/4, M:6/8"),
    ],
)
def test_wrong_options(model: Path, tmp_path: Path, arguments: list[str], named: str) -> None:
    tags = tmp_path / "tags.txt"
    tags.write_text("K:G\n", encoding="utf-8")
    done = run("generate", model, *(argument.format(tags=tags) for argument in arguments), code=2)
    assert named in unwrapped(done.stderr)
    assert "Traceback" not in done.stderr
    assert tags.read_text(encoding="utf-8") == "K:G\n"


def test_a_model_of_another_task(tmp_path: Path) -> None:
    translator, classifier = tiny.save(tmp_path / "translator"), tiny.save_classifier(tmp_path / "classifier")
    for other, command in ((translator, "translate"), (classifier, "classify")):
        error = failure("generate", other)
        assert error.code == "model.other-task"
        assert f"seq2seq {command} {other}" in str(error)


def test_a_language_model_starts_from_nothing(language_model: Path) -> None:
    assert len(set(run("generate", language_model, "--count", "5").stdout.splitlines())) == 5
    assert "'K:G'" in str(failure("generate", language_model, "--tag", "K:G"))


def test_the_recipes_way_to_draw_holds(tmp_path: Path) -> None:
    """One that says greedy, and several outputs a source, of which one is a text."""
    decoding = GenerationConfig(method="beam", beam=3, nbest=3, max_length_extra=10)
    model = tiny.save_generator(tmp_path / "model", decoding=decoding)
    lines = run("generate", model, "--count", "2").stdout.splitlines()
    assert len(lines) == 2
    assert lines[0] == lines[1]


# ------------------------------------------------------------------------------------------------------ evaluate


def test_likelihood_on_the_recipes_data(model: Path) -> None:
    done = run("evaluate", model)
    assert re.search(r"bits per byte +\d+\.\d{3} ", done.stdout)
    assert "perplexity" in done.stdout
    found = json.loads(run("evaluate", model, "--json").stdout)
    expected = measure(tiny.generator(), tiny.tune_tokenizers(), tiny.TUNES[1:3], continuous=False)
    assert found["bits_per_byte"] == pytest.approx(expected.bits_per_byte, rel=1e-5)
    assert (found["sequences"], found["bytes"]) == (2, expected.bytes)
    assert json.loads(run("evaluate", model, "--split", "dev", "--json").stdout)["sequences"] == 1


def test_a_text_file_for_a_language_model(language_model: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    tunes = [tune for _, tune in tiny.TUNES]
    text.write_text("\n\n".join(tunes) + "\n", encoding="utf-8")
    found = json.loads(run("evaluate", language_model, text, "--json").stdout)
    expected = measure(
        tiny.generator(tags=False), tiny.tune_tokenizers(tags=False), [("", tune) for tune in tunes], continuous=True
    )
    assert found["perplexity"] == pytest.approx(expected.perplexity, rel=1e-5)
    assert found["data"] == str(text)
    table = tmp_path / "table.csv"
    table.write_text("number,tune\n" + "".join(f"{n},{tune}\n" for n, tune in enumerate(tunes)), encoding="utf-8")
    named = json.loads(run("evaluate", language_model, table, "--target-column", "tune", "--json").stdout)
    assert named["nats"] == pytest.approx(found["nats"])


def test_a_text_file_for_a_model_that_starts_from_tags(model: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("GBd|\n", encoding="utf-8")
    error = failure("evaluate", model, text)
    assert isinstance(error, DataError)
    assert str(error).startswith(f"{text}: ")
    assert "--set" not in str(error)


def test_a_folder_of_tunes(model: Path, tmp_path: Path) -> None:
    (tmp_path / "tunes").mkdir()
    (tmp_path / "tunes" / "one.abc").write_text("X:1\nT:One\nM:6/8\nK:G\nGBd gdB|A3 A3|\n", encoding="utf-8")
    found = json.loads(run("evaluate", model, tmp_path / "tunes", "--json").stdout)
    expected = measure(tiny.generator(), tiny.tune_tokenizers(), [("M:6/8 K:G", "GBd gdB|A3 A3|")], continuous=False)
    assert found["nats"] == pytest.approx(expected.nats, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--beam", "2"], "--beam."),
        (["--output", "x"], "--output."),
        (["--confusion-png", "x.png"], "--confusion-png"),
        (["{text}", "--split", "dev", "--skip-bad"], "--split, --skip-bad."),
        (["{text}", "--references", "{text}"], "--references."),
    ],
)
def test_what_generators_are_not_asked(model: Path, tmp_path: Path, arguments: list[str], named: str) -> None:
    text = tmp_path / "text.txt"
    text.write_text("GBd|\n", encoding="utf-8")
    done = run("evaluate", model, *(argument.format(text=text) for argument in arguments), code=2)
    assert named in unwrapped(done.stderr)
    assert not (tmp_path / "x.png").exists()


def test_text_that_was_held_out_is_scored(tmp_path: Path) -> None:
    """The last paragraphs before those of dev, as the recipe says."""
    text = tmp_path / "train.txt"
    paragraphs = [f"{tune} {number}" for number in range(10) for _, tune in tiny.TUNES]
    text.write_text("\n\n".join(paragraphs), encoding="utf-8")
    data = DataConfig(
        train=str(text),
        columns=ColumnsConfig(source=None),
        hold_out="end",
        dev_size=2,
        test_size=3,
        cache=str(tmp_path / "cache"),
        workers=1,
    )
    path = tiny.save_generator(tmp_path / "model", data, tags=False)
    found = json.loads(run("evaluate", path, "--json").stdout)
    assert (found["sequences"], found["data"]) == (3, f"{text}, test held out")
    expected = measure(
        tiny.generator(tags=False),
        tiny.tune_tokenizers(tags=False),
        [("", one) for one in paragraphs[-5:-2]],
        continuous=True,
    )
    assert found["nats"] == pytest.approx(expected.nats, rel=1e-5)


# ---------------------------------------------------------------------------------------------------------- info


def test_info(model: Path, language_model: Path) -> None:
    shown = run("info", model).stdout
    assert "lstm decoder (1 layer of 14) started from tags, or from nothing, tags fed at every step" in shown
    assert "; 4 tags" in shown
    assert "; 0 tags" in run("info", language_model).stdout
    assert json.loads(run("info", model, "--json").stdout)["recipe"]["task"] == "generation"
