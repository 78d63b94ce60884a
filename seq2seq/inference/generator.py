"""From tags, or from nothing, to text: the generator."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Self

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.recipe import GenerationRecipe
from seq2seq.errors import ConfigError
from seq2seq.inference.base import TextModel, after_prompt, text_list
from seq2seq.inference.workers import share, side_by_side
from seq2seq.model_folder.read import ModelFolder
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.prompt import ObservedStepper, PrefixStepper
from seq2seq.search.stepper import Stepper
from seq2seq.text.label_vocabulary import LabelVocabulary
from seq2seq.text.vocabulary_pair import Vocabulary, VocabularyPair

_SHOWN = 20  # tags that an error names


@dataclass(frozen=True, slots=True)
class Generated:
    """A text that a model has written."""

    text: str
    """The text, the prompt included."""
    tags: str
    """What it was started from."""
    log_prob: float
    """Sum of the tokens' log-probabilities in nats, without the prompt's."""
    tokens: tuple[str, ...]
    """Its sub-word pieces, without the prompt's."""
    note: str | None = None
    """What is wrong with it, in words."""


class Generator(TextModel):
    """Writes text with a trained model; :func:`seq2seq.load` makes one.

    Args:
        stepper: the model, as search asks it.
        tokenizers: of tags and text.
        decoding: how to draw or search when a call does not say otherwise.
        workers: batches that are written side by side.
    """

    task = "generation"
    method = "generate"

    def __init__(
        self, stepper: Stepper[Any], tokenizers: VocabularyPair, decoding: DecodingConfig, *, workers: int = 1
    ) -> None:
        self.stepper = stepper
        self.tokenizers = tokenizers
        self.decoding = decoding
        self.workers = workers

    @classmethod
    def from_folder(cls, folder: ModelFolder, stepper: Stepper[Any], *, workers: int) -> Self:
        """The generator of a model folder whose network is open."""
        assert isinstance(folder.recipe, GenerationRecipe)
        return cls(stepper, folder.tokenizers, folder.recipe.decoding, workers=workers)

    def generate(
        self,
        tags: Iterable[str] = ("",),
        config: DecodingConfig | None = None,
        *,
        count: int = 1,
        prompt: str = "",
        start: int = 0,
        listen: Callable[[str], None] | None = None,
    ) -> list[Generated]:
        """Write texts: ``count`` for each entry of ``tags``, one after the other.

        The same seed, tags and number give the same text, whatever else is asked for in the call.

        Args:
            tags: what each text starts from: tags set apart by spaces; empty, as by default, for none.
            config: how to draw or search, instead of the recipe's way.
            count: texts for each entry; where the search does not draw, all of them are alike.
            prompt: how every text begins; if that ends with a space, a word follows.
            start: number of the first, which decides what is drawn.
            listen: called with the text so far whenever it has changed, if only one is asked for and it is drawn, or
                searched for greedily.

        Raises:
            ConfigError: a tag that the model does not know.
            TypeError: ``tags`` is one string, or has an entry that is no text.
        """
        tags = [one for one in text_list(tags) for _ in range(count)]
        config = config or self.decoding
        sources = [self.read_tags(one) for one in tags]
        ids = self.tokenizers.target.encode(prompt)
        stepper: Stepper[Any] = self.stepper
        if listen is not None and len(sources) == 1 and (config.method == "sample" or config.beam == 1):
            stepper = ObservedStepper(stepper, self._teller(ids, listen))
        if ids:
            stepper = PrefixStepper(stepper, ids, after_prompt(self.tokenizers.target, prompt, stepper.vocabulary))

        def write(rows: range) -> list[list[Hypothesis]]:
            batch, offsets = [sources[row] for row in rows], [start + row for row in rows]
            return search(stepper, batch, config, offsets=offsets, attention=False, from_nothing=True)

        size = share(len(sources), config.batch_size, self.workers)
        chosen = [range(len(sources))[first : first + size] for first in range(0, len(sources), size)]
        found = list(chain.from_iterable(side_by_side(write, chosen, self.workers)))
        return [
            Generated(
                text=self.tokenizers.target.decode([*ids, *best.tokens]),
                tags=one,
                log_prob=best.log_prob,
                tokens=tuple(self.tokenizers.target.pieces(best.tokens)),
                note=best.warning,
            )
            for one, (best, *_) in zip(tags, found, strict=True)
        ]

    def read_tags(self, tags: str) -> list[int]:
        """Ids of tags.

        Raises:
            ConfigError: the model does not know one of them; says which it knows.
        """
        names = self.tokenizers.source
        unknown = names.unknown(tags)
        if unknown:
            known = names.names if isinstance(names, LabelVocabulary) else ()
            there = f"it knows {', '.join(known[:_SHOWN])}" if known else "it starts from nothing"
            more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
            raise ConfigError("tags", [f"the model does not know {', '.join(map(repr, unknown))}; {there}{more}"])
        return names.encode(tags)

    def _teller(self, prompt: Sequence[int], listen: Callable[[str], None]) -> Callable[[int], None]:
        read: list[int] = []
        before = ""

        def hear(token: int) -> None:
            nonlocal before
            read.append(token)
            if len(read) <= len(prompt):
                return
            text = self.tokenizers.target.decode(read)
            if text != before:
                before = text
                listen(text)

        return hear


def text_bytes(vocabulary: Vocabulary, texts: Iterable[str]) -> int:
    """UTF-8 bytes of texts as the model sees them (normalised), and one for the end of each."""
    count = 0
    rest = iter(texts)
    while batch := list(islice(rest, 1000)):
        count += sum(len(vocabulary.normalise(text).encode("utf-8", "replace")) + 1 for text in batch)
    return count
