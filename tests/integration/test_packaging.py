"""What is built is whole: source distribution and wheel hold everything, and the wheel works away from the checkout."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def bundled(folder: str, endings: tuple[str, ...]) -> list[str]:
    """The files of a folder of the checkout that users of a wheel need."""
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).glob("**/*") if path.suffix in endings)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was built out of it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked, as pip would lay it into site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder


def run_installed(installed: Path, cwd: Path, *arguments: str) -> str:
    """Run Python with the unpacked wheel before everything else, in a folder that is not the checkout."""
    environment = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_holds_package_recipes_and_data(installed: Path) -> None:
    expected = [
        *bundled("seq2seq", (".py", ".typed", ".html", ".css", ".js", ".json")),
        *(f"seq2seq/share/{name}" for name in bundled("recipes", (".yaml",))),
        *(f"seq2seq/share/{name}" for name in bundled("data", (".tsv",))),
    ]
    assert {"seq2seq/py.typed", "seq2seq/report/assets/page.html"} <= set(expected)
    assert "seq2seq/share/recipes/translation/phrasebook.yaml" in expected
    assert [name for name in expected if not (installed / name).is_file()] == []


def test_wheel_holds_nothing_else(installed: Path) -> None:
    top = {path.name for path in installed.iterdir()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"seq2seq"}
    assert list((installed / "seq2seq/share").glob("**/*.py")) == []
    assert list(installed.glob("**/__pycache__")) == []


def test_source_distribution_holds_tests_and_generators(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    named = ["LICENSE", "Makefile", "CITATION.cff", "SECURITY.md", "constraints.txt", "tests/conftest.py"]
    expected = [*named, *bundled("data", (".py", ".tsv")), *bundled("examples", (".py", ".ipynb"))]
    assert [name for name in expected if name not in names] == []
    assert [name for name in names if name.startswith((".venv", "runs")) or "__pycache__" in name] == []


def test_installed_wheel_lists_every_recipe(installed: Path, tmp_path: Path) -> None:
    output = run_installed(installed, tmp_path, "-m", "seq2seq", "recipes", "list")
    recipes = [Path(name).relative_to("recipes").with_suffix("").as_posix() for name in bundled("recipes", (".yaml",))]
    assert recipes
    assert [name for name in recipes if name not in output] == []


def test_installed_wheel_finds_the_data_of_a_recipe(installed: Path, tmp_path: Path) -> None:
    program = """
import seq2seq.resources
from seq2seq.config.load import load_recipe
from seq2seq.data.reading.find_files import resolve
recipe = load_recipe("translation/phrasebook")
print(seq2seq.resources.__file__, *sorted(path.name for path in resolve(recipe.data.path).iterdir()))
"""
    where, *files = run_installed(installed, tmp_path, "-c", program).split()
    assert Path(where).is_relative_to(installed)
    assert {"train.tsv", "dev.tsv", "test.tsv"} <= set(files)


def test_constraints_pin_every_dependency() -> None:
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    pins = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    texts = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        texts += [text for text in extra if not text.startswith("seq2seq[")]
    requirements = [Requirement(text) for text in texts]
    unmet = [str(r) for r in requirements if not r.specifier.contains(pins.get(canonicalize_name(r.name), "0"))]
    assert unmet == []
    assert [pin for pin in pins.values() if "+" in pin] == [], "a build of one kind of machine is pinned"
