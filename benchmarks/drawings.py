"""How good pictures of digits are that are drawn row by row from the digit's name; for `benchmarks/LOG.md`.

    python benchmarks/drawings.py FOLDER --seeds 1 2 3
    python benchmarks/drawings.py FOLDER --seeds 1 2 3 --digits digits.csv.gz

Networks are trained as `synthesis/digits` says, on its own data, or on scikit-learn's 1,797 handwritten digits (see
`benchmarks/sequences.py`), to whose whole numbers noise below 1 is added, so that densities are bounded (Uria et al.
2013, "RNADE"). A classifier that was trained on the true pictures, with the same seed, labels 1,000 drawn ones, a
hundred of each digit, for each temperature. Printed are nats per row of the test pictures, beside those of independent
normal numbers, and of a normal distribution for each pixel; and the share that the classifier labels rightly, of drawn
pictures and of the true ones of the test.
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

import seq2seq
from seq2seq.config.decoding import SynthesisConfig
from seq2seq.config.load import load_recipe
from seq2seq.data.reading.sources import read_split
from seq2seq.evaluation.classification_report import ClassificationReport
from seq2seq.evaluation.vectors import VectorReport

COUNT = 100
"""Drawn pictures of each digit."""
SPLITS = {"test": 360, "dev": 180}
CLASSIFIER: dict[str, Any] = {
    "task": "classification",
    "model": {
        "embedding": 64,
        "encoder": {"cell": "lstm", "hidden": 64},
        "pooling": "max",
        "dropout": {"embedding": 0.1, "layer": 0.2, "output": 0.3},
    },
    "training": {
        "max_epochs": 25,
        "batch": {"max_tokens": 600},
        "optimizer": {"name": "adamw", "learning_rate": 3e-3, "weight_decay": 0.01},
        "schedule": {"name": "cosine", "warmup_steps": 50},
        "label_smoothing": 0.05,
        "ema_decay": 0.98,
    },
}


def write_digits(file: Path, folder: Path) -> str:
    """scikit-learn's digits with noise, one table per split; returns the folder."""
    draw = np.random.default_rng(0)
    rows = np.loadtxt(file, delimiter=",", dtype=int)
    rows = rows[draw.permutation(len(rows))]
    folder.mkdir(parents=True, exist_ok=True)
    start = 0
    for split, count in (*SPLITS.items(), ("train", len(rows) - sum(SPLITS.values()))):
        lines = ["digit\trows"]
        for row in rows[start : start + count]:
            pixels = (row[:64] + draw.random(64)).round(3).reshape(8, 8).tolist()
            lines.append(f"{row[64]}\t{json.dumps(pixels)}")
        (folder / f"{split}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        start += count
    return str(folder)


def classifier(data: str, output: Path, seed: int) -> tuple[seq2seq.TextClassifier, float]:
    """A classifier of true pictures, and its accuracy on those of the test."""
    recipe = output.with_suffix(".json")
    training = {**CLASSIFIER["training"], "seed": seed}
    columns = {"source": "rows", "target": "digit"}
    content = {**CLASSIFIER, "training": training, "data": {"path": data, "columns": columns, "vectors": {}}}
    recipe.write_text(json.dumps(content), encoding="utf-8")
    scores = seq2seq.train(recipe, output, accelerator="cpu", overwrite=True).scores
    assert scores is not None
    assert isinstance(scores.report, ClassificationReport)
    return seq2seq.TextClassifier.load(output), scores.report.scores.accuracy


def per_pixel(pictures: np.ndarray, train: np.ndarray) -> float:
    """Nats per row of (N, S, F) pictures, scaled by those of train: of a normal distribution for each pixel of it."""
    deviation = train.std(axis=(0, 1))
    mean, width = train.mean(axis=0), np.maximum(train.std(axis=0), 1e-3 * deviation)
    nats = 0.5 * ((pictures - mean) / width) ** 2 + np.log(width / deviation) + 0.5 * math.log(2 * math.pi)
    return float(nats.sum(axis=2).mean())


def main() -> None:
    """Train, draw and label; one line per seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="for data and runs")
    parser.add_argument("--digits", type=Path, help="digits.csv.gz")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--temperatures", type=float, nargs="+", default=[0.0, 0.5, 0.7, 1.0])
    parser.add_argument("--set", nargs="*", default=[], help="settings of the recipe to change")
    options = parser.parse_args()
    data = write_digits(options.digits, options.folder / "digits") if options.digits else "bundled://digits"
    options.folder.mkdir(parents=True, exist_ok=True)
    recipe = load_recipe("synthesis/digits", [f"data.path={data}", *options.set])
    found = [read_split(recipe.data, split, sides=recipe.sides) for split in ("test", "train")]
    test, train = (np.array([json.loads(rows) for rows in one.targets]) for one in found if one is not None)
    print(f"a normal distribution per pixel: {per_pixel(test, train):.3f} nats per row", flush=True)
    names = [str(digit) for digit in range(10) for _ in range(COUNT)]
    for seed in options.seeds:
        judge, real = classifier(data, options.folder / f"classifier-{seed}", seed)
        seeded = load_recipe("synthesis/digits", [f"data.path={data}", f"training.seed={seed}", *options.set])
        run = options.folder / f"synthesizer-{seed}"
        result = seq2seq.train(seeded, run, accelerator="cpu", overwrite=True)
        assert result.scores is not None
        assert isinstance(result.scores.report, VectorReport)
        scores = result.scores.report.scores
        model = seq2seq.VectorSynthesizer.load(run)
        shares = []
        for temperature in options.temperatures:
            config = SynthesisConfig(temperature=temperature, max_steps=20, seed=seed)
            drawn = model.generate(names, config)
            labels = judge.classify([one.vectors for one in drawn])
            right = np.mean([label.label == name for label, name in zip(labels, names, strict=True)])
            whole = np.mean([len(one.vectors) == test.shape[1] for one in drawn])
            shares.append(f"{temperature:g}: {right:.1%} (all rows {whole:.1%})")
        independent = f"independent {scores.independent_nats_per_step:.3f}"
        print(
            f"seed {seed}: {scores.nats_per_step:.3f} nats per row ({independent}), "
            f"explained {scores.explained:.1%}; labelled rightly: true {real:.1%}; drawn {'; '.join(shares)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
