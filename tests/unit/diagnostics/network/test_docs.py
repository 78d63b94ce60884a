"""docs/network.md: its thresholds are those of the code, and its program runs."""

import re
from pathlib import Path

import pytest

from seq2seq.diagnostics.network import gates, gradient_flow, reading, states, units

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs/network.md").read_text(encoding="utf-8")


def test_thresholds_are_those_of_the_code() -> None:
    text = " ".join(PAGE.split())
    for said in (
        f"at most {reading.EXAMPLES}, cut after {reading.STEPS} tokens",
        f"less than {gradient_flow.VANISHED} of the norm is left at the typical distance",
        f"(less than {gradient_flow.FAINT}: `WATCH`)",
        f"{gradient_flow.EXPLODED:.0f} times as large",
        f"below {gates.LEFT}, or above {gates.RIGHT}, at {gates.ALWAYS:.0%}".replace("%", " %"),
        f"beyond {units.SATURATED} in absolute value at {units.ALWAYS:.0%}".replace("%", " %"),
        f"root mean square above {states.LARGE:.0f}",
    ):
        assert said in text
    assert (gradient_flow.NEAR, gates.MOST, units.MOST, units.MANY) == (2, 0.5, 0.5, 0.2)  # in words there


def test_the_program_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(program.replace("runs/phrasebook", str(ROOT / "tests/fixtures/models/translation-1")), {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.rsplit(" ", 2)[0] for line in lines][-1] == "decoder layer 1 c"
    assert len(lines) == 6
