"""``seq2seq push``, and models on the hub wherever a MODEL is asked for."""

import json
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import ModelCard
from huggingface_hub.utils._http import default_client_factory
from support import tiny
from support.commands import failure, run, unwrapped
from support.hub import Hub, install

from seq2seq.config.data import AlignedFiles, DataConfig, ReplayConfig
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.errors import ModelError
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.model_folder.find import find_model
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.text.sketch import Sketch


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    yield install(monkeypatch, str(tmp_path / "cache"))
    huggingface_hub.set_client_factory(default_client_factory)


def pushed(hub: Hub, name: str = "alice/tiny", branch: str = "main") -> dict[str, bytes]:
    repository = hub.repositories[name]
    return repository.commits[repository.branches[branch]]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_model_is_used_from_the_hub_as_from_its_folder(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "run" / "model")
    done = run("push", tmp_path / "run", "alice/tiny")
    assert done.stdout.endswith("/alice/tiny\n")
    assert "\n  seq2seq translate hf://alice/tiny\n" in done.stderr
    for options in (["--scores"], ["--json", "--nbest", "3"]):
        expected = run("translate", folder, *options, text="the dog sleeps\n\na bird\n").stdout_bytes
        assert run("translate", "hf://alice/tiny", *options, text="the dog sleeps\n\na bird\n").stdout_bytes == expected
    data = tmp_path / "test.tsv"
    data.write_text("".join(f"{a}\t{b}\n" for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True)), encoding="utf-8")
    scores = [json.loads(run("evaluate", of, data, "--json").stdout)["bleu"] for of in (folder, "hf://alice/tiny")]
    assert scores[0] == scores[1]
    assert "tiny\n" in run("info", "hf://alice/tiny@main").stdout
    assert pushed(hub).keys() - {".gitattributes"} == contents(folder).keys()


@pytest.mark.usefixtures("hub")
def test_labels_and_texts_come_from_the_hub_too(tmp_path: Path) -> None:
    run("push", tiny.save_classifier(tmp_path / "labels"), "alice/labels")
    run("push", tiny.save_generator(tmp_path / "tunes"), "alice/tunes")
    expected = run("classify", tmp_path / "labels", text="the dog\n").stdout
    assert run("classify", "hf://alice/labels", text="the dog\n").stdout == expected
    arguments = ["--tag", "K:D", "--seed", "3", "--count", "2"]
    assert (
        run("generate", "hf://alice/tunes", *arguments).stdout == run("generate", tmp_path / "tunes", *arguments).stdout
    )


def test_nothing_else_goes_along(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    (folder / "diary.txt").write_text("private", encoding="utf-8")
    (folder / ".env").write_text("TOKEN=1", encoding="utf-8")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(b"exported")
    run("push", folder, "alice/tiny")
    assert pushed(hub).keys() == {
        ".gitattributes", "config.json", "README.md", "weights.safetensors", "tokenizer.model", "onnx/model.onnx",
    }  # fmt: skip


def test_licence_and_languages_are_stated_and_kept(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    run("push", folder, "alice/tiny", "--license", "cc-by-4.0", "--language", "en", "--language", "no")
    for files in (pushed(hub), contents(folder)):
        card = ModelCard(files["README.md"].decode())
        assert (card.data.license, card.data.language) == ("cc-by-4.0", ["en", "no"])
        content = json.loads(files["config.json"])
        assert (content["license"], content["languages"]) == ("cc-by-4.0", ["en", "no"])
    assert "hf://alice/tiny" in pushed(hub)["README.md"].decode()
    assert "THIS_FOLDER" in (folder / "README.md").read_text("utf-8")
    run("push", folder, "alice/tiny", "--license", "mit")
    assert ModelCard(pushed(hub)["README.md"].decode()).data.language == ["en", "no"]


def test_a_card_that_somebody_has_written_on_keeps_its_text(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    card = folder / "README.md"
    card.write_text(card.read_text("utf-8") + "\n## Thanks\n\nTo my aunt.\n", encoding="utf-8")
    run("push", folder, "alice/tiny", "--license", "mit", "--dry-run")
    run("push", folder, "alice/tiny")
    found = ModelCard(pushed(hub)["README.md"].decode())
    assert "To my aunt." in found.text
    assert found.data.library_name == "seq2seq"


def test_a_card_whose_metadata_cannot_be_read(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    (folder / "README.md").write_text("---\n- a\n- list\n---\n", encoding="utf-8")
    assert f"{folder / 'README.md'}: " in str(failure("push", folder, "alice/tiny"))
    assert hub.repositories == {}


def test_a_dry_run_pushes_and_writes_nothing(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    before = contents(folder)
    done = run("push", folder, "alice/tiny", "--license", "mit", "--dry-run")
    assert f"{len(before['weights.safetensors']):,} bytes  weights.safetensors" in done.stdout
    assert "license: mit\n" in done.stdout
    assert "# tiny" in done.stdout
    assert contents(folder) == before
    assert hub.requests == []


def test_options_of_the_commit(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    done = run("push", folder, "alice/tiny", "--private", "--revision", "v1", "--message", "the first")
    assert hub.repositories["alice/tiny"].private
    assert hub.repositories["alice/tiny"].messages[-1] == "the first"
    assert "hf://alice/tiny@v1" in done.stderr
    assert "config.json" not in pushed(hub)
    assert "config.json" in pushed(hub, branch="v1")


def test_paths_of_this_machine_are_pointed_out(hub: Hub, tmp_path: Path) -> None:
    run("push", tiny.save_classifier(tmp_path / "plain"), "alice/plain")
    data = DataConfig(path="nowhere", cache="/home/alice/secret")
    done = run("push", tiny.save_classifier(tmp_path / "model", data), "alice/tiny")
    assert "/home/alice/secret" in done.stderr
    assert hub.repositories.keys() == {"alice/plain", "alice/tiny"}


def test_what_is_damaged_is_not_given_away(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    (folder / "weights.safetensors").write_bytes(b"")
    error = failure("push", folder, "alice/tiny")
    assert isinstance(error, ModelError)
    assert str(error).startswith(f"{folder / 'weights.safetensors'}: ")
    assert hub.requests == []


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["alice"], 1, "hf://alice: "),
        (["alice/tiny@v1"], 2, "--revision v1"),
        (["alice/tiny", "--license", "My own"], 2, "--license: 'My own' "),
        (["alice/tiny", "--language", "German"], 2, "--language: 'German' "),
        (["bob/tiny"], 1, "hf://bob/tiny: "),
    ],
)
@pytest.mark.usefixtures("hub")
def test_what_cannot_be_pushed(tmp_path: Path, arguments: list[str], code: int, named: str) -> None:
    done = run("push", tiny.save(tmp_path / "model"), *arguments, code=code)
    assert named in unwrapped(done.stderr)


@pytest.mark.usefixtures("hub")
def test_a_model_of_the_hub_is_not_pushed() -> None:
    assert "hf://alice/tiny" in run("push", "hf://alice/tiny", "alice/other", code=2).stderr


@pytest.mark.parametrize("command", ["translate", "classify", "generate", "evaluate", "info"])
def test_every_command_says_when_the_hub_has_no_such_model(hub: Hub, command: str) -> None:
    assert failure(command, "hf://alice/nothing").code == "hub.not-found"
    hub.down = True
    assert failure(command, "hf://alice/nothing").code == "hub.unreachable"


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (DataConfig(train="clients/acme/train.tsv"), ["clients/acme/train.tsv"]),
        (DataConfig(path="../acme", test="bundled://phrasebook/test.tsv"), ["../acme"]),
        (DataConfig(path="bundled://../../acme"), ["bundled://../../acme"]),
        (
            DataConfig(train=AlignedFiles(source="acme.en", target="file:///home/alice/acme.de")),
            ["acme.en", "file:///"],
        ),
        (DataConfig(path="hf://alice/x", replay=ReplayConfig(data="old/acme.tsv")), ["old/acme.tsv"]),
        (DataConfig(path="hf://alice/x", cache="acme"), ["acme"]),
        (DataConfig(path="hf://alice/x", dev="bundled://phrasebook/dev.tsv"), []),
    ],
)
def test_every_path_of_this_machine_is_pointed_out(
    hub: Hub, tmp_path: Path, data: DataConfig, named: list[str]
) -> None:
    done = run("push", tiny.save_classifier(tmp_path / "model", data), "alice/tiny", "--dry-run")
    assert ("warning: " in done.stderr) is bool(named)
    assert all(path in unwrapped(done.stderr) for path in named)
    assert hub.requests == []


def test_a_model_one_starts_from_is_pointed_out(hub: Hub, tmp_path: Path) -> None:
    of = tiny.recipe().model_copy(
        update={"data": DataConfig(path="hf://alice/x"), "initial_model": InitialModelConfig(model="acme/model")}
    )
    save_folder(tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    assert "acme/model" in run("push", tmp_path / "model", "alice/tiny", "--dry-run").stderr
    assert hub.requests == []


def test_private_is_private_or_nothing(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    run("push", folder, "alice/tiny")
    before = len(hub.repositories["alice/tiny"].commits)
    assert failure("push", folder, "alice/tiny", "--private").code == "hub.public"
    assert len(hub.repositories["alice/tiny"].commits) == before


def test_what_lies_beside_the_networks_stays_here(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    (folder / "onnx" / "old").mkdir(parents=True)
    for name in ("notes.txt", ".step.onnx", "old/step.onnx"):
        (folder / "onnx" / name).write_text("private", encoding="utf-8")
    run("push", folder, "alice/tiny")
    assert pushed(hub).keys() == {
        ".gitattributes",
        "config.json",
        "README.md",
        "weights.safetensors",
        "tokenizer.model",
    }


def test_a_model_of_the_hub_is_scored_on_data_that_the_user_names(hub: Hub, tmp_path: Path) -> None:
    run("push", tiny.save(tmp_path / "model"), "alice/tiny")
    assert "DATA" in run("evaluate", "hf://alice/tiny", code=2).stderr
    data = tmp_path / "test.tsv"
    data.write_text("the dog\tder Hund\n", encoding="utf-8")
    run("evaluate", "hf://alice/tiny", data)
    assert hub.repositories.keys() == {"alice/tiny"}


def test_hashes_of_training_texts_are_pointed_out_and_can_stay_here(hub: Hub, tmp_path: Path) -> None:
    for number, data in enumerate([DataConfig(path="mine"), DataConfig(path="hf://alice/x")]):
        of = tiny.recipe().model_copy(update={"data": data})
        folder, about = tmp_path / str(number), {"fingerprint": "f", "sketch": Sketch.from_texts(["the dog"]).to_dict()}
        save_folder(folder, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, data=about)
        done = run("push", folder, "alice/tiny")
        assert ("data.sketch" in done.stderr) is (number == 0)
        assert "sketch" in json.loads(pushed(hub)["config.json"])["data"]
    done = run("push", tmp_path / "0", "alice/tiny", "--no-sketch")
    assert "data.sketch" not in done.stderr
    assert json.loads(pushed(hub)["config.json"])["data"] == {"fingerprint": "f"}
    assert "sketch" in json.loads((tmp_path / "0" / "config.json").read_text("utf-8"))["data"]
    assert load_folder(find_model("hf://alice/tiny")).description.sketch is None
