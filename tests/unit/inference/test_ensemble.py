"""Several model folders as one translator."""

import math
from pathlib import Path

import numpy as np
import pytest
from support import tiny
from support.refused import refused

import seq2seq
from seq2seq.config.data import ColumnsConfig, DataConfig, SourceConfig
from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.model import AttentionConfig, DecoderConfig, EncoderConfig, ManyToManyConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.export.export import export
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.load import open_ensemble
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.text.protection import Protection
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.training import train_tokenizer

OTHER = ManyToManyConfig(
    embedding=8,
    encoder=EncoderConfig(cell="gru", hidden=6),
    decoder=DecoderConfig(cell="gru", hidden=11),
    attention=AttentionConfig(score="additive", heads=1),
)
SEARCHES = {
    "greedy": DecodingConfig(beam=1, max_length_extra=8),
    "beam": DecodingConfig(beam=4, nbest=3, max_length_extra=8, min_length=2, no_repeat_ngram=3),
    "sample": DecodingConfig(method="sample", nbest=2, seed=4, max_length_extra=8),
}


def saved(path: Path, *, seed: int = 0, joint: bool = True, **changes: object) -> Path:
    """A folder of random weights, whose recipe has ``changes``."""
    of = tiny.recipe(joint=joint).model_copy(update=changes)
    save_folder(path, model=tiny.model(of, seed=seed), tokenizers=tiny.tokenizers(joint=joint), recipe=of)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three models, exported in both precisions: of other weights, of another cell, without attention."""
    folder = tmp_path_factory.mktemp("members")
    saved(folder / "one")
    saved(folder / "two", seed=1, model=OTHER)
    saved(folder / "three", seed=2, model=OTHER.model_copy(update={"attention": None}))
    for name in ("one", "two", "three"):
        export(folder / name, calibrate=tiny.SOURCES, max_drift=math.inf)
    return folder


def test_a_folder_with_itself_is_the_model(folder: Path) -> None:
    """In torch, log-probabilities by step and those of the whole vocabulary are the same numbers."""
    alone = Translator.load(folder / "one", engine="torch")
    twice = Translator.load(folder / "one", ensemble=[folder / "one"], engine="torch")
    for config in SEARCHES.values():
        expected = alone.translate_nbest(tiny.SOURCES, config, alignments=True)
        assert twice.translate_nbest(tiny.SOURCES, config, alignments=True) == expected
    assert twice.translate_nbest(tiny.SOURCES, prefix="der ") == alone.translate_nbest(tiny.SOURCES, prefix="der ")
    assert twice.score(tiny.SOURCES, tiny.TARGETS) == pytest.approx(alone.score(tiny.SOURCES, tiny.TARGETS))


@pytest.mark.parametrize("search", SEARCHES)
def test_onnx_finds_what_torch_finds(folder: Path, search: str) -> None:
    """Without the graphs of whole searches, which know one model each."""
    others = [folder / "two", folder / "three"]
    engines: tuple[Engine, ...] = ("torch", "onnx")
    by_torch, by_onnx = (
        Translator.load(folder / "one", ensemble=others, engine=engine).translate_nbest(
            tiny.SOURCES, SEARCHES[search], alignments=True
        )
        for engine in engines
    )
    for expected, found in zip(by_torch, by_onnx, strict=True):
        assert [one.text for one in found] == [one.text for one in expected]
        assert [one.log_prob for one in found] == pytest.approx([one.log_prob for one in expected], rel=1e-5)
        assert all(one.alignment for one in found if one.tokens)
    alone = Translator.load(folder / "one", engine="torch").translate_nbest(tiny.SOURCES, SEARCHES[search])
    assert [one.text for one, *_ in by_torch] != [one.text for one, *_ in alone], "or the others show nothing"


def test_scores_are_means_of_probabilities_in_every_engine(folder: Path) -> None:
    """Of outputs of one token and the end, by hand from the scores of the models."""
    names = ("one", "two", "three")
    tokens = tiny.tokenizers().target.encode("d")
    engines: tuple[Engine, ...] = ("torch", "onnx", "onnx-int8")
    for engine in engines:
        members = [Translator.load(folder / name, engine=engine) for name in names]
        ensemble = Translator.load(folder / "one", ensemble=[folder / name for name in names[1:]], engine=engine)
        assert len(tokens) > 1
        (whole,) = ensemble.score(["the dog"], ["d"])
        assert whole == pytest.approx(_by_hand(members, "the dog", tokens), abs=1e-4)


def _by_hand(members: list[Translator], source: str, tokens: list[int]) -> float:
    from seq2seq.search.stepper import start_with, step_whole
    from seq2seq.special import BOS, EOS

    total = 0.0
    states = [start_with(one.stepper, [one.tokenizers.source.encode(source)], [tokens]) for one in members]
    for last, wanted in zip([BOS, *tokens], [*tokens, EOS], strict=True):
        steps = [step_whole(one.stepper, np.array([last]), state) for one, state in zip(members, states, strict=True)]
        states = [state for _, state in steps]
        total += math.log(np.mean([math.exp(proposal.log_probs[0, wanted]) for proposal, _ in steps]))
    return total


def test_each_model_runs_on_the_engine_that_it_has(folder: Path, tmp_path: Path) -> None:
    """By default, an exported model on ONNX Runtime and another on torch, in one ensemble."""
    plain = saved(tmp_path / "plain", seed=1, model=OTHER)
    mixed = seq2seq.load(folder / "one", ensemble=[plain], device="cpu")
    by_torch = Translator.load(folder / "one", ensemble=[plain], engine="torch")
    assert isinstance(mixed, Translator)
    assert mixed.translate(tiny.SOURCES) == by_torch.translate(tiny.SOURCES)
    with refused("model.not-exported", str(plain)):
        Translator.load(folder / "one", ensemble=[plain], engine="onnx")


def test_terms_of_a_glossary_are_forced(folder: Path) -> None:
    ensemble = Translator.load(folder / "one", ensemble=[folder / "two"]).with_glossary({"dog": "Vogel"})
    ((best, *_),) = ensemble.translate_nbest(["the dog sleeps"])
    assert "Vogel" in best.text
    assert [(use.source, use.met) for use in best.terms] == [("dog", True)]


def test_what_was_fitted_to_one_model_is_not_said_of_the_ensemble(folder: Path, tmp_path: Path) -> None:
    confident = tmp_path / "confident"
    of = tiny.recipe()
    facts = {"bias": 0.0, "weights": [1.0, 0.0, 0.0], "good": 50.0, "auroc": 0.9, "gap": 0.05}
    common = {"tokenizers": tiny.tokenizers(), "recipe": of, "data": {"longest_source": 9}}
    save_folder(confident, model=tiny.model(of), measured={"confidence": facts}, **common)  # type: ignore[arg-type]
    assert Translator.load(confident).confidence is not None
    folders, ensemble = open_ensemble(Translator, [folder / "one", confident])
    assert [one.path for one in folders] == [folder / "one", confident]
    assert ensemble.confidence is None
    assert ensemble.longest == 9
    assert all(name in repr(ensemble) for name in ("ensemble", "one: ", "confident: "))
    (best, *_) = ensemble.translate_nbest(["the dog"])[0]
    assert best.confidence is None


def test_one_path_is_that_model(folder: Path) -> None:
    (loaded,), translator = open_ensemble(Translator, [folder / "one"])
    assert loaded.path == folder / "one"
    assert translator.translate(tiny.SOURCES) == Translator.load(folder / "one").translate(tiny.SOURCES)
    assert repr(translator).startswith("<Translator one: ")


def _data(**changes: object) -> DataConfig:
    return tiny.recipe().data.model_copy(update=changes)


FORMAL = _data(path=None, sources=(SourceConfig(path="nowhere", languages=("en", "de"), tags=("formal",)),))
TOWARDS_GERMAN = ColumnsConfig(source="en", target="de")


@pytest.mark.parametrize(
    ("one", "two", "facts"),
    [
        ({}, {"joint": False}, ("source tokenizers", "target tokenizers")),
        (
            {"data": _data(columns=TOWARDS_GERMAN)},
            {"data": _data(columns=TOWARDS_GERMAN, swap=True)},
            ("en → de", "de → en"),
        ),
        ({}, {"data": _data(swap=True)}, ("data.swap",)),
        ({}, {"data": FORMAL}, ("target languages or tags",)),
    ],
)
def test_models_that_read_or_write_other_tokens_are_refused(
    tmp_path: Path, one: dict[str, bool], two: dict[str, bool], facts: tuple[str, ...]
) -> None:
    paths = saved(tmp_path / "one", **one), saved(tmp_path / "two", **two)
    with refused("inference.ensemble", *map(str, paths), *facts):
        open_ensemble(Translator, paths)


def test_models_that_copy_other_spans_are_refused(tmp_path: Path) -> None:
    config = TokenizerConfig(kind="char", vocabulary=99, symbols=("numbers",))
    protection = Protection.from_config(_data(), config)
    assert protection is not None
    both = train_tokenizer([*tiny.SOURCES, *tiny.TARGETS], config, symbols=protection.symbols)
    paths = [tmp_path / "one", tmp_path / "two"]
    for path, markup in zip(paths, ((), ("html",)), strict=True):
        of = tiny.recipe().model_copy(update={"tokenizer": config, "data": _data(markup=markup)})
        pair = VocabularyPair(both, both)
        save_folder(path, model=tiny.random_model(of, pair), tokenizers=pair, recipe=of)
    with refused("inference.ensemble", *map(str, paths), "data.markup"):
        open_ensemble(Translator, paths)


def test_all_that_differs_is_named_at_once(tmp_path: Path) -> None:
    paths = (
        saved(tmp_path / "one"),
        saved(tmp_path / "two", joint=False),
        saved(tmp_path / "three", data=_data(swap=True)),
    )
    with refused("inference.ensemble", f"{paths[0]} and {paths[1]}", f"{paths[0]} and {paths[2]}"):
        open_ensemble(Translator, paths)


def test_models_of_other_tasks_are_refused(tmp_path: Path) -> None:
    classifier = tiny.save_classifier(tmp_path / "labels")
    with refused("model.other-task", str(classifier)):
        seq2seq.load(saved(tmp_path / "one"), ensemble=[classifier])
