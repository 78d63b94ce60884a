"""Your own training loop: the model, the loss and the batches of seq2seq, with an optimiser and a loop of your own.

Shows:  build_model, SequenceObjective, TokenBudgetSampler, collate; then TorchStepper and Translator
Time:   30 s on one CPU core
Run:    python examples/own_loop.py

The task is to write a sequence of digits backwards.
"""

import random

import numpy as np
import torch

from seq2seq import DecodingConfig, Translator
from seq2seq.config.model import AttentionConfig, DecoderConfig, EncoderConfig, ManyToManyConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.batch import collate
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.models.build import build_model
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.training import train_tokenizer
from seq2seq.training.step.objective import SequenceObjective

EPOCHS = 10


def sequences(count: int, seed: int) -> list[str]:
    """Digits, separated by spaces."""
    rng = random.Random(seed)
    return [" ".join(rng.choices("0123456789", k=rng.randint(2, 7))) for _ in range(count)]


def backwards(text: str) -> str:
    """The target of a source."""
    return text[::-1]


def main() -> None:
    """Train, then decode sequences that training did not contain."""
    torch.manual_seed(1)
    sources = sequences(4000, seed=1)
    targets = [backwards(source) for source in sources]

    # Text to ids. One vocabulary serves both sides.
    tokenizer = train_tokenizer(sources, TokenizerConfig(kind="word", vocabulary=14))
    source_ids, target_ids = tokenizer.encode_batch(sources), tokenizer.encode_batch(targets)

    # The model, and the objective: a module that computes the loss of a batch in nats.
    config = ManyToManyConfig(
        embedding=32,
        encoder=EncoderConfig(hidden=32),
        decoder=DecoderConfig(hidden=64),
        attention=AttentionConfig(),
    )
    model = build_model(config, tokenizer.size, tokenizer.size)
    objective = SequenceObjective(model, smoothing=0.0)

    # Batches of similar lengths, of at most 1,024 tokens; lengths count EOS.
    lengths = np.array([(len(a) + 1, len(b) + 1) for a, b in zip(source_ids, target_ids, strict=True)], dtype=np.int32)
    sampler = TokenBudgetSampler(lengths, BatchConfig(max_tokens=1024), seed=1)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)

    for epoch in range(EPOCHS):
        objective.train()
        nats, tokens = 0.0, 0
        for rows in sampler.epoch(epoch):
            batch = collate([source_ids[row] for row in rows], [target_ids[row] for row in rows])
            losses = objective(batch.source, batch.source_lengths, batch.target)
            optimizer.zero_grad()
            (losses.smoothed / batch.target_tokens).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            nats, tokens = nats + losses.nll.item(), tokens + batch.target_tokens
        print(f"epoch {epoch + 1:2d}: {nats / tokens:.3f} nats per token")

    # The trained module, searched by beam search.
    objective.eval()
    translator = Translator(TorchStepper(model), VocabularyPair(tokenizer, tokenizer), DecodingConfig(beam=3))
    seen = set(sources)
    unseen = [source for source in sequences(400, seed=2) if source not in seen]
    outputs = translator.translate(unseen)
    right = sum(output == backwards(source) for source, output in zip(unseen, outputs, strict=True))
    print(f"{unseen[0]} -> {outputs[0]}")
    print(f"exact match: {right / len(unseen):.1%} of {len(unseen)} new sequences")


if __name__ == "__main__":
    main()
