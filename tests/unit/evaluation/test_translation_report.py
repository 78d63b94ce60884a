"""What people and programs are shown."""

import json

from rich.console import Console, RenderableType
from support.refused import refused

from seq2seq.evaluation.translation import corpus_scores
from seq2seq.evaluation.translation_report import evaluate_translations
from seq2seq.text.sketch import Overlap

REFERENCES = ["The cat sits on the mat.", "A dog runs home very quickly."]
OUTPUTS = ["The cat sits on the mat.", "A dog runs home quickly."]


def shown(renderable: RenderableType) -> str:
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def test_table_of_a_corpus() -> None:
    lines = shown(evaluate_translations(OUTPUTS, [REFERENCES]).render()).splitlines()
    assert lines[0].split() == ["sentences", "BLEU", "chrF", "TER", "exact", "match"]
    assert lines[1].split()[0] == "2"
    assert lines[1].split()[-1] == "50.0%"
    assert [line.split(":")[0] for line in lines[2:]] == ["BLEU", "chrF", "TER"]


def test_groups_stand_above_the_whole() -> None:
    report = evaluate_translations(OUTPUTS, [REFERENCES], groups=["seen", "[new]"], metrics=("bleu",))
    lines = shown(report.render()).splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["group", "seen", "[new]", "all"]
    assert report.to_dict()["groups"] == {
        "seen": report.groups["seen"].to_dict(),
        "[new]": report.groups["[new]"].to_dict(),
    }


def test_remarks_are_shown() -> None:
    report = evaluate_translations(["", "A dog runs home very quickly."], [REFERENCES], metrics=("bleu",))
    assert "note: 1 of 2 outputs" in shown(report.render())


def test_json_has_the_scores_at_the_top() -> None:
    report = evaluate_translations(OUTPUTS, [REFERENCES], sources=["a", "b"])
    found = json.loads(json.dumps(report.to_dict()))
    assert set(found) == {"bleu", "chrf", "ter", "exact_match", "sentences", "outputs", "copy_baseline"}
    assert set(found["copy_baseline"]) == {"bleu", "chrf", "ter", "exact_match", "sentences"}
    assert set(found["ter"]) == {"score", "signature"}
    assert found["outputs"]["copied"] == 0


def test_copying_the_source_stands_below_the_outputs() -> None:
    sources = ["The cat sits on the mat!", "Un chien rentre en courant."]
    report = evaluate_translations(OUTPUTS, [REFERENCES], sources=sources)
    assert report.copy_baseline == corpus_scores(sources, [REFERENCES])
    lines = shown(report.render()).splitlines()
    assert lines[1].split()[:2] == ["outputs", "2"]
    assert lines[2].split()[:4] == ["copying", "the", "source", "2"]
    assert report.copy_baseline is not None
    assert report.copy_baseline.bleu is not None
    assert f"{report.copy_baseline.bleu.score:.1f}" in lines[2]
    assert report.remarks() == []
    grouped = evaluate_translations(OUTPUTS, [REFERENCES], sources=sources, groups=["x", "y"], metrics=("chrf",))
    assert [line.split()[0] for line in shown(grouped.render()).splitlines()[:5]] == [
        "group",
        "x",
        "y",
        "all",
        "copying",
    ]


def test_outputs_that_copying_the_source_beats() -> None:
    """Both n-gram scores of the sources are higher; TER is not looked at."""
    sources = ["The cat sits on the mats.", "A dog runs home very quick."]
    report = evaluate_translations(["The cat sat.", "A dog runs."], [REFERENCES], sources=sources)
    assert [metric for metric, _ in report.not_above_baseline()] == ["bleu", "chrf"]
    ours, theirs = report.scores.named(), corpus_scores(sources, [REFERENCES]).named()
    assert report.not_above_baseline() == [(name, (theirs[name].score, ours[name].score)) for name in ("bleu", "chrf")]
    assert report.remarks()[0].startswith("Copying the source scores no less: BLEU ")


def test_equal_is_no_less() -> None:
    report = evaluate_translations(
        ["The cat sits."] * 2, [REFERENCES], sources=["The cat sits."] * 2, metrics=("chrf",)
    )
    assert [metric for metric, _ in report.not_above_baseline()] == ["chrf"]


def test_where_copying_is_the_task_nothing_is_said() -> None:
    """As in a toy task, in which a model that is right in all but one case would be not_above_baseline by copying."""
    sources = ["3 1 4 1", "5 9 2 6", "5 3 5 8"]
    report = evaluate_translations([*sources[:2], "5 3 5 9"], [sources], sources=sources)
    assert report.not_above_baseline() == []
    assert report.copy_baseline is not None
    assert report.copy_baseline.exact_match == 1


def test_scores_near_nothing_are_not_compared() -> None:
    """Other scripts: copying scores next to nothing, and an output of one word may do so, too."""
    report = evaluate_translations(["ja"], [["猫坐在垫子上"]], sources=["the cat sits on the mat"])
    assert report.not_above_baseline() == []


def test_markup_is_left_out_where_more_than_a_tenth_of_the_rows_have_some() -> None:
    marked, plain = ("See ``json``.", "Siehe ``json``."), ("A dog barks.", "Ein Hund bellt.")
    tenth = [marked, *[plain] * 9]
    sources, references = ([pair[side] for pair in tenth] for side in (0, 1))
    assert evaluate_translations(references, [references], sources=sources).without_markup is None
    more = [marked, *[plain] * 8]
    sources, references = ([pair[side] for pair in more] for side in (0, 1))
    report = evaluate_translations(references, [references], sources=sources, metrics=("chrf",))
    alone = report.without_markup
    assert alone is not None
    assert alone.scores == corpus_scores(
        ["Siehe .", *["Ein Hund bellt."] * 8], [["Siehe .", *["Ein Hund bellt."] * 8]], metrics=("chrf",)
    )
    assert alone.copy_baseline == corpus_scores(
        ["See .", *["A dog barks."] * 8], [["Siehe .", *["Ein Hund bellt."] * 8]], metrics=("chrf",)
    )
    assert report.to_dict()["without_markup"] == alone.to_dict()
    assert [line.split("  ")[0] for line in shown(report.render()).splitlines()[1:5]] == [
        "outputs", "copying the source", "outputs without markup", "copying without markup",
    ]  # fmt: skip


def test_markup_that_is_copied_does_not_hide_that_the_words_are_wrong() -> None:
    sources = ["Use :func:`json.dump` and ``json.load`` here."] * 4
    references = ["Hier :func:`json.dump` und ``json.load`` verwenden."] * 4
    report = evaluate_translations(["x :func:`json.dump` y ``json.load`` z."] * 4, [references], sources=sources)
    assert report.without_markup is not None
    assert report.without_markup.copy_baseline is not None
    assert any("no less without markup" in remark for remark in report.remarks())


def test_what_is_preserved_is_shown() -> None:
    report = evaluate_translations(["Es ist 7 Uhr."], [["Es ist 8 Uhr."]], sources=["It is 8."], metrics=("chrf",))
    assert report.to_dict()["kept"] == {"numbers": {"source": 1, "reference": 1, "output": 0, "share": 0.0}}
    lines = shown(report.render()).splitlines()
    assert lines[5].split() == ["numbers", "1", "1", "0", "(0.0%)"]
    assert report.summary() == ["preserved: 0 of 1 numbers"]


def test_data_that_the_model_was_trained_on() -> None:
    report = evaluate_translations(OUTPUTS, [REFERENCES], overlap=Overlap(2, 2, exact=True))
    assert report.to_dict()["trained_on"] == {"share": 1.0, "seen": 2, "compared": 2, "exact": True}
    assert "note: The model was trained on 2 of 2 texts" in shown(report.render())


def test_sources_are_as_many_as_the_outputs() -> None:
    with refused("evaluation.not-aligned", "1 lines in the sources"):
        evaluate_translations(OUTPUTS, [REFERENCES], sources=["a"])


def test_intervals_stand_beside_the_scores() -> None:
    report = evaluate_translations(OUTPUTS, [REFERENCES]).with_intervals(samples=50)
    interval = report.intervals["bleu"]
    assert f"{report.scores.named()['bleu'].score:.1f} ± {interval.half_width:.1f}" in shown(report.render())
    found = json.loads(json.dumps(report.to_dict()))
    assert set(found["intervals"]) == {"bleu", "chrf", "ter"}
    assert found["intervals"]["bleu"]["samples"] == 50
    assert report.shown("comet") == ""
