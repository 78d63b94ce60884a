"""Scores of a generator on texts: perplexity and bits per byte."""

import time

from seq2seq import log
from seq2seq.config.training import WindowsConfig
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.likelihood import LikelihoodReport
from seq2seq.inference.generator import Generator
from seq2seq.inference.request.tags import warn_unknown_tags
from seq2seq.progress import show_progress
from seq2seq.scoring.likelihood import measure_generator
from seq2seq.scoring.scored import Scored
from seq2seq.text.sketch import Sketch


def score(
    generator: Generator, examples: Examples, *, windows: WindowsConfig | None, sketch: Sketch | None = None
) -> Scored[LikelihoodReport]:
    """Measure the likelihood of texts, given their tags, under a generator that torch runs.

    With the windows of its training, the texts are one text, read in order. The sketch is of the training texts.

    Raises:
        DataError: there is nothing to score.
    """
    log.warn_skipped(examples.skipped, examples.name)
    warn_unknown_tags(generator.tokenizers.source, examples.sources, examples.name)
    texts = list(zip(examples.sources, examples.targets, strict=True))
    start = time.perf_counter()
    with show_progress("reading", total=len(texts), unit="texts") as bar:
        likelihood = measure_generator(generator, texts, windows, advance=bar.advance)
    seconds = time.perf_counter() - start
    return Scored(
        name=examples.name,
        report=LikelihoodReport(likelihood, None if sketch is None else sketch.overlap(examples.targets)),
        seconds=seconds,
        count=likelihood.tokens,
        unit="tokens",
        skipped=examples.skipped,
    )
