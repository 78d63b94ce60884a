"""The network of a text classifier as a torch module."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq import openmp
from seq2seq.data.batching.batch import collate
from seq2seq.models.classifier import Classifier


class TorchClassifier:
    """A torch module in evaluation mode, for :class:`~seq2seq.inference.classifier.TextClassifier`."""

    def __init__(self, model: Classifier, device: torch.device | str = "cpu") -> None:
        self.model = model
        self.device = torch.device(device)

    @torch.inference_mode()
    def logits(self, sources: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """(N, C) logits of N sources, token ids without EOS."""
        openmp.adapt(self.device)
        batch = collate(sources, [[]] * len(sources)).to(self.device)
        logits: NDArray[np.float64] = self.model(batch.source, batch.source_lengths).double().cpu().numpy()
        return logits
