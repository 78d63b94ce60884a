"""The model card: a model folder's README, written for whoever is handed the folder."""

from collections.abc import Mapping

from pydantic import JsonValue

from seq2seq.config.duration import format_duration
from seq2seq.config.model import ModelConfig
from seq2seq.inference.description import Description

_TITLES = {"bleu": "BLEU", "chrf": "chrF", "ter": "TER", "exact_match": "Exact match"}


def model_card(description: Description) -> str:
    """Markdown that says what the model is, what it was trained on, how well it does, and how it is used."""
    sections = [
        f"---\nlibrary_name: seq2seq\npipeline_tag: {description.recipe.task}\ntags:\n- seq2seq\n- recurrent\n---",
        f"# {description.name}",
        f"A recurrent model of {description.parameters:,} parameters: {architecture(description.recipe.model)}.",
        "## Use\n\n```\nseq2seq translate THIS_FOLDER input.txt\n```\n\n"
        '```python\nimport seq2seq\n\nseq2seq.load("THIS_FOLDER").translate(["..."])\n```',
        "## Scores\n\n" + _scores(description.scores),
        "## Training\n\n" + _list(training_facts(description)),
        "## Limits\n\n"
        "It knows the language of its training data and no other. A word that stands in no training sentence may come "
        "out as another one; read what it writes before relying on it.",
        "## Files\n\n"
        "- `weights.safetensors`: the parameters\n"
        "- `*.model`: sentencepiece tokenizer\n"
        "- `config.json`: the recipe, in full, and everything above for programs",
    ]
    return "\n\n".join(sections) + "\n"


def architecture(model: ModelConfig) -> str:
    """The network in one line: encoder, what joins the two sides, decoder."""
    encoder, decoder, attention = model.encoder, model.decoder, model.attention
    direction = "bidirectional " if encoder.bidirectional else ""
    if attention is None:
        join = "a fixed context" + (" fed at every step" if model.feed_context else "")
    else:
        heads = f", {attention.heads} heads" if attention.heads > 1 else ""
        join = f"{attention.score} attention{heads}" + (" with input feeding" if attention.input_feeding else "")
    return (
        f"{direction}{encoder.cell} encoder ({_layers(encoder.layers)} of {encoder.hidden}), {join}, "
        f"{decoder.cell} decoder ({_layers(decoder.layers)} of {decoder.hidden})"
    )


def training_facts(description: Description) -> dict[str, str]:
    """What it was trained on and how, as label and text; only what is known."""
    facts: dict[str, str] = {}
    recipe, training = description.recipe, description.training
    facts["Tokenizer"] = (
        f"{recipe.tokenizer.kind}, {description.source_vocabulary:,} tokens for both sides"
        if recipe.tokenizer.joint
        else f"{recipe.tokenizer.kind}, {description.source_vocabulary:,} source and "
        f"{description.target_vocabulary:,} target tokens"
    )
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
    if description.versions:
        facts["Written by"] = ", ".join(f"{name} {number}" for name, number in description.versions.items())
    if description.created:
        facts["Written on"] = description.created
    return facts


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
            elif isinstance(value, int | float):  # exact match, a share
                rows.append((split, title, f"{value:.1%}", ""))
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
