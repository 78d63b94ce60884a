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
from seq2seq.scoring.source_use import MOST, measure_source_use, shuffled_rows


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
    sources = [f"dog {'a' * (n % 5)}" for n in range(MOST + 20)]
    found = measure_source_use(model, sources, ["der"] * len(sources))
    assert found is not None
    assert (found.sentences, found.sampled) == (MOST, True)
    assert measure_source_use(model, ["the dog"] * 4, ["der Hund"] * 4) is None


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.integers(0, 9))
def test_no_sentence_gets_its_own_source(sources: list[str], seed: int) -> None:
    found = shuffled_rows(sources, np.random.default_rng(seed))
    if found is None:
        assert len(sources) < 2 or max(map(sources.count, sources)) * 2 > len(sources)
    else:
        assert sorted(found) == list(range(len(sources)))
        assert all(sources[row] != sources[other] for row, other in enumerate(found))
