"""Measure ensembles: which mean of the models' distributions translates better, and what an ensemble costs.

    python benchmarks/ensembles.py quality MODEL MODEL...    # BLEU and chrF on the test set of the first model's recipe
    python benchmarks/ensembles.py cost MODEL MODEL...       # sentences per second by engine, one thread, alternately

Two models or more, of one tokenizer, exported. Quality is that of each model, and of all together by three means: the
arithmetic one of probabilities, which is what the package computes; the mean of log-probabilities (geometric) as it is;
and the same, normalised. Cost is measured with the first 64 sentences of the test set.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Final, get_args

import numpy as np

import seq2seq
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.load import open_ensemble
from seq2seq.scoring.splits import read_own
from seq2seq.search.stepper import FloatArray
from seq2seq.search.steppers import ensemble

Mean = Callable[[Sequence[FloatArray]], FloatArray]
ROUNDS: Final = 3
SENTENCES: Final = 64


def geometric(log_probs: Sequence[FloatArray]) -> FloatArray:
    return np.asarray(np.mean(log_probs, axis=0))


def normalised(log_probs: Sequence[FloatArray]) -> FloatArray:
    mean = geometric(log_probs)
    return np.asarray(mean - np.logaddexp.reduce(mean, axis=1, keepdims=True))


MEANS: Final[dict[str, Mean]] = {
    "arithmetic": ensemble.mean_of,
    "geometric": geometric,
    "geometric, normalised": normalised,
}


def quality(models: Sequence[str]) -> None:
    for model in models:
        scores = seq2seq.evaluate([model], device="cpu").to_dict()
        _print_scores(model, scores)
    for name, mean in MEANS.items():
        ensemble.mean_of = mean
        scores = seq2seq.evaluate([models[0]], ensemble=models[1:], device="cpu").to_dict()
        _print_scores(f"{len(models)} models, {name}", scores)


def _print_scores(name: str, scores: dict[str, object]) -> None:
    figures = (scores[metric] for metric in ("bleu", "chrf"))
    print(name, *(f"{figure['score']:.2f}" for figure in figures if isinstance(figure, dict)), flush=True)


def cost(models: Sequence[str]) -> None:
    (folder,), _ = open_ensemble(seq2seq.Translator, models[:1], device="cpu")
    examples = read_own(folder.recipe, "test", folder.tokenizers)
    assert examples is not None
    sources = list(examples.sources)[:SENTENCES]
    for engine in (one for one in get_args(Engine) if one != "auto"):
        opened = [
            seq2seq.Translator.load(models[0], ensemble=models[1:count], engine=engine, threads=1, workers=1)
            for count in range(1, len(models) + 1)
        ]
        for beam in (1, 5):
            speeds: list[list[float]] = [[] for _ in opened]
            for _ in range(ROUNDS + 1):
                for translator, of in zip(opened, speeds, strict=True):
                    start = time.perf_counter()
                    translator.translate(sources, beam=beam)
                    of.append(len(sources) / (time.perf_counter() - start))
            medians = [statistics.median(of[1:]) for of in speeds]  # the first round opens networks
            shown = [f"{n}: {speed:.0f}/s ({medians[0] / speed:.1f}x)" for n, speed in enumerate(medians, 1)]
            print(engine, f"beam {beam}", *shown, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["quality", "cost"])
    parser.add_argument("models", nargs="+", metavar="MODEL")
    given = parser.parse_args()
    (quality if given.what == "quality" else cost)(given.models)


if __name__ == "__main__":
    main()
