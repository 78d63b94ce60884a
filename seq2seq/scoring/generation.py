"""A generator's scores on texts: how likely it finds them."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import JsonValue, TypeAdapter

from seq2seq import log
from seq2seq.config.training import WindowsConfig
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.likelihood import Likelihood
from seq2seq.evaluation.notes import notes
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.scoring.likelihood import measure
from seq2seq.text.sketch import Overlap, Sketch
from seq2seq.text.vocabulary_pair import Tokenizers

if TYPE_CHECKING:
    import torch
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

        return Group(*self.likelihood.lines(), *notes(self.overlap.remarks() if self.overlap else []))

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON: the scores at the top, then what was read, and how fast."""
        run: dict[str, object] = {"data": self.name, "skipped": self.skipped, "seconds": round(self.seconds, 3)}
        if self.overlap:
            run["trained_on"] = self.overlap.to_dict()
        return TypeAdapter(dict[str, JsonValue]).validate_python({**self.likelihood.to_dict(), **run})


def score(
    model: Seq2Seq,
    tokenizers: Tokenizers,
    examples: Examples,
    *,
    windows: WindowsConfig | None,
    device: "torch.device | str" = "cpu",
    sketch: Sketch | None = None,
) -> Measured:
    """Measure how likely a model finds texts, given their tags; with ``windows``, read as one text, in order.

    A model that was trained without carrying its state is judged without, too. With ``sketch``, that of the texts that
    the model was trained on, it is found out how many of these are among them.

    Raises:
        DataError: there is nothing to score.
    """
    log.warn_skipped(examples.skipped, examples.name)
    texts = list(zip(examples.sources, examples.targets, strict=True))
    start = time.perf_counter()
    with log.progress("reading", total=len(texts), unit="texts") as bar:
        found = measure(
            model,
            tokenizers,
            texts,
            goes_on=windows is not None,
            forget=windows.tokens if windows is not None and not windows.carry else None,
            device=device,
            advance=bar.advance,
        )
    seconds = time.perf_counter() - start
    overlap = None if sketch is None else sketch.overlap(examples.targets)
    return Measured(examples.name, found, examples.skipped, seconds, overlap)
