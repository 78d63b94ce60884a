"""Work on a shard in a child that kills itself as it changes a folder for the n-th time.

Run as a program, `python killed_shard.py SOURCE OUTPUT I/N`, with a line `N` on standard input for each child; the
answer is its exit code (-9: killed; 0: it came to its end before).
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from support.instants import changes
from support.sharded import job, work

import seq2seq.shards.work
from seq2seq.shards.shard import Shard


def main(source: str, output: str, shard: str) -> None:
    """Serve."""
    seq2seq.shards.work.KEEP = 0.0  # type: ignore[misc]  # every chunk is kept
    folder = str(Path(output).parent)
    for line in sys.stdin:
        left = int(line)
        child = os.fork()
        if not child:

            def count(event: str, arguments: tuple[Any, ...]) -> None:
                nonlocal left
                if changes(event, arguments, folder):
                    left -= 1
                    if left == 0:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(count)
            work(Path(source), Path(output), Shard.parse(shard), job())
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
