"""The JSON Schema of a recipe, by which editors complete, explain and check it."""

from typing import Any, Final

from pydantic import TypeAdapter

from seq2seq.config.recipe import DEFAULT_TASK, AnyRecipe, Recipe

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def recipe_schema() -> dict[str, Any]:
    """Return the schema; its descriptions are the docstrings of the settings."""
    adapter: TypeAdapter[Recipe] = TypeAdapter(AnyRecipe)
    schema = _tidy(adapter.json_schema())
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
