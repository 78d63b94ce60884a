"""Models that are evaluated: opened, and what they translate is scored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TextIO, Unpack

from seq2seq.config.search_settings import SearchSettings
from seq2seq.errors import ConfigError
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.inference.load import open_ensemble_of_task
from seq2seq.inference.pipeline import Pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import ModelFolder
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.splits import open_to_score
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.system import System
from seq2seq.scoring.translation import score
from seq2seq.text.sketch import Sketch


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model to evaluate."""

    name: str
    folder: ModelFolder
    pipeline: Pipeline
    others: Sequence[ModelFolder] = ()
    """Of an ensemble: the further models."""

    @property
    def sketch(self) -> Sketch | None:
        """Hashes of the texts that it, or a model of the ensemble, was trained on; None: not known."""
        sketches = [one.description.sketch for one in (self.folder, *self.others)]
        known = [sketch for sketch in sketches if sketch is not None]
        return reduce(or_, known) if known else None

    @property
    def language_pair(self) -> str | None:
        """The languages of a translator, such as en-de; None: not known."""
        if not isinstance(self.pipeline, Translator) or not all(self.pipeline.languages):
            return None
        return "-".join(self.pipeline.languages)


def open_models(
    names: Sequence[str], *, ensemble: Sequence[str] = (), **options: Unpack[EngineOptions]
) -> list[OpenModel]:
    """Open all models.

    Args:
        names: of the models.
        ensemble: further models, which are one ensemble with the last of ``names``.
        options: the engine and its resources.

    Raises:
        ConfigError: they are of different tasks, or several that generate text; or an ensemble's models differ in what
            they read or write.
        ModelError: one is not there, or damaged; or those of an ensemble are not of one task, or generate text.
    """
    alone = names[:-1] if ensemble else names
    opened = [OpenModel(name, *open_to_score(name, **options)) for name in alone]
    if ensemble:
        members = [names[-1], *ensemble]
        (folder, *others), model = open_ensemble_of_task(members, **options)
        opened.append(OpenModel(" + ".join(members), folder, model, others))
    tasks = {model.folder.recipe.task for model in opened}
    if len(tasks) > 1:
        named = ", ".join(f"{model.name} ({model.folder.recipe.task})" for model in opened)
        problem = f"models of one task can be compared; these are of several: {named}"
        raise ConfigError("models", [problem], code="evaluation.tasks")
    alone_only = tasks & {"generation", "synthesis", "forecasting"}
    if len(opened) > 1 and alone_only:
        problem = f"models are compared by their translations or labels; these are for {alone_only.pop()}"
        raise ConfigError("models", [f"{problem}: evaluate one at a time"], code="evaluation.generators")
    return opened


def translators_of(
    models: Sequence[OpenModel], *, to: str | None = None, tags: Sequence[str] = (), glossary: str | Path | None = None
) -> list[Translator]:
    """The models as they translate: in one direction, with a glossary.

    Raises:
        ConfigError: they translate from or into different languages, or have no such direction.
    """
    translators = []
    for model in models:
        assert isinstance(model.pipeline, Translator)
        # Others have one direction.
        directed = bool(to or tags) and (model.pipeline.direction.known or len(models) == 1)
        translator = model.pipeline.to(to, *tags) if directed else model.pipeline
        translators.append(translator if glossary is None else translator.with_glossary(glossary))
    for side, what in enumerate(("from", "into")):
        languages = [translator.languages[side] for translator in translators]
        if len({language.partition("-")[0] for language in languages if language}) > 1:
            named = ", ".join(f"{model.name} {what} {own or '?'}" for model, own in zip(models, languages, strict=True))
            problem = f"models of the same languages can be compared; these translate {named}"
            raise ConfigError("models", [problem], code="evaluation.languages")
    return translators


def systems_of_models(
    models: Sequence[OpenModel],
    translators: Sequence[Translator],
    evaluation_set: EvaluationSet,
    *,
    words: WordTokenisation,
    how: Significance,
    decoding: Callable[[SearchSettings], SearchSettings] = lambda config: config,
    sink: TextIO | None = None,
) -> list[System]:
    """Translate the test set with every model, and score the outputs.

    Args:
        models: their names and recipes.
        translators: the same models, as :func:`translators_of` returns them.
        evaluation_set: sources and references.
        words: what counts as a word.
        how: intervals are computed.
        decoding: changes the settings of each model's search.
        sink: receives the translations, one per line.

    Raises:
        DataError: there is nothing to score.
    """
    systems = []
    for model, translator in zip(models, translators, strict=True):
        scored = score(
            translator,
            evaluation_set,
            decoding(translator.decoding),
            words=words,
            sketch=model.sketch,
            sink=sink,
            label=f" with {model.name}" if len(models) > 1 else "",
        )
        report = scored.report.with_intervals(samples=how.resamples, seed=how.seed)
        scored = replace(scored, report=report)
        system = System(name=model.name, outputs=scored.outputs, report=report, scored=scored, translator=translator)
        systems.append(system)
    return systems
