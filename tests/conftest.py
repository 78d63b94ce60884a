"""What holds for every test: few threads, no network, no window, no trace in the user's folders."""

import gc
import os
import re
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from seq2seq import log
from seq2seq.errors import MissingExtra
from seq2seq.extras import TRAIN, installed

pytest_plugins = ["support.budget"]

# Set before anything imports torch, datasets or matplotlib: they read these once. Subprocesses inherit them.
# One thread per process: pytest-xdist runs one process per core, and sums do not depend on the machine's core count.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "MPLBACKEND": "Agg",
    "NO_COLOR": "1",
    "COLUMNS": "120",
    "PYTHONUTF8": "1",
}
os.environ.update(_ENVIRONMENT)
os.environ.pop("FORCE_COLOR", None)

# One folder per session and worker, removed when the process ends (the object must outlive this module's import).
_FOLDER = tempfile.TemporaryDirectory(prefix="seq2seq-tests-")
os.environ["SEQ2SEQ_CACHE"] = os.path.join(_FOLDER.name, "cache")  # noqa: PTH118
os.environ["HF_HOME"] = os.path.join(_FOLDER.name, "huggingface")  # noqa: PTH118
os.environ["MPLCONFIGDIR"] = os.path.join(_FOLDER.name, "matplotlib")  # noqa: PTH118

# A busy machine is no failure; an example that fails is printed in a form that repeats it, not saved in the checkout.
settings.register_profile(
    "suite", deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("suite"), derandomize=True)  # the same examples, run after run
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_collection_finish() -> None:
    """Collect no garbage among what lives to the end (torch, the tests): a full pass takes a third of a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lines for people: what :func:`seq2seq.log.say` was given, warnings included."""
    lines: list[str] = []
    say = log.say

    def noted(message: str, *, style: str | None = None) -> None:
        lines.append(message)
        say(message, style=style)

    monkeypatch.setattr(log, "say", noted)
    return lines


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Codes of the warnings of this test, in their order."""
    codes: list[str] = []
    warn = log.warn

    def noted(message: str, *, code: str) -> None:
        codes.append(code)
        warn(message, code=code)

    monkeypatch.setattr(log, "warn", noted)
    return codes


# ---- an environment without torch (`make oldest WITHOUT_TORCH=1`): what needs it is skipped, by name, and counted ----

_MISSING = tuple(module for module in TRAIN if not installed(module))
_NEEDS = re.compile(rf"(?:No module named '|needs )({'|'.join(_MISSING)})[.',]")
_TEST = re.compile(r"^\s*def test_", re.MULTILINE)
_REASON = "Skipped: needs {}, which is not installed"


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Skip a file of tests that cannot be imported because a module is missing."""
    report = yield
    if _MISSING and report.failed and (found := _NEEDS.search(str(report.longrepr))):
        report.outcome = "skipped"
        report.longrepr = (str(collector.path), 0, _REASON.format(found[1]))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Skip a test that ends at a module that is missing."""
    report = yield
    error = call.excinfo.value if call.excinfo else None
    missing = isinstance(error, ModuleNotFoundError | MissingExtra)
    if _MISSING and report.failed and missing and (found := _NEEDS.search(str(error))):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, _REASON.format(found[1]))
    return report


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """Count what ran and what could not."""
    if not _MISSING:
        return
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if "which is not installed" in str(report.longrepr)
    ]
    files = {report.longrepr[0] for report in skipped if isinstance(report, pytest.CollectReport)}
    functions = sum(len(_TEST.findall(Path(file).read_text("utf-8"))) for file in files)
    alone = sum(isinstance(report, pytest.TestReport) for report in skipped)
    ran = sum(len(terminalreporter.stats.get(outcome, [])) for outcome in ("passed", "failed"))
    terminalreporter.section(f"without {', '.join(_MISSING)}")
    more = f"{len(files)} files with {functions:,} test functions, and {alone} tests of other files"
    terminalreporter.line(f"{ran:,} tests ran; {more}, could not")
