"""``seq2seq inspect``: what is wrong with a corpus."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from seq2seq.cli.options import TASKS, check_output, given_parameters, json_option
from seq2seq.cli.sharding.options import Sharding, ShardType, choose_shard
from seq2seq.cli.streams import shown
from seq2seq.cli.usage import OutputFile

if TYPE_CHECKING:
    from seq2seq.config.recipe import Recipe
    from seq2seq.inspection.corpus import Corpus
    from seq2seq.inspection.engine.result import Inspection
    from seq2seq.inspection.repair.fix import Fixed
    from seq2seq.inspection.series.inspect import SeriesInspection
    from seq2seq.shards.shard import Shard
    from seq2seq.training.estimate.report import Estimate

_OF_TEXTS: Final = ("source_column", "target_column", "out", "fix_only", "markup", "shard", "resume")
"""Parameters that are for texts and labels alone."""


@click.command("inspect")
@click.argument("data")
@click.argument("other", required=False)
@click.option(
    "--task",
    type=click.Choice([*TASKS, "forecasting"]),
    help="Task of the data (default: translation; forecasting of tables of times and numbers; or the recipe's).",
)
@click.option(
    "--source-column",
    "--source-language",
    metavar="NAME",
    help="Source column: a name, JSON key, file ending or language such as en, or an index from 0.",
)
@click.option("--target-column", "--target-language", metavar="NAME", help="Target or label column, likewise.")
@click.option("--examples", type=click.IntRange(min=0), default=5, show_default=True, help="Examples per finding.")
@click.option(
    "--fix",
    "out",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Write a cleaned copy to a new folder, with a list of every change and removal.",
)
@click.option("--fix-only", metavar="CHECKS", help="Apply --fix only to these checks, such as zero-width,mojibake.")
@click.option(
    "--markup",
    multiple=True,
    type=click.Choice(("rest", "html", "markdown", "icu", "printf")),
    help="Markup of the texts, in addition to what is recognised; repeatable.",
)
@click.option("--recipe", metavar="RECIPE", help="Read DATA by the settings of this recipe.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override one setting of the recipe, or of how series are read (data.forecast.value=NAME); repeatable.",
)
@click.option("--output", type=OutputFile(), metavar="FILE", help="Write the report to a file.")
@click.option(
    "--shard",
    type=ShardType(),
    metavar="I/N",
    help="Check only the I-th of N shards of the rows, counted from 1, and write a part beside the file that --output "
    "names; `seq2seq merge` makes the report of all parts.",
)
@click.option("--resume", is_flag=True, help="--shard: do nothing if the part is complete.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    data: str,
    other: str | None,
    task: str | None,
    source_column: str | None,
    target_column: str | None,
    examples: int,
    out: Path | None,
    fix_only: str | None,
    markup: tuple[Literal["rest", "html", "markdown", "icu", "printf"], ...],
    recipe: str | None,
    overrides: tuple[str, ...],
    output: Path | None,
    shard: Shard | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Find what is wrong with a corpus.

    DATA is a file (TSV, CSV, JSON, Parquet, TMX, XLIFF, PO, XLSX; tables of times and numbers), a folder with one file
    per split, hf://user/name, or a recipe; with OTHER, two line-aligned files. Nothing is changed; the exit code is 0
    whatever the findings.
    """
    from seq2seq import log
    from seq2seq.config.load import names_recipe
    from seq2seq.errors import advising_options
    from seq2seq.inspection.corpus import find_corpus
    from seq2seq.inspection.engine.inspect import inspect
    from seq2seq.inspection.repair.fix import CHANGED, LEFT_OUT, check_names, check_new, fix
    from seq2seq.inspection.series.find import find_series
    from seq2seq.inspection.series.inspect import inspect_series

    sharding = choose_shard({"shard": shard, "resume": resume}, Path(data), output)
    if sharding is not None and out is not None:
        raise click.UsageError("--fix: not with --shard; fix the corpus without it, in one process.")
    check_output(output, [Path(data), None if other is None else Path(other)])
    if out is not None:
        check_new(out)
    elif fix_only is not None:
        raise click.UsageError("--fix-only needs --fix OUT.")
    only = check_names(fix_only) if fix_only is not None else None
    given = given_parameters(context)
    where = [data] if other is None else [data, other]
    named = {"source": source_column, "target": target_column}
    columns = {side: _column(name) for side, name in named.items() if name is not None}
    if recipe is None and len(where) == 1 and names_recipe(where[0]):
        idle = [given[name] for name in ("task", "source_column", "target_column") if name in given]
        if idle:
            raise click.UsageError(f"{', '.join(idle)}: {where[0]} is a recipe, which sets this itself.")
    series = find_series(where, task, columns, recipe, overrides)
    if series is not None:
        if idle := [given[name] for name in _OF_TEXTS if name in given]:
            raise click.UsageError(f"{', '.join(idle)}: not for series of numbers; {series.path} holds such.")
        found = inspect_series(series.path, series.config, horizon=series.horizon, shown=examples)
        _give(series_report(found, series.recipe, as_json=as_json), output, as_json=as_json)
        return
    corpus = find_corpus(where, task, columns, recipe, overrides)
    config = corpus.config.model_copy(update={"markup": markup}) if markup else corpus.config
    advice = advising_options() if corpus.recipe is None else nullcontext()
    if sharding is not None:
        with advice:
            _check_shard(corpus._replace(config=config), sharding, examples, as_json=as_json)
        return
    with tempfile.TemporaryDirectory(prefix="seq2seq-") as folder, advice:
        inspected = inspect(config, corpus.sides, Path(folder), shown=examples)
        fixed = fix(inspected, config, out, only=only) if out is not None else {}
    text = report_of(inspected, corpus.recipe, as_json=as_json, fixed=None if out is None else fixed)
    _give(text, output, as_json=as_json)
    if out is not None:
        for name, one in fixed.items():
            log.say(f"{name}: {one}")
        log.say(
            f"{out}: the cleaned copy; {out / LEFT_OUT} says what was left out, and why; "
            f"{out / CHANGED} what was changed."
        )


def report_of(
    found: Inspection, recipe: Recipe | None, *, as_json: bool, fixed: Mapping[str, Fixed] | None = None
) -> str:
    """The report, for programs or for people; of a recipe, it says what training would cost, too."""
    from seq2seq.inspection.report import lines

    if as_json:
        content = found.to_dict() | _costs_as_json(recipe)
        if fixed is not None:
            content["fixed"] = {name: one.to_dict() for name, one in fixed.items()}
        return json.dumps(content, ensure_ascii=False, indent=2)
    costs = _costs(recipe)
    return "\n".join([*lines(found), *(["training", *costs] if costs else [])])


def series_report(found: SeriesInspection, recipe: Recipe | None, *, as_json: bool) -> str:
    """The report on series, likewise."""
    from seq2seq.inspection.series.report import lines

    if as_json:
        return json.dumps(found.to_dict() | _costs_as_json(recipe), ensure_ascii=False, indent=2)
    return "\n".join([*lines(found), *(_costs(recipe) if found.plan is not None else ())])


def write_report(path: Path, text: str) -> None:
    """Write a report to a file, which is as it was until all of it is there."""
    from seq2seq.storage.atomic import atomic_stream

    with atomic_stream(path) as file:
        file.write(f"{text}\n".encode(errors="surrogateescape"))


def _check_shard(corpus: Corpus, sharding: Sharding, examples: int, *, as_json: bool) -> None:
    """Check the rows of one shard, and write its part."""
    from seq2seq import log
    from seq2seq.inspection.sharding.settings import ShardSettings
    from seq2seq.inspection.sharding.work import inspect_shard

    settings = ShardSettings(
        data=corpus.config,
        source=corpus.sides.source,
        target=corpus.sides.target,
        examples=examples,
        as_json=as_json,
        recipe=None if corpus.recipe is None else corpus.recipe.model_dump(mode="json"),
    )
    with tempfile.TemporaryDirectory(prefix="seq2seq-") as folder:
        done = inspect_shard(settings, sharding.output, sharding.shard, Path(folder), resume=sharding.resume)
    if not done:
        log.say(f"{sharding.shard.part(sharding.output)}: complete; nothing to do")


def _give(text: str, output: Path | None, *, as_json: bool) -> None:
    """Print a report, or write it to a file."""
    if output is None:
        click.echo(shown(text) if as_json else text)
    else:
        write_report(output, text)


def _costs(recipe: Recipe | None) -> list[str]:
    """What training a recipe would cost, in lines; none without a recipe."""
    cost = None if recipe is None else _estimate(recipe)
    costs = [] if cost is None else cost.splitlines() if isinstance(cost, str) else cost.lines()
    return [f"  {line}" for line in costs]


def _costs_as_json(recipe: Recipe | None) -> dict[str, Any]:
    cost = None if recipe is None else _estimate(recipe)
    if cost is None:
        return {}
    return {"estimate": {"problem": cost} if isinstance(cost, str) else cost.to_dict()}


def _estimate(recipe: Recipe) -> Estimate | str:
    """What training the recipe would cost; or why it cannot be trained, which is a finding like others."""
    from seq2seq.errors import Seq2SeqError
    from seq2seq.training.estimate.estimate import estimate  # torch loads here

    try:
        return estimate(recipe)
    except Seq2SeqError as error:
        return f"cannot be trained: {error}"


def _column(name: str) -> str | int | None:
    """A column by its name or index; `null`: none."""
    return int(name) if name.isdecimal() else None if name == "null" else name
