"""The model card: a model folder's README, written for whoever is handed the folder."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue

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
from seq2seq.inference.description import Description
from seq2seq.special import NAMES

_TITLES = {"bleu": "BLEU", "chrf": "chrF", "ter": "TER"}
_SHARES = {
    "exact_match": "Exact match",
    "accuracy": "Accuracy",
    "baseline": "Majority baseline",
    "macro_f1": "Macro-F1",
}
_FIGURES = {"bits_per_byte": "Bits per byte", "perplexity": "Perplexity"}


class _Use(NamedTuple):
    """How a model is used."""

    hub: str
    """What the Hugging Face hub calls it."""
    command: str
    call: str
    limits: str


def _use(sides: Sides) -> _Use:
    """By what its examples are."""
    if sides.target is SideKind.LABEL:
        return _Use(
            "text-classification",
            "seq2seq classify THIS_FOLDER input.txt",
            'classify(["..."])',
            "It knows text like that of its training data. Any other gets one of its labels all the same, perhaps with "
            "a high probability.",
        )
    if sides.source is SideKind.TAGS:
        return _Use(
            "text-generation",
            "seq2seq generate THIS_FOLDER",
            'generate([""])',
            "It writes what its training data are like, and may repeat them word for word: "
            "`seq2seq generate THIS_FOLDER --count 100 --statistics` says how much. What it says need not be true.",
        )
    return _Use(
        "translation",
        "seq2seq translate THIS_FOLDER input.txt",
        'translate(["..."])',
        "It knows the language of its training data and no other. A word that stands in no training sentence may come "
        "out as another one; read what it writes before relying on it.",
    )


def model_card(description: Description) -> str:
    """Markdown that says what the model is, what it was trained on, how well it does, and how it is used."""
    use = _use(description.recipe.sides)
    sections = [
        f"---\nlibrary_name: seq2seq\npipeline_tag: {use.hub}\ntags:\n- seq2seq\n- recurrent\n---",
        f"# {description.name}",
        f"A recurrent model of {description.parameters:,} parameters: {architecture(description.recipe.model)}.",
        f"## Use\n\n```\n{use.command}\n```\n\n"
        f'```python\nimport seq2seq\n\nseq2seq.load("THIS_FOLDER").{use.call}\n```',
        "## Scores\n\n" + _scores(description.scores),
        "## Training\n\n" + _list(training_facts(description)),
        f"## Limits\n\n{use.limits}",
        "## Files\n\n"
        "- `weights.safetensors`: the parameters\n"
        "- `*.model`: sentencepiece tokenizer; `source.json`, `target.json`: tags and labels\n"
        "- `config.json`: the recipe, in full, and everything above for programs",
    ]
    return "\n\n".join(sections) + "\n"


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
            votes = ", naive Bayes beside it" if model.votes else ""
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
    for key, value in description.data.items():
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
    calibration = description.measured.get("calibration")
    if isinstance(calibration, dict) and calibration.keys() >= {"temperature", "ece_before", "ece_after"}:
        facts["Calibrated on dev"] = (
            f"temperature {calibration['temperature']:.2f}, expected calibration error "
            f"{calibration['ece_before']:.3f} before, {calibration['ece_after']:.3f} after"
        )
    if description.versions:
        facts["Written by"] = ", ".join(f"{name} {number}" for name, number in description.versions.items())
    if description.created:
        facts["Written on"] = description.created
    return facts


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
            if isinstance(value, dict):
                rows.append((split, title, f"{value.get('score'):.2f}", str(value.get("signature", ""))))
        for metric, title in _SHARES.items():
            value = metrics.get(metric)
            if isinstance(value, int | float):
                rows.append((split, title, f"{value:.1%}", ""))
        for metric, title in _FIGURES.items():
            value = metrics.get(metric)
            if isinstance(value, int | float):
                rows.append((split, title, f"{value:.3f}", ""))
        groups = metrics.get("groups")
        if isinstance(groups, dict):
            rows += [(f"{split}, {group}", metric, figure, sign) for group, metric, figure, sign in score_rows(groups)]
    return rows


def _scores(scores: Mapping[str, JsonValue]) -> str:
    rows = score_rows(scores)
    if not rows:
        return "None were measured when this was written. `seq2seq evaluate THIS_FOLDER DATA` measures and prints them."
    lines = [
        f"| {split} | {metric} | {score} | {f'`{signature}`' if signature else ''} |"
        for split, metric, score, signature in rows
    ]
    return "\n".join(["| split | metric | score | signature |", "|---|---|---|---|", *lines])


def _list(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {label}: {text}" for label, text in facts.items())


def _layers(count: int) -> str:
    return f"{count} layer{'s' if count != 1 else ''}"
