"""The guide: its code runs, and its pages show what the last full run found (`make guide`)."""

import json
import re
import subprocess
import sys

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
@every_chapter
def test_a_chapter_runs_in_its_quick_form(chapter: Chapter) -> None:
    command = [sys.executable, "-m", "guide.run", "--quick", chapter.name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
