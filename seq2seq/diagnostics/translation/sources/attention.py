"""What attention does: how sharp it is, how much of it lies on the end of the source, and what it brings.

Weights are those of given targets, by teacher forcing; the step that predicts EOS is left out, which may look at EOS.

Letters: N sentences, T target length, S source length (EOS included).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue
from torch import Tensor, nn

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.learnt import has_learnt, still_learning
from seq2seq.diagnostics.translation.sources.source_use import uses_source
from seq2seq.diagnostics.translation.teacher_forcing import Floats, force, forced_examples
from seq2seq.evaluation.resampling.ratio import ratio
from seq2seq.models.attention import AttentionOutput
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.heat_map import HeatMap
from seq2seq.text.tokenizer import SPACE

DIFFUSE: Final = 0.9
"""Entropy of the weights, as a share of that of equal weights, above which attention hardly chooses. Half of the
weight on one of ten tokens and the rest spread evenly is 0.78."""
NO_GAIN: Final = 0.01
"""Share of the loss that attention must bring against equal weights on all tokens, if it chooses anything useful."""
ON_END: Final = 0.9
"""Weight on EOS of the source above which no word is looked at."""
MUCH_ON_END: Final = 0.5
"""Weight on EOS that is worth knowing: more than on all words together."""
_SHORTEST: Final = 4
"""Fewest source tokens, EOS included, of a sentence in which there is a choice."""
_SENTENCES: Final = 200
_PICTURED: Final = 12
"""Target tokens of the example that is drawn."""
_END: Final = "end"


def attention(subject: Subject) -> tuple[Finding, ...]:
    """Entropy, weight on EOS and order of attention."""
    model = subject.model
    if not isinstance(model, Seq2Seq) or not model.attends:
        return ()
    weights = [
        one.attention[:-1]
        for one in forced_examples(subject)
        if one.attention is not None and one.attention.shape[1] >= _SHORTEST and len(one.attention) > 1
    ]
    if not weights:
        return ()
    sharpness, picture = _sharpness(subject, weights), _picture(subject)
    if not subject.reads_tokens:  # sequences of vectors have no end of their own
        return sharpness, _order(weights, picture)
    return sharpness, _on_end(subject, weights), _order([one[:, :-1] for one in weights], picture)


def _sharpness(subject: Subject, weights: Sequence[Floats]) -> Finding:
    entropy = _mean([relative_entropy(one) for one in weights])
    gain, loss = attention_gain(subject)
    fine = Finding(
        measure="attention-entropy",
        title="Entropy of attention, against equal weights",
        value=round(entropy, 3),
        verdict=Verdict.FINE,
        sentence=f"Attention has {entropy:.0%} of the entropy of equal weights, and brings {gain:.2f} nats per token "
        f"of {loss + gain:.2f}, against equal weights.",
        source="Bahdanau et al. 2015, section 3.1; Jain and Wallace 2019, section 4.2 (equal weights)",
        details={
            "relative_entropy": round(entropy, 4),
            "nats_per_token": round(loss, 4),
            "nats_per_token_equal_weights": round(loss + gain, 4),
        },
    )
    if entropy < DIFFUSE:
        return fine
    remedy = "Train longer or with a higher learning rate; try another model.attention.score."
    if not subject.recipe.training.guided_alignment:
        remedy = f"Guide attention (`training.guided_alignment: 0.3`). {remedy}"
    watch = replace(fine, verdict=Verdict.WATCH, trouble="attention.diffuse", remedy=remedy)
    if gain >= NO_GAIN * loss or not has_learnt(subject) or not uses_source(subject):
        return watch
    return replace(watch, verdict=Verdict.TROUBLE)


def _on_end(subject: Subject, weights: Sequence[Floats]) -> Finding:
    share = _mean([one[:, -1] for one in weights])
    equal = float(np.mean([1 / one.shape[1] for one in weights]))
    fine = Finding(
        measure="attention-end",
        title="Attention on the end of the source",
        value=round(100 * share, 1),
        unit="%",
        verdict=Verdict.FINE,
        sentence=f"{share:.0%} of the attention that precedes the end of a target lies on EOS of its source; equal "
        f"weights would put {equal:.0%} there.",
        source="Clark et al. 2019, section 3.2 (separators that are attended to where nothing is)",
        details={"weight": round(share, 4), "equal_weight": round(equal, 4)},
    )
    if share < MUCH_ON_END:
        return fine
    remedy = "Train longer: attention often begins there; the state at EOS is all that a fixed context has."
    watch = replace(fine, verdict=Verdict.WATCH, trouble="attention.on-end", remedy=remedy)
    if share < ON_END or still_learning(subject) or not has_learnt(subject) or not uses_source(subject):
        return watch
    return replace(watch, verdict=Verdict.TROUBLE)


def _order(weights: Sequence[Floats], picture: HeatMap) -> Finding:
    correlations = [value for one in weights if (value := diagonality(one)) is not None]
    mean = float(np.mean(correlations)) if correlations else None
    details: dict[str, JsonValue] = {"sentences": len(correlations), "correlation": mean}
    details["example"] = {
        "source": list(picture.columns),
        "target": list(picture.rows),
        "weights": np.asarray(picture.values).round(3).tolist(),
    }
    return Finding(
        measure="attention-order",
        title="Order of attention: correlation of target and source positions",
        value=None if mean is None else round(mean, 3),
        verdict=Verdict.UNJUDGED,
        sentence="Targets are too short to tell."
        if mean is None
        else f"The place that is looked at moves with the target by a correlation of {mean:.2f}: 1 is the order of the "
        "source, -1 the reverse. Which is right depends on the task.",
        drawings=(picture,),
        details=details,
    )


def _picture(subject: Subject) -> HeatMap:
    """The attention of an example with about a dozen tokens."""
    known = [(row, one.attention) for row, one in enumerate(forced_examples(subject)) if one.attention is not None]
    row, weights = min(known, key=lambda pair: abs(len(pair[1]) - _PICTURED))
    example, tokenizers = subject.examples[row], subject.loaded.tokenizers
    target = [*tokenizers.target.pieces(example.target_ids), _END][: len(weights)]
    source = [*tokenizers.source.pieces(example.source_ids), *([_END] if subject.reads_tokens else [])]
    return HeatMap(
        title="Attention of one example",
        values=weights,
        rows=[piece.replace(SPACE, "") or piece for piece in target],
        columns=[piece.replace(SPACE, "") or piece for piece in source],
        row_label="target",
        column_label="source",
        unit="weight",
        low=0.0,
        high=1.0,
    )


def relative_entropy(weights: Floats) -> Floats:
    """(T,) entropies of weights (T, S), divided by ln S: 0 looks at one token, 1 at all alike."""
    entropy = -(weights * np.log(np.maximum(weights, 1e-12))).sum(axis=1)
    relative: Floats = entropy / np.log(weights.shape[1])
    return relative


def diagonality(weights: Floats) -> float | None:
    """Correlation of target positions with the centres of weights (T, S), the end's apart; None if it has none."""
    total = weights.sum(axis=1)
    known = total > 1e-6
    if known.sum() < 3:
        return None
    centres = (weights[known] @ np.arange(weights.shape[1])) / total[known]
    places = np.flatnonzero(known)
    if np.ptp(centres) < 1e-6:
        return None
    return float(np.corrcoef(places, centres)[0, 1])


def attention_gain(subject: Subject) -> tuple[float, float]:
    """Nats per token that attention brings against equal weights, and the loss with it."""
    examples = subject.examples[:_SENTENCES]
    true = force(subject, examples)
    with equal_attention(subject.model):
        equal = force(subject, examples)
    tokens = np.array([one.nats.size for one in true])
    sums = np.array([[one.total, other.total] for one, other in zip(true, equal, strict=True)])
    gain = ratio(sums[:, 1] - sums[:, 0], tokens, subject.generator("attention"))
    return gain.value, float(sums[:, 0].sum() / tokens.sum())


@contextmanager
def equal_attention(model: nn.Module) -> Iterator[None]:
    """Let a model's decoder see the mean of all encoder outputs at every step."""
    decoder = model.decoder
    assert isinstance(decoder, nn.Module)
    layer = decoder.attention
    assert isinstance(layer, nn.Module)
    handle = layer.register_forward_hook(_equal)
    try:
        yield
    finally:
        handle.remove()


def _equal(layer: nn.Module, inputs: tuple[Tensor, ...], output: Any) -> AttentionOutput:
    del layer, output
    queries, _, memory, mask = inputs
    weights = mask.float() / mask.sum(dim=1, keepdim=True)
    spread = weights[:, None].expand(-1, queries.size(1), -1)
    return AttentionOutput(spread.to(memory.dtype) @ memory, spread)


def _mean(parts: Sequence[NDArray[np.floating[Any]]]) -> float:
    return float(np.concatenate(parts).mean())
