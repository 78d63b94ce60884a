"""What the page is given of a model, by task; and what it refuses."""

from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto
from support import tiny
from support.refused import refused

from seq2seq.config.decoding import DecodingConfig, GenerationConfig
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.export.onnx import storage
from seq2seq.export.web.model import page_model
from seq2seq.inference.engines.torch.load import LoadedModel, load_folder
from seq2seq.model_folder.writing.save import save_folder


def saved(path: Path, **changes: Any) -> LoadedModel:
    """A model folder whose recipe has other settings."""
    of = TranslationRecipe.model_validate({**tiny.recipe().model_dump(), **changes})
    save_folder(path, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, name="tiny")
    return load_folder(path)


def test_a_translator(tmp_path: Path) -> None:
    loaded = load_folder(tiny.save(tmp_path / "model"))
    page = page_model(loaded, int8=True)
    assert page.description == {
        "task": "translation",
        "name": "tiny",
        "license": None,
        "languages": {"source": ""},
        "directions": [{"language": "", "tag": ""}],
        "graph": "model.onnx",
        "tokenizers": {"source": "tokenizer.model", "target": "tokenizer.model"},
        "decoding": {
            "beam": 3,
            "length_penalty": "average",
            "alpha": 1.0,
            "max_length_ratio": 1.0,
            "max_length_extra": 3,
            "min_length": 1,
        },
    }
    assert set(page.files) == {"model.onnx", "tokenizer.model"}
    assert page.files["tokenizer.model"] == loaded.tokenizers.source.to_bytes()


@pytest.mark.parametrize(
    ("beam", "graph", "integers"),
    [(None, "beam_one", False), (1, "greedy_one", False), (3, "beam_one", False), (4, "beam_one", True)],
)
def test_the_search_has_the_graph_of_its_beam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beam: int | None, graph: str, integers: bool
) -> None:
    """Weights are integers on disk, and in products where these are faster."""
    monkeypatch.setattr(storage, "_SMALLEST", 100)
    loaded = load_folder(tiny.save(tmp_path / "model"))
    made = {int8: page_model(loaded, int8=int8, beam=beam).files["model.onnx"] for int8 in (False, True)}
    exact, rounded = (onnx.load_from_string(content).graph for content in made.values())
    assert [exact.name, rounded.name] == [graph, graph]
    assert len(made[True]) < len(made[False])
    kinds = {tensor.data_type for tensor in exact.initializer}
    assert TensorProto.INT8 not in kinds
    assert TensorProto.INT8 in {tensor.data_type for tensor in rounded.initializer}
    body = next(node for node in rounded.node if node.op_type == "Loop").attribute[0].g
    assert ("MatMulIntegerToFloat" in {node.op_type for node in body.node}) == integers


def test_a_vocabulary_for_each_side(tmp_path: Path) -> None:
    loaded = load_folder(tiny.save(tmp_path / "model", joint=False))
    page = page_model(loaded, int8=False)
    assert page.description["tokenizers"] == {"source": "source.model", "target": "target.model"}
    assert page.files["source.model"] == loaded.tokenizers.source.to_bytes()
    assert page.files["target.model"] == loaded.tokenizers.target.to_bytes()


def test_a_classifier(tmp_path: Path) -> None:
    loaded = load_folder(tiny.save_classifier(tmp_path / "model", temperature=1.5))
    page = page_model(loaded, int8=True)
    own = {name: page.description[name] for name in ("task", "labels", "temperature", "tokenizers")}
    assert own == {
        "task": "classification",
        "labels": list(tiny.LABELS),
        "temperature": 1.5,
        "tokenizers": {"source": "source.model"},
    }
    assert set(page.files) == {"model.onnx", "source.model"}


@pytest.mark.parametrize("tags", [True, False])
def test_a_generator(tmp_path: Path, tags: bool) -> None:
    decoding = GenerationConfig(temperature=0.65, top_k=20, max_length_extra=40, seed=9)
    loaded = load_folder(tiny.save_generator(tmp_path / "model", tags=tags, decoding=decoding))
    page = page_model(loaded, int8=True)
    own = {name: page.description[name] for name in ("task", "tags", "decoding", "tokenizers")}
    assert own == {
        "task": "generation",
        "tags": list(tiny.TAGS) if tags else [],
        "decoding": {
            "temperature": 0.65,
            "top_k": 20,
            "top_p": 1.0,
            "seed": 9,
            "max_length_ratio": 0.0,
            "max_length_extra": 40,
            "min_length": 1,
        },
        "tokenizers": {"target": "target.model"},
    }
    assert set(page.files) == {"model.onnx", "target.model"}


def test_a_generator_that_searches_is_refused(tmp_path: Path) -> None:
    decoding = GenerationConfig(method="beam")
    with refused("export.page-lacks", "decoding.method"):
        page_model(load_folder(tiny.save_generator(tmp_path / "model", decoding=decoding)), int8=False)


TWO_WAYS = {
    "sources": (
        {"path": "a", "languages": ("en", "de")},
        {"path": "b", "languages": ("de", "en"), "tags": ("formal",)},
    )
}


def test_the_directions_of_a_model_of_several(tmp_path: Path) -> None:
    loaded = saved(tmp_path / "model", data=TWO_WAYS)
    both = [{"language": "de", "tag": "<2de>"}, {"language": "en", "tag": "<2en>"}]
    assert page_model(loaded, int8=False).description["directions"] == both
    assert page_model(loaded, int8=False, to="en").description["directions"] == both[1:]
    with refused("inference.unknown-tag", "--to", "fr", "de, en"):
        page_model(loaded, int8=False, to="fr")


def test_languages_are_tags_that_browsers_read(tmp_path: Path) -> None:
    """BCP 47 has hyphens; the model's own token of a language stays as it is."""
    data = {**tiny.recipe().data.model_dump(), "languages": ("en_US", "zh_Hant_TW")}
    plain = page_model(saved(tmp_path / "one", data=data), int8=False).description
    assert plain["languages"] == {"source": "en-US"}
    assert plain["directions"] == [{"language": "zh-Hant-TW", "tag": ""}]
    sources = ({"path": "a", "languages": ("en_US", "de_DE")}, {"path": "b", "languages": ("de_DE", "en_US")})
    both = page_model(saved(tmp_path / "two", data={"sources": sources}), int8=False).description["directions"]
    assert both == [{"language": "de-DE", "tag": "<2de_DE>"}, {"language": "en-US", "tag": "<2en_US>"}]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"decoding": DecodingConfig(no_repeat_ngram=3).model_dump()}, "decoding.no_repeat_ngram"),
        ({"decoding": DecodingConfig(allow_unknown=True).model_dump()}, "decoding.allow_unknown"),
        ({"decoding": DecodingConfig(method="sample").model_dump()}, "decoding.method"),
    ],
)
def test_what_the_page_does_not_do_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    with refused("export.page-lacks", named):
        page_model(saved(tmp_path / "model", **changes), int8=False)
