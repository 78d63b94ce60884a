"""What ``seq2seq evaluate`` prints."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.streams import Shown, print_json
from seq2seq.log import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from seq2seq.scoring.scored import Report, Scored
    from seq2seq.scoring.systems.compared import Evaluation


def show(evaluation: Evaluation[Any], *, as_json: bool) -> None:
    """Print systems' scores, and for people how fast a single model was."""
    _print(evaluation.to_dict(), evaluation.tables(), as_json=as_json)
    single = evaluation.single
    if not as_json and single is not None and single.scored is not None:
        click.echo(visible(f"{single.scored.name}: {single.scored.cost}"))


def show_scored(scored: Scored[Report], *, as_json: bool) -> None:
    """Print the scores of one model, and for people how fast it was."""
    _print(scored.to_dict(), [scored.render()], as_json=as_json)
    if not as_json:
        click.echo(visible(f"{scored.name}: {scored.cost}"))


def _print(content: Mapping[str, object], shown: Sequence[RenderableType], *, as_json: bool) -> None:
    if as_json:
        print_json(content)
        return
    from rich.console import Console

    # A signature is copied from here into papers and mails: it must not be broken into lines.
    console = Console(file=sys.stdout, highlight=False)
    for one in shown:
        console.print(Shown(one), soft_wrap=True)
