"""Models on the hub: what is pushed comes back, byte for byte, and what goes wrong is said in our words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub.utils._http import default_client_factory
from support import tiny
from support.hub import Hub, Repository, install
from support.refused import refused

from seq2seq import hub as ours
from seq2seq import load
from seq2seq.config.data import DataConfig
from seq2seq.errors import DataError, ModelError
from seq2seq.export.export import export
from seq2seq.hub import HubAddress, is_hub
from seq2seq.inference.engines.onnx.searcher import OnnxSearcher
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.load import open_pipeline
from seq2seq.model_folder.find import find_model
from seq2seq.model_folder.layout import belongs, in_hub_cache, model_files
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.training.finetune.finetune import FinetuneOptions, recipe_for


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    yield install(monkeypatch, str(tmp_path / "cache"))
    huggingface_hub.set_client_factory(default_client_factory)


def offer(hub: Hub, folder: Path, name: str = "alice/tiny", **kind: Any) -> Repository:
    """Put a folder on the hub without pushing it."""
    repository = hub.repositories[name] = Repository(**kind)
    repository.commit({file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()})
    return repository


def texts(model: Any) -> list[str]:
    found: list[str] = model.translate(["the dog sleeps", "a bird sings in the morning"])
    return found


@pytest.mark.parametrize(
    ("path", "parsed"),
    [
        ("hf://user/name", HubAddress("user/name")),
        ("hf://user/na.me-1@v1.0", HubAddress("user/na.me-1", "v1.0")),
        ("hf://user/name@refs/pr/3", HubAddress("user/name", "refs/pr/3")),
        (str(Path("hf://user/name@v1")), HubAddress("user/name", "v1")),
    ],
)
def test_addresses(path: str, parsed: HubAddress) -> None:
    assert HubAddress.parse_model(path) == parsed
    assert HubAddress.parse_model(str(parsed)) == parsed


@pytest.mark.parametrize(
    "path",
    ["hf://", "hf://name", "hf://a/b/c", "hf://datasets/a/b", "hf://user/name#part", "hf://user/name@", "hf://u/n@a@b"],
)
def test_other_forms_are_refused(path: str) -> None:
    with refused("hub.bad-address", "hf://user/name[@revision]"):
        find_model(path)


def test_a_path_has_lost_a_slash_and_is_understood_all_the_same() -> None:
    assert is_hub("hf://user/name")
    assert is_hub(Path("hf://user/name"))
    assert not is_hub("hf:/user/name")
    assert not is_hub(Path("models/hf:/user"))


def test_a_model_on_the_hub_is_the_one_in_the_folder(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    offer(hub, folder)
    expected = texts(load(folder))
    for path in ("hf://alice/tiny", Path("hf://alice/tiny"), "hf://alice/tiny@main"):
        assert texts(load(path)) == expected
    found = find_model("hf://alice/tiny")
    assert {file.name: file.read_bytes() for file in found.iterdir()} == {
        file.name: file.read_bytes() for file in folder.iterdir()
    }


def test_a_revision_is_what_was_there_then(hub: Hub, tmp_path: Path) -> None:
    one, two = tiny.save(tmp_path / "one"), tiny.save(tmp_path / "two", attention=False)
    repository = offer(hub, one)
    first = repository.branches["main"]
    offer_again = {file.name: file.read_bytes() for file in two.iterdir()}
    repository.commit(offer_again)
    repository.branches["v1"] = first
    assert texts(load("hf://alice/tiny")) == texts(load(two))
    assert texts(load("hf://alice/tiny@v1")) == texts(load(f"hf://alice/tiny@{first}")) == texts(load(one))
    with refused("hub.no-revision", "hf://alice/tiny@v2:"):
        load("hf://alice/tiny@v2")


def test_what_does_not_belong_to_a_model_is_not_fetched(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    (folder / "modeling.py").write_text("raise SystemExit", encoding="utf-8")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04")
    offer(hub, folder)
    found = find_model("hf://alice/tiny")
    assert {file.name for file in found.iterdir()} == {
        "config.json",
        "README.md",
        "weights.safetensors",
        "tokenizer.model",
    }
    assert not any(path.endswith((".py", ".bin")) for _, path in hub.requests)


def test_of_another_programs_model_nothing_but_its_description_is_fetched(hub: Hub) -> None:
    hub.repositories["alice/other"] = Repository()
    hub.repositories["alice/other"].commit(
        {"config.json": b'{"model_type": "bert"}', "README.md": b"BERT", "onnx/model.onnx": b"many gigabytes"}
    )
    with refused("model.not-a-model", "config.json:"):
        load("hf://alice/other")
    assert not any("onnx" in path or "README" in path for _, path in hub.requests)
    hub.repositories["alice/other"].commit({"weights.bin": b"?"})
    with refused("model.not-a-model", "hf://alice/other:", "config.json"):
        load("hf://alice/other")


def test_out_of_reach_the_copy_that_was_fetched_last_is_taken(hub: Hub, tmp_path: Path) -> None:
    offer(hub, tiny.save(tmp_path / "model"))
    expected = texts(load("hf://alice/tiny"))
    hub.down = True
    assert texts(load("hf://alice/tiny")) == expected
    with refused("hub.unreachable", "hf://alice/another:", "hf download NAME --local-dir FOLDER"):
        load("hf://alice/another")


def test_half_a_copy_is_not_taken_for_a_model(hub: Hub, tmp_path: Path) -> None:
    offer(hub, tiny.save(tmp_path / "model"))
    ours.fetch(HubAddress("alice/tiny"), ["config.json"], Path.read_bytes)  # interrupted after that
    hub.down = True
    with pytest.raises(ModelError) as caught:
        load("hf://alice/tiny")
    assert caught.value.code == "hub.unreachable"


@pytest.mark.parametrize(("kind", "code"), [({"private": True}, "hub.not-found"), ({"gated": True}, "hub.gated")])
def test_models_that_are_not_public(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: dict[str, Any], code: str
) -> None:
    offer(hub, tiny.save(tmp_path / "model"), **kind)
    monkeypatch.setenv("HF_TOKEN", "hf_of_bob")
    with refused(code, "hf://alice/tiny:", "hf auth login"):
        load("hf://alice/tiny")


def test_a_private_model_of_ones_own(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    offer(hub, folder, private=True)
    assert texts(load("hf://alice/tiny")) == texts(load(folder))


def test_a_damaged_copy_names_the_file(hub: Hub, tmp_path: Path) -> None:
    offer(hub, tiny.save(tmp_path / "model"))
    file = find_model("hf://alice/tiny") / "weights.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)  # through the link, into the cache
    with refused("model.damaged", "weights.safetensors: ", "config.json"):
        load("hf://alice/tiny")


# ------------------------------------------------------------------------------------------------------- pushing


def push(folder: Path, name: str = "alice/tiny", *, revision: str | None = None, private: bool | None = None) -> str:
    files: dict[str, Path | bytes] = {file.name: file for file in folder.iterdir()}
    return ours.push(HubAddress(name, revision), files, private=private, message="a model", known=belongs)


def test_what_is_pushed_comes_back(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    assert push(folder).endswith("/alice/tiny")
    repository = hub.repositories["alice/tiny"]
    assert not repository.private
    assert repository.messages == ["initial commit", "a model"]
    assert texts(load("hf://alice/tiny")) == texts(load(folder))


def test_pushing_again_removes_what_is_no_part_of_the_model_any_more(hub: Hub, tmp_path: Path) -> None:
    joint, separate = tiny.save(tmp_path / "joint"), tiny.save(tmp_path / "separate", joint=False)
    push(joint)
    repository = hub.repositories["alice/tiny"]
    repository.commit({**repository.commits[repository.branches["main"]], "NOTES.md": b"mine"})
    push(separate)
    files = repository.commits[repository.branches["main"]]
    assert "tokenizer.model" not in files
    assert {"NOTES.md", ".gitattributes", "source.model", "target.model"} <= files.keys()
    assert texts(load("hf://alice/tiny")) == texts(load(separate))


@pytest.mark.usefixtures("hub")
def test_a_branch(tmp_path: Path) -> None:
    one, two = tiny.save(tmp_path / "one"), tiny.save(tmp_path / "two", attention=False)
    push(one)
    push(two, revision="fixed")
    push(two, revision="fixed")
    assert texts(load("hf://alice/tiny")) == texts(load(one))
    assert texts(load("hf://alice/tiny@fixed")) == texts(load(two))


def test_a_private_repository(hub: Hub, tmp_path: Path) -> None:
    push(tiny.save(tmp_path / "model"), private=True)
    assert hub.repositories["alice/tiny"].private


def test_without_a_login(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with refused("hub.no-login", "HF_TOKEN"):
        push(tiny.save(tmp_path / "model"))
    assert hub.requests == []


@pytest.mark.usefixtures("hub")
def test_a_token_that_is_not_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_old")
    with refused("hub.refused", "Invalid credentials"):
        push(tiny.save(tmp_path / "model"))


@pytest.mark.usefixtures("hub")
def test_a_name_that_is_anothers(tmp_path: Path) -> None:
    with refused("hub.refused", "hf://bob/tiny:", "You don't have the rights"):
        push(tiny.save(tmp_path / "model"), "bob/tiny")


def test_no_room_left(hub: Hub, tmp_path: Path) -> None:
    hub.full = True
    with refused("hub.refused", "Private repository storage limit reached"):
        push(tiny.save(tmp_path / "model"))


def test_no_network(hub: Hub, tmp_path: Path) -> None:
    hub.down = True
    with refused("hub.unreachable", "hf://alice/tiny:"):
        push(tiny.save(tmp_path / "model"))


@pytest.mark.usefixtures("hub")
def test_metadata_that_the_hub_refuses(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    card = folder / "README.md"
    card.write_text(card.read_text("utf-8").replace("---\n", "---\nlicense: nonsense\n", 1), encoding="utf-8")
    with refused("hub.failed", "hf://alice/tiny:", "README.md"):
        push(folder)


def test_a_public_repository_gets_nothing_that_is_to_be_private(hub: Hub, tmp_path: Path) -> None:
    push(tiny.save(tmp_path / "one"))
    repository = hub.repositories["alice/tiny"]
    with refused("hub.public", "hf://alice/tiny") as caught:
        push(tiny.save(tmp_path / "two", attention=False), private=True)
    assert repository.messages == ["initial commit", "a model"]
    repository.private = True  # the way out that the message names
    push(tiny.save(tmp_path / "two", attention=False), private=True)
    assert repository.messages[-1] == "a model"
    assert repository.private
    assert caught.value.code == "hub.public"


def test_files_in_folders_of_their_own_stay_on_the_hub(hub: Hub, tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    push(folder)
    repository = hub.repositories["alice/tiny"]
    theirs = {"onnx/sub/x.onnx": b"1", "onnx/notes.txt": b"2", "onnx/.step.onnx": b"3", "sub/config.json": b"4"}
    stale = {"onnx/step.onnx": b"5", "onnx/shortlist.safetensors": b"6"}
    repository.commit({**repository.commits[repository.branches["main"]], **theirs, **stale})
    push(folder)
    files = repository.commits[repository.branches["main"]]
    assert files.keys() >= theirs.keys()
    assert files.keys().isdisjoint(stale)
    find_model("hf://alice/tiny")
    assert not any(name in path for name in theirs if name != "onnx/.step.onnx" for _, path in hub.requests)


@pytest.mark.usefixtures("hub")
def test_networks_of_the_hub_are_not_run_unless_they_are_asked_for(tmp_path: Path) -> None:
    """They are a program by their author, and need not agree with the weights."""
    folder = tiny.save(tmp_path / "model")
    export(folder, int8=False)
    push_all(folder)
    assert type(load(folder, device="cpu").stepper) is OnnxSearcher  # type: ignore[union-attr]
    assert type(load("hf://alice/tiny", device="cpu").stepper) is TorchStepper  # type: ignore[union-attr]
    assert type(load(find_model("hf://alice/tiny"), device="cpu").stepper) is TorchStepper  # type: ignore[union-attr]
    assert type(load("hf://alice/tiny", engine="onnx").stepper) is OnnxSearcher  # type: ignore[union-attr]


def push_all(folder: Path) -> None:
    files: dict[str, Path | bytes] = {name: folder / name for name in model_files(folder)}
    ours.push(HubAddress("alice/tiny"), files, private=None, message="a model", known=belongs)


def test_the_own_data_of_a_model_of_the_hub_are_not_read(hub: Hub, tmp_path: Path) -> None:
    offer(hub, tiny.save(tmp_path / "model"))
    opened, _ = open_pipeline("hf://alice/tiny")
    assert opened.reading.path == "nowhere"
    with pytest.raises(DataError) as caught:
        _ = opened.own_data
    assert caught.value.code == "data.of-hub-model"
    pairs = tmp_path / "new.tsv"
    pairs.write_text("a dog\tein Hund\n", encoding="utf-8")
    with refused("finetune.own-data-of-hub-model", "hf://alice/tiny"):
        recipe_for("hf://alice/tiny", [str(pairs)], FinetuneOptions(replay="own"))


def test_a_model_of_the_hub_does_not_say_where_new_data_are_prepared(hub: Hub, tmp_path: Path) -> None:
    of = tiny.recipe().model_copy(update={"data": DataConfig(path="nowhere", cache=str(tmp_path / "autostart"))})
    save_folder(tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    offer(hub, tmp_path / "model")
    pairs = tmp_path / "new.tsv"
    pairs.write_text("a dog\tein Hund\n", encoding="utf-8")
    assert recipe_for("hf://alice/tiny", [str(pairs)], FinetuneOptions()).data.cache is None


def test_a_folder_of_snapshots_is_not_the_hubs(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "snapshots" / "model")
    assert not in_hub_cache(folder)
    assert open_pipeline(folder)[0].own_data.path == "nowhere"
    (tmp_path / "blobs").mkdir()
    (folder / "tokenizer.model").rename(tmp_path / "blobs" / "x")
    (folder / "tokenizer.model").symlink_to(tmp_path / "blobs" / "x")
    with refused("model.outside-link", "tokenizer.model"):
        open_pipeline(folder)
