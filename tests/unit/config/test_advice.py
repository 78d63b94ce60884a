"""Settings that messages name."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seq2seq.config.schema import recipe_schema

PACKAGE = Path(__file__).parents[3] / "seq2seq"
SECTIONS = "data|tokenizer|model|initial_model|training|decoding"
NAMED = re.compile(rf"(?:--set '?|\()((?:{SECTIONS})(?:\.[a-z_]+)+)(?![a-z_(-])")
"""A setting in brackets, or after the option that changes it."""
OTHERS = {"data.sketch", "tokenizer.model"}
"""A key of config.json, and a file of model folders."""


def settings(definitions: dict[str, Any], name: str, prefix: str = "") -> Iterator[str]:
    for key, setting in definitions[name].get("properties", {}).items():
        yield prefix + key
        for inner in set(re.findall(r"#/\$defs/(\w+)", json.dumps(setting))):
            yield from settings(definitions, inner, f"{prefix}{key}.")


def test_every_setting_that_a_message_names_is_one() -> None:
    definitions = recipe_schema()["$defs"]
    known = {one for name in definitions if name.endswith("Recipe") for one in settings(definitions, name)}
    named = [
        (str(path.relative_to(PACKAGE)), name)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in NAMED.findall(node.value)
    ]
    assert len(named) > 100
    assert [one for one in named if one[1] not in known | OTHERS] == []
