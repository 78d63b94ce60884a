"""Your own tokenizer: any object with the methods of Vocabulary can stand where a sentencepiece model stands.

Shows:  the methods that a tokenizer needs; a model trained over its ids; Translator with it
Time:   25 s on one CPU core
Run:    python examples/own_tokenizer.py

The tokens are the bytes of UTF-8, and the task is to write Greek letters in Latin ones. A model folder holds
sentencepiece models and lists of names only: what is trained here lives in this program, or in a format of your own.
"""

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from seq2seq import DecodingConfig, Translator
from seq2seq.config.model import AttentionConfig, DecoderConfig, DropoutConfig, EncoderConfig, ManyToManyConfig
from seq2seq.data.batching.batch import collate
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.models.build import build_model
from seq2seq.special import NAMES
from seq2seq.text.vocabulary.pair import Vocabulary, VocabularyPair
from seq2seq.training.step.objective import SequenceObjective

STEPS = 500
FIRST = len(NAMES)
"""The ids below are PAD, UNK, BOS and EOS in every vocabulary."""
LATIN = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", "a b g d e z i th i k l m n x o p r s t y f ch ps o".split(), strict=True))


class Bytes:
    """Text as the bytes of UTF-8: nothing is unknown, and nothing has to be learnt.

    Attributes:
        size: tokens, special ones included.
        fingerprint: tells one vocabulary from another.
        kind: for messages.
        normalisation: for messages.
    """

    size = FIRST + 256
    fingerprint = hashlib.sha256(b"bytes of UTF-8").hexdigest()
    kind = "byte"
    normalisation = "identity"

    def encode(self, text: str) -> list[int]:
        """Token ids, without BOS and EOS."""
        return [FIRST + byte for byte in text.encode()]

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of many texts."""
        return [self.encode(text) for text in texts]

    def sample(self, text: str, *, rng: np.random.Generator, alpha: float, candidates: int) -> list[int]:  # noqa: ARG002
        """Another segmentation, for subword regularisation: here there is only one."""
        return self.encode(text)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids; special tokens are left out."""
        return bytes(token - FIRST for token in ids if token >= FIRST).decode(errors="replace")

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """One text per token, for people."""
        return [NAMES[token] if token < FIRST else f"<0x{token - FIRST:02X}>" for token in ids]

    def normalise(self, text: str) -> str:
        """The text as the model sees it."""
        return text

    def unknown(self, text: str) -> list[str]:  # noqa: ARG002
        """The parts of a text that have no token."""
        return []

    def is_byte(self, token: int) -> bool:
        """Whether a token is a byte."""
        return token >= FIRST

    def to_bytes(self) -> bytes:
        """The vocabulary, serialised: there is nothing to save."""
        return b""

    def save(self, path: Path) -> None:
        """Model folders hold no tokenizers of this kind."""
        raise NotImplementedError(f"{path}: bytes need no file")


def words(count: int, rng: random.Random) -> list[str]:
    """Sequences of Greek letters."""
    return ["".join(rng.choices(list(LATIN), k=rng.randint(1, 4))) for _ in range(count)]


def main() -> None:
    """Train on pairs of words, then transliterate new ones."""
    torch.manual_seed(1)
    rng = random.Random(1)
    tokenizer: Vocabulary = Bytes()
    config = ManyToManyConfig(
        embedding=48,
        encoder=EncoderConfig(hidden=48),
        decoder=DecoderConfig(hidden=96),
        attention=AttentionConfig(),
        dropout=DropoutConfig(embedding=0.0, layer=0.0, output=0.0),
    )
    model = build_model(config, tokenizer.size, tokenizer.size)
    objective = SequenceObjective(model, smoothing=0.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for step in range(1, STEPS + 1):
        sources = words(64, rng)
        targets = ["".join(LATIN[letter] for letter in source) for source in sources]
        batch = collate(tokenizer.encode_batch(sources), tokenizer.encode_batch(targets))
        loss = objective(batch.source, batch.source_lengths, batch.target).smoothed / batch.target_tokens
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 0:
            print(f"step {step}: {loss.item():.3f} nats per token")

    objective.eval()
    translator = Translator(TorchStepper(model), VocabularyPair(tokenizer, tokenizer), DecodingConfig(beam=1))
    sources = words(300, rng)
    outputs = translator.translate(sources)
    right = sum(
        output == "".join(LATIN[letter] for letter in source) for source, output in zip(sources, outputs, strict=True)
    )
    print(f"{sources[0]} -> {outputs[0]}")
    print(f"exact match: {right / len(sources):.1%} of {len(sources)} words")


if __name__ == "__main__":
    main()
