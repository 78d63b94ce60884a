"""Opens the network of a model folder with the chosen engine, or the best one for this machine.

torch is imported only if it runs the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from seq2seq import hints, log
from seq2seq.errors import ConfigError, MissingExtra, ModelError, reason_of
from seq2seq.extras import INSTALL, installed
from seq2seq.inference.engines.onnx import networks
from seq2seq.inference.engines.onnx.files import network_files
from seq2seq.inference.engines.onnx.searcher import EXPORT_AGAIN, Fallback
from seq2seq.machine import cores
from seq2seq.model_folder.layout import SHORTLIST, in_hub_cache
from seq2seq.model_folder.read import ModelFolder
from seq2seq.search.stepper import Stepper

if TYPE_CHECKING:
    from seq2seq.inference.forecasting.paths import ForecastingNetwork
    from seq2seq.inference.synthesis.sampling import SynthesisNetwork

Engine = Literal["auto", "torch", "onnx", "onnx-int8"]
"""Engine of a network: torch, or ONNX Runtime with networks written by `seq2seq export`. ``auto``: ONNX Runtime in
float32 on a CPU, if the folder has usable networks; else torch. For a model of the hub, torch if it is installed: its
networks are a program by its author."""


class EngineOptions(TypedDict, total=False):
    """Options of the engine."""

    device: str
    """`auto` (the first GPU, else the CPU), `cpu`, `cuda`, `cuda:1` ...; ONNX Runtime runs only on the CPU."""
    engine: Engine
    threads: int | None
    """CPU threads for one batch (default: one per core with torch, one with ONNX Runtime)."""
    workers: int | None
    """Batches computed in parallel (default: as many as the cores allow with ONNX Runtime, one with torch)."""
    processes: int
    """Processes that share the cores with this one, itself included (default: 1)."""
    shortlist: bool
    """Whether translations are restricted to a shortlist of plausible target tokens; only with ONNX Runtime (default:
    no)."""


class Network(Protocol):
    """Computes logits: a torch module or an ONNX graph."""

    def logits(self, sources: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """(N, C) logits of N sources, token ids without EOS."""


Opened: TypeAlias = "Stepper[Any] | Network | SynthesisNetwork | ForecastingNetwork"
"""A network for search, for a classifier, for vectors, or for forecasts."""


def open_engine(folder: ModelFolder, options: EngineOptions) -> tuple[Opened, int]:
    """The network of a model folder, and its number of workers.

    Raises:
        ModelError: a file is missing, damaged or of another model.
        ConfigError: the device is not available, or the engine does not run there, or it has no shortlist.
        MissingExtra: torch is needed, and is not installed.
    """
    engine, device = options.get("engine", "auto"), options.get("device", "auto")
    threads, workers = options.get("threads"), options.get("workers")
    shortlist = options.get("shortlist", False)
    chosen = _best_engine(folder, device) if engine == "auto" else engine
    if shortlist:
        _require_shortlist(folder, chosen)
    if chosen == "torch":
        return _open_torch(folder, device, threads), workers or 1
    if device not in ("auto", "cpu"):
        problem = f"{chosen!r} runs on the CPU, not on {device!r}; choose --engine torch"
        raise ConfigError("engine", [problem], code="inference.engine")
    open_weights = partial(_open_weights, folder, device, shortlist=shortlist)
    # only networks that search are opened later, so that this one gives a stepper
    later = cast(Fallback, partial(open_weights, threads or 1)) if engine == "auto" else None
    try:
        network = networks.open_network(folder, chosen, threads=threads or 1, shortlist=shortlist, fallback=later)
    except ModelError as error:
        if engine != "auto":
            raise
        return open_weights(threads, error), workers or 1
    return network, workers or max(1, cores() // (options.get("processes", 1) * (threads or 1)))


def _open_weights(
    folder: ModelFolder, device: str, threads: int | None, error: ModelError, *, shortlist: bool
) -> Opened:
    """The weights instead of networks that cannot be opened, if torch is there; it has no shortlists."""
    if shortlist or not installed("torch"):
        raise error
    log.warn(f"{reason_of(error)}\n  Using the weights, with torch. {EXPORT_AGAIN}", code="inference.fallback")
    return _open_torch(folder, device, threads)


def _open_torch(folder: ModelFolder, device: str, threads: int | None) -> Opened:
    if not installed("torch"):
        raise _without_torch(folder)
    from seq2seq.inference.engines.torch.load import open_network

    return open_network(folder, device=device, threads=threads)


def _require_shortlist(folder: ModelFolder, engine: Engine) -> None:
    """Refuse a model that does not translate, an engine without shortlists, and an export without one."""
    if folder.inference.task != "translation":
        problem = f"{folder.path} is a model for {folder.inference.task}; shortlists are for translation"
        raise ConfigError("shortlist", [problem], code="inference.shortlist")
    if engine == "torch":
        problem = "torch computes over the whole vocabulary; a shortlist needs --engine onnx or onnx-int8"
        remedy = "" if _is_exported(folder) else f", after: {hints.command('export', folder.path)}"
        raise ConfigError("shortlist", [f"{problem}{remedy}"], code="inference.shortlist")
    if _is_exported(folder) and not (folder.path / SHORTLIST).exists():
        raise ModelError(
            f"{folder.path / SHORTLIST}: missing; the model was exported without a shortlist.\n"
            "  If its training data are available, write one with: "
            f"{hints.command('export', '--shortlist', folder.path)}\n"
            "  or leave out --vocabulary-shortlist.",
            code="model.no-shortlist",
        )


def _best_engine(folder: ModelFolder, device: str) -> Literal["torch", "onnx"]:
    """The engine for ``auto``. The networks of a model of the hub may differ from its weights: torch is preferred."""
    if in_hub_cache(folder.path) and installed("torch"):
        return "torch"
    if device not in ("auto", "cpu") or not _is_exported(folder):
        return "torch"
    return "torch" if device == "auto" and _gpu_there() else "onnx"


def _is_exported(folder: ModelFolder) -> bool:
    """Whether a model folder has float32 networks for ONNX Runtime."""
    classifies = folder.inference.task == "classification"
    return all((folder.path / name).exists() for name in network_files("onnx", classifies=classifies))


def _gpu_there() -> bool:
    """Whether torch has a GPU; a build without CUDA or ROCm is not imported to find out."""
    torch_package = find_spec("torch")
    if torch_package is None or torch_package.origin is None:
        return False
    libraries = Path(torch_package.origin).parent / "lib"
    if not any(next(libraries.glob(f"*torch_{kind}*"), None) for kind in ("cuda", "hip")):
        return False
    from seq2seq.inference.engines.torch.load import choose_device

    return choose_device("auto").type == "cuda"


def _without_torch(folder: ModelFolder) -> MissingExtra:
    """The error if weights are to be run without torch."""
    instead = (
        "or run the networks in its folder `onnx` on the CPU (--engine onnx --device cpu), which need no torch"
        if _is_exported(folder)
        else "or copy the folder from where torch is installed, after `seq2seq export`: exported models need no torch"
    )
    message = f"{folder.path}: torch, which runs its weights, is not installed.\n  {INSTALL}\n  {instead}."
    return MissingExtra(message, code="extra.missing")
