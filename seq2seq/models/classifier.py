"""The many-to-one network: tokens or vectors in, one logit per label out. A text of one token makes it one-to-one."""

from typing import Literal

import torch
from torch import Tensor, nn

from seq2seq.models.dropout import Dropout, WordDropout
from seq2seq.models.encoder import Encoder, real_steps
from seq2seq.models.pooling import Pooling
from seq2seq.models.projection import Projection


class Classifier(nn.Module):
    """Encoder, pooling, and a head with one output per label.

    Built by :func:`seq2seq.models.build.build_model`.
    """

    def __init__(
        self,
        *,
        embedding: nn.Embedding | Projection,
        encoder: Encoder,
        pooling: Pooling,
        head: nn.Linear,
        word_dropout: WordDropout,
        embedding_dropout: Dropout,
        output_dropout: nn.Dropout,
        naive_bayes: float,
        naive_bayes_per: Literal["text", "occurrence"],
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooling = pooling
        self.head = head
        self.word_dropout = word_dropout
        self.embedding_dropout = embedding_dropout
        self.output_dropout = output_dropout
        self.nb_weight = naive_bayes
        self.naive_bayes_per = naive_bayes_per
        self.votes: Tensor | None  # its name in the weights of every model on disk
        tokens = embedding.num_embeddings if isinstance(embedding, nn.Embedding) else 0
        self.register_buffer("votes", torch.zeros(tokens, head.out_features) if naive_bayes else None)

    @property
    def nb_log_ratios(self) -> Tensor | None:
        """(V, C) log-count ratios of naive Bayes, set before training; None if naive Bayes is off."""
        return self.votes

    def forward(self, source: Tensor, lengths: Tensor) -> Tensor:
        """Classify sources.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled; or (B, S, N) vectors.
            lengths: (B,) their lengths, EOS included.

        Returns:
            (B, C) logits, one per label.
        """
        embedded = self.embedding_dropout(self.embedding(self.word_dropout(source)))
        pooled = self.pooling(self.encoder(embedded, lengths), real_steps(source, lengths))
        logits: Tensor = self.head(self.output_dropout(pooled))
        if self.nb_log_ratios is not None and not self.training:
            logits = logits + self.nb_weight * self._sum_of_ratios(source, self.nb_log_ratios)
        return logits

    def _sum_of_ratios(self, source: Tensor, log_ratios: Tensor) -> Tensor:
        """(B, C) sums of the log-count ratios of the tokens in each row of (B, S); PAD and EOS have zeros.

        Per text, a token counts once, however often it occurs (Wang and Manning 2012, section 2.1).
        """
        if self.naive_bayes_per == "occurrence":
            return log_ratios[source].sum(dim=1)
        ordered = source.sort(dim=1).values
        repeated = ordered[:, 1:] == ordered[:, :-1]
        every = log_ratios[ordered]
        every[:, 1:].masked_fill_(repeated[..., None], 0.0)
        return every.sum(dim=1)

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(parameter.numel() for parameter in self.parameters())
