"""How much a model uses its source."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support import tiny

from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.scoring.source_use import MOST, exchange, measure_source_use


def translator(path: Path, *, blind: bool) -> Translator:
    """A tiny model; a blind one has an encoder that gives the same for every source."""
    recipe = tiny.recipe(attention=False, joint=False)
    model = tiny.model(recipe)
    if blind:
        with torch.no_grad():
            for parameter in model.encoder.parameters():
                parameter.zero_()
    save_folder(path, model=model, tokenizers=tiny.tokenizers(joint=False), recipe=recipe)
    _, pipeline = open_pipeline(path, engine="torch")
    assert isinstance(pipeline, Translator)
    return pipeline


def test_a_model_that_ignores_its_source_gains_nothing(tmp_path: Path) -> None:
    found = measure_source_use(translator(tmp_path / "model", blind=True), tiny.SOURCES, tiny.TARGETS)
    assert found is not None
    assert found.nats == pytest.approx(0.0, abs=1e-6)
    assert found.interval is not None
    assert found.interval.half_width == pytest.approx(0.0, abs=1e-6)
    assert found.ignored
    assert len(found.remarks()) == 1


def test_the_figure_is_the_difference_of_two_likelihoods(tmp_path: Path) -> None:
    model = translator(tmp_path / "model", blind=False)
    found = measure_source_use(model, tiny.SOURCES, tiny.TARGETS)
    assert found is not None
    tokens = sum(len(ids) + 1 for ids in model.tokenizers.target.encode_batch(tiny.TARGETS))
    assert (found.sentences, found.tokens, found.sampled) == (8, tokens, False)
    assert found.own == pytest.approx(-sum(model.score(tiny.SOURCES, tiny.TARGETS)) / tokens)
    assert found.nats == pytest.approx(found.shuffled - found.own)
    assert found.nats != pytest.approx(0.0, abs=1e-3)
    assert f"{found.nats:.2f}" in found.line()


def test_a_large_test_set_is_sampled_and_equal_sources_have_no_figure(tmp_path: Path) -> None:
    model = translator(tmp_path / "model", blind=True)
    sources = [f"dog {chr(97 + n % 26)}" for n in range(MOST + 20)]
    found = measure_source_use(model, sources, ["der"] * len(sources))
    assert found is not None
    assert (found.sentences, found.sampled) == (MOST, True)
    assert measure_source_use(model, ["the dog"] * 4, ["der Hund"] * 4) is None


@given(st.lists(st.text("ab ", max_size=6), max_size=40), st.integers(0, 9))
def test_no_sentence_gets_its_own_source(sources: list[str], seed: int) -> None:
    for row, other in enumerate(exchange(sources, np.random.default_rng(seed))):
        if other is not None:
            assert sources[row] != sources[other]
        else:
            same = sources.count(sources[row])
            assert same == len(sources) or same > 8


def test_other_sources_are_of_like_length() -> None:
    sources = [chr(97 + n % 26) * (n // 4 + 1) for n in range(200)]
    partners = exchange(sources, np.random.default_rng(0))
    gaps = [abs(len(sources[other or 0]) - len(source)) for source, other in zip(sources, partners, strict=True)]
    assert max(gaps) <= 3
