"""Options of documents: their format, the memory, what is flagged and reported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.options import grouped_options
from seq2seq.cli.usage import InputFile, OutputFile
from seq2seq.registry import DOCUMENTS

if TYPE_CHECKING:
    from seq2seq.documents.open import DocumentOptions

_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_SHARE = click.FloatRange(min=0.0, max=1.0, min_open=True)


class _Format(click.ParamType[str]):
    """The name of a format; those of installed packages are looked for if one is given."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if there is such a format."""
        if value not in DOCUMENTS:
            return str(click.Choice(DOCUMENTS.names()).convert(value, param, ctx))
        return str(value)


class _Language(click.ParamType[str]):
    """A language, by its code or its English name; becomes its code."""

    name = "code"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code, if there is such a language."""
        from seq2seq.formats.languages import language_of

        if _CODE.fullmatch(value):
            return str(value)
        return language_of(value) or self.fail(f"{value!r} is no code of a language, such as en or pt-BR.", param, ctx)


def _visible(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse strings in which there is nothing to be left as it is."""
    if not all(map(str.strip, texts)):
        raise click.BadParameter("one of them is empty.", context, option)
    return texts


document_options = grouped_options(
    "document",
    {
        "format": click.option(
            "--format",
            type=_Format(),
            metavar="NAME",
            help="Format of FILE (default: by its ending, else text): text, lines, wrapped, markdown, html, srt, vtt, "
            "po, xliff, docx, odt, pptx, xlsx, csv, tsv, json, jsonl, properties, strings, "
            "android. lines: lines are translated whole.",
        ),
        "column": click.option("--column", metavar="NAME", help="csv, tsv, xlsx: column to translate (or 0, 1, ...)."),
        "target_column": click.option(
            "--target-column", metavar="NAME", help="csv, tsv, xlsx: column to write to (default: the same)."
        ),
        "keys": click.option(
            "--key",
            "keys",
            multiple=True,
            metavar="PATH",
            help="json, jsonl: translate values at PATH, such as menu.*.label; repeatable (default: all).",
        ),
        "source_language": click.option(
            "--source-language",
            type=_Language(),
            metavar="CODE",
            help="Language of FILE: en, de, ... (default: the model's, if known).",
        ),
        "target_language": click.option(
            "--target-language",
            type=_Language(),
            metavar="CODE",
            help="Language of the translation (default: the model's, if known).",
        ),
        "protect": click.option(
            "--protect",
            multiple=True,
            metavar="TEXT",
            callback=_visible,
            help="Leave TEXT, such as a name, as it is wherever it occurs; repeatable.",
        ),
        "memory": click.option(
            "--memory", type=InputFile(), metavar="FILE", help="Take the translations of a TMX file for equal texts."
        ),
        "memory_threshold": click.option(
            "--memory-threshold", type=_SHARE, help="Take, and flag, those of texts that are so similar: 0.8."
        ),
        "flag_below": click.option(
            "--flag-below", type=_SHARE, help="Flag sentences in which the model has less confidence: 0.5."
        ),
        "report": click.option(
            "--report",
            type=OutputFile(".json", ".txt"),
            metavar="FILE",
            help="Write what was done and flagged to FILE, .json or .txt.",
        ),
    },
)
"""The document options, for a parameter ``document``."""


def options_of_format(document: Mapping[str, Any]) -> DocumentOptions:
    """The given options that belong to a format. A column of digits is an index, from 0."""
    from seq2seq.documents.open import DocumentOptions

    columns = [
        int(name) if name is not None and name.isdecimal() else name
        for name in (document.get("column"), document.get("target_column"))
    ]
    return DocumentOptions(columns[0], columns[1], document.get("keys"), document.get("target_language"))


def choose_format(
    file: Path, output: Path | None, document: Mapping[str, Any], lines: Mapping[str, bool], *, as_json: bool
) -> str:
    """The format of FILE; ``lines`` says what there is that needs each line translated whole.

    Raises:
        click.UsageError: options contradict each other.
    """
    from seq2seq.documents.open import BINARY, LINES, TEXT, check_options, format_of

    given = document.get("format")
    whole = [option for option, is_given in lines.items() if is_given]
    if given not in (None, LINES) and whole:
        raise click.UsageError(f"{whole[0]} translates each line whole: leave out --format {given}.")
    chosen = str(given or (LINES if whole else format_of(file)))
    if chosen == LINES and (unused := [name for name in document if name != "format"]):
        needs = "--format lines" if given else whole[0]
        raise click.UsageError(f"--{unused[0].replace('_', '-')}: not with {needs}, which translates each line whole.")
    if chosen not in (LINES, TEXT) and as_json:
        raise click.UsageError(f"--json: for plain text, not for {chosen}; --report FILE.json says what was done.")
    if "memory_threshold" in document and "memory" not in document:
        raise click.UsageError("--memory-threshold: for --memory FILE.")
    if chosen != LINES:
        check_options(chosen, options_of_format(document))
    if output is not None and not _fits(output, chosen):
        raise click.UsageError(f"--output {output}: {chosen} is written; name a file with its ending.")
    if chosen in BINARY and output is None:
        raise click.UsageError(f"--output is missing: {chosen} is no text that could be printed.")
    return chosen


def _fits(output: Path, format: str) -> bool:
    """Whether a file that is written in a format may be called so."""
    from seq2seq.documents.open import BINARY, LINES, TEXT, format_of

    named = format_of(output)
    if format in (LINES, TEXT):
        return named not in BINARY
    return (
        named in (TEXT, format) or {named, format} <= {"json", "jsonl"} or (format == "wrapped" and named not in BINARY)
    )
