"""A text that a generator writes, token by token."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.generator import Generated, Generator


class GenerationCancelled(Exception):
    """Nobody waits for the text any more."""


@dataclass(eq=False, slots=True)
class Draft:
    """A text that is to be written; a batch of its own, so that it is passed on as it comes, and can be cancelled."""

    config: DecodingConfig
    prompt: str = ""
    number: int = 0
    """Of the text, from 0; it decides what is sampled."""
    listen: Callable[[str], None] | None = None
    """Called in the engine's thread with the text so far, unless a beam is searched with."""
    cancelled: Event = field(default_factory=Event)
    """Set when nobody waits any more: the text ends at its next token."""

    def run(self, engine: Generator, items: Sequence[str]) -> list[Generated]:
        """The text of each item, which is its tags.

        Raises:
            GenerationCancelled: it was cancelled.
            ConfigError: the model does not know a tag.
        """
        return [
            one
            for tags in items
            for one in engine.generate([tags], self.config, prompt=self.prompt, start=self.number, listen=self._observe)
        ]

    def tokens_of(self, _tags: str) -> int:
        """Most tokens of the text."""
        return self.config.max_length_extra + 1

    def _observe(self, text: str) -> None:
        if self.cancelled.is_set():
            raise GenerationCancelled
        if self.listen is not None:
            self.listen(text)
