"""A chapter taken apart: its code in both forms, the places that a run fills, and figures compared."""

from pathlib import Path

import nbformat
import pytest

from guide.chapter import FOLDER, PICTURES, Chapter, Code, disagreement
from guide.execute import execute
from guide.notebooks import notebook

PAGE = """\
# Sums

```python
count = 1000  # quick: 10
print("sum", sum(range(count)))
```

```text
sum 499500
```

The mean is <!--= f"{sum(range(count)) / count:.1f}" -->499.5<!--/-->, see [sums](other.md).

```bash
echo more  # quick: --fast
```

![A line](../pictures/line.svg)

```text
no output: prose stands between
```
"""


@pytest.fixture
def chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chapter:
    monkeypatch.chdir(tmp_path)
    return Chapter(FOLDER / "cells/sums.md", PAGE)


def test_parts_are_found_in_their_order(chapter: Chapter) -> None:
    assert [type(part).__name__ for part in chapter.parts()] == ["Code", "Place", "Place", "Code"]
    assert [code.line for code in chapter.code()] == [4, 15]
    assert [place.shown for place in chapter.places()] == ["sum 499500", "499.5"]
    assert chapter.pictures() == {"line.svg": "A line"}
    assert chapter.name == "cells/sums"


def test_the_quick_form_assigns_other_values_and_adds_options(chapter: Chapter) -> None:
    python, bash = chapter.code()
    assert python.form(quick=False) == python.text
    assert python.form(quick=True).splitlines()[0] == "count = 10"
    assert bash.form(quick=True) == "echo more --fast\n"
    assert chapter.has_quick_form
    assert not Chapter(chapter.path, PAGE.replace("  # quick: 10", "").replace("  # quick: --fast", "")).has_quick_form


def test_a_run_gives_the_text_of_every_place(chapter: Chapter) -> None:
    assert execute(chapter, quick=False) == ["sum 499500", "499.5"]
    assert execute(chapter, quick=True) == ["sum 45", "4.5"]


def test_a_verdict_is_computed(chapter: Chapter) -> None:
    page = "```python\na = 1\n```\n\nIt <!--= holds(a > 0) --><!--/-->. It <!--= holds(a > 1) --><!--/-->."
    assert execute(Chapter(chapter.path, page), quick=False) == ["**holds**", "**does not hold here**"]


def test_places_are_filled_and_nothing_else_changes(chapter: Chapter) -> None:
    assert chapter.filled(["sum 499500", "499.5"]) == PAGE
    filled = chapter.filled(["sum 45", "4.5"])
    assert filled == PAGE.replace("sum 499500\n", "sum 45\n").replace(">499.5<", ">4.5<")
    assert Chapter(chapter.path, filled).digest() == chapter.digest()


def test_the_digest_is_that_of_the_code(chapter: Chapter) -> None:
    assert Chapter(chapter.path, PAGE.replace("The mean", "A mean")).digest() == chapter.digest()
    assert Chapter(chapter.path, PAGE.replace("= 1000", "= 1001")).digest() != chapter.digest()
    assert Chapter(chapter.path, PAGE.replace(":.1f", ":.2f")).digest() != chapter.digest()


@pytest.mark.parametrize(
    ("shown", "found", "agree"),
    [
        ("a 0.51", "a 0.52", True),  # one unit of the last digit
        ("a 0.51", "a 0.53", False),
        ("1,500 steps", "1,500 steps", True),
        ("1,500 steps", "1,700 steps", False),
        ("1.1e-07", "1.2e-07", True),
        ("1.1e-07", "1.3e-07", False),
        ("1.1e-07", "1.1e-06", False),
        ("holds", "does not hold here", False),
        ("lag 50", "lag fifty", False),
        ("−3 nats", "3 nats", False),
    ],
)
def test_figures_are_compared_to_their_last_digit(shown: str, found: str, agree: bool) -> None:
    assert (disagreement(shown, found, values=True) is None) == agree


def test_the_quick_form_compares_how_many_numbers_there_are() -> None:
    assert disagreement("loss 1.38, holds", "loss 0.02, does not hold here", values=False) is None
    assert disagreement("loss 1.38", "loss nan", values=False) is not None


def test_a_notebook_has_the_same_code_and_figures(chapter: Chapter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guide.notebooks.PICTURES", Path.cwd())
    Path("line.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    read = nbformat.reads(notebook(chapter), as_version=4)
    nbformat.validate(read)
    assert [cell.cell_type for cell in read.cells] == ["markdown", "code", "markdown", "code", "code", "markdown"]
    python, bash, picture = (cell for cell in read.cells if cell.cell_type == "code")
    assert python.source == chapter.code()[0].text.rstrip().replace("  # quick: 10", "")
    assert python.outputs[0].text == "sum 499500\n"
    assert bash.source == "%%bash\necho more"
    assert "<svg" in picture.outputs[0].data["image/svg+xml"]
    assert read.cells[2].source == "The mean is 499.5, see sums."


def test_code_and_pictures_lie_where_the_pages_expect_them() -> None:
    assert PICTURES == FOLDER / "pictures"
    assert isinstance(Chapter.read(FOLDER / "cells/activations.md").code()[0], Code)
