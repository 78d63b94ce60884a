"""From text to text: the translator.

A translator sorts what it is given by length, decodes it in batches, and answers in the order of the input.
It holds one window of lines at a time, so that the length of the input does not matter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.tally import Tally
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import FloatArray, Stepper
from seq2seq.special import UNK
from seq2seq.text.tokenizer import Tokenizers

WINDOW = 2048
"""Lines that are sorted by length together."""
MAX_TOKENS = 1000
"""Source tokens read of a line; what follows is cut off, and said."""
BATCH_TOKENS = 8192
"""Upper bound on sentences x longest source of a batch, so that long lines need no more memory than many short ones."""

EMPTY_SOURCE = "nothing left of the source after normalisation"


@dataclass(frozen=True, slots=True)
class Translation:
    """One translation of a line."""

    text: str
    """The output, detokenised; empty for an empty line."""
    score: float
    """What outputs of one line are ranked by: the log-probability under the length penalty."""
    log_prob: float
    """Sum of the tokens' log-probabilities in nats."""
    tokens: tuple[str, ...] = ()
    """The output's sub-word pieces."""
    source_tokens: tuple[str, ...] = ()
    """The line's sub-word pieces, as the model read them (EOS, which is added, apart)."""
    alignment: tuple[tuple[int, int, float], ...] | None = None
    """Where the model looked, if it was asked for and it attends: output piece, source piece, weight; for every
    output piece at least the heaviest. The index after the last source piece is EOS."""
    note: str | None = None
    """What is wrong with it, in words."""


_NOTHING = Translation(text="", score=0.0, log_prob=0.0)


class Translator:
    """Translates text with a trained model; :func:`seq2seq.load` makes one.

    Args:
        stepper: the model, as search asks it.
        tokenizers: of source and target.
        decoding: how to search when a call does not say otherwise.
        longest: tokens of the longest source it was trained on; longer lines are noted.
    """

    def __init__(
        self, stepper: Stepper[Any], tokenizers: Tokenizers, decoding: DecodingConfig, *, longest: int | None = None
    ) -> None:
        self.stepper = stepper
        self.tokenizers = tokenizers
        self.decoding = decoding
        self.longest = longest

    def translate(self, texts: Sequence[str], *, beam: int | None = None) -> list[str]:
        """Translate sentences: the best output of each, in order.

        Args:
            texts: one sentence an entry; empty ones stay empty.
            beam: hypotheses kept at each step, instead of the recipe's (1 is greedy).

        Raises:
            TypeError: ``texts`` is one string.
        """
        changes: dict[str, object] = {"nbest": 1} if beam is None else {"nbest": 1, "beam": beam}
        config = DecodingConfig.model_validate({**self.decoding.model_dump(), **changes})
        return [best.text for best, *_ in self.search(texts, config)]

    def stream(
        self, lines: Iterable[str], config: DecodingConfig | None = None, *, tally: Tally | None = None
    ) -> Iterator[list[Translation]]:
        """Translate lines one after the other, however many come: a window at a time, in order.

        Args:
            lines: one sentence each.
            config: how to search, instead of the recipe's way.
            tally: counts what is noticed.

        Yields:
            The translations of a line, best first.
        """
        iterator, start = iter(lines), 0
        while window := list(islice(iterator, WINDOW)):
            yield from self.search(window, config, start=start, tally=tally)
            start += len(window)

    def search(
        self,
        texts: Sequence[str],
        config: DecodingConfig | None = None,
        *,
        start: int = 0,
        tally: Tally | None = None,
        alignments: bool = False,
        advance: Callable[[int], None] | None = None,
    ) -> list[list[Translation]]:
        """Translate lines, with everything that is known about each translation.

        Args:
            texts: one sentence an entry. White space alone is answered by one empty translation.
            config: how to search, instead of the recipe's way.
            start: number of the first line, from 0; it decides what sampling draws, and the line numbers of the tally.
            tally: counts what is noticed.
            alignments: whether translations say where the model looked, if it attends.
            advance: called with the number of lines that have been finished since it was called last.

        Returns:
            For every line its translations, best first: up to ``config.nbest``.

        Raises:
            TypeError: ``texts`` is one string.
        """
        if isinstance(texts, str):
            raise TypeError(f"expected a list of sentences, not one string; write [{texts[:20]!r}]")
        config = config or self.decoding
        tally = Tally() if tally is None else tally
        sources, notes = self._read(texts, start, tally)
        results: list[list[Translation]] = [[_NOTHING] for _ in texts]
        for row, note in notes.items():
            results[row] = [Translation(text="", score=0.0, log_prob=0.0, note=note)]
        if advance:
            advance(len(texts) - len(sources))
        for rows in batches([(row, len(source)) for row, source in sources.items()], config.batch_size):
            batch = [sources[row] for row in rows]
            found = search(self.stepper, batch, config, offsets=[start + row for row in rows], attention=alignments)
            for row, source, hypotheses in zip(rows, batch, found, strict=True):
                pieces = tuple(self.tokenizers.source.pieces(source))
                results[row] = [self._write(hypothesis, pieces, notes.get(row)) for hypothesis in hypotheses]
            if advance:
                advance(len(rows))
        for row, translations in enumerate(results):
            if translations[0].note:
                tally.note(start + row + 1, translations[0].note)
        return results

    def _read(self, texts: Sequence[str], start: int, tally: Tally) -> tuple[dict[int, list[int]], dict[int, str]]:
        """Token ids of every line that has any, and what is to be said about lines, by row."""
        filled = [row for row, text in enumerate(texts) if text.strip()]
        tally.lines += len(texts)
        tally.empty += len(texts) - len(filled)
        sources: dict[int, list[int]] = {}
        notes: dict[int, str] = {}
        for row, ids in zip(filled, self.tokenizers.source.encode_batch([texts[row] for row in filled]), strict=True):
            if not ids:
                notes[row] = EMPTY_SOURCE
                continue
            if UNK in ids:
                tally.unknown_text(start + row + 1, self.tokenizers.source.unknown(texts[row]))
            if len(ids) > MAX_TOKENS:
                notes[row] = f"source cut after its first {MAX_TOKENS:,} tokens"
            elif self.longest is not None and len(ids) >= self.longest:
                notes[row] = f"source longer than any in training, which had at most {self.longest - 1:,} tokens"
            sources[row] = ids[:MAX_TOKENS]
        return sources, notes

    def _write(self, hypothesis: Hypothesis, source_tokens: tuple[str, ...], note: str | None) -> Translation:
        notes = [text for text in (note, hypothesis.note) if text]
        return Translation(
            text=self.tokenizers.target.decode(hypothesis.tokens),
            score=hypothesis.score,
            log_prob=hypothesis.log_prob,
            tokens=tuple(self.tokenizers.target.pieces(hypothesis.tokens)),
            source_tokens=source_tokens,
            alignment=None if hypothesis.attention is None else links(hypothesis.attention),
            note="; ".join(notes) or None,
        )


def batches(lengths: Sequence[tuple[int, int]], size: int) -> Iterator[list[int]]:
    """Rows of like length together, longest first (so that memory that does not suffice shows at once).

    Args:
        lengths: row and its number of tokens.
        size: most rows of a batch; fewer where they are long (see ``BATCH_TOKENS``).
    """
    batch: list[int] = []
    longest = 0
    for row, length in sorted(lengths, key=lambda pair: (-pair[1], pair[0])):
        if batch and (len(batch) == size or (len(batch) + 1) * longest > BATCH_TOKENS):
            yield batch
            batch = []
        if not batch:
            longest = length
        batch.append(row)
    if batch:
        yield batch


def links(attention: FloatArray, threshold: float = 0.1) -> tuple[tuple[int, int, float], ...]:
    """Attention (T, S) as links (t, s, weight): for every t the heaviest s, and all from ``threshold`` on."""
    strong = attention >= threshold
    strong[np.arange(len(attention)), attention.argmax(axis=1)] = True
    return tuple((int(t), int(s), round(float(attention[t, s]), 4)) for t, s in np.argwhere(strong))
