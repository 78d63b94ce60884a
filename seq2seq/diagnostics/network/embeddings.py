"""Embeddings: norms of their rows by frequency, rows that never learnt, and whether input and output correspond."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.data.preparing.split import Split
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.decay import Floats
from seq2seq.diagnostics.network.reading import batches, read_batch, sample
from seq2seq.diagnostics.subject import Subject
from seq2seq.errors import Seq2SeqError
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.models.build import Model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.scatter import Points, Scatter
from seq2seq.special import BOS, EOS, NAMES, PAD
from seq2seq.training.run_folder.folder import START

APART: Final = 0.01
"""Share of the tokens read from which tied embeddings count as untied. In a tied model it is 0: one matrix is both."""
SAME: Final = 1e-4
"""Largest relative distance of two rows that are the same, read through different kernels."""
LOST: Final = 0.5
"""Share of the correspondence of the initial model that a fine-tuned one has at least: with less, more tokens than not
have lost the partner that they had."""
_ROWS: Final = 100_000
"""Most rows of the training data that are counted."""
_POINTS: Final = 500
"""Most tokens that are drawn, evenly spaced over the vocabulary."""


def measure_embeddings(subject: Subject) -> list[Finding]:
    """Rows by frequency, per side; and the correspondence of a decoder's input and output."""
    model = subject.model
    joint = isinstance(model, Seq2Seq) and model.source_embedding is model.target_embedding
    found = [_rows(subject, side, joint=joint) for side in (("source",) if joint else ("source", "target"))]
    found += [_correspondence(subject)]
    return [finding for finding in found if finding is not None]


# ------------------------------------------------------------------------------------------------- rows by frequency


def _rows(subject: Subject, side: str, *, joint: bool) -> Finding | None:
    """Norms and frequencies of one side's rows; None: it has none, or the training data cannot be read."""
    weight = _weight(subject.model, side)
    if weight is None or subject.train is None:
        return None
    counts = token_counts(subject.train, ("source", "target") if joint else (side,), weight.size(0))
    of_side = "" if joint else f" {side}"
    norms = weight.detach().double().norm(dim=1).cpu().numpy()
    ordinary = np.arange(len(norms)) >= len(NAMES)
    seen, never = ordinary & (counts > 0), ordinary & (counts == 0)
    correlation = _rank_correlation(counts[seen], norms[seen])
    share = 100 * float(never.sum() / max(1, ordinary.sum()))
    sentence = f"{share:.1f} % of the{of_side} tokens never occur in the training data" + (
        f"; their rows have a mean norm of {norms[never].mean():.2g}, those of the others {norms[seen].mean():.2g}."
        if never.any() and seen.any()
        else "."
    )
    if correlation is not None:
        sentence += f" Rank correlation of norm and frequency: {correlation:.2f}."
    return Finding(
        measure=f"embeddings-{side}",
        title=f"Embeddings of{of_side} tokens that never learnt",
        value=share,
        unit="%",
        verdict=Verdict.UNJUDGED,
        sentence=f"{sentence} A fact: how large a vocabulary may be is judged elsewhere.",
        drawings=(_drawing(of_side, counts[seen], norms[seen]),),
        details={
            "tokens": int(ordinary.sum()),
            "never_seen": int(never.sum()),
            "rank_correlation": correlation,
            "counts": counts[seen].tolist(),
            "norms": norms[seen].tolist(),
        },
    )


def token_counts(split: Split, sides: Sequence[str], size: int) -> NDArray[np.int64]:
    """(V,) occurrences of every token on the given sides of the training data."""
    counts = np.zeros(size, dtype=np.int64)
    for row in range(0, len(split), max(1, len(split) // _ROWS)):
        for side in sides:
            np.add.at(counts, split.source_ids(row) if side == "source" else split.target_ids(row), 1)
    return counts


def _weight(model: Model, side: str) -> Tensor | None:
    name = f"{side}_embedding" if isinstance(model, Seq2Seq) else "embedding" if side == "source" else ""
    embedding = getattr(model, name, None)
    return embedding.weight if isinstance(embedding, nn.Embedding) else None


def _rank_correlation(one: NDArray[np.int64], other: Floats) -> float | None:
    """Spearman's, with equal ranks in the order they come; None: too few to tell."""
    if len(one) < 3:
        return None
    first, second = (np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (one, other))
    return float(np.corrcoef(first, second)[0, 1])


def _drawing(of_side: str, counts: NDArray[np.int64], norms: Floats) -> Scatter:
    shown = np.linspace(0, len(counts) - 1, min(len(counts), _POINTS)).round().astype(int)
    return Scatter(
        title=f"Norms of the{of_side} embeddings",
        x_label="occurrences in the training data",
        y_label="norm of the row",
        groups=[Points(name="tokens", x=counts[shown], y=norms[shown])],
        log_x=True,
    )


# ------------------------------------------------------------------------------------------------- input and output


def _correspondence(subject: Subject) -> Finding | None:
    """Whether the decoder reads a token as it writes it; None of a classifier."""
    model = subject.model
    if not isinstance(model, Seq2Seq):
        return None
    if getattr(subject.recipe.model, "tied", "none") == "none":
        return _untied(subject, model)
    differing = np.concatenate([*_differing(subject, model)] or [np.zeros(0, dtype=bool)])
    share = float(differing.mean()) if len(differing) else 0.0
    apart = share >= APART
    return Finding(
        measure="embeddings-tied",
        title="Tokens whose input and output embeddings differ",
        value=100 * share,
        unit="%",
        verdict=Verdict.TROUBLE if apart else Verdict.FINE,
        trouble="embeddings.untied" if apart else None,
        sentence=f"The recipe ties embeddings and projection (`model.tied: {getattr(subject.recipe.model, 'tied')}`); "  # noqa: B009
        + (
            f"yet {100 * share:.0f} % of the tokens are read by another row than the one they are written by."
            if apart
            else "every token is read by the row that it is written by."
        ),
        remedy="Weights and vocabulary do not belong together: restore both from the same checkpoint, or train again "
        "from the initial model."
        if apart
        else None,
        source="Press and Wolf 2017",
    )


def _differing(subject: Subject, model: Seq2Seq) -> Iterator[NDArray[np.bool_]]:
    """For every real token that is read: whether its embedding is another row than the projection's."""
    sides = 2 if model.source_embedding is model.target_embedding else 1
    for batch in batches(subject, sample(subject, "embeddings")):
        trace, _ = read_batch(model, batch, gradients=False)
        tokens = batch.target[:, :-1]
        read = [batch.source, tokens.masked_fill(tokens == EOS, BOS)]
        for ids, embedded in list(zip(read, trace.embedded, strict=True))[-sides:]:
            rows = model.projection.weight[ids.to(embedded.device)]
            distance = (embedded - rows).norm(dim=2) / rows.norm(dim=2).clamp(min=1e-12)
            yield (distance > SAME)[ids.to(embedded.device) != PAD].cpu().numpy()


def _untied(subject: Subject, model: Seq2Seq) -> Finding:
    """Input and output of matrices of their own, against those of the model that a fine-tuning began with."""
    now, before = partners(model), _partners_before(subject)
    lost = before is not None and before >= LOST and now < LOST * before
    sentence = (
        "Input and output embeddings are matrices of their own, which need not correspond. "
        f"Of {100 * now:.0f} % of the tokens, the row of the projection is the one nearest to the embedding"
    )
    sentence += "." if before is None else f"; before the fine-tuning, of {100 * before:.0f} %."
    return Finding(
        measure="embeddings-tied",
        title="Tokens whose input and output embeddings correspond",
        value=100 * now,
        unit="%",
        verdict=Verdict.TROUBLE if lost else Verdict.UNJUDGED,
        trouble="embeddings.untied" if lost else None,
        sentence=sentence,
        remedy="Fine-tune both or neither: `--freeze embeddings` leaves an untied projection free; lower the learning "
        "rate, or mix in old data (`--replay own`)."
        if lost
        else None,
        source="Press and Wolf 2017",
    )


def partners(model: Seq2Seq) -> float:
    """Share of the tokens whose row of the projection is, of all rows, the one nearest to their embedding (cosine)."""
    with torch.no_grad():
        read, written = (
            functional.normalize(matrix.detach()[len(NAMES) :], dim=1)
            for matrix in (model.target_embedding.weight, model.projection.weight)
        )
        nearest = torch.cat([(part @ written.T).argmax(dim=1) for part in read.split(1024)])
    return float((nearest == torch.arange(len(nearest), device=nearest.device)).double().mean())


def _partners_before(subject: Subject) -> float | None:
    """Of the initial model; None: the run has no copy of it."""
    if subject.run is None or not (subject.run / START).exists():
        return None
    try:
        initial = load_folder(subject.run / START).model
    except Seq2SeqError:
        return None
    return partners(initial) if isinstance(initial, Seq2Seq) else None
