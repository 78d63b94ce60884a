"""What was measured, as tables for people."""

from typing import TYPE_CHECKING, Final

from seq2seq.bench.decoding import DecodingSpeed, EngineSpeed
from seq2seq.bench.profile import DATA, PROJECTION
from seq2seq.bench.training import TrainingSpeed
from seq2seq.evaluation.remarks import score_table

if TYPE_CHECKING:
    from rich.table import Table

_PART_TITLES: Final = {PROJECTION: "projection, loss", DATA: "waiting for data"}


def speed_table(decoded: DecodingSpeed, *, trained: TrainingSpeed | None = None) -> "Table":
    """One row per engine and beam, and one for training: throughput, share of the peak, latency and memory."""
    rows = [] if trained is None else [["train", *_throughput(trained), "", "", "", ""]]
    for one in decoded.engines:
        rows.append(
            [
                ("decode, " if trained else "") + one.engine + ("" if one.beam is None else f", beam {one.beam}"),
                *_throughput(one),
                f"{one.latency_p50:,.1f} ms",
                f"{one.latency_p99:,.1f} ms",
                f"{one.start.median:,.2f} s",
                f"{one.memory.median / 1e6:,.0f} MB",
            ]
        )
    titles = ("run", "texts/s", "tokens/s", "% of the peak", "one: p50", "p99", "start", "memory")
    return score_table(titles, rows, names=("run",))


def _throughput(speed: TrainingSpeed | EngineSpeed) -> list[str]:
    texts = speed.examples if isinstance(speed, TrainingSpeed) else speed.sentences
    return [texts.shown(0), f"{speed.tokens.median:,.0f}", speed.share.shown(scale=100)]


def parts_table(trained: TrainingSpeed) -> "Table":
    """A training step by its parts."""
    rows = [
        [
            _PART_TITLES.get(name, name),
            f"{part.milliseconds.median:,.1f}",
            f"{part.gigaoperations.median:,.2f}",
            f"{part.floor.median:,.1f}",
            f"{part.above.median:,.1f}",
            f"{part.milliseconds.median / trained.step.milliseconds.median:.1%}",
        ]
        for name, part in (*trained.parts.items(), ("whole step", trained.step))
    ]
    titles = ("part of a step", "ms", "GFLOP", "ms at the peak", "ms above", "of the step")
    return score_table(titles, rows, names=titles[:1])
