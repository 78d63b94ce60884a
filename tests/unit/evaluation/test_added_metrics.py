"""Metrics of other packages: what they are given, and what they may give."""

from collections.abc import Sequence

import pytest
from support.refused import refused

from seq2seq.evaluation.added_metrics import Metric
from seq2seq.evaluation.resampling.bootstrap import confidence_interval
from seq2seq.evaluation.translation import corpus_scores, group_scores
from seq2seq.registry import METRICS

OUTPUTS = ["ein Hund", "", "eine Katze"]
REFERENCES = ["ein Hund", "ein Vogel", "die Katze"]
SOURCES = ["a dog", "a bird", "one cat"]


def read_all(outputs: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str]) -> Sequence[float]:
    """Per sentence: 1 if the output has text, and 1 for a source that begins with `a`."""
    assert len(references[0]) == len(outputs)
    return [float(bool(output)) + source.startswith("a ") for output, source in zip(outputs, sources, strict=True)]


def register(monkeypatch: pytest.MonkeyPatch, metric: Metric) -> None:
    monkeypatch.setitem(METRICS._registered, "quality", metric)


def test_a_metric_reads_sources_and_is_the_mean_of_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Metric(read_all, title="quality", needs_sources=True))
    scores = corpus_scores(OUTPUTS, [REFERENCES], metrics=[], added=["quality"], sources=SOURCES)
    assert scores.added["quality"].score == (2 + 1 + 1) / 3
    statistics = scores.statistics["quality"]
    assert statistics.select([0]).score == 2.0
    assert confidence_interval(statistics, samples=100) is not None
    groups = group_scores(OUTPUTS, [REFERENCES], ["x", "y", "x"], metrics=[], added=["quality"], sources=SOURCES)
    assert [group.added["quality"].score for group in groups.values()] == [1.5, 1.0]


def test_without_sources_such_a_metric_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Metric(read_all, title="quality", needs_sources=True))
    assert corpus_scores(OUTPUTS, [REFERENCES], metrics=[], added=["quality"]).added == {}


def test_one_score_is_not_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Metric(lambda outputs, references: len(outputs) / len(references), title="lines"))
    scores = corpus_scores(OUTPUTS, [REFERENCES], metrics=[], added=["quality"])
    assert scores.added["quality"].score == 3.0
    assert "quality" not in scores.statistics


def test_figures_that_cannot_be_scores_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Metric(lambda *_: [1.0, 2.0], title="short"))
    with refused("plugin.wrong-shape", "quality", "3"):
        corpus_scores(OUTPUTS, [REFERENCES], metrics=[], added=["quality"])
    register(monkeypatch, Metric(lambda *_: [1.0, 2.0, float("nan")], title="gap"))
    with refused("plugin.not-finite", "quality"):
        corpus_scores(OUTPUTS, [REFERENCES], metrics=[], added=["quality"])


@pytest.mark.parametrize("figures", [lambda *_: 1 / 0, lambda *_: "good"])
def test_a_function_that_fails_is_named(figures: Metric, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, Metric(figures, title="broken"))  # type: ignore[arg-type]
    with refused("plugin.failed", "quality", "Error"):
        corpus_scores(OUTPUTS, [REFERENCES], metrics=[], added=["quality"])
