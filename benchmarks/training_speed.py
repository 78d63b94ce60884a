#!/usr/bin/env python3
"""How near to this machine's limit does training run?

    python benchmarks/training_speed.py translation/multi30k --set data.path=FOLDER

Trains for some steps of a recipe and counts the operations that its tokens need; measures the machine's float32
matrix-multiplication peak in the same run, by turns; prints the share of the peak and the time of a step by part.

How operations are counted: a multiply and an add for every weight of a matrix and every real token that meets it
(source tokens for the encoder and the attention's keys; target tokens for the decoder, the readout and the projection;
sentences for the bridge), and for every score and every weighted sum of attention over real pairs of positions; three
times that, for the forward pass and the two products of the backward pass. Padding, embeddings, gates, softmax, dropout
and the optimiser count as nothing: time spent on them is overhead.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn

from seq2seq.config.load import load_recipe
from seq2seq.data.batch import Batch
from seq2seq.data.prepare import prepare
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD
from seq2seq.training.loop import Trainer
from seq2seq.training.runtime import Runtime

_PEAK_SIZE = 2048


def matrix_weights(module: nn.Module) -> int:
    """Weights that take part in matrix products: all but biases, vectors and embeddings."""
    embeddings = {id(part.weight) for part in module.modules() if isinstance(part, nn.Embedding)}
    return sum(p.numel() for p in module.parameters() if p.dim() > 1 and id(p) not in embeddings)


def operations(model: Seq2Seq, batch: Batch) -> float:
    """Floating-point operations that a training step on this batch needs."""
    source, target = batch.source_tokens, batch.target_tokens
    projection = model.projection.weight.numel()
    count = matrix_weights(model.encoder) * source + matrix_weights(model.bridge) * len(batch)
    count += (matrix_weights(model.decoder) + projection) * target
    if model.attends:
        attention = model.decoder.attention  # type: ignore[union-attr]
        keys = matrix_weights(attention.key)
        pairs = int((batch.source_lengths * batch.target_lengths).sum())
        size = keys // model.encoder.size if keys else model.encoder.size
        count += keys * (source - target) + pairs * (size + model.encoder.size)
    return 2.0 * 3.0 * count


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_operations() -> float:
    """Operations a second of a large float32 matrix product: the best of five."""
    a, b = torch.randn(_PEAK_SIZE, _PEAK_SIZE), torch.randn(_PEAK_SIZE, _PEAK_SIZE)
    return 2.0 * _PEAK_SIZE**3 / min(seconds(lambda: a @ b) for _ in range(5))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe")
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--rounds", type=int, default=12, help="times that peak and training take turns")
    parser.add_argument("--steps", type=int, default=10, help="training steps a round")
    parser.add_argument("--threads", type=int, default=None)
    args = parser.parse_args()

    recipe = load_recipe(args.recipe, args.overrides)
    runtime = Runtime(accelerator="cpu", threads=args.threads)
    prepared = prepare(recipe.data, recipe.tokenizer, seed=recipe.training.seed)
    with TemporaryDirectory() as scratch:
        trainer = Trainer(recipe, prepared, Path(scratch), runtime)
        steps = trainer._steps_of_epoch()
        for _ in range(5):
            trainer._learn(next(steps))
        shares, rates, tokens_a_second, pairs_a_second, waits, fill = [], [], [], [], [], []
        for _ in range(args.rounds):
            peak = peak_operations()
            needed, spent, waited, tokens, pairs, cells = 0.0, 0.0, 0.0, 0, 0, 0
            for _ in range(args.steps):
                start = time.perf_counter()
                batches = next(steps)
                waited += time.perf_counter() - start
                spent += seconds(lambda batches=batches: trainer._learn(batches))  # type: ignore[misc]
                for batch in batches:
                    needed += operations(trainer.model, batch)
                    tokens += batch.source_tokens + batch.target_tokens
                    pairs += len(batch)
                    cells += batch.source.numel() + batch.target[:, 1:].numel()
            total = spent + waited
            shares.append(needed / total / peak)
            rates.append(needed / total / 1e9)
            tokens_a_second.append(tokens / total)
            pairs_a_second.append(pairs / total)
            waits.append(waited / total)
            fill.append(tokens / cells)

        def show(name: str, values: list[float], scale: float = 1.0, unit: str = "") -> None:
            low, middle, high = min(values), statistics.median(values), max(values)
            print(f"{name:34} {middle * scale:10.1f}  ({low * scale:.1f} .. {high * scale:.1f}) {unit}")

        print(f"{args.recipe}: median of {args.rounds} rounds of {args.steps} steps (lowest .. highest)")
        show("share of the peak", shares, 100, "%")
        show("training", rates, 1, "GFLOP/s")
        show("training", pairs_a_second, 1, "pairs/s")
        show("training", tokens_a_second, 1, "source and target tokens/s")
        show("tokens that are not padding", fill, 100, "%")
        show("waiting for data", waits, 100, "% of the time")
        _parts(trainer, next(steps)[0])


def _parts(trainer: Trainer, batch: Batch) -> None:
    """Time the parts of one step, in milliseconds: medians of 15."""
    model, objective = trainer.model, trainer.objective
    labels = batch.target[:, 1:]
    real = labels != PAD

    def median(work: Callable[[], object]) -> float:
        work()
        return 1e3 * statistics.median(seconds(work) for _ in range(15))

    def backward_of(make: Callable[[], torch.Tensor]) -> Callable[[], None]:
        return lambda: make().backward()  # type: ignore[no-any-return]

    def encode() -> torch.Tensor:
        memory, state = model.encode(batch.source, batch.source_lengths)
        return sum(
            (part.sum() for part in (memory.outputs, memory.keys, *state.layers) if part is not None), torch.zeros(())
        )

    def features() -> torch.Tensor:
        found: torch.Tensor = model(batch.source, batch.source_lengths, batch.target[:, :-1])
        return found.sum()

    def whole() -> torch.Tensor:
        found: torch.Tensor = objective(batch.source, batch.source_lengths, batch.target).smoothed
        return found

    encoder, both, everything = (median(backward_of(part)) for part in (encode, features, whole))
    update = median(lambda: (trainer.runtime.clip(objective, trainer.optimizer, 1.0), trainer.optimizer.step()))
    average = median(trainer.average.update) if trainer.average is not None else 0.0
    trainer.optimizer.zero_grad()
    print(f"one step of {len(batch)} pairs, {int(real.sum())} target tokens, forward and backward, ms:")
    print(f"  encoder {encoder:.1f}, decoder and attention {both - encoder:.1f}")
    print(f"  projection and loss {everything - both:.1f}, optimiser {update:.1f}, moving average {average:.1f}")


if __name__ == "__main__":
    main()
