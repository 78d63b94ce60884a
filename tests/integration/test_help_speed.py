"""``--help`` and shell completion answer at once: nothing heavy is imported for them."""

import os
import re
import resource
import subprocess
import sys
from collections.abc import Mapping

import pytest

from seq2seq.cli.main import COMMANDS
from seq2seq.extras import TRAIN

HEAVY = (*TRAIN, "pandas", "sentencepiece", "sacrebleu", "onnxruntime", "huggingface_hub")
# 0.3 s is the aim on a quiet machine (benchmarks/LOG.md); here other work slows both cores.
LIMIT = 1.0


def run(arguments: list[str], environment: Mapping[str, str] | None = None) -> tuple[str, set[str], float]:
    """Run ``python -m seq2seq``: its output, the top-level modules it imported, and its seconds of a processor."""
    command = [sys.executable, "-X", "importtime", "-m", "seq2seq", *arguments]
    variables = os.environ | (environment or {})
    start = used()
    done = subprocess.run(command, capture_output=True, text=True, env=variables, stdin=subprocess.DEVNULL, check=False)
    seconds = used() - start
    assert done.returncode == 0, done.stderr[-2000:]
    modules = re.findall(r"^import time:.*\|\s+([\w.]+)$", done.stderr, re.MULTILINE)
    return done.stdout, {name.split(".")[0] for name in modules}, seconds


def used() -> float:
    """The time of a processor that processes of this one have taken so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize(
    "command", ["", "train", "translate", "classify", "generate", "evaluate", "info", "recipes", "bench"]
)
def test_help_imports_nothing_heavy(command: str) -> None:
    output, modules, _ = run([*command.split(), "--help"])
    assert "Usage: seq2seq" in output
    assert "click" in modules, "the list of imports was not understood"
    assert modules.intersection(HEAVY) == set()


def test_help_is_quick() -> None:
    assert min(run(["--help"])[2] for _ in range(3)) < LIMIT


def test_completion_is_quick_and_light() -> None:
    environment = {"_SEQ2SEQ_COMPLETE": "bash_complete", "COMP_WORDS": "seq2seq tra", "COMP_CWORD": "1"}
    runs = [run([], environment) for _ in range(3)]
    output, modules, _ = runs[0]
    assert "train" in output
    assert "translate" in output
    assert "evaluate" not in output
    assert modules.intersection(HEAVY) == set()
    assert min(seconds for _, _, seconds in runs) < LIMIT


def test_completion_offers_the_commands_and_their_options() -> None:
    for words, count, offered in (
        ("seq2seq ", 1, set(COMMANDS)),
        ("seq2seq g", 1, {"generate"}),
        ("seq2seq classify --o", 2, {"--output"}),
        ("seq2seq generate --tag", 2, {"--tag", "--tags-file"}),
    ):
        variables = {"_SEQ2SEQ_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
        output, modules, _ = run([], variables)
        assert {line.partition(",")[2] for line in output.splitlines()} == offered
        assert modules.intersection(HEAVY) == set()


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = f"import seq2seq, sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
