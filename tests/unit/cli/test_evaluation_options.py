"""The test of differences that the options of ``seq2seq evaluate`` describe."""

import pytest

from seq2seq.cli.evaluation.options import significance_of


@pytest.mark.parametrize(("variable", "seed"), [(None, 12345), ("99", 99), ("none", 12345), ("", 12345)])
def test_the_seed_is_sacrebleus_unless_there_is_an_option(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, seed: int
) -> None:
    monkeypatch.delenv("SACREBLEU_SEED", raising=False)
    if variable is not None:
        monkeypatch.setenv("SACREBLEU_SEED", variable)
    found = significance_of({"significance": "bootstrap"})
    assert (found.test, found.samples, found.seed, found.resamples) == ("bootstrap", None, seed, 1000)
    assert significance_of({"significance": "bootstrap", "significance_seed": 7}).seed == 7


def test_samples_of_randomisation_are_no_resampled_test_sets() -> None:
    assert significance_of({"significance": "randomisation", "significance_samples": 50}).resamples == 1000
    assert significance_of({"significance": "bootstrap", "significance_samples": 50}).resamples == 50
