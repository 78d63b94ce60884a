"""docs/inspect.md says of every check what the program says."""

import re
from pathlib import Path

import pytest

from seq2seq.inspection.checks.catalogue import CHECKS
from seq2seq.inspection.series import checks as of_series

TEXT = (Path(__file__).parents[3] / "docs" / "inspect.md").read_text(encoding="utf-8")
ROWS = {
    row[0]: row[1:]
    for row in re.findall(
        r"^\| `([\w-]+)` \| ((?:error|warning|note)(?:, a guess)?) \| (.+) \| (.+) \|$", TEXT, re.MULTILINE
    )
}


OF_SERIES = dict(re.findall(r"^\| `([\w-]+)` \| (error|warning|note) \| [^|]+ \|$", TEXT, re.MULTILINE))


def test_every_check_of_series_is_documented_with_its_severity() -> None:
    assert {check.name: str(check.severity) for check in of_series.CHECKS} == OF_SERIES


def test_every_check_is_documented_once() -> None:
    assert set(ROWS) == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_severity_and_fix(name: str) -> None:
    check = CHECKS[name]
    kind, _, fix = ROWS[name]
    assert kind == f"{check.severity}{', a guess' if check.guess else ''}"
    assert fix == check.fix
