"""The same steps from the same weights on a CPU and on the device: how far their losses are apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import torch

from on_gpu.report import Figure
from seq2seq.config.recipe import Recipe
from seq2seq.config.training import Precision
from seq2seq.diagnostics.learning.trials import fresh_trainer, take_step
from seq2seq.training.precision import computes_bf16


def measure(recipe: Recipe, device: str, *, steps: int) -> list[Figure]:
    """Largest differences of the training loss; the recipe has no dropout, whose draws differ between devices."""
    reference = losses(recipe, "cpu", "32-true", steps)
    with tensor_float(allowed=False):
        found = _differences("float32, without TensorFloat-32", losses(recipe, device, "32-true", steps), reference)
    if device == "cuda":
        of = losses(recipe, device, "32-true", steps)
        found += _differences("float32 as torch has it (TensorFloat-32 in cuDNN)", of, reference)
    if not computes_bf16(torch.device(device)):
        return [*found, Figure("bf16-mixed: largest difference", "this device does not compute in bfloat16")]
    return found + _differences("bf16-mixed", losses(recipe, device, "bf16-mixed", steps), reference)


def losses(recipe: Recipe, device: str, precision: Precision, steps: int) -> list[float]:
    """The training loss of the first steps, in nats per token, each before the update that it leads to."""
    rate = recipe.training.optimizer.learning_rate
    training = recipe.training.model_copy(update={"precision": precision})
    with fresh_trainer(recipe.model_copy(update={"training": training}), device) as trainer:
        batches = islice(trainer.loader.batches(0), steps)
        return [take_step(trainer, batch, rate=rate, number=number) for number, batch in enumerate(batches, 1)]


def _differences(name: str, found: list[float], reference: list[float]) -> list[Figure]:
    apart = [abs(one - other) for one, other in zip(found, reference, strict=True)]
    return [
        Figure(f"{name}: difference at the first step", apart[0], "nats per token", 6),
        Figure(f"{name}: largest of {len(apart)} steps", max(apart), "nats per token", 6),
        Figure(f"{name}: loss of the last step, and on the CPU", f"{found[-1]:.4f}, {reference[-1]:.4f}"),
    ]


@contextmanager
def tensor_float(*, allowed: bool) -> Iterator[None]:
    """Whether cuDNN and matrix products may round float32 to TensorFloat-32 meanwhile."""
    before = torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = allowed
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = before
