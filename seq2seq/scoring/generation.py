"""A generator's scores on texts: how likely it finds them."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import JsonValue, TypeAdapter

from seq2seq import log
from seq2seq.config.training import WindowsConfig
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.likelihood import Likelihood
from seq2seq.evaluation.remarks import remark_lines
from seq2seq.inference.generator import Generator
from seq2seq.scoring.likelihood import measure_generator
from seq2seq.text.sketch import Overlap, Sketch

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of :func:`score`."""

    name: str
    """What was scored."""
    likelihood: Likelihood
    skipped: int
    """Malformed rows that were left out."""
    seconds: float
    overlap: Overlap | None = None
    """How many of the texts the model was trained on; None: that is not known."""

    @property
    def speed(self) -> str:
        """How fast it went, for people."""
        return f"{self.seconds:,.1f} s, {self.likelihood.tokens / max(self.seconds, 1e-9):,.0f} tokens a second"

    def render(self) -> "RenderableType":
        """The scores, for a rich console, then what is remarkable."""
        from rich.console import Group

        return Group(*self.likelihood.lines(), *remark_lines(self.overlap.remarks() if self.overlap else []))

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON: the scores at the top, then what was read, and how fast."""
        run: dict[str, object] = {"data": self.name, "skipped": self.skipped, "seconds": round(self.seconds, 3)}
        if self.overlap:
            run["trained_on"] = self.overlap.to_dict()
        return TypeAdapter(dict[str, JsonValue]).validate_python({**self.likelihood.to_dict(), **run})


def score(
    generator: Generator, examples: Examples, *, windows: WindowsConfig | None, sketch: Sketch | None = None
) -> Measured:
    """Measure how likely a model finds texts, given their tags.

    Args:
        generator: run by torch.
        examples: tags and texts.
        windows: of its training, if its texts are one text, read in order.
        sketch: of the texts that the model was trained on, by which it is found out how many of these are among them.

    Raises:
        DataError: there is nothing to score.
    """
    log.warn_skipped(examples.skipped, examples.name)
    texts = list(zip(examples.sources, examples.targets, strict=True))
    start = time.perf_counter()
    with log.progress("reading", total=len(texts), unit="texts") as bar:
        found = measure_generator(generator, texts, windows, advance=bar.advance)
    seconds = time.perf_counter() - start
    overlap = None if sketch is None else sketch.overlap(examples.targets)
    return Measured(examples.name, found, examples.skipped, seconds, overlap)
