"""Run the guide: every chapter in an empty folder of its own, two at a time, each on one thread.

python -m guide.run                 run all chapters; write their figures and pictures into docs/guide
python -m guide.run cells/gates     one chapter
python -m guide.run --check         write nothing; exit 1 if a page shows other figures than the run has found
python -m guide.run --quick         the same in the quick form: fewer steps; figures are compared where a chapter
has no steps to leave out, and their number elsewhere
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from guide.chapter import PICTURES, ROOT, Chapter, chapters, disagreement

FIGURES: Final = ROOT / "guide/figures.json"
"""Of every chapter: a fingerprint of its code, and what the last full run found."""
_ENVIRONMENT: Final = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "MPLBACKEND": "Agg",
    "PYTHONUTF8": "1",
    "NO_COLOR": "1",
    "COLUMNS": "100",
}


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a chapter."""

    values: list[str]
    problems: list[str]
    seconds: float = 0.0
    """Processor time, which other work on the machine does not change."""


def run(chapter: Chapter, *, quick: bool, write: bool) -> Run:
    """Run a chapter, and write its pictures to docs/guide or compare its figures with the page."""
    with tempfile.TemporaryDirectory(prefix="guide-") as scratch:
        folder = Path(scratch, "chapter")
        folder.mkdir()
        output = Path(scratch, "values.json")
        path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)])
        environment = os.environ | _ENVIRONMENT | {"PYTHONPATH": path, "SEQ2SEQ_CACHE": str(Path(scratch, "cache"))}
        command = [sys.executable, "-m", "guide.execute", str(chapter.path), str(output), *["--quick"] * quick]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            return Run([], [f"exit code {done.returncode}\n{done.stderr[-3000:]}"])
        found = json.loads(output.read_text("utf-8"))
        values: list[str] = found["values"]
        problems = _pictures(chapter, folder, write=write)
        if not write:
            problems += _disagreements(chapter, values, compare=not (quick and chapter.has_quick_form))
    return Run(values, problems, found["processor_seconds"])


def _pictures(chapter: Chapter, folder: Path, *, write: bool) -> list[str]:
    """Check that the code wrote the pictures that the page shows, and no others."""
    written = {path.name: path for path in folder.glob("*.svg")}
    wanted = chapter.pictures()
    problems = [f"{name} is shown, but not written" for name in wanted if name not in written]
    problems += [f"{name} is written, but not shown" for name in written if name not in wanted]
    for name, path in written.items():
        ElementTree.parse(path)
        if write and name in wanted:
            shutil.copyfile(path, PICTURES / name)
    return problems


def _disagreements(chapter: Chapter, values: Sequence[str], *, compare: bool) -> list[str]:
    problems = []
    for place, value in zip(chapter.places(), values, strict=True):
        if place.of_command and not compare:
            wrong = None if value else "no output"
        else:
            wrong = disagreement(place.shown, value, values=compare)
        if wrong:
            line = chapter.text.count("\n", 0, place.start) + 1
            problems.append(f"line {line}: {wrong}")
    return problems


def save(chapter: Chapter, values: Sequence[str]) -> None:
    """Write figures into the page, and beside a fingerprint of its code into `figures.json`.

    The page is read again: its prose may have been edited since.
    """
    now = Chapter.read(chapter.path)
    if now.digest() != chapter.digest():
        print(f"{chapter.name}: its code has changed since; run it again")
        return
    filled = now.filled(values)
    chapter.path.write_text(filled, "utf-8")
    figures = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    figures[chapter.name] = {"code": chapter.digest(), "values": list(values)}
    known = {one.name for one in chapters()}
    ordered = {name: figures[name] for name in sorted(figures) if name in known}
    FIGURES.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Run the chapters that the command names, or all; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m guide.run", description="Run the chapters of the guide.")
    parser.add_argument("names", nargs="*", metavar="CHAPTER", help="such as cells/gates; by default all")
    parser.add_argument("--quick", action="store_true", help="the quick form; write nothing")
    parser.add_argument("--check", action="store_true", help="write nothing; compare the figures")
    parser.add_argument("--jobs", type=int, default=2, help="chapters at a time")
    options = parser.parse_args()
    known = {chapter.name: chapter for chapter in chapters()}
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no such chapter: {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [known[name] for name in options.names or known]
    write = not (options.quick or options.check)
    failed = False
    with ThreadPoolExecutor(options.jobs) as pool:
        runs = pool.map(lambda chapter: run(chapter, quick=options.quick, write=write), chosen)
        for chapter, done in zip(chosen, runs, strict=True):
            print(f"{chapter.name:28} {done.seconds:6.1f} s of processor time  {'; '.join(done.problems)}", flush=True)
            failed |= bool(done.problems)
            if write and not done.problems:
                save(chapter, done.values)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
