"""Networks that cannot be opened: ``auto`` goes on without them, after one warning; an engine by name is an error."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support import tiny
from support.refused import refused

from seq2seq.cli.main import cli
from seq2seq.export.export import export
from seq2seq.export.onnx.networks import graphs
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.translator import Translator

SOURCES = ["the dog sleeps", "the cat"]  # one batch, or for a graph of one source two
USES: dict[str, dict[str, Any]] = {
    "greedy": {"beam": 1},
    "greedy_one": {"beam": 1},
    "beam": {"beam": 3},
    "beam_one": {"beam": 3},
    "sampling": {"method": "sample"},
    "step": {"beam": 1, "no_repeat_ngram": 2},
}
"""The network that each kind of search runs."""
OF_ONE = ("greedy_one", "beam_one")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder that lists no digests, so that damage is met when a network is opened."""
    path = tiny.save(tmp_path_factory.mktemp("original") / "model")
    export(path, int8=False)
    content = json.loads((path / "config.json").read_text("utf-8"))
    del content["checksum"]
    (path / "config.json").write_text(json.dumps({**content, "files": {}}), "utf-8")
    return path


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "model")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def another(file: Path) -> None:
    file.write_bytes((file.parent / "encoder.onnx").read_bytes())


def of_other_sizes(file: Path) -> None:
    """That of a model with the same ends and a wider decoder."""
    of = tiny.recipe()
    wider = of.model.model_copy(update={"decoder": of.model.decoder.model_copy(update={"hidden": 18})})
    made = graphs(tiny.model(of.model_copy(update={"model": wider})), int8=False)
    file.write_bytes(made[file.stem].SerializeToString())


def translated(translator: Translator, name: str) -> list[str]:
    config = translator.decoding.model_copy(update=USES[name])
    workers = 2 if name in OF_ONE else 1
    return [best.text for best, *_ in replace(translator, workers=workers).translate_nbest(SOURCES, config)]


def opened(folder: Path, **options: Any) -> Translator:
    return Translator.open(folder, device="cpu", **options)[1]


def warnings(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [part for part in capsys.readouterr().err.split("warning: ")[1:] if part]


@pytest.mark.parametrize("damage", [cut, another, of_other_sizes])
@pytest.mark.parametrize("name", [name for name in USES if name not in OF_ONE])
def test_a_network_that_cannot_be_opened(
    folder: Path, name: str, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    expected = translated(opened(folder, engine="onnx"), name)
    file = folder / "onnx" / f"{name}.onnx"
    damage(file)
    with refused("model.unusable-network" if damage is cut else "model.mixed-networks", f"{file}: ", "seq2seq export"):
        translated(opened(folder, engine="onnx"), name)
    capsys.readouterr()
    translator = opened(folder)
    for _ in range(2):
        assert translated(translator, name) == expected
    (said,) = warnings(capsys)
    assert said.startswith(f"{file}: ")
    assert "seq2seq export" in said
    stepper = translator.stepper.stepper  # type: ignore[attr-defined]
    assert (type(stepper) is TorchStepper) == (name == "step")


@pytest.mark.parametrize("damage", [cut, another])
@pytest.mark.parametrize("name", OF_ONE)
def test_nor_one_that_has_all_of_a_search(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    expected = translated(opened(folder, engine="onnx"), name)
    file = folder / "onnx" / f"{name}.onnx"
    damage(file)
    with refused("model.unusable-network" if damage is cut else "model.mixed-networks", f"{file}: ", "seq2seq export"):
        translated(opened(folder, engine="onnx"), name)
    assert translated(opened(folder), name) == expected


@pytest.mark.parametrize("name", ["weights.bin", "step.onnx"])
def test_single_steps_that_cannot_be_opened_either(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weights are the way out, with torch; without it, the error says what is to be done."""
    expected = translated(opened(folder, engine="torch"), "greedy_one")
    cut(folder / "onnx" / name)
    cut(folder / "onnx" / "greedy_one.onnx")
    assert translated(opened(folder), "greedy_one") == expected
    (said,) = warnings(capsys)
    assert said.startswith(f"{folder}/onnx/")
    assert "torch" in said
    monkeypatch.setattr("seq2seq.inference.engines.open.installed", lambda _: False)
    with refused("model.unusable-network", f"{folder}/onnx/", "seq2seq export"):
        translated(opened(folder), "greedy_one")


def test_a_search_in_use_keeps_its_single_steps(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that were opened before: another thread may be between two of them."""
    cut(folder / "onnx" / "greedy_one.onnx")
    translator = opened(folder)
    translated(translator, "step")
    before = translator.stepper.stepper  # type: ignore[attr-defined]
    assert not warnings(capsys)
    translated(translator, "greedy_one")
    assert translator.stepper.stepper is before  # type: ignore[attr-defined]
    assert len(warnings(capsys)) == 1


def test_weights_that_were_replaced_meanwhile_are_not_the_way_out(folder: Path, tmp_path: Path) -> None:
    other = tiny.save(tmp_path / "other")
    translator = opened(folder)
    shutil.rmtree(folder)
    other.rename(folder)  # it has no networks
    with refused("model.replaced", str(folder), "load it again"):
        translated(translator, "greedy_one")


def test_nor_if_they_are_replaced_between_two_networks(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search is broken; before the single steps are opened, the folder is another's."""
    other = tiny.save(tmp_path / "other")
    cut(folder / "onnx" / "greedy_one.onnx")
    translator = opened(folder)
    steps = translator.stepper._open_stepper  # type: ignore[attr-defined]

    def replaced() -> Any:
        shutil.rmtree(folder)
        other.rename(folder)
        return steps()

    monkeypatch.setattr(translator.stepper, "_open_stepper", replaced)
    with refused("model.replaced", str(folder), "load it again"):
        translated(translator, "greedy_one")


def test_the_command_goes_on_or_fails_in_words(folder: Path) -> None:
    file = folder / "onnx" / "beam_one.onnx"
    cut(file)
    for engine in ([], ["--engine", "onnx"]):
        done = CliRunner().invoke(cli, ["translate", str(folder), "--device", "cpu", *engine], input="the dog\n")
        assert done.exit_code == (1 if engine else 0)
        assert str(file) in done.stderr
        assert "seq2seq export" in done.stderr
        assert bool(done.stdout) == (not engine)
