"""All findings about a model, or about a recipe before it is trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict


class Part(NamedTuple):
    """Findings that belong together."""

    name: str
    """In kebab case: `network`."""
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The findings, in parts, each with at least one."""

    heading: str
    """What was measured on what, in a line."""
    name: str
    """Of the model or recipe."""
    about: Mapping[str, JsonValue]
    """For JSON: the model or recipe, its run, data, number of examples and seed, as far as there are such."""
    parts: tuple[Part, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in order."""
        return tuple(finding for part in self.parts for finding in part.findings)

    @property
    def troubles(self) -> tuple[Finding, ...]:
        """Those that name a trouble."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.TROUBLE)

    def save_report(self, path: str | Path) -> None:
        """Write all findings with their pictures as one page of HTML, which needs no other file.

        Raises:
            OSError: the file cannot be written.
        """
        from seq2seq.diagnostics.page import page

        page(self).write(Path(path))

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        return {
            **self.about,
            "troubles": [finding.trouble for finding in self.troubles],
            "sections": [
                {"name": name, "title": title, "findings": [one.to_dict() for one in findings]}
                for name, title, findings in self.parts
            ],
        }
