"""Import a program of data/ with the modules beside it, apart from other programs whose modules have the same names."""

import importlib
import sys
from pathlib import Path
from types import ModuleType


def load(folder: Path, *names: str) -> dict[str, ModuleType]:
    """Import modules of a folder as its programs do, and leave `sys.modules` and `sys.path` as they were."""
    before = dict(sys.modules)
    local = {path.stem for path in folder.iterdir() if path.is_dir() or path.suffix == ".py"}
    for name in [name for name in sys.modules if name.partition(".")[0] in local]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        return {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] in local]:
            del sys.modules[name]
        sys.modules.update({name: module for name, module in before.items() if name.partition(".")[0] in local})
