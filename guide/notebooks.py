"""The chapters of the guide as notebooks: the same text, code, figures and pictures."""

import re
from typing import Final, Literal

from nbformat import NotebookNode, from_dict, writes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from guide.chapter import PICTURES, Chapter, Code

_BLOCK: Final = re.compile(
    r"^```(?P<language>python|bash)\n(?P<code>.*?)^```$(?:\n+^```text\n(?P<printed>.*?)^```$)?"
    r"|^!\[[^\]]+\]\(\.\./pictures/(?P<picture>[\w-]+\.svg)\)$",
    re.MULTILINE | re.DOTALL,
)
_MARK: Final = re.compile(r"<!--.*?-->")
_QUICK: Final = re.compile(r"  # quick: .*$", re.MULTILINE)
_LINK: Final = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")
"""To another page, where a notebook has none beside it."""


def notebook(chapter: Chapter, *, quick: bool = False) -> str:
    """The notebook of a chapter, as JSON; its cells show what the last full run printed and drew.

    Args:
        chapter: the page.
        quick: take the quick form of its code.
    """
    cells: list[NotebookNode] = []
    end = 0
    for found in _BLOCK.finditer(chapter.text):
        _add_prose(cells, chapter.text[end : found.start()])
        cells.append(_picture(found["picture"]) if found["picture"] else _code(found, quick))
        end = found.end()
    _add_prose(cells, chapter.text[end:])
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return str(writes(from_dict(new_notebook(cells=cells, metadata={"kernelspec": kernel})))) + "\n"


def _add_prose(cells: list[NotebookNode], text: str) -> None:
    if prose := _MARK.sub("", text).strip():
        cells.append(new_markdown_cell(_LINK.sub(r"\1", prose)))


def _code(found: re.Match[str], quick: bool) -> NotebookNode:
    language: Literal["python", "bash"] = "bash" if found["language"] == "bash" else "python"
    code = _QUICK.sub("", Code(language, found["code"], 0).form(quick=quick).rstrip())
    printed = [new_output("stream", name="stdout", text=found["printed"])] if found["printed"] else []
    return new_code_cell(f"%%bash\n{code}" if language == "bash" else code, outputs=printed)


def _picture(name: str) -> NotebookNode:
    code = f'from IPython.display import SVG\n\nSVG("{name}")'
    data = {"image/svg+xml": (PICTURES / name).read_text("utf-8"), "text/plain": name}
    return new_code_cell(code, outputs=[new_output("display_data", data=data)])
