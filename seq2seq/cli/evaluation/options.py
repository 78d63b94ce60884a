"""Options of ``seq2seq evaluate``: the texts that are compared, and the tests of their differences."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.options import grouped_options
from seq2seq.cli.usage import InputFile

if TYPE_CHECKING:
    from seq2seq.scoring.systems.compared import Significance

_FILE = InputFile()

text_options = grouped_options(
    "texts",
    {
        "references": click.option(
            "--references",
            multiple=True,
            type=_FILE,
            metavar="FILE",
            help="References, one sentence per line; repeatable.",
        ),
        "hypotheses": click.option(
            "--hypotheses",
            multiple=True,
            type=_FILE,
            metavar="FILE",
            help="Translations (or labels) of a system to score, without a model or beside models; repeatable.",
        ),
        "baseline": click.option(
            "--baseline",
            type=_FILE,
            metavar="FILE",
            help="Outputs to compare all systems with (default: with several systems, those of the first).",
        ),
        "sources": click.option(
            "--sources",
            type=_FILE,
            metavar="FILE",
            help="Sources of --hypotheses: adds the score of copying, and how far numbers and markup are preserved.",
        ),
        "test_set": click.option(
            "--test-set",
            metavar="NAME",
            help="Sources and references by sacrebleu's name of a test set, such as wmt14/en-de, in place of DATA.",
        ),
        "language_pair": click.option(
            "--language-pair", metavar="PAIR", help="Languages of --test-set, such as en-de."
        ),
        "task": click.option(
            "--task",
            type=click.Choice(["translation", "classification"]),
            help="Of --hypotheses without a model: lines are translations (default), or labels.",
        ),
    },
)
"""Files of references, outputs and sources, and test sets by name, for a parameter ``texts``."""

significance_options = grouped_options(
    "testing",
    {
        "significance": click.option(
            "--significance",
            type=click.Choice(["bootstrap", "randomisation"]),
            help="Test of differences: sacrebleu's --paired-bs (default of translations) or --paired-ar (of labels).",
        ),
        "significance_samples": click.option(
            "--significance-samples",
            type=click.IntRange(min=40),
            metavar="N",
            help="Resampled test sets, or trials of randomisation (default: sacrebleu's 1,000 and 10,000).",
        ),
        "significance_seed": click.option(
            "--significance-seed",
            type=click.IntRange(min=0),
            metavar="N",
            help="Seed of resampling (default: $SACREBLEU_SEED, or 12345).",
        ),
    },
)
"""How differences between systems are tested, for a parameter ``testing``."""


def significance_of(testing: Mapping[str, Any]) -> Significance:
    """The test that the options describe; its seed is sacrebleu's, if there is no option."""
    from seq2seq.evaluation.resampling.bootstrap import SEED
    from seq2seq.scoring.systems.compared import Significance

    theirs = os.environ.get("SACREBLEU_SEED", "")  # may be "none", for a random one
    seed = testing.get("significance_seed", int(theirs) if theirs.isdecimal() else SEED)
    return Significance(test=testing.get("significance"), samples=testing.get("significance_samples"), seed=seed)
