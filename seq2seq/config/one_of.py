"""Settings whose values are names in a registry, and the packages that a recipe needs for them."""

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from seq2seq.registry import Registry


@dataclass(frozen=True, eq=False)
class OneOf:
    """Restrict a text to the names in a registry when a recipe is read: ``Annotated[str, OneOf(CELLS)]``."""

    registry: Registry

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._check, serialization=core_schema.simple_ser_schema("str")
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "enum": list(self.registry.names())}

    def _check(self, value: object) -> object:
        if not (isinstance(value, str) and value in self.registry):
            names = self.registry.names()
            raise PydanticCustomError("one_of", "not one of {listed}", {"listed": ", ".join(names), "names": names})
        return value


def packages_of(section: BaseModel) -> dict[str, str]:
    """Installed packages, with their versions, that add components named in a section of a recipe or below it."""
    packages: dict[str, str] = {}
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            packages |= packages_of(value)
            continue
        alternatives = [*field.metadata, *(mark for kind in get_args(field.annotation) for mark in get_args(kind))]
        for choice in alternatives:
            if isinstance(choice, OneOf) and isinstance(value, str) and (package := choice.registry.package(value)):
                packages[package[0]] = package[1]
    return packages
