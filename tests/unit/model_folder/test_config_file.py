"""What running a model takes from ``config.json`` is what its validated description says."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import synthesis, tiny
from support.refused import refused

from seq2seq.config.data import DataConfig, SourceConfig
from seq2seq.model_folder.config_file import CHECKSUM, ConfigFile, checksum
from seq2seq.model_folder.inference_config import InferenceConfig
from seq2seq.model_folder.read import read_folder
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.text.protection import Protection

SAVE: dict[str, Callable[[Path], Path]] = {
    "translation": tiny.save,
    "classification": tiny.save_classifier,
    "generation": tiny.save_generator,
    "synthesis": synthesis.save,
    "forecasting": tiny.save_forecaster,
}


def change(folder: Path, edit: Callable[[dict], None], *, sealed: bool = True) -> ConfigFile:
    """Edit a description, with the checksum of the new contents or without one."""
    file = folder / "config.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    del content[CHECKSUM]
    edit(content)
    seal = {CHECKSUM: checksum(content)} if sealed else {}
    file.write_text(json.dumps({**content, **seal}), encoding="utf-8")
    return ConfigFile.read(file)


@pytest.mark.parametrize("task", SAVE)
def test_what_is_read_as_it_stands_is_what_was_validated(task: str, tmp_path: Path) -> None:
    folder = SAVE[task](tmp_path / "model")
    config = ConfigFile.read(folder / "config.json")
    found = config.inference
    assert config.trusted
    assert "description" not in vars(config), "nothing has been validated"
    assert found == InferenceConfig.of(config.description.to_dict())
    assert (found.task, found.writes_numbers) == (
        config.description.recipe.task,
        config.description.recipe.sides.target.numeric,
    )


def test_settings_become_what_the_pipeline_needs(tmp_path: Path) -> None:
    of = DataConfig(
        sources=(
            SourceConfig(path="a", languages=("en", "de"), tags=("formal",)),
            SourceConfig(path="b", languages=("en", "fr"), swap=True),
        ),
        protect=("html",),
    )

    def edit(content: dict) -> None:
        content["recipe"]["data"] |= of.model_dump(mode="json", include={"sources", "protect"})
        content["data"] = {"longest_source": 17}

    folder = tiny.save(tmp_path / "model")
    write_measured(
        folder,
        {
            "confidence": {"bias": 0.5, "weights": [1, 2, 3], "good": 50, "auroc": 0.9, "gap": 0.01},
            "calibration": {"temperature": 2.5},
            "intervals": {"factors": [1.5, 2.0], "forecasts": 3},
            "channels": {"correlations": [[1, 0.5], [0.5, 1]]},
        },
    )
    found = change(folder, edit).inference
    assert found.tags == ("<2de>", "<2fr>", "<:formal>")
    assert found.protection == Protection.of(("html",), (), ())
    assert found.longest == 17
    assert found.confidence == (0.5, (1, 2, 3))
    assert found.temperature == 2.5
    assert found.interval_factors == (1.5, 2.0)
    assert found.correlations == ((1, 0.5), (0.5, 1))


def test_what_a_person_edited_is_validated(tmp_path: Path) -> None:
    def edit(content: dict) -> None:
        content["recipe"]["decoding"]["beam"] = 0

    folder = tiny.save(tmp_path / "model")
    assert not change(folder, edit, sealed=False).trusted
    with refused("model.invalid", "recipe.translation.decoding.beam"):
        read_folder(folder, lambda read: read)


def test_what_a_later_version_wrote_is_validated(tmp_path: Path) -> None:
    """It may have settings that change what a model does, and that this version does not know."""

    def edit(content: dict) -> None:
        content["recipe"]["data"]["transliterate"] = True
        content["versions"]["seq2seq"] = "999.1"

    folder = tiny.save(tmp_path / "model")
    assert not change(folder, edit).trusted
    with refused("model.invalid", "recipe.translation.data.transliterate"):
        read_folder(folder, lambda read: read)


@pytest.mark.parametrize("versions", [{}, [], None, {"seq2seq": None}])
def test_what_says_no_version_is_validated(versions: object, tmp_path: Path) -> None:
    assert not change(tiny.save(tmp_path / "model"), lambda content: content.update(versions=versions)).trusted


@pytest.mark.parametrize("section", ["recipe", "measured", "data", "labels"])
def test_what_another_program_sealed_is_validated_where_it_makes_no_sense(section: str, tmp_path: Path) -> None:
    config = change(tiny.save(tmp_path / "model"), lambda content: content.update({section: 1}))
    assert config.trusted
    with refused("model.invalid", section):
        _ = config.inference


def test_a_setting_that_an_earlier_version_did_not_know_has_its_default(tmp_path: Path) -> None:
    def edit(content: dict) -> None:
        del content["recipe"]["data"]["protect"], content["recipe"]["decoding"]["top_p"]

    folder = tiny.save(tmp_path / "model")
    before = ConfigFile.read(folder / "config.json").inference
    config = change(folder, edit)
    assert config.trusted
    assert config.inference == before


def test_a_model_of_the_hub_is_validated(tmp_path: Path) -> None:
    """Its checksum says that nothing was damaged on the way, and not who wrote it."""
    folder = tiny.save(tmp_path / "models--someone--name" / "snapshots" / "1234")
    assert not ConfigFile.read(folder / "config.json").trusted


def test_the_default_is_that_of_the_task(tmp_path: Path) -> None:
    def edit(content: dict) -> None:
        del content["recipe"]["decoding"]["method"]

    search = change(tiny.save_generator(tmp_path / "model"), edit).inference.search
    assert search is not None
    assert search.method == "sample"
