"""A training split that is prepared a few shards at a time, while training runs: a corpus larger than the disk.

An epoch has some shards, which are prepared when it begins as any data are, with vocabularies that have been learnt
from a sample, and deleted when the next one begins. Which they are is a function of the seed and the epoch's number, so
that a run is resumed like any other. The shards of the next epoch are prepared meanwhile, by a process of its own.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from seq2seq import log
from seq2seq.config.data import DataConfig
from seq2seq.config.duration import format_duration
from seq2seq.config.recipe import Recipe
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.cache import remove
from seq2seq.data.preparing.prepare import Prepared, prepare_shards
from seq2seq.data.preparing.split import Split
from seq2seq.data.reading.sources import find_splits
from seq2seq.errors import NoExamples
from seq2seq.process import start_worker, worker_main
from seq2seq.text.sketch import Sketch
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.wording import plural

_MODULE: Final = "seq2seq.data.preparing.stream"
_ORDER: Final = 0x5A4D
"""Keeps the order of shards apart from other random choices with the same seed."""
_NICENESS: Final = 10
"""Of the process that prepares the next epoch: training comes first."""
_PATIENCE: Final = 10.0
"""Seconds that it has to clear away what it has begun."""


class ShardStream:
    """The training split of every epoch.

    Args:
        data: the corpus; ``data.stream`` says how many shards are an epoch.
        tokenizer: as in :func:`seq2seq.data.preparing.prepare.prepare_shards`, like ``sides`` and ``whole``.
        seed: decides the order of shards.
        sample: folder of the prepared sample, with the vocabularies.
        ahead: whether the next epoch is prepared meanwhile; one process of a run does.
        epochs: those of the run (None: not known); none is prepared after them.

    Raises:
        DataError: there are no shards.
    """

    def __init__(
        self,
        data: DataConfig,
        tokenizer: TokenizerConfig,
        *,
        seed: int,
        sample: Path,
        sides: Sides = TEXTS,
        whole: bool = False,
        ahead: bool = False,
        epochs: int | None = None,
    ) -> None:
        assert data.stream is not None
        self._data, self._tokenizer, self._seed, self._sample, self._ahead = data, tokenizer, seed, sample, ahead
        self._sides, self._whole_texts, self._epochs = sides, whole, epochs
        train = find_splits(data, ("train",), sides=sides)["train"]
        assert train is not None
        self._labels = [origin.label for origin in train.origins]
        self._size = data.stream.shards
        self._tokenizers = VocabularyPair.load(sample)
        self.whole = -(-len(self._labels) // self._size)
        """Epochs in which all shards come once."""
        self.sketch = Sketch()
        """Sketch of the texts of all epochs that were opened."""
        self._folder: Path | None = None
        self._worker: subprocess.Popen[str] | None = None

    @classmethod
    def of(cls, recipe: Recipe, prepared: Prepared, *, ahead: bool) -> Self | None:
        """The stream of a recipe, whose sample has been prepared; None: its data are no stream."""
        if recipe.data.stream is None:
            return None
        return cls(
            recipe.data,
            recipe.tokenizer,
            seed=recipe.training.seed,
            sample=prepared.folder,
            sides=recipe.sides,
            whole=recipe.training.batch.windows is not None,
            ahead=ahead,
            epochs=recipe.training.max_epochs,
        )

    def shards(self, epoch: int) -> list[str]:
        """Names of the shards of an epoch: all come once, in random order, before one comes again."""
        passed, number = divmod(epoch, self.whole)
        order = np.random.default_rng((_ORDER, self._seed, passed)).permutation(len(self._labels))
        return [self._labels[shard] for shard in sorted(order[number * self._size : (number + 1) * self._size])]

    def open(self, epoch: int) -> Split:
        """The examples of an epoch; those of the one before are deleted.

        Raises:
            NoExamples: there is none.
            DataError: a shard is missing or wrong.
        """
        shards, began = self.shards(epoch), time.monotonic()
        some = shards[0] + (f" and {plural(len(shards) - 1, 'more shard')}" if shards[1:] else "")
        if self._folder is None or (self._worker is not None and self._worker.poll() is None):
            log.say(f"epoch {epoch + 1}: waiting for {some}")
        try:
            with log.muted():
                prepared = prepare_shards(
                    self._data,
                    self._tokenizer,
                    shards,
                    seed=self._seed,
                    tokenizers=self._tokenizers,
                    sides=self._sides,
                    whole=self._whole_texts,
                )
        except NoExamples:  # the run passes over it
            self._turn(epoch, None)
            raise
        self._turn(epoch, prepared.folder)
        self.sketch |= prepared.sketch
        waited, report = time.monotonic() - began, prepared.report
        preparing = f"; training waited {format_duration(waited)} for them" if waited >= 1 else ""
        log.say(f"epoch {epoch + 1}: {plural(len(prepared.train), 'example')} from {some}{preparing}")
        for line in report.left_out():
            log.say(f"  {line}")
        log.warn_skipped(report.skipped, report.name)
        return prepared.train

    def _turn(self, epoch: int, folder: Path | None) -> None:
        """Delete the epoch before, and have the next one prepared."""
        if self._folder is not None and self._folder != folder:
            remove(self._folder)
        self._folder = folder
        self.close()
        if self._ahead and epoch + 1 != self._epochs and self.shards(epoch + 1) != self.shards(epoch):
            self._worker = start_worker(_MODULE, self._job(epoch + 1))

    def close(self) -> None:
        """End the process that prepares the next epoch."""
        if self._worker is not None:
            self._worker.send_signal(signal.SIGINT)  # so that it clears away what it has begun
            try:
                self._worker.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._worker.kill()
                self._worker.wait()
            self._worker = None

    def _job(self, epoch: int) -> dict[str, Any]:
        return {
            "data": self._data.model_dump_json(),
            "tokenizer": self._tokenizer.model_dump_json(),
            "seed": self._seed,
            "sample": str(self._sample),
            "sides": [kind.value for kind in self._sides],
            "whole": self._whole_texts,
            "epoch": epoch,
        }


def _run_job(job: dict[str, Any], _: object) -> dict[str, Any]:
    """Prepare an epoch; whoever wants it finds it in the cache, or does it again and reports what is wrong."""
    os.nice(_NICENESS)
    data, tokenizer = DataConfig.model_validate_json(job["data"]), TokenizerConfig.model_validate_json(job["tokenizer"])
    sides = Sides(*map(SideKind, job["sides"]))
    stream = ShardStream(data, tokenizer, seed=job["seed"], sample=Path(job["sample"]), sides=sides, whole=job["whole"])
    stream.open(job["epoch"])
    return {}


if __name__ == "__main__":
    sys.exit(worker_main(_run_job))
