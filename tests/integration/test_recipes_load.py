"""Every bundled recipe loads, says what it should of itself, and `custom.yaml` offers nothing that does not exist."""

import re
from pathlib import Path

import pytest

from seq2seq import resources
from seq2seq.config.header import read_header
from seq2seq.config.load import dump_recipe, load_recipe
from seq2seq.config.problems import settings, spell
from seq2seq.config.recipe import RECIPES as TASKS
from seq2seq.data.reading.find_files import resolve

RECIPES = resources.recipes()
NEEDED = {
    "translation/custom",
    "translation/multi30k",
    "translation/multi30k_fixed_context",
    "translation/multi30k_quick",
    "translation/phrasebook",
    "translation/phrasebook_fixed_context",
    "classification/custom",
    "classification/emotion",
    "classification/polarity",
    "classification/reviews",
    "classification/sst2",
    "forecasting/custom",
    "forecasting/sales",
    "generation/abc",
    "generation/custom",
    "generation/novels",
    "generation/tunes",
    "synthesis/custom",
    "synthesis/digits",
    "toy/copy",
    "toy/reverse",
    "toy/sort",
}
COMPANIONS = {
    "model.feed_context": ["model.attention=null"],
    "model.residual": ["model.encoder.layers=3"],
}
"""What else a setting of custom.yaml needs, as the comment beside it says."""


CUSTOM = {
    "translation/custom": 60,
    "classification/custom": 30,
    "generation/custom": 25,
    "synthesis/custom": 20,
    "forecasting/custom": 35,
}
"""The recipes to start from, and how many settings each shows at least."""


def commented_settings(name: str) -> list[tuple[str, str]]:
    """Setting and value of every line of a custom.yaml that is commented out, and of every line that is not."""
    found: list[tuple[str, str]] = []
    above: list[tuple[int, str]] = []
    body = RECIPES[name].read_text(encoding="utf-8").partition("\ntask:")[2]
    for line in ("task:" + body).splitlines():
        match = re.match(r"( *)(?:# )?( *)([a-z_]+):(?: ([^#]*?))?(?: *# .*)?$", line)
        if not match:
            assert not line.strip(), f"neither a setting nor empty: {line}"
            continue
        depth = len(match[1]) + len(match[2])
        above = [entry for entry in above if entry[0] < depth]
        above.append((depth, match[3]))
        if match[4]:
            found.append((".".join(name for _, name in above), match[4]))
    return found


def test_the_recipes_that_were_promised_are_there() -> None:
    assert set(RECIPES) >= NEEDED


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_loads(name: str, tmp_path: Path) -> None:
    recipe = load_recipe(RECIPES[name])
    path = tmp_path / "recipe.yaml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")
    assert load_recipe(path) == recipe


@pytest.mark.parametrize("name", RECIPES)
def test_a_header_has_every_part(name: str) -> None:
    header = read_header(RECIPES[name])
    assert header.title.endswith(".")
    assert f"seq2seq train {name} --output runs/" in header.run or name in CUSTOM
    assert header.score
    assert header.time
    assert re.search(r"\d{4}", header.after)


@pytest.mark.parametrize("name", RECIPES)
def test_the_changes_that_a_header_proposes_are_accepted(name: str) -> None:
    text = RECIPES[name].read_text(encoding="utf-8").partition("\ntask:")[0]
    for quoted, plain in re.findall(r"--set (?:'([^']*)'|(\S+))", text):
        load_recipe(name, [quoted or plain])


@pytest.mark.parametrize("name", CUSTOM)
def test_custom_names_every_setting_that_exists_where_it_says(name: str) -> None:
    known = {spell(setting) for setting in settings(TASKS[name.partition("/")[0]])}
    offered = {setting for setting, _ in commented_settings(name) if not setting.startswith("data.labels.")}
    assert len(offered) >= CUSTOM[name]
    assert offered <= known


@pytest.mark.parametrize(
    ("name", "setting", "value"), [(name, *found) for name in CUSTOM for found in commented_settings(name)]
)
def test_every_value_of_custom_is_accepted(name: str, setting: str, value: str) -> None:
    load_recipe(name, [*COMPANIONS.get(setting, []), f"{setting}={value}"])


@pytest.mark.parametrize("name", [name for name in sorted(NEEDED) if "multi30k" in name])
def test_multi30k_reads_local_files_by_one_setting(name: str) -> None:
    recipe = load_recipe(name, ["data.path=some/folder"])
    assert recipe.data.path == "some/folder"
    assert (recipe.data.columns.source, recipe.data.columns.target) == ("en", "de")
    assert recipe.data.splits.dev[0] == "val"
    assert recipe.data.splits.test[0] == "test_2016_flickr"


@pytest.mark.parametrize("name", [name for name in RECIPES if name.endswith("fixed_context")])
def test_a_fixed_context_has_no_attention(name: str) -> None:
    assert load_recipe(name).model.attention is None


BUNDLED = [
    name
    for name in RECIPES
    if str((data := load_recipe(RECIPES[name]).data).path).startswith(resources.BUNDLED)
    and data.vectors is None
    and data.forecast is None
]


@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_a_bundled_corpus_has_the_columns_that_are_read(name: str, split: str) -> None:
    data = load_recipe(name).data
    with (resolve(str(data.path)) / f"{split}.tsv").open(encoding="utf-8") as file:
        columns = file.readline().rstrip("\n").split("\t")
    assert columns[:2] == [data.columns.source, data.columns.target]
    assert columns[2:] in ([], [data.columns.group])
