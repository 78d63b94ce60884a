"""The many-to-one network: token ids in, one logit a label out. A text of one token makes it one-to-one."""

from typing import Literal

import torch
from torch import Tensor, nn

from seq2seq.models.dropout import Dropout, WordDropout
from seq2seq.models.encoder import Encoder
from seq2seq.models.pooling import Pooling
from seq2seq.special import PAD


class Classifier(nn.Module):
    """Encoder, pooling, and a head with one output a label.

    Built by :func:`seq2seq.models.build.build_model`.
    """

    def __init__(
        self,
        *,
        embedding: nn.Embedding,
        encoder: Encoder,
        pooling: Pooling,
        head: nn.Linear,
        word_dropout: WordDropout,
        embedding_dropout: Dropout,
        output_dropout: nn.Dropout,
        votes: float,
        votes_per: Literal["text", "occurrence"],
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooling = pooling
        self.head = head
        self.word_dropout = word_dropout
        self.embedding_dropout = embedding_dropout
        self.output_dropout = output_dropout
        self.nb_weight = votes
        self.votes_per = votes_per
        self.votes: Tensor | None
        """(V, C) what each token says for each label by itself, set before training; None without votes."""
        self.register_buffer("votes", torch.zeros(embedding.num_embeddings, head.out_features) if votes else None)

    def forward(self, source: Tensor, lengths: Tensor) -> Tensor:
        """Classify sources.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled.
            lengths: (B,) their lengths, EOS included.

        Returns:
            (B, C) logits, one a label.
        """
        embedded = self.embedding_dropout(self.embedding(self.word_dropout(source)))
        pooled = self.pooling(self.encoder(embedded, lengths), source != PAD)
        logits: Tensor = self.head(self.output_dropout(pooled))
        if self.votes is not None and not self.training:
            logits = logits + self.nb_weight * self._votes_of(source, self.votes)
        return logits

    def _votes_of(self, source: Tensor, votes: Tensor) -> Tensor:
        """(B, C) sums of the votes of the tokens in each row of (B, S), PAD and EOS having none.

        Per text, a token votes once, however often it occurs (Wang and Manning 2012, section 2.1).
        """
        if self.votes_per == "occurrence":
            return votes[source].sum(dim=1)
        ordered = source.sort(dim=1).values
        repeated = ordered[:, 1:] == ordered[:, :-1]
        every = votes[ordered]
        every[:, 1:].masked_fill_(repeated[..., None], 0.0)
        return every.sum(dim=1)

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(parameter.numel() for parameter in self.parameters())
