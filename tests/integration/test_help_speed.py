"""``--help`` and shell completion answer at once: nothing heavy is imported for them."""

import subprocess
import sys

import pytest
from support.start_up import start

from seq2seq.cli.main import COMMANDS
from seq2seq.extras import TRAIN

HEAVY = (*TRAIN, "pandas", "sentencepiece", "sacrebleu", "onnxruntime", "huggingface_hub")
# 0.3 s is the aim on a quiet machine (benchmarks/LOG.md); here other work slows both cores.
LIMIT = 1.0


@pytest.mark.parametrize(
    "command", ["", "train", "translate", "classify", "generate", "evaluate", "info", "recipes", "bench"]
)
def test_help_imports_nothing_heavy(command: str) -> None:
    done = start([*command.split(), "--help"])
    assert "Usage: seq2seq" in done.output
    assert "click" in done.packages, "the list of imports was not understood"
    assert done.packages.intersection(HEAVY) == set()


def test_help_is_quick() -> None:
    assert min(start(["--help"]).seconds for _ in range(3)) < LIMIT


def test_completion_is_quick_and_light() -> None:
    environment = {"_SEQ2SEQ_COMPLETE": "bash_complete", "COMP_WORDS": "seq2seq tra", "COMP_CWORD": "1"}
    runs = [start([], environment) for _ in range(3)]
    assert "train" in runs[0].output
    assert "translate" in runs[0].output
    assert "evaluate" not in runs[0].output
    assert runs[0].packages.intersection(HEAVY) == set()
    assert min(done.seconds for done in runs) < LIMIT


def test_completion_offers_the_commands_and_their_options() -> None:
    for words, count, offered in (
        ("seq2seq ", 1, set(COMMANDS)),
        ("seq2seq g", 1, {"generate"}),
        ("seq2seq classify --o", 2, {"--output"}),
        ("seq2seq generate --tag", 2, {"--tag", "--tags-file"}),
    ):
        variables = {"_SEQ2SEQ_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
        done = start([], variables)
        assert {line.partition(",")[2] for line in done.output.splitlines()} == offered
        assert done.packages.intersection(HEAVY) == set()


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = f"import seq2seq, sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
