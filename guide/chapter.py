"""A chapter of the guide, taken apart: code to run, and the places that the run fills.

    ```python or ```bash        code; a line that ends in `# quick: ...` is another one in the quick form
    ```text                     directly below code: what that code printed
    <!--= EXPRESSION -->...<!--/-->   in prose: the value of a Python expression, after the code above it;
                                holds(CONDITION) is **holds** or **does not hold here**
    ![...](../pictures/NAME.svg)      a picture that the code wrote as NAME.svg

Everything else is prose.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "docs/guide"
PICTURES: Final = FOLDER / "pictures"
_PART: Final = re.compile(
    r"^```(?P<language>python|bash|text)\n(?P<code>.*?)^```$|<!--= (?P<value>.*?) -->(?P<shown>.*?)<!--/-->",
    re.MULTILINE | re.DOTALL,
)
_PICTURE: Final = re.compile(r"^!\[(?P<alt>[^\]]+)\]\(\.\./pictures/(?P<name>[\w-]+\.svg)\)$", re.MULTILINE)
_QUICK_PYTHON: Final = re.compile(r"^(\s*\w+ = ).*?  # quick: (.*)$", re.MULTILINE)
_QUICK_BASH: Final = re.compile(r"^(.*?)  # quick: (.*)$", re.MULTILINE)
_NUMBER: Final = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?!\w)")


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code."""

    language: Literal["python", "bash"]
    text: str
    line: int
    """Where it begins in the file."""

    def form(self, *, quick: bool) -> str:
        """The code to run; the quick form assigns other values, and gives commands more options."""
        if not quick:
            return self.text
        pattern = _QUICK_PYTHON if self.language == "python" else _QUICK_BASH
        return pattern.sub(r"\1\2" if self.language == "python" else r"\1 \2", self.text)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the run fills: what a block printed, or the value of an expression."""

    expression: str | None
    """None: the output of the block above."""
    of_command: bool
    """Whether that block is one of commands, whose output may be any text."""
    shown: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the guide."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> "Chapter":
        """Read a file."""
        return cls(path, path.read_text("utf-8"))

    @property
    def name(self) -> str:
        """Such as ``cells/gates``."""
        return self.path.relative_to(FOLDER).with_suffix("").as_posix()

    def parts(self) -> Iterator[Code | Place]:
        """Code and places, in their order."""
        end_of_code, language = -1, ""
        for found in _PART.finditer(self.text):
            if found["value"]:
                yield Place(found["value"], False, found["shown"], found.start("shown"), found.end("shown"))
            elif found["language"] != "text":
                language = found["language"]
                line = self.text.count("\n", 0, found.start("code")) + 1
                yield Code("python" if language == "python" else "bash", found["code"], line)
                end_of_code = found.end()
            elif not self.text[end_of_code : found.start()].strip():
                shown = found["code"].rstrip("\n")
                yield Place(None, language == "bash", shown, found.start("code"), found.end("code"))

    def code(self) -> list[Code]:
        """Its blocks."""
        return [part for part in self.parts() if isinstance(part, Code)]

    def places(self) -> list[Place]:
        """What the run fills."""
        return [part for part in self.parts() if isinstance(part, Place)]

    def pictures(self) -> dict[str, str]:
        """Names and alternative texts."""
        return {found["name"]: found["alt"] for found in _PICTURE.finditer(self.text)}

    @property
    def has_quick_form(self) -> bool:
        """Whether some of its code is shortened in the quick form; otherwise both forms give the same figures."""
        return any(code.form(quick=True) != code.text for code in self.code())

    def digest(self) -> str:
        """A fingerprint of all of its code."""
        parts = [part.text if isinstance(part, Code) else part.expression or "" for part in self.parts()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def filled(self, values: Sequence[str]) -> str:
        """The text with other values in its places."""
        parts, end = [], 0
        for place, value in zip(self.places(), values, strict=True):
            block = place.expression is None
            parts += [self.text[end : place.start], f"{value}\n" if block else value]
            end = place.end
        return "".join([*parts, self.text[end:]])


def chapters() -> list[Chapter]:
    """Every page that has code."""
    return [chapter for path in sorted(FOLDER.glob("*/*.md")) if (chapter := Chapter.read(path)).code()]


def disagreement(shown: str, found: str, *, values: bool) -> str | None:
    """How what a page shows differs from what a run found, or None.

    Args:
        shown: text of the page.
        found: text of the run.
        values: compare numbers, to one unit of the last digit that is shown; otherwise only how many there are.
    """
    numbers = [[one.replace("−", "-").replace(",", "") for one in _NUMBER.findall(text)] for text in (shown, found)]
    if len(numbers[0]) != len(numbers[1]):
        return f"{len(numbers[0])} numbers are shown, {len(numbers[1])} were found"
    if not values:
        return None
    words = [_NUMBER.sub("#", text).split() for text in (shown, found)]
    if words[0] != words[1]:
        return "other words"
    for one, other in zip(*numbers, strict=True):
        mantissa, _, exponent = one.partition("e")
        unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        if abs(float(one) - float(other)) > 1.001 * unit:
            return f"{one} is shown, {other} was found"
    return None
