"""The model card: the README of a model folder, for people who receive it."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from seq2seq.config.sides import SideKind, Sides
from seq2seq.errors import ModelError
from seq2seq.log import visible
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.layout import CARD
from seq2seq.model_folder.writing.card_facts import architecture, score_rows, training_facts
from seq2seq.model_folder.writing.card_metadata import metadata
from seq2seq.wording import listed

_SHOWN = 50
"""Most labels or tags that a card lists; ``config.json`` has all of them."""
_BAR = "\\|"
FOLDER = "THIS_FOLDER"
"""Placeholder for the place of the model."""


def _use(sides: Sides, tags: Sequence[str]) -> tuple[str, str, str]:
    """Usage of a model, by the kinds of its sides: shell command, Python call, and what to expect of its output.

    A model that generates is asked for the first of its ``tags``, if it has any.
    """
    option, argument = (f"--tag {shlex.quote(tags[0])} ", f"[{tags[0]!r}], ") if tags else ("", "")
    if sides.source is SideKind.SERIES:
        return (
            "seq2seq forecast THIS_FOLDER series.csv",
            'forecast("series.csv")',
            "It knows series like those of its training data, at the same interval. It continues others, too, perhaps "
            "worse than a naive forecast does: `seq2seq evaluate` compares them.",
        )
    if sides.target is SideKind.VECTORS:
        return (
            f"seq2seq generate THIS_FOLDER {option}--count 3",
            f"generate({argument}count=3)",
            "It imitates the sequences of its training data, with the same channels in the same units. What it writes "
            "was never measured.",
        )
    if sides == (SideKind.VECTORS, SideKind.TEXT):
        return (
            "seq2seq translate THIS_FOLDER input.jsonl",
            "translate([[[0.5, 2.0], [0.7, 1.9]]])",
            "It knows sequences like those of its training data, with the same channels in the same units. For others "
            "it writes text like that of its training data, too.",
        )
    if sides.source is SideKind.VECTORS:
        return (
            "seq2seq classify THIS_FOLDER input.jsonl",
            "classify([[[0.5, 2.0], [0.7, 1.9]]])",
            "It knows sequences like those of its training data, with the same channels in the same units. Others get "
            "one of its labels too, perhaps with a high probability.",
        )
    if sides.target is SideKind.LABEL:
        return (
            "seq2seq classify THIS_FOLDER input.txt",
            'classify(["..."])',
            "It knows text like that of its training data. Other text gets one of its labels too, perhaps with a high "
            "probability.",
        )
    if sides.source is SideKind.TAGS:
        return (
            f"seq2seq generate THIS_FOLDER {option}--count 3",
            f"generate({argument}count=3)",
            "It imitates its training data, and may repeat them word for word: "
            "`seq2seq generate THIS_FOLDER --count 100 --statistics` measures how much. Its texts need not be true.",
        )
    return (
        "seq2seq translate THIS_FOLDER input.txt",
        'translate(["..."])',
        "It knows the language of its training data and no other. It may mistranslate words that occur in no "
        "training sentence; read its output before relying on it.",
    )


def model_card(description: Description, *, place: str = FOLDER) -> str:
    """Markdown about a model: usage, scores, training, limits. Its head is metadata for the Hugging Face hub.

    Commands name the ``place`` of the model: a folder, or an address on the hub.
    """
    command, call, limits = _use(description.recipe.sides, [visible(tag) for tag in description.tags[:1]])
    names = {"Labels": description.labels, "Tags": description.tags}
    sections = [
        f"---\n{metadata(description)}\n---",
        f"# {_plain(description.name)}",
        f"A recurrent model of {description.parameters:,} parameters: {architecture(description.recipe.model)}.",
        f'## Use\n\n```\n{command}\n```\n\n```python\nimport seq2seq\n\nseq2seq.load("THIS_FOLDER").{call}\n```',
        "## Scores\n\n" + _scores(description.scores),
        *(f"## {title}\n\n{listed(of, _SHOWN, quote=_code)}" for title, of in names.items() if of),
        "## Training\n\n" + "\n".join(f"- {of}: {_plain(fact)}" for of, fact in training_facts(description).items()),
        f"## Limits\n\n{limits}",
        f"## Licence\n\n{_licence(description)}",
        "## Files\n\n"
        "- `weights.safetensors`: the parameters\n"
        "- `*.model`: sentencepiece tokenizer; `source.json`, `target.json`: tags and labels; "
        "`source.channels.json`, `target.channels.json`: the scaling of vectors; "
        "`series.json`: frequency and season of series\n"
        "- `config.json`: the recipe, in full, and everything above for programs",
    ]
    return "\n\n".join(sections).replace(FOLDER, place) + "\n"


def pushed_card(file: Path, old: Description, new: Description, *, place: str) -> str:
    """The card of a model that is pushed to the hub.

    An edited card keeps its text, and only its licence and languages are set: the ``old`` description, in the folder,
    has the digest of the card as this program wrote it.

    Raises:
        ModelError: the metadata of an edited card cannot be read.
    """
    from huggingface_hub import ModelCard

    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    written = old.files.get(CARD)
    if not text.strip() or written in (None, hashlib.sha256(text.encode()).hexdigest()):
        return model_card(new, place=place)
    try:
        card = ModelCard(text)
    except Exception as error:  # of yaml, or of the hub's own checks
        raise ModelError(
            f"{file}: the metadata at its top cannot be read: {' '.join(str(error).split())[:300]}\n"
            "  Fix them, or delete the file: then it is written again.",
            code="model.card",
        ) from error
    for key, value in (("license", new.license), ("language", list(new.languages))):
        if value:
            card.data[key] = value
    return str(card)


def _scores(scores: Mapping[str, JsonValue]) -> str:
    rows = score_rows(scores)
    if not rows:
        return "None were measured. `seq2seq evaluate THIS_FOLDER DATA` measures and prints them."
    lines = [
        f"| {_plain(split)} | {metric} | {score} | {_code(signature, bar=_BAR) if signature else ''} |"
        for split, metric, score, signature in rows
    ]
    return "\n".join(["| split | metric | score | signature |", "|---|---|---|---|", *lines])


def _licence(description: Description) -> str:
    if description.license:
        return f"{_code(description.license)}, as stated by the provider of this model."
    return "None is stated. Ask the provider of this model how you may use it."


def _plain(text: str) -> str:
    """Text from a recipe or from data on one line, with bars escaped for tables."""
    return " ".join(visible(text).split()).replace("|", _BAR)


def _code(text: str, *, bar: str = "|") -> str:
    """Text as code on one line; ``bar`` replaces bars, which end cells of tables."""
    return f"`{' '.join(visible(text).split()).replace('`', chr(39)).replace('|', bar)}`"
