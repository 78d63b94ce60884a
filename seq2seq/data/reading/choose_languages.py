"""The two languages that are read of files that name the languages of their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq.errors import DataError
from seq2seq.formats.languages import base, find_language, group, language_of

if TYPE_CHECKING:
    from seq2seq.config.data import ColumnsConfig, DataConfig
    from seq2seq.formats.bilingual.reader import Languages

Choice = tuple[str, str]
"""Languages of source and target; an empty string: a language that no file tells."""
_SHOWN: Final = 20
"""Languages that a message lists."""


def choose_languages(
    files: Mapping[Path, Languages], wanted: Mapping[str, str] | None = None, usual: Choice | None = None
) -> Choice:
    """Choose the languages of source and target.

    Args:
        files: the languages that each file names, or its beginning.
        wanted: those of ``source`` and ``target`` that are asked for.
        usual: those that are read if nothing is asked for, and they are there.

    Raises:
        DataError: it is unclear which are meant.
    """
    tags = list(dict.fromkeys(tag for languages in files.values() for tag in languages.tags))
    if not wanted and usual is not None:
        found = [find_language(tags, language) for language in usual]
        if None not in found or ("" in tags and found != [None, None]):
            wanted = {side: tag or language for side, tag, language in zip(_SIDES, found, usual, strict=True)}
    asked = {side: find_language(tags, language) or language for side, language in (wanted or {}).items()}
    source, target = (asked.get(side) for side in _SIDES)
    if source is not None and target is not None:
        return source, target
    return _complete(str(next(iter(files))), list(files.values()), tags, source, target)


_SIDES: Final = ("source", "target")


def _complete(
    where: str, files: Sequence[Languages], tags: Sequence[str], source: str | None, target: str | None
) -> Choice:
    """Choose what is not asked for: there must be two languages, of which a file may say which is the source."""
    found = group(filter(None, tags))
    if len(found) == 2 and not any(set(found) <= set(map(base, languages.tags)) for languages in files):
        raise no_language(where, tags, "two languages, and no file has both")
    if len(found) < 2 and "" in tags:
        found = {"": ""} | found
    if not any(tags):
        return "", ""
    if len(found) != 2:
        raise no_language(where, tags, "only one language" if len(found) < 2 else "more than two languages")
    if source is None and target is None:
        declared = (base(languages.source) for languages in files if languages.source is not None)
        source = found[next((tag for tag in declared if tag in found), next(iter(found)))]
    given = base(source or target or "")
    other = next(tag for key, tag in found.items() if key != given)
    return (source, other) if source is not None else (other, str(target))


def no_language(where: str, tags: Sequence[str], problem: str) -> DataError:
    """The error about languages that cannot be chosen.

    Args:
        where: the file.
        tags: the languages that it has.
        problem: what is wrong, in words that follow the name of the file.
    """
    named = [*filter(None, tags)]
    source, target = [*named, "en", "de"][:2]
    if "" in tags and named:  # messages of a catalogue, whose own language is not named
        source, target = "de" if named[0] == "en" else "en", named[0]
    shown = ", ".join(named[:_SHOWN]) + (", ..." if len(named) > _SHOWN else "")
    return DataError(
        f"{where}: {problem}. It has texts in: {shown or 'no language that it names'}.",
        settings=f"Choose two: --set data.languages=[{source},{target}]",
        options=f"Choose two: --source-language {source} --target-language {target}",
        code="data.no-language",
    )


def called_by_languages(columns: ColumnsConfig) -> Choice | None:
    """The languages by which columns are called; None: they are not."""
    return _called((columns.source, columns.target))


def languages_of(data: DataConfig) -> Choice:
    """The languages of source and target that a recipe names, as codes of BCP 47; empty strings if it does not.

    They are a setting of its data, or the names of its columns: ``en``, ``translation.de``.
    """
    return named_languages(data.languages, (data.columns.source, data.columns.target), swap=data.swap)


def named_languages(languages: Choice | None, columns: tuple[str | int | None, str | int], *, swap: bool) -> Choice:
    """:func:`languages_of` settings: the languages and columns of source and target, before ``swap``."""
    source, target = languages or _called(columns) or ("", "")
    return (target, source) if swap else (source, target)


def _called(columns: tuple[str | int | None, str | int]) -> Choice | None:
    source, target = (language_of(name) if isinstance(name, str) else None for name in columns)
    return None if source is None or target is None else (source, target)
