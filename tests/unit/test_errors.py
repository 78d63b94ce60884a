"""Errors and warnings have codes, so that programs and tests need not compare sentences."""

import ast
import pickle
import re
from collections.abc import Iterator

import pytest
from support.bounds import ROOT

from seq2seq import errors
from seq2seq.errors import ConfigError, DataError, Seq2SeqError, advising_options

OURS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Seq2SeqError)}
FORM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*")


def calls() -> Iterator[tuple[str, str, ast.expr | None]]:
    """Every error that is made and every warning in the package: the place, what is called, its code."""
    for file in sorted((ROOT / "seq2seq").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in OURS or (name == "warn" and ast.unparse(node.func) in ("warn", "log.warn")):
                    code = next((keyword.value for keyword in node.keywords if keyword.arg == "code"), None)
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", name, code


def test_every_error_and_warning_has_a_code() -> None:
    found = list(calls())
    assert len(found) > 100
    without = [place for place, name, code in found if code is None and name != "ConfigError"]
    assert without == []


def test_codes_are_an_area_and_a_fault() -> None:
    literal = [(place, code.value) for place, _, code in calls() if isinstance(code, ast.Constant)]
    assert [(place, code) for place, code in literal if not FORM.fullmatch(str(code))] == []


def test_problems_of_a_recipe_are_listed_and_counted() -> None:
    error = ConfigError("x.yaml", ["a.b: wrong", "  more of it", "c: wrong"])
    assert (error.where, error.problems, error.exit_code) == ("x.yaml", ("a.b: wrong", "  more of it", "c: wrong"), 2)
    assert str(error).splitlines()[0] == "x.yaml: 2 problems"
    assert str(ConfigError("--beam", ["wrong"])) == "--beam: wrong"


def test_advice_names_options_or_settings() -> None:
    def text() -> str:
        return str(DataError("wrong.", code="data.wrong", settings="--set x", options="--x"))

    assert text() == "wrong.\n  --set x"
    with advising_options():
        assert text() == "wrong.\n  --x"
    assert text() == "wrong.\n  --set x"


@pytest.mark.parametrize("name", sorted(OURS - {"ConfigError"}))
def test_a_code_is_required(name: str) -> None:
    with pytest.raises(TypeError):
        getattr(errors, name)("wrong")
    assert getattr(errors, name)("wrong", code="area.fault").code == "area.fault"


def kinds(of: type[Seq2SeqError] = Seq2SeqError) -> Iterator[type[Seq2SeqError]]:
    yield of
    for below in of.__subclasses__():
        yield from kinds(below)


@pytest.mark.parametrize("kind", list(kinds()))  # those that other tests have imported, too
def test_an_error_comes_out_of_another_process_as_it_is(kind: type[Seq2SeqError]) -> None:
    given = {"ConfigError": ("file", ["a: wrong"]), "RequestError": (400, "wrong")}.get(kind.__name__, ("text",))
    error = kind(*given, code="c")  # type: ignore[arg-type]
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))
    assert again.code == "c"
