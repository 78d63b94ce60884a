"""What holds for the mean of any models' distributions, and for any search with it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support.toy_stepper import ToyStepper

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.decode import score_targets, search
from seq2seq.search.steppers.ensemble import EnsembleStepper, mean_of

quick = settings(max_examples=40, deadline=None)
sources = st.lists(st.lists(st.integers(4, 8), min_size=1, max_size=4).map(tuple), min_size=1, max_size=5)
members = st.lists(st.builds(ToyStepper, seed=st.integers(0, 99), end=st.floats(-2.0, 2.0)), min_size=1, max_size=4)
logits = arrays(np.float64, (3, 6), elements=st.floats(-1e3, 1e3))


@quick
@given(st.lists(logits, min_size=1, max_size=5), st.randoms())
def test_a_mean_is_a_distribution_between_the_models_in_any_order(drawn: list[np.ndarray], random: object) -> None:
    each = [one - np.logaddexp.reduce(one, axis=1, keepdims=True) for one in drawn]
    mean = mean_of(each)
    np.testing.assert_allclose(np.exp(mean).sum(axis=1), 1.0)
    assert (mean <= np.maximum.reduce(each) + 1e-9).all()
    assert (mean >= np.minimum.reduce(each) - 1e-9).all()
    shuffled = list(each)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    np.testing.assert_allclose(mean_of(shuffled), mean, rtol=1e-12, atol=1e-12)


@quick
@given(members, sources, st.integers(1, 4), st.integers(1, 3))
def test_outputs_do_not_depend_on_the_order_of_models_or_on_batches(
    models: list[ToyStepper], batch: list[tuple[int, ...]], beam: int, size: int
) -> None:
    config = DecodingConfig(beam=beam, nbest=beam, max_length_extra=4)
    whole = search(EnsembleStepper(models), batch, config)
    parts = search(EnsembleStepper(models[::-1]), batch, config.model_copy(update={"batch_size": size}))
    for found, other in zip(whole, parts, strict=True):
        assert [one.tokens for one in found] == [one.tokens for one in other]
        np.testing.assert_allclose([one.log_prob for one in found], [one.log_prob for one in other])


@quick
@given(members, sources, st.integers(1, 4))
def test_the_score_of_an_output_is_what_the_search_reports(
    models: list[ToyStepper], batch: list[tuple[int, ...]], beam: int
) -> None:
    ensemble = EnsembleStepper(models)
    for source, (best, *_) in zip(batch, search(ensemble, batch, DecodingConfig(beam=beam)), strict=True):
        if best.finished:
            np.testing.assert_allclose(score_targets(ensemble, [source], [best.tokens]), [best.log_prob])
