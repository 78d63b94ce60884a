"""Installed packages with entry points, without pip: a module and its ``*.dist-info`` in a folder."""

from collections.abc import Mapping
from pathlib import Path


def install(
    folder: Path, package: str, module: str = "", *, version: str = "1.0", entry_points: Mapping[str, Mapping[str, str]]
) -> Path:
    """Write a package into a folder that is to be on Python's path.

    Args:
        folder: of installed packages.
        package: its name; with underscores, that of its module.
        module: the module's text; without one, the module is elsewhere.
        version: of the package.
        entry_points: by group, then by name.
    """
    name = package.replace("-", "_")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    lines = [
        line
        for group, entries in entry_points.items()
        for line in (f"[{group}]", *(f"{key} = {value}" for key, value in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    if module:
        (folder / f"{name}.py").write_text(module)
    return folder
