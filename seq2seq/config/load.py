"""From a file or a name, and the command line's `--set`, to a recipe; or to one report of all its problems."""

import copy
import difflib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from seq2seq import log, resources
from seq2seq.config import document, migration, problems
from seq2seq.config import overrides as command_line
from seq2seq.config.document import Document
from seq2seq.config.overrides import Override, Overrides
from seq2seq.config.problems import Problem, Setting
from seq2seq.config.recipe import DEFAULT_TASK, RECIPES, Recipe
from seq2seq.errors import ConfigError
from seq2seq.hints import alike

_YAML: Final = (".yaml", ".yml")
_LARGEST: Final = 1 << 20
"""Bytes of a recipe, at most."""


def load_recipe(where: str | Path, overrides: Overrides = (), *, quiet: bool = False) -> Recipe:
    """Read a recipe.

    Args:
        where: a YAML file, or the name of a bundled recipe: `translation/phrasebook`, or its last part where unique.
        overrides: settings to change: texts `section.key=value`, the value in YAML, or a mapping from names to values,
            such as ``{"training.max_time": "20m"}``; applied in order.
        quiet: whether old names of settings are accepted without a warning.

    Raises:
        ConfigError: with every problem of file and overrides, in the order of the file.
    """
    return _build(document_of(where), str(where), overrides, quiet=quiet)


def parse_recipe(data: Mapping[str, object], where: str, overrides: Overrides = ()) -> Recipe:
    """Check plain data (a recipe stored in a model folder, say): sections, as JSON or YAML hold them.

    Errors name their place ``where``; overrides are those of :func:`load_recipe`.

    Raises:
        ConfigError: with every problem.
    """
    return _build(Document(copy.deepcopy(dict(data))), where, overrides, quiet=True)


def dump_recipe(recipe: Recipe) -> str:
    """Write a recipe as YAML, every setting spelt out; it loads back equal."""
    return document.write(recipe.model_dump(mode="json"))


def names_recipe(where: str) -> bool:
    """Whether a word of a command line names a recipe, rather than data.

    A recipe is a YAML file, a bundled one where no file is called so, or a small file with a recipe's sections.
    """
    path = Path(where)
    if path.suffix in _YAML:
        return True
    if "://" in where:
        return False
    if path.is_file():
        if path.suffix not in ("", ".json", ".txt") or path.stat().st_size > _LARGEST:
            return False
        try:
            value = document_of(path).value
        except ConfigError:
            return False
        # A data set in JSON may have a key `data`, too; a recipe has sections, and this much of it at least.
        return isinstance(value, dict) and all(isinstance(value.get(name), dict) for name in ("data", "training"))
    # A folder or a pipe holds data. For a name of neither, `find_recipe` suggests similar ones.
    return not path.exists() and not path.suffix


def find_recipe(where: str | Path) -> Path:
    """Return the file of a recipe, which may be bundled.

    By the last part of its name alone, where several tasks have such a recipe, the default task's is meant.

    Raises:
        ConfigError: there is none; names those that are near.
    """
    path = Path(where)
    if path.is_file():
        return path
    if path.is_dir():
        raise ConfigError(str(where), ["a folder; name a recipe's file"])
    bundled = resources.recipes()
    name = path.as_posix().removeprefix("recipes/")
    name = name.removesuffix(".yaml").removesuffix(".yml")
    matches = [name] if name in bundled else [full for full in bundled if full.rpartition("/")[2] == name]
    matches = [full for full in matches if full.startswith(f"{DEFAULT_TASK}/")] or matches
    if len(matches) == 1:
        return bundled[matches[0]]
    if not matches:
        last = name.rpartition("/")[2]
        short = {full.rpartition("/")[2]: full for full in bundled}
        near = [*difflib.get_close_matches(name, bundled), *map(short.get, difflib.get_close_matches(last, short))]
        matches = list(dict.fromkeys(full for full in near if full))
    if path.parent.is_dir() and (beside := alike(path.name, (file.name for file in path.parent.iterdir()))):
        matches.insert(0, str(path.with_name(beside)))
    meant = f"did you mean {' or '.join(map(repr, matches))}? " if matches else ""
    what = f"no such file, and no bundled recipe of that name; {meant}`seq2seq recipes` lists them"
    raise ConfigError(str(where), [what])


def document_of(where: str | Path) -> Document:
    """Read a recipe's text, unchecked."""
    try:
        return document.read(find_recipe(where).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(str(where), [f"not UTF-8 text (byte {error.start}); save it as UTF-8"]) from None
    except OSError as error:
        raise ConfigError(str(where), [f"cannot be read: {error.strerror}"]) from None
    except document.YamlError as error:
        raise ConfigError(str(where), [str(error)]) from None


def _build(source: Document, where: str, given: Overrides, *, quiet: bool) -> Recipe:
    data = {} if source.value is None else source.value
    if not isinstance(data, dict):
        what = f"expected sections such as 'data:' and 'training:', found {problems.found(data)}"
        raise ConfigError(where, [what])
    sets, wrong = command_line.parse(given)
    renamed = migration.migrate(data)
    source = replace(source, lines={migration.current(setting): line for setting, line in source.lines.items()})
    renamed += [(one.setting, new) for one in sets if (new := migration.current(one.setting)) != one.setting]
    sets = [replace(one, setting=migration.current(one.setting)) for one in sets]
    command_line.apply(data, sets)
    recipe, found = _validate(data)
    if recipe is None or found or source.problems or wrong:
        raise ConfigError(where, [*_report([*source.problems, *found], source, sets), *wrong])
    if renamed and not quiet:
        message = f"{where}: {migration.describe(renamed)}. The old names are accepted until version 0.3."
        log.warn(message, code="config.renamed")
    return recipe


def _validate(data: dict[str, Any]) -> tuple[Recipe | None, list[Problem]]:
    """Check plain data; where some settings are wrong, the rules between the others are checked all the same."""
    data = copy.deepcopy(data)
    kind, found = _kind(data)
    doubtful: set[Setting] = {problem.setting for problem in found}
    while True:
        _open_sections(kind, data)
        try:
            return kind.model_validate_json(json.dumps(data)), found
        except ValidationError as error:
            errors = error.errors(include_url=False)
        new = problems.find(kind, errors, data)
        if errors[0]["type"] == "rules":  # these come alone, once every setting by itself is right
            return None, found + [problem for problem in new if not _concerns(problem, doubtful)]
        new = [problem for problem in new if problem.setting not in doubtful]
        if not new:  # what is wrong is required, and was left out
            return None, found
        found += new
        for problem in new:
            doubtful |= {_remove(data, problem.setting), *problem.about}


def _kind(data: dict[str, Any]) -> tuple[type[Recipe], list[Problem]]:
    """The class of a recipe, by its task; without such a task, what every recipe has is checked all the same."""
    task = data.setdefault("task", DEFAULT_TASK)
    if isinstance(task, str) and task in RECIPES:
        return RECIPES[task], []
    for section in ("task", "model", "decoding"):
        data.pop(section, None)
    return RECIPES[DEFAULT_TASK], [Problem(("task",), problems.not_one_of(task, list(RECIPES)))]


def _open_sections(model: type[BaseModel], data: dict[str, Any]) -> None:
    """Take a section that must be there, but is empty or absent, for one without settings: rules say what it lacks."""
    for name, field in model.model_fields.items():
        kinds = problems.kinds_of(field.annotation)
        if kinds == (field.annotation,) and problems.is_section(kinds[0]) and data.get(name) is None:
            data[name] = {}
        if isinstance(data.get(name), dict):
            for section in filter(problems.is_section, kinds):
                _open_sections(section, data[name])


def _concerns(problem: Problem, doubtful: Iterable[Setting]) -> bool:
    """Whether a broken rule looks at a setting that was wrong by itself, so that nothing can be said of it."""
    looked_at = (problem.setting, *problem.about)
    return any(setting[: len(doubt)] == doubt for setting in looked_at for doubt in doubtful)


def _remove(data: dict[str, Any], setting: Setting) -> Setting:
    """Leave a setting out, or the nearest one above it that is there; return which."""
    section: Any = data
    for depth, key in enumerate(setting, start=1):
        below = section.get(key)
        if depth == len(setting) and key not in section:  # a part of it is missing
            return _remove(data, setting[:-1])
        if depth == len(setting) or not isinstance(below, dict):
            section.pop(key, None)
            return setting[:depth]
        section = below
    return setting


def _report(found: Sequence[Problem], source: Document, sets: Sequence[Override]) -> list[str]:
    """One line a problem: those of the file in its order, then those of the command line."""
    lines = []
    for problem in found:
        name = problems.spell(problem.setting)
        causes = [n for n, override in enumerate(sets) if override.covers(problem, source.lines)]
        if causes:
            override = sets[causes[-1]]
            detail = "" if problem.setting == override.setting else f"{name}: "
            lines.append((math.inf, causes[-1], f"{override.text}: {detail}{problem.what}"))
            continue
        near = [problem.setting[:end] for end in range(len(problem.setting), 0, -1)]
        line = next((source.lines[setting] for setting in near if setting in source.lines), math.inf)
        number = f" (line {line})" if problem.setting in source.lines else ""
        lines.append((line, -1, f"{name or 'the file'}: {problem.what}{number}"))
    return [text for *_, text in sorted(lines, key=lambda entry: entry[:2])]
