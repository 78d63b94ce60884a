"""Settings that a caller overrides: `--set section.key=value` on the command line, a mapping in Python."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq.config import document
from seq2seq.config.problems import Problem, Setting


@dataclass(frozen=True)
class Override:
    """One overridden setting.

    Attributes:
        text: as the user wrote it, for messages: `--set training.seed=x`.
        setting: what it sets.
        value: plain data.
    """

    text: str
    setting: Setting
    value: object

    def covers(self, problem: Problem, lines: dict[Setting, int]) -> bool:
        """Whether a problem comes from this override, given the settings that the file itself holds."""
        size = len(self.setting)
        if problem.setting[:size] == self.setting:
            return True
        # It may also lie above: `training.optimiser.momentum=0.9` makes a section that does not exist.
        return self.setting[: len(problem.setting)] == problem.setting and problem.setting not in lines


Overrides = Sequence[str] | Mapping[str, object]
"""Overrides as texts `section.key=value`, the value in YAML; or as values by the full name of their setting."""


def as_texts(given: Overrides) -> tuple[str, ...]:
    """Overrides as texts, so that others can be put before them."""
    if isinstance(given, Mapping):
        return tuple(f"{name}={json.dumps(value)}" for name, value in given.items())  # JSON is YAML
    return tuple(given)


def parse(given: Overrides) -> tuple[list[Override], list[str]]:
    """Read overrides.

    Returns:
        The overrides that could be read, and a line about each of the others.
    """
    overrides: list[Override] = []
    wrong: list[str] = []
    if isinstance(given, Mapping):
        for name, plain in given.items():
            overrides.append(Override(f"settings[{name!r}]", tuple(name.split(".")), plain))
        return overrides, wrong
    for text in given:
        name, equals, value = text.partition("=")
        keys = tuple(name.strip().split("."))
        if not equals or not all(keys):
            wrong.append(f"--set {text}: expected SECTION.KEY=VALUE, such as training.max_time=20m")
            continue
        try:
            read = document.read(value)
        except document.YamlError as error:
            wrong.append(f"--set {text}: the value is not YAML: {error}")
            continue
        if read.problems:
            wrong.extend(f"--set {text}: {problem.what}" for problem in read.problems)
            continue
        overrides.append(Override(f"--set {text}", keys, read.value))
    return overrides, wrong


def value_of(given: Overrides, name: str, default: object = None) -> object:
    """The value that overrides give to a setting, by its full name, alone or with the section that it is in."""
    section: Any = {}
    apply(section, parse(given)[0])
    for key in name.split("."):
        if not isinstance(section, dict) or key not in section:
            return default
        section = section[key]
    return section


def sets(given: Overrides, name: str) -> bool:
    """Whether overrides give a value to a setting, as :func:`value_of` finds it."""
    nothing = object()
    return value_of(given, name, nothing) is not nothing


def apply(data: dict[str | int, Any], overrides: Sequence[Override]) -> None:
    """Change ``data`` in place, in order; sections that are absent or null are made."""
    for override in overrides:
        section: dict[str | int, Any] = data
        *above, last = override.setting
        for key in above:
            if not isinstance(section.get(key), dict):
                section[key] = {}
            section = section[key]
        section[last] = override.value
