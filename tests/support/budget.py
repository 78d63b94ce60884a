"""Time of a processor that tests take: the slowest are listed, and a unit test that takes far too much fails.

A plug-in of pytest (tests/conftest.py). The time is that of this process, and of those that a test has started and
waited for. Unlike a clock's, it hardly depends on what else the machine does.
"""

import resource
from collections import defaultdict
from collections.abc import Generator
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

LIMIT: Final = 15.0
"""Seconds for a test of tests/unit, its fixtures apart. The longest that is right takes 9 (a run of 8 seconds, in
test_trainer.py), all others less than 5; on a busy machine, which shares caches, half as much again."""
_WORTH_A_LINE: Final = 1.0
"""Seconds from which on a test is listed."""
_taken: defaultdict[str, float] = defaultdict(float)


def used() -> float:
    """Seconds of a processor that this process and its children have taken so far."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def over_budget(test: str, seconds: float) -> str | None:
    """What is wrong with the time of a test; ``None``: nothing."""
    if not test.startswith("tests/unit/") or seconds <= LIMIT:
        return None
    return f"took {seconds:.1f} s of a processor; a unit test has at most {LIMIT:.0f} (tests/support/budget.py)"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slowest", type=int, default=0, metavar="N", help="list the N tests that take longest")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    item.stash[_START] = used()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    start = used()
    done = yield
    if problem := over_budget(item.nodeid, used() - start):
        pytest.fail(problem, pytrace=False)
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give every report the time since the one before, which goes with it from a process of pytest-xdist."""
    report = yield
    now = used()
    report.processor_seconds = now - item.stash[_START]
    item.stash[_START] = now
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _taken[report.nodeid] += getattr(report, "processor_seconds", 0.0)


def pytest_terminal_summary(terminalreporter: "TerminalReporter", config: pytest.Config) -> None:
    """List the slowest tests, with their fixtures."""
    count = config.getoption("slowest")
    slowest = sorted(_taken.items(), key=lambda test: -test[1])[:count]
    if not count:
        return
    terminalreporter.section(f"seconds of a processor: {sum(_taken.values()):,.0f}, of which")
    for test, seconds in slowest:
        if seconds >= _WORTH_A_LINE:
            terminalreporter.line(f"{seconds:7.1f}  {test}")


_START: Final = pytest.StashKey[float]()
