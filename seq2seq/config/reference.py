"""Write docs/recipes.md, the page that lists every setting: `python -m seq2seq.config.reference > docs/recipes.md`."""

import json
import sys
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from seq2seq.config.duration import PATTERN
from seq2seq.config.recipe import DEFAULT_TASK
from seq2seq.config.schema import recipe_schema

_LIMITS: Final = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
_OWN: Final = ("model", "decoding")
"""Sections that differ from task to task."""
_OPENING: Final = """\
# Recipes

<!-- Written by `python -m seq2seq.config.reference > docs/recipes.md`; change the docstrings in seq2seq/config/. -->

A recipe is a YAML file that says everything about a training run: the data, the tokenizer, the model, how it is
trained, and how its output is searched for. What it leaves out has the default below, so that a recipe can be short:

```yaml
data: {train: pairs.tsv}
training: {max_time: 20m}
```

| | |
| --- | --- |
| `seq2seq recipes` | lists the bundled recipes |
| `seq2seq recipes show translation/phrasebook` | prints one; `--full` spells every setting out |
| `seq2seq recipes copy translation/custom my.yaml` | makes a copy to change |
| `seq2seq recipes check my.yaml` | reports every problem at once, and data that are missing, without training |
| `seq2seq recipes schema > recipe.schema.json` | the JSON Schema, for editors |
| `seq2seq train my.yaml --output runs/my --set training.seed=2` | trains, with one setting changed |

**`--set section.key=value`** changes one setting and may be repeated. The value is YAML: `--set model.attention=null`,
`--set data.splits.dev=[val]`, `--set 'model.encoder={cell: gru, layers: 2}'`. A section that is absent or `null` is
made: `--set tokenizer.sampling.alpha=0.2` turns sampling on.

**YAML** is read as version 1.2 has it: `1e-3` is a number, and `no`, `off`, `on` and `yes` are text, not booleans.
A **time** is seconds, or a text such as `90s`, `20m`, `1h30m`.

**An editor** with the YAML language server completes and checks a recipe that begins with
`# yaml-language-server: $schema=recipe.schema.json`.

A recipe with mistakes is refused with all of them, each with its line:

```
my.yaml: 2 problems
  training.batch.max_token: unknown setting; did you mean 'max_tokens'? (line 12)
  training.precision: 'fp8' is not one of 'auto', '32-true', 'bf16-mixed' (line 14)
```
"""


def reference() -> str:
    """Return the page as Markdown: what every recipe has, then what each task adds."""
    schema = recipe_schema()
    definitions = schema["$defs"]
    tasks = {one["if"]["properties"]["task"]["const"]: _resolve(one["then"], definitions) for one in schema["allOf"]}
    own = {task: _only(recipe, _OWN) for task, recipe in tasks.items()}
    shared = _only(tasks[DEFAULT_TASK], tuple(key for key in tasks[DEFAULT_TASK]["properties"] if key not in _OWN))
    task = {
        "description": "What is learnt; each adds the sections below.",
        "enum": list(tasks),
        "default": DEFAULT_TASK,
    }
    shared = {**shared, "properties": {**shared["properties"], "task": task}}
    pages = list(_section("", shared, definitions, ""))
    for name, section in own.items():
        pages += _section("", section, definitions, name)
    return "\n".join([_OPENING, *pages])


def _only(section: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """A section with some of its settings."""
    kept = {key: setting for key, setting in section["properties"].items() if key in keys}
    return {**section, "properties": kept}


def _section(name: str, section: Mapping[str, Any], definitions: Mapping[str, Any], task: str) -> Iterator[str]:
    """Yield a heading, what the section is, a table of its settings, and then the sections within it."""
    rows, within = [], []
    for key, setting in section["properties"].items():
        inner = _inner(setting, definitions)
        if inner is None:
            cells = (f"`{key}`", _values(setting, definitions), _default(setting), setting["description"])
        else:
            full = f"{name}.{key}" if name else key
            link = f"[`{key}`](#{full.replace('.', '')}{f'-{task}' if task else ''})"
            off = "`null`" if setting.get("default", {}) is None else ""
            kind = "a list of sections" if setting.get("type") == "array" else "a section"
            # pydantic leaves out a description that equals the section's own
            cells = (link, kind, off, setting.get("description", inner["description"]))
            within.append((full, inner))
        rows.append(f"| {' | '.join(cells)} |")
    of_task = f" ({task})" if task else ""
    title = f"`{name}`{of_task}" if name else f"Task `{task}`" if task else "Sections"
    yield f"{'#' * (2 + name.count('.'))} {title}\n"
    if name or task:
        yield f"{section['description']}\n"
    yield "\n".join(["| setting | values | default | meaning |", "| --- | --- | --- | --- |", *rows, ""])
    for full, inner in within:
        yield from _section(full, inner, definitions, task)


def _alternatives(setting: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [kind for kind in setting.get("anyOf", [setting]) if kind.get("type") != "null"]


def _inner(setting: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The section that a setting is, or the items of a list, if they are one."""
    kinds = _alternatives(setting)
    section: Mapping[str, Any] | None = None
    if len(kinds) == 1:  # of a list, the section that each of its items is
        section = _resolve(kinds[0].get("items", kinds[0]), definitions)
    return section if section and "properties" in section else None


def _resolve(kind: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    resolved: Mapping[str, Any] = definitions[kind["$ref"].rpartition("/")[2]] if "$ref" in kind else kind
    return resolved


def _values(setting: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What a setting may be, in words."""
    kinds = [_words(_resolve(kind, definitions)) for kind in _alternatives(setting)]
    if any(kind.get("type") == "null" for kind in setting.get("anyOf", [])):
        kinds.append("`null`")
    return " or ".join(kinds)


def _words(kind: Mapping[str, Any]) -> str:
    if "enum" in kind:
        return ", ".join(f"`{choice}`" for choice in kind["enum"])
    if "const" in kind:
        return f"`{kind['const']}`"
    if "properties" in kind:
        return "`{" + ", ".join(f"{name}: ..." for name in kind["properties"]) + "}`"
    if kind["type"] == "object":
        return f"`{{name: {_words(kind['additionalProperties'])}, ...}}`"
    if kind["type"] == "array":
        items = kind.get("prefixItems") or [kind["items"]]
        count = f"{len(items)} times " if "prefixItems" in kind else ""
        return f"a list: {count}{_words(items[0])}"
    if PATTERN in kind.get("pattern", ""):
        return "a time"
    words = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`", "string": "text"}[
        kind["type"]
    ]
    limits = [f"{sign} {kind[limit]:g}" for limit, sign in _LIMITS.items() if limit in kind]
    return " ".join([words, " and ".join(limits)]).strip()


def _default(setting: Mapping[str, Any]) -> str:
    if "default" not in setting:
        return "required"
    return f"`{json.dumps(setting['default']).replace(chr(34), '')}`"


if __name__ == "__main__":
    sys.stdout.write(reference())
