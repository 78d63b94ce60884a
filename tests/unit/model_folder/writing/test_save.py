"""The model folder: what is saved comes back, and whatever is wrong with it is said by name."""

import json
import shutil
import threading
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import torch
from support import tiny
from support.refused import refused

from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.model_folder import read as opened_module
from seq2seq.model_folder.config_file import FORMAT, ConfigFile
from seq2seq.model_folder.description import Description, TrainingSummary
from seq2seq.model_folder.find import find_model
from seq2seq.model_folder.layout import folder_size
from seq2seq.model_folder.writing.card_facts import training_facts
from seq2seq.model_folder.writing.save import save_folder, unshared
from seq2seq.model_folder.writing.update import write_scores
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.text.sketch import Overlap, Sketch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.save(tmp_path / "model")


@pytest.fixture
def older(folder: Path) -> Path:
    """As folders were before they knew their files: everything is found out by other means."""
    edit_config(folder, files={})
    return folder


def edit_config(folder: Path, **changes: object) -> None:
    """Change a ``config.json`` by hand, as its error message says that it is done."""
    file = folder / "config.json"
    content = {**json.loads(file.read_text(encoding="utf-8")), **changes}
    del content["checksum"]
    file.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize("attention", [True, False])
@pytest.mark.parametrize("joint", [True, False])
def test_a_folder_holds_the_whole_model(tmp_path: Path, attention: bool, joint: bool) -> None:
    folder = tiny.save(tmp_path / "model", attention=attention, joint=joint)
    loaded = load_folder(folder)
    files = {"tokenizer.model"} if joint else {"source.model", "target.model"}
    assert {file.name for file in folder.iterdir()} == {"weights.safetensors", "config.json", "README.md"} | files
    original = tiny.model(loaded.recipe)
    for (name, expected), found in zip(original.state_dict().items(), loaded.model.state_dict().values(), strict=True):
        assert torch.equal(expected, found), name
    assert loaded.recipe == tiny.recipe(attention=attention, joint=joint)
    assert loaded.tokenizers.fingerprint == tiny.tokenizers(joint=joint).fingerprint
    assert loaded.description.parameters == sum(parameter.numel() for parameter in original.parameters())
    assert not loaded.model.training


def test_a_classifiers_folder(tmp_path: Path) -> None:
    loaded = load_folder(tiny.save_classifier(tmp_path / "model", temperature=1.5))
    files = {file.name for file in loaded.path.iterdir()}
    assert files == {"weights.safetensors", "config.json", "README.md", "source.model", "target.json"}
    assert loaded.recipe == tiny.classification_recipe()
    assert loaded.description.measured == {"calibration": {"temperature": 1.5}}
    assert loaded.tokenizers.fingerprint == tiny.label_tokenizers().fingerprint
    for name, expected in tiny.classifier().state_dict().items():
        assert torch.equal(expected, loaded.model.state_dict()[name]), name


@pytest.mark.parametrize("tags", [True, False])
def test_a_generators_folder(tmp_path: Path, tags: bool) -> None:
    loaded = load_folder(tiny.save_generator(tmp_path / "model", tags=tags))
    files = {file.name for file in loaded.path.iterdir()}
    assert files == {"weights.safetensors", "config.json", "README.md", "source.json", "target.model"}
    assert loaded.recipe == tiny.generation_recipe(windows=not tags)
    assert loaded.tokenizers.fingerprint == tiny.tune_tokenizers(tags=tags).fingerprint
    model = loaded.model
    assert isinstance(model, Seq2Seq)
    assert model.projection.weight is model.target_embedding.weight
    for name, expected in tiny.generator(tags=tags).state_dict().items():
        assert torch.equal(expected, model.state_dict()[name]), name


def test_tied_weights_are_stored_once_and_tied_again(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model", tied=True)
    model = load_folder(folder).model
    assert isinstance(model, Seq2Seq)
    assert model.projection.weight is model.target_embedding.weight is model.source_embedding.weight
    assert torch.equal(model.projection.weight, tiny.model(tiny.recipe(tied=True)).projection.weight)
    names = set(unshared(model.state_dict()))
    assert len({"source_embedding.weight", "target_embedding.weight", "projection.weight"} & names) == 1


def test_loading_leaves_the_random_state_alone(folder: Path) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    load_folder(folder)
    assert torch.equal(torch.rand(3), expected)


def test_a_folder_is_replaced_whole(folder: Path) -> None:
    (folder / "stray").write_text("of the old model", encoding="utf-8")
    tiny.save(folder, attention=False)
    assert not (folder / "stray").exists()
    assert load_folder(folder).recipe.model.attention is None
    assert [entry.name for entry in folder.parent.iterdir()] == ["model"]


def test_what_is_no_model_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")
    with refused("model.not-a-model-folder"):
        tiny.save(tmp_path)
    assert (tmp_path / "thesis.tex").exists()


def test_a_run_folder_stands_for_its_model(folder: Path) -> None:
    assert find_model(folder.parent) == folder
    assert load_folder(folder.parent).path == folder


def test_the_model_takes_its_name_from_the_run(tmp_path: Path) -> None:
    recipe = tiny.recipe()
    path = tmp_path / "phrasebook" / "model"
    saved = save_folder(path, model=tiny.model(recipe), tokenizers=tiny.tokenizers(), recipe=recipe)
    assert saved.name == "phrasebook"


def test_scores_can_be_added_later(folder: Path) -> None:
    score = {"bleu": {"score": 12.345, "signature": "nrefs:1"}, "exact_match": 0.25}
    write_scores(folder, {"test": {**score, "groups": {"questions": {"bleu": {"score": 9.9, "signature": "nrefs:1"}}}}})
    write_scores(folder, {"dev": score})
    assert set(load_folder(folder).description.scores) == {"test", "dev"}
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "| test | BLEU | 12.35 | `nrefs:1` |" in card or "| test | BLEU | 12.34 | `nrefs:1` |" in card
    assert "| test, questions | BLEU | 9.90 |" in card
    assert "| test | Exact match | 25.0% |" in card


def test_the_card_says_what_the_model_is(tmp_path: Path) -> None:
    recipe = tiny.recipe()
    summary = TrainingSummary(
        steps=1200, epochs=3.5, seconds=90, best_step=1000, metric="loss", best=1.25, stopped="max_steps"
    )
    path = tmp_path / "model"
    save_folder(
        path, model=tiny.model(recipe), tokenizers=tiny.tokenizers(), recipe=recipe, name="demo", training=summary
    )
    card = (path / "README.md").read_text(encoding="utf-8")
    for part in ("# demo", "bidirectional lstm encoder", "general attention", "1,200 steps", "1m30s", "loss 1.25 nats"):
        assert part in card
    assert Description.read(path / "config.json").training == summary


def test_size_is_that_of_the_files(folder: Path) -> None:
    assert folder_size(folder) == sum(file.stat().st_size for file in folder.iterdir())


# ------------------------------------------------------------------------------------------------- wrong folders


def test_not_there(tmp_path: Path) -> None:
    with refused("model.no-such-folder", "nothing"):
        load_folder(tmp_path / "nothing")


def test_a_file(folder: Path) -> None:
    with refused("model.not-a-folder", "weights.safetensors"):
        load_folder(folder / "weights.safetensors")


def test_no_model_in_it(tmp_path: Path) -> None:
    with refused("model.not-a-model"):
        load_folder(tmp_path)


def test_a_run_without_a_model_yet(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text("", encoding="utf-8")
    with refused("model.none-yet"):
        load_folder(tmp_path)


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json"])
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with refused("model.missing-file", f"{name}: "):
        load_folder(folder)


def test_a_missing_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.model").unlink()
    with refused("model.missing-file", "tokenizer.model"):
        load_folder(folder)


@pytest.mark.parametrize("size", [0, 5, 400, -1])
def test_weights_cut_short(older: Path, size: int) -> None:
    file = older / "weights.safetensors"
    file.write_bytes(file.read_bytes()[:size])
    with refused("model.damaged-weights", "weights.safetensors"):
        load_folder(older)


def test_garbled_weights(older: Path) -> None:
    (older / "weights.safetensors").write_bytes(b"\xff" * 4096)
    with refused("model.damaged-weights", "weights.safetensors"):
        load_folder(older)


@pytest.mark.parametrize("text", ["", "{", '{"format": 1,'])
def test_config_that_is_no_json(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text, encoding="utf-8")
    with refused("model.damaged", "config.json"):
        load_folder(folder)


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": "one"}'])
def test_config_of_something_else(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text, encoding="utf-8")
    with refused("model.not-a-model", "config.json"):
        load_folder(folder)


def test_a_newer_format(folder: Path) -> None:
    edit_config(folder, format=FORMAT + 1, versions={"seq2seq": "9.0"})
    with refused("model.newer-format", f"format {FORMAT + 1}", "seq2seq 9.0", f"format {FORMAT}."):
        load_folder(folder)


def test_a_recipe_that_cannot_be_read(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["recipe"]["model"]["embeding"] = 4
    edit_config(folder, recipe=config["recipe"])
    with refused("model.invalid", "recipe.translation.model.embeding"):
        load_folder(folder)


def test_a_sketch_of_the_training_data(folder: Path) -> None:
    assert load_folder(folder).description.sketch is None
    edit_config(folder, data={"fingerprint": "f00", "sketch": Sketch.from_texts(["the dog"]).to_dict()})
    description = load_folder(folder).description
    assert description.sketch is not None
    assert description.sketch.overlap(["The dog", "a cat"]) == Overlap(1, 2, exact=True)
    assert [name for name in training_facts(description) if "Data" in name] == ["Data: fingerprint"]


def test_a_sketch_that_is_none(folder: Path) -> None:
    edit_config(folder, data={"sketch": {"hashes": "no base64"}})
    with refused("model.invalid", "config.json", "data.sketch"):
        load_folder(folder)


def test_weights_of_another_shape(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["recipe"]["model"]["embedding"] = 20
    edit_config(folder, recipe=config["recipe"])
    with refused("model.other-weights", "source_embedding.weight"):
        load_folder(folder)


def test_weights_of_another_model(older: Path, tmp_path: Path) -> None:
    other = tiny.save(tmp_path / "other", attention=False)
    shutil.copy(other / "weights.safetensors", older)
    with refused("model.other-weights", "attention"):
        load_folder(older)


def test_a_damaged_tokenizer(older: Path) -> None:
    file = older / "tokenizer.model"
    file.write_bytes(file.read_bytes()[:50])
    with refused("model.damaged", "tokenizer.model: "):
        load_folder(older)


def test_the_tokenizer_of_another_model(older: Path) -> None:
    tiny.tokenizers(joint=False).source.save(older / "tokenizer.model")
    with refused("model.mixed", "tokenizer.model"):
        load_folder(older)


def test_damaged_names(tmp_path: Path) -> None:
    folder = tiny.save_classifier(tmp_path / "model")
    edit_config(folder, files={})
    (folder / "target.json").write_text('{"names": 3}', encoding="utf-8")
    with refused("model.damaged", "target.json: "):
        load_folder(folder)
    (folder / "target.json").write_text('{"names": ["a", "b"], "separated": false}', encoding="utf-8")
    with refused("model.mixed", "target.json: 6 tokens"):
        load_folder(folder)
    (folder / "target.json").unlink()
    with refused("model.unreadable", "target.model"):
        load_folder(folder)


# --------------------------------------------------------------------------------------------- a reader beside a writer


@pytest.mark.parametrize("when", ["description", "weights"])
def test_a_model_that_training_replaces_meanwhile_is_read_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The description of one model and the weights of the next are damage, or (worse) are not noticed."""
    folder = tiny.save(tmp_path / "model")
    other = tiny.recipe()
    pending = ["once"]

    def replace() -> None:
        if pending:
            pending.pop()
            save_folder(folder, model=tiny.model(other, seed=1), tokenizers=tiny.tokenizers(), recipe=other, name="new")

    if when == "description":
        read = ConfigFile.read

        def reading(file: Path) -> ConfigFile:
            found = read(file)
            replace()
            return found

        monkeypatch.setattr(ConfigFile, "read", reading)
    else:
        check = opened_module.check_digests

        def checking(*arguments: Any) -> None:
            check(*arguments)
            replace()

        monkeypatch.setattr(opened_module, "check_digests", checking)
    loaded = load_folder(folder)
    assert loaded.description.name == "new"
    expected = tiny.model(other, seed=1).state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in loaded.model.state_dict().items())


def test_a_writer_and_a_reader_side_by_side(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    of = tiny.recipe()
    models = [tiny.model(of, seed=seed) for seed in range(2)]
    end = threading.Event()

    def write() -> None:
        for number in count():
            if end.is_set():
                return
            named = f"seed {number % 2}"
            save_folder(folder, model=models[number % 2], tokenizers=tiny.tokenizers(), recipe=of, name=named)
            end.wait(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(40):
            loaded = load_folder(folder)
            if loaded.description.name == "tiny":
                continue
            expected = models[int(loaded.description.name.removeprefix("seed "))].state_dict()
            assert all(torch.equal(tensor, expected[name]) for name, tensor in loaded.model.state_dict().items())
    finally:
        end.set()
        writer.join()


def test_what_is_really_damaged_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny.save(tmp_path / "model")
    (folder / "weights.safetensors").write_bytes(b"none")
    reads: list[Path] = []
    read = ConfigFile.read
    monkeypatch.setattr(ConfigFile, "read", lambda file: (reads.append(file), read(file))[1])
    with refused("model.damaged"):
        load_folder(folder)
    assert len(reads) == 1
