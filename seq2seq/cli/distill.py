"""``seq2seq distill``: a small fast student of any teacher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq import hints
from seq2seq.cli.options import command_to_resume, named_columns, run_options, source_column_option
from seq2seq.cli.sharding.options import ShardType
from seq2seq.cli.split_option import split_option
from seq2seq.cli.streams import print_json

if TYPE_CHECKING:
    from seq2seq.config.data import Location
    from seq2seq.distillation.options import Pick, Size
    from seq2seq.distillation.teachers.teacher import Task
    from seq2seq.shards.shard import Shard

_COUNT = click.IntRange(min=1)


@click.command("distill")
@click.argument("teacher")
@click.argument("data", nargs=-1)
@click.option(
    "--monolingual",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Sources without translations or labels, one per line; beside DATA, or instead. Repeatable.",
)
@split_option("--dev", "Development set (default: held out from DATA).")
@split_option("--test", "Test set, for the table at the end (default: the development set).")
@source_column_option
@click.option("--target-column", "--target-language", metavar="NAME", help="Target column of DATA, likewise.")
@click.option(
    "--ensemble", multiple=True, metavar="MODEL", help="A further model that decides with TEACHER; repeatable."
)
@click.option(
    "--task",
    type=click.Choice(["translation", "classification"]),
    help="What a `command:` does (default: translation); models know it.",
)
@click.option(
    "--languages", nargs=2, metavar="FROM TO", help="Languages, as TEACHER calls them: en de, or eng_Latn deu_Latn."
)
@click.option("--teacher-model", metavar="NAME", help="Model of a service that has several.")
@click.option("--n-best", "nbest", type=_COUNT, default=1, show_default=True, help="Translations of each source.")
@click.option(
    "--pick",
    type=click.Choice(["score", "reference", "all"]),
    default="score",
    show_default=True,
    help="Of several translations: the teacher's best, the nearest to DATA's, or all.",
)
@click.option("--beam", type=_COUNT, help="Hypotheses per step of the teacher's search (default: its own, or 5).")
@click.option("--workers", type=_COUNT, help="Batches, processes or requests of the teacher at once.")
@click.option(
    "--shard-lines", type=_COUNT, default=1_000, show_default=True, help="Lines that the teacher is asked for together."
)
@click.option(
    "--shard",
    type=ShardType(),
    metavar="I/N",
    help="Only have TEACHER answer the I-th of N shards of the sources, counted from 1, and train nothing; the command "
    "without --shard finds all answers.",
)
@click.option("--reverse", metavar="MODEL", help="A model of the other direction: drops translations that it doubts.")
@click.option(
    "--drop",
    type=click.FloatRange(0.0, 1.0, max_open=True),
    default=0.05,
    show_default=True,
    help="Share of the pairs that --reverse drops.",
)
@click.option("--with-references", is_flag=True, help="Learn DATA's own translations or labels, too.")
@click.option(
    "--size", type=click.Choice(["tiny", "small", "base"]), default="small", show_default=True, help="Of the student."
)
@click.option("--no-baseline", is_flag=True, help="Do not train the same student without the teacher.")
@run_options
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def command(
    teacher: str,
    data: tuple[str, ...],
    output: Path,
    monolingual: tuple[Path, ...],
    dev: Location | None,
    test: Location | None,
    source_column: str | None,
    target_column: str | None,
    ensemble: tuple[str, ...],
    task: Task | None,
    languages: tuple[str, str] | None,
    teacher_model: str | None,
    nbest: int,
    pick: Pick,
    beam: int | None,
    workers: int | None,
    shard_lines: int,
    shard: Shard | None,
    reverse: str | None,
    drop: float,
    with_references: bool,
    size: Size,
    no_baseline: bool,
    overrides: tuple[str, ...],
    launch: dict[str, Any],
    as_json: bool,
) -> None:
    """Distil a teacher into a small fast student.

    TEACHER translates or labels the sources of DATA, and the student learns its translations, or its probabilities of
    the labels. TEACHER is a model folder, a run folder or hf://user/name; `command:PROGRAM`, which writes a line for
    each that it reads; `hf:user/name`, a translator of the transformers library; `ct2:FOLDER`, one of CTranslate2; or
    the address of a service that speaks LibreTranslate's API, or OpenAI's (`https://.../v1`). DATA is what `seq2seq
    train` takes: sentence pairs, labelled texts, or two line-aligned files.

    \b
      seq2seq distill runs/big pairs.tsv --output runs/student
      seq2seq distill runs/a pairs.tsv --ensemble runs/b --ensemble runs/c --output runs/student
      seq2seq distill runs/labels1 labelled.tsv --ensemble runs/labels2 --monolingual texts.txt --output runs/student
      seq2seq distill "command:apertium -f line en-es" --monolingual texts.en --languages en es --output runs/student

    What the teacher has answered is kept, shard by shard: run the same command again to resume. At the end the student,
    its teacher, and the same student without the teacher are compared on the test set.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    if len(data) > 2:
        raise click.UsageError(f"expected one data location or two aligned files as DATA; found {len(data)}.")
    if not data and not monolingual:
        raise click.UsageError("Missing DATA: sentence pairs or labelled texts, or --monolingual FILE.")
    context = click.get_current_context()
    if reverse is None and context.get_parameter_source("drop") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--drop needs --reverse MODEL.")
    if nbest == 1 and pick != "score":
        raise click.UsageError(f"--pick {pick} needs an --n-best of at least 2.")
    if not data:
        needed = {"--with-references": with_references, "--pick reference": pick == "reference"}
        if given := [option for option, is_given in needed.items() if is_given]:
            raise click.UsageError(f"{', '.join(given)}: for DATA with translations or labels.")
    from seq2seq.distillation.distill import answer_shard, distill
    from seq2seq.distillation.options import DistillationOptions
    from seq2seq.distillation.teachers.open import TeacherOptions
    from seq2seq.distillation.teachers.teacher import CLASSIFICATION
    from seq2seq.log import console, say
    from seq2seq.training.fit import LaunchOptions

    asked = TeacherOptions(
        ensemble=ensemble, task=task, languages=languages, model=teacher_model, nbest=nbest, beam=beam, workers=workers
    )
    options = DistillationOptions(
        teacher=asked,
        monolingual=monolingual,
        columns=named_columns(source_column, target_column),
        dev=dev,
        test=test,
        shard=shard_lines,
        pick=pick,
        reverse=reverse,
        drop=drop,
        with_references=with_references,
        size=size,
        baseline=not no_baseline,
        overrides=overrides,
    )
    if shard is not None:
        folder = answer_shard(teacher, data, output, options, shard)
        say(f"{folder}: shard {shard} is answered. When all are, run the command without --shard.")
        return
    result = distill(teacher, data, output, options, LaunchOptions(**launch))
    if not result.run.is_main:
        return
    if result.run.interrupted:
        say(f"What there is so far is kept. To resume:\n  {command_to_resume(context)}")
        context.exit(128 + result.run.interrupted)  # as a shell names a death by signal
    assert result.table is not None
    if as_json:
        print_json(result.table.to_dict())
    else:
        console().print(result.table.render(), soft_wrap=True)
    use = hints.command("classify" if result.task == CLASSIFICATION else "translate", str(result.model))
    say(f"Student saved in {result.model}. To use it:\n  {use}")
