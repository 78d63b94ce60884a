"""Settings that were renamed: recipes and model folders of older versions are still read.

One table maps old names to new ones; it is applied to recipes as plain data, before they are checked. The old names
are accepted until version 0.3.
"""

from collections.abc import Mapping
from typing import Any, Final

from seq2seq.config.problems import Setting, spell

RENAMED: Final[Mapping[tuple[str, ...], str]] = {
    ("start",): "initial_model",
    ("initial_model", "anchor"): "l2_sp",
    ("model", "votes"): "naive_bayes",
    ("model", "votes_per"): "naive_bayes_per",
    ("training", "average"): "ema_decay",
    ("training", "batch", "windows", "carry"): "carry_state",
    ("training", "schedule", "floor"): "min_share",
}
"""The new last part of each setting; a section comes before what is in it, which is named as in the new section."""


def current(setting: Setting) -> Setting:
    """A setting by the name that it has today."""
    for old, new in RENAMED.items():
        if setting[: len(old)] == old:
            setting = (*old[:-1], new, *setting[len(old) :])
    return setting


def migrate(recipe: dict[str, Any]) -> list[tuple[Setting, Setting]]:
    """Rename the settings of a recipe, in place; where both names are there, the old one is left to be refused.

    Returns the old and new names of the settings that were renamed; damaged sections pass.
    """
    renamed: list[tuple[Setting, Setting]] = []
    for (*above, last), new in RENAMED.items():
        section: Any = recipe
        for name in above:
            section = section.get(name) if isinstance(section, dict) else None
        if isinstance(section, dict) and last in section and new not in section:
            # In the same place, so that a recipe that is written again keeps its order.
            items = [(new if name == last else name, value) for name, value in section.items()]
            section.clear()
            section.update(items)
            renamed.append(((*above, last), (*above, new)))
    return renamed


def describe(renamed: list[tuple[Setting, Setting]]) -> str:
    """The settings that were renamed, in words: ``training.average is now training.ema_decay``."""
    return "; ".join(f"{spell(old)} is now {spell(new)}" for old, new in renamed)
