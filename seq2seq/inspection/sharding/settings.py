"""What decides the result of an inspection: the same for all shards, and all that the merge needs to know."""

import json
import platform
from importlib.metadata import version
from typing import Any, Self

from pydantic import Field, JsonValue

from seq2seq.config.base import Strict
from seq2seq.config.data import DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.shards.record import Job


def _libraries() -> dict[str, str]:
    """Versions that the models of typical rows depend on, beside that of the program."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{name: version(name) for name in ("numpy", "pyarrow", "py3langid")}}


class ShardSettings(Strict):
    """Settings of an inspection in shards."""

    data: DataConfig
    """Where the corpus lies, and how it is read."""
    source: SideKind
    target: SideKind
    examples: int
    """Largest number of examples per finding."""
    as_json: bool
    """Whether the report is JSON, or text for people."""
    recipe: dict[str, JsonValue] | None = None
    """The recipe whose training is estimated."""
    libraries: dict[str, str] = Field(default_factory=_libraries)

    @property
    def sides(self) -> Sides:
        """The kinds of source and target."""
        return Sides(self.source, self.target)

    def job(self) -> Job:
        """The same, as parts record it."""
        return Job(command="inspect", models=(), settings=self.model_dump(mode="json"), one_each=False)

    @classmethod
    def of_job(cls, job: Job) -> Self:
        """The settings that a part records."""
        settings: dict[str, Any] = job.settings
        return cls.model_validate_json(json.dumps(settings))
