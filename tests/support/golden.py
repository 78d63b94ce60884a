"""Transcripts of commands: everything a person sees, in one file per command.

A file of tests/golden is its own list of cases. Comments stay; what follows a ``$`` line is its answer:

    # A file that is missing
    $ seq2seq translate model nowhere.txt
    exit 2
    stderr:
      error: nowhere.txt: no such file or folder in the current folder.

Variables of the environment may precede a command (``HUB=down`` makes the hub unreachable); ``< FILE`` may follow it.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from click.testing import CliRunner
from support.hub import Hub

import seq2seq
from seq2seq.cli.main import cli

_VARYING: Final = (
    (r"\b(python|torch|sentencepiece|numpy|safetensors|onnxruntime) \d[\w.+]*", r"\1 VERSION"),
    (r"\bversion:\d[\w.]*", "version:VERSION"),
    (r"\b[0-9a-f]{32,64}\b", "DIGEST"),
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*", "DATE"),
    (r"\b\d+:\d\d left\b", "TIME left"),
    (r"(?m)^(\s+hypothesis\s+).*$", r"\1TEXT"),
    (r"\b\d[\d,]*(?:\.\d+)? (bytes|MB|GB)\b", r"N \1"),
    (r"\b\d[\d,]*(?:\.\d+)? (\w+)(/s| per second)", r"N \1\2"),
    (r"\b\d+(?:\.\d+)?( ?s| ms)\b", r"N\1"),
    (r"(?<!version )(?<![\w.:/])[-+]?\d[\d,]*\.\d+(?:e[-+]?\d+)?", "N.N"),
)
"""What differs between machines, releases of torch, or one run and the next: times, speeds, sizes, computed numbers."""
_BENCHMARK: Final = (
    (r"(?m)^.*, cores: .*$", "PROCESSOR"),
    (r"(?m)^.*; python .*$", "SYSTEM"),
    (r"(?<![\w.-])\d[\d,]*(?:\.\d+)?", "N"),
    (r"(?m)^ +(?=N\b)", "  "),
)
"""A benchmark prints little else."""
_TABLES: Final = {"train", "finetune", "evaluate", "bench"}
"""Commands that print tables, whose columns are as wide as their numbers."""


def transcript(file: Path, hub: Hub) -> str:
    """Run all commands of a file in the current folder.

    Returns:
        The file as it should be: its cases, each with today's answer.
    """
    lines: list[str] = []
    for line in _cases(file):
        lines.append(line)
        if line.startswith("$ "):
            lines += [*_answer(line.removeprefix("$ "), hub), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _cases(file: Path) -> Iterator[str]:
    """The comments and commands of a file, without the answers."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(("$ ", "#")):
            yield line


def _answer(command: str, hub: Hub) -> Iterator[str]:
    """Run a command; lines that say how it ended, and what it printed."""
    words, variables, text = shlex.split(command), dict[str, str](), b""
    while "=" in words[0]:
        name, _, variables[name] = words.pop(0).partition("=")
    if "<" in words:
        place = words.index("<")
        words, text = words[:place], Path(words[place + 1]).read_bytes()
    hub.down = variables.pop("HUB", "") == "down"
    done = CliRunner(env=variables).invoke(cli, words[1:], input=text, prog_name=words[0], terminal_width=100)
    yield f"exit {done.exit_code}"
    literal = done.exit_code == 2 or {"--help", "show", "schema"} & set(words)
    for name, output in (("stderr", done.stderr), ("stdout", done.stdout)):
        if output:
            shown = output.replace(str(Path.cwd()), "HERE").replace(f"seq2seq {seq2seq.__version__}", "seq2seq VERSION")
            shown = shown if literal else _normalised(shown, words[1])
            yield f"{name}:"
            yield from (f"  {line}".rstrip() for line in shown.splitlines())


def _normalised(output: str, command: str) -> str:
    """Put words in the place of what varies."""
    rules = (*_BENCHMARK, *_VARYING) if command == "bench" else _VARYING
    for pattern, replacement in rules:
        output = re.sub(pattern, replacement, output)
    if command not in _TABLES:
        return output
    return re.sub(r"(?<=\S) {2,}", "  ", re.sub(r"(?m)^ {5,}", "    ", output))
