"""Checks of what is typed after ``seq2seq evaluate``: options that contradict each other, or would have no effect."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import click

OF_COMPARISON = (
    "hypotheses", "baseline", "significance", "significance_samples", "significance_seed", "details", "report",
)  # fmt: skip
"""Parameters of systems that are compared."""
OF_LABEL_FILES = ("task", "references", "sources", "as_json", "confusion_png", *OF_COMPARISON)
"""Parameters that apply to labels without a model."""
OF_FILES = (
    "task", "references", "sources", "test_set", "language_pair", "tokenize", "lowercase", "as_json", *OF_COMPARISON,
)  # fmt: skip
"""Parameters that apply to translations without a model."""
OF_GENERATORS = (
    "arguments", "split", "source_column", "target_column", "skip_bad", "as_json",
    "device", "engine", "threads", "workers",
)  # fmt: skip
"""Parameters that apply to a model that generates text or vectors."""
OF_FORECASTERS = ("arguments", "split", "origins", "as_json", "device", "engine", "threads", "workers")
"""Parameters that apply to a model that forecasts."""
OF_CLASSIFIERS = ("confusion_png", "ensemble", *OF_GENERATORS, *OF_COMPARISON)
"""Parameters that apply to classifiers."""


OF_TASKS = {
    "classification": (OF_CLASSIFIERS, "classifies"),
    "generation": (OF_GENERATORS, "generates text"),
    "synthesis": (OF_GENERATORS, "generates vectors"),
    "forecasting": (OF_FORECASTERS, "forecasts"),
}
"""Parameters that apply to models that do not translate, and what these do, by their task."""


def check_systems(models: Sequence[str], data: str | None, given: Mapping[str, str]) -> None:
    """Refuse options that name no system, or that contradict each other."""
    if not models and "hypotheses" not in given:
        if "baseline" in given:
            raise click.UsageError("--baseline needs --hypotheses FILE, or a MODEL.")
        raise click.UsageError("Give a MODEL to evaluate, or --hypotheses FILE and --references FILE.")
    if models:
        refuse(given, ("task",), "a MODEL has its task")
    if models and "sources" in given:
        raise click.UsageError("--sources needs --hypotheses FILE; with a MODEL, the sources are DATA.")
    if not models and "references" not in given and "test_set" not in given:
        raise click.UsageError("--hypotheses needs --references FILE to compare with.")
    if "test_set" in given:
        idle = ("sources", "split", "source_column", "target_column", "skip_bad")
        refuse(given, idle, "--test-set has its own sources and references")
        if data is not None:
            raise click.UsageError(f"--test-set takes the place of DATA: leave out {data}.")
    elif "language_pair" in given:
        raise click.UsageError("--language-pair is that of --test-set; for a model's direction there is --to.")
    if "output" in given and len(models) > 1:
        raise click.UsageError("--output saves the translations of one model: evaluate one, or use seq2seq translate.")


def refuse(given: Mapping[str, str], names: Collection[str], why: str) -> None:
    """Refuse options that would have no effect: those of ``names`` that are given."""
    idle = [called for name, called in given.items() if name in names]
    if idle:
        raise click.UsageError(f"{why}: leave out {', '.join(idle)}.")


def check_data(data: str | None, references: Sequence[Path], given: Mapping[str, str]) -> None:
    """Refuse options that have no effect on this kind of DATA."""
    if data is None:
        refuse(given, ("source_column", "target_column"), "the recipe names the columns of its own data")
        return
    from seq2seq.scoring.evaluation_data import is_document, is_file, is_text

    if is_text(data, has_references=bool(references)):
        if not references and not is_document(data):
            raise click.UsageError(f"{data} is plain text: name its references with --references FILE.")
        refuse(given, ("split", "source_column", "target_column", "skip_bad"), f"{data} is plain text")
    elif is_file(data):
        refuse(given, ("split",), f"{data} is one file")
