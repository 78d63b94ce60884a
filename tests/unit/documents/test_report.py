"""Reports of translations."""

import os
import stat
import threading
from pathlib import Path

from seq2seq.documents.report import Report


def test_a_report_goes_through_a_pipe(tmp_path: Path) -> None:
    """Devices (``/dev/stdout``) and pipes are written to, never replaced."""
    pipe = tmp_path / "report.txt"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    Report().write(pipe)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    reader.join(10)
    assert received == [Report().to_text()]
