"""The encoder-decoder as a whole: token ids or vectors in, features and logits of the next token out."""

import torch
from torch import Tensor, nn

from seq2seq.models.bridge import Bridge
from seq2seq.models.decoder import Attentive, DecoderOutput, DecoderState, FixedContext, InputFeeding, Memory
from seq2seq.models.dropout import Dropout, WordDropout
from seq2seq.models.encoder import Encoder, TagReader, real_steps
from seq2seq.models.projection import Projection


class Seq2Seq(nn.Module):
    """Encoder, bridge, decoder, and a projection onto the target vocabulary.

    With an encoder that reads a sequence it is many-to-many; with one that reads tags, or nothing, one-to-many.

    Built by :func:`seq2seq.models.build.build_model`. The projection is separate, so that training can compute the
    loss without holding all logits at once, and search can take the best few.
    """

    def __init__(
        self,
        *,
        source_embedding: nn.Embedding | Projection,
        target_embedding: nn.Embedding,
        encoder: Encoder | TagReader,
        bridge: Bridge,
        decoder: FixedContext | Attentive | InputFeeding,
        projection: nn.Linear,
        word_dropout: WordDropout,
        embedding_dropout: Dropout,
        feed_context: bool,
    ) -> None:
        super().__init__()
        self.source_embedding = source_embedding
        self.target_embedding = target_embedding
        self.encoder = encoder
        self.bridge = bridge
        self.decoder = decoder
        self.projection = projection
        self.word_dropout = word_dropout
        self.embedding_dropout = embedding_dropout
        self.feed_context = feed_context

    @property
    def attends(self) -> bool:
        """Whether the decoder attends to the source, and so has alignments."""
        return not isinstance(self.decoder, FixedContext)

    def encode(self, source: Tensor, lengths: Tensor) -> tuple[Memory, DecoderState]:
        """Read sources.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled; or (B, S, N) vectors.
            lengths: (B,) their lengths, EOS included.

        Returns:
            The encoded sources, and the first state of the decoder.
        """
        embedded = self.embedding_dropout(self.source_embedding(self.word_dropout(source)))
        encoded = self.encoder(embedded, lengths)
        state = DecoderState(self.bridge(encoded.final))
        mask = real_steps(source, lengths)
        if isinstance(self.decoder, FixedContext):
            return Memory(mask, context=encoded.final[0][:, -1] if self.feed_context else None), state
        attention = self.decoder.attention
        read = torch.cat([encoded.outputs, embedded], dim=2) if attention.embeddings else encoded.outputs
        return Memory(mask, read, attention.project(read)), state

    def decode(self, tokens: Tensor, memory: Memory, state: DecoderState) -> DecoderOutput:
        """Read (B, T) previous target ids, BOS first; features of the token after each."""
        embedded = self.embedding_dropout(self.target_embedding(self.word_dropout(tokens)))
        decoded: DecoderOutput = self.decoder(embedded, memory, state)
        return decoded

    def project(self, features: Tensor) -> Tensor:
        """(..., E) features → (..., V) logits."""
        logits: Tensor = self.projection(features)
        return logits

    def forward(self, source: Tensor, source_lengths: Tensor, tokens: Tensor) -> Tensor:
        """Teacher forcing: sources as of :meth:`encode` and (B, T) previous target ids → (B, T, E) features."""
        memory, state = self.encode(source, source_lengths)
        return self.decode(tokens, memory, state).features

    def parameter_count(self) -> int:
        """Trainable numbers, shared ones counted once."""
        return sum(parameter.numel() for parameter in self.parameters())
