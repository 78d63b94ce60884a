"""docs/inspect.md says of every check what the program says."""

import re
from pathlib import Path

import pytest

from seq2seq.inspection.checks.catalogue import CHECKS

TEXT = (Path(__file__).parents[3] / "docs" / "inspect.md").read_text(encoding="utf-8")
ROWS = {
    row[0]: row[1:]
    for row in re.findall(
        r"^\| `([\w-]+)` \| ((?:error|warning|note)(?:, a guess)?) \| (.+) \| (.+) \|$", TEXT, re.MULTILINE
    )
}


def test_every_check_is_documented_once() -> None:
    assert set(ROWS) == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_severity_and_fix(name: str) -> None:
    check = CHECKS[name]
    kind, _, fix = ROWS[name]
    assert kind == f"{check.severity}{', a guess' if check.guess else ''}"
    assert fix == check.fix
