"""Going on from a model: its recipe, its vocabularies and weights, its optimiser, and what is refused."""

import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from support import tasks, tiny
from support.refused import refused
from support.runs import checkpoint

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, ReplayConfig, SourceConfig
from seq2seq.config.finetune import finetuning_recipe
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.load import load_recipe, parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.errors import ConfigError
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.special import UNK
from seq2seq.text.protection import NUMBERED
from seq2seq.text.sketch import Overlap, Sketch
from seq2seq.text.tags import target_languages
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.training.finetune.finetune import FinetuneOptions, fit_and_compare, old_examples, recipe_for
from seq2seq.training.finetune.initial_model import InitialModel
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.run_folder.checkpoint import find

PAIRS = [*zip(tiny.SOURCES, tiny.TARGETS, strict=True)]
QUICK = ("training.max_epochs=2", "training.batch.max_tokens=256", "data.workers=1")


def write(path: Path, rows: list[tuple[str, str]]) -> str:
    path.write_text("".join(f"{source}\t{target}\n" for source, target in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A translator of random weights, whose recipe names data that are there."""
    recipe = tiny.recipe(tied=True)
    (tmp_path / "old").mkdir()
    write(tmp_path / "old" / "train.tsv", PAIRS)
    write(tmp_path / "old" / "test.tsv", PAIRS[:3])
    data = DataConfig(path=str(tmp_path / "old"), cache=str(tmp_path / "cache"), workers=1)
    of = recipe.model_copy(update={"data": data})
    save_folder(tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, name="tiny")
    return str(tmp_path / "model")


@pytest.fixture
def pairs(tmp_path: Path) -> str:
    return write(
        tmp_path / "new.tsv", [(f"{source} {number}", target) for number in range(4) for source, target in PAIRS]
    )


def options(tmp_path: Path, *overrides: str, **more: object) -> FinetuneOptions:
    cache = f"data.cache={tmp_path / 'cache'}"
    return FinetuneOptions(overrides=(*QUICK, cache, *overrides), **more)  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------------------- the recipe


@pytest.fixture
def several(tmp_path: Path, model: str) -> str:
    """A translator whose recipe has two directions."""
    recipe = load_folder(model).recipe
    forth = SourceConfig(path=str(tmp_path / "old"), languages=("en", "de"))
    back = SourceConfig(path=str(tmp_path / "old"), languages=("de", "en"), swap=True)
    data = DataConfig(sources=(forth, back), cache=str(tmp_path / "cache"), workers=1)
    of = recipe.model_copy(update={"data": data})
    save_folder(tmp_path / "several", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, name="several")
    return str(tmp_path / "several")


def test_one_direction_of_several_is_tuned(several: str, pairs: str, tmp_path: Path) -> None:
    found = recipe_for(several, [pairs], options(tmp_path, to="en"))
    (source,) = found.data.sources
    assert (source.train, source.languages, found.data.path, found.data.train) == (pairs, ("und", "en"), None, None)
    assert set(target_languages(found.data)) == {"en", "de"}
    replayed = recipe_for(several, [pairs], options(tmp_path, to="en", replay="own", replay_share=0.25)).data.replay
    assert replayed is not None
    assert (replayed.share, [one.languages for one in replayed.sources]) == (0.25, [("en", "de"), ("de", "en")])
    # A model that was tuned keeps its languages.
    of = load_folder(several).recipe.model_copy(update={"data": found.data})
    save_folder(tmp_path / "tuned", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    again = recipe_for(str(tmp_path / "tuned"), [pairs], options(tmp_path, to="de"))
    assert set(target_languages(again.data)) == {"en", "de"}


def test_a_direction_of_several_must_be_known(several: str, pairs: str, tmp_path: Path) -> None:
    for to in (None, "fr"):
        with refused("finetune.no-language", "--to", "de, en"):
            recipe_for(several, [pairs], options(tmp_path, to=to))
    with refused("finetune.replay-of-languages", "own"):
        recipe_for(several, [pairs], options(tmp_path, to="de", replay=pairs))


def test_the_recipe_is_the_models_with_gentler_settings(model: str, pairs: str) -> None:
    base = load_folder(model).recipe
    found = recipe_for(model, [pairs], FinetuneOptions())
    assert found.initial_model is not None
    assert found.initial_model.model == model
    assert (found.data.train, found.data.path, found.data.columns) == (pairs, None, ColumnsConfig())
    assert found.data.cache == base.data.cache
    assert found.training.optimizer.learning_rate == base.training.optimizer.learning_rate / 2
    assert (found.training.max_steps, found.training.max_epochs, found.training.validation.patience) == (None, 20, 4)
    assert found.model.dropout.layer >= 0.2
    assert found.model.model_copy(update={"dropout": base.model.dropout}) == base.model
    assert found.tokenizer == base.tokenizer  # characters have one segmentation


def test_attention_that_was_guided_is_not_guided_again(model: str, pairs: str) -> None:
    base = load_folder(model).recipe
    optimizer = base.training.optimizer.model_copy(update={"learning_rate": 1.2e-2})
    training = base.training.model_copy(update={"guided_alignment": 0.3, "optimizer": optimizer})
    changed = base.model_copy(update={"training": training})
    found = finetuning_recipe(changed, DataConfig(train=pairs), InitialModelConfig(model=model))["training"]
    assert (found["guided_alignment"], found["optimizer"]["learning_rate"]) == (0, 1e-3)


def test_what_chooses_the_model_moves_on_any_target(model: str, pairs: str) -> None:
    def metric(chosen: str | None) -> str:
        """Of a fine-tuning whose model was chosen by another."""
        base = load_folder(model).recipe
        validation = base.training.validation.model_copy(update={"metric": chosen, "tokenize": "none"})
        training = base.training.model_copy(update={"validation": validation})
        settings = finetuning_recipe(
            base.model_copy(update={"training": training}), DataConfig(train=pairs), InitialModelConfig(model=model)
        )
        found = parse_recipe(settings, "a test")
        assert found.training.validation.tokenize == "auto"
        return found.chosen_by

    assert [metric(name) for name in (None, "bleu", "loss", "exact_match")] == ["chrf", "chrf", "loss", "exact_match"]
    assert (
        recipe_for(model, [pairs], FinetuneOptions(overrides=("training.validation.metric=bleu",))).chosen_by == "bleu"
    )


def test_settings_can_be_changed(model: str, pairs: str) -> None:
    found = recipe_for(model, [pairs], FinetuneOptions(overrides=("training.optimizer.learning_rate=0.5",)))
    assert found.training.optimizer.learning_rate == 0.5
    with refused("config.invalid", "fine-tuning:", "training.optimiser: ", "'optimizer'"):
        recipe_for(model, [pairs], FinetuneOptions(overrides=("training.optimiser.name=sgd",)))


def test_other_splits_and_old_data(model: str, pairs: str, tmp_path: Path) -> None:
    dev = write(tmp_path / "dev.tsv", PAIRS)
    asked = FinetuneOptions(dev=dev, test=dev, replay="own", replay_share=0.4, l2_sp=0.1, freeze=("encoder",))
    found = recipe_for(model, [pairs], asked)
    assert (found.data.dev, found.data.test) == (dev, dev)
    assert found.data.replay == ReplayConfig(data=str(tmp_path / "old"), share=0.4)
    assert found.initial_model is not None
    assert (found.initial_model.l2_sp, found.initial_model.freeze) == (0.1, ("encoder",))
    named = recipe_for(model, [pairs], FinetuneOptions(replay=dev))
    assert named.data.replay == ReplayConfig(data=dev, share=0.5)


def test_two_files_and_named_columns(model: str, pairs: str) -> None:
    found = recipe_for(model, ["a.en", "a.de"], FinetuneOptions())
    assert found.data.train == AlignedFiles(source="a.en", target="a.de")
    found = recipe_for(model, [pairs], FinetuneOptions(columns={"source": 1, "target": 0}))
    assert (found.data.columns.source, found.data.columns.target) == (1, 0)


def test_the_other_direction_is_read_the_other_way_round(tmp_path: Path) -> None:
    data = DataConfig(path="old", columns=ColumnsConfig(source="en", target="de"), swap=True)
    of = tiny.recipe().model_copy(update={"data": data})
    save_folder(tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    (tmp_path / "new.tsv").write_text("en\tde\nHello.\tHallo.\n", encoding="utf-8")
    found = recipe_for(str(tmp_path / "model"), [str(tmp_path / "new.tsv")], FinetuneOptions(replay="own"))
    assert found.data.columns == ColumnsConfig(source="de", target="en")
    assert not found.data.swap
    assert found.data.replay is not None
    assert found.data.replay.columns == ColumnsConfig(source="de", target="en")


def test_the_languages_of_the_other_direction(tmp_path: Path) -> None:
    data = DataConfig(path="old", languages=("en", "de"), swap=True)
    of = tiny.recipe().model_copy(update={"data": data})
    save_folder(tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    units = '<tu><tuv xml:lang="en"><seg>Hello.</seg></tuv><tuv xml:lang="de"><seg>Hallo.</seg></tuv></tu>'
    memory = tmp_path / "new.tmx"
    memory.write_text(f'<tmx version="1.4"><header srclang="en"/><body>{units}</body></tmx>', encoding="utf-8")
    found = recipe_for(str(tmp_path / "model"), [str(memory)], FinetuneOptions(replay="own")).data
    assert (found.languages, found.swap) == (("de", "en"), False)
    assert found.replay is not None
    assert found.replay.languages == ("de", "en")


def test_names_of_labels_stay_where_the_labels_do(tmp_path: Path) -> None:
    data = DataConfig(path="old", labels={"0": "animal", "1": "house", "2": "other"})
    tiny.save_classifier(tmp_path / "model", data)
    same = write(tmp_path / "same.tsv", [("a dog runs", "0"), ("a house", "1"), ("the dog", "0")])
    found = recipe_for(str(tmp_path / "model"), [same], FinetuneOptions())
    assert found.data.labels == {"0": "animal", "1": "house", "2": "other"}
    with (tmp_path / "same.tsv").open("a", encoding="utf-8") as file:
        file.write("a row of one column\n")
    skipping = FinetuneOptions(overrides=("data.skip_bad=true",))
    assert recipe_for(str(tmp_path / "model"), [same], skipping).data.labels == found.data.labels
    other = write(tmp_path / "other.tsv", [("a dog runs", "animal"), ("a house", "house"), ("the dog", "animal")])
    assert recipe_for(str(tmp_path / "model"), [other], FinetuneOptions()).data.labels is None


# ----------------------------------------------------------------------------------------------------- training


def test_labels_with_probabilities_are_tuned_on_and_replayed(tmp_path: Path) -> None:
    soft = write(tmp_path / "soft.tsv", [("the dog", '{"animal": 0.75, "house": 0.25}'), ("a house", "house")])
    plain = write(tmp_path / "plain.tsv", [("the cat", "animal"), ("an old house", "house")])
    for own, new, replay, expected in (
        (plain, soft, None, True),
        (soft, plain, "own", True),
        (soft, plain, None, False),
    ):
        data = DataConfig(train=own, dev=plain, soft_labels=own == soft)
        model = str(tiny.save_classifier(tmp_path / "model", data))
        found = recipe_for(model, [new], FinetuneOptions(dev=plain, replay=replay))
        assert found.data.soft_labels == expected
        shutil.rmtree(model)


def test_it_learns_and_is_compared(model: str, pairs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = recipe_for(model, [pairs], options(tmp_path, extend_vocabulary=3, replay="own"))
    result, compared = fit_and_compare(recipe, tmp_path / "run", retain_test="own")
    assert [one.name for one in compared] == ["new dev", "old"]
    assert [one.metric for one in compared[0].comparisons] == ["bleu", "chrf"]
    kept = json.loads((tmp_path / "run" / "comparison.json").read_text())
    assert kept["old"]["examples"] == 3
    assert kept["old"]["bleu"]["system"] == compared[1].comparisons[0].system
    new, old = load_folder(result.model), load_folder(model)
    assert new.tokenizers.source.size == old.tokenizers.source.size + 3
    assert new.tokenizers.source.pieces(range(old.tokenizers.source.size)) == old.tokenizers.source.pieces(
        range(old.tokenizers.source.size)
    )
    said = capsys.readouterr().err
    assert "replay 8 examples from" in said
    assert "with 3 more pieces" in said
    # The run does not need what it began with any more.
    shutil.rmtree(model)
    assert load_folder(tmp_path / "run" / "start").description.name == "tiny"
    again = fit(load_recipe(tmp_path / "run" / "recipe.yaml"), tmp_path / "run", LaunchOptions(resume=True))
    assert again.summary.steps == result.summary.steps


def test_the_model_recognises_what_both_runs_have_read(tmp_path: Path, pairs: str) -> None:
    of, read = tiny.recipe(), {"sketch": Sketch.from_texts(["the sheep sleeps"]).to_dict()}
    save_folder(tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of, data=read)
    result = fit(
        recipe_for(str(tmp_path / "model"), [pairs], options(tmp_path, "training.max_steps=1")), tmp_path / "run"
    )
    sketch = load_folder(result.model).description.sketch
    assert sketch is not None
    held_out = load_folder(result.model).description.data["dev_examples"]
    new = [f"{source} {number}" for number in range(4) for source in tiny.SOURCES]
    assert sketch.overlap(["the sheep sleeps", "the sheep eats"]) == Overlap(1, 2, exact=True)
    assert sketch.overlap(new) == Overlap(32 - int(str(held_out)), 32, exact=True)


def test_the_longest_source_is_that_of_both_data(model: str, pairs: str, tmp_path: Path) -> None:
    short = write(tmp_path / "short.tsv", [(f"{number} dog", "ein Hund") for number in range(12)])
    first = fit(recipe_for(model, [pairs], options(tmp_path)), tmp_path / "first").model
    loaded = load_folder(first)
    longest = loaded.description.longest
    sources = [f"{source} 0" for source, _ in PAIRS]
    assert longest == 1 + max(map(len, loaded.tokenizers.source.encode_batch(sources)))  # and the end
    second = fit(recipe_for(str(first), [short], options(tmp_path)), tmp_path / "second").model
    assert load_folder(second).description.longest == longest


def test_without_a_step_it_is_the_model_that_it_began_as(model: str, pairs: str, tmp_path: Path) -> None:
    rate = "training.optimizer.learning_rate=1e-12"
    recipe = recipe_for(model, [pairs], options(tmp_path, rate, extend_vocabulary=3))
    result = fit(recipe, tmp_path / "run")
    old, new = load_folder(model), load_folder(result.model)
    size = old.tokenizers.source.size
    before, after = old.model.state_dict(), new.model.state_dict()
    for name, tensor in before.items():
        torch.testing.assert_close(after[name][: tensor.size(0)], tensor, msg=name)
    rows = after["source_embedding.weight"][size:]  # of characters that were unknown: each has a start of its own
    assert len(rows) == 3
    assert len({tuple(row.tolist()) for row in [*rows, before["source_embedding.weight"][UNK]]}) == 4


def test_new_labels_get_a_head(tmp_path: Path) -> None:
    first = fit(tasks.classification(tmp_path), tmp_path / "first")
    rows = [(line, "long" if len(line) > 9 else "short") for line in tasks.words(60, seed=3)]
    recipe = recipe_for(str(first.model), [write(tmp_path / "new.tsv", rows)], options(tmp_path))
    result, compared = fit_and_compare(recipe, tmp_path / "run")
    assert load_folder(result.model).tokenizers.target.pieces(range(4, 6)) == ["long", "short"]
    accuracy = compared[0].comparisons[0]
    assert accuracy.metric == "accuracy"
    assert accuracy.baseline == 0.0  # it knows none of these labels
    assert accuracy.system > 40.0


def test_a_new_label_beside_the_old_ones(tmp_path: Path) -> None:
    first = fit(tasks.classification(tmp_path), tmp_path / "first")
    names = load_folder(first.model).tokenizers.target.pieces(range(4, 7))
    rows = [(line, "none" if tasks.label_of(line) == "neither" else tasks.label_of(line)) for line in tasks.words(60)]
    recipe = recipe_for(str(first.model), [write(tmp_path / "new.tsv", rows)], options(tmp_path))
    result, _ = fit_and_compare(recipe, tmp_path / "run", retain_test="own")
    assert load_folder(result.model).tokenizers.target.pieces(range(4, 8)) == [*names, "none"]


def test_a_language_model_goes_on(tmp_path: Path) -> None:
    first = fit(tasks.generation(tmp_path, windows={"tokens": 12, "streams": 4}), tmp_path / "first")
    text = tmp_path / "other.txt"
    text.write_text("\n\n".join(tasks.words(60, seed=5)), encoding="utf-8")
    recipe = recipe_for(str(first.model), [str(text)], options(tmp_path))
    _, compared = fit_and_compare(recipe, tmp_path / "run")
    (found,) = compared[0].comparisons
    assert found.metric == "bits_per_byte"
    assert found.system < found.baseline


def test_the_optimiser_continues_from_its_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = fit(tasks.classification(tmp_path), tmp_path / "first")
    rows = write(tmp_path / "new.tsv", [(f"{line} z", tasks.label_of(line)) for line in tasks.words(60)])
    recipe = recipe_for(str(tmp_path / "first"), [rows], options(tmp_path, extend_vocabulary=2))
    start = InitialModel.open(recipe, tmp_path / "run", resume=False)
    assert start is not None
    assert start.moments == checkpoint(tmp_path / "first") / "optimizer.safetensors"
    fit(recipe, tmp_path / "run")
    assert "the optimiser continues from " in capsys.readouterr().err
    steps = load_file(checkpoint(tmp_path / "run") / "optimizer.safetensors")["0.step"]
    assert steps > load_file(start.moments)["0.step"] == first.summary.steps
    # A folder that was copied away has none; nor is anything taken that is not wanted.
    shutil.copytree(first.model, tmp_path / "alone")
    alone = recipe_for(str(tmp_path / "alone"), [rows], options(tmp_path))
    assert InitialModel.open(alone, tmp_path / "run", resume=False).moments is None  # type: ignore[union-attr]
    unwanted = recipe_for(str(tmp_path / "first"), [rows], options(tmp_path, "initial_model.optimizer=false"))
    assert InitialModel.open(unwanted, tmp_path / "run", resume=False).moments is None  # type: ignore[union-attr]


def test_a_damaged_optimiser_state_is_not_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], warned: list[str]
) -> None:
    fit(tasks.classification(tmp_path), tmp_path / "first")
    for path in find(tmp_path / "first" / "checkpoints"):
        (path / "optimizer.safetensors").write_bytes(b"none")
    rows = write(tmp_path / "new.tsv", [(line, tasks.label_of(line)) for line in tasks.words(60)])
    fit(recipe_for(str(tmp_path / "first"), [rows], options(tmp_path)), tmp_path / "run")
    assert "run.checkpoint-damaged" in warned
    assert "the optimiser continues" not in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------ what is refused


def opened(recipe: Recipe, tmp_path: Path) -> None:
    InitialModel.open(recipe, tmp_path / "run", resume=False)


def test_another_shape_is_refused_with_all_that_differs(model: str, pairs: str, tmp_path: Path) -> None:
    recipe = recipe_for(
        model, [pairs], options(tmp_path, "model.decoder.hidden=16", "model.embedding=8", "tokenizer.kind=bpe")
    )
    with pytest.raises(ConfigError) as caught:
        opened(recipe, tmp_path)
    assert "model.decoder.hidden: 16, but the initial model has 14" in str(caught.value)
    assert "model.embedding: 8, but the initial model has 12" in str(caught.value)
    assert "tokenizer.kind: 'bpe', but the initial model has 'char'" in str(caught.value)


def test_a_model_for_something_else_is_refused(model: str, tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path)
    start = {"initial_model": {"model": model}}
    from seq2seq.config.load import parse_recipe

    with refused("finetune.other-task", "initial_model.model: ", "translation", "classification"):
        opened(parse_recipe(recipe.model_dump(mode="json") | start, "x"), tmp_path)


def test_the_run_folder_does_not_hold_the_model(model: str, pairs: str, tmp_path: Path) -> None:
    recipe = recipe_for(model, [pairs], options(tmp_path))
    with pytest.raises(ConfigError) as caught:
        InitialModel.open(recipe, Path(model).parent, resume=False)
    assert caught.value.code == "finetune.model-in-output"


@pytest.mark.parametrize("spelt", ["upwards", "link", "link to the model", "the model itself"])
def test_however_the_run_folder_is_spelt(model: str, pairs: str, tmp_path: Path, spelt: str) -> None:
    """A new run there would delete the model that it is to start from."""
    folder = tmp_path / "runs" / "a"
    shutil.move(model, folder / "model")
    output = folder
    if spelt == "upwards":
        (tmp_path / "x").mkdir()
        output = tmp_path / "x" / ".." / "runs" / "a"
    elif spelt == "link":
        output = tmp_path / "link"
        output.symlink_to(folder)
    elif spelt == "link to the model":
        output = tmp_path / "b"
        output.mkdir()
        (output / "model").symlink_to(folder / "model")
    else:
        output = folder / "model"
    recipe = recipe_for(str(folder / "model"), [pairs], options(tmp_path))
    with pytest.raises(ConfigError) as caught:
        fit(recipe, output, LaunchOptions(overwrite=True))
    assert caught.value.code in ("finetune.model-in-output", "run.folder-is-model")
    assert load_folder(folder / "model").description.name == "tiny"


def test_the_moments_are_read_at_once(tmp_path: Path) -> None:
    """The run that trained the model may go on, and delete its older checkpoints."""
    fit(tasks.classification(tmp_path), tmp_path / "first")
    rows = write(tmp_path / "new.tsv", [(line, tasks.label_of(line)) for line in tasks.words(60)])
    start = InitialModel.open(
        recipe_for(str(tmp_path / "first"), [rows], options(tmp_path)), tmp_path / "run", resume=False
    )
    assert start is not None
    assert start.moments is not None
    expected = load_file(start.moments)
    shutil.rmtree(tmp_path / "first" / "checkpoints")
    assert start.tensors.keys() == expected.keys()


@pytest.mark.parametrize("asked", ["replay", "old"])
def test_own_data_of_a_stranger_are_files(tmp_path: Path, pairs: str, asked: str) -> None:
    os.mkfifo(tmp_path / "pipe.tsv")  # to read it would wait for ever
    of = tiny.recipe().model_copy(update={"data": DataConfig(train=str(tmp_path / "pipe.tsv"))})
    save_folder(tmp_path / "model", model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    if asked == "replay":
        with refused("data.not-a-file", "pipe.tsv: "):
            recipe_for(str(tmp_path / "model"), [pairs], options(tmp_path, replay="own"))
    else:
        recipe = recipe_for(str(tmp_path / "model"), [pairs], options(tmp_path))
        with refused("data.not-a-file", "pipe.tsv: "):
            fit_and_compare(recipe, tmp_path / "run", retain_test="own")


def test_there_are_no_own_data(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    recipe = load_folder(path).recipe
    with refused("data.no-such-file", "nowhere: "):
        old_examples("own", recipe)
    only = write(tmp_path / "train.tsv", PAIRS)
    alone = recipe.model_copy(update={"data": DataConfig(train=only)})
    with refused("finetune.no-own-data", "--retain-test own: "):
        old_examples("own", alone)


def test_old_data_in_a_file(tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    old = write(tmp_path / "old.tsv", PAIRS[:2])
    found = old_examples(old, load_folder(path).recipe)
    assert list(zip(found.sources, found.targets, strict=True)) == PAIRS[:2]


def test_frozen_weights_do_not_take_over_moments(tmp_path: Path) -> None:
    fit(tasks.classification(tmp_path), tmp_path / "first")
    rows = write(tmp_path / "new.tsv", [(line, tasks.label_of(line)) for line in tasks.words(60)])
    recipe = recipe_for(str(tmp_path / "first"), [rows], options(tmp_path, freeze=("encoder",)))
    result = fit(recipe, tmp_path / "run")
    old, new = load_folder(tmp_path / "first").model, load_folder(result.model).model
    same = {name for name, tensor in old.state_dict().items() if torch.equal(tensor, new.state_dict()[name])}
    assert same == {name for name in old.state_dict() if name.startswith(("encoder.", "pooling."))}


# ------------------------------------------------------------------------------------------------------ copied spans


@pytest.fixture
def marked(tmp_path: Path) -> str:
    rows = [
        (f"{{a}} <b>{source}</b> {number}", f"<b>{target}</b> {{a}}") for number in range(4) for source, target in PAIRS
    ]
    return write(tmp_path / "marked.tsv", rows)


def test_a_model_without_symbols_refuses_to_copy_spans(model: str, marked: str, tmp_path: Path) -> None:
    recipe = recipe_for(model, [marked], options(tmp_path, "data.protect=[html]"))
    with pytest.raises(ConfigError) as caught:
        fit(recipe, tmp_path / "run")
    assert caught.value.code == "finetune.no-symbols"
    assert "--extend-vocabulary" in str(caught.value)


def test_an_extended_vocabulary_gets_the_symbols_and_a_later_run_inherits_them(
    model: str, marked: str, tmp_path: Path
) -> None:
    changed = options(tmp_path, "data.protect=[html]", "tokenizer.symbols=[ACME]", extend_vocabulary=5)
    fit(recipe_for(model, [marked], changed), tmp_path / "run")
    first = load_folder(tmp_path / "run" / "model")
    assert isinstance(first.tokenizers.target, Tokenizer)
    assert first.tokenizers.joint
    assert set(first.tokenizers.target.symbols) == {*NUMBERED, "ACME"}
    before = tiny.tokenizers().target
    assert first.tokenizers.target.pieces(range(before.size)) == before.pieces(range(before.size))
    ((translation,),) = Translator.load(tmp_path / "run").translate_nbest(["{x} <i>the bird</i> {y} ACME"])
    for span in ("{x}", "<i>", "</i>", "{y}", "ACME"):
        assert translation.tokens.count(span) == 1
    later = recipe_for(str(tmp_path / "run"), [marked], options(tmp_path))
    assert (later.data.protect, later.tokenizer.symbols) == (("html",), ("ACME",))
    fit(later, tmp_path / "later")
    assert (
        load_folder(tmp_path / "later" / "model").tokenizers.target.fingerprint == first.tokenizers.target.fingerprint
    )
