"""Accuracy of classifiers of sequences on two public data sets, over several seeds; for `benchmarks/LOG.md`.

    python benchmarks/sequences.py FOLDER --digits digits.csv.gz --vowels JapaneseVowels --seeds 1 2 3

digits   scikit-learn's 1,797 handwritten digits of 8 x 8 pixels, a row of pixels per step: 1,257 to train on, 180 to
         choose the model by, 360 to test; `sklearn/datasets/data/digits.csv.gz` of its package
vowels   JapaneseVowels, 9 speakers by 12 coefficients of 7 to 29 frames (Kudo et al. 1999): 270 to train on, a tenth of
         them to choose the model by, 370 to test; `aeon/datasets/data/JapaneseVowels` of aeon's package

Nothing is downloaded, and the data are not part of this repository.
"""

import argparse
import json
from pathlib import Path
from statistics import mean

import numpy as np

import seq2seq
from seq2seq.evaluation.classification_report import ClassificationReport

SPLITS = {"test": 360, "dev": 180}
MODEL = {
    "embedding": 64,
    "encoder": {"cell": "lstm", "hidden": 64},
    "pooling": "max",
    "dropout": {"embedding": 0.1, "layer": 0.2, "output": 0.3},
}
TRAINING = {
    "max_epochs": 40,
    "batch": {"max_tokens": 600},
    "optimizer": {"name": "adamw", "learning_rate": 3e-3, "weight_decay": 0.01},
    "schedule": {"name": "cosine", "warmup_steps": 50},
    "label_smoothing": 0.05,
    "ema_decay": 0.99,
    "validation": {"metric": "loss"},
}


def write_digits(file: Path, folder: Path) -> dict[str, object]:
    """The digits as JSON Lines, one file per split; returns the `data` section of a recipe."""
    rows = np.loadtxt(file, delimiter=",", dtype=int)
    rows = rows[np.random.default_rng(0).permutation(len(rows))]
    folder.mkdir(parents=True, exist_ok=True)
    start = 0
    for split, count in (*SPLITS.items(), ("train", len(rows) - sum(SPLITS.values()))):
        lines = [
            json.dumps({"source": row[:64].reshape(8, 8).tolist(), "label": str(row[64])})
            for row in rows[start : start + count]
        ]
        (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        start += count
    return {"path": str(folder)}


def vowels(folder: Path) -> dict[str, object]:
    """The `data` section of a recipe for JapaneseVowels, whose files are read as they are."""
    train, test = (folder / f"JapaneseVowels_{split}.ts" for split in ("TRAIN", "TEST"))
    return {"train": str(train), "test": str(test), "dev_size": 27}


def accuracy(data: dict[str, object], output: Path, seed: int) -> float:
    """The accuracy on the test split of a model that is trained with a seed."""
    recipe = output.with_suffix(".json")
    content = {
        "task": "classification",
        "data": {**data, "vectors": {}, "columns": {"source": "source", "target": "label"}},
        "model": MODEL,
        "training": {**TRAINING, "seed": seed},
    }
    recipe.write_text(json.dumps(content), encoding="utf-8")
    scores = seq2seq.train(recipe, output, accelerator="cpu", overwrite=True).scores
    assert scores is not None
    assert isinstance(scores.report, ClassificationReport)
    return scores.report.scores.accuracy


def main() -> None:
    """Train and score; one line per data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="for data and runs")
    parser.add_argument("--digits", type=Path, help="digits.csv.gz")
    parser.add_argument("--vowels", type=Path, help="the folder of JapaneseVowels")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    sets = {}
    if options.digits:
        sets["digits"] = write_digits(options.digits, options.folder / "digits")
    if options.vowels:
        sets["vowels"] = vowels(options.vowels)
    for name, data in sets.items():
        found = [accuracy(data, options.folder / f"{name}-{seed}", seed) for seed in options.seeds]
        print(f"{name}: {mean(found):.1%} ({', '.join(f'{one:.1%}' for one in found)})", flush=True)


if __name__ == "__main__":
    main()
