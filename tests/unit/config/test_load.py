"""From text and overrides to a recipe, or to one report of everything that is wrong."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from seq2seq import resources
from seq2seq.config.load import dump_recipe, find_recipe, load_recipe, names_recipe, parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.errors import ConfigError

SHORT = "data: {train: pairs.tsv}\ntraining: {max_steps: 10}\n"


def problems(text: str, tmp_path: Path, *overrides: str) -> list[str]:
    """The problems of a recipe."""
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_recipe(path, overrides)
    assert error.value.where == str(path)
    return list(error.value.problems)


def places(problems: Sequence[str]) -> list[str]:
    """The setting and the line of each problem, such as ``training.seed (line 4)``."""
    lines = (re.search(r" \(line \d+\)$", problem) for problem in problems)
    return [
        problem.partition(":")[0] + (line[0] if line else "") for problem, line in zip(problems, lines, strict=True)
    ]


def load(tmp_path: Path, *overrides: str, text: str = SHORT) -> Recipe:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return load_recipe(path, overrides)


def one_problem(setting: str, value: str, tmp_path: Path) -> str:
    """The only problem that a value makes, without its place."""
    [problem] = problems(SHORT, tmp_path, f"{setting}={value}")
    return problem.removeprefix(f"--set {setting}={value}: ")


def test_a_short_recipe_has_the_defaults(tmp_path: Path) -> None:
    recipe = load(tmp_path)
    assert recipe.data.train == "pairs.tsv"
    assert recipe.training.max_steps == 10
    assert recipe.model.encoder.hidden == 256


def test_a_recipe_with_five_mistakes_reports_five(tmp_path: Path) -> None:
    text = """\
data:
  path: pairs
  columns: {source: -1}
model:
  tied: al
training:
  max_time: soon
  batch:
    max_token: 1024
  label_smoothing: 1
"""
    assert places(problems(text, tmp_path)) == [
        "data.columns.source (line 3)",
        "model.tied (line 5)",
        "training.max_time (line 7)",
        "training.batch.max_token (line 9)",
        "training.label_smoothing (line 10)",
    ]


def test_the_report_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("data: {path: x}\ntraining: {max_steps: 5, sed: 3}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_recipe(path)
    assert (caught.value.where, places(caught.value.problems)) == (str(path), ["training.sed (line 2)"])
    assert str(caught.value).splitlines()[0] == f"{path}: 1 problem"


@pytest.mark.parametrize(
    ("setting", "value", "facts"),
    [
        ("training.max_steps", "abc", ["'abc'"]),
        ("training.max_steps", "1.5", ["1.5"]),
        ("training.max_steps", "true", ["true"]),
        ("training.max_steps", "0", ["0"]),
        ("training.seed", "-1", ["-1", "0"]),
        ("training.seed", "null", ["null"]),
        ("training.seed", str(2**63), ["2**63"]),
        ("training.ema_decay", "1", ["1"]),
        ("training.optimizer.learning_rate", "fast", ["'fast'"]),
        ("training.optimizer.learning_rate", ".nan", ["nan"]),
        ("training.optimizer.learning_rate", ".inf", ["inf"]),
        ("training.max_time", "-3", ["-3", "0"]),
        ("training.max_time", "[1]", ["a list"]),
        ("training.optimizer.betas", "[0.9]", ["1"]),
        ("training.optimizer.betas", "[0.9, 0.9, 0.9]", ["3"]),
        ("training.optimizer.betas", "0.9", ["0.9"]),
        ("data.splits.dev", "val", ["'val'"]),
        ("data.splits.dev", "{a: 1}", ["a section"]),
        ("data.splits.dev", "true", ["true"]),
        ("tokenizer.character_coverage", "1.5", ["1.5"]),
        ("tokenizer.joint", "yes", ["'yes'"]),
        ("tokenizer.joint", "1", ["1"]),
        ("tokenizer.kind", "sentencepiece", ["'sentencepiece'", "'unigram'", "'bpe'", "'char'", "'word'"]),
        ("tokenizer.kind", "null", ["'unigram'", "'bpe'", "'char'", "'word'"]),
        ("data.cache", "2024", ["2024", "'2024'"]),
        ("data.cache", "[x]", ["a list"]),
        ("data.cache", "true", ["true"]),
        ("data.columns.target", "1.5", ["1.5", "0"]),
        ("data.languages", "[en, 'a language']", ["'a language'", "pt-BR"]),
        ("data.languages", "[en]", ["2 values", "1"]),
        ("data.train", "3", ["3", "'source'", "'target'"]),
        ("data.train", "[a.tsv, b.tsv]", ["a list", "'source'", "'target'"]),
        ("data.vectors.series", "[]", ["a list with a value", "found a list"]),
        ("model.encoder", "lstm", ["'lstm'"]),
        ("model.attention", "[]", ["a list"]),
        ("training.precision", "x" * 100, ["'" + "x" * 57 + "...'", *["'32-true'", "'bf16-mixed'"]]),
    ],
)
def test_every_kind_of_wrong_value_is_named(setting: str, value: str, facts: list[str], tmp_path: Path) -> None:
    problem = one_problem(setting, value, tmp_path)
    assert [fact for fact in facts if fact not in problem] == []


def test_aligned_files_need_both_sides(tmp_path: Path) -> None:
    assert places(problems("data: {train: {source: a.en, goal: b.de}}\ntraining: {max_steps: 1}", tmp_path)) == [
        "data.train.target",
        "data.train.goal (line 1)",
    ]


def test_an_item_of_a_list_is_named_by_its_place(tmp_path: Path) -> None:
    text = SHORT + "model:\n  embedding: 8\n".replace("model", "decoding").replace("embedding", "beam")
    assert places(problems(text.replace("{train: pairs.tsv}", "{train: x, splits: {dev: [a, 1]}}"), tmp_path)) == [
        "data.splits.dev[1] (line 1)"
    ]


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ("training.max_step", "'max_steps'"),
        ("training.Max-Steps", "'max_steps'"),
        ("training.epochs", "'max_epochs'"),
        ("training.learning_rate", "'training.optimizer.learning_rate'"),
        ("training.optimiser", "'optimizer'"),
        ("model.hidden", "'model.encoder.hidden' or 'model.decoder.hidden'"),
        ("model.encoder.hiden", "'hidden'"),
        ("max_epochs", "'training.max_epochs'"),
        ("seed", "'training.seed' or 'decoding.seed'"),
        ("max_epoch", "'training.max_epochs'"),
        ("trainin", "'training'"),
        ("training.batch_size", "'batch' or 'decoding.batch_size'"),
        ("model.attention.zzz", "score, heads, size, embeddings, input_feeding"),
    ],
)
def test_an_unknown_setting_says_what_may_be_meant(setting: str, meant: str, tmp_path: Path) -> None:
    assert one_problem(setting, "3", tmp_path).rstrip("?").endswith(f" {meant}")


def test_a_rule_is_checked_although_other_settings_are_wrong(tmp_path: Path) -> None:
    text = "data: {train: x, cash: y}\nmodel: {feed_context: true}\ntraining: {max_steps: 1, seed: a}\n"
    assert places(problems(text, tmp_path)) == [
        "data.cash (line 1)",
        "model.feed_context (line 2)",
        "training.seed (line 3)",
    ]


def test_a_required_setting_that_is_wrong_is_not_missing(tmp_path: Path) -> None:
    text = "task: forecasting\ndata: {train: x, forecast: {horizon: 0}}\ntraining: {max_step: 1}\n"
    assert places(problems(text, tmp_path)) == ["data.forecast.horizon (line 2)", "training.max_step (line 3)"]


def test_a_rule_is_silent_about_settings_that_are_wrong_by_themselves(tmp_path: Path) -> None:
    text = "data: {pth: x}\nmodel: {attention: {score: dott}, encoder: {hidden: 3}}\ntraining: {max_step: 1}\n"
    assert places(problems(text, tmp_path)) == [
        "data.pth (line 1)",
        "model.attention.score (line 2)",
        "training.max_step (line 3)",
    ]


def test_a_repeated_key_is_reported_with_the_rest(tmp_path: Path) -> None:
    text = "data: {train: x}\ntraining:\n  max_steps: 1\n  seed: x\n  max_steps: 2\n"
    assert places(problems(text, tmp_path)) == ["training.seed (line 4)", "training.max_steps (line 5)"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "data:\ntraining:\n", "data: {}\ntraining: {}\n"])
def test_an_empty_recipe_says_what_it_needs(text: str, tmp_path: Path) -> None:
    data, training = problems(text, tmp_path)
    assert data.startswith("data: ")
    assert "'path'" in data
    assert training.startswith("training: ")
    assert "max_steps, max_epochs and max_time" in training


def test_a_section_whose_settings_are_all_commented_out_is_empty(tmp_path: Path) -> None:
    recipe = load(tmp_path, text=SHORT + "decoding:\n  # beam: 3\nmodel:\n  encoder:\n")
    assert recipe == load(tmp_path)


@pytest.mark.parametrize(("text", "found"), [("- a\n", "a list"), ("recipe\n", "'recipe'"), ("12", "12")])
def test_a_recipe_is_sections(text: str, found: str, tmp_path: Path) -> None:
    (problem,) = problems(text, tmp_path)
    assert problem.endswith(f" {found}")


def test_malformed_yaml_is_refused_with_its_place(tmp_path: Path) -> None:
    (problem,) = problems("data: {train: x\n", tmp_path)
    assert problem.startswith("line 2, column 1: ")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_bytes(b"data: \xff\xfe")
    with pytest.raises(ConfigError) as caught:
        load_recipe(path)
    assert "(byte 6)" in caught.value.problems[0]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(SHORT, encoding="utf-8-sig")
    assert load_recipe(path).training.max_steps == 10


def test_a_folder_is_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_recipe(tmp_path)
    assert caught.value.where == str(tmp_path)


# --set


def test_overrides_apply_in_order(tmp_path: Path) -> None:
    recipe = load(
        tmp_path,
        "training.max_time=20m",
        "training.optimizer.learning_rate=1e-4",
        "training.max_steps=null",
        "data.splits.dev=[val]",
        "model.encoder={cell: gru, layers: 2}",
        "model.encoder.hidden=64",
        "data.train.source=a.en",
        "data.train.target=a.de",
        "training.seed=1",
        "training.seed=2",
    )
    assert recipe.training.max_time == 1200
    assert recipe.training.optimizer.learning_rate == 1e-4
    assert recipe.training.max_steps is None
    assert recipe.data.splits.dev == ("val",)
    assert recipe.model.encoder.model_dump() == {"cell": "gru", "layers": 2, "hidden": 64, "bidirectional": True}
    assert recipe.data.model_dump()["train"] == {"source": "a.en", "target": "a.de"}
    assert recipe.training.seed == 2


def test_an_override_makes_a_section_that_is_off(tmp_path: Path) -> None:
    absent = load(tmp_path, "tokenizer.sampling.alpha=0.2")
    null = load(tmp_path, "tokenizer.sampling.alpha=0.2", text=SHORT + "tokenizer: {sampling: null}")
    assert absent == null
    assert absent.tokenizer.sampling is not None
    assert absent.tokenizer.sampling.alpha == 0.2


def test_an_override_turns_a_section_off(tmp_path: Path) -> None:
    assert load(tmp_path, "model.attention=null").model.attention is None


def test_an_override_may_hold_equals_signs_and_hashes(tmp_path: Path) -> None:
    assert load(tmp_path, "data.path=hf://user/name#a=b").data.path == "hf://user/name#a=b"


def test_an_override_mends_the_file(tmp_path: Path) -> None:
    assert (
        load(
            tmp_path,
            "training.seed=3",
            text=SHORT.replace("}\n", ", seed: x}\n").replace("pairs.tsv, seed: x", "pairs.tsv"),
        ).training.seed
        == 3
    )


def test_problems_of_overrides_name_them_and_follow_those_of_the_file(tmp_path: Path) -> None:
    text = "data: {train: x}\ntraining: {max_steps: 1, sed: 3}\n"
    sets = (
        "training.seed=abc",
        "model.attention.haeds=2",
        "training.opt.lr=3",
        "training.batch={max_token: 3, max_rows: 0}",
        "decoding.nbest=9",
        "beam",
        "=3",
        "training..seed=3",
        "data.cache=[a",
        "data.cache=!x y",
    )
    expected = "expected SECTION.KEY=VALUE, such as training.max_time=20m"
    assert problems(text, tmp_path, *sets) == [
        "training.sed: unknown setting; did you mean 'seed'? (line 2)",
        "--set training.seed=abc: expected a whole number, found 'abc'",
        "--set model.attention.haeds=2: unknown setting; did you mean 'heads'?",
        "--set training.opt.lr=3: training.opt: unknown setting; did you mean 'optimizer'?",
        "--set training.batch={max_token: 3, max_rows: 0}: training.batch.max_rows: must be greater than 0, found 0",
        "--set training.batch={max_token: 3, max_rows: 0}: "
        "training.batch.max_token: unknown setting; did you mean 'max_tokens'?",
        "--set decoding.nbest=9: must be at most decoding.beam (5), found 9",
        f"--set beam: {expected}",
        f"--set =3: {expected}",
        f"--set training..seed=3: {expected}",
        "--set data.cache=[a: the value is not YAML: line 1, column 3: the text ends within brackets or quotes",
        "--set data.cache=!x y: the tag '!x' is not supported; remove it",
    ]


def test_a_rule_broken_in_the_file_is_not_blamed_on_an_override_beside_it(tmp_path: Path) -> None:
    [problem] = problems("data: {train: x}\ntraining: {seed: 1}", tmp_path, "training.seed=2")
    assert problem.startswith("training: would never end")
    assert problem.endswith("(line 2)")


# names


def test_bundled_recipes_have_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    path = resources.recipes()["translation/phrasebook"]
    for name in ("translation/phrasebook", "phrasebook", "recipes/translation/phrasebook.yaml", "phrasebook.yaml"):
        assert find_recipe(name) == path
    assert load_recipe("phrasebook") == load_recipe(path)


def test_a_file_comes_before_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("phrasebook").write_text(SHORT, encoding="utf-8")
    assert load_recipe("phrasebook").data.train == "pairs.tsv"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("phrasebok", "did you mean 'translation/phrasebook'? `seq2seq recipes` lists them"),
        ("translations/multi30k", "did you mean 'translation/multi30k'"),
        ("srt", "'toy/sort'"),
        ("qqqq", "no bundled recipe of that name; `seq2seq recipes` lists them"),
    ],
)
def test_an_unknown_recipe_names_those_that_are_near(name: str, meant: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_recipe(name)
    assert meant in error.value.problems[0]


def test_a_name_that_several_recipes_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "recipes", lambda: {"a/x": Path("a/x.yaml"), "b/x": Path("b/x.yaml")})
    with pytest.raises(ConfigError) as caught:
        find_recipe("x")
    assert "'a/x' or 'b/x'" in caught.value.problems[0]


# plain data


def test_plain_data_is_checked_and_left_alone() -> None:
    data: dict[str, object] = {"data": {"train": "x"}, "training": {"max_steps": 1}, "model": {"attention": None}}
    recipe = parse_recipe(data, "config.json")
    assert recipe.model.attention is None
    assert data == {"data": {"train": "x"}, "training": {"max_steps": 1}, "model": {"attention": None}}
    with pytest.raises(ConfigError) as error:
        parse_recipe({**data, "sede": 1, "decoding": {"beam": 0}}, "config.json")
    assert error.value.where == "config.json"
    assert places(error.value.problems) == ["decoding.beam", "sede"]


def test_a_dumped_recipe_spells_every_setting_out_and_loads_back(tmp_path: Path) -> None:
    recipe = load(tmp_path, "training.max_time=20m", "tokenizer.sampling.alpha=0.2", "data.cache='1e-3'")
    text = dump_recipe(recipe)
    assert load(tmp_path, text=text) == recipe
    assert "max_time: 20m\n" in text
    assert "betas: [0.9, 0.998]\n" in text
    assert parse_recipe(recipe.model_dump(mode="json"), "x") == recipe
    assert parse_recipe(recipe.model_dump(), "x") == recipe


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("my.yaml", None, True),
        ("phrasebook", None, True),
        ("translation/phrasebook", None, True),
        ("pairs.tsv", "a\tb\n", False),
        ("hf://user/name", None, False),
        ("bundled://phrasebook", None, False),
        ("recipe.json", '{"data": {"train": "x.tsv"}, "training": {"max_steps": 1}}', True),
        ("pairs.json", '[{"source": "a", "target": "b"}]', False),
        ("wrapped.json", '{"data": [{"source": "a", "target": "b"}]}', False),
        ("text.txt", "Once upon a time.\n", False),
    ],
)
def test_a_recipe_is_told_from_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str | None, expected: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path(name).write_text(text, encoding="utf-8")
    assert names_recipe(name) is expected


def test_custom_alone_is_the_one_for_translation() -> None:
    assert find_recipe("custom") == find_recipe("translation/custom")
    assert find_recipe("classification/custom") != find_recipe("custom")
