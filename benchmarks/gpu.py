#!/usr/bin/env python3
"""All figures that docs/gpu.md leaves open, on whatever CUDA device there is. After seven minutes, no part is begun.

    python benchmarks/gpu.py                                # prints Markdown tables; needs nothing but this checkout
    python benchmarks/gpu.py --json gpu.json                # and keeps the figures
    python benchmarks/gpu.py --device cpu --quick           # a few steps of a tiny model: does the script work?

It generates a corpus, trains the network of `translation/multi30k` on it (float32 and bfloat16, two sizes of batches;
on the CPU for comparison), compares packed with padded sequences, compares losses with a CPU's step by step, resumes a
run, and decodes greedily and with a beam on both. A part that fails is reported, and the others are measured all the
same; the exit code is then 1, as it is without a device.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from on_gpu import agreement, corpus, decoding, packing, resuming, speed
from on_gpu.report import Report

from seq2seq.config.training import Precision
from seq2seq.machine import Machine
from seq2seq.training.precision import computes_bf16

LIMIT = 420.0
"""Seconds after which no part is begun: the whole is meant to take eight minutes at most."""
NO_DROPOUT = "model.dropout={embedding: 0.0, layer: 0.0, output: 0.0, word: 0.0}"
PRECISIONS: tuple[Precision, ...] = ("32-true", "bf16-mixed")


def about(device: str) -> dict[str, object]:
    """What was measured on."""
    found = Machine.here().to_dict() | {"torch": torch.__version__, "threads": torch.get_num_threads()}
    if device != "cuda":
        return found
    properties = torch.cuda.get_device_properties(0)
    capability = f"{properties.major}.{properties.minor}"
    gpu = {"name": properties.name, "capability": capability, "gigabytes": round(properties.total_memory / 2**30)}
    return found | {"gpu": gpu, "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}


def measure(device: str, size: corpus.Size, folder: Path, report: Report) -> None:
    """Every part, in the order of what matters most."""
    text = corpus.write(folder / "text", size)
    recipe = partial(corpus.recipe, text, size)
    kind = "GPU" if device == "cuda" else "CPU"
    for precision in PRECISIONS:
        if precision == "bf16-mixed" and not computes_bf16(torch.device(device)):
            continue
        for tokens in size.batches:
            plan = recipe(f"training.batch.max_tokens={tokens}", f"training.precision={precision}")
            part = partial(speed.measure, plan, device, seconds=size.seconds)
            report.measure(f"Training on the {kind}, {precision}, batches of {tokens:,} tokens", part)
    report.measure(
        "Losses beside the CPU's",
        partial(agreement.measure, recipe(NO_DROPOUT), device, steps=size.steps),
    )
    report.measure("Resuming", partial(resuming.measure, recipe(), device, folder / "runs", steps=size.steps))
    for precision in PRECISIONS:
        name = f"Packed and padded sequences, {precision}"
        if precision == "32-true" or device == "cuda":
            plan = recipe(NO_DROPOUT, f"training.precision={precision}")
            report.measure(name, partial(packing.measure, plan, device))
    texts = (text / "test_2016_flickr.en").read_text(encoding="utf-8").splitlines()
    plan = recipe(f"training.max_steps={size.training}", "training.precision=auto")
    report.measure(
        "Decoding", partial(decoding.measure, plan, device, folder / "runs" / "decoding", texts, singles=size.singles)
    )
    if device != "cpu":
        part = partial(speed.measure, recipe(), "cpu", seconds=size.seconds)
        report.measure("Training on the CPU, 32-true, batches of 2,048 tokens", part)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--quick", action="store_true", help="a few steps of a tiny model; figures mean nothing")
    parser.add_argument("--seconds", type=float, metavar="N", help="timed training, per setting (8)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    options = parser.parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        print("There is no CUDA device here: nothing was measured.", file=sys.stderr)
        print("  To see whether the script works, on the CPU: --device cpu --quick", file=sys.stderr)
        return 1
    size = corpus.QUICK if options.quick else corpus.FULL
    if options.seconds is not None:
        size = replace(size, seconds=options.seconds)
    machine, report = about(options.device), Report(LIMIT)
    print("\n".join(f"{name}: {value}" for name, value in machine.items()), end="\n\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="seq2seq-gpu-") as scratch:
        measure(options.device, size, Path(scratch), report)
    if options.json:
        content = {"quick": options.quick, "machine": machine, **report.to_dict()}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for name, why in report.failures.items():
        print(f"not measured: {name}: {why}", file=sys.stderr)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
