"""A folder from a stranger: nothing outside of it is read or written, and nothing that it claims is believed."""

import errno
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from support import tiny
from support.refused import refused

import seq2seq
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.load import open_pipeline
from seq2seq.model_folder import layout
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.layout import digests, folder_size, model_files
from seq2seq.model_folder.writing.update import write_scores, write_terms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.save(tmp_path / "model")


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """What a stranger writes into ``config.json``, who knows how not to be found out by a checksum."""
    file = folder / "config.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    del content["checksum"]
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


def cannot_load(folder: Path, code: str, *facts: str) -> None:
    with refused(code, *facts):
        load_folder(folder)


# ----------------------------------------------------------------------------------------------------- no code


def test_the_package_unpickles_and_evaluates_nothing() -> None:
    forbidden = re.compile(
        r"\bimport (pickle|marshal|shelve|dill|cloudpickle|joblib)\b|\bfrom (pickle|marshal|shelve|joblib)\b"
        r"|allow_pickle=True|weights_only=False|trust_remote_code=True"
        r"|(?<![\w.])(eval|exec|__import__|compile)\(|yaml\.(unsafe_|full_)?load\((?!.*Loader)|torch\.load\("
    )
    for file in sorted(Path(seq2seq.__file__).parent.rglob("*.py")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            assert not forbidden.search(line), f"{file}:{number}: {line}"


@pytest.mark.parametrize("save", [tiny.save, tiny.save_classifier, tiny.save_generator])
def test_loading_runs_no_code_and_opens_no_file_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path], Path]
) -> None:
    folder = save(tmp_path / "model")
    open_pipeline(folder)  # what Python imports it may execute
    (folder / "modeling.py").write_text("raise SystemExit('run')", encoding="utf-8")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04cposix\nsystem\n(S'false'\ntR.")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a model folder must not get here")

    for name in ("pickle.load", "pickle.loads", "pickle.Unpickler", "torch.load", "builtins.eval", "builtins.exec"):
        monkeypatch.setattr(name, never)
    for name in ("write_text", "write_bytes", "mkdir", "rename", "replace", "unlink", "touch", "symlink_to"):
        monkeypatch.setattr(Path, name, never)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    open_pipeline(folder)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before


# ---------------------------------------------------------------------------------------------- links and kinds


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json", "tokenizer.model"])
def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    cannot_load(folder, "model.outside-link", f"{folder / name}: ", f" {tmp_path / 'elsewhere'};")
    with refused("model.outside-link", str(tmp_path / "elsewhere")):
        model_files(folder)


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "tokenizer.model").rename(folder / "kept")
    (folder / "tokenizer.model").symlink_to("kept")
    assert load_folder(folder).tokenizers.joint


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "newest").symlink_to(folder)
    assert load_folder(tmp_path / "newest").path == tmp_path / "newest"


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json", "tokenizer.model"])
def test_what_is_no_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    cannot_load(folder, "model.damaged", f"{folder / name}: ")
    (folder / name).rmdir()
    os.mkfifo(folder / name)  # to read it would wait for ever
    cannot_load(folder, "model.damaged", f"{folder / name}: ")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.model"])
def test_what_is_too_large_to_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    limit = (folder / name).stat().st_size - 1
    monkeypatch.setattr(layout, "LARGEST", limit)
    cannot_load(folder, "model.too-large", f" {limit:,} ")


def test_scores_are_not_written_through_a_link(folder: Path, tmp_path: Path) -> None:
    """A link under the name of the scratch file, to something of the user's."""
    victim = tmp_path / "profile"
    victim.write_text("precious", encoding="utf-8")
    for name in (".config.json.new", ".README.md.new"):
        (folder / name).symlink_to(victim)
    write_scores(folder, {"test": {"exact_match": 0.5}})
    assert victim.read_text("utf-8") == "precious"
    assert load_folder(folder).description.scores == {"test": {"exact_match": 0.5}}


def test_a_licence_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with refused("model.unwritable", f"{folder}: ", "No space left on device"):
        write_terms(folder, licence="mit", languages=[])


@pytest.mark.parametrize("name", ["config.json", "weights.safetensors"])
def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    original = Path.open

    def locked(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == name:
            raise PermissionError(errno.EACCES, "Permission denied")
        return original(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", locked)
    cannot_load(folder, "model.unreadable", f"{folder / name}: ", "Permission denied")


def test_names_in_the_description_lead_nowhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"")
    rewrite(folder, lambda content: content["files"].update({"../outside": "0", "/dev/zero": "0"}))
    load_folder(folder)


def test_other_files_are_passed_over(folder: Path) -> None:
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(b"12")
    named = ["config.json", "README.md", "weights.safetensors", "tokenizer.model", "onnx/model.onnx"]
    assert model_files(folder) == named
    assert folder_size(folder) == sum((folder / name).stat().st_size for name in named)


def test_a_mixed_folder(folder: Path, tmp_path: Path) -> None:
    other = tiny.save(tmp_path / "other", joint=False)
    shutil.copy(folder / "tokenizer.model", other)
    cannot_load(other, "model.mixed", f"{other / 'tokenizer.model'}: ")
    shutil.copy(other / "weights.safetensors", folder)
    cannot_load(folder, "model.damaged", f"{folder / 'weights.safetensors'}: ", "SHA-256")


def test_a_renamed_file(folder: Path) -> None:
    (folder / "weights.safetensors").rename(folder / "model.safetensors")
    cannot_load(folder, "model.missing-file", f"{folder / 'weights.safetensors'}: ")


# ------------------------------------------------------------------------------------------------ config.json


def test_a_change_by_hand_is_noticed_and_can_be_kept(folder: Path) -> None:
    file = folder / "config.json"
    changed = file.read_text("utf-8").replace('"beam": 3', '"beam": 2')
    file.write_text(changed, encoding="utf-8")
    cannot_load(folder, "model.damaged", f"{file}: ", "`checksum`")
    kept = re.sub(r',\n  "checksum": "\w+"', "", changed)
    file.write_text(kept, encoding="utf-8")
    assert load_folder(folder).recipe.decoding.beam == 2


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none(folder: Path, text: str) -> None:
    file = folder / "config.json"
    file.write_text(re.sub(r'"parameters": \d+', f'"parameters": {text}', file.read_text("utf-8")), encoding="utf-8")
    cannot_load(folder, "model.damaged", f"{file}: ", f"({text} ")


@pytest.mark.parametrize("name", ["config.json", "target.json"])
def test_json_that_is_nested_without_end(tmp_path: Path, name: str) -> None:
    folder = tiny.save_classifier(tmp_path / "model")
    rewrite(folder, lambda content: content.update(files={}))
    (folder / name).write_text("[" * 200_000 + "]" * 200_000, encoding="utf-8")
    cannot_load(folder, "model.damaged", f"{folder / name}: ")


def test_a_number_that_is_too_long_to_be_read(folder: Path) -> None:
    file = folder / "config.json"
    file.write_text('{"format": ' + "9" * 10_000 + "}", encoding="utf-8")
    cannot_load(folder, "model.damaged", f"{file}: ", "(Exceeds the limit")


@pytest.mark.parametrize(
    ("temperature", "code"), [*((value, "model.invalid") for value in (0, -1, "warm", None)), (1e999, "model.damaged")]
)
def test_a_temperature_that_is_none(tmp_path: Path, temperature: object, code: str) -> None:
    folder = tiny.save_classifier(tmp_path / "model")
    rewrite(folder, lambda content: content["measured"].update(calibration={"temperature": temperature}))
    cannot_load(folder, code, str(folder / "config.json"))


def test_scores_of_another_kind_are_not_shown(folder: Path) -> None:
    rewrite(
        folder, lambda content: content.update(scores={"test": {"bleu": {"score": "high"}, "accuracy": []}, "x": 1})
    )
    assert "None were measured" in write_and_read_card(folder)


def write_and_read_card(folder: Path) -> str:
    write_scores(folder, {})
    return (folder / "README.md").read_text("utf-8")


# -------------------------------------------------------------------------------------------- claims about size


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (("embedding",), 10**12),
        (("encoder", "hidden"), 10**9),
        (("encoder", "layers"), 10**9),
        (("decoder", "layers"), 10**30),
        (("decoder", "hidden"), 50_000),
        (("attention", "size"), 10**12),
    ],
)
def test_an_enormous_network_costs_nothing(folder: Path, setting: tuple[str, ...], value: int) -> None:
    def change(content: dict[str, Any]) -> None:
        section = content["recipe"]["model"]
        for key in setting[:-1]:
            section = section[key]
        section[setting[-1]] = value

    rewrite(folder, change)
    facts = f"{folder / 'weights.safetensors'}: ", f"recipe.model.{'.'.join(setting)}: {value:,}"
    cannot_load(folder, "model.other-weights", *facts)


def test_an_enormous_vocabulary_costs_nothing(folder: Path) -> None:
    rewrite(folder, lambda content: content.update(source_vocabulary=10**12, target_vocabulary=10**12))
    cannot_load(folder, "model.mixed", "config.json", str(10**12))


def test_sizes_that_occur_but_not_together_cost_no_memory(folder: Path) -> None:
    """A long and thin tensor allows for a size whose square would not fit into any memory."""
    weights = load_file(folder / "weights.safetensors")
    save_file({**weights, "long": torch.zeros(3_000_000, dtype=torch.bool)}, folder / "weights.safetensors")

    def change(content: dict[str, Any]) -> None:
        content["recipe"]["model"]["decoder"]["hidden"] = 3_000_000
        content["files"] = {}

    rewrite(folder, change)
    cannot_load(folder, "model.other-weights", "(3000000, 20)")


# ----------------------------------------------------------------------------------------------------- weights


def change_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> str:
    weights = load_file(folder / "weights.safetensors")
    change(weights)
    save_file(weights, folder / "weights.safetensors")
    rewrite(folder, lambda content: content.update(files={}))
    return str(folder / "weights.safetensors")


def test_numbers_of_another_kind(folder: Path) -> None:
    name = "source_embedding.weight"
    file = change_weights(folder, lambda weights: weights.update({name: weights[name].to(torch.int64)}))
    cannot_load(folder, "model.other-weights", f"{file}: ", f"{name}: data type I64", "F16, BF16, F32, F64")


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_read_as_float32(folder: Path, kind: torch.dtype) -> None:
    change_weights(folder, lambda weights: weights.update({name: value.to(kind) for name, value in weights.items()}))
    model = load_folder(folder).model
    expected = tiny.model(tiny.recipe())
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    for found, original in zip(model.parameters(), expected.parameters(), strict=True):
        assert torch.equal(found, original.to(kind).to(torch.float32))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers(folder: Path, value: float) -> None:
    file = change_weights(folder, lambda weights: weights["source_embedding.weight"].fill_(value))
    cannot_load(folder, "model.not-finite", f"{file}: source_embedding.weight ")


def test_a_weight_too_many(folder: Path) -> None:
    change_weights(folder, lambda weights: weights.update(extra=torch.zeros(1)))
    cannot_load(folder, "model.other-weights", "extra: ")


def test_a_loaded_model_does_not_hang_on_its_file(folder: Path) -> None:
    """The file may be replaced, or cut short, while the model is in use."""
    _, translator = open_pipeline(folder)
    expected = translator.translate(["the dog"])  # type: ignore[union-attr]
    with (folder / "weights.safetensors").open("r+b") as file:
        file.truncate(0)
    assert translator.translate(["the dog"]) == expected  # type: ignore[union-attr]


def test_everybody_may_read_the_weights_who_may_read_the_rest(folder: Path) -> None:
    modes = {file.stat().st_mode for file in folder.iterdir()}
    assert len(modes) == 1


# -------------------------------------------------------------------------------------------------- tokenizers


def test_tokens_that_are_no_text(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    content = (folder / "tokenizer.model").read_bytes()
    assert "ü".encode() in content
    (folder / "tokenizer.model").write_bytes(content.replace("ü".encode(), b"\xff\xff", 1))
    rewrite(folder, lambda description: description.update(files={}))
    cannot_load(folder, "model.damaged", f"{folder / 'tokenizer.model'}: ")


def test_digests_are_those_of_the_files(folder: Path) -> None:
    kept = Description.read(folder / "config.json").files
    assert kept.keys() == {"weights.safetensors", "tokenizer.model", "README.md"}
    assert digests(folder).items() <= kept.items()
    assert kept["tokenizer.model"] == tiny.tokenizers().source.fingerprint
