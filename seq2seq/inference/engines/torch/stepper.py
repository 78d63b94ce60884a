"""The stepper of a torch module.

Letters: R rows (hypotheses), S source length, V vocabulary, W width of a proposal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from seq2seq import openmp
from seq2seq.data.batching.batch import collate
from seq2seq.inference.engines.torch.forced import log_probs
from seq2seq.models.decoder import DecoderState, Memory
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.stepper import FloatArray, IntArray, Proposal
from seq2seq.special import BOS, PAD


@dataclass(frozen=True, slots=True)
class TorchState:
    """The state between two steps, one row per hypothesis."""

    memory: Memory
    decoder: DecoderState
    sentences: IntArray
    """(R,) source of each row; the memory is reordered only if this changes."""


class TorchStepper:
    """Stepper of :mod:`seq2seq.search` for a module in evaluation mode (otherwise dropout is applied)."""

    def __init__(self, model: Seq2Seq, device: torch.device | str = "cpu") -> None:
        self.model = model
        self.device = torch.device(device)
        self.vocabulary = model.projection.out_features

    @torch.inference_mode()
    def start(self, sources: Sequence[Sequence[int]]) -> TorchState:
        """Encode a batch of sources (token ids without EOS, or vectors; one row each)."""
        batch = collate(sources, [[]] * len(sources)).to(self.device)
        memory, decoder = self.model.encode(batch.source, batch.source_lengths)
        return TorchState(memory, decoder, np.arange(len(sources)))

    @torch.inference_mode()
    def score(self, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]) -> FloatArray:
        """(N,) log-probabilities of given outputs in nats, EOS included, by teacher forcing."""
        openmp.adapt(self.device)
        batch = collate(sources, targets).to(self.device)
        features = self.model(batch.source, batch.source_lengths, batch.target[:, :-1])
        wanted = batch.target[:, 1:]
        real = torch.arange(wanted.size(1)) < batch.target_lengths[:, None]
        rows = real.nonzero()[:, 0]
        real = real.to(self.device)
        of_tokens = log_probs(self.model, features[real], wanted[real]).cpu()
        of_tokens[((wanted[real] == PAD) | (wanted[real] == BOS)).cpu()] = -torch.inf  # never generated
        return of_tokens.new_zeros(len(sources)).index_add_(0, rows, of_tokens).numpy()

    @torch.inference_mode()
    def step(self, tokens: IntArray, state: TorchState, width: int) -> tuple[Proposal, TorchState]:
        """Read one token per row and propose the ``width`` most probable next ones.

        Args:
            tokens: (R,) the previous token of every hypothesis, BOS at first.
            state: from :meth:`start`, :meth:`select` or the step before.
            width: number of tokens; at most V - 2, since PAD and BOS are never proposed.

        Returns:
            The proposal, with log-probabilities in nats, normalised over the vocabulary; and the next state.
        """
        logits, total, attention, after = self._step(tokens, state)
        best, ids = logits.topk(min(width, self.vocabulary - 2), dim=-1)
        return Proposal((best - total).cpu().numpy(), ids.cpu().numpy(), attention), after

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> TorchState:
        """:meth:`start`: outputs are not restricted to a shortlist."""
        del tokens
        return self.start(sources)

    @torch.inference_mode()
    def step_whole(self, tokens: IntArray, state: TorchState) -> tuple[Proposal, TorchState]:
        """:meth:`step` with every token id as a column."""
        logits, total, attention, after = self._step(tokens, state)
        ids = np.broadcast_to(np.arange(self.vocabulary), logits.shape)
        return Proposal((logits - total).cpu().numpy(), ids, attention), after

    def _step(
        self, tokens: IntArray, state: TorchState
    ) -> tuple[torch.Tensor, torch.Tensor, FloatArray | None, TorchState]:
        """Logits (R, V), -inf for PAD and BOS; the logarithm of their sum (R, 1); attention; the next state."""
        openmp.adapt(self.device)
        previous = torch.from_numpy(np.ascontiguousarray(tokens, dtype=np.int64)).to(self.device)
        decoded = self.model.decode(previous[:, None], state.memory, state.decoder)
        logits = self.model.project(decoded.features[:, 0]).float()
        total = logits.logsumexp(dim=-1, keepdim=True)
        logits[:, [PAD, BOS]] = -torch.inf
        attention = None if decoded.attention is None else decoded.attention[:, 0].float().cpu().numpy()
        return logits, total, attention, TorchState(state.memory, decoded.state, state.sentences)

    @torch.inference_mode()
    def select(self, state: TorchState, rows: IntArray) -> TorchState:
        """Reorder, repeat or drop hypotheses: row i of the result is row ``rows[i]`` of ``state``."""
        index = torch.from_numpy(np.ascontiguousarray(rows, dtype=np.int64)).to(self.device)
        sentences = state.sentences[rows]
        moved = not np.array_equal(sentences, state.sentences)
        return TorchState(state.memory.select(index) if moved else state.memory, state.decoder.select(index), sentences)
