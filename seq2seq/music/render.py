"""Scores (SVG) and MIDI files of a tune in ABC notation, by verovio (optional: the extra `music`).

Verovio terminates its process without an exception on many malformed tunes, and reports what it ignores to standard
error. Therefore it runs in its own process.
"""

import base64
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seq2seq.errors import DataError, MissingExtra
from seq2seq.music.abc import read_tunes, tags
from seq2seq.music.check import check
from seq2seq.process import Result, run_worker, worker_main

_OPTIONS: Final[Mapping[str, object]] = {
    "inputFrom": "abc",
    "pageWidth": 2100,
    "pageHeight": 2970,
    "adjustPageHeight": True,
    "breaks": "auto",  # line breaks of the file are not those of the score
    "header": "encoded",
    "footer": "none",
    "scale": 50,
    "xmlIdSeed": 1,  # the same tune gives the same file
}
_TIMEOUT: Final = 120
"""Most seconds per tune."""


def render(abc: str, folder: Path, stem: str) -> list[Path]:
    """Write a tune as a score, one SVG file per page, and as a MIDI file, with repeats played.

    What verovio's ABC reader does not support is missing in the score: brackets above first and second endings (their
    bars are there), and the new signature where the key changes (it sounds right).

    Args:
        abc: a complete tune, as ``to_abc`` writes it.
        folder: for the files; created if missing.
        stem: of the file names: ``STEM.svg`` (``STEM-2.svg`` for a second page, and so on) and ``STEM.mid``.

    Returns:
        The files, the MIDI file last.

    Raises:
        MissingExtra: verovio is not installed.
        DataError: verovio cannot read the tune, or finds no notes in it.
    """
    if importlib.util.find_spec("verovio") is None:
        message = 'Scores are rendered by verovio, which is not installed.\n  pip install "seq2seq[music]"'
        raise MissingExtra(message, code="extra.missing")
    rendered = _render(abc, once=False) or _render(abc, once=True)
    if rendered is None:
        raise DataError(f"{stem}: verovio cannot read this tune.\n  {_reason(abc)}", code="music.unreadable")
    pages, sound = rendered
    if not any('class="note' in page for page in pages):
        raise DataError(f"{stem}: verovio finds no notes in this tune.\n  {_reason(abc)}", code="music.no-notes")
    folder.mkdir(parents=True, exist_ok=True)
    scores = [folder / (f"{stem}-{number}.svg" if number > 1 else f"{stem}.svg") for number, _ in enumerate(pages, 1)]
    for path, page in zip(scores, pages, strict=True):
        path.write_text(page, encoding="utf-8", newline="\n")
    (folder / f"{stem}.mid").write_bytes(sound)
    return [*scores, folder / f"{stem}.mid"]


def _render(abc: str, *, once: bool) -> tuple[list[str], bytes] | None:
    """The pages (SVG) and the sound (MIDI) of a tune, by another process; None if verovio crashes or takes too long."""
    try:
        rendered = run_worker(
            "seq2seq.music.render",
            {"abc": abc, "once": once},
            error=DataError,
            who="verovio",
            remedy="",
            timeout=_TIMEOUT,
            quiet=True,
        )
    except DataError:
        return None
    return rendered["pages"], base64.b64decode(rendered["midi"])


def _reason(abc: str) -> str:
    """Our own diagnosis of a tune that verovio refuses."""
    tune = next(read_tunes(abc), None)
    if tune is None:
        return "It has no music."
    problem = check(tune.body, tags(tune.headers)).problem
    return f"Its music, {problem}." if problem else "Our own parser finds no mistake; another program may open it."


def _run_job(job: Result, _: object) -> Result:
    """Render a tune. ``once`` plays no repeats: verovio cannot play one that has only an end."""
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions({**_OPTIONS, "expandNever": job["once"]})
    loaded = toolkit.loadData(job["abc"])
    pages = [toolkit.renderToSVG(page + 1) for page in range(toolkit.getPageCount())] if loaded else []
    return {"pages": pages, "midi": toolkit.renderToMIDI() if pages else ""}


if __name__ == "__main__":
    sys.exit(worker_main(_run_job))
