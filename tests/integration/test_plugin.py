"""A package that adds components: trained with, resumed, exported, used and scored, without a change of ours."""

import json
import os
import random
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support.commands import run
from support.installed_packages import install

from seq2seq import registry
from seq2seq.config.load import load_recipe
from seq2seq.errors import ConfigError, ModelError
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.description import Description

torch = pytest.importorskip("torch")

PLUGIN = Path(__file__).parents[1] / "fixtures" / "plugin"
PACKAGE = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
NAME, VERSION = PACKAGE["name"], PACKAGE["version"]
REGISTRIES = (registry.CELLS, registry.ATTENTION, registry.POOLING, registry.METRICS, registry.FORMATS)

RECIPE = """\
task: translation
data:
  train: {folder}/train.pairs
  dev: {folder}/dev.pairs
  cache: {folder}/cache
  workers: 1
tokenizer: {{kind: word, vocabulary: 30}}
model:
  embedding: 16
  tied: target
  encoder: {{cell: min_gru, hidden: 24}}
  decoder: {{cell: min_gru, hidden: 24, layers: 2}}
  attention: {{score: cosine}}
  dropout: {{embedding: 0.0, layer: 0.1, output: 0.0}}
training:
  max_steps: 60
  batch: {{max_tokens: 256}}
  optimizer: {{learning_rate: 1e-2}}
  schedule: {{name: constant, warmup_steps: 2}}
  label_smoothing: 0.0
  validation: {{metric: edits, every_steps: 20}}
decoding: {{beam: 2}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages, with the plug-in as pip would install it."""
    module = (PLUGIN / "seq2seq_example_plugin.py").read_text()
    folder = tmp_path_factory.mktemp("site")
    return install(folder, NAME, module, version=VERSION, entry_points=PACKAGE["entry-points"])


@contextmanager
def installed(site: Path) -> Iterator[None]:
    """The plug-in is installed meanwhile, and its module not yet imported."""
    for components in REGISTRIES:
        components.__dict__.pop("_installed", None)
    sys.path.insert(0, str(site))
    try:
        yield
    finally:
        sys.path.remove(str(site))
        sys.modules.pop("seq2seq_example_plugin", None)
        for components in REGISTRIES:
            components.__dict__.pop("_installed", None)


@pytest.fixture
def plugin(site: Path) -> Iterator[None]:
    with installed(site):
        yield


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copying digits, in the format that the plug-in reads."""
    folder = tmp_path_factory.mktemp("corpus")
    numbers = random.Random(0)
    for name, rows in (("train", 200), ("dev", 20), ("test", 20)):
        lines = [" ".join(numbers.choices("12345678", k=numbers.randint(2, 5))) for _ in range(rows)]
        (folder / f"{name}.pairs").write_text("".join(f"{line} => {line}\n" for line in lines))
    (folder / "recipe.yaml").write_text(RECIPE.format(folder=folder))
    return folder


@pytest.fixture(scope="module")
def trained(site: Path, corpus: Path) -> Path:
    with installed(site):
        run("train", corpus / "recipe.yaml", "--output", corpus / "run")
    return corpus / "run"


def test_training_learns_and_the_folder_names_the_package(trained: Path) -> None:
    entries = [json.loads(line) for line in (trained / "metrics.jsonl").read_text().splitlines()]
    validations = [entry for entry in entries if entry["kind"] == "validation"]
    losses = [entry["loss"] for entry in validations]
    assert losses[-1] < 0.8 * losses[0]
    content = json.loads((trained / "model" / "config.json").read_text())
    assert content["plugins"] == {NAME: VERSION}
    assert content["training"]["metric"] == "edits"
    assert content["training"]["best"] == min(entry["edits"] for entry in validations)


@pytest.mark.usefixtures("plugin")
def test_resumed_equals_uninterrupted(trained: Path, corpus: Path) -> None:
    run("train", corpus / "recipe.yaml", "--output", corpus / "twice", "--set", "training.max_steps=30")
    run("train", corpus / "recipe.yaml", "--output", corpus / "twice", "--resume")
    folders = (trained, corpus / "twice")
    once, twice = (folder / "checkpoints" / "step-000000060" / "weights.safetensors" for folder in folders)
    assert once.read_bytes() == twice.read_bytes()


@pytest.mark.usefixtures("plugin")
def test_the_exported_model_writes_what_the_weights_write(trained: Path) -> None:
    assert (trained / "model" / "onnx" / "step.onnx").exists()
    sources = ["1 2 3", "4 5", "8 8 8 8 1"]
    written = {}
    for engine in ("torch", "onnx"):
        _, pipeline = open_pipeline(trained, engine=engine)  # type: ignore[arg-type]
        assert isinstance(pipeline, Translator)
        written[engine] = pipeline.translate_nbest(sources)
    for (ours, *_), (theirs, *_) in zip(written["torch"], written["onnx"], strict=True):
        assert ours.text == theirs.text
        assert ours.log_prob == pytest.approx(theirs.log_prob, abs=1e-4)


@pytest.mark.usefixtures("plugin")
def test_evaluation_reports_the_metric(trained: Path, corpus: Path) -> None:
    scores = json.loads(run("evaluate", trained, corpus / "test.pairs", "--json").stdout)
    outputs = run("translate", trained, text="".join(f"{line.split(' => ')[0]}\n" for line in lines(corpus))).stdout
    lengths = [
        abs(len(output.split()) - len(line.split(" => ")[1].split()))
        for output, line in zip(outputs.splitlines(), lines(corpus), strict=True)
    ]
    assert scores["edits"] == {"score": pytest.approx(np.mean(lengths)), "signature": f"edits {NAME} {VERSION}"}
    assert "length error" in run("evaluate", trained, corpus / "test.pairs").stdout


@pytest.mark.usefixtures("plugin")
def test_a_metric_of_the_package_reads_sources(tmp_path: Path) -> None:
    """As COMET does. Its figures by sentence are 1/2 and 0, and 0 and 0 in the second file."""
    texts = {"source": "the dog\nthe cat\n", "reference": "der Hund\ndie Katze\n"}
    texts |= {"one": "the Hund\ndie Katze\n", "two": "der Hund\ndie Katze\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    files = [word for name in ("one", "two") for word in ("--hypotheses", tmp_path / name)]
    options = ("--references", tmp_path / "reference", "--sources", tmp_path / "source", "--json")
    found = json.loads(run("evaluate", *files, *options).stdout)
    assert [system["copies"]["score"] for system in found["systems"]] == [0.25, 0.0]
    assert found["systems"][0]["copies"]["signature"] == f"copies {NAME} {VERSION}"
    assert found["comparisons"][-1]["metric"] == "copies"
    without = json.loads(run("evaluate", *files, *options[:2], "--json").stdout)
    assert "copies" not in without["systems"][0]


def lines(corpus: Path) -> list[str]:
    return (corpus / "test.pairs").read_text().splitlines()


@pytest.mark.usefixtures("plugin")
def test_stepping_equals_teacher_forcing() -> None:
    from seq2seq.models.cells.base import Cell

    for name in ("min_gru", "leaky"):
        cell = registry.CELLS.load_class(name, Cell)(3, 4)
        x, state, lengths = torch.randn(3, 6, 3), (torch.randn(3, 4),), torch.tensor([6, 3, 1])
        outputs, after = cell(x, state, lengths)
        for row, length in enumerate(lengths.tolist()):
            own = (state[0][row : row + 1],)
            for time in range(length):
                own = cell.step(x[row : row + 1, time], own)
                torch.testing.assert_close(outputs[row, time], own[0][0])
            torch.testing.assert_close(after[0][row], own[0][0])


@pytest.mark.usefixtures("plugin")
def test_a_component_without_onnx_nodes_is_said_and_runs_with_torch(corpus: Path, warned: list[str]) -> None:
    changes = ("model.encoder.cell=leaky", "training.max_steps=2", "training.validation.metric=loss")
    options = [word for change in changes for word in ("--set", change)]
    run("train", corpus / "recipe.yaml", "--output", corpus / "plain", *options)
    assert warned[-1] == "export.no-networks"
    from seq2seq.export.export import export

    with pytest.raises(ModelError) as caught:
        export(corpus / "plain")
    assert caught.value.code == "export.no-nodes"
    assert "Leaky" in str(caught.value)
    assert run("translate", corpus / "plain", text="1 2\n").stdout.count("\n") == 1


@pytest.mark.usefixtures("plugin")
def test_a_pooling_of_the_package(corpus: Path, warned: list[str]) -> None:
    (corpus / "labels.tsv").write_text("text\tlabel\n" + "1 2\tlow\n7 8\thigh\n" * 40)
    recipe = (
        f"task: classification\ndata: {{train: {corpus}/labels.tsv, dev: {corpus}/labels.tsv, workers: 1,\n"
        f"  cache: {corpus}/cache, columns: {{source: text, target: label}}}}\n"
        "tokenizer: {kind: word, vocabulary: 20}\nmodel: {embedding: 8, encoder: {hidden: 8}, pooling: norm}\n"
        "training: {max_steps: 30, optimizer: {learning_rate: 2e-2}, validation: {metric: accuracy}}\n"
    )
    (corpus / "classify.yaml").write_text(recipe)
    run("train", corpus / "classify.yaml", "--output", corpus / "labels")
    assert warned == ["export.no-networks"]
    assert Description.read(corpus / "labels" / "model" / "config.json").plugins == {NAME: VERSION}
    assert run("classify", corpus / "labels", text="8 7\n").stdout.startswith("high")


def test_without_the_package_recipe_and_folder_are_refused_with_advice(trained: Path, corpus: Path) -> None:
    with pytest.raises(ModelError) as caught:
        open_pipeline(trained)
    assert caught.value.code == "model.missing-plugin"
    assert f"pip install {NAME}=={VERSION}" in str(caught.value)
    with pytest.raises(ConfigError) as refused:
        load_recipe(corpus / "recipe.yaml")
    settings = [problem.partition(":")[0] for problem in refused.value.problems]
    assert settings == [
        "model.encoder.cell",
        "model.decoder.cell",
        "model.attention.score",
        "training.validation.metric",
    ]


@pytest.mark.usefixtures("plugin")
def test_another_version_of_the_package_is_said(trained: Path, tmp_path: Path, warned: list[str]) -> None:
    content = json.loads((trained / "model" / "config.json").read_text())
    del content["checksum"]
    (tmp_path / "config.json").write_text(json.dumps({**content, "plugins": {NAME: "9.9"}}))
    Description.read(tmp_path / "config.json")
    assert warned == ["model.other-plugin-version"]


def test_a_fresh_process_finds_the_package_and_imports_it_only_to_build(site: Path, corpus: Path) -> None:
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    script = (
        "import sys; from seq2seq.config.load import load_recipe; load_recipe(sys.argv[1]);"
        "assert 'torch' not in sys.modules and 'seq2seq_example_plugin' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", script, corpus / "recipe.yaml"], check=True, env=os.environ | {"PYTHONPATH": path}
    )
