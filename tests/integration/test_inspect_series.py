"""``seq2seq inspect`` of tables of times and numbers: as a person or a script calls it."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.commands import failure, run
from support.refused import refused

import seq2seq
from seq2seq.inspection.series.inspect import SeriesInspection
from seq2seq.text.markup.spans import Markup


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """Two shops in the long format under names of their own, one with a code for a missing value."""
    path = tmp_path / "shops.csv"
    months = [f"20{year}-{month:02}-01" for year in range(20, 25) for month in range(1, 13)]
    rows = [
        f"{month},{shop},{100 + place * 3 + 20 * (place % 12 == 11)},{place % 7}\n"
        for shop in ("east", "west")
        for place, month in enumerate(months)
    ]
    rows[70] = rows[70].replace(",west,130,", ",west,-999,")
    path.write_text(f"month,shop,sold,price\n{''.join(rows)}", encoding="utf-8")
    return path


NAMED = ("--set", "data.forecast.value=sold")


def test_json_and_text_and_a_file(shops: Path) -> None:
    content: dict[str, Any] = json.loads(run("inspect", shops, *NAMED, "--json").stdout)
    assert content["series"]["covariates"] == {"known": ["price"], "past": []}
    assert content["series"]["frequency"] == "monthly"
    (finding,) = content["findings"]
    assert (finding["check"], finding["severity"], finding["count"]) == ("missing-code", "warning", 1)
    assert (finding["examples"][0]["file"], finding["examples"][0]["line"]) == (str(shops), 72)
    assert content["training"]["horizon"] == 12
    assert "estimate" not in content
    text = run("inspect", shops, *NAMED).stdout
    assert f"{shops}:72: " in text
    assert "MASE" in text
    report = shops.parent / "report.json"
    run("inspect", shops, *NAMED, "--json", "--output", report)
    assert json.loads(report.read_text(encoding="utf-8")) == content


def test_settings_and_recipes(shops: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It would be measured on real steps, which takes some seconds.
    monkeypatch.setattr("seq2seq.cli.inspect._estimate", lambda recipe: f"an estimate of {recipe.data.train}")
    shorter = json.loads(run("inspect", shops, *NAMED, "--set", "data.forecast.horizon=3", "--json").stdout)
    assert shorter["training"]["horizon"] == 3
    recipe = shops.parent / "my.yaml"
    recipe.write_text(
        f"task: forecasting\ndata:\n  train: {shops}\n  forecast: {{horizon: 4, value: sold, hold_out: dev}}\n"
        "training: {max_steps: 2}\n",
        encoding="utf-8",
    )
    found = json.loads(run("inspect", recipe, "--json").stdout)
    assert (found["training"]["horizon"], found["training"]["hold_out"]) == (4, "dev")
    assert found["estimate"] == {"problem": f"an estimate of {shops}"}
    assert f"an estimate of {shops}" in run("inspect", recipe).stdout
    by_recipe = seq2seq.inspect(shops, recipe=recipe, settings={"data.forecast.horizon": 5})
    assert isinstance(by_recipe, SeriesInspection)
    assert by_recipe.to_dict()["training"]["horizon"] == 5


def test_what_is_for_texts_is_refused(shops: Path, tmp_path: Path) -> None:
    for option in (("--fix", tmp_path / "out"), ("--markup", "html"), ("--shard", "1/2", "--output", tmp_path / "r")):
        assert str(option[0]) in run("inspect", shops, *NAMED, *option, code=2).stderr
    run("inspect", shops, "--task", "forecasting", "--source-column", "shop", code=2)
    assert not (tmp_path / "out").exists()
    assert failure("inspect", shops, shops, "--task", "forecasting").code == "inspect.two-files"
    (tmp_path / "pairs.tsv").write_text("one\teins\n", encoding="utf-8")
    assert failure("inspect", tmp_path / "pairs.tsv", "--set", "training.max_steps=1").code == "inspect.no-recipe"
    with refused("inspect.no-recipe"):
        seq2seq.inspect(tmp_path / "pairs.tsv", settings={"training.max_steps": 1})
    with refused("inspect.series", str(shops)):
        seq2seq.inspect(shops, settings={"data.forecast.value": "sold"}, markup=[Markup.HTML])


def test_which_column_has_the_values(shops: Path) -> None:
    assert failure("inspect", shops).code == "series.which-value"


def test_other_tasks_are_as_before(shops: Path) -> None:
    content = json.loads(run("inspect", shops, "--task", "classification", "--source-column", "month",
                             "--target-column", "shop", "--json").stdout)  # fmt: skip
    assert content["splits"]["train"]["rows"] == 120
