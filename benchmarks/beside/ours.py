"""Our own side: the real `seq2seq` command, and ``seq2seq.load`` where start-up is to be left out."""

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from beside.figures import percentiles
from beside.process import Failed, Finished
from beside.setting import CHILDREN, TEST, Setting

_BIN: Final = Path(sys.executable).parent
_RECIPES: Final = Path(__file__).parents[1] / "recipes"
SAME_SIZE: Final = _RECIPES / "multi30k_8000.yaml"
QUICK: Final = "translation/multi30k_quick"
QUICK_SETTINGS: Final = ("tokenizer.vocabulary=8000", "data.splits.test=[test]")
"""The size of `SAME_SIZE`; and training scores no test sentences, since the folder has no such split."""
_LOG_EVERY: Final = 20


@dataclass(frozen=True, slots=True)
class Way:
    """A way to translate with our model."""

    engine: str
    workers: int
    """Batches side by side ..."""
    threads: int
    """... and the threads of each."""
    shortlist: bool = False

    @property
    def name(self) -> str:
        """As shown in a table."""
        shape = f"{self.workers} x {self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"seq2seq {self.engine}, {shape}" + (", shortlist" if self.shortlist else "")

    def options(self, shortlist: str) -> list[str]:
        """As options; the shortlist's has another name where a child reads it."""
        found = ["--engine", self.engine, "--workers", str(self.workers), "--threads", str(self.threads)]
        return [*found, shortlist] if self.shortlist else found


def pairs_per_second(records: Iterable[dict[str, Any]]) -> float:
    """Pairs per second in a run's metrics, the first report left out (start-up and warming up).

    Reports weigh by their steps, which have about equally many pairs. Their rates count the time of steps, waiting for
    data included; validations and checkpoints are no part of it, as there are none in OpenNMT-py's figure either.

    Raises:
        Failed: there are no two reports.
    """
    training = [record for record in records if record["kind"] == "train"]
    steps = [after["step"] - before["step"] for before, after in pairwise(training)]
    if not sum(steps):
        raise Failed(f"seq2seq: too few steps for a rate; take {3 * _LOG_EVERY} or more (--steps).")
    seconds_a_pair = sum(n / record["examples_per_second"] for n, record in zip(steps, training[1:], strict=True))
    return sum(steps) / seconds_a_pair


def training_seconds(records: Iterable[dict[str, Any]]) -> float:
    """Seconds from the first step to the last validation."""
    return float(max(record["seconds"] for record in records if "seconds" in record))


def _metrics(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


class Ours:
    """This project, run as its users run it."""

    def __init__(self, setting: Setting, model: Path) -> None:
        self.setting = setting
        self.model = model

    @property
    def _outputs(self) -> Path:
        """Where a child writes its translations."""
        return self.setting.work / "child.de"

    def _run(self, name: str, *arguments: str | Path) -> Finished:
        return self.setting.run(name, [_BIN / "seq2seq", *arguments])

    def ways(self) -> tuple[list[Way], list[str]]:
        """The ways to translate that there are, and what is left out, in words.

        All use as many threads as the setting says: ONNX Runtime as workers of one thread each, which is the default on
        as many cores, and as one worker.

        Raises:
            Failed: there is no model.
        """
        if not (self.model / "config.json").is_file():
            raise Failed(
                f"{self.model}: no model of ours.\n"
                "  `peers.py quality` trains one; or name a model folder of the same size: --model FOLDER"
            )
        threads, missing = self.setting.threads, []
        ways = [Way("torch", 1, threads)]
        for engine, ending in (("onnx", "onnx"), ("onnx-int8", "int8.onnx")):
            there = {name: (self.model / "onnx" / f"{name}.{ending}").is_file() for name in ("step", "step.shortlist")}
            missing += [
                f"{engine}: {self.model} has no onnx/{name}.{ending}; write it: seq2seq export {self.model}"
                + (" --shortlist" if name == "step.shortlist" else "")
                for name, is_there in there.items()
                if not is_there
            ]
            if there["step"]:
                shapes = sorted({(threads, 1), (1, threads)}, reverse=True)
                ways += [Way(engine, workers, each) for workers, each in shapes]
            if there["step.shortlist"]:
                ways.append(Way(engine, threads, 1, shortlist=True))
        return ways, missing

    def train_rate(self, *, steps: int, tokens: int, precision: str) -> dict[str, float | None]:
        """Train some steps; ``tokens`` is the batch as OpenNMT-py counts it: of one side, where ours counts both.

        Raises:
            Failed: this processor does not compute in that precision, for one.
        """
        output = self.setting.work / "train"
        shutil.rmtree(output, ignore_errors=True)
        done = self._train(
            SAME_SIZE,
            output,
            self.setting.work / "cache",
            f"training.batch.max_tokens={2 * tokens}",
            f"training.precision={precision}",
            f"training.log_every={_LOG_EVERY}",
            f"training.max_steps={steps}",
            "training.validation={metric: loss, every_steps: 1000000}",
        )
        return {
            "pairs_per_second": pairs_per_second(_metrics(output)),
            "seconds": done.seconds,
            "megabytes": done.megabytes,
        }

    def train_quickly(self, overrides: Sequence[str]) -> dict[str, float | None]:
        """Train from nothing, with an empty cache; seconds of the whole command, and of its training."""
        cache = self.setting.work / "quality_cache"
        for folder in (self.model.parent, cache):
            shutil.rmtree(folder, ignore_errors=True)
        done = self._train(QUICK, self.model.parent, cache, *QUICK_SETTINGS, *overrides)
        return {"seconds": done.seconds, "training": training_seconds(_metrics(self.model.parent))}

    def _train(self, recipe: Path | str, output: Path, cache: Path, *overrides: str) -> Finished:
        settings = [f"data.path={self.setting.data}", f"data.cache={cache}", *overrides]
        options = [option for setting in settings for option in ("--set", setting)]
        threads = ["--threads", str(self.setting.threads), "--accelerator", "cpu"]
        return self._run("seq2seq_train", "train", recipe, "--output", output, *threads, *options)

    def evaluate(self, beam: int) -> float:
        """BLEU of the model by `seq2seq evaluate`."""
        sources, references = (self.setting.excerpt(self.setting.data / f"{TEST}.{side}") for side in ("en", "de"))
        options = ["--references", references, "--beam", str(beam), "--threads", str(self.setting.threads), "--json"]
        done = self._run("seq2seq_evaluate", "evaluate", self.model, sources, *options)
        start = done.output.index("{")
        found, _ = json.JSONDecoder().raw_decode(done.output[start:])
        return float(found["bleu"]["score"])

    def decode(self, way: Way, beam: int) -> dict[str, float | None]:
        """Translate the test sentences: by the command (whole time, memory), and in a child (start-up left out)."""
        sources = self.setting.excerpt(self.setting.data / f"{TEST}.en")
        outputs = self.setting.work / f"ours_{beam}.de"
        options = ["--output", outputs, "--beam", str(beam), *way.options("--vocabulary-shortlist")]
        done = self._run("seq2seq_translate", "translate", self.model, sources, *options)
        texts = outputs.read_text(encoding="utf-8").splitlines()
        return {
            "seconds": self._child(way, beam, sources)["seconds"],
            "wall": done.seconds,
            "megabytes": done.megabytes,
            "bleu": self.setting.bleu(texts),
            "pieces": float(sum(self._pieces(texts))),
        }

    def latencies(self, way: Way, beam: int, sentences: int | None) -> dict[str, float]:
        """Percentiles over sentences (the first so many), one at a time."""
        sources = self.setting.excerpt(self.setting.data / f"{TEST}.en", sentences)
        milliseconds = self._child(way, beam, sources, "--single")["latencies"]
        return percentiles(milliseconds, self._pieces(self._outputs.read_text(encoding="utf-8").splitlines()))

    def _child(self, way: Way, beam: int, sources: Path, *more: str) -> dict[str, Any]:
        options = ["--beam", str(beam), *way.options("--shortlist"), *more]
        command = [sys.executable, CHILDREN / "run_ours.py", self.model, sources, self._outputs]
        return self.setting.run("run_ours", [*command, *options]).report()

    def _pieces(self, texts: Sequence[str]) -> list[int]:
        """The pieces of every output, as our tokenizer splits it."""
        from seq2seq.model_folder.read import read_folder

        target = read_folder(self.model, lambda folder: folder).tokenizers.target
        return [len(ids) for ids in target.encode_batch(texts)]
