"""The figures of several processes."""

from pathlib import Path
from threading import Timer

from seq2seq.server.metrics import Metrics


def test_the_file_of_a_process_that_begins_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "counter_1.db"
    file.touch()
    filled = Timer(0.05, file.write_bytes, [bytes(1 << 20)])
    filled.start()
    Metrics(tmp_path).text()
    assert file.stat().st_size > 0
    filled.join()
