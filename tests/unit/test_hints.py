"""What messages suggest works when it is typed: commands in a shell, settings in YAML, names that are there."""

import shlex
from pathlib import Path

import pytest

from seq2seq import hints
from seq2seq.config.overrides import parse


@pytest.mark.parametrize(
    "name", ["runs/a", "My Data (old)/run 1", "it's", "a;b", "$HOME", "hf://user/name@v1", "größe"]
)
def test_a_command_survives_the_shell(name: str) -> None:
    assert shlex.split(hints.command("translate", Path(name), name)) == ["seq2seq", "translate", str(Path(name)), name]


def test_placeholders_stay_as_they_are() -> None:
    assert hints.command("evaluate", "runs/a", "DATA") == "seq2seq evaluate runs/a DATA"


@pytest.mark.parametrize(
    "name", ["train.tsv", "/My Data/train.tsv", "My Data/a", "2024.tsv", "a: b", "x #1", "1e3", "null"]
)
def test_a_setting_survives_the_shell_and_yaml(name: str) -> None:
    option, text = shlex.split(hints.setting("data.train", name))
    assert option == "--set"
    (override,), wrong = parse([text])
    assert wrong == []
    assert override.value == name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("my.yml", "my.yaml"), ("TRAIN.TSV", "train.tsv"), ("trian.tsv", "train.tsv"), ("xyz", None), ("a.yaml", None)],
)
def test_names_that_are_spelt_alike(typed: str, meant: str | None) -> None:
    assert hints.alike(typed, ["my.yaml", "train.tsv", "readme"]) == meant


def test_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert hints.not_there(Path("a")) == "a: no such file or folder in the current folder. It is empty."
    Path("folder").mkdir()
    Path("folder/pairs.tsv").touch()
    Path("folder/.pairs.tsv.swp").touch()
    assert hints.not_there(Path("folder/pair.tsv")).endswith("in folder. Did you mean 'pairs.tsv'?")
    assert hints.not_there(Path("foldr/pairs.tsv")).startswith("foldr: no such file or folder in the current folder.")
    assert hints.not_there(Path("folder/x")).endswith("There is: pairs.tsv")
    assert hints.not_there(Path("folder/pairs.tsv/x")).endswith(": folder/pairs.tsv is a file.")


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert hints.not_there(tmp_path / "a").endswith(f"no such file or folder in {tmp_path}.")
