"""Scores agree with sacrebleu, and what cannot be scored is refused."""

import logging

import pytest
import sacrebleu
from support.refused import refused

from seq2seq.evaluation.translation import corpus_scores, exact_match, group_scores

REFERENCES = ["The cat sits on the mat.", "A dog runs home very quickly.", "It is raining today, and I stay in."]
OTHERS = ["The cat is on the mat.", "The dog is running home.", "It rains today, so I stay in."]
OUTPUTS = ["The cat sits on the mat.", "a dog runs home", "It rains today and I stay in."]


def test_scores_are_those_of_sacrebleu() -> None:
    scores = corpus_scores(OUTPUTS, [REFERENCES])
    assert scores.bleu is not None
    assert scores.chrf is not None
    assert scores.ter is not None
    assert scores.bleu.score == sacrebleu.corpus_bleu(OUTPUTS, [REFERENCES]).score
    assert scores.chrf.score == sacrebleu.corpus_chrf(OUTPUTS, [REFERENCES]).score
    assert scores.ter.score == sacrebleu.corpus_ter(OUTPUTS, [REFERENCES], case_sensitive=True).score
    assert scores.sentences == 3


def test_signatures_say_how() -> None:
    scores = corpus_scores(OUTPUTS, [REFERENCES])
    for score in scores.named().values():
        assert "nrefs:1|case:mixed" in score.signature
        assert f"version:{sacrebleu.__version__}" in score.signature
    assert scores.bleu is not None
    assert "tok:13a|smooth:exp" in scores.bleu.signature


def test_several_references() -> None:
    scores = corpus_scores(OUTPUTS, [REFERENCES, OTHERS])
    assert scores.bleu is not None
    assert scores.bleu.score == sacrebleu.corpus_bleu(OUTPUTS, [REFERENCES, OTHERS]).score
    assert "nrefs:2" in scores.bleu.signature


def test_a_blank_reference_is_none() -> None:
    partly = [OTHERS[0], "", "  "]
    scores = corpus_scores(OUTPUTS, [REFERENCES, partly])
    absent: list[str | None] = [OTHERS[0], None, None]
    assert scores.bleu is not None
    assert scores.chrf is not None
    assert scores.ter is not None
    sets = [REFERENCES, absent]
    assert scores.bleu.score == sacrebleu.corpus_bleu(OUTPUTS, sets).score
    assert scores.chrf.score == sacrebleu.corpus_chrf(OUTPUTS, sets).score
    assert scores.ter.score == sacrebleu.corpus_ter(OUTPUTS, sets, case_sensitive=True).score
    alone = corpus_scores(OUTPUTS, [REFERENCES, ["", "", ""]])
    assert [score.score for score in alone.named().values()] == [
        score.score for score in corpus_scores(OUTPUTS, [REFERENCES]).named().values()
    ]


def test_an_empty_output_is_right_only_where_no_reference_has_text() -> None:
    assert exact_match(["", ""], [["a", ""], ["", ""]]) == 0.5
    assert exact_match(["", "b"], [["", "b"]]) == 1.0


def test_only_what_is_asked_for() -> None:
    scores = corpus_scores(OUTPUTS, [REFERENCES], metrics=("chrf",))
    assert scores.bleu is None
    assert scores.ter is None
    assert list(scores.to_dict()) == ["chrf", "exact_match", "sentences"]


def test_json_has_score_and_signature() -> None:
    found = corpus_scores(REFERENCES, [REFERENCES]).to_dict()
    assert list(found) == ["bleu", "chrf", "ter", "exact_match", "sentences"]
    assert found["exact_match"] == 1.0
    assert found["bleu"] == {
        "score": pytest.approx(100.0),
        "signature": f"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{sacrebleu.__version__}",
    }


def test_case_counts() -> None:
    scores = corpus_scores([line.upper() for line in REFERENCES], [REFERENCES])
    assert all(scores.named()[name].score < 50 for name in ("bleu", "chrf"))
    assert scores.named()["ter"].score > 80


def test_empty_outputs_score_nothing() -> None:
    scores = corpus_scores(["", "", ""], [REFERENCES])
    assert [scores.named()[name].score for name in ("bleu", "chrf", "ter")] == [0.0, 0.0, 100.0]


def test_exact_match_takes_any_reference_and_ignores_outer_space() -> None:
    outputs = [" The cat sits on the mat. ", "The dog is running home.", "it is raining today, and I stay in."]
    assert exact_match(outputs, [REFERENCES, OTHERS]) == 2 / 3


def test_groups_are_scored_apart() -> None:
    groups = group_scores(OUTPUTS, [REFERENCES], ["seen", "new", "seen"], metrics=("bleu",))
    assert list(groups) == ["seen", "new"]
    assert [scores.sentences for scores in groups.values()] == [2, 1]
    seen = corpus_scores([OUTPUTS[0], OUTPUTS[2]], [[REFERENCES[0], REFERENCES[2]]], metrics=("bleu",))
    assert groups["seen"] == seen


def test_a_sentence_without_group_counts_in_none() -> None:
    groups = group_scores(OUTPUTS, [REFERENCES], [None, "new", None], metrics=("bleu",))
    assert list(groups) == ["new"]


def test_tokenised_text_makes_sacrebleu_say_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        corpus_scores(["it is so ."] * 120, [["it is so ."] * 120], metrics=("bleu",))
    assert not caplog.records


def test_nothing_to_score_is_refused() -> None:
    with refused("evaluation.empty", "hypotheses"):
        corpus_scores([], [[]])
    with refused("evaluation.empty", "references"):
        corpus_scores(OUTPUTS, [])


def test_unequal_numbers_of_lines_are_refused() -> None:
    with refused("evaluation.not-aligned", "3 hypotheses", "2 references"):
        corpus_scores(OUTPUTS, [REFERENCES[:2]])
    with refused("evaluation.not-aligned", "2 references of set 2"):
        corpus_scores(OUTPUTS, [REFERENCES, OTHERS[:2]])
