"""What pyproject.toml declares, in a form that pip installs: the oldest releases allowed, or whatever is newest.

    python tests/support/bounds.py oldest [--without-torch]

prints one requirement per line. `make oldest` and `make newest` run it before anything is installed, so it uses nothing
but the standard library.
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NEED_TORCH: Final = ("torch", "lightning-fabric")
"""Left out by ``--without-torch``: torch, and what installs it."""
_BOUND: Final = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[a-z,_-]+\])?>=([0-9]+(?:\.[0-9]+)*(?:\.post[0-9]+)?)(?:; .+)?")
_EXTRAS: Final = ("train", "serve", "music", "tensorboard", "test")
"""What the tests need; of these, references to the package's own extras are passed over."""


def bounds() -> dict[str, str]:
    """The lower bound of every package that the build, the package or its tests need.

    Raises:
        ValueError: a requirement is not of the form ``name>=release``; a marker may follow, and is passed over.
    """
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = declared["project"]
    texts = [*declared["build-system"]["requires"], *project["dependencies"]]
    for extra in _EXTRAS:
        texts += [text for text in project["optional-dependencies"][extra] if not text.startswith("seq2seq[")]
    found: dict[str, str] = {}
    for text in texts:
        match = _BOUND.fullmatch(text)
        if match is None:
            raise ValueError(f"pyproject.toml: {text!r} has no lower bound of the form name>=release.")
        name, release = match.groups()
        if found.setdefault(name, release) != release:
            raise ValueError(f"pyproject.toml: {name} has two lower bounds, {found[name]} and {release}.")
    return found


def requirements(which: str, *, without_torch: bool = False) -> list[str]:
    """Requirements of an environment that the tests run in.

    Args:
        which: ``oldest`` (exactly the lower bounds) or ``newest`` (any release from them on).
        without_torch: leave torch and what installs it out.
    """
    relation = {"oldest": "==", "newest": ">="}[which]
    left_out = NEED_TORCH if without_torch else ()
    return [f"{name}{relation}{release}" for name, release in bounds().items() if name not in left_out]


if __name__ == "__main__":
    print("\n".join(requirements(sys.argv[1], without_torch="--without-torch" in sys.argv[2:])))
