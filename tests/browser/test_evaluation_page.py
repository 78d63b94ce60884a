"""The page of an evaluation in a browser: it can be read by everybody, and asks for nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import tiny
from support.browser import visit

from seq2seq.evaluation.translation_report import evaluate_translations
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.evaluation import assemble
from seq2seq.scoring.systems.page import build_page
from seq2seq.scoring.systems.system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SOURCES, TARGETS = list(tiny.SOURCES * 17), list(tiny.TARGETS * 17)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems on sentences of two lengths; the outputs of the second are the sources here and there."""
    mixed = [
        source if row % 5 == 0 else target for row, (source, target) in enumerate(zip(SOURCES, TARGETS, strict=True))
    ]
    systems = []
    for name, outputs in (("good.de", TARGETS), ("mixed.de", mixed)):
        report = evaluate_translations(outputs, [TARGETS], sources=SOURCES, groups=["x", "y"] * 68)
        systems.append(System(name=name, outputs=outputs, report=report.with_intervals(samples=40)))
    texts = EvaluationSet("test.tsv", SOURCES, [TARGETS])
    evaluation = assemble(texts, systems, Significance(samples=40), details=True)
    path = tmp_path_factory.mktemp("evaluation") / "report.html"
    build_page(evaluation, facts={"test set": "test.tsv"}).write(path)
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_read_it(browser: "Browser", path: Path, width: int, scheme: str) -> None:
    with visit(browser, path, width=width, scheme=scheme) as seen:
        seen.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.requests == []
        assert seen.messages == []
