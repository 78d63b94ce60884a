"""What is wrong with a recipe, in plain words: which setting, what was expected and found, what may have been meant."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from seq2seq.config.data import TAG
from seq2seq.hints import alike
from seq2seq.wording import plural

Setting = tuple[str | int, ...]
"""Where a value stands: ("training", "optimizer", "betas", 0)."""


@dataclass(frozen=True)
class Problem:
    """One fault of a recipe.

    Attributes:
        setting: where it is.
        what: the fault, and how to fix it.
        about: other settings it is about: what a rule compares, or what an unknown name may stand for.
    """

    setting: Setting
    what: str
    about: tuple[Setting, ...] = ()


def problem_at(setting: str, what: str, *about: str) -> Problem:
    """A problem of settings that are spelt with points: ``training.seed``."""
    return Problem(tuple(setting.split(".")), what, tuple(tuple(other.split(".")) for other in about))


@dataclass(frozen=True)
class Place:
    """What the models allow where pydantic found an error.

    Attributes:
        setting: the setting, without pydantic's names for the members of a union.
        kinds: types allowed there; empty where there is no such setting.
        union: setting and types of the union that was passed on the way, if any.
    """

    setting: Setting
    kinds: tuple[Any, ...]
    union: tuple[Setting, tuple[Any, ...]] | None = None


def spell(setting: Setting) -> str:
    """Write a setting as a user does: `training.optimizer.betas[0]`."""
    text = ""
    for key in setting:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def find(model: type[BaseModel], errors: Sequence[ErrorDetails], data: object) -> list[Problem]:
    """Turn pydantic's errors about data into problems, in their order; `rules` carry problems in their context."""
    problems: list[Problem] = []
    for error in errors:
        if error["type"] == "rules":
            problems.extend(error["ctx"]["problems"])
            continue
        place = _locate(model, error["loc"])
        problem = _in_union(place, data) or _explain(model, place, error)
        if problem.what and problem not in problems:
            problems.append(problem)
    return problems


def value_at(data: object, setting: Setting) -> object:
    """Return the value of a setting in nested mappings, or None where there is none."""
    for key in setting:
        if not isinstance(data, Mapping) or key not in data:
            return None
        data = data[key]
    return data


def kinds_of(annotation: Any) -> tuple[Any, ...]:
    """Split an annotation into the types it allows, None apart."""
    if get_origin(annotation) in (Union, UnionType):
        return tuple(kind for kind in get_args(annotation) if kind is not NoneType)
    return (annotation,)


def is_section(kind: Any) -> bool:
    """Whether a type is a section of settings."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def settings(model: type[BaseModel], above: Setting = ()) -> Iterator[Setting]:
    """Every setting of a model, sections included, in the order of their declaration."""
    for name, field in model.model_fields.items():
        yield (*above, name)
        for kind in filter(is_section, kinds_of(field.annotation)):
            yield from settings(kind, (*above, name))


def found(value: object) -> str:
    """Show a value as YAML would."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
        case Mapping():
            return "a section"
        case list() | tuple():
            return "a list"
        case _:
            return str(value)


def _locate(model: type[BaseModel], loc: Sequence[str | int]) -> Place:
    setting: Setting = ()
    kinds: tuple[Any, ...] = (model,)
    union = None
    for key in loc:
        if len(kinds) > 1:  # here pydantic names a member of the union, by class for a section
            union = (setting, kinds)
            kinds = tuple(kind for kind in kinds if is_section(kind) and kind.__name__ == key)
        else:
            setting = (*setting, key)
            kinds = _below(kinds[0], key) if kinds else ()
    return Place(setting, kinds, union)


def _below(kind: Any, key: str | int) -> tuple[Any, ...]:
    """The types allowed at a key of a section or an index of a list."""
    if is_section(kind):
        return kinds_of(kind.model_fields[key].annotation) if key in kind.model_fields else ()
    members = get_args(kind)
    return (members[0],) if members else ()


def _in_union(place: Place, data: object) -> Problem | None:
    """One problem where no member of a union fits; an empty one where the section among them speaks for itself."""
    if place.union is None:
        return None
    setting, kinds = place.union
    value = value_at(data, setting)
    if not isinstance(value, Mapping) or not any(map(is_section, kinds)):
        return Problem(setting, f"expected {' or '.join(map(_in_words, kinds))}, found {found(value)}")
    return Problem(setting, "") if place.setting == setting else None


def _in_words(kind: Any) -> str:
    """Name what a type accepts."""
    if get_origin(kind) is Annotated:  # within a union: NonNegativeInt, or a list of one value at least
        bound = get_args(kind)[0]
        return "a list with a value" if get_origin(bound) is tuple else f"{_in_words(bound)} from 0"
    if get_origin(kind) is tuple:
        return "a list"
    if is_section(kind):
        return f"a section with {' and '.join(map(repr, kind.model_fields))}"
    return {str: "text", int: "a whole number"}.get(kind, "a value")


def _choices(place: Place) -> list[str]:
    return [choice for kind in place.kinds if get_origin(kind) is Literal for choice in get_args(kind)]


def not_one_of(value: object, names: Sequence[str]) -> str:
    """Say that a value is none of some names, and which of them may be meant."""
    near = alike(value, names) if isinstance(value, str) else None
    return f"{found(value)} is not one of {', '.join(map(repr, names))}" + (f"; did you mean '{near}'?" if near else "")


def _expected(words: str) -> Callable[[Any, Place, Any], str]:
    return lambda value, _place, _limits: f"expected {words}, found {found(value)}"


def _bound(words: str, limit: str) -> Callable[[Any, Place, Any], str]:
    return lambda value, _place, limits: f"must be {words} {limits[limit]:g}, found {found(value)}"


def _text(value: Any, _place: Place, _limits: Any) -> str:
    remedy = f"; put it in quotes: '{value}'" if isinstance(value, int | float) and not isinstance(value, bool) else ""
    return f"expected text, found {found(value)}{remedy}"


def _pattern(value: Any, _place: Place, limits: Any) -> str:
    code, name = "the code of a language, such as en or pt-BR", "a name of letters, digits, dots and hyphens"
    return f"expected {code if limits['pattern'] == TAG else name}, found {found(value)}"


def _list(value: Any, _place: Place, _limits: Any) -> str:
    remedy = f"; write [{value}]" if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return f"expected a list, found {found(value)}{remedy}"


_WORDS: Final[dict[str, Callable[[Any, Place, Any], str]]] = {
    "missing": lambda _value, _place, _limits: "required, but missing",
    "bool_type": _expected("true or false"),
    "int_type": _expected("a whole number"),
    "float_type": _expected("a number"),
    "finite_number": _expected("a finite number"),
    "string_type": _text,
    "string_pattern_mismatch": _pattern,
    "tuple_type": _list,
    "model_type": _expected("a section (settings of its own, indented)"),
    "literal_error": lambda value, place, _limits: not_one_of(value, _choices(place)),
    "one_of": lambda value, _place, limits: not_one_of(value, limits["names"]),
    "greater_than": _bound("greater than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("less than", "lt"),
    "less_than_equal": _bound("at most", "le"),
}


def _explain(model: type[BaseModel], place: Place, error: ErrorDetails) -> Problem:
    kind, value, limits = error["type"], error["input"], error.get("ctx", {})
    setting = place.setting
    if kind == "extra_forbidden":
        return _unknown(model, setting)
    if kind == "too_long" or (kind == "missing" and isinstance(setting[-1], int)):
        setting = setting if kind == "too_long" else setting[:-1]
        size = len(get_args(_locate(model, setting).kinds[0]))
        return Problem(setting, f"expected a list of {plural(size, 'value')}, found {len(value)}")
    if kind in _WORDS:
        return Problem(setting, _WORDS[kind](value, place, limits))
    return Problem(setting, error["msg"])


def _unknown(model: type[BaseModel], setting: Setting) -> Problem:
    """Name what an unknown setting may have meant: a near name beside it, or the same name in another section."""
    name = str(setting[-1])
    section = next(filter(is_section, _locate(model, setting[:-1]).kinds))
    meant = _meant(name.lower().replace("-", "_"), setting[:-1], section, model)
    if not meant:
        there = ", ".join(section.model_fields)
        return Problem(setting, f"unknown setting; there is {there}")
    names = [repr(spell(other[-1:] if other[:-1] == setting[:-1] else other)) for other in meant]
    return Problem(setting, f"unknown setting; did you mean {' or '.join(names)}?", about=tuple(meant))


def _meant(name: str, above: Setting, section: type[BaseModel], model: type[BaseModel]) -> list[Setting]:
    def beside(cutoff: float) -> list[Setting]:
        names = list(section.model_fields)
        near = difflib.get_close_matches(name, names, 1, cutoff)
        return [
            (*above, other) for other in near or [other for other in names if len(name) > 2 and other.startswith(name)]
        ]

    others = list(settings(model))
    same = [other for other in others if other[-1] == name]
    close = difflib.get_close_matches(name, [str(other[-1]) for other in others], 1, 0.75)
    return (
        beside(0.8)
        or [other for other in same if above and other[0] == above[0]]
        or [*beside(0.6), *same[:2]]
        or [other for other in others if other[-1] in close][:2]
    )
