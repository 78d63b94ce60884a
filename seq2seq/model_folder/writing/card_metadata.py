"""The metadata of a model card for the Hugging Face hub: the YAML at its top.

Its keys follow the hub's specification of model cards, as implemented by huggingface_hub.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pydantic import JsonValue

from seq2seq.config.recipe import AnyRecipe
from seq2seq.config.sides import SideKind, Sides
from seq2seq.hub import SCHEME, HubAddress
from seq2seq.model_folder.description import Description
from seq2seq.resources import BUNDLED

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

SCORES: Final = {
    "bleu": ("BLEU", ".2f", "bleu"),
    "chrf": ("chrF", ".2f", "chrf"),
    "ter": ("TER", ".2f", "ter"),
    "exact_match": ("Exact match", ".1%", "exact_match"),
    "accuracy": ("Accuracy", ".1%", "accuracy"),
    "baseline": ("Majority baseline", ".1%", None),
    "macro_f1": ("Macro-F1", ".1%", "f1"),
    "bits_per_byte": ("Bits per byte", ".3f", "bits_per_byte"),
    "perplexity": ("Perplexity", ".3f", "perplexity"),
    "nats_per_step": ("Nats per step", ".3f", None),
    "independent_nats_per_step": ("Nats per step of independent numbers", ".3f", None),
    "explained": ("Explained variance of the next step", ".1%", None),
    "mase": ("MASE", ".3f", "mase"),
    "smape": ("sMAPE", ".1%", "smape"),
    "wql": ("wQL", ".4f", None),
    "coverage_80": ("In 80 % intervals", ".1%", None),
}
"""Title, format, and the hub's name of each score; None: the hub does not get it."""


def metadata(description: Description) -> str:
    """The YAML of a model card, without the lines around it."""
    from huggingface_hub import ModelCardData

    results = list(_results(description))
    on_hub = _on_hub(public_data(description.recipe, "train"))
    data = ModelCardData(
        language=list(description.languages) or None,
        license=description.license,
        library_name="seq2seq",
        pipeline_tag=pipeline_tag(description.recipe.sides),
        tags=["seq2seq", "recurrent"],
        datasets=[on_hub.name] if on_hub else None,
        metrics=list(dict.fromkeys(result.metric_type for result in results)) or None,
        model_name=description.name if results else None,
        eval_results=results or None,
    )
    return data.to_yaml()


def pipeline_tag(sides: Sides) -> str:
    """The hub's name of the task."""
    if sides.target is SideKind.SERIES:
        return "time-series-forecasting"
    if sides.target is SideKind.LABEL:
        return "tabular-classification" if sides.source is SideKind.VECTORS else "text-classification"
    if SideKind.VECTORS in sides:
        return "other"
    return "text-generation" if sides.source is SideKind.TAGS else "translation"


def public_data(recipe: AnyRecipe, split: str) -> str | None:
    """The data set of a split, if it is public: on the hub, or bundled."""
    place = getattr(recipe.data, split, None) or recipe.data.path
    return place if isinstance(place, str) and place.startswith((SCHEME, BUNDLED)) else None


def _on_hub(place: str | None) -> HubAddress | None:
    return HubAddress.parse_data(place) if place and place.startswith(SCHEME) else None


def _results(description: Description) -> Iterator["EvalResult"]:
    """Every score in the hub's format, with its signature."""
    from huggingface_hub import EvalResult

    for split, metrics in description.scores.items():
        if not isinstance(metrics, dict):
            continue
        place = public_data(description.recipe, split)
        on_hub = _on_hub(place)
        # The folders of local files are private.
        name = (place or str(metrics.get("data") or "unnamed").rsplit("/", 1)[-1]).removeprefix(BUNDLED)
        for metric, (title, _, kind) in SCORES.items():
            value, arguments = _value(metric, metrics)
            if value is not None and kind is not None:
                yield EvalResult(
                    task_type=pipeline_tag(description.recipe.sides),
                    dataset_type=on_hub.name if on_hub else name,
                    dataset_name=on_hub.name if on_hub else name,
                    dataset_config=on_hub.configuration if on_hub else None,
                    dataset_revision=on_hub.revision if on_hub else None,
                    dataset_split=split,
                    metric_type=kind,
                    metric_name=title,
                    metric_value=value,
                    metric_args=arguments,
                )


def _value(metric: str, metrics: Mapping[str, JsonValue]) -> tuple[float | None, dict[str, str] | None]:
    """A score, and its arguments: the signature, if it has one."""
    value = metrics.get(metric)
    arguments = {"average": "macro"} if metric == "macro_f1" else None
    if isinstance(value, dict):
        arguments = {"signature": str(value.get("signature", ""))}
        value = value.get("score")
    return (value if isinstance(value, int | float) else None), arguments
