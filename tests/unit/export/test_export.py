"""Networks in a model folder: written whole, listed, checked; and what is said when they cannot be used."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import tiny
from support.refused import refused

import seq2seq
from seq2seq.config.data import DataConfig
from seq2seq.errors import ConfigError, DataError, ModelError
from seq2seq.export import export as export_module
from seq2seq.export.drift import Drift
from seq2seq.export.export import export, export_trained, measured_graphs
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines import open as open_engines
from seq2seq.inference.engines.onnx import networks
from seq2seq.inference.engines.onnx.searcher import OnnxSearcher
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.generator import Generator
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.layout import model_files
from seq2seq.model_folder.writing.update import write_exports, write_scores
from seq2seq.scoring.splits import open_to_score

SAVE: dict[str, Callable[[Path], Path]] = {
    "translation": tiny.save,
    "classification": tiny.save_classifier,
    "generation": tiny.save_generator,
}
SEARCHING = ["encoder", "step", "greedy", "beam", "sampling", "greedy_one", "beam_one"]
FILES = {"translation": SEARCHING, "classification": ["classifier"], "generation": SEARCHING}
FLOAT32 = sorted([*(f"{name}.onnx" for name in SEARCHING), "weights.bin"])
LOOSE = 10.0
"""Random weights are never sure: their drift says nothing."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tiny.save(tmp_path / "model")
    export(path, calibrate=tiny.SOURCES, max_drift=LOOSE)
    return path


@pytest.mark.parametrize("task", SAVE)
def test_every_task_is_exported_and_listed(tmp_path: Path, task: str) -> None:
    path = SAVE[task](tmp_path / "run" / "model")
    before = Description.read(path / "config.json")
    done = export(tmp_path / "run", calibrate=tiny.SOURCES if task != "generation" else None, max_drift=LOOSE)
    names = [f"onnx/{name}{ending}" for ending in (".onnx", ".int8.onnx") for name in FILES[task]]
    weights = ["onnx/weights.bin", "onnx/weights.int8.bin"]
    names += weights if task != "classification" else weights[:1]  # the tiny one's integers are too few
    assert list(done.sizes) == names
    assert done.sizes == {name: (path / name).stat().st_size for name in names}
    drift = done.drifts["int8"]
    assert drift.compared > 20
    assert 0 < drift.mean <= drift.largest
    after = Description.read(path / "config.json")
    assert set(after.files) == {*before.files, *names}
    assert after.measured["onnx"] == {"drift": done.to_dict()["drift"]}
    assert set(names) <= set(model_files(path))
    assert [file.name for file in path.iterdir() if file.name.startswith(".")] == []
    load_folder(path)


def test_float32_alone_replaces_what_was_there(folder: Path) -> None:
    done = export(folder, int8=False)
    assert done.drifts == {}
    assert sorted(file.name for file in (folder / "onnx").iterdir()) == FLOAT32
    listed = [name for name in Description.read(folder / "config.json").files if name.startswith("onnx/")]
    assert sorted(listed) == [f"onnx/{name}" for name in FLOAT32]
    with refused("model.not-exported", "onnx/encoder.int8.onnx: ", "seq2seq export "):
        open_pipeline(folder, engine="onnx-int8")


def test_scores_that_are_written_later_leave_the_export_listed(folder: Path) -> None:
    write_scores(folder, {"test": {"exact_match": 0.5}})
    Translator.open(folder, engine="onnx")


def test_a_folder_without_digests_gets_them_all(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    content = json.loads((path / "config.json").read_text("utf-8"))
    del content["checksum"], content["files"]
    (path / "config.json").write_text(json.dumps(content), "utf-8")
    export(path, int8=False)
    Translator.open(path, engine="onnx")
    Translator.open(path, engine="torch")


# ------------------------------------------------------------------------------------------------------- which runs


def test_a_cpu_runs_the_export_if_there_is_one(folder: Path, tmp_path: Path) -> None:
    def kind(path: Path, **options: Any) -> type:
        return type(Translator.open(path, **options)[1].stepper)

    assert kind(folder, device="cpu") is OnnxSearcher
    assert kind(folder, device="cpu", engine="torch") is TorchStepper
    assert kind(folder, engine="onnx-int8", threads=1) is OnnxSearcher
    assert type(seq2seq.load(folder, device="cpu").stepper) is OnnxSearcher  # type: ignore[union-attr]
    plain = tiny.save(tmp_path / "plain")
    assert kind(plain, device="cpu") is TorchStepper


def test_a_gpu_is_not_onnx_runtimes(folder: Path) -> None:
    with refused("inference.engine", "'onnx'", "'cuda'", "--engine torch"):
        open_pipeline(folder, device="cuda", engine="onnx")


def test_all_engines_give_the_same(tmp_path: Path, folder: Path) -> None:
    exact, fast = (Translator.open(folder, engine=engine)[1] for engine in ("torch", "onnx"))
    assert fast.translate(tiny.SOURCES) == exact.translate(tiny.SOURCES)
    labels = tiny.save_classifier(tmp_path / "labels", temperature=2.0)
    export(labels, calibrate=tiny.SOURCES, max_drift=LOOSE)
    found = {engine: TextClassifier.open(labels, engine=engine)[1] for engine in ("torch", "onnx", "onnx-int8")}
    assert isinstance(found["onnx"], TextClassifier)
    assert {one.temperature for one in found.values()} == {2.0}
    answers = {engine: one.classify(tiny.SOURCES) for engine, one in found.items()}
    for one, other in zip(answers["torch"], answers["onnx"], strict=True):
        assert other.label == one.label
        assert other.logits == pytest.approx(one.logits, abs=1e-4)
    for one, other in zip(answers["torch"], answers["onnx-int8"], strict=True):
        assert 0 < abs(other.probability - one.probability) < 0.1
    tunes = tiny.save_generator(tmp_path / "tunes")
    export(tunes, int8=False)
    written = [Generator.open(tunes, engine=e)[1].generate(["M:6/8", ""])[1].text for e in ("torch", "onnx")]
    assert written[0] == written[1]


def test_the_likelihood_of_texts_is_torchs(tmp_path: Path) -> None:
    tunes = tiny.save_generator(tmp_path / "tunes")
    export(tunes, int8=False)
    assert isinstance(open_to_score(tunes)[1].stepper, TorchStepper)  # type: ignore[union-attr]
    with pytest.raises(ConfigError) as caught:
        open_to_score(tunes, engine="onnx")
    assert caught.value.code == "inference.engine"


# --------------------------------------------------------------------------------------------------------- the drift


def test_a_drift_above_the_limit_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    with pytest.raises(ModelError) as caught:
        export(path, calibrate=tiny.SOURCES, max_drift=0.0)
    assert caught.value.code == "export.drift"
    assert re.match(rf"{path}: int8 .* [\d.]+ nats .* [\d.]+ .* \d+ tokens", str(caught.value))
    assert not (path / "onnx").exists()


def test_a_drift_that_is_not_finite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "drift_of_outputs", lambda *_: Drift(float("nan"), float("nan"), 1))
    with pytest.raises(ModelError) as caught:
        export(tiny.save(tmp_path / "model"), calibrate=tiny.SOURCES, max_drift=LOOSE)
    assert caught.value.code == "export.drift"


def test_nothing_to_measure_the_drift_on(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    with pytest.raises(DataError) as caught:
        export(path)
    assert caught.value.code == "export.no-data"
    assert "nowhere" in str(caught.value)
    assert "--calibrate FILE" in str(caught.value)
    with pytest.raises(DataError) as caught:
        export(path, calibrate=["", " "])
    assert caught.value.code == "export.no-data"


def test_the_development_split_is_what_it_is_measured_on(tmp_path: Path) -> None:
    rows = "".join(f"{text}\t{label}\n" for text, label in tiny.LABELLED)
    for name in ("train", "dev"):
        (tmp_path / f"{name}.tsv").write_text(rows, "utf-8")
    data = DataConfig(train=str(tmp_path / "train.tsv"), dev=str(tmp_path / "dev.tsv"))
    done = export(tiny.save_classifier(tmp_path / "model", data), max_drift=LOOSE)
    assert done.drifts["int8"].compared == len(tiny.LABELLED) * len(tiny.LABELS)


def test_a_drift_is_the_mean_and_the_largest_difference() -> None:
    import numpy as np

    drift = Drift.from_differences([np.array([0.1, -0.3]), np.array([0.2])])
    assert (round(drift.mean, 6), drift.largest, drift.compared) == (0.2, 0.3, 3)
    assert str(drift) == "0.2000 nats on average, 0.300 at most, over 3 tokens"


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, 4), ({"threads": 1}, 4), ({"threads": 2}, 2), ({"threads": 8}, 1), ({"threads": 2, "workers": 3}, 3)],
)
def test_batches_side_by_side_leave_no_core_to_two_threads(
    folder: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, int], expected: int
) -> None:
    monkeypatch.setattr(open_engines, "cores", lambda: 4)
    assert Translator.open(folder, engine="onnx", **given)[1].workers == expected


def test_training_ends_with_what_can_be_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny.save(tmp_path / "model")  # its recipe's data are nowhere: no drift can be measured
    export_trained(path)
    assert sorted(file.name for file in (path / "onnx").iterdir()) == FLOAT32
    assert "No 8-bit networks: " in capsys.readouterr().err


def test_training_goes_on_where_nothing_can_be_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warned: list[str]
) -> None:
    monkeypatch.setattr(export_module, "LARGEST", 1000)
    path = tiny.save(tmp_path / "model")
    export_trained(path)
    assert not (path / "onnx").exists()
    assert warned == ["export.no-networks"]


def test_a_model_that_onnx_cannot_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "LARGEST", 1000)
    with pytest.raises(ModelError) as caught:
        export(tiny.save(tmp_path / "model"), int8=False)
    assert caught.value.code == "export.too-large"


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tiny.save(tmp_path / "model")
    monkeypatch.setattr(Path, "write_bytes", full)
    with refused("model.unwritable", "No space left on device"):
        export(path, int8=False)
    assert not (path / "onnx").exists()


# ----------------------------------------------------------------------------------------------- damage and mixtures


def message_of(folder: Path) -> str:
    with pytest.raises(ModelError) as error:
        open_pipeline(folder, engine="onnx")
    return str(error.value)


def message_of_use(folder: Path, **decoding: Any) -> str:
    """The error where a network that no digest vouches for is first used."""
    translator = Translator.open(folder, engine="onnx", workers=1)[1]
    with pytest.raises(ModelError) as error:
        use(translator, **decoding)
    return str(error.value)


def use(translator: Translator, *, texts: int = 1, **decoding: Any) -> None:
    """Translate so many texts."""
    translator.translate_nbest(["the dog"] * texts, translator.decoding.model_copy(update=decoding))


def unlisted(folder: Path) -> None:
    """Make a folder that lists no digests."""
    content = json.loads((folder / "config.json").read_text("utf-8"))
    del content["checksum"]
    content["files"] = {}
    (folder / "config.json").write_text(json.dumps(content), "utf-8")


def test_a_damaged_network_is_refused_and_torch_is_the_way_out(folder: Path) -> None:
    file = folder / "onnx" / "step.onnx"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    message = message_of(folder)
    assert message.startswith(f"{file}: not the file that config.json lists (its SHA-256 is another)")
    assert "--engine torch" in message
    assert Translator.open(folder, engine="torch")[1].translate(["the dog"])


def test_a_network_that_is_missing(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    assert message_of(path) == (
        f"{path}/onnx/encoder.onnx: missing; the model folder does not hold this export.\n"
        f"  Write it with: seq2seq export {path}\n  or use the weights with --engine torch."
    )


USES: dict[str, dict[str, Any]] = {
    "greedy.onnx": {"beam": 1, "texts": 2},
    "greedy_one.onnx": {"beam": 1},
    "beam.onnx": {"beam": 3, "texts": 2},
    "beam_one.onnx": {"beam": 3},
    "sampling.onnx": {"method": "sample"},
    "step.onnx": {"no_repeat_ngram": 2},
}
"""The network that each kind of search runs."""


def test_a_network_that_is_none(folder: Path) -> None:
    unlisted(folder)
    for name, decoding in USES.items():
        (folder / "onnx" / name).write_bytes(b"nothing of the kind")
        message = message_of_use(folder, **decoding)
        assert message.startswith(f"{folder}/onnx/{name}: ONNX Runtime cannot use it (")
        assert "--engine torch" in message


def test_networks_of_two_models(folder: Path, tmp_path: Path) -> None:
    unlisted(folder)
    other = tiny.save(tmp_path / "other", attention=False)
    export(other, int8=False)
    for name in ("step.onnx", "weights.bin"):
        (other / "onnx" / name).rename(folder / "onnx" / name)
    expected = "does not fit the other networks, or is not of this program: export the model again"
    assert expected in message_of_use(folder, **USES["step.onnx"])
    for name in ("greedy_one.onnx", "greedy.onnx", "beam_one.onnx", "beam.onnx", "sampling.onnx"):
        (folder / "onnx" / name).write_bytes((folder / "onnx" / "step.onnx").read_bytes())
    for decoding in USES.values():
        assert "does not fit the other networks" in message_of_use(folder, **decoding)
    (folder / "onnx" / "encoder.onnx").write_bytes((folder / "onnx" / "step.onnx").read_bytes())
    assert "does not fit the other networks" in message_of(folder)


@pytest.mark.parametrize("name", [*USES, None])
def test_a_model_that_is_replaced_before_its_network_is_used(folder: Path, tmp_path: Path, name: str | None) -> None:
    """None: its weights alone."""
    other = tiny.save(tmp_path / "other")
    export(other, int8=False)
    translator = Translator.open(folder, engine="onnx", workers=1)[1]
    if name is None:
        (other / "onnx" / "weights.bin").rename(folder / "onnx" / "weights.bin")
    else:
        shutil.rmtree(folder)
        other.rename(folder)
    with refused("model.replaced", str(folder), "load it again"):
        use(translator, **USES[name or "greedy.onnx"])


def test_labels_of_another_classifier(tmp_path: Path) -> None:
    path = tiny.save_classifier(tmp_path / "model")
    export(path, int8=False)
    with refused("model.mixed-networks", "/onnx/classifier.onnx: "):
        networks.open_classifier(path, "onnx", 2, threads=1)


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "onnx" / "step.onnx").rename(tmp_path / "elsewhere")
    (folder / "onnx" / "step.onnx").symlink_to(tmp_path / "elsewhere")
    assert "a link out of the model folder" in message_of(folder)


# ------------------------------------------------------------------------------------------------------ without torch

_WITHOUT_TORCH = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "lightning_fabric", "onnx"):
            raise AssertionError(f"{name} is imported")

sys.meta_path.insert(0, Refuse())
import seq2seq
from seq2seq.cli.main import cli
translator = seq2seq.load(sys.argv[1], engine="onnx-int8")
assert translator.translate(["the dog sleeps"])
for arguments in (["translate", sys.argv[1], sys.argv[4]], ["classify", sys.argv[2], sys.argv[4]],
                  ["generate", sys.argv[3], "--tag", "K:D"]):
    cli([*arguments, "--engine", "onnx", "--threads", "1"], standalone_mode=False)
"""


def test_translating_classifying_and_generating_need_no_torch(tmp_path: Path) -> None:
    models = [save(tmp_path / task) for task, save in SAVE.items()]
    for model in models:
        export(model, calibrate=None if model.name == "generation" else tiny.SOURCES, max_drift=LOOSE)
    (tmp_path / "text").write_text("the dog sleeps\n", "utf-8")
    arguments = [*map(str, models), str(tmp_path / "text")]
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_TORCH, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 3


# ------------------------------------------------------------------------------------- writers that stop, or are beside


@pytest.mark.parametrize("stop", range(6))
def test_an_export_that_is_killed_leaves_a_folder_that_every_engine_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """At each of its renames: of the description, the card and the networks, before and after."""
    renames = iter(range(100))

    def killed(call: Callable[..., Any]) -> Callable[..., Any]:
        def shim(self: Path, target: Path) -> Any:
            if next(renames) == stop:
                raise SystemExit("killed")
            return call(self, target)

        return shim

    loaded = load_folder(folder)
    contents = {
        name: (folder / name).read_bytes() + b"\x00" for name in model_files(folder) if name.startswith("onnx/")
    }
    contents = {name: content[:-1] for name, content in contents.items() if ".int8" not in name}
    with monkeypatch.context() as patched:
        for name in ("rename", "replace"):
            patched.setattr(Path, name, killed(getattr(Path, name)))
        patched.setattr(
            "seq2seq.storage.atomic.restore_backup", lambda _: None
        )  # a process that is killed restores nothing
        with pytest.raises(SystemExit):
            write_exports(folder, contents, {"drift": {"again": stop}}, of=loaded.description)
    for engine in ("auto", "torch"):
        assert Translator.open(folder, device="cpu", engine=engine)[1].translate(["the dog"])
    if (folder / "onnx").exists():
        Translator.open(folder, engine="onnx")


def test_drift_is_measured_on_the_networks_that_compute_everything(
    tmp_path: Path,
) -> None:
    """Whole searches, which compute the same, are not made for it."""
    loaded = load_folder(tiny.save(tmp_path / "model"))
    names = [sorted(made) for made in measured_graphs(loaded)]
    assert names == [["onnx/encoder.onnx", "onnx/step.onnx"], ["onnx/encoder.int8.onnx", "onnx/step.int8.onnx"]]
    labels = load_folder(tiny.save_classifier(tmp_path / "classifier"))
    assert [list(made) for made in measured_graphs(labels)] == [["onnx/classifier.onnx"], ["onnx/classifier.int8.onnx"]]


def test_auto_falls_back_to_the_weights_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = Translator.open(folder, engine="torch")[1].translate(["the dog sleeps"])
    file = folder / "onnx" / "step.onnx"
    file.write_bytes(file.read_bytes() + b"\x00\x00")
    translator = seq2seq.load(folder, device="cpu")
    assert type(translator.stepper) is TorchStepper  # type: ignore[union-attr]
    assert translator.translate(["the dog sleeps"]) == expected  # type: ignore[union-attr]
    said = capsys.readouterr().err
    assert f"warning: {file}: not the file that config.json lists" in said
    assert "with torch" in said
    with pytest.raises(ModelError):
        Translator.open(folder, engine="onnx")


def test_a_model_that_was_trained_on_meanwhile_does_not_get_the_networks_of_the_one_before(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    before = load_folder(path).description
    tiny.save(path, attention=False)
    with refused("model.replaced"):
        write_exports(path, {"onnx/step.onnx": b"old"}, {}, of=before)
    assert not (path / "onnx").exists()
