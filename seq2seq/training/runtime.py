"""Devices, precision and processes: the only file that knows the engine underneath (Lightning Fabric)."""

import contextlib
import gc
import logging
import os
import warnings
from collections.abc import Iterator
from typing import TypeVar, cast

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Optimizer

from seq2seq.errors import ConfigError

T = TypeVar("T")


class Runtime:
    """Where training runs.

    Args:
        accelerator: `auto`, `cpu`, `cuda`, `mps`, as Fabric names them.
        devices: how many, or `auto`.
        precision: one of the recipe's `training.precision`.
        threads: of one process on a CPU (``None``: torch's choice).

    Raises:
        ConfigError: there is no such device here.
    """

    def __init__(
        self,
        *,
        accelerator: str = "auto",
        devices: str | int = "auto",
        precision: str = "32-true",
        threads: int | None = None,
    ) -> None:
        # oneDNN keeps kernels for every shape it meets, 1,024 of them: gigabytes, and no faster. Read at its first use.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
        logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
        # A CPU has one device to Fabric: more are processes, and only started when they are asked for.
        count = 1 if devices == "auto" and (accelerator == "cpu" or not torch.accelerator.is_available()) else devices
        try:
            self._fabric = Fabric(accelerator=accelerator, devices=count, precision=precision)  # type: ignore[arg-type]
            self._fabric.launch()
        except (RuntimeError, ValueError, TypeError) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise ConfigError("--accelerator, --devices or training.precision", [reason]) from error
        if threads is not None:
            torch.set_num_threads(threads)  # after the launch, which sets it too
        self.device: torch.device = self._fabric.device
        self.rank: int = self._fabric.global_rank
        self.ranks: int = self._fabric.world_size

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.rank == 0

    def set_up(self, module: nn.Module, optimizer: Optimizer) -> tuple[nn.Module, Optimizer]:
        """Move a module and its optimiser to the device, in the run's precision, gradients shared between processes."""
        wrapped, wrapped_optimizer = self._fabric.setup(module, optimizer)
        return wrapped, wrapped_optimizer

    def backward(self, loss: Tensor) -> None:
        """Compute gradients."""
        self._fabric.backward(loss)

    @contextlib.contextmanager
    def hold_gradients(self, module: nn.Module, *, hold: bool) -> Iterator[None]:
        """Keep gradients to this process while ``hold``: more micro-batches of the same step follow."""
        with self._fabric.no_backward_sync(module, enabled=hold and self.ranks > 1):  # type: ignore[arg-type]
            yield

    def clip(self, module: nn.Module, optimizer: Optimizer, norm: float | None) -> Tensor:
        """Scale the gradient down to a norm (``None``: leave it); returns the norm that it had."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clipped = self._fabric.clip_gradients(
                module,
                optimizer,
                max_norm=norm or float("inf"),
                error_if_nonfinite=False,
            )
        return torch.as_tensor(clipped)

    def sum(self, *values: float) -> list[float]:
        """Add numbers up over all processes."""
        if self.ranks == 1:
            return list(values)
        total = self._fabric.all_reduce(torch.tensor(values, dtype=torch.float64, device=self.device), reduce_op="sum")
        return [float(value) for value in total]

    def mean(self, value: float) -> float:
        """The mean over all processes, so that all go by the same number."""
        return self.sum(value)[0] / self.ranks

    def any(self, flag: bool) -> bool:
        """Whether the flag is raised in any process."""
        return self.sum(float(flag))[0] > 0

    def gather(self, value: T) -> list[T]:
        """What each process has, in their order: the same list on all."""
        if self.ranks == 1:
            return [value]
        found: list[T | None] = [None] * self.ranks
        torch.distributed.all_gather_object(found, value)
        return cast(list[T], found)

    def free_memory(self) -> None:
        """Give back what torch keeps of a device's memory, for a second attempt."""
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def barrier(self) -> None:
        """Wait for all processes."""
        self._fabric.barrier()

    @contextlib.contextmanager
    def leader_first(self) -> Iterator[None]:
        """Let the leader through the block before the others enter it."""
        if not self.leads:
            self.barrier()
        try:
            yield
        finally:
            if self.leads:
                self.barrier()


def launched_rank() -> int:
    """The number of this process among those of a run, as whoever launched it says; 0 if it is the first, or alone."""
    return int(os.environ.get("RANK") or os.environ.get("LOCAL_RANK") or 0)


def seed_step(seed: int, step: int, rank: int) -> None:
    """Make every random draw of a step (dropout) a function of the run's seed, the step and the process."""
    torch.manual_seed(int(np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)[0] >> 1))
