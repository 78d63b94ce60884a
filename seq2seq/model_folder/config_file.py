"""``config.json`` as it is read: undamaged, of a format that this version knows, and with its plug-ins installed.

This program validates what it writes, and seals it with a checksum. So what runs a model takes the settings of a sealed
file as they stand, without pydantic, which takes longer to import than a sentence to translate. A file that was edited,
that a later version wrote or that comes from the hub is validated first; and so is any, for what needs all of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from seq2seq.errors import ModelError
from seq2seq.model_folder.inference_config import InferenceConfig
from seq2seq.model_folder.layout import in_hub_cache, read_json
from seq2seq.model_folder.versions import require_plugins
from seq2seq.version import VERSION

if TYPE_CHECKING:
    from seq2seq.model_folder.description import Description

FORMAT: Final = 2
"""Version of the model folder's layout. A newer one is refused; older ones stay readable (1: settings by the names that
:mod:`seq2seq.config.migration` lists)."""
CHECKSUM: Final = "checksum"
"""Key of the checksum of all other contents; who edits a file leaves it out."""


class ConfigFile:
    """The contents of a ``config.json``.

    Attributes:
        file: where it was read.
        content: its JSON, without the checksum.
        trusted: whether this program wrote it, in this version or an earlier one: nothing in it is invalid or unknown.
    """

    def __init__(self, file: Path, content: dict[str, Any], *, trusted: bool) -> None:
        self.file = file
        self.content = content
        self.trusted = trusted

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a ``config.json``, unless it is none, or damaged.

        Raises:
            ModelError: it is missing, not JSON, of a newer format, damaged, or needs a plug-in that is not installed.
        """
        _, content = read_json(file.parent, file.name)
        if not isinstance(content, dict) or type(content.get("format")) is not int:
            message = f"{file}: not a model of this program: it has no number `format`."
            raise ModelError(message, code="model.not-a-model")
        if content["format"] > FORMAT:
            written = content.get("versions", {})
            known = isinstance(written, dict) and "seq2seq" in written
            by = f"seq2seq {written['seq2seq']}" if known else "a newer one"
            raise ModelError(
                f"{file}: format {content['format']}, written by {by}; this version reads up to format {FORMAT}.\n"
                "  Update the package: pip install --upgrade seq2seq",
                code="model.newer-format",
            )
        sealed = CHECKSUM in content
        if sealed and content.pop(CHECKSUM) != checksum(content):
            raise ModelError(
                f"{file}: damaged, or edited: its `{CHECKSUM}` does not match its contents.\n"
                f"  Copy the model folder again; to keep an edit of yours, delete the line `{CHECKSUM}`.",
                code="model.damaged",
            )
        require_plugins(file, content.get("plugins"))
        ours = sealed and not in_hub_cache(file.parent)
        trusted = ours and content["format"] == FORMAT and not _newer(content.get("versions"))
        return cls(file, content, trusted=trusted)

    @cached_property
    def description(self) -> Description:
        """The description of the model, validated.

        Raises:
            ModelError: it is no description of a model.
        """
        from seq2seq.model_folder.description import Description

        return Description.of(self)

    @cached_property
    def inference(self) -> InferenceConfig:
        """What running the model needs.

        Raises:
            ModelError: the file is no description of a model.
        """
        if self.trusted:
            # Validation gives a setting that is younger than the file its default, and names what another program
            # sealed that is none of ours.
            with suppress(LookupError, TypeError, ValueError, AttributeError):
                return InferenceConfig.of(self.content)
        return InferenceConfig.of(self.description.to_dict())


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of the other contents of a ``config.json``, independent of its layout."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _newer(versions: object) -> bool:
    """Whether a later version than this one wrote a file, or it does not say which did."""
    version = versions.get("seq2seq") if isinstance(versions, dict) else None
    written, here = (re.findall(r"\d+", str(one)) for one in (version, VERSION))
    return not written or [*map(int, written)] > [*map(int, here)]
