"""Your own model: anything that has the three methods of Stepper can be searched, sampled from and scored.

Shows:  Stepper (start, step, select), search with sampling and with a beam, score_targets
Time:   5 s on one CPU core
Run:    python examples/own_model.py

The model is a table: how often a word follows two others in the German half of the bundled phrasebook. It needs no
torch. A neural network of your own is connected in the same way.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from seq2seq import DecodingConfig
from seq2seq.resources import data_folder
from seq2seq.search.decode import score_targets, search
from seq2seq.search.stepper import IntArray, Proposal
from seq2seq.special import BOS, EOS, NAMES

Words: TypeAlias = IntArray
"""The state of the search: (R, 2) the last two tokens of every row."""
RARE = 1e-6
"""Weight of words that never followed."""


class Trigrams:
    """P(word | the two before), from counts of texts.

    Args:
        texts: what is counted; words are separated by spaces.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.words = [*NAMES, *sorted({word for text in texts for word in text.split()})]
        self.ids = {word: number for number, word in enumerate(self.words)}
        self.vocabulary = len(self.words)
        self.counts: defaultdict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        for text in texts:
            tokens = [BOS, BOS, *self.encode(text), EOS]
            for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
                self.counts[first, second][third] += 1

    def encode(self, text: str) -> list[int]:
        """Token ids of a text of known words."""
        return [self.ids[word] for word in text.split()]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of token ids."""
        return " ".join(self.words[token] for token in tokens)

    # ---- Stepper

    def start(self, sources: Sequence[Sequence[int]]) -> Words:
        """The state before the first token, one row per source. A language model does not look at the source."""
        return np.full((len(sources), 2), BOS, dtype=np.int64)

    def step(self, tokens: IntArray, state: Words, width: int) -> tuple[Proposal, Words]:
        """Read (R,) tokens; propose the ``width`` likeliest next ones of every row, likeliest first, in nats."""
        state = np.stack([state[:, 1], tokens], axis=1)
        weights = np.full((len(state), self.vocabulary), RARE)
        for row, (first, second) in enumerate(state.tolist()):
            for token, count in self.counts[first, second].items():
                weights[row, token] += count
        weights[:, [token for token in range(len(NAMES)) if token != EOS]] = 0.0  # PAD, UNK and BOS are never written
        with np.errstate(divide="ignore"):
            log_probs = np.log(weights / weights.sum(axis=1, keepdims=True))
        width = min(width, self.vocabulary - len(NAMES) + 1)
        best = np.argsort(-log_probs, axis=1, kind="stable")[:, :width]
        return Proposal(np.take_along_axis(log_probs, best, axis=1), best), state

    def select(self, state: Words, rows: IntArray) -> Words:
        """Keep, repeat or drop rows."""
        return state[rows]


def main() -> None:
    """Count, sample, search and score."""
    lines = (data_folder() / "phrasebook/train.tsv").read_text("utf-8").splitlines()
    model = Trigrams([line.split("\t")[1].replace(".", " .").replace("?", " ?") for line in lines[1:]])
    print(f"{model.vocabulary} words")

    # Three sources without tokens: the model writes from nothing.
    sampling = DecodingConfig(method="sample", nbest=1, max_length_extra=20)
    for (sampled,) in search(model, [[]] * 3, sampling, from_nothing=True):
        print(f"sampled    {sampled.log_prob:7.2f} nats  {model.decode(sampled.tokens)}")

    beam = DecodingConfig(beam=8, nbest=2, length_penalty="none", max_length_extra=20)
    for found in search(model, [[]], beam, from_nothing=True)[0]:
        print(f"likeliest  {found.log_prob:7.2f} nats  {model.decode(found.tokens)}")

    texts = ["Das ist mein Bruder .", "Bruder mein ist das ."]
    known = [model.encode(text) for text in texts if all(word in model.ids for word in text.split())]
    for tokens, log_prob in zip(known, score_targets(model, [[EOS]] * len(known), known), strict=True):
        print(f"scored     {log_prob:7.2f} nats  {model.decode(tokens)}")


if __name__ == "__main__":
    main()
