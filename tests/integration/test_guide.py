"""The guide: its code runs, and its pages show what the last full run found (`make guide`)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from guide.chapter import FOLDER, PICTURES, ROOT, Chapter, chapters
from guide.notebooks import notebook
from guide.run import FIGURES

CHAPTERS = chapters()
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


def test_chapters_are_found_and_nothing_is_left_of_others() -> None:
    assert len(CHAPTERS) >= 4
    assert json.loads(FIGURES.read_text("utf-8")).keys() == {chapter.name for chapter in CHAPTERS}
    pages = [path.read_text("utf-8") for path in FOLDER.glob("**/*.md")]
    shown = {name for page in pages for name in re.findall(r"pictures/([\w-]+\.svg)", page)}
    assert shown == {path.name for path in PICTURES.glob("*.svg")}


@every_chapter
def test_the_page_shows_what_the_last_full_run_of_its_code_found(chapter: Chapter) -> None:
    """Figures written by hand, and code that was changed since, are found here; `make guide` fills the page."""
    found = json.loads(FIGURES.read_text("utf-8"))[chapter.name]
    assert [place.shown for place in chapter.places()] == found["values"]
    assert chapter.digest() == found["code"], f"python -m guide.run {chapter.name}"


@every_chapter
def test_a_chapter_has_a_claim_a_picture_and_a_verdict(chapter: Chapter) -> None:
    assert "**Claim.**" in chapter.text
    assert re.search(r"\*\*Verdict\.\*\*.*?<!--= holds\(", chapter.text, re.DOTALL)
    assert chapter.pictures()
    assert all(len(alternative) > 40 for alternative in chapter.pictures().values())


@every_chapter
def test_the_notebook_is_valid(chapter: Chapter) -> None:
    nbformat.validate(nbformat.reads(notebook(chapter), as_version=4))


@pytest.mark.system
def test_a_notebook_runs_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With commands, Python and pictures, and what the page shows is what it prints."""
    nbclient = pytest.importorskip("nbclient")
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    chapter = Chapter.read(FOLDER / "learning/bleu.md")
    assert not chapter.has_quick_form
    shown = nbformat.reads(notebook(chapter, quick=True), as_version=4)
    done = nbformat.reads(notebook(chapter, quick=True), as_version=4)
    for cell in done.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    nbclient.NotebookClient(done, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert printed(done) == printed(shown)
    assert list(tmp_path.glob("*.svg"))


def printed(read: nbformat.NotebookNode) -> list[str]:
    """The lines that its cells show, without colours."""
    outputs = [output for cell in read.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    return [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()]


@pytest.mark.system
@every_chapter
def test_a_chapter_runs_in_its_quick_form(chapter: Chapter) -> None:
    command = [sys.executable, "-m", "guide.run", "--quick", chapter.name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
