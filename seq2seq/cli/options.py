"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from seq2seq import hints

if TYPE_CHECKING:
    from seq2seq.config.search_settings import SearchSettings

Command = Callable[..., Any]

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as shells count."""

_POSITIVE = click.IntRange(min=1)
_COUNT = click.IntRange(min=0)
_ABOVE_ZERO = click.FloatRange(min=0.0, min_open=True)

DECODING: dict[str, Callable[[Command], Command]] = {
    "beam": click.option("--beam", type=_POSITIVE, help="Hypotheses kept at each step; 1 is greedy."),
    "batch_size": click.option("--batch-size", type=_POSITIVE, help="Sentences decoded together."),
    "length_penalty": click.option(
        "--length-penalty",
        type=click.Choice(["average", "wu", "none"]),
        help="Divisor of log-probabilities: length^alpha, ((5 + length) / 6)^alpha, or 1.",
    ),
    "alpha": click.option("--alpha", type=click.FloatRange(min=0.0), help="Strength of the length penalty."),
    "max_length_ratio": click.option(
        "--max-length-ratio",
        type=_ABOVE_ZERO,
        help="Maximum output tokens per source token; --max-length-extra is added.",
    ),
    "max_length_extra": click.option(
        "--max-length-extra", type=_COUNT, help="Output tokens allowed beyond --max-length-ratio x source tokens."
    ),
    "min_length": click.option("--min-length", type=_COUNT, help="Minimum number of output tokens."),
    "no_repeat_ngram": click.option(
        "--no-repeat-ngram",
        type=_COUNT,
        metavar="N",
        help="Forbid repeated N-grams of tokens in an output (0: allow them).",
    ),
    "allow_unknown": click.option(
        "--allow-unknown/--no-unknown", default=None, help="Whether the unknown token may be generated."
    ),
    "method": click.option(
        "--method", type=click.Choice(["beam", "sample"]), help="Search for the most likely output, or sample one."
    ),
    "temperature": click.option("--temperature", type=_ABOVE_ZERO, help="sample: divides the log-probabilities."),
    "top_k": click.option(
        "--top-k", type=_COUNT, help="sample: only from the K most likely tokens (0: all).", metavar="K"
    ),
    "top_p": click.option(
        "--top-p",
        type=click.FloatRange(min=0.0, max=1.0, min_open=True),
        help="sample: only from the most likely tokens with this total probability (nucleus sampling).",
    ),
    "seed": click.option("--seed", type=_COUNT, help="sample: random seed."),
}
_SAMPLING = ("temperature", "top_k", "top_p", "seed")


def _with_options(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    """A command with options, in the order of its help."""
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed([*options]), command)


def grouped_options(group: str, options: Mapping[str, Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """A decorator that adds options, by the names of their parameters; the command gets one mapping, its ``group``.

    The mapping has the values that are given, and defaults.
    """

    def add(function: Command) -> Command:
        @functools.wraps(function)
        def command(*args: Any, **given: Any) -> Any:
            values = {name: value for name in options if (value := given.pop(name)) not in (None, ())}
            return function(*args, **{group: values}, **given)

        return _with_options(command, options.values())

    return add


decoding_options = grouped_options("decoding", DECODING)
"""The decoding options, for a parameter ``decoding``."""


def decoding_config(config: SearchSettings, given: Mapping[str, object], *, nbest: int | None = 1) -> SearchSettings:
    """The decoding settings of a recipe, changed by the given options.

    Args:
        config: the recipe's.
        given: the options, by setting.
        nbest: outputs asked for per source; ``None``: as many as the recipe says, or as the beam has if that is fewer.

    Raises:
        click.UsageError: options that contradict each other.
    """
    asked = config.nbest if nbest is None else nbest
    changes: dict[str, object] = {**given, "nbest": asked}
    method = changes.get("method", config.method)
    idle = [f"--{name.replace('_', '-')}" for name in _SAMPLING if name in given]
    if method != "sample" and idle:
        raise click.UsageError(f"{', '.join(idle)}: for --method sample only.")
    if method == "beam":
        beam = changes.setdefault("beam", max(config.beam, asked))
        assert isinstance(beam, int)
        if nbest is not None and nbest > beam:
            raise click.UsageError(f"--nbest {nbest} outputs need a --beam of at least {nbest}, not {beam}.")
        changes["nbest"] = min(asked, beam)
    elif "beam" in given:
        raise click.UsageError("--beam: for --method beam only.")
    return config.model_copy(update=changes)


_ENGINE: dict[str, Callable[[Command], Command]] = {
    "engine": click.option(
        "--engine",
        type=click.Choice(["auto", "torch", "onnx", "onnx-int8"]),
        default="auto",
        show_default=True,
        help="Engine: torch, or ONNX Runtime with the networks of `seq2seq export`. auto: onnx on a CPU if the model "
        "has been exported, else torch.",
    ),
    "device": click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps."),
    "threads": click.option(
        "--threads", type=_POSITIVE, help="CPU threads per batch (default: one per core with torch, 1 with onnx)."
    ),
    "workers": click.option(
        "--workers",
        type=_POSITIVE,
        help="Batches computed in parallel (default: 1 with torch; with onnx, cores / threads).",
    ),
}


engine_options = grouped_options("running", _ENGINE)
"""The engine options, for a parameter ``running``."""

shortlist_option: Callable[[Command], Command] = click.option(
    "--vocabulary-shortlist",
    "shortlist",
    is_flag=True,
    help="Search only over target tokens that a lexicon (`seq2seq export --shortlist`) gives for the source: faster; "
    "scores are relative to these tokens. For --engine onnx and onnx-int8.",
)

ensemble_option: Callable[[Command], Command] = click.option(
    "--ensemble",
    multiple=True,
    type=click.Path(path_type=str),
    metavar="MODEL",
    help="Average the probabilities (of the next token, or of the labels) with those of another MODEL of the same "
    "tokenizer; repeatable.",
)


_SHORTCUTS = ("max_time", "max_steps", "max_epochs", "precision")
"""Settings of `training` with an option of their own."""
_LAUNCH = ("devices", "accelerator", "threads", "resume", "overwrite")
_RUN = (
    click.option(
        "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="Run folder to write."
    ),
    click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override one setting; repeatable."),
    click.option("--max-time", metavar="TIME", help="Stop after this much time: 90s, 20m, 1h30m."),
    click.option("--max-steps", type=_POSITIVE, help="Stop after this many optimiser steps."),
    click.option("--max-epochs", type=_POSITIVE, help="Stop after this many passes over the data."),
    click.option("--skip-bad", is_flag=True, help="Skip malformed rows of the data, and count them."),
    click.option(
        "--precision",
        type=click.Choice(["auto", "32-true", "bf16-mixed"]),
        help="Numeric precision of training (auto: bfloat16 where the device computes in it).",
    ),
    click.option("--devices", default="auto", show_default=True, help="Number of processes or GPUs, or their indices."),
    click.option(
        "--accelerator",
        type=click.Choice(["auto", "cpu", "cuda", "mps"]),
        default="auto",
        show_default=True,
        help="Hardware to train on.",
    ),
    click.option("--threads", type=_POSITIVE, help="CPU threads per process (default: one per core)."),
    click.option("--resume", is_flag=True, help="Resume the run in the folder, even if settings differ."),
    click.option("--overwrite", is_flag=True, help="Replace the run in the folder."),
)


def run_options(function: Command) -> Command:
    """Add the options of a run.

    The command gets ``output``; ``overrides``, every changed setting as text; and ``launch``, the fields of
    :class:`seq2seq.training.fit.LaunchOptions` says.
    """

    @functools.wraps(function)
    def command(*args: Any, overrides: tuple[str, ...], skip_bad: bool, **options: Any) -> Any:
        if options["resume"] and options["overwrite"]:
            raise click.UsageError("--resume and --overwrite contradict each other.")
        shortcuts = {name: options.pop(name) for name in _SHORTCUTS}
        given = [f"training.{name}={value}" for name, value in shortcuts.items() if value is not None]
        given += ["data.skip_bad=true"] if skip_bad else []
        launch = {name: options.pop(name) for name in _LAUNCH}
        return function(*args, overrides=(*overrides, *given), launch=launch, **options)

    return _with_options(command, _RUN)


def given_parameters(context: click.Context) -> dict[str, str]:
    """The parameters given on the command line: the name of each, and its spelling there (``--split``, ``MODEL``)."""
    return {
        name: parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
        for parameter in context.command.params
        if (name := parameter.name) and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


def command_to_resume(context: click.Context) -> str:
    """The command as it was typed, with --resume, quoted for a shell."""
    return typed_command(context, {"resume": False, "overwrite": False}) + " --resume"


def typed_command(context: click.Context, changes: Mapping[str, Any]) -> str:
    """The command as it was typed, quoted for a shell; ``changes`` replace values of its parameters."""
    arguments: list[str] = []
    options: list[str] = []
    for parameter in context.command.params:
        name = str(parameter.name)
        if name not in changes and context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = changes.get(name, context.params[name])
        values = [str(one) for one in (value if isinstance(value, tuple) else [value])]
        if not isinstance(parameter, click.Option):
            arguments += values
        elif parameter.is_flag:
            options += [parameter.opts[0]] if value else parameter.secondary_opts[:1]
        else:
            options += [word for one in values for word in (parameter.opts[0], one)]
    names = context.command_path.split()[1:] or [str(context.info_name)]
    return hints.command(*names, *arguments, *options)


TASKS = ("translation", "classification", "generation")


def named_columns(source: str | None, target: str | None) -> dict[str, str | int]:
    """The named columns, by side; a name of digits is a position, from 0."""
    given = {"source": source, "target": target}
    return {side: int(name) if name.isdecimal() else name for side, name in given.items() if name is not None}


def check_output(output: Path | None, others: Iterable[Path | None], option: str = "--output") -> None:
    """Refuse to overwrite a file that the command reads, or writes, too.

    Raises:
        click.UsageError: ``output``, which ``option`` names, is one of ``others``.
    """
    if output is None or (output.exists() and not output.is_file()):
        return
    for file in others:
        if file is not None and (file == output or (file.is_file() and output.is_file() and file.samefile(output))):
            raise click.UsageError(
                f"{option} {output} would overwrite {file}, which the command uses: name another file."
            )


model_type = click.Path(path_type=str)
"""A model folder, a run folder, or ``hf://user/name``: text, since a Path makes one slash of two."""

model_argument = click.argument("model", type=model_type)

source_column_option = click.option(
    "--source-column",
    "--source-language",
    metavar="NAME",
    help="Source column of DATA: a name, an index from 0, or a language such as en (TMX, XLIFF, PO).",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


direction_options = grouped_options(
    "direction",
    {
        "to": click.option("--to", metavar="LANGUAGE", help="Target language, of those of a MODEL with several."),
        "tags": click.option(
            "--tag", "tags", multiple=True, metavar="NAME", help="Tag of MODEL's sources, such as formal; repeatable."
        ),
    },
)
"""The options of a model with several directions, for a parameter ``direction``."""
