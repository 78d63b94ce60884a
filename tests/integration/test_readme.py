"""The documents tell the truth: commands, options, settings, recipes and files that they name exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from seq2seq.cli.main import cli
from seq2seq.config.problems import settings, spell
from seq2seq.config.recipe import RECIPES, Recipe
from seq2seq.resources import data_folder, recipes

ROOT = Path(__file__).resolve().parents[2]
FILES = {"tokenizer.model", "model.json"}
"""What looks like a setting."""
CODES = {
    code
    for path in (ROOT / "seq2seq").glob("**/*.py")
    for code in re.findall(r'"([a-z]+\.[a-z-]+)"', path.read_text("utf-8"))
}
"""Likewise: codes of warnings, and names of troubles."""
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("**/*.md") if path.name != "recipes.md"),
]


def text_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def quoted_commands(document: str) -> list[str]:
    """Every ``seq2seq ...`` of the code blocks, and of code spans that name a sub-command."""
    text = text_of(document)
    blocks = re.findall(r"^```(?:bash|console|sh)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    spans = re.findall(r"`(seq2seq [a-z][^`]*)`", text)
    found = []
    for line in [*lines, *spans]:
        for part in re.split(r"\s(?:\||&&)\s", line.split(" #")[0].split(" > ")[0]):
            words = part.split()
            if words and words[0].rsplit("/", 1)[-1] == "seq2seq":
                found.append(part.strip())
    return found


def parse(command: click.Command, arguments: list[str], context: click.Context) -> None:
    """Parse without running, down through groups; click's error if a word or an option does not exist."""
    if isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, found, rest = command.resolve_command(context, arguments)
        assert found is not None
        parse(found, rest, click.Context(found, info_name=name, parent=context))
        return
    _, extra, _ = command.make_parser(context).parse_args(list(arguments))
    assert not extra, f"too many arguments: {extra}"


COMMANDS = [(document, command) for document in DOCUMENTS for command in quoted_commands(document)]


def test_commands_are_found_in_the_documents() -> None:
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_command_parses(document: str, command: str) -> None:
    arguments = [word.strip("[]") for word in shlex.split(command)[1:]]
    if "COMMAND" in arguments:  # a placeholder for any of them
        arguments.remove("COMMAND")
    try:
        parse(cli, arguments, click.Context(cli, info_name="seq2seq", **cli.context_settings))
    except click.ClickException as error:
        pytest.fail(f"{document}: `{command}`: {error.format_message()}")


def test_readme_lists_exactly_the_bundled_recipes() -> None:
    cells = re.findall(r"^\| ((?:`[a-z_]+/[a-z0-9_]+`(?:, )?)+) \|", text_of("README.md"), re.MULTILINE)
    listed = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    assert sorted(listed) == sorted(recipes())


def test_readme_lists_every_command() -> None:
    listed = re.findall(r"^\| `seq2seq ([a-z]+)", text_of("README.md"), re.MULTILINE)
    assert set(listed) == set(cli.list_commands(click.Context(cli)))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text_of(document))
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_are_named_exist(document: str) -> None:
    """Code spans such as `training/fit.py` (in the package), `docs/` (in the repository) or `unit/` (in the tests)."""
    names = re.findall(r"`((?:[a-z_]+/)+(?:[\w.-]+\.(?:py|md|yaml|txt))?)`", text_of(document))
    places = [ROOT, ROOT / "seq2seq", ROOT / "tests"]
    of_runs = re.compile(r"(checkpoints|model|start|onnx|runs)/.*|.*COMMAND.*")
    assert [n for n in names if not of_runs.fullmatch(n) and not any((p / n).exists() for p in places)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_settings_that_are_named_exist(document: str) -> None:
    """Code spans such as `training.clip_norm`, and `--set data.swap=true`."""
    known = {spell(setting) for recipe in RECIPES.values() for setting in settings(recipe)}
    known |= {setting.rpartition(".")[0] for setting in known}
    named = re.findall(rf"(?:`|--set )((?:{'|'.join(Recipe.model_fields)})(?:\.[a-z_-]+)+)", text_of(document))
    assert [setting for setting in named if setting not in known | FILES | CODES] == []


def test_demo_sentences_are_new_but_of_known_words() -> None:
    """`make demo` and the documents show sentences that the phrasebook never shows, made of words that it does show."""
    train = (data_folder() / "phrasebook/train.tsv").read_text("utf-8").splitlines()
    known = [line.split("\t")[0] for line in train]
    vocabulary = {word for sentence in known for word in words(sentence)}
    demo = text_of("docs/demo.en").splitlines()
    assert [sentence for sentence in demo if sentence in known] == []
    assert {word for sentence in demo for word in words(sentence)} <= vocabulary
    assert demo[0] in text_of("README.md")
    assert demo[0] in text_of("docs/how-it-works.md")


def words(sentence: str) -> list[str]:
    return [word.strip(".,!?").casefold() for word in sentence.split()]


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", text_of("Makefile"), re.MULTILINE))
    named = {name for document in DOCUMENTS for name in re.findall(r"\bmake ([a-z]+)", " ".join(code(document)))}
    assert named <= targets
    assert {"demo", "test", "check"} <= named


def code(document: str) -> list[str]:
    """Code blocks and code spans."""
    return re.findall(r"```.*?```|`[^`\n]+`", text_of(document), re.DOTALL)


def test_no_path_of_one_machine() -> None:
    """Nothing that is shipped names a folder of its author."""
    pattern = re.compile(r"(?<![\w.])/(?:root|home|work|Users)/\w")
    names = ["Makefile", "constraints.txt", "pyproject.toml", ".ci/run", "CHANGELOG.md", "benchmarks/LOG.md"]
    files = [ROOT / name for name in [*DOCUMENTS, *names]] + list((ROOT / "recipes").glob("**/*.yaml"))
    assert [path.name for path in files if pattern.search(path.read_text("utf-8"))] == []


def test_readme_is_short() -> None:
    """It says what this is and how to begin; details belong to docs/."""
    assert len(text_of("README.md").splitlines()) <= 200
