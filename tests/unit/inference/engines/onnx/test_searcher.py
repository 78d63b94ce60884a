"""An export with whole searches opens what a search needs, once, and searches in NumPy where graphs cannot."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from support import tiny
from support.exported import exported, opened

from seq2seq.config.decoding import DecodingConfig
from seq2seq.export.onnx.networks import graphs
from seq2seq.inference.engines.onnx.encoder import OnnxEncoder
from seq2seq.inference.engines.onnx.searcher import OnnxSearcher, SearchName
from seq2seq.inference.engines.onnx.stepper import OnnxStepper
from seq2seq.inference.generator import Generator
from seq2seq.inference.translator import Translator
from seq2seq.search.decode import search

ALL: Final[tuple[SearchName, ...]] = ("greedy", "greedy_one", "beam", "beam_one", "sampling")


class Opened:
    """A searcher, and the networks that it has opened, in order."""

    def __init__(self, model: Any, there: Collection[SearchName] = ALL) -> None:
        made = graphs(model, int8=False)
        self.names: list[str] = []

        def steps() -> OnnxStepper:
            self.names.append("steps")
            return exported(model)

        def whole(name: SearchName) -> Any:
            self.names.append(name)
            return opened(made[name])

        encoder = OnnxEncoder(opened(made["encoder"]))
        self.searcher = OnnxSearcher(model.projection.out_features, encoder, steps, whole, there)


@pytest.fixture
def one() -> Opened:
    return Opened(tiny.model(tiny.recipe(), scale=2.0))


SOURCES = [[5, 6, 7, 8], [9], [4, 4, 4, 4, 4, 4, 4]]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"beam": 1}, ["greedy"]),
        ({"beam": 4}, ["beam"]),
        ({"beam": 1, "no_repeat_ngram": 2}, ["steps"]),
        ({"beam": 4, "allow_unknown": True}, ["steps"]),
        ({"method": "sample"}, ["sampling"]),
        ({"method": "sample", "top_k": 3, "nbest": 4}, ["sampling"]),
        ({"method": "sample", "top_k": 3, "nbest": 5}, ["steps"]),
        ({"method": "sample", "no_repeat_ngram": 3}, ["steps"]),
    ],
)
def test_a_search_opens_what_it_needs_once(one: Opened, changes: dict[str, Any], names: list[str]) -> None:
    config = DecodingConfig(**changes)
    for _ in range(2):
        search(one.searcher, SOURCES, config)
    assert one.names == names


@pytest.mark.parametrize(
    ("sources", "attention", "names"),
    [(1, False, ["{}_one"]), (1, True, ["{}"]), (2, False, ["{}"])],
)
@pytest.mark.parametrize(("search_name", "beam"), [("greedy", 1), ("beam", 3)])
def test_one_sentence_has_a_graph_of_its_own(
    one: Opened, sources: int, attention: bool, names: list[str], search_name: str, beam: int
) -> None:
    config = DecodingConfig(beam=beam)
    found = search(one.searcher, SOURCES[:sources], config, attention=attention)
    assert one.names == [name.format(search_name) for name in names]
    assert [best.tokens for best, *_ in found] == [
        best.tokens for best, *_ in search(one.searcher, SOURCES, config)[:sources]
    ]


def test_without_it_one_sentence_is_a_batch() -> None:
    one = Opened(tiny.model(tiny.recipe(), scale=2.0), ["greedy", "beam"])
    for beam in (1, 3):
        search(one.searcher, SOURCES[:1], DecodingConfig(beam=beam), attention=False)
    assert one.names == ["greedy", "beam"]


def test_searches_that_an_export_lacks_are_step_by_step() -> None:
    one = Opened(tiny.model(tiny.recipe(), scale=2.0), ["beam"])
    search(one.searcher, SOURCES, DecodingConfig(beam=2))
    assert one.names == ["beam"]
    for config in (DecodingConfig(beam=1), DecodingConfig(method="sample")):
        search(one.searcher, SOURCES, config)
        assert one.names == ["beam", "steps"]


def test_budgets_and_phrases_are_searched_for_step_by_step(one: Opened) -> None:
    budgets = [{10: 1}, {10: 0}, {10: 2}]
    found = search(one.searcher, SOURCES, DecodingConfig(beam=2), budgets=budgets)
    assert [best.tokens.count(10) for best, *_ in found] == [1, 0, 2]
    assert one.names == ["steps"]
    translator = Translator(one.searcher, tiny.tokenizers(), tiny.recipe().decoding)
    translator.with_glossary({"dog": "Hund"}).translate(["the cat sleeps"])
    assert one.names == ["steps", "beam_one"]  # no term of the glossary is in it
    assert "Hund" in translator.with_glossary({"dog": "Hund"}).translate(["the dog sleeps"])[0]
    assert one.names == ["steps", "beam_one"]


def test_several_threads_open_a_network_once(one: Opened) -> None:
    config = DecodingConfig(beam=1)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: search(one.searcher, SOURCES, config), range(8)))
    assert one.names == ["greedy"]
    assert all(other == found[0] for other in found)


def same_text(use: Callable[[Any], list[str]], model: Any) -> None:
    mine = Opened(model)
    assert use(mine.searcher) == use(exported(model))
    assert mine.names in (["greedy"], ["beam"], ["sampling"])


@pytest.mark.parametrize("beam", [1, 5])
@pytest.mark.parametrize("attention", [True, False])
def test_the_same_translations_as_step_by_step(beam: int, attention: bool) -> None:
    recipe = tiny.recipe(attention=attention)
    config = recipe.decoding.model_copy(update={"beam": beam, "batch_size": 3})
    same_text(
        lambda stepper: Translator(stepper, tiny.tokenizers(), config).translate(tiny.SOURCES * 3),
        tiny.model(recipe, scale=2.0),
    )


SETTINGS: list[dict[str, Any]] = [{"method": "beam", "beam": 3}, {}, {"top_k": 5}, {"top_p": 0.5, "seed": 7}]


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_the_same_tunes_as_step_by_step(changes: dict[str, Any]) -> None:
    """From tags, and from nothing; whatever their number is."""
    config = tiny.generation_recipe().decoding.model_copy(update={"max_length_extra": 40, "batch_size": 2, **changes})
    tags = ["", "M:6/8 K:G", "K:D"]
    same_text(
        lambda stepper: [
            tune.text
            for tune in Generator(stepper, tiny.tune_tokenizers(), config).generate(tags, config, count=2, start=5)
        ],
        tiny.generator(),
    )


def test_tunes_that_begin_with_a_prompt_or_are_listened_to_are_written_step_by_step() -> None:
    one = Opened(tiny.generator())
    generator = Generator(one.searcher, tiny.tune_tokenizers(), tiny.generation_recipe().decoding)
    generator.generate(["K:D"], prompt="A")
    generator.generate(["K:D"], listen=lambda _: None)
    assert one.names == ["steps"]
