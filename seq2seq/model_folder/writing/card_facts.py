"""Facts about a model for people: its architecture, training, decoding and scores."""

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from seq2seq.config.data import VectorsConfig
from seq2seq.config.decoding import DecodingConfig, SynthesisConfig
from seq2seq.config.duration import format_duration
from seq2seq.config.model import (
    AttentionConfig,
    DecoderConfig,
    EncoderConfig,
    ForecasterConfig,
    ManyToManyConfig,
    ManyToOneConfig,
    ModelConfig,
    OneToManyConfig,
    SynthesizerConfig,
)
from seq2seq.config.sides import TEXTS, SideKind
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.inference_config import LONGEST
from seq2seq.model_folder.writing.card_metadata import SCORES, public_data
from seq2seq.special import NAMES
from seq2seq.text.tags import target_languages
from seq2seq.wording import plural

_PARTS = {"copy_baseline": "copying the source", "without_markup": "without markup"}
"""Further scores of a split, by their keys in the JSON of `evaluate`."""


def architecture(model: ModelConfig) -> str:
    """The network, in one line."""
    match model:
        case ManyToManyConfig(attention=None):
            join = "a fixed context" + (" fed at every step" if model.feed_context else "")
            return f"{_encoder(model.encoder)}, {join}, {_decoder(model.decoder)}"
        case ManyToManyConfig(attention=AttentionConfig() as attention):
            heads = f", {attention.heads} heads" if attention.heads > 1 else ""
            feeding = " with input feeding" if attention.input_feeding else ""
            return f"{_encoder(model.encoder)}, {attention.score} attention{heads}{feeding}, {_decoder(model.decoder)}"
        case ManyToOneConfig():
            naive_bayes = ", with naive Bayes features" if model.naive_bayes else ""
            return f"{_encoder(model.encoder)}, {model.pooling} pooling, one output per label{naive_bayes}"
        case ForecasterConfig():
            join = f"{model.attention.score} attention" if model.attention else "a fixed context"
            return f"{_encoder(model.encoder)}, {join}, {_decoder(model.decoder)}, {model.distribution} increments"
        case OneToManyConfig() | SynthesizerConfig():
            feeding = ", tags fed at every step" if model.feed_context else ""
            written = f", {model.distribution} numbers" if isinstance(model, SynthesizerConfig) else ""
            return f"{_decoder(model.decoder)} started from tags, or from nothing{feeding}{written}"
        case _:
            return "a network"


def _encoder(encoder: EncoderConfig) -> str:
    direction = "bidirectional " if encoder.bidirectional else ""
    return f"{direction}{encoder.cell} encoder ({plural(encoder.layers, 'layer')} of {encoder.hidden})"


def _decoder(decoder: DecoderConfig) -> str:
    return f"{decoder.cell} decoder ({plural(decoder.layers, 'layer')} of {decoder.hidden})"


def training_facts(description: Description) -> dict[str, str]:
    """Data and training of a model, as label and text; unknown facts are left out."""
    facts: dict[str, str] = {}
    training = description.training
    if languages := target_languages(description.recipe.data):
        facts["Target languages"] = ", ".join(languages)
    sizes = description.target_vocabulary, description.source_vocabulary
    per_step = f"{plural(sizes[description.recipe.sides.source.numeric], 'number')} per step"
    if (forecast := description.recipe.data.forecast) is not None:
        facts["Series"] = f"horizon {forecast.horizon}, {per_step}"
    if SideKind.VECTORS in description.recipe.sides:
        vectors = description.recipe.data.vectors or VectorsConfig()
        facts["Vectors"] = f"{vectors.scaling} scaling, {per_step}"
    if description.recipe.sides.text:
        facts["Tokenizer"] = f"{description.recipe.tokenizer.kind}, {_vocabularies(description)}"
        facts["Normalisation"] = description.recipe.tokenizer.normalisation
    if public := public_data(description.recipe, "train"):
        facts["Data"] = public
    for key, value in description.without_sketch().data.items():
        of_sample = " in the sample" if key == LONGEST and description.recipe.data.stream is not None else ""
        facts[f"Data: {key.replace('_', ' ')}{of_sample}"] = f"{value:,}" if isinstance(value, int) else str(value)
    if training is not None:
        facts["Trained for"] = (
            f"{plural(training.steps, 'step')}, {training.epochs:.1f} epochs, {format_duration(training.seconds)}"
        )
        if training.stopped:
            facts["Ended by"] = training.stopped
        if training.best is not None:
            each = "label" if description.labels else "step" if description.recipe.sides.target.numeric else "token"
            measure = "CRPS" if getattr(description.recipe.model, "distribution", None) == "quantiles" else "nats"
            unit = f" {measure} per {each}" if training.metric == "loss" else ""
            title = "Best validation" if description.recipe.selects else "Last validation, of data learnt from"
            facts[title] = f"{training.metric} {training.best:.4g}{unit} at step {training.best_step:,}"
    calibration = description.calibration
    if calibration and calibration.ece_before is not None and calibration.ece_after is not None:
        after = f" before, {calibration.ece_after:.3f} after" if calibration.temperature != 1 else ""
        facts["Calibrated on dev"] = (
            f"temperature {calibration.temperature:.2f}, expected calibration error {calibration.ece_before:.3f}{after}"
        )
    if confidence := description.confidence:
        facts["Confidence on dev"] = (
            f"AUROC {confidence.auroc:.2f}; shares of good translations (chrF {confidence.good:.0f}) within "
            f"{confidence.gap * 100:.1f} points"
        )
    if (channels := description.channels) and len(channels.correlations) > 1:
        apart = [number for row, own in enumerate(channels.correlations) for number in own[:row]]
        facts["Channels"] = f"forecast together; correlations within a step from {min(apart):.2f} to {max(apart):.2f}"
    if intervals := description.intervals:
        low, high = min(intervals.factors), max(intervals.factors)
        covered = "" if intervals.coverage is None else f" (80 % intervals covered {intervals.coverage:.1%} before)"
        facts["Calibrated on dev"] = f"spread of paths times {low:.2f} to {high:.2f}, by step{covered}"
    decoding = getattr(description.recipe, "decoding", None)  # classifiers have none
    if isinstance(decoding, DecodingConfig):
        facts["Decoding"] = decoding_line(decoding)
    if isinstance(decoding, SynthesisConfig):
        most = plural(decoding.max_steps, "step")
        facts["Decoding"] = f"sampled, temperature {decoding.temperature:g}, seed {decoding.seed}, at most {most}"
    if members := _averaged(description.measured.get("averaged")):
        facts["Averaged"] = f"the mean of the weights of {members}"
    if comparison := _finetuned_from(description.measured.get("went_on")):
        facts["Fine-tuned from"] = comparison
    if teacher := _teacher(description.measured.get("teacher")):
        facts["Teacher"] = teacher
    for title, packages in (("Needs", description.plugins), ("Written by", description.versions)):
        if packages:
            facts[title] = ", ".join(f"{name} {number}" for name, number in packages.items())
    if description.created:
        facts["Written on"] = description.created
    return facts


def decoding_line(config: DecodingConfig) -> str:
    """Default settings of decoding, in one line."""
    if config.method == "sample":
        bounds = [f"top-k {config.top_k}"] * bool(config.top_k) + [f"top-p {config.top_p:g}"] * (config.top_p < 1)
        how = ", ".join(["sampled", f"temperature {config.temperature:g}", *bounds, f"seed {config.seed}"])
    else:
        penalty = "no length penalty" if config.length_penalty == "none" else f"length penalty {config.length_penalty}"
        alpha = "" if config.length_penalty == "none" else f" (alpha {config.alpha:g})"
        how = f"beam {config.beam}, {penalty}{alpha}" if config.beam > 1 else "greedy"
    ratio = f"{config.max_length_ratio:g} x source + " if config.max_length_ratio else ""
    repeated = f", no {config.no_repeat_ngram}-gram twice" if config.no_repeat_ngram else ""
    return f"{how}, at most {ratio}{plural(config.max_length_extra, 'token')}{repeated}"


def _teacher(content: JsonValue) -> str | None:
    """The teacher whose answers a model learnt, and its licence."""
    if not isinstance(content, dict) or not content.get("name"):
        return None
    return f"{content['name']} (licence: {content.get('license') or 'not stated'})"


def _finetuned_from(content: JsonValue) -> str | None:
    """The model that this one was fine-tuned from, and the change of its scores, in one line."""
    if not isinstance(content, dict) or not isinstance(content.get("sets"), dict):
        return None
    changes = []
    for name, metrics in cast(dict[str, JsonValue], content["sets"]).items():
        for metric, scores in metrics.items() if isinstance(metrics, dict) else ():
            if isinstance(scores, dict) and all(isinstance(scores.get(key), float) for key in ("baseline", "system")):
                title = SCORES[metric][0] if metric in ("bleu", "chrf", "ter") else metric.replace("_", " ")
                changes.append(f"{title} on {name} {scores['baseline']:.4g} before, {scores['system']:.4g} after")
                break  # the first metric suffices
    return f"{content.get('from')}: {'; '.join(changes)}" if changes else str(content.get("from"))


def _averaged(content: JsonValue) -> str:
    """The models whose weights were averaged, in one line; empty if none were."""
    members = [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []
    return ", ".join(
        f"{one.get('model')}" + (f" (step {step:,})" if isinstance(step := one.get("step"), int) else "")
        for one in members
    )


def _vocabularies(description: Description) -> str:
    recipe, source, target = description.recipe, description.source_vocabulary, description.target_vocabulary
    if recipe.sides.target is SideKind.LABEL:
        return f"{source:,} tokens; {target - len(NAMES):,} labels"
    if recipe.sides.source is SideKind.VECTORS:
        return f"{target:,} tokens"
    if recipe.sides.source is SideKind.TAGS:
        return f"{target:,} tokens; {source - len(NAMES):,} tags"
    if recipe.sides == TEXTS and recipe.tokenizer.joint:
        return f"{source:,} tokens for both sides"
    return f"{source:,} source and {target:,} target tokens"


def score_rows(scores: Mapping[str, JsonValue]) -> list[tuple[str, str, str, str]]:
    """Scores as rows of split (and group), metric, figure, and signature or an empty text."""
    rows = []
    for split, metrics in scores.items():
        if not isinstance(metrics, dict):
            continue
        for metric, (title, form, _) in SCORES.items():
            content = metrics.get(metric)
            signed = content if isinstance(content, dict) else {"score": content}
            if isinstance(score := signed.get("score"), int | float):
                rows.append((split, title, f"{score:{form}}", str(signed.get("signature", ""))))
        groups = metrics.get("groups")
        parts = dict(groups) if isinstance(groups, dict) else {}
        parts |= {title: metrics[key] for key, title in _PARTS.items() if key in metrics}
        rows += [(f"{split}, {part}", metric, figure, sign) for part, metric, figure, sign in score_rows(parts)]
    return rows
