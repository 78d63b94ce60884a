"""The memorisation picture: how much each input moves the log-probability of each output.

For every output, the norm of the gradient of its log-probability with respect to the embedding of every input (Madsen
2019, "Visualizing memorization in RNNs", Distill). Sub-words are merged to words: an output word has the sum of its
tokens' log-probabilities, an input word the norm over its tokens.

Letters: W output words, S inputs, E embedding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from pydantic import JsonValue
from torch import Tensor

from seq2seq.data.batching.batch import collate
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.decay import Floats
from seq2seq.diagnostics.network.trace import traced
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.report.drawings.heat_map import HeatMap
from seq2seq.special import BOS, EOS, NAMES
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import Vocabulary

EXAMPLES: Final = 3
"""Sentences that are drawn."""
LONGEST: Final = 24
"""Most tokens of a side; longer ones are cut, for a picture that can be read."""
_SPACE: Final = "▁"
"""A space, in a tokenizer's pieces."""
_SUBWORDS: Final = ("unigram", "bpe")
"""Kinds of vocabularies whose tokens are parts of words."""
_SOURCE: Final = "Madsen 2019 (Distill), Visualizing memorization in RNNs"


@dataclass(frozen=True)
class Influence:
    """One example."""

    outputs: tuple[str, ...]
    """W words of the target, or a label."""
    inputs: tuple[str, ...]
    """Words of the source; of a model without one, of the target before each output."""
    norms: Floats
    """(W, inputs) norms of gradients, in nats per unit of the embedding; NaN where an input comes after the output."""

    @property
    def spread(self) -> float:
        """Inputs that an output depends on, on average: the exponential of the entropy of each row's shares."""
        found = []
        for row in self.norms:
            known = row[np.isfinite(row) & (row > 0)]
            if len(known):
                shares = known / known.sum()
                found.append(float(np.exp(-(shares * np.log(shares)).sum())))
        return float(np.mean(found)) if found else 0.0


def measure_memorisation(subject: Subject) -> list[Finding]:
    """Pictures of a few examples, and on how many inputs an output depends; a fact without a verdict."""
    found = [influence(subject, example) for example in _chosen(subject)]
    if not found:
        return []
    spread = float(np.mean([one.spread for one in found]))
    inputs = float(np.mean([len(one.inputs) for one in found]))
    finding = Finding(
        measure="memorisation",
        title="Inputs that an output depends on",
        value=spread,
        unit="words",
        verdict=Verdict.UNJUDGED,
        sentence=f"An output depends on {spread:.1f} of {inputs:.0f} inputs, by the gradients of its log-probability. "
        "How many it should depend on is a matter of the task.",
        source=_SOURCE,
        drawings=tuple(_drawing(one, number) for number, one in enumerate(found, start=1)),
        details={"examples": [_details(one) for one in found]},
    )
    return [finding]


def _chosen(subject: Subject) -> list[Example]:
    """Examples of the middle length: neither a word nor a paragraph."""
    order = sorted(subject.examples, key=lambda one: (len(one.source_ids) + len(one.target_ids), one[:2]))
    known = [one for one in order if isinstance(subject.model, Seq2Seq) or one.target_ids[0] >= len(NAMES)]
    middle = len(known) // 2
    return known[max(0, middle - EXAMPLES // 2) :][:EXAMPLES]


def influence(subject: Subject, example: Example) -> Influence:
    """How much each input of an example moves each of its outputs."""
    tokenizers = subject.loaded.tokenizers
    source, target = example.source_ids[:LONGEST], list(example.target_ids[:LONGEST])
    model = subject.model
    assert not isinstance(model, Synthesizer | Forecaster)  # these have measures of their own
    if isinstance(model, Classifier):
        columns, inputs = _words(tokenizers.source, source)
        return Influence((example.target,), inputs, _merged(_label_gradients(model, source, target), columns))
    reads_text = bool(getattr(model.encoder, "layers", ()))
    rows, outputs = _words(tokenizers.target, target)
    columns, inputs = _words(tokenizers.source, source) if reads_text else _words(tokenizers.target, target)
    if reads_text:
        return Influence(outputs, inputs, _merged(_gradients(model, source, target, rows, embedding=0), columns))
    norms = _gradients(model, source, target, rows, embedding=1)
    merged = _merged(norms[:, 1:], columns[:-1])  # BOS is no word; what the decoder reads ends before EOS
    later = np.arange(merged.shape[1])[None] >= np.arange(len(outputs))[:, None]
    return Influence(outputs, inputs[:-1], np.where(later, np.nan, merged))


def _words(vocabulary: Vocabulary, ids: Sequence[int]) -> tuple[list[list[int]], tuple[str, ...]]:
    """Positions of each word's tokens, and the words; EOS is the last. Letters are not merged; vectors have no EOS."""
    positions: list[list[int]] = []
    words: list[str] = []
    merge = vocabulary.kind in _SUBWORDS
    for place, piece in enumerate(vocabulary.pieces(ids)):
        if not positions or not merge or piece.startswith(_SPACE):
            positions.append([])
            words.append("")
        positions[-1].append(place)
        words[-1] += piece.replace(_SPACE, "" if merge or len(piece) > 1 else "␣")
    if isinstance(vocabulary, Channels):
        return positions, tuple(words)
    return [*positions, [len(ids)]], (*words, NAMES[EOS])


def _merged(norms: Floats, columns: Sequence[Sequence[int]]) -> Floats:
    """(W, S) norms by token → by word: the norm over all units of its tokens' embeddings."""
    return np.stack([np.sqrt((norms[:, list(places)] ** 2).sum(axis=1)) for places in columns], axis=1)


def _gradients(
    model: Seq2Seq, source: Sequence[int], target: list[int], rows: Sequence[Sequence[int]], *, embedding: int
) -> Floats:
    """(W, S) norms with respect to the inputs of one embedding, of the log-probability of each output word.

    The example is read once per word, side by side in a batch, so that one backward pass serves all words.
    """
    batch = collate([source] * len(rows), [target] * len(rows))
    with torch.enable_grad(), traced(model) as trace:
        device = model.projection.weight.device
        memory, state = model.encode(batch.source.to(device), batch.source_lengths)
        tokens, labels = batch.target[:, :-1], batch.target[:, 1:].to(device)
        decoded = model.decode(tokens.masked_fill(tokens == EOS, BOS).to(device), memory, state)
        total = decoded.features.new_zeros(())
        for copy, places in enumerate(rows):
            logits = model.project(decoded.features[copy, list(places)])
            total = total + torch.log_softmax(logits, dim=1).gather(1, labels[copy, list(places), None]).sum()
    return _norms(total, trace.embedded[embedding])


def _label_gradients(model: Classifier, source: Sequence[int], target: list[int]) -> Floats:
    """(1, S) norms of the gradient of a label's log-probability."""
    batch = collate([source], [target])
    with torch.enable_grad(), traced(model) as trace:
        logits = model(batch.source.to(model.head.weight.device), batch.source_lengths)
        total = torch.log_softmax(logits, dim=1)[0, target[0] - len(NAMES)]
    return _norms(total, trace.embedded[0])


def _norms(total: Tensor, embedded: Tensor) -> Floats:
    (gradient,) = torch.autograd.grad(total, embedded)
    norms: Floats = gradient.double().norm(dim=2).cpu().numpy()
    return norms


def _drawing(one: Influence, number: int) -> HeatMap:
    return HeatMap(
        title=f"What moves each output, example {number}",
        values=one.norms,
        rows=one.outputs,
        columns=one.inputs,
        row_label="output",
        column_label="input",
        unit="gradient norm",
    )


def _details(one: Influence) -> JsonValue:
    norms: list[JsonValue] = [[None if np.isnan(norm) else norm for norm in row] for row in one.norms.tolist()]
    return {"outputs": list(one.outputs), "inputs": list(one.inputs), "norms": norms}
