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

from guide.site import commands

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
]
"""Files outside of docs/ that pages lead to."""
_LINK: Final = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)")
_CODE: Final = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_EQUATION: Final = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made of other files, the list of commands, and what the pages need."""
    for source, page in PAGES.items():
        text = (ROOT / source).read_text("utf-8")
        files.append(File.generated(config, page, content=text if source.endswith(".md") else _program(source, text)))
    files.append(File.generated(config, "cli.md", content=commands.page()))
    for path in FILES:
        files.append(File.generated(config, path.relative_to(ROOT).as_posix(), abs_src_path=str(path)))
    for path in ASSETS.iterdir():
        files.append(File.generated(config, path.name, abs_src_path=str(path)))
    return files


def _program(source: str, text: str) -> str:
    return f"# {Path(source).name}\n\n```python\n{text}```\n"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links between files of the repository into links between pages."""
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
    """Write equations as MathML, which browsers show without a program."""
    return _EQUATION.sub(
        lambda found: convert(html.unescape(found[2]), display="inline" if found[1] == "span" else "block"), text
    )
