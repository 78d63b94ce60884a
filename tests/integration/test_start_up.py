"""``echo … | seq2seq translate MODEL`` answers at once: it imports what a plain sentence needs, and no more."""

import json
from pathlib import Path

import pytest
from support.kept import exported
from support.start_up import start, start_python

from seq2seq.extras import TRAIN
from seq2seq.model_folder.description import Description

SENTENCE = "The dog sleeps.\n"
CPU = ("--device", "cpu")
"""So that a build of torch for GPUs is not asked for one."""
LIBRARIES = "import click, numpy, onnxruntime, sentencepiece, sentencex, zstandard"
"""What no translation can do without."""
TIMES = 2.5
"""The most that the whole command may take, in times of what importing :data:`LIBRARIES` takes: a quarter more than the
2.0 that it took without compiled files of this package, as here where Python writes none, so that the 3.2 of the time
before it did without pydantic are noticed."""
OWN = 140
"""Most modules of this package that are imported: 131 were when this was written, and 188 before."""
UNNEEDED = (
    *TRAIN,
    "huggingface_hub",
    "jinja2",
    "lxml",
    "numpy.ma",
    "numpy.random",
    "polib",
    "pydantic",
    "pydantic_core",
    "rich",
    "sacrebleu",
    "statistics",
    "yaml",
    "seq2seq.config.load",
    "seq2seq.data.reading.find_files",
    "seq2seq.documents.memory",
    "seq2seq.documents.recognise",
    "seq2seq.documents.spans.projection",
    "seq2seq.evaluation",
    "seq2seq.formats.bilingual.tmx",
    "seq2seq.formats.glossaries",
    "seq2seq.inference.engines.onnx.shortlist",
    "seq2seq.inference.classifier",
    "seq2seq.inference.engines.torch",
    "seq2seq.inference.forecasting",
    "seq2seq.inference.generator",
    "seq2seq.inference.request.terminology",
    "seq2seq.inference.synthesis",
    "seq2seq.search.sampling",
    "seq2seq.text.markup.patterns",
    "seq2seq.text.protection",
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written("translation-1", tmp_path_factory.mktemp("model"))


def written(name: str, folder: Path) -> Path:
    """An exported model as this version writes it."""
    folder = exported(name, folder)
    file = folder / "config.json"
    file.write_text(Description.read(file).to_json(), encoding="utf-8")
    return folder


def test_a_sentence_imports_nothing_that_it_does_not_need(model: Path) -> None:
    done = start(["translate", model, *CPU], text=SENTENCE)
    assert done.output.strip()
    assert "onnxruntime" in done.packages, "the list of imports was not understood"
    assert done.modules.intersection(UNNEEDED) == set()
    assert sum(name.split(".")[0] == "seq2seq" for name in done.modules) <= OWN


@pytest.mark.parametrize(("name", "command"), [("classification-1", "classify"), ("generation-1", "generate")])
def test_other_tasks_run_without_pydantic_too(name: str, command: str, tmp_path: Path) -> None:
    done = start([command, written(name, tmp_path), *CPU], text="It was fine.\n")
    assert done.output.strip()
    assert {"onnxruntime", "pydantic"} & done.packages == {"onnxruntime"}
    assert {"torch", "seq2seq.inference.translator"} & done.modules == set()


def test_what_a_person_edited_is_validated(tmp_path: Path) -> None:
    """By the package that the tests above do without."""
    model = written("translation-1", tmp_path)
    file = model / "config.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    del content["checksum"]
    file.write_text(json.dumps(content), encoding="utf-8")
    assert "pydantic" in start(["translate", model, *CPU], text=SENTENCE).packages


def test_what_a_sentence_needs_is_imported_for_it(model: Path) -> None:
    """With markup, a glossary or a memory: else the names above could be those of modules that are gone."""
    glossary = model / "glossary.tsv"
    glossary.write_text("dog\tHund\n")
    arguments = ["--glossary", glossary, "--source-language", "en", "--target-language", "de"]
    done = start(["translate", model, *arguments], text="The <b>dog</b> sleeps.\n")
    needed = {
        "seq2seq.text.markup.patterns",
        "seq2seq.inference.request.terminology",
        "seq2seq.documents.spans.projection",
    }
    assert needed <= done.modules


def test_a_sentence_takes_little_time_of_a_processor(model: Path) -> None:
    commands, imports = [], []
    for _ in range(3):  # in turn: what else the machine does takes from both
        commands.append(start(["translate", model, *CPU], text=SENTENCE).seconds)
        imports.append(start_python(["-c", LIBRARIES]).seconds)
    assert min(commands) < TIMES * min(imports)
