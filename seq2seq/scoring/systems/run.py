"""Translations of models and of other systems, scored on one test set and compared."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from seq2seq.config.search_settings import SearchSettings
from seq2seq.config.training import Tokenize
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.hub import is_hub
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.evaluation import TranslationEvaluation, assemble
from seq2seq.scoring.systems.outputs import Outputs, systems_of_outputs
from seq2seq.scoring.systems.system import System

if TYPE_CHECKING:
    from seq2seq.inference.translator import Translator
    from seq2seq.scoring.systems.models import OpenModel


def evaluate_translations(
    evaluation_set: EvaluationSet,
    models: "Sequence[OpenModel]",
    outputs: Sequence[Outputs],
    how: Significance,
    *,
    baseline: Outputs | None = None,
    tokenize: Tokenize | None = None,
    lowercase: bool = False,
    to: str | None = None,
    tags: Sequence[str] = (),
    glossary: str | Path | None = None,
    decoding: Callable[[SearchSettings], SearchSettings] = lambda config: config,
    sink: TextIO | None = None,
    details: bool = False,
) -> TranslationEvaluation:
    """Translate a test set with models, score their translations and those of other systems, and compare them.

    Args:
        evaluation_set: sources and references.
        models: models that translate.
        outputs: of further systems, which are there already.
        how: systems are compared.
        baseline: is compared with all others (None: the first model or system is).
        tokenize: BLEU's tokenizer (None: that of the first model's recipe, or by the script of the references).
        lowercase: whether scores ignore case.
        to: target language of models with several.
        tags: of the sources of models with several directions.
        glossary: terms that the models' translations must contain.
        decoding: changes the settings of each model's search.
        sink: receives the translations of models, one per line.
        details: whether to add scores by length and rare words, the use of sources, and sentences to read.

    Raises:
        ConfigError: models translate between different languages, or cannot do what is asked for.
        DataError: the numbers of lines differ, or there is nothing to score.
    """
    if tokenize is None:
        tokenize = models[0].folder.recipe.training.validation.tokenize if models else "auto"
    words = WordTokenisation.of(evaluation_set.references, tokenize=tokenize, lowercase=lowercase)
    first = [] if baseline is None else [baseline]
    translators: list[Translator] = []
    if models:
        from seq2seq.scoring.systems.models import translators_of

        translators = translators_of(models, to=to, tags=tags, glossary=glossary)
    # Files first: a wrong one is reported before models start to translate.
    files = systems_of_outputs([*first, *outputs], evaluation_set, words=words, how=how)
    systems: list[System] = []
    if models:
        from seq2seq.scoring.systems.models import systems_of_models

        systems = systems_of_models(
            models, translators, evaluation_set, words=words, how=how, decoding=decoding, sink=sink
        )
    return assemble(
        evaluation_set,
        [*files[: len(first)], *systems, *files[len(first) :]],
        how,
        baseline_named=baseline is not None,
        folders=[model.folder for model in models if not is_hub(model.name)],
        details=details,
    )
