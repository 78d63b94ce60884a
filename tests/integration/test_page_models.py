"""Models in JavaScript, with the engine of browsers, answer as they do in Python."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import exported, onnx_web, tiny

import seq2seq
from seq2seq.config.decoding import GenerationConfig
from seq2seq.export.onnx import storage
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.onnx.sessions import make_session
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.generator import Generator
from seq2seq.inference.translator import Translator
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.beam import beam_search
from seq2seq.search.decode import max_lengths
from seq2seq.special import EOS

TEXTS = [*tiny.SOURCES, "", "  ", "xylophone ☃ dog", "the " * 10]
LONG = "dog " * 300
SAMPLING = GenerationConfig(max_length_ratio=2.0, max_length_extra=30, top_k=12, top_p=0.9)
_OTHERS: list[dict[str, float]] = [{}, {"seed": 5, "number": 3}, {"seed": 2**40, "temperature": 0.3}]
SETTINGS: dict[str, list[tuple[list[str], dict[str, float]]]] = {
    "generation-True": [(tags, others) for tags in ([], ["K:D"], ["M:6/8", "K:G"]) for others in _OTHERS],
    "generation-False": [([], others) for others in _OTHERS],
}
"""Tags and settings of texts, by page."""
BEAMS = {False: (1, 3), True: (1, 5)}
"""By whether weights are rounded: those of the pages."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models, and their pages."""
    home = tmp_path_factory.mktemp("pages")
    for beam in BEAMS[False]:
        tiny.save(home / f"model-{beam}", joint=beam == 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "_SMALLEST", 100)  # matrices are small here
        for rounded, beams in BEAMS.items():
            for beam in beams:
                model = home / f"model-{1 if rounded else beam}"
                onnx_web.make_page(home / f"translation-{rounded}-{beam}", model, int8=rounded, beam=beam)
    for tags in (True, False):
        model = tiny.save_generator(home / f"tunes-{tags}", tags=tags, decoding=SAMPLING)
        onnx_web.make_page(home / f"generation-{tags}", model)
    for temperature in (None, 2.5):
        model = tiny.save_classifier(home / f"labels-{temperature}", temperature=temperature)
        onnx_web.make_page(home / f"classification-{temperature}", model)
    return home


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, list[Any]]:
    """The answers of all pages, by name."""
    pages = [path for path in folder.iterdir() if (path / "model" / "model.json").is_file()]
    given: list[dict[str, Any]] = [
        {"page": page, **({"settings": SETTINGS[page.name]} if page.name in SETTINGS else {"texts": TEXTS})}
        for page in pages
    ]
    long = {"page": folder / "translation-False-1", "texts": [LONG, LONG[:1000]]}
    return dict(zip([*(page.name for page in pages), "long"], onnx_web.answers(*given, long), strict=True))


@pytest.mark.parametrize("beam", BEAMS[False])
def test_it_translates_as_in_python(folder: Path, found: dict[str, list[Any]], beam: int) -> None:
    python = seq2seq.load(folder / f"model-{beam}", engine="torch")
    assert isinstance(python, Translator)
    config = python.decoding.model_copy(update={"beam": beam})
    expected = [best for best, *_ in python.translate_nbest(TEXTS, config)]
    assert len({best.text for best in expected}) > len(tiny.SOURCES) / 2
    answers = found[f"translation-False-{beam}"]
    assert [answer["text"] for answer in answers] == [best.text for best in expected]
    assert [answer["ended"] for answer in answers] == [best.finished for best in expected]
    assert {best.finished for best in expected} == {True, False}
    unknown = python.tokenizers.source.unknown
    assert [answer["unknown"] for answer in answers] == [unknown(text) for text in TEXTS]


def test_with_rounded_weights_it_writes_what_its_graph_writes_in_python(
    folder: Path, found: dict[str, list[Any]]
) -> None:
    graph = folder / "translation-True-1" / "model" / "model.onnx"
    session = make_session(graph.read_bytes(), threads=1, where="model.onnx")
    decoding = tiny.recipe().decoding
    both = tiny.tokenizers()
    for answer, source in zip(found["translation-True-1"], both.source.encode_batch(tiny.SOURCES), strict=False):
        (limit,) = max_lengths([source], decoding)
        inputs = {
            "source": np.array([[*source, EOS]]),
            "trips": np.array([limit + 1]),
            "min_length": np.array([decoding.min_length]),
        }
        (tokens,) = session.run(["tokens"], inputs)
        assert answer["text"] == both.target.decode(tokens[:limit, 0].tolist())


def test_a_wide_beam_computes_in_integers_as_in_python(folder: Path, found: dict[str, list[Any]]) -> None:
    model = load_folder(folder / "model-1").model
    assert isinstance(model, Seq2Seq)
    config = tiny.recipe().decoding.model_copy(update={"beam": 5})
    both = tiny.tokenizers()
    sources = both.source.encode_batch(tiny.SOURCES)
    stepper = exported.exported(model, int8=True)
    outputs = beam_search(stepper, sources, max_lengths(sources, config), config, attention=False)
    texts = [answer["text"] for answer in found["translation-True-5"][: len(sources)]]
    assert texts == [both.target.decode(best.tokens) for best, *_ in outputs]


def test_a_long_source_is_cut(found: dict[str, list[Any]]) -> None:
    whole, same = found["long"]
    assert (whole["cut"], same["cut"]) == (True, False)
    assert whole["text"] == same["text"]


@pytest.mark.parametrize("temperature", [None, 2.5])
def test_it_classifies_as_in_python(folder: Path, found: dict[str, list[Any]], temperature: float | None) -> None:
    python = seq2seq.load(folder / f"labels-{temperature}", engine="torch")
    assert isinstance(python, TextClassifier)
    for answer, expected in zip(found[f"classification-{temperature}"], python.classify(TEXTS), strict=True):
        assert [label for label, _ in answer["labels"][:1]] == [expected.label] * bool(expected.label)
        probabilities = dict(answer["labels"])
        assert probabilities.keys() == dict(expected.probabilities).keys()
        for label, probability in expected.probabilities:
            assert math.isclose(probabilities[label], probability, abs_tol=1e-6)


@pytest.mark.parametrize("tags", [True, False])
def test_it_generates_as_in_python(folder: Path, found: dict[str, list[Any]], tags: bool) -> None:
    python = seq2seq.load(folder / f"tunes-{tags}", engine="torch")
    assert isinstance(python, Generator)
    answers = found[f"generation-{tags}"]
    for answer, (given, changes) in zip(answers, SETTINGS[f"generation-{tags}"], strict=True):
        settings = dict(changes)
        start = int(settings.pop("number", 0))
        config = SAMPLING.model_copy(update=settings)
        (expected,) = python.generate([" ".join(given)], config, start=start)
        assert answer["text"] == expected.text
        assert answer["ended"] == (expected.note is None)
