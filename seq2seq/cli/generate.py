"""``seq2seq generate``: text, or sequences of vectors, from tags or unconditionally."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seq2seq.cli.evaluation.checks import refuse
from seq2seq.cli.generation.options import OF_TEXTS, OF_VECTORS, decoding_options
from seq2seq.cli.options import check_output, decoding_config, engine_options, given_parameters, model_argument
from seq2seq.cli.streams import shown
from seq2seq.cli.usage import InputFile, OutputFile
from seq2seq.extras import require
from seq2seq.log import visible
from seq2seq.progress import show_progress

if TYPE_CHECKING:
    from seq2seq.config.search_settings import SearchSettings
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.generator import Generated, Generator

_AT_ONCE = 64  # texts written side by side


@click.command("generate")
@model_argument
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Tag to condition on; repeatable.")
@click.option(
    "--tags-file",
    type=InputFile(),
    metavar="FILE",
    help="Tags of one text or sequence per line, instead of --tag; reused from the start when exhausted.",
)
@click.option("--prompt", default="", metavar="TEXT", help="Start of every text.")
@click.option(
    "--count", type=click.IntRange(min=1), default=1, show_default=True, help="Number of texts, or of sequences."
)
@click.option(
    "--max-tokens", type=click.IntRange(min=1), help="Maximum number of tokens per text, or of steps per sequence."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "abc"]),
    default="text",
    show_default=True,
    help="abc: complete tunes in ABC notation, with headers, for other programs.",
)
@click.option(
    "--render",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="abc: write every tune as SVG and MIDI (needs the extra `music`).",
)
@click.option("--picture", type=OutputFile(".png"), metavar="PNG", help="Vectors: also plot the first 60 sequences.")
@click.option(
    "--output", type=OutputFile(), metavar="FILE", help="Write to FILE; vectors by its ending: .csv, .jsonl or .npz."
)
@click.option(
    "--statistics", is_flag=True, help="Report the diversity of the texts, and their overlap with the training data."
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per line: text or vectors, tags, notes.")
@decoding_options
@engine_options
def command(
    model: str,
    tags: tuple[str, ...],
    tags_file: Path | None,
    prompt: str,
    count: int,
    max_tokens: int | None,
    form: Literal["text", "abc"],
    render: Path | None,
    picture: Path | None,
    output: Path | None,
    statistics: bool,
    as_json: bool,
    decoding: Mapping[str, object],
    running: EngineOptions,
) -> None:
    """Generate text or vectors, from tags or unconditionally.

    MODEL is a model folder, a run folder, or hf://user/name. The same seed, tags and options give the same texts; text
    number 3 is the same whether 3 or 100 are requested. On a terminal, text appears as it is generated. Sequences of
    vectors are written as CSV: unique_id, ds (the step), tags, and a column for each number of a step.

    \b
      seq2seq generate MODEL --count 3 --seed 7
      seq2seq generate MODEL --tag M:6/8 --tag K:G --format abc --render scores
      seq2seq generate MODEL --prompt "It was" --temperature 0.8 --top-p 0.95
      seq2seq generate MODEL --tag 7 --count 10 --picture sevens.png --output sevens.npz
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    if tags and tags_file is not None:
        raise click.UsageError("--tag and --tags-file contradict each other.")
    if as_json and form == "abc":
        raise click.UsageError("--json and --format abc contradict each other.")
    if render is not None and form != "abc":
        raise click.UsageError("--render draws tunes: add --format abc.")
    check_output(output, [tags_file])
    check_output(picture, [tags_file, output], "--picture")
    if statistics:
        require("pyarrow", "--statistics, which reads the training data,")
    from seq2seq import log
    from seq2seq.inference.generator import Generator
    from seq2seq.inference.lines import read_lines
    from seq2seq.model_folder.read import read_config

    given = given_parameters(click.get_current_context())
    chosen = [" ".join(tags)] if tags_file is None else read_lines(tags_file) or [""]
    wanted = list(islice(cycle(chosen), count))
    if read_config(model).inference.task == "synthesis":
        from seq2seq.cli.generation.vectors import generate_vectors

        refuse(given, OF_TEXTS, f"{model} generates vectors")
        if picture is not None:
            require("matplotlib", "--picture")
        changes = {**decoding, **({} if max_tokens is None else {"max_steps": max_tokens})}
        generate_vectors(model, wanted, changes, running, output=output, as_json=as_json, picture=picture)
        return
    loaded, generator = Generator.open(model, **running)
    refuse(given, OF_VECTORS, f"{model} generates text")
    if decoding.get("temperature") == 0:
        raise click.UsageError("--temperature 0 is for vectors; for the likeliest tokens of a text: --method beam.")
    config = decoding_config(generator.decoding, decoding)
    if max_tokens is not None:
        config = config.model_copy(update={"max_length_ratio": 0.0, "max_length_extra": max_tokens})
    live = sys.stdout.isatty() and output is None and not as_json and form == "text"
    written: list[Generated] = []
    sink = sys.stdout if output is None else output.open("w", encoding="utf-8", newline="\n")
    try:
        for start in range(0, count, 1 if live else _AT_ONCE):
            if live:
                found = _write_live(generator, wanted[start], config, prompt, start)
            else:
                found = generator.generate(wanted[start : start + _AT_ONCE], config, prompt=prompt, start=start)
                for number, one in enumerate(found, start + 1):
                    text = _shown(one, number, form, as_json=as_json)
                    sink.write(f"{text if output else shown(text)}\n")
                sink.flush()
            written += found
    finally:
        if output is not None:
            sink.close()
    for number, one in enumerate(written, 1):
        if one.note:
            log.warn(f"text {number}: {one.note}", code="inference.output")
    if render is not None:
        _render(written, render)
    if statistics:
        from seq2seq.scoring.splits import training_texts

        recipe = loaded.recipe.model_copy(update={"data": loaded.own_data})
        for line in _statistics(written, training_texts(recipe, loaded.tokenizers), form):
            log.say(line)


def _write_live(generator: Generator, tags: str, config: SearchSettings, prompt: str, start: int) -> list[Generated]:
    """Write one text onto the terminal as it comes."""
    written = 0

    def listen(text: str) -> None:
        nonlocal written
        # The last characters may still change: bytes of one character, or a space, come one by one.
        sure = text[: len(text) - 4]
        if len(sure) > written:
            click.echo(visible(sure[written:]), nl=False)
            written = len(sure)

    (one,) = generator.generate([tags], config, prompt=prompt, start=start, listen=listen)
    click.echo(visible(one.text[written:]))
    return [one]


def _shown(one: Generated, number: int, form: Literal["text", "abc"], *, as_json: bool) -> str:
    """What is written for one text."""
    if as_json:
        return json.dumps(asdict(one), ensure_ascii=False)
    return _tune(one, number) if form == "abc" else one.text


def _tune(one: Generated, number: int) -> str:
    from seq2seq.music.writer import to_abc

    return to_abc(one.tags.split(), one.text, number=number, title=f"Tune {number}")


def _render(written: Sequence[Generated], folder: Path) -> None:
    """Draw every tune; those that no program can read are passed over, and named."""
    from seq2seq import log
    from seq2seq.errors import DataError
    from seq2seq.music.render import render

    with show_progress("rendering", total=len(written), unit="tunes") as bar:
        for number, one in enumerate(written, 1):
            try:
                render(_tune(one, number), folder, f"tune-{number:03d}")
            except DataError as error:
                log.warn(f"tune {number} cannot be rendered: {error}", code="music.not-rendered")
            bar.advance(1)


def _statistics(written: Sequence[Generated], training: Iterable[str], form: Literal["text", "abc"]) -> Iterator[str]:
    """Diversity of the texts, and their overlap with the training data; for tunes, whether their bars add up."""
    from seq2seq.evaluation.samples import sample_statistics
    from seq2seq.music.scores import tune_scores
    from seq2seq.music.tokens import units

    split = units if form == "abc" else str.split
    yield from sample_statistics([split(one.text) for one in written], map(split, training)).lines()
    if form == "abc":
        yield from tune_scores([(tuple(one.tags.split()), one.text) for one in written]).lines()
