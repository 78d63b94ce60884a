"""Versions recorded in a model folder: of what wrote it, and of the plug-ins that it needs."""

import re
from pathlib import Path
from typing import Final

from seq2seq import log
from seq2seq.errors import ModelError
from seq2seq.version import VERSION as PACKAGE_VERSION

PACKAGE: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$"
"""Pattern of names of packages."""
VERSION: Final = r"^[A-Za-z0-9][A-Za-z0-9.!+_-]*$"
"""Pattern of versions of packages."""


def require_plugins(file: Path, plugins: object) -> None:
    """Refuse a model whose plug-in is not installed: a folder can only name packages, never install them.

    Raises:
        ModelError: a package is not installed.
    """
    if not isinstance(plugins, dict) or not plugins:
        return
    from importlib.metadata import PackageNotFoundError, version

    for package, wanted in plugins.items():
        if not (re.fullmatch(PACKAGE, str(package)) and re.fullmatch(VERSION, str(wanted))):
            continue  # reported by validation
        try:
            installed = version(package)
        except PackageNotFoundError:
            raise ModelError(
                f"{file.parent}: the model needs the package {package} {wanted}, which is not installed.\n"
                f"  If you trust the package, install it: pip install {package}=={wanted}",
                code="model.missing-plugin",
            ) from None
        if installed != wanted:
            message = f"{file.parent}: saved with {package} {wanted}; {installed} is installed, and may differ."
            log.warn(message, code="model.other-plugin-version")


def current_versions() -> dict[str, str]:
    """Versions of the packages that affect a model folder."""
    import platform
    from importlib.metadata import version

    packages = {name: version(name) for name in ("torch", "sentencepiece", "numpy", "safetensors")}
    return {"seq2seq": PACKAGE_VERSION, "python": platform.python_version(), **packages}
