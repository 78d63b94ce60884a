"""Translate a file with Ray Data, on the cores of this machine or of a cluster.

Shows:  seq2seq.batch.Translate as a Ray actor, which opens its model once; lines that come out in their order
        (`preserve_order`; the numbers of the rows prove it); what a killed worker had is done again by another
Time:   1 minute on two CPU cores, most of it until Ray's processes have started
Run:    python examples/ray_lines.py [MODEL INPUT OUTPUT]

Without arguments it trains a toy model and translates 2,000 lines. It needs `pip install "seq2seq[train,ray]"`. With
RAY_ADDRESS in the environment it runs on that cluster, whose machines must find the model at the same path.
"""

import argparse
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import ray
import ray.data

import seq2seq
from seq2seq.batch import Translate

BLOCK = 1_000
"""Lines that a worker gets at once."""


def translate(model: Path, lines: list[str], *, beam: int | None, actors: int) -> Iterator[str]:
    """The translations of lines, in their order, by processes that have a core each."""
    ray.init(log_to_driver=False)
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    starts = range(0, len(lines), BLOCK)
    blocks = [lines[start : start + BLOCK] for start in starts]
    tables = [
        pa.table({"row": range(start, start + len(block)), "source": block})
        for start, block in zip(starts, blocks, strict=True)
    ]
    data = ray.data.from_arrow(tables).map_batches(
        Translate,
        fn_constructor_args=(model,),
        fn_constructor_kwargs={"beam": beam},
        batch_size=BLOCK,
        batch_format="pyarrow",
        concurrency=actors,
    )
    row = 0
    for batch in data.iter_batches(batch_size=None):
        for number, text in zip(batch["row"].tolist(), batch["translation"].tolist(), strict=True):
            if number != row:
                raise RuntimeError(f"row {number} came in the place of row {row}")
            yield text
            row += 1
    if row != len(lines):
        raise RuntimeError(f"{row:,} of {len(lines):,} lines came back")


def toy() -> list[Path]:
    """A model that copies digits and letters, and lines for it."""
    model, source = Path("runs/copy"), Path("lines.txt")
    seq2seq.train("toy/copy", model, settings={"training.max_steps": 80}, overwrite=True)
    draw = random.Random(1)
    source.write_text("".join(f"{' '.join(draw.choices('abc123', k=5))}\n" for _ in range(2_000)), "utf-8")
    return [model, source, Path("translated.txt")]


def main() -> None:
    """Translate the files that are named on the command line, or those of a toy."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path, metavar="MODEL INPUT OUTPUT")
    parser.add_argument("--beam", type=int, help="hypotheses per step (default: the recipe's)")
    parser.add_argument("--actors", type=int, default=os.cpu_count(), help="processes (default: %(default)s)")
    given = parser.parse_args()
    if len(given.files) not in (0, 3):
        parser.error("give MODEL, INPUT and OUTPUT, or nothing")
    model, source, target = given.files or toy()
    lines = source.read_text("utf-8").removesuffix("\n").split("\n")
    part = target.with_name(f".{target.name}.part")  # what has the name is whole
    with part.open("w", encoding="utf-8") as output:
        output.writelines(f"{text}\n" for text in translate(model, lines, beam=given.beam, actors=given.actors))
    part.rename(target)
    print(f"{len(lines):,} lines, in their order: {target}")


if __name__ == "__main__":
    main()
