"""Run the code of one chapter in the working folder: `python -m guide.execute PAGE OUTPUT.json [--quick]`.

All Python blocks share one namespace; a bash block is a shell of its own. What they print, and the values of the
expressions in the prose, are written to OUTPUT.json as a list of texts, with the processor time in seconds.
"""

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from guide.chapter import Chapter, Code


def execute(chapter: Chapter, *, quick: bool) -> list[str]:
    """Run a chapter; the text of every place."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    values, printed = [], ""
    for part in chapter.parts():
        if isinstance(part, Code):
            printed = _python(chapter, part, namespace, quick) if part.language == "python" else _bash(part, quick)
        elif part.expression is None:
            values.append(printed.rstrip())
        else:
            values.append(str(eval(part.expression, namespace | {"holds": _holds})))
    return values


def _holds(condition: object) -> str:
    """The verdict on a claim, for expressions in the prose."""
    return "**holds**" if condition else "**does not hold here**"


def _python(chapter: Chapter, code: Code, namespace: dict[str, object], quick: bool) -> str:
    """Lines are numbered as in the page, for tracebacks."""
    program = compile("\n" * (code.line - 1) + code.form(quick=quick), str(chapter.path), "exec")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, namespace)
    return printed.getvalue()


def _bash(code: Code, quick: bool) -> str:
    command = ["bash", "-euo", "pipefail", "-c", code.form(quick=quick)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    page, output, *options = sys.argv[1:]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    found = execute(Chapter.read(Path(page)), quick="--quick" in options)
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in used)
    Path(output).write_text(json.dumps({"values": found, "processor_seconds": seconds}), "utf-8")
