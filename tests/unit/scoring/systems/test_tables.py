"""Tables of systems for people."""

import pytest
from rich.console import Console
from support import tiny

from seq2seq.evaluation.translation_report import evaluate_translations
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.scored import Scored
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.evaluation import TranslationEvaluation, assemble
from seq2seq.scoring.systems.system import System
from seq2seq.scoring.systems.tables import render

TIMES = 17
SOURCES, TARGETS = list(tiny.SOURCES * TIMES), list(tiny.TARGETS * TIMES)
GROUPS = ["news", "talks"] * (len(SOURCES) // 2)


def system(name: str, outputs: list[str], *, run: bool = False) -> System:
    report = evaluate_translations(outputs, [TARGETS], sources=SOURCES, groups=GROUPS).with_intervals(samples=40)
    scored = Scored(name="test.tsv", report=report, seconds=2.0, count=104, unit="sentences", memory=61_000_000)
    return System(name=name, outputs=outputs, report=report, scored=scored if run else None)


@pytest.fixture(scope="module")
def evaluation() -> TranslationEvaluation:
    bad = [target if row % 3 else "" for row, target in enumerate(TARGETS)]
    systems = [
        system("/a/long/path/to/the/runs/of/november/attention", TARGETS, run=True),
        system("/a/long/path/to/the/runs/of/november/fixed", bad),
        system("/a/long/path/to/the/runs/of/november/attention", TARGETS),
    ]
    return assemble(
        EvaluationSet("test.tsv", SOURCES, [TARGETS], GROUPS), systems, Significance(samples=40), details=True
    )


def lines_of(evaluation: TranslationEvaluation, width: int) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        for part in render(evaluation):
            console.print(part, soft_wrap=True)
    return [line.rstrip() for line in capture.get().splitlines()]


@pytest.mark.parametrize("width", [80, 130])
def test_tables_fit(evaluation: TranslationEvaluation, width: int) -> None:
    """Signatures and notes are lines of text, which are not broken."""
    lines = [line for line in lines_of(evaluation, width) if "|" not in line and ": " not in line]
    assert max(map(len, lines)) <= width
    rows = [line.split() for line in lines]
    assert ["attention", "100.0", "±", "0.0"] in [row[:4] for row in rows]
    assert ["news", "68", "100.0"] in [row[:3] for row in rows]
    assert ["1–5", "51"] in [row[:2] for row in rows]


def test_speed_and_problems_stand_in_their_columns(evaluation: TranslationEvaluation) -> None:
    rows = [line.split() for line in lines_of(evaluation, 130)]
    (first,) = (row for row in rows if row[:1] == ["attention"] and row[-1:] == ["MB"])
    assert first[-3:] == ["52.0", "61", "MB"]
    assert ["fixed", "46"] in [row[:2] for row in rows if len(row) == 2]


def test_equal_outputs_have_no_p_value(evaluation: TranslationEvaluation) -> None:
    rows = [line.split() for line in lines_of(evaluation, 130)]
    (row,) = (row for row in rows if row[:2] == ["attention", "(2)"] and "BLEU" in row)
    assert row == ["attention", "(2)", "BLEU", "100.0", "100.0", "+0.0"]


def test_a_single_model_says_how_fast_it_was(evaluation: TranslationEvaluation) -> None:
    single = assemble(EvaluationSet("test.tsv", SOURCES, [TARGETS]), evaluation.systems[:1], Significance(samples=40))
    assert evaluation.single is None
    assert single.single is not None
    assert single.single.scored is not None
    assert single.single.scored.cost == "2.0 s, 52 sentences per second, 61 MB of memory while translating"
