"""Recipes of a classifier, a language model and a forecaster that are trained in a second or two, and their data."""

import math
import random
from pathlib import Path

from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import ClassificationRecipe, ForecastingRecipe, GenerationRecipe

DROPOUT = {"embedding": 0.1, "word": 0.1, "layer": 0.1, "output": 0.1}


def words(count: int, *, seed: int = 0, longest: int = 8) -> list[str]:
    """So many different lines of letters."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(draw.choices("abcdefgh", k=draw.randint(2, longest)))] = None
    return list(found)


def label_of(line: str) -> str:
    """What there is to learn: whether ``a``, else ``b``, occurs."""
    return "first" if "a" in line else "second" if "b" in line else "neither"


def classification(folder: Path, **training: object) -> ClassificationRecipe:
    """A recipe that learns :func:`label_of`; ``training`` changes that section."""
    lines = [f"{line}\t{label_of(line)}\n" for line in words(150)]
    (folder / "train.tsv").write_text("".join(lines[:120]), encoding="utf-8")
    (folder / "dev.tsv").write_text("".join(lines[120:]), encoding="utf-8")
    recipe = parse_recipe(
        {
            "task": "classification",
            "data": {"path": str(folder), "cache": str(folder / "cache"), "workers": 1},
            "tokenizer": {"kind": "word", "vocabulary": 12},
            "model": {"embedding": 8, "encoder": {"hidden": 6}, "dropout": DROPOUT},
            "training": _training({"batch": {"max_tokens": 200}, **training}),
        },
        "a test",
    )
    assert isinstance(recipe, ClassificationRecipe)
    return recipe


def generation(folder: Path, *, windows: dict[str, object] | None = None, **training: object) -> GenerationRecipe:
    """A recipe of a language model, which reads in ``windows``; ``training`` changes that section."""
    lines = words(60)
    (folder / "train.txt").write_text("\n\n".join(lines[:50]), encoding="utf-8")
    (folder / "dev.txt").write_text("\n\n".join(lines[50:]), encoding="utf-8")
    recipe = parse_recipe(
        {
            "task": "generation",
            "data": {
                "path": str(folder),
                "columns": {"source": None, "target": 0},
                "cache": str(folder / "cache"),
                "workers": 1,
            },
            "tokenizer": {"kind": "char", "vocabulary": 14},
            "model": {"embedding": 8, "decoder": {"hidden": 10, "layers": 2}, "dropout": DROPOUT},
            "training": _training({"batch": {"windows": windows}, **training}),
            "decoding": {"max_length_extra": 20},
        },
        "a test",
    )
    assert isinstance(recipe, GenerationRecipe)
    return recipe


def series(folder: Path, count: int = 4, steps: int = 60) -> Path:
    """A file of monthly series with a season of 12 and a covariate that is known in advance; a value is missing."""
    lines = ["unique_id,ds,y,holiday"]
    for number in range(count):
        for step in range(steps):
            holiday = (step * 7 + number) % 5 == 0
            level = 100 + number + 0.5 * step + 10 * math.sin(step * math.pi / 6) + 4 * holiday
            value = "" if step == 20 + number else f"{level:.3f}"
            lines.append(f"s{number},{2015 + step // 12}-{step % 12 + 1:02}-01,{value},{int(holiday)}")
    path = folder / "series.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def forecasting(folder: Path, *, forecast: dict[str, object] | None = None, **training: object) -> ForecastingRecipe:
    """A recipe that continues :func:`series`; ``training`` changes that section, and ``forecast`` that of the data."""
    recipe = parse_recipe(
        {
            "task": "forecasting",
            "data": {
                "train": str(series(folder)),
                "cache": str(folder / "cache"),
                "workers": 1,
                "forecast": {"horizon": 4, "context": 14, **(forecast or {})},
            },
            "model": {"embedding": 6, "encoder": {"hidden": 6}, "decoder": {"hidden": 6}},
            "training": _training({"batch": {"max_rows": 16}, **training}),
        },
        "a test",
    )
    assert isinstance(recipe, ForecastingRecipe)
    return recipe


def _training(changes: dict[str, object]) -> dict[str, object]:
    schedule = {"name": "constant", "warmup_steps": 2}
    return {"max_steps": 12, "schedule": schedule, "validation": {"every_steps": 6}, "log_every": 3, **changes}
