"""The JSON Schema of a recipe, by which editors complete, explain and check it."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from textwrap import dedent
from typing import Any, Final

from pydantic import TypeAdapter

from seq2seq.config.base import Strict
from seq2seq.config.recipe import DEFAULT_TASK, AnyRecipe, Recipe
from seq2seq.config.search_settings import SearchSettings

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def recipe_schema() -> dict[str, Any]:
    """Return the schema; its descriptions are the docstrings of the settings."""
    adapter: TypeAdapter[Recipe] = TypeAdapter(AnyRecipe)
    schema = _tidy(_described(adapter.json_schema()))
    # Editors show the problems of the right alternative if the task selects it.
    mapping = schema.pop("discriminator")["mapping"]
    schema.pop("oneOf")
    schema["allOf"] = [
        {
            "if": {"properties": {"task": {"const": task}}, **({} if task == DEFAULT_TASK else {"required": ["task"]})},
            "then": {"$ref": reference},
        }
        for task, reference in mapping.items()
    ]
    schema["properties"] = {"task": {"enum": list(mapping)}}
    return {"$schema": DIALECT, **schema, "title": "seq2seq recipe"}


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    """Add the docstrings of settings, which pydantic would read with every import of a section (30 ms)."""
    for section in _sections(Strict):
        definition = schema["$defs"].get(section.__name__, {})
        # Older releases of pydantic leave out the docstring of a class that is a dataclass, too.
        definition.setdefault("description", inspect.cleandoc(section.__doc__ or ""))
        properties = definition.get("properties", {})
        documented = {name: text for kind in reversed(section.mro()) for name, text in _docstrings(kind).items()}
        for name, setting in properties.items():
            if name in documented:
                properties[name] = dict(sorted({**setting, "description": documented[name]}.items()))
    return schema


def _sections(base: type[Strict]) -> Iterator[type[Strict]]:
    """Every section of recipes, of installed packages as well."""
    for section in base.__subclasses__():
        yield section
        yield from _sections(section)


def _docstrings(section: type) -> dict[str, str]:
    """The text below each setting that a class itself declares; none where its source is not installed."""
    if not issubclass(section, Strict | SearchSettings):
        return {}
    try:
        source = inspect.getsource(section)
    except OSError:
        return {}
    (definition,) = ast.parse(dedent(source)).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for setting, text in pairwise(definition.body):
        match setting, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(content))):
                found[name] = inspect.cleandoc(content)
    return found


def _tidy(part: Any) -> Any:
    """Join the lines of descriptions, and leave out pydantic's titles, which only repeat the names."""
    if isinstance(part, list):
        return [_tidy(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _tidy(value) for key, value in part.items() if not (key == "title" and isinstance(value, str))}
    if isinstance(kept.get("description"), str):
        kept["description"] = " ".join(kept["description"].split())
    return kept
