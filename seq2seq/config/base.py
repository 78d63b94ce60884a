"""What every section of a recipe has in common: strict types, no unknown keys, no change after loading."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A section of a recipe: refuses unknown keys and wrong types, and cannot change once read."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


Share = Annotated[float, Field(ge=0.0, lt=1.0)]
"""A probability or a share, zero included, one excluded."""
