"""Test sets by sacrebleu's names: found in its folder, or said where to put."""

from pathlib import Path
from urllib.error import URLError

import pytest
from sacrebleu.dataset import DATASETS
from support.refused import refused

from seq2seq.scoring.test_sets import read_test_set


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is downloaded."""

    def fail(*_: object) -> None:
        raise URLError("no network")

    for name in ("wmt14", "wmt14/full", "wmt20/tworefs", "wmt22"):
        monkeypatch.setattr(DATASETS[name], "_outdir", str(tmp_path / name))
        monkeypatch.setattr(DATASETS[name], "maybe_download", fail)
    return tmp_path


def put(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize(("name", "called"), [("wmt14", "wmt14"), ("wmt14/full", "wmt14_full"), ("wmt22", "wmt22")])
def test_the_advice_works_when_it_is_followed(folder: Path, name: str, called: str) -> None:
    files = [folder / name / f"{called}.en-de.{side}" for side in ("src", "ref")]
    with refused("test-set.not-here", *map(str, files)):
        read_test_set(f"{name}/en-de")
    put(files[0], "the dog", "the cat")
    put(files[1], "der Hund", "die Katze")
    assert read_test_set(f"{name}/en-de") == (
        f"{name}/en-de", ["the dog", "the cat"], [["der Hund", "die Katze"]],
    )  # fmt: skip
    assert read_test_set(name, "en-de")[0] == f"{name}/en-de"


@pytest.mark.usefixtures("folder")
def test_all_references_of_a_set_are_read() -> None:
    dataset = DATASETS["wmt20/tworefs"]
    source, *references = fields = [field for field in dataset.fieldnames("de-en") if field[:3] in ("src", "ref")]
    assert len(references) == 2
    for field in fields:
        put(Path(dataset._get_txt_file_path("de-en", field)), field)
    assert read_test_set("wmt20/tworefs/de-en")[1:] == ([source], [[reference] for reference in references])


def test_names_that_are_not_there() -> None:
    with refused("test-set.unknown", "wmt41", "Did you mean 'wmt"):
        read_test_set("wmt41/en-de")
    with refused("test-set.languages", "en-xx", "en-de"):
        read_test_set("wmt14/en-xx")
    with refused("test-set.languages", "cs-en"):
        read_test_set("wmt14")
