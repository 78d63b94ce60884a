"""How far long work has come, as people see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.terminal import Clock, open_terminal

from seq2seq import log
from seq2seq.progress import show_progress


@pytest.fixture(autouse=True)
def _fresh_console() -> Iterator[None]:
    log.console.cache_clear()
    yield
    log.console.cache_clear()


def test_short_work_leaves_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("tokenising", total=3, unit="pairs") as bar:
        bar.advance(3)
    assert capsys.readouterr().err == ""


def test_long_work_says_how_far_it_is_every_ten_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    with show_progress("tokenising", total=4000, unit="pairs") as bar:
        for _ in range(4):
            clock.now += 6
            bar.advance(1000)
    assert capsys.readouterr().err.splitlines() == [
        "tokenising: 2,000 of 4,000 pairs (50 %), 167 per second",
        "tokenising: 4,000 of 4,000 pairs (100 %), 167 per second",
        "tokenising: 4,000 pairs, done in 24 s",
    ]


def test_work_of_unknown_length(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    with show_progress("reading", unit="rows") as bar:
        clock.now += 10
        bar.advance()
    assert capsys.readouterr().err.splitlines() == ["reading: 1 rows, 0 per second", "reading: 1 rows, done in 10 s"]


def test_work_that_fails_is_not_done(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)

    def work() -> None:
        with show_progress("reading", unit="rows") as bar:
            clock.now += 10
            bar.advance()
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        work()
    assert "done" not in capsys.readouterr().err


@pytest.mark.parametrize("total", [None, 200])
def test_a_terminal_has_a_bar_and_the_file_has_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: int | None
) -> None:
    terminal = open_terminal(monkeypatch)
    clock = Clock(monkeypatch)
    path = tmp_path / "train.log"
    with log.to_file(path), show_progress("reading [x]", total=total, unit="rows") as bar:
        assert log.on_terminal()
        bar.advance(100)
        log.say("meanwhile")
        clock.now += 10
        bar.advance(100)
    shown = terminal.getvalue()
    assert "reading [x]" in shown
    assert ("200 of 200 rows" if total else "200 rows") in shown
    assert "meanwhile" in shown
    assert "per second" not in shown
    share = " of 200 rows (100 %)" if total else " rows"
    assert path.read_text(encoding="utf-8").splitlines() == [
        "meanwhile",
        f"reading [x]: 200{share}, 20 per second",
        "reading [x]: 200 rows, done in 10 s",
    ]


def test_a_terminal_that_cannot_draw_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    assert not log.on_terminal()
    with show_progress("reading", unit="rows") as bar:
        bar.advance()
    assert terminal.getvalue() == ""


def test_bars_may_lie_within_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    with show_progress("outer", total=1) as outer, show_progress("inner", total=2) as inner:
        inner.advance(2)
        outer.advance(1)
    assert "outer" in terminal.getvalue()
    assert "2 of 2 items" in terminal.getvalue()
