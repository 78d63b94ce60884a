"""Settings whose values are names in a registry."""

from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from seq2seq.registry import Registry


class OneOf:
    """Restrict a text to the names of a registry, as they are when a recipe is read: ``Annotated[str, OneOf(CELLS)]``.

    Args:
        registry: of the components.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

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
