"""Tags at the head of a source: into which language it is translated, and how (Johnson et al. 2017, section 3).

`<2de>` asks for German; `<:formal>` is a tag of the recipe's own. Each is one token of the vocabulary; neither looks
like markup.
"""

from collections.abc import Sequence
from typing import Final

from seq2seq.config.data import DataConfig, SourceConfig

LANGUAGE: Final = "<2{}>"
OTHER: Final = "<:{}>"


def language_tag(language: str) -> str:
    """The tag that asks for a language."""
    return LANGUAGE.format(language)


def tags_of(data: DataConfig, source: SourceConfig) -> tuple[str, ...]:
    """The tags at the head of each source text of some data; the language's only where there is a choice."""
    choice = len({one.languages[1] for one in data.sources}) > 1
    return (*[language_tag(source.languages[1])] * choice, *map(OTHER.format, source.tags))


def all_tags(data: DataConfig) -> tuple[str, ...]:
    """All tags of a recipe, those of languages first."""
    found = [tag for source in data.sources for tag in tags_of(data, source)]
    return tuple(dict.fromkeys(sorted(found, key=lambda tag: not tag.startswith("<2"))))


def tagged(text: str, tags: Sequence[str]) -> str:
    """A text with tags at its head; a blank text stays blank."""
    return f"{' '.join(tags)} {text}" if tags and text.strip() else text
