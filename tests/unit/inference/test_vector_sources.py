"""Text from vectors: one model by every engine and search."""

from pathlib import Path

import numpy as np
import pytest
from support import curves

from seq2seq.config.decoding import DecodingConfig
from seq2seq.errors import ConfigError, DataError
from seq2seq.export.export import export
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.translator import Translator

SOURCES = [steps for steps, _ in curves.described(7, seed=5)]
ATTENTION = {"score": "general", "embeddings": True}
SHAPES: dict[str, dict[str, object]] = {
    "attention": {"attention": ATTENTION},
    "fixed": {"attention": None, "feed_context": True},
}
SEARCHES = {
    "greedy": DecodingConfig(beam=1),
    "beam": DecodingConfig(beam=4, nbest=3),
    "sampling": DecodingConfig(method="sample", nbest=2, seed=3),
    "steps": DecodingConfig(beam=3, no_repeat_ngram=2),  # which no graph of a whole search serves
}


@pytest.fixture(scope="module", params=SHAPES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = {"embedding": 6, "encoder": {"hidden": 5}, "decoder": {"hidden": 7}, **SHAPES[request.param]}
    saved = curves.save_text(tmp_path_factory.mktemp("model"), model=model)
    export(saved, max_drift=5)
    return saved


def loaded(folder: Path, engine: Engine = "torch") -> Translator:
    return Translator.load(folder, engine=engine)


@pytest.mark.parametrize("search", SEARCHES)
def test_engines_find_the_same(folder: Path, search: str) -> None:
    config = SEARCHES[search].model_copy(update={"max_length_ratio": 0.2, "max_length_extra": 4})
    for sources in (SOURCES, SOURCES[:1]):
        for alignments in (False, True):
            first, second = (
                loaded(folder, engine).translate_nbest(sources, config, alignments=alignments)
                for engine in ("torch", "onnx")
            )
            for one, other in zip(first, second, strict=True):
                assert [best.text for best in one] == [best.text for best in other]
                assert [best.score for best in one] == pytest.approx([best.score for best in other], abs=1e-4)
                assert [links(best.alignment) for best in one] == [links(best.alignment) for best in other]


def links(alignment: tuple[tuple[int, int, float], ...] | None) -> object:
    return alignment and [(one, other, pytest.approx(share, abs=1e-3)) for one, other, share in alignment]


def test_alignments_are_with_steps(folder: Path) -> None:
    translator = loaded(folder)
    for steps, (best, *_) in zip(SOURCES, translator.translate_nbest(SOURCES, alignments=True), strict=True):
        assert len(best.source_tokens) == len(steps)
        if best.alignment is not None:
            assert max(step for _, step, _ in best.alignment) < len(steps)  # vectors have no end of their own


def test_batches_change_nothing(folder: Path) -> None:
    for engine in ("torch", "onnx"):
        translator = loaded(folder, engine)
        together = translator.translate_nbest(SOURCES)
        alone = [translator.translate_nbest([steps])[0] for steps in SOURCES]
        for one, other in zip(together, alone, strict=True):
            assert one[0].text == other[0].text
            assert one[0].score == pytest.approx(other[0].score, abs=1e-5)


def test_the_score_of_an_output_is_what_score_gives(folder: Path) -> None:
    for engine in ("torch", "onnx"):
        translator = loaded(folder, engine)
        found = [best for best, *_ in translator.translate_nbest(SOURCES) if best.finished]
        wanted = [
            steps
            for steps, (best, *_) in zip(SOURCES, translator.translate_nbest(SOURCES), strict=True)
            if best.finished
        ]
        scores = translator.score(wanted, [best.text for best in found])
        assert scores == pytest.approx([best.log_prob for best in found], abs=1e-4)


def test_two_models_are_one_ensemble(folder: Path) -> None:
    once = Translator.load(folder).translate(SOURCES)
    assert Translator.load(folder, ensemble=[folder]).translate(SOURCES) == once


def test_lists_arrays_and_json_are_read_and_blank_lines_stay_blank(folder: Path) -> None:
    translator, steps = loaded(folder), SOURCES[0]
    one, other, blank = translator.translate([steps, np.array(steps, dtype=np.float64), " "])
    assert one == other
    assert blank == ""
    assert "vectors of 3 numbers → text" in translator.about


def test_what_is_no_sequence_is_named(folder: Path) -> None:
    translator = loaded(folder)
    with pytest.raises(DataError, match="line 2") as caught:
        translator.translate([SOURCES[0], "hello"])
    assert caught.value.code == "data.no-vectors"
    with pytest.raises(TypeError):
        translator.translate("[[1, 2]]")


def test_longer_sequences_than_in_training_get_a_note(folder: Path) -> None:
    translator, warnings = loaded(folder), InputWarnings()
    translator.longest = 4
    ((best, *_), *_) = translator.translate_nbest([[[1, 2]] * 5, [[1, 2]] * 4], warnings=warnings)
    assert best.note is not None
    assert next(iter(warnings.kinds.values())).count == 1


def test_a_glossary_needs_text(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(folder).with_glossary({"a": "b"})
    assert caught.value.code == "inference.no-text"
