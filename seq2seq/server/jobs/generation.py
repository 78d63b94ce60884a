"""A text that a generator writes, token by token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.config.search_settings import SearchSettings
from seq2seq.errors import ConfigError
from seq2seq.inference.generator import Generated, Generator
from seq2seq.server.jobs.job import Advance, searched

_SAMPLING: Final = ("temperature", "top_k", "top_p", "seed")
"""Settings of sampling alone."""


@dataclass(eq=False, slots=True)
class Draft:
    """A text that is to be written; a batch of its own, so that it is passed on as it comes."""

    settings: Mapping[str, object]
    """Of sampling or search, in place of the recipe's."""
    most: int
    """Most tokens, whatever the recipe says."""
    prompt: str = ""
    number: int = 0
    """Of the text, from 0; it decides what is sampled."""
    listen: Callable[[str], None] | None = None
    """Called in the engine's thread with the text so far, unless a beam is searched with."""

    def run(self, engine: Generator, items: Sequence[str], advance: Advance) -> list[Generated]:
        """The text of each item, which is its tags.

        Raises:
            ConfigError: the model does not know a tag; or settings contradict each other.
        """
        config = self._config(engine.decoding)

        def listen(text: str) -> None:
            advance(0)
            if self.listen is not None:
                self.listen(text)

        return [
            one
            for tags in items
            for one in engine.generate([tags], config, prompt=self.prompt, start=self.number, listen=listen)
        ]

    def tokens_of(self, _tags: str, default: SearchSettings) -> int:
        """Most tokens of the text."""
        return searched(self.most + 1, default.model_copy(update=dict(self.settings)), default)

    def _config(self, default: SearchSettings) -> SearchSettings:
        config = default.model_copy(update=dict(self.settings))
        idle = [name for name in _SAMPLING if name in self.settings] if config.method != "sample" else []
        idle += ["beam"] if config.method != "beam" and "beam" in self.settings else []
        if idle:
            problem = f"for method {'sample' if config.method == 'beam' else 'beam'} only"
            raise ConfigError(f"{', '.join(idle)}", [problem], code="serve.parameter")
        if config.max_length_ratio or config.max_length_extra > self.most:
            config = config.model_copy(update={"max_length_ratio": 0.0, "max_length_extra": self.most})
        return config.model_copy(update={"nbest": 1})
