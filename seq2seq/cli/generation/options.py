"""Options of ``seq2seq generate``: which of them are for texts, and which for sequences of vectors."""

from typing import Final

import click

from seq2seq.cli.options import DECODING, grouped_options

_TEMPERATURE: Final = click.option(
    "--temperature",
    type=click.FloatRange(min=0.0),
    help="sample: divides the log-probabilities. Vectors: multiplies the deviations (0: every number is the mean).",
)
decoding_options = grouped_options("decoding", {**DECODING, "temperature": _TEMPERATURE})
"""The decoding options of texts and vectors, for a parameter ``decoding``."""

OF_TEXTS: Final = (
    "prompt", "form", "render", "statistics",
    *(name for name in DECODING if name not in ("temperature", "seed", "batch_size")),
)  # fmt: skip
"""Parameters that apply to texts alone."""
OF_VECTORS: Final = ("picture",)
"""Parameters that apply to sequences of vectors alone."""
