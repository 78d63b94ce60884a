"""A student's settings, checked before its teacher is asked, which takes most of the time."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from seq2seq.config.recipe import Recipe
from seq2seq.distillation.corpus import Corpus
from seq2seq.distillation.lesson import LEARNT, OWN, Lesson, Rows, write_table
from seq2seq.distillation.options import DistillationOptions
from seq2seq.errors import ConfigError
from seq2seq.model_folder.find import find_model
from seq2seq.training.fit import LaunchOptions, check_setup

_UNKNOWN: Final = "?"
"""In the place of an answer."""


def check_student(
    lesson: Lesson, corpus: Corpus, options: DistillationOptions, run: Path, launch: LaunchOptions
) -> None:
    """Check the recipe of a student, and what its training needs beside data.

    Settings that are not given follow from the data. In the place of the teacher's answers stand the references; where
    there are none, a setting is refused only if it is wrong for two guesses: answers unlike the sources, and alike.

    Args:
        lesson: what the student learns.
        corpus: what it learns from.
        options: of the distillation.
        run: the folder of its run.
        launch: where it is trained.

    Raises:
        ConfigError: a setting is wrong, or there is no such device.
        ModelError: a model that is named is not there.
        MissingExtra: a package is missing.
    """
    if options.reverse is not None:
        find_model(options.reverse)
    unlike, alike = [(text, _UNKNOWN) for text in corpus.sources], [(text, text) for text in corpus.sources]
    guesses = [corpus.reference_pairs()] if corpus.has_references else [unlike, alike]
    check_setup(_recipe(lesson, corpus, options, guesses), run, launch)


def _recipe(lesson: Lesson, corpus: Corpus, options: DistillationOptions, guesses: Sequence[Rows]) -> Recipe:
    """The recipe by the first guess for which the settings are right."""
    wrong: list[ConfigError] = []
    for pairs in guesses:
        with tempfile.TemporaryDirectory(prefix="seq2seq-") as folder:
            for name in (LEARNT, OWN, "dev.tsv", "test.tsv"):
                (Path(folder) / name).write_bytes(write_table(lesson.columns, pairs))
            try:
                return lesson.recipe(Path(folder), corpus, options, taught=True)
            except ConfigError as error:
                wrong.append(error)
    raise wrong[0]
