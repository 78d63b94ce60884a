"""Scores of a translator on sentences with references."""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TextIO

import numpy as np

from seq2seq import log
from seq2seq.config.search_settings import SearchSettings
from seq2seq.evaluation.confidence import ConfidenceCheck, check_confidence, is_good
from seq2seq.evaluation.translation_report import TranslationReport, evaluate_translations
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.inference.request.direction import without_tags
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator
from seq2seq.progress import show_progress
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.memory import MemoryRise
from seq2seq.scoring.scored import Scored
from seq2seq.text.sketch import Sketch


def score(
    translator: Translator,
    evaluation_set: EvaluationSet,
    config: SearchSettings,
    *,
    words: WordTokenisation | None = None,
    sketch: Sketch | None = None,
    sink: TextIO | None = None,
    label: str = "",
) -> Scored[TranslationReport]:
    """Translate the sources, and compare with the references.

    ``words`` says what counts as a word (``None``: what the script of the references needs), and ``sketch`` is of the
    texts that the model was trained on, if known. ``sink`` receives the translations, one per line, before the scores.
    ``label`` follows "translating" in the progress bar.

    Raises:
        DataError: there is nothing to score.
    """
    assert evaluation_set.sources is not None
    log.warn_skipped(evaluation_set.skipped, evaluation_set.name)
    warnings = InputWarnings()
    start = time.perf_counter()
    with (
        MemoryRise() as memory,
        show_progress(f"translating{label}", total=len(evaluation_set.sources), unit="sentences") as bar,
    ):
        # In one call: the sources are in memory anyway, and sorting all of them needs the least padding.
        translations = translator.translate_nbest(
            evaluation_set.sources, config, warnings=warnings, advance=bar.advance
        )
    seconds = time.perf_counter() - start
    warnings.report()
    hypotheses = [" ".join(best.text.splitlines()) for best, *_ in translations]
    if sink is not None:
        sink.writelines(f"{text}\n" for text in hypotheses)
        sink.flush()
    report = evaluate_translations(
        hypotheses,
        evaluation_set.references,
        sources=_texts(translator, evaluation_set.sources),
        groups=evaluation_set.groups,
        words=words,
        overlap=None if sketch is None else sketch.overlap(evaluation_set.sources),
        cut=[row for row, (best, *_) in enumerate(translations) if not best.finished],
    )
    report = replace(report, confidence=_check_confidence([best for best, *_ in translations], evaluation_set))
    settings: dict[str, object] = {"decoding": asdict(config)}
    if translator.terminology is not None:
        settings["glossary"] = warnings.terms.to_dict()
    return Scored(
        name=evaluation_set.name,
        report=report,
        seconds=seconds,
        count=len(hypotheses),
        unit="sentences",
        skipped=evaluation_set.skipped,
        settings=settings,
        outputs=hypotheses,
        source_tokens=sum(len(best.source_tokens) + 1 for best, *_ in translations),
        memory=memory.bytes,
    )


def _texts(translator: Translator, sources: Sequence[str]) -> Sequence[str] | None:
    """The text of sources, without tags; None: they are vectors, with which no output is to be compared."""
    if translator.tokenizers.reads_vectors:
        return None
    return [without_tags(text) for text in sources] if translator.direction.known else sources


def _check_confidence(translations: Sequence[Translation], evaluation_set: EvaluationSet) -> ConfidenceCheck | None:
    """The confidence against the first references; None: there is none."""
    found = [
        (translation.confidence, translation.text, reference)
        for translation, reference in zip(translations, evaluation_set.references[0], strict=True)
        if translation.confidence is not None and reference.strip()
    ]
    if not found:
        return None
    confidences, texts, references = zip(*found, strict=True)
    return check_confidence(np.asarray(confidences), is_good(texts, references))
