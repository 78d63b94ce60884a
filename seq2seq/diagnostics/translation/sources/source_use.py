"""How many nats per target token the source brings: the model's loss with true sources against that with others'."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Example, Subject, once_per_subject
from seq2seq.diagnostics.translation.learnt import has_learnt, still_learning, unigram_nats
from seq2seq.diagnostics.translation.sources.pairing import training_pairing
from seq2seq.diagnostics.translation.teacher_forcing import forced_examples, nats_of
from seq2seq.evaluation.resampling.ratio import Ratio, ratio
from seq2seq.inference.request.direction import without_tags
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.scoring.source_use import IGNORED, exchange
from seq2seq.wording import plural

NOTHING: Final = 1e-4
"""Nats per token below which the source changes nothing but rounding: no path leads from it to the output."""
_FEWEST: Final = 8
"""Examples of which not all can have the same source by chance."""
_GROUPS: Final = 3
_VARIETY: Final = 0.01
"""Least share of different sources among training pairs from which more than a bias can be learnt."""
_MEASURE: Final = "source-use"
_TITLE: Final = "Use of the source"
_UNIT: Final = "nats per token"


class LossByLength(NamedTuple):
    """Losses of sources of similar length, in nats per token."""

    shortest: int
    """Source tokens."""
    longest: int
    sentences: int
    nats_per_token: float
    nats_per_token_other_source: float


@once_per_subject
def source_use(subject: Subject) -> tuple[Finding, ...]:
    """The difference of -log p(target | another source of like length) and -log p(target | source)."""
    if not isinstance(subject.model, Seq2Seq):
        return ()
    random = subject.generator("source-use")
    partners = _partners(subject.examples, random)
    rows = sorted(partners)
    if not rows:
        return _all_equal(subject)
    others = [_with_source(subject.examples[row], subject.examples[partners[row]]) for row in rows]
    forced = forced_examples(subject)
    true = np.array([forced[row].total for row in rows])
    exchanged, tokens = nats_of(subject, others)
    gain = ratio(exchanged - true, tokens, random)
    loss = float(true.sum() / tokens.sum())
    by_length = _by_length([subject.examples[row] for row in rows], true, exchanged, tokens)
    details: dict[str, JsonValue] = {
        "sentences": len(rows),
        "nats_per_token": round(loss, 4),
        "nats_per_token_other_source": round(loss + gain.value, 4),
        "gain": round(gain.value, 4),
        "interval": [round(gain.low, 4), round(gain.high, 4)],
        "by_source_length": [dict(one._asdict()) for one in by_length],
    }
    fine = Finding(
        measure=_MEASURE,
        title=_TITLE,
        value=round(gain.value, 4),
        unit=_UNIT,
        verdict=Verdict.FINE,
        sentence=f"The source brings {gain} nats per target token: the loss is {loss:.2f}, and "
        f"{loss + gain.value:.2f} with the sources of other sentences of like length.",
        drawings=(_drawing(by_length),),
        details=details,
    )
    unconnected = float(np.abs(exchanged - true).max()) < NOTHING
    return (_judged(subject, fine, gain, loss, unconnected=unconnected),)


def uses_source(subject: Subject) -> bool:
    """Whether the source is used as it should be; where it is not, other figures may only follow from that."""
    return all(one.verdict is Verdict.FINE for one in source_use(subject))


def _all_equal(subject: Subject) -> tuple[Finding, ...]:
    """The source cannot matter if it is always the same."""
    if not isinstance(subject.recipe, TranslationRecipe) or len(subject.examples) < _FEWEST:
        return ()  # a model that reads nothing
    return (
        Finding(
            measure=_MEASURE,
            title=_TITLE,
            value=0.0,
            unit=_UNIT,
            verdict=Verdict.TROUBLE,
            trouble="source.ignored",
            sentence=f"All {len(subject.examples)} sources are the same, as the model reads them.",
            remedy="See that their column is the right one, and that the vocabulary knows their characters.",
        ),
    )


def _judged(subject: Subject, fine: Finding, gain: Ratio, loss: float, *, unconnected: bool) -> Finding:
    remedy = "Check that sources and targets of the training data belong together (`seq2seq inspect`)."
    unused = replace(fine, verdict=Verdict.TROUBLE, trouble="source.ignored", remedy=remedy)
    if unconnected:
        return replace(
            unused,
            sentence="The source changes nothing: every target is exactly as likely with another one, so that no path "
            "leads from the source to the output.",
            remedy="Give the decoder attention (model.attention), or a state that the encoder sets "
            "(model.bridge=linear), and train again.",
        )
    if gain.high >= IGNORED * loss:
        return fine
    pairing = training_pairing(subject)
    if pairing is not None and pairing.sources < _VARIETY * pairing.lines:
        return replace(
            unused,
            sentence=f"The source brings {gain} nats per target token of {loss:.2f}: {pairing.lines:,} training pairs "
            f"have only {plural(pairing.sources, 'source')}.",
            remedy="See that the column of the sources is the right one (data.columns), and train again.",
        )
    if not has_learnt(subject):
        sentence = (
            f"The source brings only {gain} nats per target token yet, but little else has been learnt, either: the "
            f"loss is {loss:.2f}, and that of the frequencies of tokens {unigram_nats(subject.examples):.2f}."
        )
        remedy = "Train longer, or see what hinders it."
        return replace(unused, verdict=Verdict.WATCH, sentence=sentence, remedy=remedy)
    sentence = (
        f"The source brings only {gain} nats per target token of {loss:.2f}: the model writes what is usual, not what "
        "is asked for."
    )
    if gain.low > 0 and still_learning(subject) is not False:
        return replace(
            unused, verdict=Verdict.WATCH, sentence=sentence, remedy="Train longer: it may only begin to learn."
        )
    if pairing is not None and not pairing.related:
        sentence = f"{sentence} The training pairs do not seem to belong together, so that there is no more."
        return replace(unused, verdict=Verdict.WATCH, sentence=sentence)
    return replace(unused, sentence=sentence)


def _partners(examples: Sequence[Example], random: np.random.Generator) -> dict[int, int]:
    """Another example with the same tags for each that has one of like length and another source."""
    groups: dict[str, list[int]] = {}
    for row, one in enumerate(examples):
        groups.setdefault(one.source.removesuffix(without_tags(one.source)), []).append(row)
    partners: dict[int, int] = {}
    for rows in groups.values():
        for row, other in zip(rows, exchange([examples[row].source_ids for row in rows], random), strict=True):
            if other is not None:
                partners[row] = rows[other]
    return partners


def _with_source(example: Example, other: Example) -> Example:
    return example._replace(source=other.source, source_ids=other.source_ids)


def _by_length(
    examples: Sequence[Example],
    true: NDArray[np.floating[Any]],
    exchanged: NDArray[np.floating[Any]],
    tokens: NDArray[np.integer[Any]],
) -> list[LossByLength]:
    """Losses of the shorter, the middle and the longer sources."""
    lengths = np.array([len(one.source_ids) for one in examples])
    borders = np.quantile(lengths, np.linspace(0, 1, _GROUPS + 1)[1:-1])
    group = np.searchsorted(borders, lengths, side="left")
    parts = []
    for number in np.unique(group).tolist():
        rows = group == number
        losses = (round(float(sums[rows].sum() / tokens[rows].sum()), 4) for sums in (true, exchanged))
        parts.append(LossByLength(int(lengths[rows].min()), int(lengths[rows].max()), int(rows.sum()), *losses))
    return parts


def _drawing(parts: Sequence[LossByLength]) -> Bars:
    return Bars(
        title="Loss with the true source and with another one",
        categories=[f"{one.shortest} to {one.longest}" for one in parts],
        groups=[
            BarGroup(name="true source", values=[one.nats_per_token for one in parts]),
            BarGroup(name="another source", values=[one.nats_per_token_other_source for one in parts]),
        ],
        y_label="loss, nats per token",
        x_label="source tokens",
    )
