"""A model that writes vectors, trained further on other sequences."""

import json
from pathlib import Path

import pytest
from safetensors.numpy import load_file
from support import synthesis
from support.commands import failure, run
from support.synthesis import DOWN, UP

import seq2seq
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.vectors import Independent
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.model_folder.layout import WEIGHTS
from seq2seq.model_folder.read import describe
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.scoring.compare import compare_models
from seq2seq.scoring.synthesis import measure, score


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finetune")
    for split, seed in (("train", 1), ("test", 3)):
        (folder / "old").mkdir(exist_ok=True)
        synthesis.write(folder / "old" / f"{split}.tsv", synthesis.rows(8, seed=seed))
    # New sequences lie elsewhere, and have a tag that is not known.
    for split, seed in (("train", 4), ("dev", 5)):
        (folder / "new").mkdir(exist_ok=True)
        rows = [(tag, [[50 + a, b] for a, b in steps]) for tag, steps in synthesis.rows(8, seed=seed)]
        synthesis.write(folder / "new" / f"{split}.tsv", [*rows, ("still up", [[1.0, 2.0]] * 3)])
    columns = {"source": "tag", "target": "vectors"}
    save_folder(
        folder / "base",
        model=synthesis.synthesizer(),
        tokenizers=synthesis.tokenizers(),
        recipe=synthesis.recipe({"path": str(folder / "old"), "columns": columns, "workers": 1}),
        name="base",
    )
    return folder / "base"


def quick(base: Path, output: Path, *more: str) -> list[str | Path]:
    steps = ("--set", "training.max_epochs=null", "--set", "training.max_steps=3")
    cache = ("--set", f"data.cache={output.parent / 'cache'}")
    data = base.parent / "new"
    return ["finetune", base, data, "--output", output, "--accelerator", "cpu", *steps, *cache, *more]


def test_a_model_that_hardly_learns_stays_the_first_one(base: Path, tmp_path: Path) -> None:
    rate = ("--set", "training.optimizer.learning_rate=1e-12", "--retain-test", "own", "--json")
    content = json.loads(run(*quick(base, tmp_path / "run", *rate)).stdout)
    assert {name: figures["examples"] for name, figures in content.items()} == {"new dev": 9, "old": 8}
    for metric in ("nats_per_step", "explained"):
        figures = content["old"][metric]
        assert figures["system"] == pytest.approx(figures["baseline"], rel=1e-5)
    before, after = describe(base), describe(tmp_path / "run")
    assert (before.tags, after.tags) == (("down", "up"), ("down", "up", "still"))
    channels = [(place / "target.channels.json").read_bytes() for place in (base, tmp_path / "run" / "model")]
    assert channels[0] == channels[1]  # whatever the new numbers are
    old, new = load_file(base / WEIGHTS), load_file(tmp_path / "run" / "model" / WEIGHTS)
    assert old.keys() == new.keys()
    for name, weight in old.items():
        assert new[name][: len(weight)] == pytest.approx(weight, abs=1e-6), name
    assert len(new["tags.weight"]) == len(old["tags.weight"]) + 1
    model = seq2seq.load(tmp_path / "run")
    assert isinstance(model, seq2seq.VectorSynthesizer)
    assert len(model.generate(["still"])) == 1


def test_old_sequences_are_mixed_in(base: Path, tmp_path: Path) -> None:
    done = run(*quick(base, tmp_path / "run", "--replay", "own", "--freeze", "embeddings"))
    assert "nats per step" in done.stderr
    old, new = load_file(base / WEIGHTS), load_file(tmp_path / "run" / "model" / WEIGHTS)
    assert (new["steps.linear.weight"] == old["steps.linear.weight"]).all()
    assert (new["head.weight"] != old["head.weight"]).any()
    recipe = describe(tmp_path / "run").recipe
    assert recipe.data.replay is not None


def test_models_are_compared_by_the_scores_of_evaluate(base: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    save_folder(
        other,
        model=synthesis.synthesizer(initialisation={"forget_bias": 2.0}),
        tokenizers=synthesis.tokenizers(),
        recipe=synthesis.recipe(),
        name="other",
    )
    rows = synthesis.rows(6, seed=7)
    examples = Examples(sources=[tag for tag, _ in rows], targets=[json.dumps(steps) for _, steps in rows], name="x")
    loaded = [open_pipeline(place, engine="torch") for place in (base, other)]
    (found,) = compare_models(*loaded, {"some": examples})
    nats, explained = found.comparisons
    for place, (_, model) in zip(("baseline", "system"), loaded, strict=True):
        assert isinstance(model, VectorSynthesizer)
        scores = score(model, examples).report.scores
        assert getattr(nats, place) == pytest.approx(scores.nats_per_step, rel=1e-6)
        assert getattr(explained, place) == pytest.approx(100 * scores.explained, rel=1e-6)
        by_sequence = measure(model, examples)
        assert by_sequence.nats.sum() == pytest.approx(scores.nats_per_step * 3 * (UP + DOWN), rel=1e-6)
        assert f"{Independent.of(by_sequence.targets).nats / (3 * (UP + DOWN)):.3f}" in found.notes[0]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--extend-vocabulary", "5"), "config.vocabulary-not-extensible"),
        (("--set", "model.embedding=5"), "finetune.other-model"),
    ],
)
def test_what_cannot_be_is_refused(base: Path, tmp_path: Path, options: tuple[str, ...], code: str) -> None:
    assert failure(*quick(base, tmp_path / "run", *options)).code == code


def test_other_numbers_per_step_are_refused(base: Path, tmp_path: Path) -> None:
    file = synthesis.write(tmp_path / "wide.tsv", [("up", [[1.0, 2.0, 3.0]] * 2)] * 6)
    error = failure("finetune", base, file, "--output", tmp_path / "run", "--accelerator", "cpu")
    assert error.code == "data.other-channels"
    assert str(file) in str(error)
