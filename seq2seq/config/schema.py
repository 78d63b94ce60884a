"""The JSON Schema of a recipe, by which editors complete, explain and check it."""

from typing import Any, Final

from seq2seq.config.recipe import Recipe

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def recipe_schema() -> dict[str, Any]:
    """Return the schema; its descriptions are the docstrings of the settings."""
    schema = Recipe.model_json_schema()
    return {"$schema": DIALECT, **_tidy(schema), "title": "seq2seq recipe"}


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
