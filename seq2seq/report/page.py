"""A report: one HTML file that needs nothing else, not even a network.

Its style sheet and its script stand in it, and its Content-Security-Policy allows these two alone, by their hashes.
Text is escaped where it is written, by the templates in `assets/`; only `Markup` is not escaped again.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from seq2seq.report.blocks import Section
from seq2seq.report.writing import inline, writable
from seq2seq.storage.atomic import atomic_file

_ASSETS: Final = Path(__file__).parent / "assets"


@dataclass(frozen=True, kw_only=True)
class Page:
    """A report in sections."""

    title: str
    sections: Sequence[Section]
    lead: str = ""
    """The most important in a sentence or two."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What it was made from: names and values such as model, data, command, date."""

    def html(self) -> str:
        """The page, a whole document."""
        style = _asset("drawings.css") + _asset("report.css")
        script = _asset("report.js")
        policy = {"default-src": "'none'", "style-src": _digest(style), "script-src": _digest(script)}
        return (
            _templates()
            .get_template("page.html")
            .render(
                page=self,
                anchors=_anchors([section.title for section in self.sections]),
                style=style,
                script=script,
                policy="; ".join(f"{name} {allowed}" for name, allowed in policy.items())
                + "; base-uri 'none'; form-action 'none'",
            )
        )

    def write(self, path: Path) -> None:
        """Write the page to a file, which is whole or not there.

        Raises:
            OSError: it cannot be written.
        """
        atomic_file(path, self.html().encode())


@cache
def _asset(name: str) -> Markup:
    return Markup((_ASSETS / name).read_text("utf-8"))


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        finalize=lambda value: writable(value) if isinstance(value, str) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = inline
    return environment


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _anchors(titles: Sequence[str]) -> list[str]:
    """An id for each section, out of the words of its title."""
    anchors = ["content"]  # the page's own
    for title in titles:
        words = re.sub(r"[^\w]+", "-", writable(title).lower()).strip("-_") or "section"
        number, anchor = 2, words
        while anchor in anchors:
            anchor = f"{words}-{number}"
            number += 1
        anchors.append(anchor)
    return anchors[1:]
