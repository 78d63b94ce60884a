"""A linear map of vectors, in the place of an embedding of tokens."""

from torch import Tensor, nn


class Projection(nn.Module):
    """Maps every vector of a sequence into the space that an encoder reads.

    Args:
        inputs: numbers of a vector.
        outputs: E, size of what takes the place of an embedding.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)

    def forward(self, vectors: Tensor) -> Tensor:
        """(B, S, N) → (B, S, E)."""
        projected: Tensor = self.linear(vectors.to(self.linear.weight.dtype))
        return projected
