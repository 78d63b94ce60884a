"""What a vector keeps of a sentence: a linear probe reads source tokens back from the encoder's final state.

For every position from the start of the source, a ridge regression (in closed form) from the final state to the token
there is fitted on some sentences and tested on others; the most probable of the commonest tokens of that position is
its answer. It is compared with the commonest token alone, and with a control probe that learns shuffled tokens (after
Hewitt and Liang 2019, section 2): what that reads is chance. Beside it, the same is read from the encoder's output at
the position itself, which attention can look at.

Letters: N sentences, D units, P positions, K tokens of a position.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.models.encoder import Encoder
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.report.drawings.lines import Lines, Series

Floats = NDArray[np.float64]

POSITIONS: Final = 10
"""Positions from the start of the source."""
COMMONEST: Final = 50
"""Tokens of a position among which the probe chooses."""
_TRAIN: Final = 2000
"""Sentences that a probe is fitted on."""
_FEWEST: Final = 30
"""Test sentences by which a position is judged."""
_SHUFFLES: Final = 8
"""Times that the control shuffles the tokens."""
_RIDGE: Final = 0.1
"""Weight of the penalty, per fitted sentence and unit variance."""
_UNITS: Final = 1024
"""Most units of a state that are read, after a random projection."""


class Reading(NamedTuple):
    """How often tokens are read back; shares (0 to 1) of the test sentences with a common token there."""

    position: int
    """From 1."""
    sentences: int
    accuracy: float
    commonest: float
    """By the commonest token alone."""
    control: float
    """By the probe that learnt shuffled tokens."""
    attended: float
    """From the encoder's output at that position."""


def probe(subject: Subject) -> tuple[Finding, ...]:
    """Read source tokens back from the final state of the encoder."""
    if not isinstance(subject.model, Seq2Seq) or not isinstance(subject.model.encoder, Encoder):
        return ()
    if not subject.reads_tokens:
        return ()
    train, test = _sentences(subject)
    if len(test) < _FEWEST or len(train) < 2 * _FEWEST:
        return ()
    random = subject.generator("probe")
    states = [encode(subject, part) for part in (train, test)]
    readings, right = read_back(
        [list(one.source_ids) for one in train], [list(one.source_ids) for one in test], states, random
    )
    if not readings:
        return ()
    return (_finding(subject, readings, _by_length(test, right)),)


def _finding(subject: Subject, readings: Sequence[Reading], by_length: list[JsonValue]) -> Finding:
    assert isinstance(subject.model, Seq2Seq)
    first, last = readings[0], readings[-1]
    mean, chance = (float(np.mean([getattr(one, name) for one in readings])) for name in ("accuracy", "control"))
    role = "Attention also sees the other outputs" if subject.model.attends else "It is all that the decoder gets"
    places = [one.position for one in readings]
    series = [
        Series(name=name, x=places, y=[100 * getattr(one, key) for one in readings])
        for name, key in (
            ("final state", "accuracy"),
            ("output at the position", "attended"),
            ("shuffled (control)", "control"),
        )
    ]
    return Finding(
        measure="fixed-vector",
        title="Source tokens that can be read from the encoder's final state",
        value=round(100 * mean, 1),
        unit="%",
        verdict=Verdict.UNJUDGED,
        sentence=f"A linear probe reads {mean:.0%} of the first {last.position} source tokens back from the encoder's "
        f"final state ({first.accuracy:.0%} of the first, {last.accuracy:.0%} at position {last.position}; chance is "
        f"{chance:.0%}). {role}.",
        source="Sutskever et al. 2014; Hewitt and Liang 2019, section 2 (control)",
        drawings=(
            Lines(
                title="Tokens read back, by position",
                x_label="position in the source, tokens",
                y_label="tokens read back, %",
                series=series,
                from_zero=True,
            ),
        ),
        details={
            "positions": [{name: round(value, 4) for name, value in one._asdict().items()} for one in readings],
            "by_source_length": by_length,
        },
    )


def read_back(
    train: Sequence[Sequence[int]],
    test: Sequence[Sequence[int]],
    states: Sequence[tuple[Floats, Floats]],
    random: np.random.Generator,
) -> tuple[list[Reading], dict[int, list[bool]]]:
    """Fit and test probes of all positions.

    Args:
        train: token ids of the sentences to fit on.
        test: token ids of the sentences to test on.
        states: of both: (N, D) final states, and (N, P, M) outputs of the first positions.
        random: which tokens the control learns.

    Returns:
        A reading of every position with enough sentences; and by test sentence, whether its tokens were read back.
    """
    (final, outputs), (tested, tested_outputs) = states
    fit = _Ridge(final, tested)
    readings, right = [], dict[int, list[bool]]()
    for place in range(min(POSITIONS, outputs.shape[1], tested_outputs.shape[1])):
        rows = np.array([row for row, ids in enumerate(train) if len(ids) > place], dtype=int)
        tokens = np.array([train[row][place] for row in rows], dtype=int)
        common = [token for token, _ in Counter(tokens.tolist()).most_common(COMMONEST)]
        asked = np.array([row for row, ids in enumerate(test) if len(ids) > place and ids[place] in common], dtype=int)
        if len(asked) < _FEWEST or len(rows) < 2 * _FEWEST or len(common) < 2:
            break
        wanted = np.array([common.index(test[row][place]) for row in asked])
        labels = tokens[:, None] == np.array(common)
        (guesses,) = fit.guess(rows, labels[None], asked)
        shuffled = fit.guess(rows, np.stack([random.permutation(labels) for _ in range(_SHUFFLES)]), asked)
        (seen,) = _Ridge(outputs[:, place], tested_outputs[:, place]).guess(rows, labels[None], asked)
        for row, hit in zip(asked.tolist(), (guesses == wanted).tolist(), strict=True):
            right.setdefault(row, []).append(hit)
        shares = [float(np.mean(answer == wanted)) for answer in (guesses, np.zeros_like(wanted), shuffled, seen)]
        readings.append(Reading(place + 1, len(asked), *shares))
    return readings, right


class _Ridge:
    """Ridge regressions from the same vectors (N, D) to several labels, tested on others (N', D)."""

    def __init__(self, fitted: Floats, tested: Floats) -> None:
        centre, spread = fitted.mean(axis=0), fitted.std(axis=0)
        spread = np.where(spread > 1e-8, spread, 1.0)
        self._x, self._other = (fitted - centre) / spread, (tested - centre) / spread

    def guess(self, rows: NDArray[np.int64], labels: NDArray[np.bool_], asked: NDArray[np.int64]) -> NDArray[np.int64]:
        """(G, len(asked)) the column of each of the ``labels`` (G, len(rows), K) that fits a test vector best."""
        groups, _, kinds = labels.shape
        x, y = self._x[rows], np.concatenate(labels.astype(np.float64), axis=1)
        mean = y.mean(axis=0)
        gram = x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1])
        weights = np.linalg.solve(gram, x.T @ (y - mean))
        scores = self._other[asked] @ weights + mean
        return np.asarray(scores.reshape(len(asked), groups, kinds).argmax(axis=2).T)


@torch.inference_mode()
def encode(subject: Subject, examples: Sequence[Example]) -> tuple[Floats, Floats]:
    """(N, D) final states of the encoder, all layers and tensors side by side; (N, P, M) its first outputs."""
    model = subject.model
    assert isinstance(model, Seq2Seq)
    finals: dict[int, Floats] = {}
    outputs: dict[int, Floats] = {}
    for rows, batch in subject.batches(examples):
        source = batch.source.to(subject.device)
        encoded = model.encoder(model.source_embedding(source), batch.source_lengths)
        state = torch.cat([part.flatten(1) for part in encoded.final], dim=1).double().cpu().numpy()
        seen = encoded.outputs[:, :POSITIONS].double().cpu().numpy()
        for place, row in enumerate(rows):
            finals[row], outputs[row] = state[place], seen[place]
    width = max(one.shape[0] for one in outputs.values())
    padded = np.zeros((len(examples), width, next(iter(outputs.values())).shape[1]))
    for row, one in outputs.items():
        padded[row, : len(one)] = one
    final = np.stack([finals[row] for row in range(len(examples))])
    return _projected(final), padded


def _projected(final: Floats) -> Floats:
    """At most 1024 units: a random projection nearly preserves distances (Johnson and Lindenstrauss 1984)."""
    if final.shape[1] <= _UNITS:
        return final
    random = np.random.default_rng(final.shape[1])
    projected: Floats = final @ random.standard_normal((final.shape[1], _UNITS)) / _UNITS**0.5
    return projected


def _sentences(subject: Subject) -> tuple[list[Example], list[Example]]:
    """Sentences to fit on and to test on: the training split and the examples, or halves of these."""
    examples = [one for one in subject.examples if one.source_ids]
    if subject.train is None:
        half = len(examples) // 2
        return examples[:half], examples[half:]
    split = subject.train
    rows = np.unique(np.linspace(0, len(split) - 1, min(len(split), _TRAIN)).astype(int)).tolist()
    return [Example("", "", split.source_ids(row).tolist(), ()) for row in rows if len(split.source_ids(row))], examples


def _by_length(test: Sequence[Example], right: dict[int, list[bool]]) -> list[JsonValue]:
    """Shares read back of shorter, middle and longer sources."""
    lengths = np.array([len(test[row].source_ids) for row in right])
    shares = np.array([np.mean(hits) for hits in right.values()])
    groups = np.searchsorted(np.quantile(lengths, (1 / 3, 2 / 3)), lengths)
    return [
        {
            "source_tokens": [int(lengths[groups == number].min()), int(lengths[groups == number].max())],
            "sentences": int((groups == number).sum()),
            "accuracy": round(float(shares[groups == number].mean()), 4),
        }
        for number in range(3)
        if (groups == number).any()
    ]
