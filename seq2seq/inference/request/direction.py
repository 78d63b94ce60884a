"""The direction of a translator with several: tags at the head of its sources (:mod:`seq2seq.text.tags`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from seq2seq.errors import ConfigError, DataError
from seq2seq.text.tags import LANGUAGE, OTHER, all_tags, tagged
from seq2seq.text.tokenizer import SPACE

if TYPE_CHECKING:
    from seq2seq.config.data import DataConfig

_HEAD: Final = re.compile(r"\s*(?:<(?:2[\w-]+|:[\w.-]+)>\s*)+")
_TAG: Final = re.compile(r"<[^<>]+>")


@dataclass(frozen=True)
class Direction:
    """Tags that a model knows, and those that it is given."""

    known: tuple[str, ...] = ()
    """All tags of the model, those of languages first."""
    given: tuple[str, ...] = ()
    """Tags for every text; none: the texts have their own."""

    @classmethod
    def from_config(cls, data: DataConfig) -> Self:
        """The tags of a recipe."""
        return cls(all_tags(data))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there is a choice of."""
        start, _, end = LANGUAGE.partition("{}")
        return tuple(tag.removeprefix(start).removesuffix(end) for tag in self.known if tag.startswith(start))

    @property
    def reads_tags(self) -> bool:
        """Whether texts have to have their own tags."""
        return bool(self.known) and not self.given

    def to(self, language: str | None, tags: Sequence[str] = ()) -> Self:
        """The same model with a language, and further tags, for every text.

        Raises:
            ConfigError: the model was not trained with them.
        """
        given = [] if language is None else [("--to", language, LANGUAGE.format(language))]
        given += [("--tag", tag, OTHER.format(tag)) for tag in tags]
        for option, name, tag in given:
            if tag not in self.known:
                start = (LANGUAGE if option == "--to" else OTHER).partition("{}")[0]
                there = [known[len(start) : -1] for known in self.known if known.startswith(start)]
                has = f"it knows {', '.join(there)}" if there else "it knows none; leave the option out"
                problem = f"the model was not trained with '{name}'; {has}"
                raise ConfigError(option, [problem], code="inference.unknown-tag")
        return replace(self, given=tuple(tag for _, _, tag in given))

    def lead(self, texts: Sequence[str], start: int = 0) -> Sequence[str]:
        """Texts with tags at their head.

        Args:
            texts: without tags; or, if none is given, each with its own.
            start: number of the first text, from 0, for messages.

        Raises:
            DataError: a text has no tag for its language, or one that the model does not know.
        """
        if not self.known:
            return texts
        if not self.given:
            for number, text in enumerate(texts, start + 1):
                if problem := self.problem_of(text):
                    what, code = problem
                    raise DataError(f"line {number:,}: {what}", code=code)
            return texts
        return [tagged(text, self.given) for text in texts]

    def problem_of(self, text: str) -> tuple[str, str] | None:
        """Why a text cannot be translated, and the code of that: its tags do not say into which language."""
        if not self.reads_tags:
            return None
        head = _HEAD.match(text)
        tags = _TAG.findall(head[0]) if head else []
        unknown = [tag for tag in tags if tag not in self.known]
        if unknown:
            what = f"the model does not know the tag {unknown[0]}; it knows {', '.join(self.known)}."
            return what, "inference.unknown-tag"
        if text.strip() and self.languages and not any(tag.startswith(LANGUAGE[:2]) for tag in tags):
            return (
                f"into which language? The model knows {', '.join(self.languages)}.\n"
                f"  Choose one: --to {self.languages[0]}, or in Python .to({self.languages[0]!r}).",
                "inference.no-language",
            )
        return None

    def head(self, pieces: Sequence[str]) -> int:
        """The number of pieces at the head of a source that are tags."""
        count = 0
        for number, piece in enumerate(pieces, 1):
            if piece in self.known:
                count = number
            elif piece != SPACE:
                break
        return count


def without_tags(text: str) -> str:
    """A text without the tags at its head."""
    head = _HEAD.match(text)
    return text[head.end() :] if head else text
