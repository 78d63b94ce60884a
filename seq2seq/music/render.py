"""Score pictures and MIDI files of a tune in ABC notation, by verovio (an optional dependency: the extra `music`).

Verovio ends its process, with no exception to catch, on many a tune that is not well formed, and it reports what it
passes over to standard error. Both are why it runs in a process of its own: ``python -m seq2seq.music.render``
reads a tune from standard input and writes JSON.
"""

import base64
import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seq2seq.errors import DataError, MissingExtra
from seq2seq.music.abc import read_tunes, tags
from seq2seq.music.check import check
from seq2seq.process import command, environment

_OPTIONS: Final[Mapping[str, object]] = {
    "inputFrom": "abc",
    "pageWidth": 2100,
    "pageHeight": 2970,
    "adjustPageHeight": True,
    "breaks": "auto",  # the lines of the file are lines of text, not of music
    "header": "encoded",
    "footer": "none",
    "scale": 50,
    "xmlIdSeed": 1,  # the same tune gives the same file
}
_PATIENCE: Final = 120
"""Seconds that a tune may take."""


def render(abc: str, folder: Path, stem: str) -> list[Path]:
    """Write a tune as a score and as sound: one SVG file a page, and a MIDI file.

    What verovio's reader of ABC does not know is not drawn: the brackets above first and second endings (their bars are
    there, one after the other), and the new signature where the key changes (it sounds right). Repeats are played.

    Args:
        abc: a complete tune, as ``to_abc`` writes it.
        folder: where the files go; made if it is missing.
        stem: the files' name: ``STEM.svg`` (``STEM-2.svg`` for a second page, and so on) and ``STEM.mid``.

    Returns:
        What was written, the MIDI file last.

    Raises:
        MissingExtra: verovio is not installed.
        DataError: verovio cannot read the tune, or finds no notes in it.
    """
    if importlib.util.find_spec("verovio") is None:
        raise MissingExtra('Scores are drawn by verovio, which is not installed.\n  pip install "seq2seq[music]"')
    found = _draw(abc) or _draw(abc, "--once")
    if found is None:
        raise DataError(f"{stem}: verovio cannot read this tune.\n  {_reason(abc)}")
    pages, sound = found
    if not any('class="note' in page for page in pages):
        raise DataError(f"{stem}: verovio finds no notes in this tune.\n  {_reason(abc)}")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, page in enumerate(pages, start=1):
        path = folder / (f"{stem}.svg" if number == 1 else f"{stem}-{number}.svg")
        path.write_text(page, encoding="utf-8", newline="\n")
        written.append(path)
    written.append(folder / f"{stem}.mid")
    written[-1].write_bytes(sound)
    return written


def _draw(abc: str, *options: str) -> tuple[list[str], bytes] | None:
    """The pages (SVG) and the sound (MIDI) of a tune, drawn in another process; None if that came to a bad end."""
    try:
        done = subprocess.run(
            [*command("seq2seq.music.render"), *options],
            input=abc.encode(),
            capture_output=True,
            env=environment(),
            timeout=_PATIENCE,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    found = json.loads(done.stdout)
    return found["pages"], base64.b64decode(found["midi"])


def _reason(abc: str) -> str:
    """What our own reader has to say about a tune that verovio refuses."""
    tune = next(read_tunes(abc), None)
    if tune is None:
        return "It holds no music."
    problem = check(tune.body, tags(tune.headers)).problem
    return (
        f"Its music, {problem}." if problem else "Our own reader finds no mistake in it; another program may open it."
    )


def _main() -> None:
    """Draw the tune on standard input. ``--once`` plays no repeats: one that only ends is too much for verovio."""
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions({**_OPTIONS, "expandNever": "--once" in sys.argv})
    loaded = toolkit.loadData(sys.stdin.buffer.read().decode())
    pages = [toolkit.renderToSVG(page + 1) for page in range(toolkit.getPageCount())] if loaded else []
    print(json.dumps({"pages": pages, "midi": toolkit.renderToMIDI() if pages else ""}))


if __name__ == "__main__":
    _main()
