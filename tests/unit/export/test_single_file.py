"""One file with all inside gives what the package gives, says what it is, and is refused where it would not."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from support import tiny
from support.exported import opened as plain
from support.extensions import answers, opened

import seq2seq
from seq2seq.config.decoding import DecodingConfig, GenerationConfig
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.errors import ConfigError, ModelError
from seq2seq.export.export import export
from seq2seq.export.single_file import export_single
from seq2seq.model_folder.layout import digests
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.version import VERSION

TEXTS = [*tiny.SOURCES, "", "  ", "\u3000\x1c", "the\u2581dog", "Ünbekannt ☃ the dog", "x" * 90, "<s> </s> <0x41>"]
LOOSE = 10.0
"""Random weights are never sure: their drift says nothing."""
CLOSE = 1e-4


@pytest.mark.parametrize("joint", [True, False])
@pytest.mark.parametrize("beam", [1, None, 5])
def test_texts_are_translated_as_by_the_package(tmp_path: Path, joint: bool, beam: int | None) -> None:
    folder = tiny.save(tmp_path / "model", joint=joint)
    export_single(folder, tmp_path / "model.onnx", beam=beam)
    translator = seq2seq.load(folder, engine="torch")
    found = answers(opened(tmp_path / "model.onnx"), TEXTS)
    config = translator.decoding if beam is None else translator.decoding.model_copy(update={"beam": beam})
    expected = [best for best, *_ in translator.translate_nbest(TEXTS, config)]
    assert found["translation"] == [best.text for best in expected]
    assert found["score"] == pytest.approx([best.score for best in expected], abs=CLOSE)


@pytest.mark.parametrize("beam", [1, 4])
def test_eight_bit_files_give_what_eight_bit_networks_give(tmp_path: Path, beam: int) -> None:
    folder = tiny.save(tmp_path / "model")
    done = export_single(folder, tmp_path / "model.onnx", beam=beam, int8=True, calibrate=tiny.SOURCES, max_drift=LOOSE)
    assert done.drift is not None
    export(folder, calibrate=tiny.SOURCES, max_drift=LOOSE)
    translator = seq2seq.load(folder, engine="onnx-int8")
    assert answers(opened(done.path), TEXTS)["translation"] == translator.translate(TEXTS, beam=beam)


def test_token_ids_need_no_operators_for_strings(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    export_single(folder, tmp_path / "ids.onnx", token_ids=True)
    translator = seq2seq.load(folder, engine="torch")
    sources = translator.tokenizers.source.encode_batch(tiny.SOURCES)
    ids = np.zeros((len(sources), max(map(len, sources))), dtype=np.int64)
    for row, source in enumerate(sources):
        ids[row, : len(source)] = source
    session = plain(onnx.load(tmp_path / "ids.onnx"))
    found, _ = session.run(["translation_ids", "score"], {"ids": ids})
    assert [translator.tokenizers.target.decode(row) for row in found.tolist()] == translator.translate(tiny.SOURCES)


@pytest.mark.parametrize("temperature", [None, 2.5])
def test_texts_are_classified_as_by_the_package(tmp_path: Path, temperature: float | None) -> None:
    folder = tiny.save_classifier(tmp_path / "model", temperature=temperature)
    export_single(folder, tmp_path / "labels.onnx")
    found = answers(opened(tmp_path / "labels.onnx"), TEXTS)
    classifier = seq2seq.load(folder, engine="torch")
    for label, probabilities, expected in zip(*found.values(), classifier.classify(TEXTS), strict=True):
        assert label == expected.label
        of_it = [share for _, share in expected.probabilities] or [0.0] * len(tiny.LABELS)
        assert probabilities == pytest.approx(of_it, abs=CLOSE)


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    export_single(folder, tmp_path / "model.onnx", beam=2)
    facts = metadata(tmp_path / "model.onnx")
    assert facts["task"] == "translation"
    assert facts["precision"] == "float32"
    assert facts["seq2seq_version"] == VERSION
    assert json.loads(facts["digests"]) == digests(folder)
    assert json.loads(facts["decoding"])["beam"] == 2
    labels = tiny.save_classifier(tmp_path / "labels")
    export_single(labels, tmp_path / "labels.onnx", int8=True, calibrate=tiny.SOURCES, max_drift=LOOSE)
    facts = metadata(tmp_path / "labels.onnx")
    assert json.loads(facts["labels"]) == list(tiny.LABELS)
    assert facts["precision"] == "int8"
    assert json.loads(facts["drift"])["compared"] > 0


def metadata(file: Path) -> dict[str, str]:
    return dict(opened(file).get_modelmeta().custom_metadata_map)


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    for name in ("one.onnx", "two.onnx"):
        export_single(folder, tmp_path / name)
    assert (tmp_path / "one.onnx").read_bytes() == (tmp_path / "two.onnx").read_bytes()


def test_what_drifts_too_far_is_not_written(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    with pytest.raises(ModelError) as caught:
        export_single(folder, tmp_path / "model.onnx", int8=True, calibrate=tiny.SOURCES, max_drift=0.0)
    assert caught.value.code == "export.drift"
    assert not (tmp_path / "model.onnx").exists()


DATA: dict[str, Any] = {"path": "nowhere"}
TWO = ({"path": "a", "languages": ("en", "de")}, {"path": "b", "languages": ("en", "fr")})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"data": DATA | {"protect": ("html",)}}, "data.protect"),
        ({"data": {"sources": TWO}}, "de, fr"),
        ({"decoding": DecodingConfig(no_repeat_ngram=3)}, "decoding.no_repeat_ngram"),
        ({"decoding": DecodingConfig(allow_unknown=True)}, "decoding.allow_unknown"),
    ],
)
def test_what_only_python_does_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    of = tiny.recipe()
    recipe = TranslationRecipe.model_validate({**of.model_dump(), **changes})
    save_folder(
        tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=recipe, name="tiny", data={}
    )
    with pytest.raises(ConfigError) as caught:
        export_single(tmp_path / "model", tmp_path / "model.onnx")
    assert caught.value.code == "export.needs-python"
    assert named in str(caught.value)


@pytest.mark.parametrize("tags", [True, False])
@pytest.mark.parametrize("settings", [{}, {"top_k": 5, "temperature": 0.7}, {"top_p": 0.8, "min_length": 6}])
def test_texts_are_generated_as_by_the_package(tmp_path: Path, tags: bool, settings: dict[str, Any]) -> None:
    decoding = GenerationConfig(max_length_extra=30, seed=7, **settings)
    folder = tiny.save_generator(tmp_path / "model", tags=tags, decoding=decoding)
    export_single(folder, tmp_path / "tunes.onnx")
    given = ["", "K:D", "M:6/8 K:G", "K:D"] if tags else [""] * 4
    random = np.stack([np.random.default_rng((7, number)).random(31) for number in range(len(given))])
    found = opened(tmp_path / "tunes.onnx").run(["text"], {"tags": np.array(given, dtype=object), "random": random})
    expected = [one.text for one in seq2seq.load(folder, engine="torch").generate(given)]
    assert found[0].tolist() == expected
    assert len(set(expected)) > 1  # else this shows nothing


def test_random_numbers_limit_a_text(tmp_path: Path) -> None:
    folder = tiny.save_generator(tmp_path / "model", decoding=GenerationConfig(max_length_extra=30, min_length=30))
    export_single(folder, tmp_path / "tunes.onnx", token_ids=True)
    session = plain(onnx.load(tmp_path / "tunes.onnx"))
    for length in (2, 9, 31, 40):
        inputs = {"ids": np.array([[4], [5]]), "random": np.random.default_rng(1).random((2, length))}
        (found,) = session.run(["text_ids"], inputs)
        assert (found > 0).sum(axis=1).tolist() == [min(length - 1, 30)] * 2


@pytest.mark.parametrize("beam", [1, 4])
def test_generators_search_on_request(tmp_path: Path, beam: int) -> None:
    folder = tiny.save_generator(tmp_path / "model")
    export_single(folder, tmp_path / "tunes.onnx", beam=beam)
    given = ["", "K:D", "M:6/8 K:G"]
    found = opened(tmp_path / "tunes.onnx").run(["text"], {"tags": np.array(given, dtype=object)})
    generator = seq2seq.load(folder, engine="torch")
    config = generator.decoding.model_copy(update={"method": "beam", "beam": beam})
    assert found[0].tolist() == [one.text for one in generator.generate(given, config)]


def test_the_best_of_several_samples_is_for_python(tmp_path: Path) -> None:
    folder = tiny.save_generator(tmp_path / "model", decoding=GenerationConfig(nbest=3))
    with pytest.raises(ConfigError) as caught:
        export_single(folder, tmp_path / "model.onnx")
    assert caught.value.code == "export.needs-python"
    assert "decoding.nbest" in str(caught.value)


def test_a_recipe_that_samples_translates(tmp_path: Path) -> None:
    of = tiny.recipe()
    sampling = of.decoding.model_copy(update={"method": "sample", "seed": 5, "nbest": 1})
    recipe, model, tokenizers = of.model_copy(update={"decoding": sampling}), tiny.model(of), tiny.tokenizers()
    save_folder(tmp_path / "model", model=model, tokenizers=tokenizers, recipe=recipe, name="tiny", data={})
    export_single(tmp_path / "model", tmp_path / "model.onnx")
    random = np.stack([np.random.default_rng((5, number)).random(200) for number in range(len(TEXTS))])
    inputs = {"text": np.array(TEXTS, dtype=object), "random": random}
    found, scores = opened(tmp_path / "model.onnx").run(["translation", "score"], inputs)
    expected = [best for best, *_ in seq2seq.load(tmp_path / "model", engine="torch").translate_nbest(TEXTS)]
    assert found.tolist() == [best.text for best in expected]
    assert scores.tolist() == pytest.approx([best.score for best in expected], abs=CLOSE)


def test_a_recipe_that_samples_is_searched_on_request(tmp_path: Path) -> None:
    of = tiny.recipe()
    recipe = of.model_copy(update={"decoding": DecodingConfig(method="sample")})
    model, tokenizers = tiny.model(of), tiny.tokenizers()
    save_folder(tmp_path / "model", model=model, tokenizers=tokenizers, recipe=recipe, name="tiny", data={})
    export_single(tmp_path / "model", tmp_path / "model.onnx", beam=3)
    translator = seq2seq.load(tmp_path / "model", engine="torch")
    expected = translator.translate(tiny.SOURCES, beam=3)
    assert answers(opened(tmp_path / "model.onnx"), list(tiny.SOURCES))["translation"] == expected
