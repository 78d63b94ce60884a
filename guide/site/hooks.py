"""What the site has beside docs/: pages made of other files of the repository, and equations as MathML.

MkDocs calls the functions whose names begin with ``on_``. Links between files of the repository, as an editor or a
forge follows them, become links between pages.
"""

import html
import posixpath
import re
from pathlib import Path
from typing import Final

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from guide.chapter import PICTURES, chapters
from guide.notebooks import notebook
from guide.site import commands
from guide.site.markup import for_narrow_windows

ROOT: Final = Path(__file__).resolve().parents[2]
ASSETS: Final = Path(__file__).parent / "assets"
PAGES: Final = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "benchmarks/LOG.md": "log.md",
    **{f"examples/{path.name}": f"examples/{path.stem}.md" for path in (ROOT / "examples").glob("*.py")},
}
"""Files outside of docs/ that are pages of the site."""
FILES: Final = [
    *(ROOT / name for name in ("LICENSE", "CITATION.cff", "examples/notebook.ipynb")),
    *(ROOT / "benchmarks/curves").glob("*.png"),
    *(ROOT / "examples/single_file").glob("translate.*"),
]
"""Files outside of docs/ that pages lead to."""
STYLES: Final = ROOT / "seq2seq/report/assets/drawings.css"
_LINK: Final = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)")
_CODE: Final = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_MARK: Final = re.compile(r"<!--(?:=.*?|/)-->|  # quick: .*$", re.MULTILINE)
"""What a reader need not see."""
_PICTURE: Final = re.compile(r'<p><img alt="([^"]*)" src="[^"]*pictures/([\w-]+\.svg)" ?/?></p>')
_STYLE: Final = re.compile(r"<style>.*?</style>", re.DOTALL)
_EQUATION: Final = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made of other files, the list of commands, and what the pages need."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text("utf-8")
        files.append(File.generated(config, page, content=text if source.endswith(".md") else _program(source, text)))
    files.append(File.generated(config, "cli.md", content=commands.page()))
    for path in FILES:
        files.append(File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path)))
    for path in [*ASSETS.iterdir(), STYLES]:
        files.append(File.generated(config, path.name, abs_src_path=str(path)))
    for chapter in chapters():
        files.append(File.generated(config, f"guide/{chapter.name}.ipynb", content=notebook(chapter)))
    return files


def _program(source: str, text: str) -> str:
    return f"# {Path(source).name}\n\n```python\n{text}```\n"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links between files of the repository into links between pages; a chapter leads to its notebook."""
    if page.file.src_uri in {f"guide/{chapter.name}.md" for chapter in chapters()}:
        markdown = f"{_MARK.sub('', markdown)}\n\n[This chapter as a notebook]({Path(page.file.src_uri).stem}.ipynb)\n"
    sources = {site: source for source, site in PAGES.items()}
    here = page.file.src_uri
    folder = posixpath.dirname(sources.get(here, f"docs/{here}"))

    def lead(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, match[2]))
        site = PAGES.get(target, target.removeprefix("docs/"))
        return match[1] + posixpath.relpath(site, posixpath.dirname(here) or ".")

    parts, end = [], 0
    for code in _CODE.finditer(markdown):
        parts += [_LINK.sub(lead, markdown[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, _LINK.sub(lead, markdown[end:])])


def on_page_content(text: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Write equations as MathML, which browsers show without a program, and pictures in the page's own colours."""
    folder = posixpath.dirname(page.file.src_uri)

    def path(address: str) -> Path | None:
        file = files.get_file_from_path(posixpath.normpath(posixpath.join(folder, address)))
        return Path(file.abs_src_path) if file is not None and file.abs_src_path else None

    text = for_narrow_windows(_PICTURE.sub(_inline, text), path)
    return _EQUATION.sub(_equation, text.replace("<th></th>", "<td></td>"))  # a column without a heading


def _equation(found: re.Match[str]) -> str:
    if found[1] == "span":
        return str(convert(html.unescape(found[2]), display="inline"))
    return f'<div class="equation" tabindex="0">{convert(html.unescape(found[2]), display="block")}</div>'


def _inline(found: re.Match[str]) -> str:
    picture = _STYLE.sub("", (PICTURES / found[2]).read_text("utf-8"))
    labelled = picture.replace("<svg", f'<svg aria-label="{found[1]}"', 1)
    return f"<figure>{labelled}</figure>"
