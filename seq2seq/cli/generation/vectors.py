"""``seq2seq generate`` with a model whose output is sequences of vectors: a table, JSON, an archive, a picture.

The table and the archive have the form in which sequences are read: a classifier takes them as they are.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from seq2seq.cli.streams import open_output
from seq2seq.text.vectors import padded

if TYPE_CHECKING:
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.synthesis.synthesizer import Synthesized

_JSON: Final = (".json", ".jsonl")


def generate_vectors(
    model: str,
    wanted: Sequence[str],
    changes: Mapping[str, Any],
    running: EngineOptions,
    *,
    output: Path | None,
    as_json: bool,
    picture: Path | None,
) -> None:
    """Generate a sequence for each of the ``wanted`` tags, and write them; ``changes`` are those of the settings."""
    from seq2seq import log
    from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer

    _, synthesizer = VectorSynthesizer.open(model, **running)
    config = synthesizer.decoding.model_copy(update=dict(changes))
    with ExitStack() as stack:
        sink, _ = open_output(output, stack)
        written = synthesizer.generate(wanted, config)
        ending = "" if output is None else output.suffix.lower()
        if ending == ".npz" and not as_json:
            sink.write(_archive(written))
        else:
            sink.write((_json_lines if as_json or ending in _JSON else _table)(written).encode())
    for number, one in enumerate(written, 1):
        if one.note:
            log.warn(f"sequence {number}: {one.note}", code="inference.output")
    if picture is not None:
        from seq2seq.report.sequences import MOST, draw_sequences

        draw_sequences([(one.tags, one.vectors) for one in written[:MOST]], picture)
        if len(written) > MOST:
            log.say(f"{picture}: the first {MOST} of {len(written):,} sequences.")


def _table(written: Sequence[Synthesized]) -> str:
    """CSV with one row per step."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["unique_id", "ds", "tags", *(f"c{channel}" for channel in range(written[0].vectors.shape[1]))])
    for number, one in enumerate(written, 1):
        table.writerows([number, place, one.tags, *step] for place, step in enumerate(one.rounded(), 1))
    return text.getvalue()


def _json_lines(written: Sequence[Synthesized]) -> str:
    """One JSON object per sequence."""
    return "".join(json.dumps(one.record(), ensure_ascii=False) + "\n" for one in written)


def _archive(written: Sequence[Synthesized]) -> bytes:
    """An NPZ archive: values (N, S, F), lengths and labels, which are the tags."""
    values, lengths = padded([one.vectors.astype(np.float32) for one in written])
    file = BytesIO()
    np.savez_compressed(file, values=values, lengths=lengths, labels=np.array([one.tags for one in written]))
    return file.getvalue()
