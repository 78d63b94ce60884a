"""``seq2seq info``: what a model is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq import hints
from seq2seq.cli.options import json_option, model_argument
from seq2seq.cli.streams import print_json
from seq2seq.log import visible
from seq2seq.wording import listed

if TYPE_CHECKING:
    from seq2seq.model_folder.description import Description

_LISTED = 12
"""Labels or tags that are shown; JSON has all of them."""


@click.command("info")
@model_argument
@json_option
def command(model: str, as_json: bool) -> None:
    """Show what a model is, and what it was trained on.

    MODEL is a model folder, a run folder, or hf://user/name. Files of it that are missing or damaged are named.
    """
    from seq2seq.model_folder.description import Description
    from seq2seq.model_folder.find import read_whole
    from seq2seq.model_folder.layout import CONFIG, folder_size
    from seq2seq.model_folder.read import damage

    def read(folder: Path) -> tuple[Path, Description, int, list[str]]:
        description = Description.read(folder / CONFIG)
        return folder, description, folder_size(folder), damage(folder, description)

    folder, description, size, problems = read_whole(model, read)
    if as_json:
        about = {"path": str(folder), "bytes": size, "problems": problems}
        content = {**json.loads(description.to_json()), **about}
        print_json(content)
        return
    for line in _report(folder, description, size, problems):
        click.echo(visible(line))


def _report(folder: Path, description: Description, size: int, problems: list[str]) -> list[str]:
    from seq2seq.model_folder.writing.card_facts import architecture, score_rows, training_facts

    names = {"Labels": description.labels, "Tags": description.tags}
    facts = {
        "Folder": str(folder),
        **({"Damaged": "; ".join(problems)} if problems else {}),
        "Size": f"{description.parameters:,} parameters, {size / 1e6:,.1f} MB on disk",
        "Licence": description.license or "none is stated",
        **({"Languages": ", ".join(description.languages)} if description.languages else {}),
        "Model": architecture(description.recipe.model),
        "Embeddings"
        if description.recipe.data.vectors is None
        else "Projection": f"{description.recipe.model.embedding} units",
        **{title: listed(of, _LISTED, quote=str) for title, of in names.items() if of},
        **training_facts(description),
        **({"Checksums": f"of {', '.join(sorted(description.files))}"} if description.files else {}),
    }
    width = max(map(len, facts))
    lines = [description.name, *(f"  {label:<{width}}  {text}" for label, text in facts.items())]
    rows = score_rows(description.scores)
    if rows:
        lines.append("Scores")
        splits, metrics = (max(map(len, column)) for column in list(zip(*rows, strict=True))[:2])
        lines += [
            f"  {split:<{splits}}  {metric:<{metrics}}  {score:>6}  {sign}".rstrip()
            for split, metric, score, sign in rows
        ]
    else:
        lines.append(f"No scores are saved. To measure some: {hints.command('evaluate', folder, 'DATA')}")
    return lines
