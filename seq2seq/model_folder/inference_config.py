"""What running a model needs of its ``config.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

from seq2seq.config.search_settings import SearchSettings
from seq2seq.data.reading.choose_languages import named_languages
from seq2seq.text.tags import known_tags
from seq2seq.wording import plural

if TYPE_CHECKING:
    from seq2seq.text.protection import Protection

LONGEST: Final = "longest_source"
"""Key, in ``data``, of the tokens of the longest source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceConfig:
    """What running a model needs; the whole is :class:`~seq2seq.model_folder.description.Description`."""

    summary: str
    """The model in a line: ``demo: en → de, lstm with general attention, 1,967,104 parameters``."""
    task: str
    """The task of its recipe."""
    files: Mapping[str, str]
    """SHA-256 in hexadecimal of the other files, by name."""
    source_vocabulary: int
    """Tokens of the source vocabulary; of vectors, the numbers of a step."""
    target_vocabulary: int
    """Tokens of the target vocabulary."""
    labels: int
    """Number of labels of a classifier."""
    vectors: bool
    """Whether `data.vectors` is set: sources are vectors, or targets are those of synthesis."""
    columns: tuple[str | int | None, str | int, str | int | None]
    """`data.columns`: of source, target and group."""
    swap: bool
    """Whether source and target change places."""
    languages: tuple[str, str]
    """Languages of source and target, as codes of BCP 47; empty where they are not known."""
    tags: tuple[str, ...]
    """All tags at the head of sources, those of languages first."""
    protection: Protection | None
    """The text that it was trained to copy."""
    longest: int
    """Tokens of the longest source that it was trained on, EOS included."""
    search: SearchSettings | None
    """Default settings of the search (None: nothing is searched for)."""
    confidence: tuple[float, tuple[float, float, float]] | None
    """Bias and weights of the confidence of translations, if it was found to hold."""
    temperature: float
    """Divisor of a classifier's logits."""
    distribution: str | None
    """Distribution of each number that it writes, if it writes numbers."""
    interval_factors: tuple[float, ...]
    """By which the intervals of forecasts are widened, by step; none: they are not."""
    correlations: tuple[tuple[float, ...], ...]
    """Of the channels that are forecast together, of each with each; none: there are no such."""

    @property
    def writes_numbers(self) -> bool:
        """Whether its output is steps of numbers."""
        return self.task in ("synthesis", "forecasting")

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """What a valid ``config.json`` says.

        Raises:
            KeyError: it lacks a setting.
        """
        recipe, measured = content["recipe"], content["measured"]
        data = recipe["data"]
        columns = data["columns"]
        source, target = columns["source"], columns["target"]
        sources = [*data["sources"], *(data["replay"]["sources"] if data["replay"] else ())]
        languages = [*(one["languages"][1] for one in sources), *data["target_languages"]]
        calibration, intervals, channels = map(measured.get, ("calibration", "intervals", "channels"))
        return cls(
            summary=_summary(content),
            task=recipe["task"],
            files=content["files"],
            source_vocabulary=content["source_vocabulary"],
            target_vocabulary=content["target_vocabulary"],
            labels=len(content["labels"]),
            vectors=data.get("vectors") is not None,  # the setting is younger than the format
            columns=(source, target, columns["group"]),
            swap=data["swap"],
            languages=named_languages(data["languages"], (source, target), swap=data["swap"]),
            tags=known_tags(languages, (tag for one in sources for tag in one["tags"])),
            protection=_protection(data, recipe["tokenizer"]),
            longest=content["data"].get(LONGEST) or data["filters"]["max_length"],
            search=_search(recipe["decoding"]) if recipe["task"] in ("translation", "generation") else None,
            confidence=_confidence(measured.get("confidence")),
            temperature=1.0 if calibration is None else calibration["temperature"],
            distribution=recipe["model"].get("distribution"),
            interval_factors=() if intervals is None else tuple(intervals["factors"]),
            correlations=() if channels is None else tuple(map(tuple, channels["correlations"])),
        )


def _search(decoding: Mapping[str, Any]) -> SearchSettings:
    """The settings of a search, where they are those of today; defaults of others depend on the task."""
    if decoding.keys() != {field.name for field in fields(SearchSettings)}:
        raise KeyError("decoding")
    return SearchSettings(**decoding)


def _protection(data: Mapping[str, Any], tokenizer: Mapping[str, Any]) -> Protection | None:
    """The text that is copied; without any, what copies it is not imported."""
    if not (data["protect"] or tokenizer["symbols"]):
        return None
    from seq2seq.text.protection import Protection

    return Protection.of(data["protect"], data["markup"], tokenizer["symbols"])


def _confidence(facts: Mapping[str, Any] | None) -> tuple[float, tuple[float, float, float]] | None:
    """Bias and weights."""
    if facts is None:
        return None
    per_token, source, target = facts["weights"]
    return facts["bias"], (per_token, source, target)


def _summary(content: Mapping[str, Any]) -> str:
    """The model in a line."""
    recipe, labels, tags = content["recipe"], content["labels"], content["tags"]
    task, data, model = recipe["task"], recipe["data"], recipe["model"]
    source, target = data["columns"]["source"], data["columns"]["target"]
    if data["swap"]:
        source, target = target, source
    read = "text" if data.get("vectors") is None else f"vectors of {plural(content['source_vocabulary'], 'number')}"
    if labels:
        shown = ", ".join(labels[:4]) + (", …" if len(labels) > 4 else "")
        sides = f"{read} → {plural(len(labels), 'label')} ({shown})"
    elif task == "forecasting":
        sides = "series → their next steps"
    elif task == "synthesis":
        written = f"vectors of {plural(content['target_vocabulary'], 'number')}"
        sides = f"{plural(len(tags), 'tag')} → {written}" if tags else f"{written} from nothing"
    elif task == "generation":
        sides = f"{plural(len(tags), 'tag')} → text" if tags else "text from nothing"
    else:
        named = isinstance(source, str) and isinstance(target, str) and read == "text"
        sides = f"{source} → {target}" if named else f"{read} → text"
    network = model["decoder" if task in ("generation", "synthesis") else "encoder"]["cell"]
    if task in ("translation", "forecasting"):
        attention = model["attention"]
        network += f" with {attention['score']} attention" if attention else " with a fixed context"
    return f"{content['name']}: {sides}, {network}, {content['parameters']:,} parameters"
