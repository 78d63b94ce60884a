"""Registries: what is installed is found by name, and is imported when it is used."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError
from support.installed_packages import install

from seq2seq.config.one_of import OneOf
from seq2seq.errors import PluginError
from seq2seq.registry import ATTENTION, CELLS, POOLING, Registry

GROUP = "seq2seq.tests"
Install = Callable[..., None]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package with components in the group of these tests."""

    def add(package: str, module: str = "", **components: str) -> None:
        folder = install(tmp_path / package, package, module, entry_points={GROUP: components})
        monkeypatch.syspath_prepend(folder)

    return add


def registry() -> Registry:
    return Registry("number", GROUP, {"zero": "builtins:False"}, reserved=("none",))


def test_installed_components_follow_the_packages_own(installed: Install) -> None:
    installed("numbers-a", "ONE = 1\n", one="numbers_a:ONE")
    numbers = registry()
    assert numbers.names() == ("none", "zero", "one")
    assert numbers.added() == ("one",)
    assert "one" in numbers
    assert "two" not in numbers
    assert numbers.package("one") == ("numbers-a", "1.0")
    assert numbers.package("zero") is numbers.package("none") is None
    assert "numbers_a" not in sys.modules
    assert numbers.load("one", int) == 1


@pytest.mark.parametrize("name", ["one", "zero", "none"])
def test_a_name_belongs_to_one_package(installed: Install, name: str) -> None:
    installed("numbers-a", **{name: "numbers_a:ONE"})
    installed("numbers-b", one="numbers_b:ONE")
    with pytest.raises(PluginError) as caught:
        registry().names()
    assert caught.value.code == "plugin.duplicate-name"
    others = {"numbers-a", "numbers-b"} if name == "one" else {"numbers-a", "seq2seq"}
    assert all(package in str(caught.value) for package in others)


def test_own_components_need_no_look_at_the_packages(installed: Install) -> None:
    installed("numbers-a", zero="numbers_a:ZERO")
    assert registry().load("zero", bool) is False


def test_a_component_that_cannot_be_used_names_its_package(installed: Install) -> None:
    installed("numbers-c", "raise RuntimeError('no licence')\n", one="numbers_c:ONE")
    installed("numbers-b", "TWO = 'two'\n", two="numbers_b:TWO", three="numbers_b:THREE")
    for name, code in (("one", "plugin.not-loadable"), ("three", "plugin.not-loadable"), ("two", "plugin.wrong-type")):
        with pytest.raises(PluginError) as caught:
            registry().load(name, int)
        assert caught.value.code == code
        assert f"numbers-{'c' if name == 'one' else 'b'} 1.0" in str(caught.value)
    with pytest.raises(PluginError) as caught:
        registry().load_class("zero", int)
    assert caught.value.code == "plugin.wrong-type"
    with pytest.raises(PluginError) as caught:
        registry().load("four", int)
    assert caught.value.code == "plugin.unknown-name"


def test_a_program_registers_its_own() -> None:
    numbers = registry()

    @numbers.register("one")
    class One:
        pass

    assert numbers.load_class("one", One) is One
    assert numbers.package("one") is None
    assert numbers.register("one")(One) is One  # a notebook's cell may run twice
    for name in ("zero", "none", "one"):
        with pytest.raises(PluginError) as caught:
            numbers.register(name)(int)
        assert caught.value.code == "plugin.duplicate-name"


def test_a_setting_is_one_of_the_names_at_the_time_it_is_read() -> None:
    numbers = registry()
    adapter = TypeAdapter(Annotated[str, OneOf(numbers)])
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python("one")
    (error,) = caught.value.errors()
    assert (error["type"], error["ctx"]["names"]) == ("one_of", ("none", "zero"))
    numbers.register("one")(1)
    assert adapter.validate_python("one") == "one"
    assert adapter.dump_json("one") == b'"one"'
    assert adapter.json_schema() == {"type": "string", "enum": ["none", "zero", "one"]}


def test_every_own_component_can_be_loaded() -> None:
    pytest.importorskip("torch")
    for components in (CELLS, ATTENTION, POOLING):
        assert all(isinstance(components.load_class(name, object), type) for name in components.names())
