"""A recipe as text: YAML read with the line of every setting, and written so that it reads back equal.

The scalars are those of YAML 1.2's core schema, which differs from PyYAML's 1.1 where it hurts: `1e-3` is a number,
and `no`, `off`, `on` and `yes` are text. Dates are text too. Anchors, tags and repeated keys are refused.
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from seq2seq.config.problems import Problem, Setting

_TAG: Final = "tag:yaml.org,2002:"
_SCALARS: Final = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
}


class _Loader(yaml.SafeLoader):
    """PyYAML's parser with the scalars above and without aliases."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML declares it so)

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Refuse aliases, so that a small text cannot expand to a huge one."""
        if self.check_event(yaml.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="'*' repeats a value; write it out", problem_mark=mark)
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):
    """PyYAML's writer, which quotes what the loader above would not take for text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

    def represent_short_list(self, data: list[object]) -> Node:
        """A list on one line."""
        return self.represent_sequence(f"{_TAG}seq", data, flow_style=True)

    def represent_text(self, data: str) -> Node:
        """Text; in escapes where it holds breaks that PyYAML would fold, or the mark of a byte order."""
        style = '"' if re.search("[\x85\u2028\u2029\ufeff]", data) else None
        return self.represent_scalar(f"{_TAG}str", data, style=style)

    def ignore_aliases(self, data: Hashable) -> bool:  # noqa: ARG002
        """Write every value out."""
        return True


_Dumper.add_representer(list, _Dumper.represent_short_list)
_Dumper.add_representer(str, _Dumper.represent_text)
for _name, (_pattern, _first) in _SCALARS.items():
    # The null of an empty scalar ends the alternatives; int stands before float, whose pattern covers it.
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"^(?:{_pattern})$"), _first)


@dataclass
class Document:
    """What a text says.

    Attributes:
        value: mappings, lists, text, numbers, booleans and None; every key is text.
        lines: the line, from 1, of every key and list item.
        problems: repeated keys and unknown tags.
    """

    value: object = None
    lines: dict[Setting, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class YamlError(Exception):
    """The text is no YAML; the message is in plain words and names line and column."""


def read(text: str) -> Document:
    """Parse one YAML document.

    Raises:
        YamlError: the text is malformed.
    """
    document = Document()
    try:
        node = yaml.compose(text, Loader=_Loader)
        document.value = None if node is None else _plain(node, (), document)
    except yaml.MarkedYAMLError as error:
        raise YamlError(_explain(error)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(f"line {line}: the character U+{error.character:04X} is not allowed in YAML") from None
    except RecursionError:
        raise YamlError("nested too deeply") from None
    return document


def write(value: Mapping[str, object]) -> str:
    """Write mappings, lists and scalars as YAML, in the order given."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**20)


def _explain(error: yaml.MarkedYAMLError) -> str:
    """Say where the text stops being YAML, and the two usual reasons."""
    what = error.problem or "malformed YAML"
    mark = error.problem_mark or error.context_mark
    if "'\\t'" in what:
        what = "a tab cannot indent; use spaces"
    elif "mapping values are not allowed" in what:
        what = "a ':' too many; put a text that holds ': ' in quotes, and give each setting a line of its own"
    elif "could not find expected ':'" in what:
        what, mark = "expected 'setting: value'", error.context_mark
    elif "cannot start any token" in what:
        what += "; put the text in quotes"
    elif "<stream end>" in what or "end of stream" in what:
        what = "the text ends within brackets or quotes"
    elif "single document" in (error.context or ""):
        what = "a second document begins ('---'); a recipe is one"
    return f"line {mark.line + 1}, column {mark.column + 1}: {what}" if mark else what


def _plain(node: Node, setting: Setting, document: Document) -> object:
    """Turn a node into plain data, and note lines and problems."""
    if not node.tag.startswith(_TAG) or node.tag.removeprefix(_TAG) not in {*_SCALARS, "str", "seq", "map"}:
        tag = node.tag.replace(_TAG, "!!")
        document.problems.append(Problem(setting, f"the tag '{tag}' is not supported; remove it"))
        return None
    if isinstance(node, SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            document.lines[(*setting, index)] = item.start_mark.line + 1
            items.append(_plain(item, (*setting, index), document))
        return items
    if isinstance(node, MappingNode):
        return _mapping(node, setting, document)
    return _scalar(node)


def _mapping(node: MappingNode, setting: Setting, document: Document) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            line = key.start_mark.line + 1
            document.problems.append(Problem(setting, f"the name of a setting must be text (line {line})"))
            continue
        here = (*setting, key.value)
        line = key.start_mark.line + 1
        if key.value in values:
            document.problems.append(Problem(here, f"given twice, first on line {document.lines[here]}"))
        document.lines[here] = line
        values[key.value] = _plain(value, here, document)
    return values


def _scalar(node: Node) -> object:
    text, kind = str(node.value), node.tag.removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    try:
        if kind == "int":
            return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        if kind == "float":
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:  # an explicit tag on something else, or more digits than Python reads
        return text
    return text
