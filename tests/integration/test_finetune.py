"""``seq2seq finetune`` from a model folder to a better one, by commands alone."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run, unwrapped

from seq2seq.errors import ModelError
from seq2seq.training.trainer import Trainer

PAIRS = [
    (f"{source} {number}", target)
    for number in range(6)
    for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True)
]
QUICK = ("--set", "training.batch.max_tokens=256", "--max-epochs", "2", "--threads", "1")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny.save(tmp_path / "model", tied=True)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache"))


def table(path: Path, ending: str) -> Path:
    """The pairs in one of the forms that training reads."""
    file = path / f"new.{ending}"
    if ending == "jsonl":
        lines = [json.dumps({"source": source, "target": target}) for source, target in PAIRS]
    elif ending == "csv":
        lines = ["source,target", *(f'"{source}","{target}"' for source, target in PAIRS)]
    else:
        lines = [f"{source}\t{target}" for source, target in PAIRS]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("ending", ["tsv", "csv", "jsonl"])
def test_one_command(model: Path, tmp_path: Path, ending: str) -> None:
    data = table(tmp_path, ending)
    done = run("finetune", model, data, "--output", "run", "--extend-vocabulary", "4", *QUICK)
    assert "new dev" in done.stderr
    assert "BLEU: nrefs:1|bs:1000|seed:12345|case:mixed" in done.stderr
    assert done.stdout == ""
    assert "\n  seq2seq translate run" in done.stderr
    out = run("translate", "run", text="the dog sleeps\n").stdout
    assert len(out.splitlines()) == 1
    info = run("info", "run").stdout
    assert "tiny: BLEU on new dev 0" in unwrapped(info)


def test_two_aligned_files_and_json(model: Path, tmp_path: Path) -> None:
    for side, ending in enumerate(("en", "de")):
        (tmp_path / f"new.{ending}").write_text("".join(f"{pair[side]}\n" for pair in PAIRS), encoding="utf-8")
    done = run(
        "finetune", model, "new.en", "new.de", "--output", "run", "--test", table(tmp_path, "tsv"), "--json", *QUICK
    )
    found = json.loads(done.stdout)
    assert list(found) == ["new dev", "new test"]
    assert found["new test"]["examples"] == len(PAIRS)
    assert found["new test"]["bleu"].keys() >= {"baseline", "system", "delta", "confidence", "p_value", "signature"}
    assert json.loads((tmp_path / "run" / "comparison.json").read_text()) == found


def test_a_copy_gives_the_same_output_with_all_else_gone(model: Path, tmp_path: Path) -> None:
    data = table(tmp_path, "tsv")
    run("finetune", model, data, "--output", "run", "--extend-vocabulary", "4", "--replay", data, *QUICK)
    text = "".join(f"{source}\n" for source, _ in PAIRS)
    before = run("translate", "run", "--json", text=text).stdout
    shutil.copytree("run/model", "elsewhere/copy")
    shutil.rmtree("run")
    shutil.rmtree(model)
    shutil.rmtree("cache")
    assert run("translate", "elsewhere/copy", "--json", text=text).stdout == before


def test_an_interrupted_one_goes_on(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = table(tmp_path, "tsv")
    learn = Trainer.learn

    def interrupted(self: Trainer, batches: list[object]) -> object:
        done = learn(self, batches)  # type: ignore[arg-type]
        if self.state.step == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return done

    options = ["--l2-sp", "0.1", "--extend-vocabulary", "4", "--freeze", "encoder", *QUICK]
    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "learn", interrupted)
        done = run("finetune", model, data, "--output", "run", *options, code=130)
    again = done.stderr.split("To resume:")[1].split()
    assert again[-1] == "--resume"
    shutil.rmtree(model)  # what it began with lies in the run
    assert isinstance(failure(*again[1:]), ModelError)  # but the command names the model, and looks for its recipe
    run("train", "run/recipe.yaml", "--output", "run", "--resume")
    (tmp_path / "model").mkdir()
    model = tiny.save(tmp_path / "again", tied=True)
    run("finetune", model, data, "--output", "straight", *options)
    one, other = (Path(name) / "model" / "weights.safetensors" for name in ("run", "straight"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["model", "a.tsv", "b.tsv", "c.tsv", "--output", "run"], 2, "DATA"),
        (["model", "new.tsv", "--output", "run", "--resume", "--overwrite"], 2, "--overwrite"),
        (["model", "new.tsv", "--output", "run", "--replay-share", "0.2"], 2, "--replay-share"),
        (["model", "none.tsv", "--output", "run"], 1, "none.tsv"),
        (["nothing", "new.tsv", "--output", "run"], 1, "nothing"),
        (["model", "new.tsv", "--output", "model"], 2, "--output"),
        (["model", "new.tsv", "--output", "run", "--set", "model.embedding=5"], 2, "model.embedding: 5"),
        (["model", "new.tsv", "--output", "run", "--freeze", "head"], 2, "--freeze"),
        (["model", "new.tsv", "--output", "run", "--replay", "own"], 1, "nowhere"),
        (["model", "new.tsv", "--output", "run", "--retain-test", "none.tsv"], 1, "none.tsv"),
        (
            ["model", "new.tsv", "--output", "run", "--l2-sp", "1", "--set", "training.optimizer.weight_decay=0.1"],
            2,
            "initial_model.l2_sp: ",
        ),
    ],
)
@pytest.mark.usefixtures("model")
def test_what_is_wrong_is_said(tmp_path: Path, arguments: list[str], code: int, named: str) -> None:
    table(tmp_path, "tsv")
    done = run("finetune", *arguments, code=code)
    assert named in unwrapped(done.output)
    assert "Traceback" not in done.output
    assert not (tmp_path / "run").exists()


def test_what_cannot_be_written_is_reported(model: Path, tmp_path: Path) -> None:
    (tmp_path / "new.tsv").write_text("".join(f"犬 {a}\t{b}\n" for a, b in PAIRS), encoding="utf-8")
    done = run("finetune", model, "new.tsv", "--output", "run", *QUICK)
    assert "'犬' " in done.stderr
    assert "--extend-vocabulary 500 (initial_model.extend_vocabulary)" in done.stderr
