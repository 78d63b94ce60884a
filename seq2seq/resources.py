"""Where the bundled recipes and data lie: in the checkout, or in an installed wheel.

checkout   <root>/recipes, <root>/data
wheel      seq2seq/share/recipes, seq2seq/share/data
"""

from pathlib import Path
from typing import Final

BUNDLED: Final = "bundled://"
"""A path in a recipe that begins with this lies in the bundled data: `bundled://phrasebook`."""


def _share() -> Path:
    """The folder that holds `recipes` and `data`."""
    package = Path(__file__).resolve().parent
    installed = package / "share"
    return installed if installed.is_dir() else package.parent


def data_folder() -> Path:
    """The folder of bundled corpora."""
    return _share() / "data"


def recipes_folder() -> Path:
    """The folder of bundled recipes."""
    return _share() / "recipes"


def recipes() -> dict[str, Path]:
    """Every bundled recipe by name, in alphabetical order: `translation/phrasebook` and its file."""
    folder = recipes_folder()
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.glob("**/*.yaml"))}
