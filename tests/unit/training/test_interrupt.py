"""Signals ask training to stop, and are told of outside of their handler."""

import os
import signal
from pathlib import Path

import pytest

from seq2seq import log
from seq2seq.training.interrupt import Interrupted, catch_interrupts


def test_a_signal_is_told_once_and_by_whoever_asks(capsys: pytest.CaptureFixture[str]) -> None:
    with catch_interrupts() as interrupt:
        assert interrupt.received() is None
        os.kill(os.getpid(), signal.SIGTERM)
        assert interrupt.signal is signal.SIGTERM
        assert capsys.readouterr().err == ""  # the handler may run in the middle of the writing of a line
        assert interrupt.received() is interrupt.received() is signal.SIGTERM
        assert capsys.readouterr().err.count("SIGTERM") == 1
        with pytest.raises(Interrupted):
            interrupt.check()


def test_a_signal_while_a_line_is_written_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "train.log"
    with catch_interrupts() as interrupt, log.to_file(path):
        (appender,) = log._files
        assert appender._file is not None
        write = appender._file.write
        with monkeypatch.context() as patch:

            class Signalled:
                """A file during whose writing a signal comes."""

                def write(self, line: bytes) -> int:
                    count = write(line)
                    os.kill(os.getpid(), signal.SIGINT)
                    return count or 0

            patch.setattr(appender, "_file", Signalled())
            log.say("one")
            assert path.read_text().count("one") == 1
        interrupt.received()
        log.say("two")
    first, told, last = path.read_text().splitlines()
    assert (first, last) == ("one", "two")
    assert "SIGINT" in told
