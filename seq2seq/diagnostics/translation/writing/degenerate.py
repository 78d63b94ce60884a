"""Outputs that cannot be right, whatever was asked for: repeats, copies, too short, one output for all."""

from collections import Counter
from dataclasses import replace
from typing import Final

import numpy as np

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.learnt import has_learnt, still_learning
from seq2seq.diagnostics.translation.outputs import Output, decoded, decoding_of
from seq2seq.diagnostics.translation.sources.source_use import uses_source
from seq2seq.evaluation.statistics import output_statistics, repeats
from seq2seq.models.seq2seq import Seq2Seq

MANY: Final = 0.2
"""Share of degenerate outputs that makes a model useless: one in five."""
SOME: Final = 0.02
"""Share of degenerate outputs that is worth knowing: a reader of fifty outputs would see one."""
SHORT: Final = 0.7
"""Ratio of lengths below which a third of what is said must be missing; above its inverse, that much is too many."""
SHORTISH: Final = 0.85
"""Ratio of lengths that BLEU's brevity penalty makes felt: exp(1 - 1 / 0.85) is 0.84."""
ONE: Final = 0.5
"""Share of the outputs that are the same text, for different sources."""
_FEWEST: Final = 20
"""Outputs whose shares can be judged."""


def degenerate(subject: Subject) -> tuple[Finding, ...]:
    """Shares of degenerate outputs, against those of the references."""
    if not isinstance(subject.model, Seq2Seq):
        return ()
    outputs = decoded(subject)
    if len(outputs) < _FEWEST:
        return ()
    findings = [_repeats(outputs)]
    if isinstance(subject.recipe, TranslationRecipe):
        findings += [_length(outputs), *([_copies(outputs)] if subject.reads_tokens else [])]
    if decoding_of(subject).method == "beam":
        findings += _distinct(outputs)
    return tuple(_explained(subject, finding) for finding in findings)


def _explained(subject: Subject, finding: Finding) -> Finding:
    """What is wrong, unless something else explains it."""
    if finding.verdict not in (Verdict.TROUBLE, Verdict.WATCH):
        return finding
    if not has_learnt(subject) or still_learning(subject):
        return replace(finding, verdict=Verdict.WATCH, remedy="Train longer: the model still learns.")
    if not uses_source(subject):
        return replace(finding, verdict=Verdict.WATCH, remedy="See why the source brings little.")
    return finding


def _graded(fine: Finding, share: float, *, some: float, many: float, trouble: str, remedy: str) -> Finding:
    """Fine, worth watching, or a trouble, by a share."""
    if share < some:
        return fine
    verdict = Verdict.TROUBLE if share >= many else Verdict.WATCH
    return replace(fine, verdict=verdict, trouble=trouble, remedy=remedy)


def _repeats(outputs: tuple[Output, ...]) -> Finding:
    count = sum(repeats(one.text) for one in outputs)
    usual = sum(repeats(one.example.target) for one in outputs)
    share = (count - usual) / len(outputs)
    fine = Finding(
        measure="outputs-repeat",
        title="Outputs that repeat themselves",
        value=round(100 * count / len(outputs), 1),
        unit="%",
        verdict=Verdict.FINE,
        sentence=f"{count} of {len(outputs)} outputs repeat the same characters four times in a row; {usual} of the "
        "references do.",
        details={"outputs": len(outputs), "repeating": count, "repeating_references": usual},
    )
    remedy = "Train longer or on more data; forbid repeated n-grams with decoding.no_repeat_ngram, which hides it."
    return _graded(fine, share, some=SOME, many=MANY, trouble="outputs.repeat", remedy=remedy)


def _length(outputs: tuple[Output, ...]) -> Finding:
    ratio = output_statistics([one.text for one in outputs], [[one.example.target for one in outputs]]).length_ratio
    fine = Finding(
        measure="outputs-length",
        title="Length of the outputs, against references",
        value=None if ratio is None else round(ratio, 3),
        verdict=Verdict.UNJUDGED if ratio is None else Verdict.FINE,
        sentence="The references are empty."
        if ratio is None
        else f"The outputs have {ratio:.2f} times the characters of the references.",
        source="Murray and Chiang 2018 (short outputs of wide beams)",
        details={"outputs": len(outputs), "ratio": ratio},
    )
    if ratio is None:
        return fine
    if ratio > 1:
        remedy = "See whether the references are cut, and whether outputs repeat themselves."
        return _graded(fine, ratio, some=1 / SHORTISH, many=1 / SHORT, trouble="outputs.too-long", remedy=remedy)
    remedy = "Set decoding.length_penalty to average, or a smaller decoding.beam; see which words are dropped."
    return _graded(fine, -ratio, some=-SHORTISH, many=-SHORT, trouble="outputs.too-short", remedy=remedy)


def _copies(outputs: tuple[Output, ...]) -> Finding:
    found = output_statistics(
        [one.text for one in outputs],
        [[one.example.target for one in outputs]],
        [one.example.source for one in outputs],
    )
    copied = found.copied or 0
    fine = Finding(
        measure="outputs-copy",
        title="Outputs that copy their source",
        value=round(100 * copied / len(outputs), 1),
        unit="%",
        verdict=Verdict.FINE,
        sentence=f"{copied} of {len(outputs)} outputs are their source, untranslated, where the reference is not.",
        source="Khayrallah and Koehn 2018, section 5 (untranslated training targets)",
        details={"outputs": len(outputs), "copied": copied},
    )
    remedy = "Look for untranslated pairs in the training data (`seq2seq inspect`), and leave them out."
    return _graded(fine, copied / len(outputs), some=SOME, many=MANY, trouble="outputs.copy", remedy=remedy)


def _distinct(outputs: tuple[Output, ...]) -> list[Finding]:
    sources = len({np.asarray(one.example.source_ids).tobytes() for one in outputs})
    if sources < len(outputs) / 2:
        return []
    texts, references = Counter(one.text for one in outputs), Counter(one.example.target for one in outputs)
    (text, most), (_, usual) = texts.most_common(1)[0], references.most_common(1)[0]
    fine = Finding(
        measure="outputs-distinct",
        title="Different outputs for different sources",
        value=round(100 * len(texts) / len(outputs), 1),
        unit="%",
        verdict=Verdict.FINE,
        sentence=f"{len(texts)} different outputs for {sources} different sources; the commonest is that of {most}.",
        details={
            "outputs": len(outputs),
            "sources": sources,
            "different": len(texts),
            "different_references": len(references),
            "commonest": text,
            "commonest_count": most,
            "commonest_reference_count": usual,
        },
    )
    share = (most - usual) / len(outputs)
    remedy = "Train longer, with a lower learning rate; see how many nats the source brings."
    return [_graded(fine, share, some=ONE / 2, many=ONE, trouble="outputs.one-for-all", remedy=remedy)]
