"""What the page needs of a model: its graph, its tokenizers, and a description, by task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from onnx import ModelProto
from pydantic import JsonValue

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.recipe import GenerationRecipe, TranslationRecipe
from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.errors import ConfigError
from seq2seq.export.needs_python import needs_python
from seq2seq.export.onnx.networks import classifier_graph, require_nodes
from seq2seq.export.onnx.search.beam import beam_graph_of_one
from seq2seq.export.onnx.search.greedy_one import greedy_graph_of_one
from seq2seq.export.onnx.search.sampling import sampling_graph
from seq2seq.export.onnx.storage import in_integers
from seq2seq.inference.engines.torch.load import LoadedModel
from seq2seq.inference.request.direction import Direction
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.text.tags import language_tag
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair

_GRAPH: Final = "model.onnx"
_INTEGERS_FROM: Final = 4
"""Hypotheses from which WebAssembly computes faster in 8-bit integers than in float32: at one row, they take half as
long again; at five, a sixth less (`benchmarks/LOG.md`)."""
_LENGTHS: Final = ("max_length_ratio", "max_length_extra", "min_length")


@dataclass(frozen=True, kw_only=True)
class PageModel:
    """A model, as the page needs it."""

    description: Mapping[str, JsonValue]
    """The content of model.json, its ``files`` apart."""
    files: Mapping[str, bytes]
    """The graph and the tokenizers, by name."""


def page_model(loaded: LoadedModel, *, int8: bool, beam: int | None = None, to: str | None = None) -> PageModel:
    """What the page needs of a model.

    Args:
        loaded: the model.
        int8: whether its weights are stored as 8-bit integers. They are computed with in whichever arithmetic is
            faster in WebAssembly: float32, or, for a wide beam, integers.
        beam: hypotheses of the search (default: as the recipe decodes).
        to: the language of the translations, of several that the model knows (default: the reader chooses).

    Raises:
        ConfigError: the page lacks what the model needs.
        ModelError: a component has no ONNX nodes.
    """
    loaded.require_no_numeric_targets("pages")
    recipe, model = loaded.recipe, loaded.model
    problems = needs_python(recipe, directed=True)
    if isinstance(recipe, TranslationRecipe):
        if recipe.decoding.method == "sample":
            problems.append("decoding.method: sample; the page searches")
    else:
        given = {"--beam": beam is not None, "--to": to is not None}
        problems += [f"{name}: for models that translate" for name, used in given.items() if used]
    if isinstance(recipe, GenerationRecipe) and recipe.decoding.method != "sample":
        problems.append(f"decoding.method: {recipe.decoding.method}; the page samples")
    if problems:
        raise ConfigError("--web", problems, code="export.page-lacks")
    require_nodes(model)
    if isinstance(model, Classifier):
        return _classifier(loaded, model, int8=int8)
    assert isinstance(model, Seq2Seq)
    if isinstance(recipe, GenerationRecipe):
        return _generator(loaded, model, recipe.decoding, int8=int8)
    assert isinstance(recipe, TranslationRecipe)
    decoding = recipe.decoding if beam is None else recipe.decoding.model_copy(update={"beam": beam})
    return _translator(loaded, model, decoding, Direction.from_config(recipe.data).to(to), int8=int8)


def _translator(
    loaded: LoadedModel, model: Seq2Seq, decoding: DecodingConfig, direction: Direction, *, int8: bool
) -> PageModel:
    source, target = languages_of(loaded.recipe.data)
    tags = direction.given or [language_tag(language) for language in direction.languages]
    directions: list[JsonValue] = [
        {"language": _as_bcp47(language), "tag": language_tag(language)}
        for language in direction.languages
        if language_tag(language) in tags
    ]
    search = ("beam", "length_penalty", "alpha", *_LENGTHS)
    own: dict[str, JsonValue] = {
        "languages": {"source": _as_bcp47(source)},
        "directions": directions or [{"language": _as_bcp47(target), "tag": ""}],
        "decoding": {name: getattr(decoding, name) for name in search},
    }
    integers = int8 and decoding.beam >= _INTEGERS_FROM
    if decoding.beam == 1:
        graph = greedy_graph_of_one(model, int8=integers, scored=False).model()  # the page shows no scores
    else:
        graph = beam_graph_of_one(model, int8=integers).model()
    return _described(loaded, in_integers(graph) if int8 and not integers else graph, own, ("source", "target"))


def _generator(loaded: LoadedModel, model: Seq2Seq, decoding: DecodingConfig, *, int8: bool) -> PageModel:
    tags = loaded.tokenizers.source
    assert isinstance(tags, LabelVocabulary)
    sampling = ("temperature", "top_k", "top_p", "seed", *_LENGTHS)
    own: dict[str, JsonValue] = {
        "tags": list(tags.names),
        "decoding": {name: getattr(decoding, name) for name in sampling},
    }
    graph = sampling_graph(model, int8=False).model()
    return _described(loaded, in_integers(graph) if int8 else graph, own, ("target",))


def _classifier(loaded: LoadedModel, model: Classifier, *, int8: bool) -> PageModel:
    labels = loaded.tokenizers.target
    assert isinstance(labels, LabelVocabulary)
    calibration = loaded.description.calibration
    own: dict[str, JsonValue] = {
        "languages": {"source": _as_bcp47(languages_of(loaded.recipe.data)[0])},
        "labels": list(labels.names),
        "temperature": calibration.temperature if calibration else 1.0,
    }
    graph = classifier_graph(model, int8=False).model()
    return _described(loaded, in_integers(graph) if int8 else graph, own, ("source",))


def _as_bcp47(language: str) -> str:
    """A language as browsers read it: ``en-US`` of ``en_US``."""
    return language.replace("_", "-")


def _described(loaded: LoadedModel, graph: ModelProto, own: Mapping[str, JsonValue], sides: Sequence[str]) -> PageModel:
    names, tokenizers = _tokenizers(loaded.tokenizers, sides)
    description: dict[str, JsonValue] = {
        "task": loaded.recipe.task,
        "name": loaded.description.name,
        "license": loaded.description.license,
        "graph": _GRAPH,
        "tokenizers": {**names},
        **own,
    }
    return PageModel(description=description, files={_GRAPH: graph.SerializeToString(), **tokenizers})


def _tokenizers(both: VocabularyPair, sides: Sequence[str]) -> tuple[dict[str, str], dict[str, bytes]]:
    """The file of each side's tokenizer, and the files; both sides may share one."""
    contents = {side: getattr(both, side).to_bytes() for side in sides}
    shared = len(contents) > 1 and len(set(contents.values())) == 1
    names = {side: "tokenizer.model" if shared else f"{side}.model" for side in sides}
    return names, {names[side]: content for side, content in contents.items()}
