"""Devices, precision and processes: the only file that uses the engine underneath (Lightning Fabric)."""

import contextlib
import gc
import logging
import os
import threading
import time
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar, cast

import numpy as np
import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment
from lightning_fabric.strategies.ddp import DDPStrategy
from lightning_fabric.wrappers import _FabricOptimizer
from torch import Tensor, distributed, nn
from torch.optim import Optimizer

from seq2seq.config.training import Precision
from seq2seq.errors import ConfigError, TrainingError, reason_of
from seq2seq.training.precision import resolve_precision
from seq2seq.training.step.optimizer import step_where

T = TypeVar("T")

WAIT: Final = timedelta(days=1)
"""How long externally started processes wait for each other, while the first prepares the data. A process that dies is
noticed earlier."""
_LEADER: Final = "SEQ2SEQ_LEADER"
"""Environment variable with the id of the process that started the others."""


class Runtime:
    """Where training runs: device, precision and processes.

    No process is started before :meth:`launch`, which a single process may leave out.

    Args:
        accelerator: `auto`, `cpu`, `cuda`, `mps`, as Fabric names them.
        devices: how many, or `auto`; torchrun decides if it has started the processes.
        precision: as in the recipe's `training.precision`.
        threads: CPU threads per process (``None``: torch's choice).
        all_learn: every parameter gets a gradient in every step. Where a batch starts from a carried state, the initial
            state gets none, and processes that share gradients must check each time which parameters do.

    Raises:
        ConfigError: the device is missing, or does not support the precision.

    Attributes:
        device: of this process.
        precision: what is computed in; `auto` has been resolved.
    """

    def __init__(
        self,
        *,
        accelerator: str = "auto",
        devices: str | int = "auto",
        precision: Precision = "32-true",
        threads: int | None = None,
        all_learn: bool = True,
    ) -> None:
        # oneDNN caches kernels for up to 1,024 shapes: gigabytes, and no faster. Read at its first use.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
        logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
        # Its message about a process that has ended is the last one, if ours comes too late.
        logging.getLogger("lightning_fabric.strategies.launchers.subprocess_script").setLevel(logging.INFO)
        # To Fabric, a CPU is one device: more are processes, and only started on request.
        count = 1 if devices == "auto" and (accelerator == "cpu" or not torch.accelerator.is_available()) else devices
        nodes = 1
        environment: ClusterEnvironment = LightningEnvironment()
        if distributed.is_torchelastic_launched():
            ranks, here = int(os.environ["WORLD_SIZE"]), int(os.environ["LOCAL_WORLD_SIZE"])
            if str(devices) not in ("auto", str(here)):
                problem = f"{devices}: torchrun has started {here} here; leave --devices out"
                raise ConfigError("--devices", [problem], code="training.devices-by-torchrun")
            count, nodes, environment = here, ranks // here, TorchElasticEnvironment()
        self._threads = threads
        if threads is not None:
            torch.set_num_threads(threads)

        def fabric(strategy: str | DDPStrategy, precision: Precision) -> Fabric:
            return Fabric(
                accelerator=accelerator,
                devices=count,
                num_nodes=nodes,
                precision=precision,  # type: ignore[arg-type]
                strategy=strategy,
                plugins=[environment],  # else Fabric expects Slurm to have started the processes of any Slurm job
            )

        with _refused():
            first = fabric("auto", "32-true")  # it finds the devices
            self.device: torch.device = first.device
            self.precision: Precision = resolve_precision(precision, self.device)
            strategy: str | DDPStrategy = "auto"
            if isinstance(first.strategy, DDPStrategy):  # several processes
                strategy = DDPStrategy(timeout=WAIT, find_unused_parameters=not all_learn)
            self._fabric = fabric(strategy, self.precision)
        self.rank: int = launched_rank()
        self.world_size: int = 1

    def launch(self) -> None:
        """Start the other processes, unless torchrun has, and connect to them.

        Raises:
            ConfigError: this number of processes cannot be started here.
            TrainingError: they cannot connect.
        """
        if not distributed.is_torchelastic_launched():  # it monitors its processes itself
            if self.is_main:
                os.environ[_LEADER] = str(os.getpid())  # the processes that are started inherit it
            elif _LEADER in os.environ:
                threading.Thread(target=_exit_with_leader, args=[int(os.environ[_LEADER])], daemon=True).start()
        try:
            with _refused():
                self._fabric.launch()
        except RuntimeError as error:
            if not _is_lost_peer(error):
                raise
            raise TrainingError(
                f"The processes of this run cannot connect: {reason_of(error)}\n"
                "  Has one of them ended? Is the address of the first one right, its port free, and reachable?\n"
                "  On several machines without GPUs, gloo uses the address that a machine's own name resolves to; if "
                "the others cannot\n  reach it there (127.0.0.1, say), name the network interface on each: "
                "GLOO_SOCKET_IFNAME=eth0",
                code="training.processes-not-connected",
            ) from error
        if self._threads is not None:
            torch.set_num_threads(self._threads)  # the launch sets it, too
        self.rank, self.world_size = self._fabric.global_rank, self._fabric.world_size
        taken = sorted(set(self.gather(self.precision)))
        if len(taken) > 1:
            problem = f"auto: the devices of this run would compute in {' and '.join(taken)}; set one of them"
            raise ConfigError("training.precision", [problem], code="training.precisions-differ")

    @contextlib.contextmanager
    def report_lost_peers(self, checkpoints: Path) -> Iterator[None]:
        """Turn a lost peer process into a clear error, which names the run's folder of checkpoints.

        Raises:
            TrainingError: another process has ended, or cannot be reached any more.
        """
        try:
            yield
        except RuntimeError as error:
            if self.world_size == 1 or not _is_lost_peer(error):
                raise
            raise TrainingError(
                f"Process {self.rank}: another process of this run has ended, or cannot be reached "
                f"({reason_of(error).split('] ', 1)[-1].split('. ')[0]}).\n"
                f"  See its own message, if any. The last checkpoint is in {checkpoints}: "
                "fix the cause, then run the same command again.",
                code="training.process-lost",
            ) from error

    @property
    def is_main(self) -> bool:
        """Whether this is the process that writes files and talks to people."""
        return self.rank == 0

    def set_up(self, module: nn.Module, optimizer: Optimizer) -> tuple[nn.Module, Optimizer]:
        """Move a module and its optimiser to the device, in the run's precision; processes share gradients."""
        wrapped, wrapped_optimizer = self._fabric.setup(module, optimizer)
        return wrapped, wrapped_optimizer

    def backward(self, loss: Tensor) -> None:
        """Compute gradients."""
        self._fabric.backward(loss)

    def hold_gradients(self, module: nn.Module, *, hold: bool) -> contextlib.AbstractContextManager[None]:
        """Do not share gradients yet while ``hold``: more micro-batches of the same step follow."""
        return self._fabric.no_backward_sync(module, enabled=hold and self.world_size > 1)  # type: ignore[arg-type]

    def clip(self, module: nn.Module, optimizer: Optimizer, norm: float | None) -> Tensor:
        """Scale the gradient down to a norm (``None``: do not); returns the norm before."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clipped = self._fabric.clip_gradients(
                module, optimizer, max_norm=norm or float("inf"), error_if_nonfinite=False
            )
        return torch.as_tensor(clipped)

    def step_where(self, finite: Tensor, optimizer: Optimizer) -> None:
        """Take a step of a wrapped optimiser if ``finite`` (:func:`seq2seq.training.step.optimizer.step_where`)."""
        step_where(finite, cast(_FabricOptimizer, optimizer).optimizer)

    def sum(self, *values: float) -> list[float]:
        """Sum each number over all processes."""
        if self.world_size == 1:
            return list(values)
        total = self._fabric.all_reduce(torch.tensor(values, dtype=torch.float64, device=self.device), reduce_op="sum")
        return [float(value) for value in total]

    def mean(self, value: float) -> float:
        """The mean over all processes, the same number on each."""
        return self.sum(value)[0] / self.world_size

    def any(self, flag: bool) -> bool:
        """Whether the flag is set in any process."""
        return self.sum(float(flag))[0] > 0

    def gather(self, value: T) -> list[T]:
        """The values of all processes in order: the same list on each."""
        if self.world_size == 1:
            return [value]
        values: list[T | None] = [None] * self.world_size
        torch.distributed.all_gather_object(values, value)
        return cast(list[T], values)

    def free_memory(self) -> None:
        """Release memory that torch caches on the device, for a second attempt."""
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def barrier(self) -> None:
        """Wait for all processes."""
        self._fabric.barrier()


@contextlib.contextmanager
def main_first() -> Iterator[None]:
    """Let all processes wait, at the end of a block, for the work of the main process in it."""
    try:
        yield
    finally:
        if distributed.is_available() and distributed.is_initialized():
            distributed.barrier()


def launched_rank() -> int:
    """The rank of this process in the run, from its environment; 0 if it is the first, or alone."""
    return int(os.environ.get("RANK" if distributed.is_torchelastic_launched() else "LOCAL_RANK", 0))


def seed_step(seed: int, step: int, rank: int) -> None:
    """Make all random numbers of a step (dropout) a function of seed, step and process."""
    torch.manual_seed(int(np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)[0]) >> 1)


@contextlib.contextmanager
def _refused() -> Iterator[None]:
    """Turn Fabric's errors about options that do not suit this machine into ours."""
    try:
        yield
    except (RuntimeError, ValueError, TypeError) as error:
        if isinstance(error, RuntimeError) and _is_lost_peer(error):
            raise
        options = "--accelerator, --devices or training.precision"
        raise ConfigError(options, [reason_of(error)], code="training.devices-unsupported") from error


def _exit_with_leader(leader: int) -> None:
    """End this process once the process that started it has ended, for which it may be waiting in vain."""
    while os.getppid() == leader:
        time.sleep(1.0)
    os._exit(1)


def _is_lost_peer(error: RuntimeError) -> bool:
    """Whether an error means that another process is gone: nccl's are classes, gloo's are texts."""
    text = str(error)
    return isinstance(error, distributed.DistError) or (
        "gloo" in text and any(word in text for word in ("Connection", "onnect", "Timed out", "Socket"))
    )
