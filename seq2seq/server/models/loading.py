"""From a model folder to a model that answers requests: its engine, the engine's thread, and the batches for it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.generator import Generator
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.pipeline import Pipeline
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.vectors import read_sequences
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.find import find_model
from seq2seq.model_folder.layout import NETWORK_WEIGHTS, NETWORKS, WEIGHTS
from seq2seq.server.batching.batcher import Batcher, Observer
from seq2seq.server.jobs.engine import TranslationEngine, estimated_tokens
from seq2seq.server.jobs.job import EngineT, ItemT, Job, ResultT
from seq2seq.server.models.catalogue import Place, VectorsWritten, version_of
from seq2seq.server.settings import QueueLimits
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import Vocabulary
from seq2seq.text.vocabulary.series import SeriesFormat


class AbandonedError(Exception):
    """Nobody waits for a batch any more: its clients have left, or their time is over."""


@dataclass(eq=False, frozen=True)
class LoadedModel:
    """A model that answers requests."""

    name: str
    version: str
    """12 hexadecimal digits that differ between models, of the same name, too."""
    batcher: Batcher[Any, Any, Any]
    """Takes jobs for the model's task as the kinds of its items."""
    thread: ThreadPoolExecutor
    """The one thread that asks the engine."""
    task: str = Translator.task
    decoding: SearchSettings = DecodingConfig()  # noqa: RUF009 - it is not changed
    """Its own settings, by whose search tokens are counted; of no use to a classifier."""
    source: Vocabulary | None = None
    """Vocabulary of what it reads; None: any text."""
    vectors: VectorsWritten | None = None
    """What a synthesizer writes."""

    @property
    def reads_vectors(self) -> bool:
        """Whether it reads sequences of vectors, as JSON, in the place of texts."""
        return isinstance(self.source, Channels)

    @property
    def series(self) -> SeriesFormat:
        """What a forecaster reads of series."""
        assert isinstance(self.source, SeriesFormat)
        return self.source

    async def ask(
        self, job: Job[EngineT, ItemT, ResultT], items: Sequence[ItemT], *, client: str, deadline: float
    ) -> list[ResultT]:
        """The results of a job for some items; see :meth:`seq2seq.server.batching.batcher.Batcher.submit`.

        Raises:
            DataError: an item is no sequence of vectors, where the model reads these. It is refused before it is in a
                batch with those of others.
        """
        if isinstance(self.source, Channels):
            read_sequences(self.source, items, 0, InputWarnings())
        results: list[ResultT] = await self.batcher.submit(
            client, job, items, deadline=deadline, tokens_of=lambda item: job.tokens_of(item, self.decoding)
        )
        return results

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
        ConfigError: its engine does not run here.
        MissingExtra: torch is needed, and is not installed.
    """
    thread = ThreadPoolExecutor(1, thread_name_prefix=f"seq2seq-{place.name}")
    loop = asyncio.get_running_loop()
    try:
        model, version, vectors = await loop.run_in_executor(thread, _open, place, options)
    except BaseException:
        thread.shutdown(wait=False)
        raise
    engine = TranslationEngine(model) if isinstance(model, Translator) else model

    async def run(job: Job[Any, Any, Any], items: Sequence[Any], wanted: Callable[[], bool]) -> Sequence[Any]:
        def advance(_done: float) -> None:
            if not wanted():
                raise AbandonedError

        return await loop.run_in_executor(thread, job.run, engine, items, advance)

    batcher: Batcher[Job[Any, Any, Any], Any, Any] = Batcher(
        run,
        tokens_of=estimated_tokens,
        budget=limits.batch_tokens * model.workers,
        capacity=limits.queue_tokens,
        observer=observer_of(place.name),
    )
    decoding = model.decoding if isinstance(model, Translator | Generator) else DecodingConfig()
    source = model.format if isinstance(model, SeriesForecaster) else model.tokenizers.source
    return LoadedModel(place.name, version, batcher, thread, model.task, decoding, source, vectors)


def _open(place: Place, options: EngineOptions) -> tuple[Pipeline, str, VectorsWritten | None]:
    folder, model = open_pipeline(place.path, **options)
    return model, version_of(folder.description), VectorsWritten.of(folder.description)


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
