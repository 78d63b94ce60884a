"""From a model folder to a model that answers requests: its engine, the engine's thread, and the batches for it."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from seq2seq.errors import ConfigError
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.find import find_model
from seq2seq.model_folder.layout import NETWORK_WEIGHTS, NETWORKS, WEIGHTS
from seq2seq.server.batching import Batcher, Observer
from seq2seq.server.catalogue import Place
from seq2seq.server.engine import Answer, Kind, TranslationEngine, estimated_tokens
from seq2seq.server.settings import QueueLimits


@dataclass(eq=False, frozen=True)
class LoadedModel:
    """A translation model that answers requests."""

    name: str
    version: str
    """12 hexadecimal digits that differ between models, of the same name, too."""
    batcher: Batcher[Kind, str, Answer]
    thread: ThreadPoolExecutor
    """The one thread that asks the engine."""

    async def close(self) -> None:
        """Finish what was accepted, and free the memory."""
        await self.batcher.close()
        self.thread.shutdown(wait=False)


async def load_model(
    place: Place, options: EngineOptions, limits: QueueLimits, observer_of: Callable[[str], Observer | None]
) -> LoadedModel:
    """Load a model in a thread of its own, which its engine then runs in.

    Args:
        place: where it is.
        options: of its engine.
        limits: of its batches and its queue.
        observer_of: is told of the batches of a model.

    Raises:
        ModelError: it is incomplete, damaged or of a newer version.
        ConfigError: it does not translate; or its engine does not run here.
        MissingExtra: torch is needed, and is not installed.
    """
    thread = ThreadPoolExecutor(1, thread_name_prefix=f"seq2seq-{place.name}")
    loop = asyncio.get_running_loop()
    try:
        translator, version = await loop.run_in_executor(thread, _open, place, options)
    except BaseException:
        thread.shutdown(wait=False)
        raise
    engine = TranslationEngine(translator)

    async def run(kind: Kind, texts: Sequence[str]) -> Sequence[Answer]:
        return await loop.run_in_executor(thread, engine.translate, kind, texts)

    batcher: Batcher[Kind, str, Answer] = Batcher(
        run,
        tokens_of=estimated_tokens,
        budget=limits.batch_tokens * translator.workers,
        capacity=limits.queue_tokens,
        observer=observer_of(place.name),
    )
    return LoadedModel(place.name, version, batcher, thread)


def _open(place: Place, options: EngineOptions) -> tuple[Translator, str]:
    folder, model = open_pipeline(place.path, **options)
    if not isinstance(model, Translator):
        problem = f"{place.name} is a model for {model.task}; the server translates"
        raise ConfigError("MODEL", [problem], code="serve.task")
    return model, version_of(folder.description)


def version_of(description: Description) -> str:
    """12 hexadecimal digits of the SHA-256 of a description, which has the digests of all files."""
    return hashlib.sha256(description.to_json().encode()).hexdigest()[:12]


def size_on_disk(place: Place, options: EngineOptions) -> int:
    """Bytes of the files that an engine reads into memory.

    Raises:
        ModelError: there is no model.
    """
    folder = find_model(place.path)
    networks = [*folder.glob(NETWORKS), *folder.glob(NETWORK_WEIGHTS)]
    engine = options.get("engine", "auto")
    if engine != "torch":
        read = [file for file in networks if (".int8" in file.name) == (engine == "onnx-int8")]
        if read:
            return sum(file.stat().st_size for file in read)
    return (folder / WEIGHTS).stat().st_size if (folder / WEIGHTS).exists() else 0
