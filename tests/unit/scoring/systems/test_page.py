"""The page of an evaluation: the figures of its JSON, and nothing that a text can break."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support import tiny

from seq2seq.evaluation.translation_report import evaluate_translations
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.report.blocks import Example, Figure
from seq2seq.report.table import Table
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.evaluation import TranslationEvaluation, assemble
from seq2seq.scoring.systems.page import build_page
from seq2seq.scoring.systems.system import System
from seq2seq.scoring.translation import score

HOW = Significance(samples=40)
TIMES = 17
"""The sentences of the tiny corpus, so often: enough for two buckets of different lengths."""
SOURCES, TARGETS = list(tiny.SOURCES * TIMES), list(tiny.TARGETS * TIMES)


def of_file(name: str, outputs: list[str]) -> System:
    report = evaluate_translations(outputs, [TARGETS], sources=SOURCES, groups=["x", "y"] * (len(SOURCES) // 2))
    return System(name=name, outputs=outputs, report=report.with_intervals(samples=40))


@pytest.fixture(scope="module")
def evaluation() -> TranslationEvaluation:
    bad = [target if row % 3 else "<script>alert(1)</script> & <b>" for row, target in enumerate(TARGETS)]
    systems = [of_file("out/good.de", TARGETS), of_file("out/<bad>.de", bad)]
    return assemble(EvaluationSet("te<st>.tsv", SOURCES, [TARGETS]), systems, HOW, details=True)


def test_all_text_is_escaped(evaluation: TranslationEvaluation) -> None:
    html = build_page(evaluation, facts={"command": "`a <b>`"}).html()
    assert html.count("<script>") == 1  # the page's own
    assert "&lt;script&gt;" in html or "<ins>&lt;</ins>" in html
    assert "<bad>" not in html
    assert "te<st>" not in html
    assert not re.search(r"(src|href)=\"(?!#)", html)


def test_the_figures_are_those_of_the_json(evaluation: TranslationEvaluation) -> None:
    content = evaluation.to_dict()
    tables = {
        block.caption: block
        for section in build_page(evaluation, facts={}).sections
        for block in section.blocks
        if isinstance(block, Table)
    }
    scores = tables["Scores, speed and memory"].cells
    for row, system in zip(scores, content["systems"], strict=False):  # type: ignore[arg-type]
        assert row[1][1] == system["bleu"]["score"]  # type: ignore[index,call-overload]
        assert f"± {system['intervals']['bleu']['half_width']:.1f}" in row[1][0]  # type: ignore[index,call-overload]
    differences = tables["Differences from good.de"].cells
    p_values = [one["p_value"] for one in content["comparisons"]]  # type: ignore[index,call-overload,union-attr]
    assert [row[-1][1] for row in differences] == p_values
    assert tables["Scores of each group"].cells[0][2][1] == 68
    assert [row[1][1] for row in tables["Degenerate outputs"].cells] == [0, 0]
    (section,) = (one for one in build_page(evaluation, facts={}).sections if one.title == "By source length")
    figure = section.blocks[0]
    assert isinstance(figure, Figure)
    buckets = content["systems"][0]["breakdown"]["length"]["buckets"]  # type: ignore[index,call-overload]
    assert [row[1][1] for row in figure.table.cells] == [bucket["bleu"]["score"] for bucket in buckets]  # type: ignore[index,call-overload,union-attr]


def test_the_worst_sentences_have_their_marks(evaluation: TranslationEvaluation) -> None:
    sections = {section.title: section for section in build_page(evaluation, facts={}).sections}
    worst = sections["Worst sentences"].blocks
    lines = [one["line"] for one in evaluation.to_dict()["sentences_to_read"]["worst"]]  # type: ignore[index,call-overload]
    assert [block.title for block in worst if isinstance(block, Example)] == [f"Line {line}" for line in lines]
    (title,) = (title for title in sections if title.startswith("Sentences on which"))
    first = sections[title].blocks[0]
    assert isinstance(first, Example)
    assert [line.label for line in first.lines] == ["source", "reference", "good.de", "<bad>.de"]
    assert "<del>" in first.lines[2].text
    assert "<ins>" in first.lines[3].text


def test_attention_of_a_model_is_drawn(tmp_path: Path) -> None:
    _, pipeline = open_pipeline(tiny.save(tmp_path / "model"), engine="torch")
    assert isinstance(pipeline, Translator)
    texts = EvaluationSet("tiny", tiny.SOURCES, [tiny.TARGETS])
    scored = score(pipeline, texts, pipeline.decoding.model_copy(update={"nbest": 1}))
    system = System(name="model", outputs=scored.outputs, report=scored.report, scored=scored, translator=pipeline)
    evaluation = assemble(texts, [system], HOW, details=True)
    sections = {section.title: section for section in build_page(evaluation, facts={}).sections}
    first = sections["Worst sentences"].blocks[0]
    assert isinstance(first, Example)
    assert [figure.drawing.title for figure in first.figures] == ["Attention of model"]
    assert "Use of the source" in sections
    blind = replace(evaluation, systems=[replace(system, translator=None)])
    assert "Attention" not in build_page(blind, facts={}).html().replace("attention can be unfolded", "")
