"""The programs of examples/single_file, ready to run: in Python, C and Node.

``ONNXRUNTIME_INCLUDE`` is the folder of onnxruntime_c_api.h, and ``NODE_MODULES`` has onnxruntime-node.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

import onnxruntime
from support.extensions import library

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "single_file"


class Program(NamedTuple):
    """How a program is run; FILE.onnx follows ``command``, and then ``more``."""

    command: list[str]
    more: list[str]
    environment: dict[str, str]

    def run(self, file: Path, text: str) -> list[str]:
        """The lines that it writes for those of a text."""
        done = subprocess.run(
            [*self.command, str(file), *self.more],
            input=text,
            env=os.environ | self.environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout.split("\n")[:-1]


class MissingToolError(Exception):
    """What a program needs, and this machine lacks."""


def python(folder: Path) -> Program:
    """A Python that has ONNX Runtime, but not this package; ``folder`` is for files."""
    (folder / "seq2seq.py").write_text("raise ImportError", "utf-8")
    return Program([sys.executable, str(EXAMPLES / "translate.py")], [], {"PYTHONPATH": str(folder)})


def c(folder: Path) -> Program:
    """Compiled in a folder. The operators' library is that of the Python package, which needs Python's."""
    headers = os.environ.get("ONNXRUNTIME_INCLUDE", "")
    of_python = Path(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME"))
    runtime = next(Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime.so.*"), None)
    _require("a C compiler", shutil.which("cc"))
    _require("onnxruntime_c_api.h in $ONNXRUNTIME_INCLUDE", Path(headers, "onnxruntime_c_api.h").is_file())
    _require("a shared library of Python", ".so" in of_python.name and of_python.is_file())
    _require("a shared library of ONNX Runtime", runtime)
    for name in ("libonnxruntime.so", "libonnxruntime.so.1"):
        (folder / name).symlink_to(str(runtime))
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{headers}", f"-L{folder}", f"-Wl,-rpath,{folder}"]
    program = folder / "translate"
    subprocess.run(["cc", *flags, str(EXAMPLES / "translate.c"), "-lonnxruntime", "-o", str(program)], check=True)
    return Program([str(program)], [str(library())], {"LD_PRELOAD": str(of_python)})


def node(folder: Path, *tokenizers: Path) -> Program:
    """Copied to a folder, above which Node looks for packages; for files of token ids."""
    modules = os.environ.get("NODE_MODULES", "")
    _require("Node", shutil.which("node"))
    _require("onnxruntime-node in $NODE_MODULES", Path(modules, "onnxruntime-node").is_dir())
    program = folder / "examples" / "single_file" / "translate.mjs"
    program.parent.mkdir(parents=True)
    shutil.copy(EXAMPLES / "translate.mjs", program)
    (folder / "node_modules").symlink_to(modules)
    shutil.copytree(ROOT / "seq2seq" / "web", folder / "seq2seq" / "web")
    return Program(["node", str(program)], [str(tokenizer) for tokenizer in tokenizers], {})


def _require(tool: str, found: object) -> None:
    if not found:
        raise MissingToolError(f"needs {tool}, not found")
