"""The table of baselines is printed for a file of the Monash archive's format."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("statsmodels")
sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
import forecast_baselines


def test_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.tsf"
    path.write_text("@attribute series_name string\n@horizon 2\n@data\na:1,2,3,4,5,6,7\nb:9,9,9,9\nc:1,2\n")
    monkeypatch.setattr(sys, "argv", ["forecast_baselines.py", str(path)])
    forecast_baselines.main()
    lines = capsys.readouterr().out.splitlines()
    table = {line.split()[0]: line.split()[1] for line in lines if "%" in line}
    assert table["naive"] == "1.500"  # errors 1 and 2; the constant series is left out
    assert table["drift"] == "0.000"
    assert {"SES", "ETS"} <= set(table)
    assert any("'c'" in line for line in lines)
