"""A recipe from data alone: the task and the settings follow what is in the file."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tasks
from support.refused import refused

from seq2seq.config.default_recipe import default_recipe, describe
from seq2seq.config.recipe import ClassificationRecipe, ForecastingRecipe, GenerationRecipe, TranslationRecipe
from seq2seq.data.reading.survey import survey

WORDS = ["the", "a", "dog", "cat", "bird", "house", "sees", "hears", "small", "old", "river", "and"]


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 9)))


@pytest.fixture
def rng() -> random.Random:
    return random.Random(3)


def write(path: Path, *rows: tuple[str, ...]) -> str:
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_pairs_are_translated(tmp_path: Path, rng: random.Random) -> None:
    data = write(tmp_path / "pairs.tsv", *((sentence(rng), sentence(rng).upper()) for _ in range(300)))
    recipe = default_recipe(*survey([data]))
    assert isinstance(recipe, TranslationRecipe)
    assert recipe.data.train == data
    assert (recipe.tokenizer.vocabulary, recipe.tokenizer.joint) == (500, True)
    assert recipe.training.max_time == 30 * 60


@pytest.mark.parametrize(
    ("overrides", "guided"),
    [
        ((), True),
        (("model.attention.heads=2",), True),
        (("model.attention={score: additive}",), True),
        (("model.attention=null",), False),
        ({"model.attention": None}, False),
        (("data.terms={glossary: terms.tsv}",), False),
        (("training.guided_alignment=0",), False),
        ({"training.guided_alignment": 0.0}, False),
    ],
)
def test_attention_is_guided_unless_it_cannot_be(
    tmp_path: Path, rng: random.Random, overrides: Any, guided: bool
) -> None:
    data = write(tmp_path / "pairs.tsv", *((sentence(rng), sentence(rng).upper()) for _ in range(300)))
    training = default_recipe(*survey([data]), overrides).training
    assert bool(training.guided_alignment) is guided
    assert (training.optimizer.learning_rate > 2e-3) is guided


def test_larger_corpora_are_learnt_in_bfloat16_where_the_device_computes_in_it(
    tmp_path: Path, rng: random.Random
) -> None:
    rows = [(sentence(rng), sentence(rng).upper()) for _ in range(15_000)]
    small = default_recipe(*survey([write(tmp_path / "small.tsv", *rows[:500])]))
    large = default_recipe(*survey([write(tmp_path / "large.tsv", *rows)]))
    assert (small.training.precision, large.training.precision) == ("32-true", "auto")


def test_two_aligned_files_are_translated(tmp_path: Path, rng: random.Random) -> None:
    places = [write(tmp_path / f"train.{side}", *((sentence(rng),) for _ in range(50))) for side in ("en", "de")]
    recipe = default_recipe(*survey(places))
    assert isinstance(recipe, TranslationRecipe)
    assert recipe.data.train is not None
    assert not isinstance(recipe.data.train, str)
    assert [recipe.data.train.source, recipe.data.train.target] == places


def test_two_scripts_have_a_vocabulary_each(tmp_path: Path, rng: random.Random) -> None:
    rows = ((sentence(rng), "".join(rng.choice("犬猫鳥家川見聞小古") for _ in range(12))) for _ in range(300))
    recipe = default_recipe(*survey([write(tmp_path / "pairs.tsv", *rows)]))
    assert isinstance(recipe, TranslationRecipe)
    assert (recipe.tokenizer.joint, recipe.model.tied) == (False, "target")


def test_words_are_spelt(tmp_path: Path, rng: random.Random) -> None:
    rows = (("".join(rng.choice("abcdefgh") for _ in range(6)), "x y z w") for _ in range(300))
    recipe = default_recipe(*survey([write(tmp_path / "words.tsv", *rows)], "translation"))
    assert recipe.tokenizer.kind == "char"


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("label_first", [True, False])
def test_few_short_targets_are_labels(tmp_path: Path, rng: random.Random, header: bool, label_first: bool) -> None:
    rows = [(sentence(rng), rng.choice(["sport", "web"])) for _ in range(200)]
    names = [("text", "label")] if header else []
    found = [(b, a) if label_first else (a, b) for a, b in [*names, *rows]]
    recipe = default_recipe(*survey([write(tmp_path / "data.tsv", *found)]))
    assert isinstance(recipe, ClassificationRecipe)
    columns = (recipe.data.columns.source, recipe.data.columns.target)
    assert columns == (("text", "label") if header else (1, 0) if label_first else (0, 1))


@pytest.mark.parametrize("ending", ["tsv", "csv"])
def test_labels_with_probabilities_are_recognised(tmp_path: Path, rng: random.Random, ending: str) -> None:
    soft = ['{"sport": 0.7' + str(number) + ', "web": 0.2}' for number in range(100)]
    rows = [(sentence(rng), label if number % 4 else "web") for number, label in enumerate(soft)]
    if ending == "csv":
        rows = [(text, '"' + label.replace('"', '""') + '"') for text, label in rows]
    separator = "\t" if ending == "tsv" else ","
    data = tmp_path / f"data.{ending}"
    data.write_text("".join(f"{separator.join(row)}\n" for row in [("text", "label"), *rows]), encoding="utf-8")
    task, config, facts = survey([str(data)], dev="dev.tsv")
    assert (task, config.soft_labels) == ("classification", True)
    assert (config.columns.source, config.columns.target) == ("text", "label")
    assert facts is not None
    assert not facts.unbalanced
    recipe = default_recipe(task, config, facts)
    assert isinstance(recipe, ClassificationRecipe)
    assert recipe.data.soft_labels


def test_a_column_that_is_named_is_read_or_refused(tmp_path: Path, rng: random.Random) -> None:
    rows = [(sentence(rng), rng.choice(["sport", "web"])) for _ in range(200)]
    data = write(tmp_path / "data.tsv", ("text", "section"), *rows)
    recipe = default_recipe(*survey([data], columns={"target": "section"}))
    assert isinstance(recipe, ClassificationRecipe)
    assert (recipe.data.columns.source, recipe.data.columns.target) == ("text", "section")
    with refused("data.no-column", "'text', 'section'"):
        default_recipe(*survey([data], columns={"target": "sections"}))


def test_plain_text_is_generated(tmp_path: Path, rng: random.Random) -> None:
    data = write(tmp_path / "text.txt", *((sentence(rng),) for _ in range(300)))
    recipe = default_recipe(*survey([data]))
    assert isinstance(recipe, GenerationRecipe)
    assert recipe.data.columns.source is None
    assert recipe.training.batch.windows is not None


def test_texts_with_tags_are_no_running_text(tmp_path: Path, rng: random.Random) -> None:
    data = write(tmp_path / "tunes.tsv", ("tags", "text"), *(("K:G", sentence(rng)) for _ in range(100)))
    recipe = default_recipe(*survey([data], "generation"))
    assert isinstance(recipe, GenerationRecipe)
    assert recipe.training.batch.windows is None
    assert recipe.data.columns.source == "tags"


def test_series_are_forecast(tmp_path: Path) -> None:
    recipe = default_recipe(*survey([str(tasks.series(tmp_path, steps=60))]), {"training.max_steps": 7})
    assert isinstance(recipe, ForecastingRecipe)
    assert recipe.data.forecast is not None
    assert recipe.data.forecast.horizon == 12
    assert (recipe.training.max_steps, recipe.training.max_time) == (7, None)
    text = "\n".join(describe(recipe, Path("runs/mine")))
    assert "series → their next 12 steps" in text
    assert "tokenizer" not in text


def test_settings_of_series_are_used_in_reading_them(tmp_path: Path) -> None:
    """Columns by other names, a covariate, and how far; in YAML or as values, alone or as a section."""
    rows = ["store,date,sales"] + [f"a,{1950 + year},{year % 7}" for year in range(40)]
    (tmp_path / "sales.csv").write_text("\n".join(rows) + "\n")
    data = [str(tmp_path / "sales.csv")]
    columns = {"data.forecast.series": "store", "data.forecast.time": "date", "data.forecast.value": "sales"}
    yearly = {**columns, "data.forecast.frequency": "yearly"}
    texts = [f"{name}={value}" for name, value in yearly.items()]
    for overrides, horizon in (
        (columns, 6),  # of numbered steps
        ({**columns, "data.forecast.season": 4}, 8),  # two seasons
        (texts, 6),
        ([*texts, "data.forecast.horizon=3"], 3),
        ({**yearly, "data.forecast.horizon": 1}, 1),
        (["data.forecast={series: store, time: date, value: sales, horizon: 2}"], 2),
    ):
        found = survey(data, "forecasting", overrides=overrides)
        assert found.facts is not None
        assert (found.facts.rows, found.facts.tokens) == (40 - horizon, 40)
        recipe = default_recipe(*found, overrides)
        assert recipe.data.forecast is not None
        assert (recipe.data.forecast.horizon, recipe.data.forecast.series) == (horizon, "store")
    with refused("config.invalid", "data.forecast.horizon"):
        survey(data, "forecasting", overrides=["data.forecast.horizon=far"])


@pytest.mark.parametrize("named", [True, False])
def test_settings_say_how_vectors_with_one_row_per_step_are_read(tmp_path: Path, *, named: bool) -> None:
    rows = [(str(row // 4), str(row % 4), "up" if row // 4 % 2 else "down", "1", "2") for row in range(80)]
    data = write(tmp_path / "steps.tsv", ("unique_id", "ds", "kind", "x", "y"), *rows)
    steps = ["data.vectors.channels=[x, y]"]
    for task, side in ((None, "target"), ("synthesis", "source")):
        columns = {side: "kind"} if named else None
        overrides = steps if named else [*steps, f"data.columns.{side}=kind"]
        found = survey([data], task, columns, overrides=overrides)
        assert found.facts is not None
        assert found.facts.rows == 20
        recipe = default_recipe(*found, overrides)
        assert (recipe.task, getattr(recipe.data.columns, side)) == (task or "classification", "kind")
        assert recipe.data.has_steps
    with refused("config.invalid", "data.columns.source"):
        survey([data], "synthesis", overrides=steps)


def test_sequences_without_labels_are_generated_from_nothing_if_settings_say_so(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, values=np.arange(60.0).reshape(10, 3, 2))
    with refused("data.no-labels"):
        survey([str(path)], "synthesis")
    overrides = ["data.columns.source=null"]
    recipe = default_recipe(*survey([str(path)], "synthesis", overrides=overrides), overrides)
    assert recipe.data.columns.source is None
    assert "nothing → " in describe(recipe, tmp_path)[0]


def test_dates_and_numbers_are_pairs_where_columns_are_named(tmp_path: Path) -> None:
    data = write(tmp_path / "pairs.tsv", ("date", "value"), *((f"2020-01-{day:02}", str(day)) for day in range(1, 29)))
    assert isinstance(default_recipe(*survey([data])), ForecastingRecipe)
    assert isinstance(default_recipe(*survey([data], columns={"source": 0, "target": 1})), TranslationRecipe)
    with refused("series.columns", "date"):
        survey([data], "forecasting", {"source": "date"})


def test_splits_columns_and_settings_are_as_asked(tmp_path: Path, rng: random.Random) -> None:
    rows = [("x", sentence(rng), sentence(rng)) for _ in range(100)]
    data = write(tmp_path / "pairs.tsv", ("id", "left", "right"), *rows)
    found = survey([data], columns={"source": "right", "target": "left"}, dev="dev.tsv", test="test.tsv")
    recipe = default_recipe(*found, ("training.max_steps=7", "model.embedding=32"))
    assert (recipe.data.columns.source, recipe.data.columns.target) == ("right", "left")
    assert (recipe.data.dev, recipe.data.test) == ("dev.tsv", "test.tsv")
    assert (recipe.training.max_steps, recipe.training.max_time, recipe.training.max_epochs) == (7, None, None)
    assert recipe.model.embedding == 32


def test_the_same_data_give_the_same_recipe_so_that_a_run_can_resume(tmp_path: Path, rng: random.Random) -> None:
    data = write(tmp_path / "pairs.tsv", *((sentence(rng), sentence(rng)) for _ in range(300)))
    assert default_recipe(*survey([data])) == default_recipe(*survey([data]))


def test_what_was_chosen_is_described(tmp_path: Path, rng: random.Random) -> None:
    data = write(tmp_path / "pairs.tsv", *((sentence(rng), sentence(rng)) for _ in range(300)))
    text = "\n".join(describe(default_recipe(*survey([data])), Path("runs/mine")))
    for part in ("translation", "unigram, 500 tokens", "time 30m", "runs/mine/recipe.yaml"):
        assert part in text


def test_errors_are_those_of_data_and_settings(tmp_path: Path) -> None:
    with refused("data.no-such-file", "gone.tsv: "):
        default_recipe(*survey([str(tmp_path / "gone.tsv")]))
    data = write(tmp_path / "pairs.tsv", ("a", "b"))
    with refused("config.invalid", "embeding"):
        default_recipe(*survey([data]), ("model.embeding=3",))
