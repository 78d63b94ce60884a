"""Sentences of a report: source, references and outputs, with differing words marked, and attention."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.translation import Translation
from seq2seq.report.blocks import Example, Figure, TextLine
from seq2seq.report.words import attention_map, marked
from seq2seq.scoring.systems.evaluation import TranslationEvaluation
from seq2seq.scoring.systems.sentences import SentenceScores, most_different, worst_sentences
from seq2seq.scoring.systems.system import System
from seq2seq.scoring.systems.tables import PROBLEMS

_ATTENTION: Final = 4
"""Sentences of each kind with attention."""
_LONGEST: Final = 60
"""Most pieces of a side whose attention is drawn; a larger picture cannot be read."""


def worst_examples(evaluation: TranslationEvaluation) -> list[Example]:
    """The worst sentences, each output with the words that differ from the first reference."""
    found = worst_sentences(evaluation.systems)
    maps = _attention(evaluation, found[:_ATTENTION], evaluation.systems)
    return [_example(evaluation, one, evaluation.systems, maps.get(one.row, [])) for one in found]


def differing_examples(evaluation: TranslationEvaluation, system: System) -> list[Example]:
    """The sentences on which a system and the baseline differ most, with the words that differ between them."""
    both = (evaluation.baseline, system)
    found = most_different(*both)
    maps = _attention(evaluation, found[:_ATTENTION], both)
    return [_example(evaluation, one, both, maps.get(one.row, []), mutual=True) for one in found]


def _example(
    evaluation: TranslationEvaluation,
    one: SentenceScores,
    systems: Sequence[System],
    figures: Sequence[Figure],
    *,
    mutual: bool = False,
) -> Example:
    row = one.row
    source_language, target_language = _languages(evaluation)
    references = [lines[row] for lines in evaluation.references if lines[row].strip()] or [""]
    lines = [
        TextLine(
            label="reference" if len(references) == 1 else f"reference {number}", text=text, language=target_language
        )
        for number, text in enumerate(references, start=1)
    ]
    if evaluation.sources is not None:
        lines.insert(0, TextLine(label="source", text=evaluation.sources[row], language=source_language))
    outputs = [system.outputs[row] for system in systems]
    if mutual:
        outputs = list(marked(outputs[0], outputs[1]))
    else:
        outputs = [marked(references[0], output)[1] for output in outputs]
    for system, output in zip(systems, outputs, strict=True):
        faults = [name for kind, name in PROBLEMS.items() if row in system.report.statistics.rows.get(kind, ())]
        note = ", ".join([f"chrF {one.chrf[system.name]:.1f}", *faults])
        name = evaluation.short_names[system.name]
        lines.append(TextLine(label=name, text=output, note=note, language=target_language))
    return Example(title=f"Line {row + 1}", lines=lines, figures=figures)


def _languages(evaluation: TranslationEvaluation) -> tuple[str, str]:
    """The languages that a model says it translates from and into; empty where none does."""
    known = [system.translator.languages for system in evaluation.systems if system.translator is not None]
    return next((languages for languages in known if all(languages)), ("", ""))


def _attention(
    evaluation: TranslationEvaluation, sentences: Sequence[SentenceScores], systems: Sequence[System]
) -> dict[int, list[Figure]]:
    """Attention of every model that attends, by sentence: they are translated again."""
    maps: dict[int, list[Figure]] = {one.row: [] for one in sentences}
    sources = evaluation.sources
    if sources is None:
        return maps
    for system in systems:
        if system.translator is None or system.scored is None:
            continue
        config = DecodingConfig.model_validate(system.scored.settings["decoding"])
        texts = [sources[one.row] for one in sentences]
        again = system.translator.translate_nbest(texts, config, alignments=True)
        for one, (best, *_) in zip(sentences, again, strict=True):
            figure = _map(best, evaluation.short_names[system.name])
            if figure is not None:
                maps[one.row].append(figure)
    return maps


def _map(translation: Translation, name: str) -> Figure | None:
    """The attention of one translation, if it has any and can be read."""
    source, target = [*translation.source_tokens, "</s>"], translation.tokens
    if not translation.alignment or not target or max(len(source), len(target)) > _LONGEST:
        return None
    weights = np.zeros((len(target), len(source)))
    for t, s, weight in translation.alignment:
        if t < len(target) and s < len(source):
            weights[t, s] = weight
    drawing = attention_map(source, target, weights, title=f"Attention of {name}")
    return Figure(drawing, caption="Weights of at least 0.1, and the greatest of every piece.")
