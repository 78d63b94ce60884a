"""Shortlists in a model folder: learnt where the training data are, listed, checked; and what is said otherwise."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import tiny
from support.refused import refused

import seq2seq
from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.data.preparing.prepare import prepare
from seq2seq.errors import ConfigError, DataError
from seq2seq.export.export import export
from seq2seq.inference.engines.onnx.searcher import OnnxSearcher
from seq2seq.inference.engines.onnx.shortlist import open_shortlist
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.layout import SHORTLIST, model_files
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.special import EOS, UNK

NAMES = ("step", "greedy", "beam", "sampling")
NETWORKS = [f"onnx/{name}.shortlist.onnx" for name in NAMES]
INTEGERS = [f"onnx/{name}.shortlist.int8.onnx" for name in NAMES]
LOOSE = 10.0
"""Random weights are never sure: their drift says nothing."""


def made(folder: Path) -> Path:
    """A model of random weights, beside the data that its tokenizer was learnt from: all of it stands in targets."""
    pairs = [*zip(tiny.SOURCES, tiny.TARGETS, strict=True), *zip(tiny.TARGETS, tiny.SOURCES, strict=True)]
    rows = "".join(f"{source}\t{target}\n" for source, target in pairs)
    for name in ("train", "dev"):
        (folder / f"{name}.tsv").write_text(rows, "utf-8")
    data = DataConfig(train=str(folder / "train.tsv"), dev=str(folder / "dev.tsv"))
    recipe = tiny.recipe().model_copy(update={"data": data})
    tokenizers = prepare(data, recipe.tokenizer, seed=recipe.training.seed).tokenizers
    save_folder(
        folder / "model", model=tiny.random_model(recipe, tokenizers), tokenizers=tokenizers, recipe=recipe, name="tiny"
    )
    return folder / "model"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = made(tmp_path)
    export(path, max_drift=LOOSE, shortlist=True)
    return path


def test_it_is_written_and_listed(folder: Path) -> None:
    listed = Description.read(folder / "config.json").files
    assert {*NETWORKS, *INTEGERS, SHORTLIST} <= set(listed)
    assert {*NETWORKS, *INTEGERS, SHORTLIST} <= set(model_files(folder))
    description = Description.read(folder / "config.json")
    sizes = description.source_vocabulary, description.target_vocabulary
    for int8 in (False, True):
        lists = open_shortlist(folder, sizes, int8=int8).lists
        assert {UNK, EOS} <= set(lists.always)
    tokenizer = Translator.open(folder)[1].tokenizers.target
    written = {token for target in tokenizer.encode_batch(tiny.TARGETS) for token in target}
    assert written <= set(np.flatnonzero(lists.allowed([[]])[0]))  # so few are all frequent


def test_it_is_written_if_it_is_wanted(tmp_path: Path) -> None:
    path = made(tmp_path)
    with_lists = set(export(path, int8=False, shortlist=True).sizes)
    without = export(path, int8=False).sizes.keys()
    assert with_lists == {*without, *NETWORKS, SHORTLIST}
    assert sorted(f"onnx/{file.name}" for file in (path / "onnx").iterdir()) == sorted(without)


def test_where_there_are_no_training_data(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    with pytest.raises(DataError) as caught:
        export(path, int8=False, shortlist=True)
    assert caught.value.code == "export.no-data"
    assert "nowhere" in str(caught.value)


def test_other_data_than_those_of_training(tmp_path: Path) -> None:
    path = made(tmp_path)
    (tmp_path / "train.tsv").write_text("another text\tein anderer Text\n" * 3, "utf-8")
    with refused("export.no-data", "train.tsv: "):
        export(path, int8=False, shortlist=True)


def test_only_translations_have_one(tmp_path: Path) -> None:
    for path in (tiny.save_classifier(tmp_path / "labels"), tiny.save_generator(tmp_path / "tunes")):
        with pytest.raises(ConfigError) as caught:
            export(path, int8=False, shortlist=True)
        assert caught.value.code == "export.shortlist"
        with pytest.raises(ConfigError) as caught:
            open_pipeline(path, shortlist=True)
        assert caught.value.code == "inference.shortlist"


# ------------------------------------------------------------------------------------------------------- running it


def test_all_tokens_of_the_training_data_are_as_good_as_all(folder: Path) -> None:
    """So small a vocabulary is frequent as a whole; the special tokens alone are not in the sums of probabilities."""
    for engine in ("onnx", "onnx-int8"):
        whole, listed = (Translator.open(folder, engine=engine, shortlist=on)[1] for on in (False, True))
        assert listed.translate(tiny.SOURCES, beam=1) == whole.translate(tiny.SOURCES, beam=1)


@pytest.mark.parametrize("beam", [1, 3])
def test_a_search_in_a_graph_gives_the_text_of_one_in_python(folder: Path, beam: int) -> None:
    found = Translator.open(folder, engine="onnx", shortlist=True)[1]
    assert isinstance(found.stepper, OnnxSearcher)
    assert found.stepper.whole_search(DecodingConfig(beam=beam), sources=1, attention=False) is not None
    in_python = replace(found, stepper=found.stepper.stepper)
    assert found.translate(tiny.SOURCES, beam=beam) == in_python.translate(tiny.SOURCES, beam=beam)


@pytest.mark.parametrize("name", NAMES)
def test_a_network_that_is_over_no_shortlist(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads((folder / "config.json").read_text("utf-8"))
    del content["checksum"]
    (folder / "config.json").write_text(json.dumps({**content, "files": {}}), "utf-8")
    uses = {
        "step": DecodingConfig(no_repeat_ngram=2),
        "greedy": DecodingConfig(beam=1),
        "beam": DecodingConfig(),
        "sampling": DecodingConfig(method="sample"),
    }
    whole = Translator.open(folder, engine="onnx", shortlist=True)[1]
    stepping = replace(whole, stepper=whole.stepper.stepper)  # type: ignore[attr-defined]
    expected = stepping.translate_nbest(["the dog"], uses[name])
    (folder / f"onnx/{name}.shortlist.onnx").write_bytes((folder / f"onnx/{name}.onnx").read_bytes())
    translator = Translator.open(folder, engine="onnx", shortlist=True)[1]
    with refused("model.mixed-networks", f"/onnx/{name}.shortlist.onnx: "):
        translator.translate_nbest(["the dog"], uses[name])

    # a search has single steps over the same shortlist; for these there is nothing
    automatic = Translator.open(folder, device="cpu", shortlist=True)[1]
    if name == "step":
        with refused("model.mixed-networks"):
            automatic.translate_nbest(["the dog"], uses[name])
    else:
        assert automatic.translate_nbest(["the dog"], uses[name]) == expected
        assert capsys.readouterr().err.count("warning: ") == 1


def test_load_takes_it(folder: Path) -> None:
    pipeline = seq2seq.load(folder, device="cpu", shortlist=True)
    assert isinstance(pipeline, Translator)
    assert pipeline.stepper.start([[5]]).selection is not None
    plain = seq2seq.load(folder, device="cpu")
    assert isinstance(plain, Translator)
    assert plain.stepper.start([[5]]).selection is None


def test_torch_has_none(folder: Path, tmp_path: Path) -> None:
    with refused("inference.shortlist", "--engine onnx"):
        open_pipeline(folder, engine="torch", shortlist=True)
    plain = tiny.save(tmp_path / "plain")
    with refused("inference.shortlist", f"seq2seq export {plain}"):
        open_pipeline(plain, shortlist=True)


def test_an_export_without_one(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    with refused("model.not-exported", "onnx/encoder.onnx"):
        open_pipeline(path, engine="onnx", shortlist=True)
    export(path, int8=False)
    with refused("model.no-shortlist", str(path / SHORTLIST), f"seq2seq export --shortlist {path}"):
        open_pipeline(path, device="cpu", shortlist=True)


@pytest.mark.parametrize("name", [SHORTLIST, *NETWORKS])
def test_damage_is_noticed(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with refused("model.damaged", f"{name}: ", "SHA-256"):
        open_pipeline(folder, engine="onnx", shortlist=True)
    open_pipeline(folder, engine="onnx")
