"""Text to token ids (or to vectors), from one Arrow file to others; large splits in several processes.

A large split has several files, whatever the number of processes: what is prepared does not depend on it.
"""

import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from seq2seq.data.preparing.filter_rows import EMPTY, record_batches
from seq2seq.data.preparing.protect import protected_texts
from seq2seq.data.preparing.split import IDS, SCHEMA, schema_of
from seq2seq.errors import DataError
from seq2seq.process import run_workers, worker_main
from seq2seq.special import UNK
from seq2seq.text.protection import Protection
from seq2seq.text.sketch import Sketch
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import Vocabulary, VocabularyPair
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.text.vocabulary.soft_labels import likeliest

TOO_LONG = "longer than max_length"
RATIO = "length ratio above max_ratio"
SPARED = 8
"""Tokens added to both sides before their ratio is taken, so that short pairs stay."""
FILE_ROWS = 150_000
"""Rows of a file at least; they justify a process of their own: sentencepiece already uses all cores from one."""
MOST_FILES: Final = 64
"""Files of a split at most, so that a process has few open: then they have more rows."""
KEPT, SOURCE_TOKENS, TARGET_TOKENS = "kept", "source tokens", "target tokens"
UNKNOWN, BYTES = "unknown tokens", "byte tokens"
PROTECTED, UNPROTECTED = "spans as symbols", "spans as text"


@dataclass(frozen=True)
class Job:
    """Work of one process: some of the files, in order."""

    raw: str
    """Arrow file of texts."""
    chosen: str
    """File of the row numbers to keep (NumPy, ascending)."""
    edges: tuple[int, ...]
    """The first row that may be in each file; and the row after the last one."""
    outputs: tuple[str, ...]
    """Arrow files to write."""
    tokenizers: str
    """Folder of the tokenizers."""
    max_length: int | None
    """Longest side, EOS included; longer examples are left out (None: any)."""
    max_ratio: float | None
    """Largest ratio of lengths; others are left out (None: any)."""
    filled: tuple[str, ...]
    """Sides without which an example is left out: those that must have a token."""
    protection: dict[str, Any] | None
    """The text that is copied, as the fields of a :class:`Protection`."""
    soft_labels: bool
    """Whether targets may be labels with probabilities: their ids are those of the most probable ones."""
    sketched: str | None
    """The side whose texts are sketched; None: neither."""


@dataclass
class Outcome:
    """What was written."""

    counts: Counter[str] = field(default_factory=Counter)
    """Rows that stay, rows that each rule left out, tokens."""
    sketch: Sketch = field(default_factory=Sketch)
    """Of the texts on one side, if they are sketched."""

    def add(self, later: "Outcome") -> None:
        """Add what follows."""
        self.counts.update(later.counts)
        self.sketch |= later.sketch


def tokenise(
    raw: Path,
    chosen: NDArray[np.int64],
    output: Path,
    tokenizers: Path,
    *,
    workers: int,
    max_length: int | None = None,
    max_ratio: float | None = None,
    filled: tuple[str, ...] = (),
    protection: Protection | None = None,
    soft_labels: bool = False,
    sketched: str | None = None,
    advance: Callable[[int], None],
) -> tuple[list[Path], Outcome]:
    """Tokenise some rows of a file.

    Args:
        raw: Arrow file of texts.
        chosen: (N,) row numbers to keep, ascending.
        output: names the files written: ``train`` makes ``train-00000.arrow`` and so on.
        tokenizers: folder into which they were saved.
        workers: processes at most.
        max_length: longest side, EOS included (``None``: any).
        max_ratio: largest ratio of lengths (``None``: any).
        filled: sides without which an example is left out: those that must have a token.
        protection: the text that is copied.
        soft_labels: whether targets may be labels with probabilities.
        sketched: the side whose texts are sketched (``None``: neither).
        advance: called with the number of rows done since its last call.

    Returns:
        The files in order, and what was counted.
    """
    path = output.with_name(f"{output.name}-rows.npy")
    np.save(path, chosen)
    files = max(1, min(MOST_FILES, len(chosen) // FILE_ROWS))
    # Equal shares of the chosen rows; in row numbers, since that is how the file is read.
    edges = [0, *(int(chosen[len(chosen) * part // files]) for part in range(1, files)), sys.maxsize]
    outputs = [output.with_name(f"{output.name}-{part:05d}.arrow") for part in range(files)]
    processes = min(workers, files)
    shares = [(files * one // processes, files * (one + 1) // processes) for one in range(processes)]
    jobs = [
        Job(
            raw=str(raw),
            chosen=str(path),
            edges=tuple(edges[first : last + 1]),
            outputs=tuple(map(str, outputs[first:last])),
            tokenizers=str(tokenizers),
            max_length=max_length,
            max_ratio=max_ratio,
            filled=filled,
            protection=None if protection is None else asdict(protection),
            soft_labels=soft_labels,
            sketched=sketched,
        )
        for first, last in shares
    ]
    if processes == 1:
        outcome = run(jobs[0], advance)
    else:
        results = run_workers(
            "seq2seq.data.preparing.tokenise",
            [asdict(job) for job in jobs],
            error=DataError,
            who=f"A process that tokenised {raw}",
            remedy="Out of memory? --set data.workers=1 prepares the data in one process.",
            advance=advance,
        )
        outcome = Outcome()
        for result in results:
            outcome.add(Outcome(Counter(result["counts"]), Sketch.from_dict(result["sketch"])))
    path.unlink()
    return outputs, outcome


def run(job: Job, advance: Callable[[int], None]) -> Outcome:
    """Do a job in this process."""
    tokenizers = VocabularyPair.load(Path(job.tokenizers))
    bytes_of = (_bytes(tokenizers.source), _bytes(tokenizers.target))
    schema = schema_of(_step_size(tokenizers.source), _step_size(tokenizers.target))
    chosen = np.load(job.chosen, mmap_mode="r")
    outcome = Outcome()
    shares = zip(job.outputs, pairwise(job.edges), strict=True)
    with closing(_pieces(Path(job.raw), job.edges)) as pieces:
        piece = next(pieces, None)
        for output, (_, stop) in shares:
            with pa.OSFile(output, "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
                while piece is not None and piece[0] < stop:
                    first, batch = piece
                    rows = chosen[slice(*np.searchsorted(chosen, (first, first + batch.num_rows)))] - first
                    if len(rows):
                        done, counts = _tokenise(batch.take(pa.array(rows)), tokenizers, bytes_of, job)
                        writer.write_batch(done)
                        texts = done.column(job.sketched).to_pylist() if job.sketched is not None else ()
                        outcome.add(Outcome(counts, Sketch.from_texts(texts)))
                        advance(len(rows))
                    piece = next(pieces, None)
    return outcome


def _pieces(path: Path, edges: Sequence[int]) -> Generator[tuple[int, pa.RecordBatch], None, None]:
    """The record batches between the first and the last of some rows, cut at the others; and the first row of each."""
    first = 0
    for batch in record_batches(path):
        stop = first + batch.num_rows
        within = [edge for edge in edges if first < edge < stop]
        for low, high in pairwise([first, *within, stop]):
            if edges[0] <= low < edges[-1]:
                yield low, batch.slice(low - first, high - low)
        first = stop
        if first >= edges[-1]:
            return


def _tokenise(
    batch: pa.RecordBatch, tokenizers: VocabularyPair, bytes_of: tuple[NDArray[np.bool_] | None, ...], job: Job
) -> tuple[pa.RecordBatch, Counter[str]]:
    """Add the ids to a batch of texts, and leave out what is too long or too uneven."""
    texts = protected_texts(batch, None if job.protection is None else Protection(**job.protection))
    source, source_lengths = _encode(tokenizers.source, texts.source)
    targets = list(map(likeliest, texts.target)) if job.soft_labels else texts.target
    target, target_lengths = _encode(tokenizers.target, targets)
    counts: Counter[str] = Counter({PROTECTED: texts.protected, UNPROTECTED: texts.rest})
    keep = np.ones(batch.num_rows, dtype=np.bool_)

    def leave_out(rule: str, rows: NDArray[np.bool_]) -> None:
        counts[rule] += int((keep & rows).sum())
        keep[rows] = False

    columns = [*map(batch.column, SCHEMA.names[:-2]), source, target]
    schema = schema_of(_step_size(tokenizers.source), _step_size(tokenizers.target))
    done = pa.RecordBatch.from_arrays(columns, schema=schema)
    shorter, longer = np.minimum(source_lengths, target_lengths), np.maximum(source_lengths, target_lengths)
    lists = {"source": source, "target": target}
    for side in job.filled:
        leave_out(EMPTY, lists[side].value_lengths().to_numpy() == 0)
    if job.max_length is not None:
        leave_out(TOO_LONG, longer > job.max_length)
    if job.max_ratio is not None:
        leave_out(RATIO, longer + SPARED > job.max_ratio * (shorter + SPARED))
    if not keep.all():
        done = done.filter(pa.array(keep))
    counts[KEPT] = done.num_rows
    counts[SOURCE_TOKENS] = int(source_lengths[keep].sum())
    counts[TARGET_TOKENS] = int(target_lengths[keep].sum())
    for name, is_byte in zip(("source_ids", "target_ids"), bytes_of, strict=True):
        if is_byte is None:
            continue
        ids = done.column(name).flatten().to_numpy()
        counts[UNKNOWN] += int((ids == UNK).sum())
        counts[BYTES] += int(is_byte[ids].sum())
    return done, counts


def _step_size(vocabulary: Vocabulary) -> int | None:
    """Numbers of a step, of vectors; None: there are ids."""
    return vocabulary.size if isinstance(vocabulary, Channels | SeriesFormat) else None


def _bytes(tokenizer: Vocabulary) -> NDArray[np.bool_] | None:
    """(V,) which tokens are bytes of what the vocabulary lacks; None for vectors, which lack nothing."""
    if _step_size(tokenizer) is not None:
        return None
    return np.fromiter(map(tokenizer.is_byte, range(tokenizer.size)), np.bool_, tokenizer.size)


def _encode(tokenizer: Vocabulary, texts: list[str]) -> tuple[pa.ListArray, NDArray[np.int64]]:
    """Ids of many texts, and their lengths with EOS; or vectors, and their steps."""
    ids = tokenizer.encode_batch(texts)
    lengths = np.fromiter(map(len, ids), np.int64, len(ids))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    if _step_size(tokenizer) is not None:
        steps = pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate(ids).ravel()), tokenizer.size)
        return pa.ListArray.from_arrays(pa.array(offsets), steps), lengths
    values = np.fromiter(chain.from_iterable(ids), np.int32, int(offsets[-1]))
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values), type=IDS), lengths + 1


def _run_job(job: dict[str, Any], advance: Callable[[int], None]) -> dict[str, Any]:
    outcome = run(Job(**job), advance)
    return {"counts": outcome.counts, "sketch": outcome.sketch.to_dict()}


if __name__ == "__main__":
    sys.exit(worker_main(_run_job))
