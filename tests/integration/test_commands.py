"""The commands that use a model, as a person or a script runs them."""

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support import tiny

from seq2seq.cli.main import cli
from seq2seq.config.data import ColumnsConfig, DataConfig, SplitsConfig
from seq2seq.errors import DataError
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.lines import CHUNK_LINES
from seq2seq.inference.translator import Translation, Translator
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.model_folder.writing.update import write_scores
from seq2seq.text.sketch import Sketch

TEXT = "the dog sleeps\n\na bird sings\n   \nthe dog sleeps\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("attention") / "model")


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("fixed") / "model", attention=False)


def run(*arguments: str | Path, text: str | bytes | None = None, code: int = 0) -> Result:
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=text)
    assert done.exit_code == code, done.output
    return done


def unwrapped(message: str) -> str:
    """A message of click, which breaks lines to fit the terminal."""
    return " ".join(message.split())


# ----------------------------------------------------------------------------------------------------- translate


def test_one_line_in_one_line_out(model: Path) -> None:
    lines = run("translate", model, text=TEXT).stdout.split("\n")
    assert len(lines) == 6
    assert (lines[1], lines[3], lines[5]) == ("", "", "")
    assert lines[0] == lines[4] != ""
    assert lines[2] not in ("", lines[0])


def test_a_run_folder_and_python_give_the_same(model: Path) -> None:
    from seq2seq import load

    expected = load(model).translate(TEXT.splitlines())
    assert run("translate", model.parent, text=TEXT).stdout.splitlines() == expected


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
    best = run("translate", model, text=TEXT).stdout.splitlines()
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
    assert set(best) == {"text", "score", "log_prob", "tokens", "alignment", "note"}
    assert best["text"] == records[0]["translation"]
    assert len(records[0]["source_tokens"]) == len("the dog sleeps") + 1
    assert {target for target, _, _ in best["alignment"]} == set(range(len(best["tokens"])))


def test_a_fixed_context_has_no_alignment(fixed: Path) -> None:
    (record,) = map(json.loads, run("translate", fixed, "--json", text="the dog\n").stdout.splitlines())
    assert record["translations"][0]["alignment"] is None


def test_translations_begin_as_they_are_told(model: Path) -> None:
    out = run("translate", model, "--prefix", "der", text=TEXT).stdout.split("\n")
    assert [line[:3] for line in out] == ["der", "", "der", "", "der", ""]
    assert "lacks '犬'" in run("translate", model, "--prefix", "犬", text=TEXT, code=2).stderr
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
        done = run("translate", model, file, "--output", output, code=2)
        assert "would overwrite its own input" in unwrapped(done.stderr)
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
    assert b"translating" in shown
    assert b"5 of 5 lines" in shown
    assert len(target.read_text(encoding="utf-8").splitlines()) == 5


def test_a_translation_window_by_window(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: no call of the translator gets more than a window, however long the input."""
    sizes = []
    whole = Translator.translate_nbest

    def translate_nbest(self: Translator, texts: list[str], *arguments: Any, **options: Any) -> list[list[Translation]]:
        sizes.append(len(texts))
        return whole(self, texts, *arguments, **options)

    monkeypatch.setattr(Translator, "translate_nbest", translate_nbest)
    run("translate", model, "--beam", "1", text="the\n" * (2 * CHUNK_LINES + 5))
    assert sizes == [CHUNK_LINES, CHUNK_LINES, 5]


def test_options_are_heeded(model: Path) -> None:
    def tokens(*options: str) -> list[str]:
        record = json.loads(run("translate", model, "--json", *options, text="the small dog\n").stdout)
        return list(record["translations"][0]["tokens"])

    assert len(tokens("--max-length-ratio", "0.1", "--max-length-extra", "0")) == 2
    assert len(tokens("--min-length", "12")) >= 12
    free = tokens("--no-repeat-ngram", "1", "--max-length-ratio", "1")
    assert len(set(free)) == len(free)


def test_what_was_noticed_is_said_once_at_the_end(model: Path) -> None:
    done = run("translate", model, "--max-length-extra", "0", "--max-length-ratio", "0.1", text="the dog\nthe 犬\n")
    assert "warning: 2 of 2 outputs: cut at the maximum length (lines 1, 2)" in done.stderr
    assert "such as '犬' (line 2)" in done.stderr


def test_line_ends_of_windows_and_a_byte_order_mark(model: Path) -> None:
    plain = run("translate", model, text="the dog\na bird\n").stdout
    assert run("translate", model, text=b"\xef\xbb\xbfthe dog\r\na bird").stdout == plain


def test_a_line_separator_in_a_line_is_no_line_end(model: Path) -> None:
    assert len(run("translate", model, text="the\u2028dog\n").stdout.split("\n")) == 2


def test_invalid_utf8_is_named_by_line(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "latin1.txt"
    file.write_bytes(b"the dog\nf\xfcr\n")
    done = run("translate", model, file, code=1)
    assert f"error: {file}:2: byte 2 of the line (0xFC) is not UTF-8" in done.stderr
    assert "standard input:2" in run("translate", model, text=b"the dog\nf\xfcr\n", code=1).stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--beam", "0"], "--beam"),
        (["--temperature", "1"], "--temperature: for --method sample only"),
        (["--nbest", "4", "--beam", "2"], "--nbest 4 outputs need a --beam of at least 4"),
        (["--beem", "3"], "--beem"),
        (["--device", "warp"], "'warp' cannot be used here"),
        (["nowhere.txt"], "nowhere.txt"),
    ],
)
def test_wrong_options(model: Path, arguments: list[str], message: str) -> None:
    done = run("translate", model, *arguments, text="", code=2)
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_model(tmp_path: Path) -> None:
    assert "there is no such folder" in run("translate", tmp_path / "nowhere", text="", code=1).stderr
    assert "no model in this folder" in run("evaluate", tmp_path, code=1).stderr
    assert "no model in this folder" in run("info", tmp_path, code=1).stderr


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


# ------------------------------------------------------------------------------------------------------ evaluate


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    groups = ["plain", "question"] * 4
    rows = zip(tiny.SOURCES, tiny.TARGETS, groups, strict=True)
    file = tmp_path / "pairs.tsv"
    file.write_text("en\tde\tkind\n" + "".join(f"{s}\t{t}\t{g}\n" for s, t, g in rows), encoding="utf-8")
    return file


@pytest.fixture
def aligned(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "source.en", tmp_path / "target.de"
    source.write_text("".join(f"{line}\n" for line in tiny.SOURCES), encoding="utf-8")
    target.write_text("".join(f"{line}\n" for line in tiny.TARGETS), encoding="utf-8")
    return source, target


def named(file: Path) -> list[str]:
    return [str(file), "--source-column", "en", "--target-column", "de"]


def test_scores_come_with_their_signatures(model: Path, pairs: Path) -> None:
    done = run("evaluate", model, *named(pairs))
    for part in ("BLEU", "chrF", "TER", "nrefs:1|case:mixed", "sentences per second", str(pairs)):
        assert part in done.stdout
    assert "Generating" not in done.stderr
    assert "Map" not in done.stderr


def test_scores_as_json_with_the_hypotheses_kept(model: Path, pairs: Path, tmp_path: Path) -> None:
    kept = tmp_path / "hypotheses.txt"
    found = json.loads(run("evaluate", model, *named(pairs), "--json", "--output", kept, "--beam", "2").stdout)
    for name in ("bleu", "chrf", "ter"):
        assert set(found[name]) == {"score", "signature"}
    assert found["sentences"] == 8
    assert found["data"] == str(pairs)
    assert found["decoding"]["beam"] == 2
    assert found["seconds"] >= 0
    text = "".join(f"{line}\n" for line in tiny.SOURCES)
    assert kept.read_text(encoding="utf-8") == run("translate", model, "--beam", "2", text=text).stdout


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
    shown = run("evaluate", *files).stdout
    assert "copying the source" in shown
    assert "note: Copying the source scores no less: chrF" in shown
    short = tmp_path / "short.en"
    short.write_text("the dog\n")
    done = run("evaluate", "--hypotheses", source, "--references", target, "--sources", short, code=1)
    assert "8 hypotheses, but 1 lines in the sources" in done.stderr


def test_data_that_the_model_was_trained_on(pairs: Path, tmp_path: Path) -> None:
    of, sketch = tiny.recipe(), Sketch.from_texts(["The  dog", *tiny.SOURCES[:6]])
    path = tmp_path / "model"
    save_folder(path, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, data={"sketch": sketch.to_dict()})
    found = json.loads(run("evaluate", path, *named(pairs), "--json").stdout)
    assert found["trained_on"] == {"share": 0.75, "seen": 6, "compared": 8, "exact": True}
    assert "note: The model was trained on 6 of 8 texts: the scores" in run("evaluate", path, *named(pairs)).stdout


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


def test_second_references(model: Path, pairs: Path, aligned: tuple[Path, Path]) -> None:
    found = json.loads(run("evaluate", model, *named(pairs), "--references", aligned[1], "--json").stdout)
    assert "nrefs:2" in found["bleu"]["signature"]
    target = str(aligned[1])
    alone = run("evaluate", "--hypotheses", target, "--references", target, "--references", target, "--json")
    assert "nrefs:2" in json.loads(alone.stdout)["bleu"]["signature"]


def test_the_recipes_own_splits_groups_apart(tmp_path: Path) -> None:
    rows = [f"{s}\t{t}\t{'ab'[i % 2]}\n" for i, (s, t) in enumerate(zip(tiny.SOURCES, tiny.TARGETS, strict=True))]
    (tmp_path / "test.tsv").write_text("".join(rows), encoding="utf-8")
    (tmp_path / "dev.tsv").write_text("".join(rows[:3]), encoding="utf-8")
    path = trained_on(tmp_path, DataConfig(path=str(tmp_path), columns=ColumnsConfig(group=2)))
    found = json.loads(run("evaluate", path, "--json").stdout)
    assert found["sentences"] == 8
    assert {name: group["sentences"] for name, group in found["groups"].items()} == {"a": 4, "b": 4}
    assert json.loads(run("evaluate", path, "--split", "dev", "--json").stdout)["sentences"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give a MODEL to evaluate, or --hypotheses"),
        (["--hypotheses", "{target}"], "--hypotheses needs --references"),
        (["{model}", "--hypotheses", "{target}", "--references", "{target}"], "leave out MODEL."),
        (
            ["--hypotheses", "{target}", "--references", "{target}", "--beam", "2", "--split", "dev"],
            "--hypotheses are scored as they are: leave out --split, --beam.",
        ),
        (["--hypotheses", "{target}", "--references", "{target}", "--device", "auto"], "leave out --device"),
        (["--hypotheses", "{target}", "--references", "{target}", "--skip-bad"], "leave out --skip-bad"),
        (["{model}", "--baseline", "{target}"], "--baseline is what --hypotheses FILE are compared with"),
        (["{model}", "{source}"], "is plain text: name its references"),
        (
            ["{model}", "{source}", "--references", "{target}", "--split", "test", "--skip-bad"],
            "is plain text: leave out --split, --skip-bad.",
        ),
        (["{model}", "{pairs}", "--split", "dev"], "pairs.tsv is one file: leave out --split."),
        (["{model}", "{pairs}", "--source-column", "en"], "One column has a name, the other a number ('en', 1)"),
        (["{model}", "--source-column", "en"], "leave out --source-column"),
        (["{model}", "{source}", "--references", "{target}", "--output", "{target}"], "would overwrite its own input"),
    ],
)
def test_wrong_combinations(
    model: Path, aligned: tuple[Path, Path], pairs: Path, arguments: list[str], message: str
) -> None:
    source, target = aligned
    filled = [argument.format(model=model, source=source, target=target, pairs=pairs) for argument in arguments]
    before = target.read_text(encoding="utf-8")
    assert message in unwrapped(run("evaluate", *filled, code=2).stderr)
    assert target.read_text(encoding="utf-8") == before


def test_files_of_different_lengths(model: Path, aligned: tuple[Path, Path], tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("der Hund\n", encoding="utf-8")
    assert "8 sources, but 1 references" in run("evaluate", model, aligned[0], "--references", short, code=1).stderr
    done = run("evaluate", "--hypotheses", aligned[1], "--references", short, code=1)
    assert "8 hypotheses, but 1 references" in done.stderr


def test_a_table_with_a_broken_row(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.tsv"
    file.write_text("the dog\tder Hund\nthe cat\n", encoding="utf-8")
    assert f"{file}:2" in run("evaluate", model, file, code=1).stderr
    done = run("evaluate", model, file, "--skip-bad", "--json")
    assert (json.loads(done.stdout)["sentences"], json.loads(done.stdout)["skipped"]) == (1, 1)
    assert f"warning: 1 malformed row of {file} left out" in done.stderr


def test_a_broken_row_of_the_recipes_own_data(tmp_path: Path) -> None:
    (tmp_path / "test.tsv").write_text("the dog\tder Hund\nthe cat\n", encoding="utf-8")
    path = trained_on(tmp_path, DataConfig(path=str(tmp_path)))
    assert "test.tsv:2" in run("evaluate", path, code=1).stderr
    assert json.loads(run("evaluate", path, "--skip-bad", "--json").stdout)["skipped"] == 1


def trained_on(folder: Path, data: DataConfig) -> Path:
    """A model whose recipe names these data."""
    recipe = tiny.recipe().model_copy(update={"data": data})
    save_folder(folder / "model", model=tiny.model(recipe), tokenizers=tiny.tokenizers(), recipe=recipe)
    return folder / "model"


NAMED = ColumnsConfig(source="en", target="de", group="kind")


def test_a_file_without_header_for_a_recipe_with_names(tmp_path: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED))
    file = tmp_path / "headless.tsv"
    file.write_text("the dog\tder Hund\tx\nthe cat\tdie Katze\tx\n", encoding="utf-8")
    found = json.loads(run("evaluate", path, file, "--source-column", "0", "--target-column", "1", "--json").stdout)
    assert found["sentences"] == 2
    assert "groups" not in found
    advice = run("evaluate", path, file, code=1).stderr
    assert "--source-column 0 --target-column 1" in advice
    assert "--set" not in advice


def test_a_file_with_header_for_a_recipe_with_numbers(tmp_path: Path, pairs: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=ColumnsConfig(group=2)))
    found = json.loads(run("evaluate", path, *named(pairs), "--json").stdout)
    assert found["sentences"] == 8
    assert "groups" not in found


def test_columns_named_by_the_recipe(tmp_path: Path, pairs: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED))
    found = json.loads(run("evaluate", path, pairs, "--json").stdout)
    assert set(found["groups"]) == {"plain", "question"}


def test_a_whole_data_set_and_its_splits(tmp_path: Path) -> None:
    rows = [f"{source}\t{target}\n" for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True)]
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "train.tsv").write_text("never\tread\n", encoding="utf-8")
    (folder / "valid.tsv").write_text("".join(rows[:3]), encoding="utf-8")
    (folder / "2016.tsv").write_text("".join(rows), encoding="utf-8")
    path = trained_on(tmp_path, DataConfig(path="nowhere", splits=SplitsConfig(test=("2016",))))
    found = json.loads(run("evaluate", path, folder, "--json").stdout)
    assert (found["sentences"], found["data"]) == (8, str(folder / "2016.tsv"))
    assert json.loads(run("evaluate", path, folder, "--split", "dev", "--json").stdout)["sentences"] == 3


def test_a_folder_of_shards(model: Path, tmp_path: Path) -> None:
    for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True):
        (tmp_path / f"{source}.tsv").write_text(f"{source}\t{target}\n", encoding="utf-8")
    found = json.loads(run("evaluate", model, tmp_path, "--json").stdout)
    assert (found["sentences"], found["skipped"]) == (8, 0)


def test_a_recipe_that_swaps(tmp_path: Path, pairs: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED, swap=True))
    kept = tmp_path / "kept.txt"
    run("evaluate", path, pairs, "--output", kept)
    german = "".join(f"{line}\n" for line in tiny.TARGETS)
    assert kept.read_text(encoding="utf-8") == run("translate", path, text=german).stdout
    run("evaluate", path, *named(pairs), "--output", kept)  # columns that are named are meant as they stand
    english = "".join(f"{line}\n" for line in tiny.SOURCES)
    assert kept.read_text(encoding="utf-8") == run("translate", path, text=english).stdout


def test_bundled_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "phrasebook").mkdir()
    (tmp_path / "phrasebook/test.tsv").write_text(
        "en\tde\tkind\nthe dog\tder Hund\tnew\nthe cat\tdie Katze\tseen\n", encoding="utf-8"
    )
    monkeypatch.setattr("seq2seq.resources.data_folder", lambda: tmp_path)
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED))
    found = json.loads(run("evaluate", path, "bundled://phrasebook", "--json").stdout)
    assert set(found["groups"]) == {"new", "seen"}


def test_an_output_that_cannot_be_written_is_found_before_the_work(model: Path, pairs: Path, tmp_path: Path) -> None:
    done = run("evaluate", model, *named(pairs), "--output", tmp_path / "nowhere" / "kept.txt", code=1)
    assert "No such file or directory" in done.stderr
    assert "translating" not in done.stderr


def test_translations_are_kept_although_scoring_fails(
    model: Path, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DataError("no score today")

    monkeypatch.setattr("seq2seq.scoring.translation.evaluate_translations", fail)
    kept = tmp_path / "kept.txt"
    assert "no score today" in run("evaluate", model, *named(pairs), "--output", kept, code=1).stderr
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
    assert "8 hypotheses, but 1 lines in the baseline" in run("evaluate", *files, code=1).stderr


# ---------------------------------------------------------------------------------------------------------- info


def test_info_says_what_the_model_is(model: Path) -> None:
    done = run("info", model)
    for part in ("tiny", "parameters", "MB on disk", "general attention", "0123abcd", "No scores are kept in it"):
        assert part in done.stdout


def test_info_as_json(model: Path) -> None:
    found = json.loads(run("info", model.parent, "--json").stdout)
    assert found["parameters"] == load_folder(model).description.parameters
    assert found["bytes"] > 10_000
    assert found["path"] == str(model)
    assert found["recipe"]["model"]["embedding"] == 12


def test_info_shows_scores(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    write_scores(path, {"test": {"bleu": {"score": 37.94, "signature": "nrefs:1|case:mixed"}, "exact_match": 0.5}})
    done = run("info", path)
    assert re.search(r"test\s+BLEU\s+37\.94\s+nrefs:1\|case:mixed", done.stdout)
    assert re.search(r"test\s+Exact match\s+50\.0%", done.stdout)


def test_info_needs_no_torch(model: Path) -> None:
    program = (
        f"import sys; from seq2seq.cli.main import cli; cli.main(['info', {str(model)!r}], standalone_mode=False)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
