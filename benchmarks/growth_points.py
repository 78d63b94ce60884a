"""What is done for one point of a curve of :mod:`growth_curves`, in a process of its own.

The model is that of the recipe `translation/multi30k_quick` except for what varies. Its own cost does not depend
on what the tokens say, so they are random; texts are generated where data are prepared.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count, repeat
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from growth_curves import SENTENCES_AT_ONCE
from memory_data import write_corpus

from seq2seq import log
from seq2seq.config.data import DataConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.load import load_recipe
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.machine import resident_peak
from seq2seq.models.build import build_model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.decode import search
from seq2seq.special import NAMES
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.ema import EMA
from seq2seq.training.step.objective import SequenceObjective
from seq2seq.training.step.optimizer import build_optimizer
from seq2seq.training.step.updater import build_updater

_LENGTH, _TOKENS, _VOCABULARY, _HIDDEN = 16, 2048, 6000, 512
"""What does not vary: tokens of a sentence, tokens of a batch, pieces, units."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process found."""

    seconds: float
    """A token: median of the runs."""
    program: int
    """Peak bytes resident before the work began: Python, torch, this package."""
    peak: int
    """Peak bytes resident in the end."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every point is given."""

    seconds: float
    """Time for the runs that are counted, at least, where they can be repeated."""
    data: Path
    """Folder of the generated corpora."""

    def corpus(self, pairs: int) -> Path:
        """The file of a corpus."""
        return self.data / f"{pairs}.tsv"


def measure(curve: str, series: str, x: int, setting: Setting) -> Measured:
    """Measure one point."""
    with log.muted():
        return JOBS[curve, series](x, setting)


def generate(pairs: int, setting: Setting) -> None:
    """Write a corpus and prepare it, for the points that find it prepared."""
    write_corpus(setting.corpus(pairs), pairs)
    with log.muted():
        _prepared(pairs, setting)


def recipe(hidden: int = _HIDDEN, *, attends: bool = True) -> TranslationRecipe:
    """The recipe of Multi30k; without attention, its decoder sees the fixed context at every step."""
    # Orthogonal matrices take seconds to draw where they are large, and change no cost.
    changes = [f"model.encoder.hidden={hidden // 2}", f"model.decoder.hidden={hidden}"]
    changes += ["model.initialisation.orthogonal=false"]
    changes += ["training.guided_alignment=0", "training.precision=32-true"]
    changes += [] if attends else ["model.attention=null", "model.feed_context=true"]
    found = load_recipe("translation/multi30k_quick", changes)
    assert isinstance(found, TranslationRecipe)
    return found


def random_ids(length: int, vocabulary: int, rng: np.random.Generator) -> list[int]:
    """A sentence of ``length`` tokens, EOS included, which is not in the list."""
    return [int(token) for token in rng.integers(len(NAMES), vocabulary, size=length - 1)]


def random_batch(length: int = _LENGTH, tokens: int = _TOKENS, vocabulary: int = _VOCABULARY) -> Batch:
    """A batch without padding: as many pairs of sentences of one length as its tokens allow, both sides counted."""
    rng = np.random.default_rng(1)
    rows = range(max(1, tokens // (2 * length)))
    sources, targets = ([random_ids(length, vocabulary, rng) for _ in rows] for _ in range(2))
    return collate(sources, targets)


def _train(
    batches: Iterator[Batch], setting: Setting, *, vocabulary: int = _VOCABULARY, hidden: int = _HIDDEN
) -> Measured:
    """Take training steps, the wait for their batches counted."""
    config = recipe(hidden)
    runtime = Runtime(accelerator="cpu")
    program = resident_peak()
    model = build_model(config.model, vocabulary, vocabulary)
    bare = SequenceObjective(model, smoothing=config.training.label_smoothing)
    objective, optimizer = runtime.set_up(bare, build_optimizer(model.parameters(), config.training.optimizer))
    updater = build_updater(
        bare,
        objective,
        optimizer,
        runtime,
        config.training,
        where=str,
        constraints=None,
        ema=EMA(model, config.training.ema_decay),
    )
    numbers = count(1)

    def step() -> int:
        batch = next(batches)
        updater.enqueue([batch], rate=1e-3, number=next(numbers))
        updater.flush()
        return batch.source_tokens + batch.target_tokens

    return Measured(_per_token(step, setting), program, resident_peak())


def _train_on_data(pairs: int, setting: Setting) -> Measured:
    """Take training steps on prepared data."""
    prepared = _prepared(pairs, setting)
    loader = _loader(prepared)

    def batches() -> Iterator[Batch]:
        for epoch in count():
            yield from loader.batches(epoch)

    with closing(batches()) as endless:
        return _train(endless, setting, vocabulary=prepared.tokenizers.target.size)


def _collate(pairs: int, setting: Setting) -> Measured:
    """Draw the batches of an epoch, and put every one together."""
    prepared = _prepared(pairs, setting)
    program, epochs = resident_peak(), count()
    loader = _loader(prepared)

    def epoch() -> int:
        return sum(batch.source_tokens + batch.target_tokens for batch in loader.batches(next(epochs)))

    return Measured(_per_token(epoch, setting, least=1), program, resident_peak())


def _prepare(pairs: int, setting: Setting) -> Measured:
    """Prepare a corpus: read it, train a tokenizer, tokenise, write."""
    program = resident_peak()
    with TemporaryDirectory(dir=setting.data) as cache:
        start = time.perf_counter()
        prepared = _prepared(pairs, setting, Path(cache))
        seconds = time.perf_counter() - start
        tokens = sum(int(split.lengths.sum()) for split in (prepared.train, prepared.dev))
    return Measured(seconds / tokens, program, resident_peak())


def _prepared(pairs: int, setting: Setting, cache: Path | None = None) -> Prepared:
    # One process, so that the memory of this one is all.
    data = DataConfig(train=str(setting.corpus(pairs)), cache=str(cache or setting.data / "cache"), workers=1)
    return prepare(data, recipe().tokenizer, seed=1)


def _loader(prepared: Prepared) -> Loader:
    sampler = TokenBudgetSampler(prepared.train.lengths, recipe().training.batch, seed=1)
    return Loader(prepared.train, sampler, prepared.tokenizers, seed=1)


def _decode(length: int, sentences: int, setting: Setting, *, attends: bool = True) -> Measured:
    """Search with the recipe's beam; every output is made as long as its source, in tokens, EOS included."""
    config = recipe(attends=attends)
    program = resident_peak()
    model = build_model(config.model, _VOCABULARY, _VOCABULARY).eval()
    assert isinstance(model, Seq2Seq)
    stepper, decoding = TorchStepper(model), of_length(length, config.decoding)
    rng = np.random.default_rng(1)
    sources = [random_ids(length, _VOCABULARY, rng) for _ in range(sentences)]

    def decode() -> int:
        found = search(stepper, sources, decoding, attention=False)
        return sum(len(best.tokens) + 1 for best, *_ in found)

    return Measured(_per_token(decode, setting), program, resident_peak())


def of_length(length: int, decoding: DecodingConfig) -> DecodingConfig:
    """The same search, for outputs that have exactly as many tokens as their sources of ``length``, EOS included."""
    limits = {"min_length": length - 1, "max_length_ratio": 1.0, "max_length_extra": 0}
    return decoding.model_copy(update={**limits, "batch_size": SENTENCES_AT_ONCE})


def _per_token(run: Callable[[], int], setting: Setting, *, least: int = 3) -> float:
    """Median of the seconds per token of at least this many runs, which return their tokens."""
    run()  # not counted: kernels are made ready, memory is asked for
    rates: list[float] = []
    begun = time.perf_counter()
    while len(rates) < least or time.perf_counter() - begun < setting.seconds:
        start = time.perf_counter()
        tokens = run()
        rates.append((time.perf_counter() - start) / tokens)
    return median(rates)


Job = Callable[[int, Setting], Measured]
JOBS: dict[tuple[str, str], Job] = {
    ("length", "training"): lambda x, setting: _train(repeat(random_batch(length=x)), setting),
    ("batch", "training"): lambda x, setting: _train(repeat(random_batch(tokens=x)), setting),
    ("vocabulary", "training"): lambda x, setting: _train(repeat(random_batch(vocabulary=x)), setting, vocabulary=x),
    ("hidden", "training"): lambda x, setting: _train(repeat(random_batch()), setting, hidden=x),
    ("data", "preparation"): _prepare,
    ("data", "drawing and collating an epoch"): _collate,
    ("data", "training"): _train_on_data,
    ("source", "attention"): lambda x, setting: _decode(x, 16, setting),
    ("source", "fixed context"): lambda x, setting: _decode(x, 16, setting, attends=False),
    ("sentences", "attention"): lambda x, setting: _decode(_LENGTH, x, setting),
}
"""What is done for a point, by curve and series."""
