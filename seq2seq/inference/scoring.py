"""A model's scores on sentences with references."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pydantic import JsonValue, TypeAdapter

from seq2seq import log
from seq2seq.config.decoding import DecodingConfig
from seq2seq.data.raw import RawSplit
from seq2seq.data.sources import SplitName, read_split
from seq2seq.errors import DataError
from seq2seq.evaluation.report import Report, evaluate
from seq2seq.inference.folder import LoadedModel, write_scores
from seq2seq.inference.loading import open_translator
from seq2seq.inference.pipelines import Translator
from seq2seq.inference.tally import Tally


@dataclass(frozen=True, slots=True)
class Material:
    """What is translated, and what it is compared with.

    Raises:
        DataError: the numbers of lines differ.
    """

    name: str
    """What it is called in reports."""
    sources: Sequence[str]
    references: Sequence[Sequence[str]]
    """One or more sets, each as long as the sources."""
    groups: Sequence[str | None] | None = None
    """As long as the sources; None if the data have no groups."""
    skipped: int = 0
    """Malformed rows that were left out."""

    def __post_init__(self) -> None:
        for references in self.references:
            if len(references) != len(self.sources):
                raise DataError(
                    f"{self.name}: {len(self.sources):,} sources, but {len(references):,} references.\n"
                    "  Both must have one line a sentence, in the same order."
                )

    @classmethod
    def of(cls, raw: RawSplit) -> "Material":
        """The rows of a split."""
        columns = {name: raw.table.column(name).to_pylist() for name in ("source", "target", "group")}
        groups = columns["group"]
        return cls(
            name=raw.name,
            sources=columns["source"],
            references=[columns["target"]],
            groups=groups if any(group is not None for group in groups) else None,
            skipped=raw.skipped,
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """The result of :func:`score`."""

    material: Material
    config: DecodingConfig
    hypotheses: list[str]
    """One a source, each on one line."""
    report: Report
    seconds: float
    """Time that decoding took."""

    @property
    def rate(self) -> float:
        """Sentences a second."""
        return len(self.hypotheses) / max(self.seconds, 1e-9)

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON: the scores at the top, then what was decoded, how, and how fast."""
        run = {
            "data": self.material.name,
            "skipped": self.material.skipped,
            "decoding": self.config.model_dump(mode="json"),
            "seconds": round(self.seconds, 3),
            "sentences_per_second": round(self.rate, 1),
        }
        return TypeAdapter(dict[str, JsonValue]).validate_python({**self.report.to_dict(), **run})


def score(translator: Translator, material: Material, config: DecodingConfig, *, sink: TextIO | None = None) -> Scored:
    """Translate the sources, and compare.

    Args:
        translator: the model.
        material: sources and references.
        config: how to search.
        sink: gets the translations, a line each, before they are compared.

    Raises:
        DataError: there is nothing to score.
    """
    if material.skipped:
        rows = "row" if material.skipped == 1 else "rows"
        log.warn(f"{material.skipped:,} malformed {rows} of {material.name} left out")
    tally = Tally()
    start = time.perf_counter()
    with log.progress("translating", total=len(material.sources), unit="sentences") as bar:
        # In one piece: the sources are in memory anyway, and sorting all of them wastes the least padding.
        found = translator.search(material.sources, config, tally=tally, advance=bar.advance)
    seconds = time.perf_counter() - start
    for message in tally.warnings():
        log.warn(message)
    hypotheses = [" ".join(best.text.splitlines()) for best, *_ in found]
    if sink is not None:
        sink.writelines(f"{text}\n" for text in hypotheses)
        sink.flush()
    report = evaluate(hypotheses, material.references, sources=material.sources, groups=material.groups)
    return Scored(material, config, hypotheses, report, seconds)


def score_split(loaded: LoadedModel, translator: Translator, split: SplitName) -> Scored | None:
    """Score a model on a split of its own recipe, decoded as the recipe says; None: the recipe gives none."""
    raw = read_split(loaded.recipe.data, split)
    if raw is None:
        return None
    return score(translator, Material.of(raw), translator.decoding.model_copy(update={"nbest": 1}))


def keep_test_score(path: Path, *, device: str = "auto") -> Scored | None:
    """Score a model on its recipe's test split, and write the scores into its folder; None: there is no such split."""
    loaded, translator = open_translator(path, device=device)
    scored = score_split(loaded, translator, "test")
    if scored is not None:
        write_scores(loaded.path, {"test": scored.to_dict()})
    return scored
