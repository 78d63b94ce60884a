"""What the pages have in common: the views of `seq2seq/web/views` find the same elements in both."""

import re
from pathlib import Path

import pytest

import seq2seq

PACKAGE = Path(seq2seq.__file__).parent
PAGES = [PACKAGE / "web" / "index.html", PACKAGE / "server" / "page" / "index.html"]


def template(page: Path, task: str) -> list[str]:
    """The lines of a task's template."""
    found = re.search(rf'<template id="{task}".*?</template>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[0].splitlines()


@pytest.mark.parametrize("task", ["classification", "generation"])
def test_the_page_of_a_server_adds_to_that_of_a_model(task: str) -> None:
    common, own = (template(page, task) for page in PAGES)
    assert [line for line in own if line in common] == common
