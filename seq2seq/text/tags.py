"""Tags at the head of a source: into which language it is translated, and how (Johnson et al. 2017, section 3).

`<2de>` asks for German; `<:formal>` is a tag of the recipe's own. Each is one token of the vocabulary; neither looks
like markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seq2seq.config.data import DataConfig, SourceConfig

LANGUAGE: Final = "<2{}>"
OTHER: Final = "<:{}>"


def language_tag(language: str) -> str:
    """The tag that asks for a language."""
    return LANGUAGE.format(language)


def target_languages(data: DataConfig) -> tuple[str, ...]:
    """The languages that there is a choice of; none, where it is one."""
    return _several((*(source.languages[1] for source in _sources(data)), *data.target_languages))


def tags_of(data: DataConfig, source: SourceConfig) -> tuple[str, ...]:
    """The tags at the head of each source text of some data; the language's only where there is a choice."""
    language = source.languages[1]
    return (*[language_tag(language)] * (language in target_languages(data)), *map(OTHER.format, source.tags))


def all_tags(data: DataConfig) -> tuple[str, ...]:
    """All tags of a recipe, those of languages first."""
    sources = _sources(data)
    languages = [*(source.languages[1] for source in sources), *data.target_languages]
    return known_tags(languages, (tag for source in sources for tag in source.tags))


def known_tags(languages: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """The tags of target languages, where there is a choice of them, and then the others; each may come repeatedly."""
    return (*map(language_tag, _several(languages)), *map(OTHER.format, dict.fromkeys(others)))


def tagged(text: str, tags: Sequence[str]) -> str:
    """A text with tags at its head; a blank text stays blank."""
    return f"{' '.join(tags)} {text}" if tags and text.strip() else text


def _several(languages: Iterable[str]) -> tuple[str, ...]:
    """Distinct languages; none, where it is one."""
    found = dict.fromkeys(languages)
    return tuple(found) if len(found) > 1 else ()


def _sources(data: DataConfig) -> tuple[SourceConfig, ...]:
    return (*data.sources, *(data.replay.sources if data.replay else ()))
