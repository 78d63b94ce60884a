"""A student that learns a teacher's translations: what of them, how, and how well."""

from collections.abc import Sequence
from pathlib import Path

from seq2seq.config.recipe import Recipe
from seq2seq.data.reading.examples import Examples
from seq2seq.distillation.answers import Answers
from seq2seq.distillation.corpus import Corpus
from seq2seq.distillation.lesson import LEARNT, OWN, Rows
from seq2seq.distillation.options import DistillationOptions
from seq2seq.distillation.translation.pick import drop_unlikely, pick
from seq2seq.distillation.translation.student import data_of, student_recipe
from seq2seq.distillation.translation.table import TranslationMeasurement
from seq2seq.inference.translator import Translator
from seq2seq.wording import plural


class TranslationLesson:
    """Translations; see :class:`~seq2seq.distillation.lesson.Lesson`."""

    columns = ("source", "target")
    targets = "translations"

    def rows(self, corpus: Corpus, answers: Answers, options: DistillationOptions) -> tuple[Rows, Sequence[str]]:
        """Those that are picked, without those that a reverse model drops, and the data's own."""
        picked = pick(corpus.sources, answers, corpus.references, options.pick)
        if options.reverse is not None:
            _, reverse = Translator.open(options.reverse, workers=options.teacher.workers)
            picked = drop_unlikely(picked, reverse, options.drop)
        own = corpus.reference_pairs() if options.with_references else []
        left_out = [f"{plural(picked.blank, 'source')} without a translation"] if picked.blank else []
        left_out += [f"{plural(picked.dropped, 'pair')} by the reverse model"] if picked.dropped else []
        return [*picked.pairs, *own], left_out

    def recipe(self, folder: Path, corpus: Corpus, options: DistillationOptions, *, taught: bool) -> Recipe:
        """That of its size; trained alike without the teacher."""
        languages = corpus.languages or options.teacher.languages
        data = data_of(folder, LEARNT, test=corpus.test is not None, languages=languages)
        recipe = student_recipe(data, options.size, options.overrides, references=options.with_references)
        if taught:
            return recipe
        return recipe.model_copy(update={"data": data.model_copy(update={"train": str(folder / OWN)})})

    def measurement(self, examples: Examples) -> TranslationMeasurement:
        """BLEU and chrF."""
        return TranslationMeasurement(examples)
