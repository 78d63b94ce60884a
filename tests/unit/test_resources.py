"""Bundled files, in a checkout and in a wheel."""

from pathlib import Path

import pytest

from seq2seq import resources


def test_recipes_have_names() -> None:
    recipes = resources.recipes()
    assert {"translation/phrasebook", "toy/copy"} <= recipes.keys()
    assert list(recipes) == sorted(recipes)
    assert all(path.is_file() for path in recipes.values())


def test_an_installed_wheel_holds_them_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "seq2seq"
    recipe = package / "share" / "recipes" / "toy" / "copy.yaml"
    recipe.parent.mkdir(parents=True)
    recipe.touch()
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    assert resources.recipes() == {"toy/copy": recipe}
    assert resources.data_folder() == package / "share" / "data"
