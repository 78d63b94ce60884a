"""Ray Data with a worker that is killed: all lines come back, in their order.

Ray starts a dozen processes, which takes a minute or more on two cores: `make soak` installs it and runs this. The
suite has the same callable in the processes of `datasets` and Dask (integration/test_batch.py).
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from support import kept
from support.processes import Group, started

from seq2seq.batch import Translate

pytest.importorskip("ray")
pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not os.environ.get("SOAK"), reason="`make soak` runs Ray"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc"),
]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ray_lines.py"
RAY = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
"""Nothing is reported to anybody; workers are not put off by whatever else runs (Ray's default is a niceness of 15)."""
SENTENCES = ["The dog sleeps.", "", "We will visit the old museum on Friday. Where is the station?", "\u2028 xyz 42"]


def busy(group: Group) -> list[int]:
    """The actors that translate a batch at this moment, by the title that Ray gives its processes."""
    found = []
    for pid in group.others:
        with suppress(OSError):
            title = Path(f"/proc/{pid}/cmdline").read_bytes()
            if title.startswith(b"ray::") and b"Translate" in title and b"submit" in title:
                found.append(pid)
    return found


def test_lines_of_a_killed_worker_are_translated_by_another(tmp_path: Path) -> None:
    model = kept.exported("translation-1", tmp_path)
    lines = [f"{text} {number}" if number % 3 else text for number in range(1_500) for text in SENTENCES]
    (tmp_path / "in.txt").write_text("\n".join(lines) + "\n", "utf-8")
    files = [str(model), str(tmp_path / "in.txt"), str(tmp_path / "out.txt")]
    with started([str(EXAMPLE), *files], tmp_path / "said", environment=RAY) as group:
        group.wait_for(lambda: bool(busy(group)), timeout=400)
        victim, *_ = busy(group)
        os.kill(victim, signal.SIGKILL)
        assert not (tmp_path / "out.txt").exists()
        assert group.end(timeout=600) == 0, group.said()
    expected = Translate(model)({"source": lines})["translation"]
    assert isinstance(expected, list)
    assert (tmp_path / "out.txt").read_text("utf-8") == "".join(f"{text}\n" for text in expected)
