import time
from pathlib import Path
from typing import NoReturn

import datasets
import huggingface_hub
import pytest
from support.refused import refused

from seq2seq.config.data import DataConfig
from seq2seq.data.reading import hub_data
from seq2seq.data.reading.sources import read_split
from seq2seq.errors import DataError
from seq2seq.hub import HubAddress


@pytest.mark.parametrize(
    ("path", "parsed"),
    [
        ("hf://user/name", HubAddress("user/name", None, None)),
        ("hf://datasets/user/name", HubAddress("user/name", None, None)),
        ("hf://user/na.me-1@v1.0#de-en", HubAddress("user/na.me-1", "v1.0", "de-en")),
        ("hf://user/name@refs/pr/3", HubAddress("user/name", "refs/pr/3", None)),
        ("hf://wmt14#de-en", HubAddress("wmt14", None, "de-en")),
    ],
)
def test_paths(path: str, parsed: HubAddress) -> None:
    assert HubAddress.parse_data(path) == parsed


@pytest.mark.parametrize("path", ["hf://", "hf://a/b/c", "hf://../x/y", "hf://user/na me"])
def test_other_forms_are_refused(path: str) -> None:
    with refused("hub.bad-address", "hf://user/name"):
        HubAddress.parse_data(path)


def unreachable() -> NoReturn:
    raise OSError("Name or service not known")


def test_without_a_network_it_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub, "get_session", unreachable)
    start = time.monotonic()
    with pytest.raises(DataError) as error:
        hub_data.load_hub("hf://user/name")
    assert time.monotonic() - start < 5
    assert "hf://user/name: the hub cannot be reached, and this data set is not in the local cache." in str(error.value)
    assert "--set data.path=FOLDER" in str(error.value)
    assert not datasets.config.HF_HUB_OFFLINE


def test_a_local_folder_of_the_same_name_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "user" / "name").mkdir(parents=True)
    (tmp_path / "user" / "name" / "train.csv").write_text("en,de\none,eins\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        hub_data.load_hub("hf://user/name")
    assert caught.value.code == "hub.unreachable"


@pytest.mark.parametrize("path", ["user/name", "./nowhere", "hf:/user/name", "bundled://nowhere"])
def test_a_wrong_local_path_never_looks_on_the_network(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> NoReturn:
        raise AssertionError("went to the hub")

    monkeypatch.setattr(hub_data, "load_hub", never)
    monkeypatch.setattr(datasets, "load_dataset", never)
    with pytest.raises(DataError) as caught:
        read_split(DataConfig(path=path), "train")
    assert caught.value.code == "data.no-such-file"


def test_a_folder_that_cannot_be_loaded(tmp_path: Path) -> None:
    with refused("hub.data-unavailable", "hf://user/name:"):
        hub_data.load(str(tmp_path), None, None, called="hf://user/name")


def test_a_configuration_that_must_be_named(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "---\nconfigs:\n- config_name: de-en\n  data_files: a.csv\n- config_name: fr-en\n  data_files: b.csv\n---\n"
    )
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("en,de\none,eins\n")
    with pytest.raises(DataError) as error:
        hub_data.load(str(tmp_path), None, None, called="hf://user/name@v1")
    assert "de-en" in str(error.value)
    assert "Name one: hf://user/name@v1#CONFIGURATION" in str(error.value)
    assert list(hub_data.load(str(tmp_path), None, "fr-en", called="hf://user/name")) == ["train"]
