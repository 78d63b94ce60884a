"""Models, and outputs of other systems, evaluated in Python."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from seq2seq.api.models import Column, location_of, named_columns
from seq2seq.api.texts import Texts, evaluation_set_of, is_given, labelled_examples, named, outputs_of, reference_sets
from seq2seq.config.search_settings import SearchSettings
from seq2seq.config.training import Tokenize
from seq2seq.errors import ConfigError
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.translator import Translator

if TYPE_CHECKING:
    from seq2seq.evaluation.resampling.significance import Test
    from seq2seq.scoring.scored import Report, Scored
    from seq2seq.scoring.systems.compared import Evaluation


@overload
def evaluate(  # type: ignore[overload-overlap] # a path is a sequence of its letters
    model: str | Path,
    data: str | Path | Sequence[str | Path] | None = None,
    *,
    split: Literal["dev", "test"] | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    skip_bad: bool = False,
    glossary: str | Path | None = None,
    device: str = "auto",
    engine: Engine = "auto",
) -> "Scored[Report]": ...


@overload
def evaluate(
    model: str | Path | Sequence[str | Path] = (),
    data: str | Path | Sequence[str | Path] | None = None,
    *,
    split: Literal["dev", "test"] | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    skip_bad: bool = False,
    references: str | Path | Sequence[Texts] = (),
    sources: Texts | None = None,
    test_set: str | None = None,
    language_pair: str | None = None,
    ensemble: Sequence[str | Path] = (),
    hypotheses: str | Path | Sequence[Texts] | Mapping[str, Texts] = (),
    baseline: Texts | None = None,
    task: Literal["translation", "classification"] = "translation",
    tokenize: Tokenize | None = None,
    lowercase: bool = False,
    to: str | None = None,
    decoding: SearchSettings | None = None,
    significance: "Test | None" = None,
    significance_samples: int | None = None,
    significance_seed: int | None = None,
    details: bool = False,
    glossary: str | Path | None = None,
    device: str = "auto",
    engine: Engine = "auto",
) -> "Evaluation[Any]": ...


def evaluate(
    model: str | Path | Sequence[str | Path] = (),
    data: str | Path | Sequence[str | Path] | None = None,
    *,
    split: Literal["dev", "test"] | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    skip_bad: bool = False,
    references: str | Path | Sequence[Texts] = (),
    sources: Texts | None = None,
    test_set: str | None = None,
    language_pair: str | None = None,
    ensemble: Sequence[str | Path] = (),
    hypotheses: str | Path | Sequence[Texts] | Mapping[str, Texts] = (),
    baseline: Texts | None = None,
    task: Literal["translation", "classification"] = "translation",
    tokenize: Tokenize | None = None,
    lowercase: bool = False,
    to: str | None = None,
    decoding: SearchSettings | None = None,
    significance: "Test | None" = None,
    significance_samples: int | None = None,
    significance_seed: int | None = None,
    details: bool = False,
    glossary: str | Path | None = None,
    device: str = "auto",
    engine: Engine = "auto",
) -> "Scored[Report] | Evaluation[Any]":
    """Score models, or outputs of other systems, and compare them.

    Translations by BLEU, chrF and TER; labels by accuracy and macro-F1; generators by perplexity and bits per byte. One
    model alone gives its scores (``Scored``). A list of models, outputs, or any argument from ``references`` to
    ``details`` gives an ``Evaluation``, with confidence intervals and significance tests, as the command does.

    Args:
        model: a model folder, a run folder, or ``hf://user/name``; or a list of them, of which the first is the
            baseline of the others.
        data: a TSV, CSV, JSON or Parquet file, a folder, a data set of the hub, or two aligned files, sources first
            (default: the test set of the first model's recipe).
        split: of the recipe's data, or of data with several splits (default: test).
        source_column: of ``data``: a name, a language, or an index from 0 (default: as in the model's recipe).
        target_column: likewise.
        skip_bad: skip malformed rows, and count them.
        references: one or more sets of references, each a file or a list of sentences: ``["test.de"]``, or
            ``[["Der Hund schläft."]]``; beside those of ``data`` if that has some. Of labels: the expected ones.
        sources: a file, or a list of sentences, in place of ``data``; of ``hypotheses`` they are optional.
        test_set: a name that sacrebleu knows, such as ``wmt14/en-de``, in place of ``data``.
        language_pair: of ``test_set``.
        ensemble: further models, which are one system with the (last) model: the mean of their probabilities.
        hypotheses: outputs of other systems, each a file or a list with one output per reference; names may be given:
            ``{"other": "other.de"}``.
        baseline: outputs to compare all systems with.
        task: of ``hypotheses`` without a model.
        tokenize: BLEU's tokenizer, by sacrebleu's names (default: the recipe's, or by the script of the references).
        lowercase: whether scores ignore case.
        to: target language, of models with several.
        decoding: settings of the search for all models (default: each model's own).
        significance: ``bootstrap`` (the default of translations) or ``randomisation`` (that of macro-F1).
        significance_samples: resampled test sets, or trials (default: 1,000 and 10,000).
        significance_seed: of resampling (default: sacrebleu's, 12345).
        details: whether to add scores by length and rare words, the use of sources, and examples to read; a report has
            as many figures as the evaluation.
        glossary: terms that translations must contain: a TSV, CSV or TBX file.
        device: see :func:`~seq2seq.api.models.load`.
        engine: see :func:`~seq2seq.api.models.load`.

    Returns:
        The scores: ``to_dict()`` as ``seq2seq evaluate --json`` prints them, ``render()`` for a rich console, and of an
        ``Evaluation`` ``save_report("report.html")``.

    Raises:
        ModelError: there is no such model, or it is damaged.
        DataError: the data are wrong, the recipe has no such split, or the numbers of lines differ.
        ConfigError: the engine cannot score this model; models cannot be compared; or there is a glossary, and the
            model does not translate.
        TypeError: there is nothing to score, or arguments contradict each other.
    """
    compared = (references, sources, test_set, language_pair, ensemble, hypotheses, baseline, tokenize, to, decoding)
    tested = (lowercase, significance, significance_samples, significance_seed, details)
    columns = named_columns(source_column, target_column)
    place = None if data is None else location_of(data)
    if isinstance(model, str | Path) and not any(map(is_given, (*compared, *tested))):
        return _score(model, place, split, columns, skip_bad, glossary, device, engine)
    from seq2seq.evaluation.resampling.bootstrap import SEED
    from seq2seq.scoring.evaluation_data import evaluation_set_for, examples_for
    from seq2seq.scoring.systems.compared import Significance
    from seq2seq.scoring.systems.models import open_models
    from seq2seq.scoring.systems.run import evaluate_translations

    how = Significance(significance, significance_samples, SEED if significance_seed is None else significance_seed)
    names = [str(model)] if isinstance(model, str | Path) else [str(one) for one in model]
    outputs = outputs_of(hypotheses)
    first = None if baseline is None else named(baseline, "baseline")
    if ensemble and not names:
        raise TypeError("an ensemble has a model that the others join: give it first")
    models = open_models(names, ensemble=[str(one) for one in ensemble], device=device, engine=engine)
    sets = reference_sets(references)
    if not models:
        if not outputs:
            raise TypeError("there is nothing to score: give a model, or hypotheses and references")
        if place is not None:
            raise TypeError("data are for models; of hypotheses alone, give references and sources")
    kind = models[0].folder.recipe.task if models else task
    if kind in ("generation", "synthesis", "forecasting"):
        problem = f"{names[0]} is for {kind}; evaluate it alone: seq2seq.evaluate({names[0]!r})"
        raise ConfigError("models", [problem], code="evaluation.generators")
    if kind == "classification":
        _refuse_for_labels(test_set, tokenize, lowercase, to, decoding, glossary)
        if models:
            if references or sources is not None:
                raise TypeError("references and sources are of hypotheses alone; with a model, give data")
            examples = examples_for(models[0].folder, place, split, columns, skip_bad=skip_bad)
        else:
            examples = labelled_examples(sets, sources)
        from seq2seq.scoring.classifiers.run import evaluate_labels

        return evaluate_labels(
            examples,
            models,
            outputs,
            how,
            baseline=first,
            texts_known=bool(models) or sources is not None,
            details=details,
        )
    if models and sources is None and test_set is None:
        evaluation_set = evaluation_set_for(models[0].folder, place, split, columns, sets, skip_bad=skip_bad)
    elif place is not None:
        raise TypeError("data, sources and test_set: give one of them")
    else:
        evaluation_set = evaluation_set_of(sets, sources, test_set, language_pair, models)
    return evaluate_translations(
        evaluation_set,
        models,
        outputs,
        how,
        baseline=first,
        tokenize=tokenize,
        lowercase=lowercase,
        to=to,
        glossary=glossary,
        decoding=lambda config: config if decoding is None else decoding.model_copy(update={"nbest": 1}),
        details=details,
    )


def _score(
    model: str | Path,
    data: Any,
    split: Literal["dev", "test"] | None,
    columns: Mapping[str, Column],
    skip_bad: bool,
    glossary: str | Path | None,
    device: str,
    engine: Engine,
) -> "Scored[Report]":
    """Score one model by itself."""
    from seq2seq.scoring.evaluation_data import score_data
    from seq2seq.scoring.splits import open_to_score

    folder, pipeline = open_to_score(model, device=device, engine=engine)
    if glossary is not None:
        if not isinstance(pipeline, Translator):
            raise ConfigError("glossary", [f"{model} does not translate; leave it out"], code="glossary.no-text")
        pipeline = pipeline.with_glossary(glossary)
    return score_data(folder, pipeline, data, split, columns, skip_bad=skip_bad)


def _refuse_for_labels(*arguments: object) -> None:
    if any(map(is_given, arguments)):
        raise TypeError("test_set, tokenize, lowercase, to, decoding and glossary are for translations")
