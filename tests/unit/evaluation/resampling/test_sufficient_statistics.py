"""Scores of parts of a corpus, from the summands of its sentences."""

import numpy as np
import pytest

from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics
from seq2seq.evaluation.translation import METRICS, MetricName, corpus_scores, corpus_statistics, metric
from seq2seq.evaluation.word_tokenisation import WordTokenisation

REFERENCES = ["the cat sat on the mat", "a dog runs home very fast", "the red bird sings in the tree", "who is it"]
OTHERS = ["the cat sits on a mat", "", "one red bird sings in a tree", "who was it"]
OUTPUTS = ["the cat sat on a mat", "a dog runs very fast", "red birds sing in the tree", "who is it"]


@pytest.mark.parametrize("name", METRICS)
def test_the_score_is_that_of_sacrebleu(name: MetricName) -> None:
    scorer = metric(name, WordTokenisation())
    references = [list[str | None](REFERENCES), [line or None for line in OTHERS]]
    theirs = scorer.corpus_score(OUTPUTS, references)  # type: ignore[arg-type]
    found = corpus_statistics(name, OUTPUTS, [REFERENCES, OTHERS], words=WordTokenisation())
    assert found.score == theirs.score
    assert found.signature() == scorer.get_signature().format()


@pytest.mark.parametrize("name", METRICS)
def test_a_part_has_the_score_of_its_sentences(name: MetricName) -> None:
    rows = [2, 0, 2]
    part = corpus_statistics(name, OUTPUTS, [REFERENCES]).select(rows)
    outputs, references = [OUTPUTS[row] for row in rows], [REFERENCES[row] for row in rows]
    assert part.score == corpus_scores(outputs, [references]).named()[name].score


def test_a_changed_signature_leaves_the_statistics_as_they_are() -> None:
    found = corpus_statistics("bleu", OUTPUTS, [REFERENCES])
    before = found.signature()
    assert "bs:5|seed:1" in found.signature({"bs": 5, "seed": "1"})
    assert found.signature() == before


def test_equal_rows_are_added_as_others_are() -> None:
    """Summands that occur often are counted, others are added one by one; the sums are the same."""
    random = np.random.default_rng(1)
    few, many = random.integers(2, size=(100, 3)).astype(float), random.normal(size=(100, 3))
    for rows in (few, many):
        chosen = random.integers(100, size=100)
        found = SufficientStatistics(rows, lambda sums: sums[0]).sampler()(chosen)
        assert found == pytest.approx(rows[chosen].sum(axis=0))
