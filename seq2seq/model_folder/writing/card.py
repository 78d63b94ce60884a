"""The model card: a model folder's README, written for whoever is handed the folder."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from pydantic import JsonValue

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.duration import format_duration
from seq2seq.config.model import (
    AttentionConfig,
    DecoderConfig,
    EncoderConfig,
    ManyToManyConfig,
    ManyToOneConfig,
    ModelConfig,
    OneToManyConfig,
)
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.errors import ModelError
from seq2seq.log import visible
from seq2seq.model_folder.description import SKETCH, Description
from seq2seq.model_folder.layout import CARD
from seq2seq.model_folder.writing.card_metadata import metadata, public_data
from seq2seq.special import NAMES

_TITLES = {"bleu": "BLEU", "chrf": "chrF", "ter": "TER"}
_SHARES = {
    "exact_match": "Exact match",
    "accuracy": "Accuracy",
    "baseline": "Majority baseline",
    "macro_f1": "Macro-F1",
}
_FIGURES = {"bits_per_byte": "Bits per byte", "perplexity": "Perplexity"}
_PARTS = {"copy_baseline": "copying the source", "without_markup": "without markup"}
"""Scores that stand beside those of a split, as `evaluate` has them."""
_SHOWN = 50
"""Labels or tags that a card lists; the file has all of them."""
_BAR = "\\|"
FOLDER = "THIS_FOLDER"
"""Stands in a card for where the model lies."""


class _Use(NamedTuple):
    """How a model is used."""

    command: str
    call: str
    limits: str


def _use(sides: Sides) -> _Use:
    """By what its examples are."""
    if sides.target is SideKind.LABEL:
        return _Use(
            "seq2seq classify THIS_FOLDER input.txt",
            'classify(["..."])',
            "It knows text like that of its training data. Any other gets one of its labels all the same, perhaps with "
            "a high probability.",
        )
    if sides.source is SideKind.TAGS:
        return _Use(
            "seq2seq generate THIS_FOLDER",
            'generate([""])',
            "It writes what its training data are like, and may repeat them word for word: "
            "`seq2seq generate THIS_FOLDER --count 100 --statistics` says how much. What it says need not be true.",
        )
    return _Use(
        "seq2seq translate THIS_FOLDER input.txt",
        'translate(["..."])',
        "It knows the language of its training data and no other. A word that stands in no training sentence may come "
        "out as another one; read what it writes before relying on it.",
    )


def model_card(description: Description, *, place: str = FOLDER) -> str:
    """Markdown that says what the model is, what it was trained on, how well it does, and how it is used.

    Its head is what the Hugging Face hub reads of it.

    Args:
        description: of the model.
        place: where the model lies, for the commands: a folder, or an address on the hub.
    """
    use = _use(description.recipe.sides)
    names = {"Labels": description.labels, "Tags": description.tags}
    sections = [
        f"---\n{metadata(description)}\n---",
        f"# {_plain(description.name)}",
        f"A recurrent model of {description.parameters:,} parameters: {architecture(description.recipe.model)}.",
        f"## Use\n\n```\n{use.command}\n```\n\n"
        f'```python\nimport seq2seq\n\nseq2seq.load("THIS_FOLDER").{use.call}\n```',
        "## Scores\n\n" + _scores(description.scores),
        *(f"## {title}\n\n{_listed(of)}" for title, of in names.items() if of),
        "## Training\n\n" + _list(training_facts(description)),
        f"## Limits\n\n{use.limits}",
        f"## Licence\n\n{_licence(description)}",
        "## Files\n\n"
        "- `weights.safetensors`: the parameters\n"
        "- `*.model`: sentencepiece tokenizer; `source.json`, `target.json`: tags and labels\n"
        "- `config.json`: the recipe, in full, and everything above for programs",
    ]
    return "\n\n".join(sections).replace(FOLDER, place) + "\n"


def pushed_card(file: Path, old: Description, new: Description, *, place: str) -> str:
    """The card that goes to the hub with a model.

    One that somebody has written on keeps its text, and gets the licence and the languages only.

    Args:
        file: the card in the model folder.
        old: what the folder says; the digest of the card as this program wrote it, too.
        new: what it says on the hub.
        place: address on the hub, for the commands.

    Raises:
        ModelError: the metadata of a card that was changed by hand cannot be read.
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
            "  Mend them, or delete the file: it is written anew then."
        ) from error
    for key, value in (("license", new.license), ("language", list(new.languages))):
        if value:
            card.data[key] = value
    return str(card)


def architecture(model: ModelConfig) -> str:
    """The network in one line."""
    match model:
        case ManyToManyConfig(attention=None):
            join = "a fixed context" + (" fed at every step" if model.feed_context else "")
            return f"{_encoder(model.encoder)}, {join}, {_decoder(model.decoder)}"
        case ManyToManyConfig(attention=AttentionConfig() as attention):
            heads = f", {attention.heads} heads" if attention.heads > 1 else ""
            feeding = " with input feeding" if attention.input_feeding else ""
            return f"{_encoder(model.encoder)}, {attention.score} attention{heads}{feeding}, {_decoder(model.decoder)}"
        case ManyToOneConfig():
            votes = ", naive Bayes beside it" if model.naive_bayes else ""
            return f"{_encoder(model.encoder)}, {model.pooling} pooling, an output for each label{votes}"
        case OneToManyConfig():
            fed = ", tags fed at every step" if model.feed_context else ""
            return f"{_decoder(model.decoder)} started from tags, or from nothing{fed}"
        case _:
            return "a network"


def _encoder(encoder: EncoderConfig) -> str:
    direction = "bidirectional " if encoder.bidirectional else ""
    return f"{direction}{encoder.cell} encoder ({_layers(encoder.layers)} of {encoder.hidden})"


def _decoder(decoder: DecoderConfig) -> str:
    return f"{decoder.cell} decoder ({_layers(decoder.layers)} of {decoder.hidden})"


def training_facts(description: Description) -> dict[str, str]:
    """What it was trained on and how, as label and text; only what is known."""
    facts: dict[str, str] = {}
    training = description.training
    facts["Tokenizer"] = f"{description.recipe.tokenizer.kind}, {_vocabularies(description)}"
    facts["Normalisation"] = description.recipe.tokenizer.normalisation
    if public := public_data(description.recipe, "train"):
        facts["Data"] = public
    for key, value in description.data.items():
        if key == SKETCH:  # for programs
            continue
        facts[f"Data: {key.replace('_', ' ')}"] = f"{value:,}" if isinstance(value, int) else str(value)
    if training is not None:
        facts["Trained for"] = (
            f"{training.steps:,} steps, {training.epochs:.1f} epochs, {format_duration(training.seconds)}"
        )
        if training.stopped:
            facts["Ended by"] = training.stopped
        if training.best is not None:
            unit = " nats per token" if training.metric == "loss" else ""
            facts["Best validation"] = f"{training.metric} {training.best:.4g}{unit} at step {training.best_step:,}"
    calibration = description.calibration
    if calibration and calibration.ece_before is not None and calibration.ece_after is not None:
        after = f" before, {calibration.ece_after:.3f} after" if calibration.temperature != 1 else ""
        facts["Calibrated on dev"] = (
            f"temperature {calibration.temperature:.2f}, expected calibration error {calibration.ece_before:.3f}{after}"
        )
    decoding = getattr(description.recipe, "decoding", None)  # which a model of labels has not
    if isinstance(decoding, DecodingConfig):
        facts["Decoding"] = decoding_line(decoding)
    if went_on := _went_on(description.measured.get("went_on")):
        facts["Went on from"] = went_on
    if description.plugins:
        facts["Needs"] = ", ".join(f"{name} {number}" for name, number in description.plugins.items())
    if description.versions:
        facts["Written by"] = ", ".join(f"{name} {number}" for name, number in description.versions.items())
    if description.created:
        facts["Written on"] = description.created
    return facts


def decoding_line(config: DecodingConfig) -> str:
    """How output is searched for when nobody says otherwise, in one line."""
    if config.method == "sample":
        bounds = [f"top-k {config.top_k}"] * bool(config.top_k) + [f"top-p {config.top_p:g}"] * (config.top_p < 1)
        how = ", ".join(["drawn", f"temperature {config.temperature:g}", *bounds, f"seed {config.seed}"])
    else:
        penalty = "no length penalty" if config.length_penalty == "none" else f"length penalty {config.length_penalty}"
        alpha = "" if config.length_penalty == "none" else f" (alpha {config.alpha:g})"
        how = f"beam {config.beam}, {penalty}{alpha}" if config.beam > 1 else "greedy"
    ratio = f"{config.max_length_ratio:g} x source + " if config.max_length_ratio else ""
    repeated = f", no {config.no_repeat_ngram}-gram twice" if config.no_repeat_ngram else ""
    return f"{how}, at most {ratio}{config.max_length_extra} tokens{repeated}"


def _went_on(found: JsonValue) -> str | None:
    """From which model this one went on, and what that has changed, in a line."""
    if not isinstance(found, dict) or not isinstance(found.get("sets"), dict):
        return None
    changed = []
    for name, metrics in cast(dict[str, JsonValue], found["sets"]).items():
        known = metrics.items() if isinstance(metrics, dict) else ()
        for metric, one in known:
            if isinstance(one, dict) and all(isinstance(one.get(key), float) for key in ("baseline", "system")):
                title = _TITLES.get(metric) or metric.replace("_", " ")
                changed.append(f"{title} on {name} {one['baseline']:.4g} before, {one['system']:.4g} after")
                break  # the first metric says it
    return f"{found.get('from')}: {'; '.join(changed)}" if changed else str(found.get("from"))


def _vocabularies(description: Description) -> str:
    recipe, source, target = description.recipe, description.source_vocabulary, description.target_vocabulary
    if recipe.sides.target is SideKind.LABEL:
        return f"{source:,} tokens; {target - len(NAMES):,} labels"
    if recipe.sides.source is SideKind.TAGS:
        return f"{target:,} tokens; {source - len(NAMES):,} tags"
    if recipe.sides == TEXTS and recipe.tokenizer.joint:
        return f"{source:,} tokens for both sides"
    return f"{source:,} source and {target:,} target tokens"


def score_rows(scores: Mapping[str, JsonValue]) -> list[tuple[str, str, str, str]]:
    """Scores as rows of split (and group), metric, figure and signature; the signature is empty where there is none."""
    rows = []
    for split, metrics in scores.items():
        if not isinstance(metrics, dict):
            continue
        for metric, title in _TITLES.items():
            value = metrics.get(metric)
            if isinstance(value, dict) and isinstance(score := value.get("score"), int | float):
                rows.append((split, title, f"{score:.2f}", str(value.get("signature", ""))))
        for metric, title in _SHARES.items():
            value = metrics.get(metric)
            if isinstance(value, int | float):
                rows.append((split, title, f"{value:.1%}", ""))
        for metric, title in _FIGURES.items():
            value = metrics.get(metric)
            if isinstance(value, int | float):
                rows.append((split, title, f"{value:.3f}", ""))
        groups = metrics.get("groups")
        parts = dict(groups) if isinstance(groups, dict) else {}
        parts |= {title: metrics[key] for key, title in _PARTS.items() if key in metrics}
        rows += [(f"{split}, {part}", metric, figure, sign) for part, metric, figure, sign in score_rows(parts)]
    return rows


def _scores(scores: Mapping[str, JsonValue]) -> str:
    rows = score_rows(scores)
    if not rows:
        return "None were measured when this was written. `seq2seq evaluate THIS_FOLDER DATA` measures and prints them."
    lines = [
        f"| {_plain(split)} | {metric} | {score} | {_code(signature, bar=_BAR) if signature else ''} |"
        for split, metric, score, signature in rows
    ]
    return "\n".join(["| split | metric | score | signature |", "|---|---|---|---|", *lines])


def _list(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {label}: {_plain(text)}" for label, text in facts.items())


def _listed(names: Sequence[str]) -> str:
    more = f", and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(map(_code, names[:_SHOWN])) + more


def _licence(description: Description) -> str:
    if description.license:
        return f"{_code(description.license)}, as whoever gave this model away has stated."
    return "None is stated. Ask whoever gave you this model what you may do with it."


def _plain(text: str) -> str:
    """Text from a recipe or from data on one line, in which no bar ends the cell of a table."""
    return " ".join(visible(text).split()).replace("|", _BAR)


def _code(text: str, *, bar: str = "|") -> str:
    """The same as code; in a table, a bar ends a cell there too."""
    return f"`{' '.join(visible(text).split()).replace('`', chr(39)).replace('|', bar)}`"


def _layers(count: int) -> str:
    return f"{count} layer{'s' if count != 1 else ''}"
