"""What is written loads back equal, and whatever is read gives a recipe or a report, never another error."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config import document
from seq2seq.config.duration import format_duration, parse_duration
from seq2seq.config.load import dump_recipe, load_recipe, parse_recipe
from seq2seq.config.problems import settings as every_setting
from seq2seq.config.problems import spell
from seq2seq.config.recipe import TranslationRecipe
from seq2seq.errors import ConfigError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PATH = TEXT.filter(lambda text: "://" not in text) | st.sampled_from(["1e-3", "no", "null", "~", "12", "- x", "a: b"])
SHARE = st.floats(0, 1, exclude_max=True)
POSITIVE = st.floats(0, 1e9, exclude_min=True)
COUNT = st.integers(1, 10_000)
NATURAL = st.integers(0, 10_000)


def section(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of these settings."""
    return st.fixed_dictionaries({}, optional=values)


LOCATION = PATH | st.fixed_dictionaries({"source": PATH, "target": PATH})
NAMES = st.lists(PATH, max_size=3)
DATA = st.fixed_dictionaries(
    {"train": LOCATION},
    optional={
        "path": PATH,
        "dev": LOCATION | st.none(),
        "test": LOCATION,
        "columns": st.fixed_dictionaries({"source": st.just("en"), "target": st.just("de")}, optional={"group": TEXT})
        | st.fixed_dictionaries({"source": st.just(3), "target": st.just(4)}, optional={"group": NATURAL | st.none()}),
        "splits": section(train=NAMES, dev=NAMES, test=NAMES),
        "swap": st.booleans(),
        "dev_size": COUNT,
        "filters": section(max_length=COUNT, max_ratio=POSITIVE | st.none(), duplicates=st.booleans()),
        "workers": COUNT | st.none(),
        "cache": PATH | st.none(),
    },
)
TOKENIZER = section(
    kind=st.sampled_from(["unigram", "bpe"]),
    vocabulary=st.integers(261, 64_000),
    byte_fallback=st.booleans(),
    normalisation=st.sampled_from(["nfkc", "identity"]),
    character_coverage=st.floats(0.95, 1),
    sampling=st.none() | section(source=st.just(True), target=st.booleans(), alpha=st.floats(0.1, 0.9)),
)
MODEL = section(
    embedding=COUNT,
    tied=st.sampled_from(["none", "target", "all"]),
    encoder=section(cell=st.sampled_from(["rnn_tanh", "gru", "lstm"]), layers=COUNT, hidden=COUNT),
    decoder=section(cell=st.sampled_from(["rnn_relu", "gru", "lstm", "ssru"]), layers=COUNT, hidden=COUNT),
    attention=st.none() | section(score=st.sampled_from(["general", "additive"]), size=COUNT | st.none()),
    reverse_source=st.booleans(),
    dropout=section(embedding=SHARE, word=SHARE, variational=st.booleans()),
    initialisation=section(forget_bias=st.floats(-1e9, 1e9)),
)
TRAINING = st.fixed_dictionaries(
    {"max_time": st.integers(1, 10**9) | POSITIVE.filter(lambda seconds: seconds > 0)},
    optional={
        "seed": st.integers(0, 2**63 - 1),
        "max_steps": COUNT | st.none(),
        "batch": section(max_tokens=COUNT, max_rows=COUNT | st.none()),
        "optimizer": section(learning_rate=POSITIVE, betas=st.lists(SHARE, min_size=2, max_size=2)),
        "schedule": section(name=st.sampled_from(["constant", "one_cycle"]), warmup_steps=NATURAL, min_share=SHARE),
        "clip_norm": POSITIVE | st.none(),
        "validation": section(every_steps=COUNT | st.none(), metric=st.sampled_from(["loss", "bleu"])),
        "precision": st.sampled_from(["32-true", "bf16-mixed"]),
    },
)
DECODING = section(beam=st.integers(5, 50), nbest=st.integers(1, 5), alpha=POSITIVE, top_p=st.floats(0.1, 1))
RECIPE = st.fixed_dictionaries(
    {"data": DATA, "training": TRAINING}, optional={"tokenizer": TOKENIZER, "model": MODEL, "decoding": DECODING}
)

SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
PLAIN = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
NAMED = st.sampled_from([str(setting[-1]) for setting in every_setting(TranslationRecipe)])
NEAR_RECIPE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMED, inner, max_size=5), max_leaves=20
)
SETTING = st.sampled_from([spell(setting) for setting in every_setting(TranslationRecipe)])


def refusal(load: Callable[[], object]) -> tuple[str, ...] | None:
    """Why something is refused; None where it is accepted. Any other error is a bug."""
    try:
        load()
    except ConfigError as error:
        return error.problems
    except document.YamlError as error:
        return (str(error),)
    return None


@given(RECIPE)
def test_a_dumped_recipe_loads_back_equal(data: dict[str, Any]) -> None:
    recipe = parse_recipe(data, "test")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipe.yaml"
        path.write_text(dump_recipe(recipe), encoding="utf-8")
        assert load_recipe(path) == recipe


@given(st.dictionaries(TEXT, PLAIN, max_size=4))
def test_what_is_written_reads_back_equal(value: dict[str, Any]) -> None:
    read = document.read(document.write(value))
    assert read.value == value
    assert not read.problems


@given(st.dictionaries(NAMED, NEAR_RECIPE, max_size=6))
def test_any_data_is_a_recipe_or_a_report(data: dict[str, Any]) -> None:
    report = refusal(lambda: parse_recipe(data, "test"))
    assert report is None or (report and not any("Input should" in problem for problem in report))


@given(TEXT | st.text("ab:-[]{}#&*!|>'\"%@`, \n\t?", max_size=15))
def test_any_text_is_yaml_or_refused(text: str) -> None:
    assert refusal(lambda: document.read(text)) != ("",)


@given(SETTING, TEXT)
def test_any_override_is_taken_or_reported(setting: str, value: str) -> None:
    assert refusal(lambda: load_recipe("toy/copy", [f"{setting}={value}"])) != ()


@given(st.integers(1, 10**7))
def test_whole_seconds_read_back_as_written(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds
