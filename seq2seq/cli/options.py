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
    from seq2seq.config.decoding import DecodingConfig

Command = Callable[..., Any]

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as shells count."""

_POSITIVE = click.IntRange(min=1)
_COUNT = click.IntRange(min=0)
_ABOVE_ZERO = click.FloatRange(min=0.0, min_open=True)

_DECODING: dict[str, Callable[[Command], Command]] = {
    "beam": click.option("--beam", type=_POSITIVE, help="Hypotheses kept at each step; 1 is greedy."),
    "batch_size": click.option("--batch-size", type=_POSITIVE, help="Sentences decoded at a time."),
    "length_penalty": click.option(
        "--length-penalty",
        type=click.Choice(["average", "wu", "none"]),
        help="What log-probabilities are divided by: length^alpha, ((5 + length) / 6)^alpha, nothing.",
    ),
    "alpha": click.option("--alpha", type=click.FloatRange(min=0.0), help="Strength of the length penalty."),
    "max_length_ratio": click.option(
        "--max-length-ratio", type=_ABOVE_ZERO, help="An output has at most this many tokens per source token ..."
    ),
    "max_length_extra": click.option("--max-length-extra", type=_COUNT, help="... plus so many."),
    "min_length": click.option("--min-length", type=_COUNT, help="An output has at least this many tokens."),
    "no_repeat_ngram": click.option(
        "--no-repeat-ngram",
        type=_COUNT,
        metavar="N",
        help="Let no run of N tokens come twice in an output (0: no rule).",
    ),
    "allow_unknown": click.option(
        "--allow-unknown/--no-unknown", default=None, help="Whether the unknown token may be written."
    ),
    "method": click.option(
        "--method", type=click.Choice(["beam", "sample"]), help="Search for the likeliest output, or draw one."
    ),
    "temperature": click.option("--temperature", type=_ABOVE_ZERO, help="sample: divides the log-probabilities."),
    "top_k": click.option("--top-k", type=_COUNT, help="sample: draw from so many of the likeliest tokens (0: all)."),
    "top_p": click.option(
        "--top-p",
        type=click.FloatRange(min=0.0, max=1.0, min_open=True),
        help="sample: draw from the likeliest tokens that hold this much probability.",
    ),
    "seed": click.option("--seed", type=_COUNT, help="sample: decides the draws."),
}
_SAMPLING = ("temperature", "top_k", "top_p", "seed")


def decoding_options(function: Command) -> Command:
    """Add every option about decoding; the command gets those that were given as one mapping, ``decoding``."""

    @functools.wraps(function)
    def command(*args: Any, **options: Any) -> Any:
        given = {name: value for name in _DECODING if (value := options.pop(name)) is not None}
        return function(*args, decoding=given, **options)

    wrapped: Command = command
    for option in reversed(_DECODING.values()):
        wrapped = option(wrapped)
    return wrapped


def decoding_config(config: DecodingConfig, given: Mapping[str, object], *, nbest: int | None = 1) -> DecodingConfig:
    """The recipe's way to decode, changed by the options that were given.

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
        help="What runs the network: torch, or ONNX Runtime with what `seq2seq export` wrote. auto: on a CPU onnx, "
        "if the model has it.",
    ),
    "device": click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps."),
    "threads": click.option(
        "--threads", type=_POSITIVE, help="CPU threads for one batch (default: one a core with torch; one with onnx)."
    ),
    "workers": click.option(
        "--workers",
        type=_POSITIVE,
        help="Batches computed side by side (default: with onnx as many as there are cores for; one with torch).",
    ),
}


def engine_options(function: Command) -> Command:
    """Add every option about what runs a network; the command gets them as one mapping, ``running``."""

    @functools.wraps(function)
    def command(*args: Any, **options: Any) -> Any:
        running = {name: options.pop(name) for name in _ENGINE}
        return function(*args, running=running, **options)

    wrapped: Command = command
    for option in reversed(_ENGINE.values()):
        wrapped = option(wrapped)
    return wrapped


shortlist_option: Callable[[Command], Command] = click.option(
    "--vocabulary-shortlist",
    "shortlist",
    is_flag=True,
    help="Search over the tokens that a source can plausibly yield, by a lexicon that `seq2seq export` has learnt: "
    "faster; scores are those of the shortlist. For --engine onnx and onnx-int8.",
)


_SHORTCUTS = ("max_time", "max_steps", "max_epochs", "precision")
"""Settings of `training` that have an option of their own."""
_LAUNCH = ("devices", "accelerator", "threads", "resume", "overwrite")
_RUN = (
    click.option(
        "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="The run folder to make."
    ),
    click.option(
        "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one setting; may be given again."
    ),
    click.option("--max-time", metavar="TIME", help="Train for so long at most: 90s, 20m, 1h30m."),
    click.option("--max-steps", type=_POSITIVE, help="Train for so many steps at most."),
    click.option("--max-epochs", type=_POSITIVE, help="Train for so many passes over the data at most."),
    click.option("--skip-bad", is_flag=True, help="Leave malformed rows of the data out, and count them."),
    click.option("--precision", type=click.Choice(["32-true", "bf16-mixed"]), help="Arithmetic."),
    click.option("--devices", default="auto", show_default=True, help="How many processes or GPUs, or which."),
    click.option(
        "--accelerator",
        type=click.Choice(["auto", "cpu", "cuda", "mps"]),
        default="auto",
        show_default=True,
        help="What it is trained on.",
    ),
    click.option("--threads", type=_POSITIVE, help="CPU threads of a process (default: one a core)."),
    click.option("--resume", is_flag=True, help="Go on with the run that is in the folder, though settings differ."),
    click.option("--overwrite", is_flag=True, help="Replace the run that is in the folder."),
)


def run_options(function: Command) -> Command:
    """Add every option about a run.

    The command gets ``output``; ``overrides``, all settings that were changed, as texts; and ``launch``, what
    :class:`seq2seq.training.fit.Launch` says.
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

    wrapped: Command = command
    for option in reversed(_RUN):
        wrapped = option(wrapped)
    return wrapped


def given_parameters(context: click.Context) -> dict[str, str]:
    """What the user has typed: the name of each parameter, and what the user calls it (``--split``, ``MODEL``)."""
    return {
        name: parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
        for parameter in context.command.params
        if (name := parameter.name) and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


def command_to_resume(context: click.Context) -> str:
    """The command that the user has typed, with --resume, as a shell takes it."""
    return typed_command(context, {"resume": False, "overwrite": False}) + " --resume"


def typed_command(context: click.Context, changes: Mapping[str, Any]) -> str:
    """The command that the user has typed, as a shell takes it; ``changes`` are other values of its parameters."""
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
"""What data may be for."""


def named_columns(source: str | None, target: str | None) -> dict[str, str | int]:
    """The columns that were named, by side; what consists of digits is a position, from 0."""
    given = {"source": source, "target": target}
    return {side: int(name) if name.isdecimal() else name for side, name in given.items() if name is not None}


def check_output(output: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse to write over what is about to be read.

    Raises:
        click.UsageError: ``output`` is one of the ``inputs``.
    """
    if output is None or not output.is_file():
        return
    for file in inputs:
        if file.is_file() and file.samefile(output):
            raise click.UsageError(f"--output {output} would overwrite its own input, {file}: name another file.")


model_type = click.Path(path_type=str)
"""A model folder, a run folder, or ``hf://user/name``: text, since a Path makes one slash of two."""

model_argument = click.argument("model", type=model_type)
"""MODEL."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
"""--json."""
