"""An installation without the extra `train`: exported models run, and all else says what is missing."""

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support import tiny
from support.commands import run
from support.forecasting import monthly_csv

from seq2seq.cli.main import COMMANDS
from seq2seq.export.export import export
from seq2seq.extras import TRAIN

ROOT = Path(__file__).resolve().parents[2]
TEXT = "\n".join(tiny.SOURCES) + "\n"
INSTALL = '\n  pip install "seq2seq[train]"'
# An import of what is None in sys.modules fails as that of a package that is not installed.
# statsmodels is another extra, and scipy under it looks for torch there.
WITHOUT = f"import json, sys; sys.modules.update(dict.fromkeys({(*TRAIN, 'statsmodels')!r}))\n"
COMMANDS_OF_A_LIST = """
from click.testing import CliRunner
from seq2seq.cli.main import cli
for arguments, text in json.load(sys.stdin):
    done = CliRunner().invoke(cli, arguments, input=text)
    print(json.dumps([done.exit_code, done.stdout, done.stderr]))
"""


def python(program: str, text: str = "") -> str:
    """What a program prints in a process that has nothing of the extra."""
    command = [sys.executable, "-c", WITHOUT + program]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_without(*commands: list[str | Path]) -> list[tuple[int, str, str]]:
    """Exit code, standard output and standard error of commands, all of which get the same input."""
    lines = python(COMMANDS_OF_A_LIST, json.dumps([[list(map(str, command)), TEXT] for command in commands]))
    return [tuple(json.loads(line)) for line in lines.splitlines()]


@dataclass(frozen=True)
class Folders:
    """Models and data of every kind."""

    translator: Path
    classifier: Path
    generator: Path
    forecaster: Path
    plain: Path
    """Not exported."""
    pairs: Path
    labelled: Path
    series: Path


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    folder = tmp_path_factory.mktemp("without")
    pairs, labelled = folder / "pairs.tsv", folder / "labelled.tsv"
    both = zip(tiny.SOURCES, tiny.TARGETS, strict=True)
    pairs.write_text("".join(f"{source}\t{target}\n" for source, target in both), "utf-8")
    labelled.write_text("".join(f"{text}\t{label}\n" for text, label in tiny.LABELLED), "utf-8")
    exported = [
        tiny.save(folder / "t"),
        tiny.save_classifier(folder / "c"),
        tiny.save_generator(folder / "g"),
        tiny.save_forecaster(folder / "f"),
    ]
    for model in exported:
        export(model, int8=False)
    series = monthly_csv(folder / "series.csv", {"a": 40, "b": 30})
    return Folders(*exported, tiny.save(folder / "plain"), pairs, labelled, series)


def test_exported_models_run_as_they_do_with_torch(folders: Folders) -> None:
    commands: list[list[str | Path]] = [
        ["translate", folders.translator, "--nbest", "2"],
        ["classify", folders.classifier],
        ["classify", folders.classifier, "--explain"],
        ["generate", folders.generator, "--tag", "K:G", "--count", "3", "--seed", "5"],
        ["forecast", folders.forecaster, folders.series, "--horizon", "3"],
        ["info", folders.translator],
        ["info", folders.plain, "--json"],
        ["recipes", "list"],
        ["recipes", "show", "translation/phrasebook", "--full"],
        ["recipes", "check", "translation/phrasebook", "--json"],
        ["evaluate", "--hypotheses", folders.pairs, "--references", folders.pairs, "--json"],
    ]
    for command, (code, output, error) in zip(commands, run_without(*commands), strict=True):
        assert code == 0, error
        engine = ["--engine", "torch"] if command[0] in ("translate", "classify", "generate", "forecast") else []
        assert output == run(*command, *engine, text=TEXT).stdout, command


def test_exported_models_are_scored(folders: Folders) -> None:
    commands: list[list[str | Path]] = [
        ["evaluate", folders.translator, folders.pairs, "--json"],
        ["evaluate", folders.classifier, folders.labelled, "--json"],
        ["evaluate", folders.forecaster, folders.series, "--json"],
    ]
    for command, (code, output, error) in zip(commands, run_without(*commands), strict=True):
        assert code == 0, error
        found, wanted = (json.loads(one) for one in (output, run(*command, "--engine", "torch").stdout))
        for measured in ("bleu", "chrf", "accuracy", "macro_f1", "series"):
            assert found.get(measured) == wanted.get(measured)
        assert found.get("mase", 0.0) == pytest.approx(wanted.get("mase", 0.0), rel=1e-3)


def test_the_library_loads_an_exported_model(folders: Folders) -> None:
    program = f"import seq2seq; print(seq2seq.load({str(folders.translator)!r}).translate([{tiny.SOURCES[0]!r}])[0])"
    assert python(program) == run("translate", folders.translator, text=tiny.SOURCES[0]).stdout


@pytest.mark.parametrize("call", ["train('translation/phrasebook', 'x')", "finetune('x', 'y', 'z')"])
def test_the_library_says_that_training_needs_it(call: str) -> None:
    program = f"import seq2seq\ntry: seq2seq.{call}\nexcept seq2seq.MissingExtra as error: print(error.code, error)"
    assert python(program).startswith("extra.missing Training needs torch")


def test_help_of_every_command() -> None:
    for command, (code, output, _) in zip(COMMANDS, run_without(*([name, "--help"] for name in COMMANDS)), strict=True):
        assert code == 0, command
        assert "Usage:" in output


def test_what_needs_it_says_so(folders: Folders, tmp_path: Path) -> None:
    table = tmp_path / "a.parquet"
    table.write_bytes(b"")
    picture = tmp_path / "picture.png"
    expected: list[tuple[list[str | Path], str, str]] = [
        (["train", "translation/phrasebook", "--output", tmp_path / "run"], "Training", "torch"),
        (["finetune", folders.plain, folders.pairs, "--output", tmp_path / "run"], "Training", "torch"),
        (["inspect", folders.pairs], "`seq2seq inspect`", "xxhash"),
        (["export", folders.plain], "`seq2seq export`", ""),
        (["push", folders.plain, "user/name", "--dry-run"], "`seq2seq push`", ""),
        (["evaluate", folders.classifier, table], str(table), "pyarrow"),
        (["evaluate", folders.translator, "hf://user/name"], "hf://user/name", "datasets"),
        (
            ["evaluate", folders.classifier, folders.labelled, "--confusion-png", picture],
            "--confusion-png",
            "matplotlib",
        ),
        (["evaluate", folders.generator, folders.pairs], str(folders.generator), "torch"),
        (["generate", folders.generator, "--statistics"], "--statistics", "pyarrow"),
        (["translate", folders.plain], str(folders.plain), "`seq2seq export`"),
        (["translate", folders.translator, "--engine", "torch"], str(folders.translator), "--engine onnx"),
        (["translate", folders.translator, "--device", "cuda"], str(folders.translator), "--engine onnx"),
    ]
    answers = run_without(*(command for command, *_ in expected))
    for (command, what, needed), (code, output, error) in zip(expected, answers, strict=True):
        assert (code, output) == (1, ""), command
        assert error.startswith(f"error: {what}"), command
        assert needed in error, command
        assert INSTALL in error, command
        assert "Traceback" not in error
    assert not (tmp_path / "run").exists()


def test_all_that_runs_models_can_be_imported() -> None:
    """Whole rooms, so that a file that is new is held to it, too; of others, import-linter has the list."""
    program = """
import importlib, pkgutil, seq2seq
for room in ("cli", "config", "evaluation", "search", "server", "text"):
    for found in pkgutil.walk_packages([f"{seq2seq.__path__[0]}/{room}"], f"seq2seq.{room}."):
        importlib.import_module(found.name)
"""
    assert python(program) == ""


def test_a_module_that_is_missing_for_another_reason_is_a_bug() -> None:
    program = """
from click.testing import CliRunner
from seq2seq.cli.main import cli
sys.modules["seq2seq.model_folder.read"] = None
print(CliRunner().invoke(cli, ["translate", "x"]).stderr)
"""
    assert "this is a bug in seq2seq" in python(program)


# ------------------------------------------------------------------------------------------------ what is installed


def dependencies() -> tuple[set[str], set[str]]:
    """Names of the packages that come with the package itself, and with its extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    both = (project["dependencies"], project["optional-dependencies"]["train"])
    base, extra = ({canonicalize_name(Requirement(text).name) for text in texts} for texts in both)
    return base, extra


def test_the_extra_is_what_the_package_says() -> None:
    _, extra = dependencies()
    assert extra == {*map(canonicalize_name, TRAIN)}


def test_nothing_of_the_extra_comes_with_what_is_always_installed() -> None:
    base, _ = dependencies()
    found: set[str] = set()
    rest = list(base)
    while rest:
        name = rest.pop()
        found.add(name)
        needed = [Requirement(text) for text in requires(name) or ()]
        of_it = {
            canonicalize_name(one.name) for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})
        }
        rest += of_it - found
    assert "protobuf" in found, "the packages that packages need were not followed"
    assert found.isdisjoint(map(canonicalize_name, TRAIN))


def test_import_linter_forbids_what_the_package_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {one["id"]: one for one in project["tool"]["importlinter"]["contracts"]}
    assert set(contracts["no-torch"]["forbidden_modules"]) == set(TRAIN)
