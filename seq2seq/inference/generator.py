"""From tags, or from nothing, to text: the generator."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Self

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.base import TextModel, after_prompt, text_list
from seq2seq.inference.request.tags import encode_tags
from seq2seq.inference.workers import batch_size, map_in_parallel
from seq2seq.model_folder.read import ModelFolder
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import Stepper
from seq2seq.search.steppers.prompt import ObservedStepper, PrefixStepper
from seq2seq.text.vocabulary.pair import Vocabulary, VocabularyPair


@dataclass(frozen=True, slots=True)
class Generated:
    """A text that a model has written."""

    text: str
    """The text, the prompt included."""
    tags: str
    """The tags it was generated from."""
    log_prob: float
    """Sum of the tokens' log-probabilities in nats, without the prompt's."""
    tokens: tuple[str, ...]
    """Its sub-word pieces, without the prompt's."""
    note: str | None = None
    """A warning about it, for people."""


@dataclass(eq=False, repr=False)
class Generator(TextModel):
    """Generates text with a trained model; :func:`seq2seq.load` makes one."""

    task = "generation"
    method = "generate"

    stepper: Stepper[Any]
    """The model, as used by search."""
    tokenizers: VocabularyPair
    """Vocabularies of tags and text."""
    decoding: SearchSettings
    """Default settings of sampling or search."""
    workers: int = field(default=1, kw_only=True)
    """Batches that are generated in parallel."""

    @classmethod
    def from_folder(cls, folder: ModelFolder, stepper: Stepper[Any], *, workers: int) -> Self:
        """The generator of a model folder whose network is open."""
        search = folder.inference.search
        assert search is not None
        return cls(stepper, folder.tokenizers, search, workers=workers)

    def generate(
        self,
        tags: Iterable[str] | None = None,
        config: SearchSettings | None = None,
        *,
        count: int = 1,
        prompt: str = "",
        start: int = 0,
        listen: Callable[[str], None] | None = None,
    ) -> list[Generated]:
        """Generate ``count`` texts for each entry of ``tags``, one entry after the other.

        Equal seeds, tags and numbers give equal texts, whatever else the call asks for.

        Args:
            tags: tags of each text, separated by spaces (``None``: one entry without tags).
            config: settings of sampling or search, in place of the recipe's.
            count: texts per entry; without sampling, they are all the same.
            prompt: the beginning of every text; if it ends with a space, a word follows.
            start: number of the first text, from 0; it decides what is sampled.
            listen: called with the text so far whenever it has changed, if a single text is sampled or decoded
                greedily.

        Raises:
            ConfigError: the model does not know a tag.
            TypeError: ``tags`` is one string, or an entry is not a string.
        """
        entries = [entry for entry in text_list([""] if tags is None else tags) for _ in range(count)]
        config = config or self.decoding
        sources = [encode_tags(self.tokenizers.source, entry) for entry in entries]
        ids = self.tokenizers.target.encode(prompt)
        stepper: Stepper[Any] = self.stepper
        if listen is not None and len(sources) == 1 and (config.method == "sample" or config.beam == 1):
            stepper = ObservedStepper(stepper, self._observer(ids, listen))
        if ids:
            stepper = PrefixStepper(stepper, ids, after_prompt(self.tokenizers.target, prompt, stepper.vocabulary))

        def write(rows: range) -> list[list[Hypothesis]]:
            batch, offsets = [sources[row] for row in rows], [start + row for row in rows]
            return search(stepper, batch, config, offsets=offsets, attention=False, from_nothing=True)

        size = batch_size(len(sources), config.batch_size, self.workers)
        batches = [range(len(sources))[first : first + size] for first in range(0, len(sources), size)]
        hypotheses = chain.from_iterable(map_in_parallel(write, batches, self.workers))
        return [
            Generated(
                text=self.tokenizers.target.decode([*ids, *best.tokens]),
                tags=entry,
                log_prob=best.log_prob,
                tokens=tuple(self.tokenizers.target.pieces(best.tokens)),
                note=best.warning,
            )
            for entry, (best, *_) in zip(entries, hypotheses, strict=True)
        ]

    def _observer(self, prompt: Sequence[int], listen: Callable[[str], None]) -> Callable[[int], None]:
        """A callback for tokens that passes the text so far on to ``listen``."""
        read: list[int] = []
        last = ""

        def observe(token: int) -> None:
            nonlocal last
            read.append(token)
            if len(read) <= len(prompt):
                return
            text = self.tokenizers.target.decode(read)
            if text != last:
                last = text
                listen(text)

        return observe


def text_bytes(vocabulary: Vocabulary, texts: Iterable[str]) -> int:
    """UTF-8 bytes of texts as the model reads them (normalised), plus one per text for its end."""
    count = 0
    rest = iter(texts)
    while batch := list(islice(rest, 1000)):
        count += sum(len(vocabulary.normalise(text).encode("utf-8", "replace")) + 1 for text in batch)
    return count
