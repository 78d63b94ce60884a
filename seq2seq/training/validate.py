"""How good a model is on examples that it does not learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import nn

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.training import BatchConfig
from seq2seq.data.loader import Loader
from seq2seq.data.sampler import TokenBudgetSampler
from seq2seq.data.split import Split
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.inference.pipelines import Translator
from seq2seq.inference.torch_stepper import TorchStepper
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.text.tokenizer import Tokenizers
from seq2seq.training.runtime import Runtime

_BATCH_TOKENS = 8192
_SAMPLES = 3

Metric = Literal["loss", "bleu", "exact_match"]


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found."""

    loss: float
    """Nats per target token, without label smoothing."""
    bleu: float | None = None
    """BLEU of the decoded examples, if any were."""
    exact_match: float | None = None
    """Share of the decoded examples that equal their reference."""
    samples: tuple[tuple[str, str, str], ...] = ()
    """A few of the decoded: source, hypothesis, reference."""

    def value(self, metric: Metric) -> float:
        """The figure that the best model is chosen by."""
        found = {"loss": self.loss, "bleu": self.bleu, "exact_match": self.exact_match}[metric]
        assert found is not None, f"{metric} was asked for, but nothing was decoded"
        return found


def improves(metric: Metric, value: float, best: float | None) -> bool:
    """Whether a value is better than the best so far: a lower loss, a higher anything else."""
    if best is None:
        return True
    return value < best if metric == "loss" else value > best


class Validator:
    """Judges a model by a development split.

    Args:
        split: the examples.
        tokenizers: turn decoded ids into text.
        decode: how many examples are decoded (0: none), evenly spread over the split.
        decoding: the recipe's; lengths are limited as it says, the search is greedy for speed.
        runtime: the split is shared out over its processes.
    """

    def __init__(
        self, split: Split, tokenizers: Tokenizers, *, decode: int, decoding: DecodingConfig, runtime: Runtime
    ) -> None:
        self._runtime = runtime
        self._tokenizers = tokenizers
        self._greedy = decoding.model_copy(update={"method": "beam", "beam": 1, "nbest": 1})
        longest = int(split.lengths.sum(axis=1).max())
        sampler = TokenBudgetSampler(split.lengths, BatchConfig(max_tokens=max(_BATCH_TOKENS, longest)), seed=0)
        self._loader = Loader(split, sampler, tokenizers, seed=0)
        rows = np.unique(np.linspace(0, len(split) - 1, num=min(decode, len(split)), dtype=int))
        self._texts: Sequence[tuple[str, str]] = [split.texts(int(row)) for row in rows]

    def validate(self, objective: nn.Module, model: Seq2Seq) -> Validation:
        """Judge the model as it is; leaves it in training mode.

        Args:
            objective: the model with its loss, as it is trained.
            model: the same, bare, to decode with.
        """
        model.eval()
        objective.eval()
        try:
            loss = self._loss(objective)
            if not self._texts:
                return Validation(loss)
            return self._decoded(loss, model)
        finally:
            objective.train()
            model.train()

    @torch.no_grad()
    def _loss(self, objective: nn.Module) -> float:
        nats, tokens = 0.0, 0
        for number, batch in enumerate(self._loader.batches(0)):
            if number % self._runtime.ranks == self._runtime.rank:
                moved = batch.to(self._runtime.device)
                nats += float(objective(moved.source, moved.source_lengths, moved.target).nll)
                tokens += batch.target_tokens
        all_nats, all_tokens = self._runtime.sum(nats, tokens)
        return all_nats / all_tokens

    def _decoded(self, loss: float, model: Seq2Seq) -> Validation:
        """Every process decodes all: the same text everywhere, so that all draw the same conclusions."""
        translator = Translator(TorchStepper(model, self._runtime.device), self._tokenizers, self._greedy)
        sources, references = zip(*self._texts, strict=True)
        hypotheses = translator.translate(sources)
        scores = corpus_scores(hypotheses, [references], metrics=["bleu"])
        samples = tuple(zip(sources, hypotheses, references, strict=True))[:_SAMPLES]
        return Validation(loss, scores.bleu.score if scores.bleu else None, scores.exact_match, samples)
