"""The page about the metrics names every figure that a run writes, and every warning of the monitor."""

import re
from pathlib import Path

from support import toy

from seq2seq.training.fit import fit
from seq2seq.training.reporting import monitor
from seq2seq.training.reporting.metrics import read_metrics

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_figures_of_a_run(tmp_path: Path) -> None:
    """Each in the rows of its kind; the first validation is at step 2, the first report at step 3."""
    recipe = toy.recipe(tmp_path, max_steps=4, validation={"every_steps": 2, "metric": "bleu", "decode": 5})
    fit(recipe, tmp_path / "run")
    documented: dict[str, set[str]] = {}
    kind = ""
    for line in PAGE.splitlines():
        cells = line.split("|")
        if len(cells) == 5:
            kind = (re.findall(r"`(\w+)`", cells[1].split("(")[0]) or [kind])[0]
            documented.setdefault(kind, set()).update(re.findall(r"`(\w+)`", cells[2]))
    written: dict[str, set[str]] = {}
    for entry in read_metrics(tmp_path / "run"):
        written.setdefault(entry["kind"], set()).update(entry.keys() - {"kind", "step"})
    assert written.keys() == {"baseline", "train", "validation", "checkpoint"}
    for name, keys in written.items():
        assert keys <= documented[name], name
    assert documented["train"] == written["train"]
    assert documented["baseline"] == written["baseline"]


def test_warnings() -> None:
    source = Path(monitor.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'"(training\.[a-z-]+)",$', source, flags=re.M))
    assert codes == set(re.findall(r"^\| `(training\.[a-z-]+)` \|", PAGE.split("## How good")[0], flags=re.M))
    assert len(codes) == 5
