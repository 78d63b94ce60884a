"""What training computes in: where bfloat16 is taken, that a run says so, and that it keeps what it has begun with."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from support import toy
from support.commands import run
from support.kill import write_recipe
from support.refused import refused

from seq2seq.config.finetune import finetuning_recipe
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.load import load_recipe
from seq2seq.diagnostics.learning.trials import fresh_trainer
from seq2seq.model_folder.read import read_folder
from seq2seq.training.distributed import Runtime
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.precision import computes_bf16, resolve_precision

CPU, GPU = torch.device("cpu"), torch.device("cuda", 0)
Processor = Callable[..., None]


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> Processor:
    """Set what instructions the processor has, by torch's names."""

    def has(*names: str) -> None:
        found = {"avx512_f": True, "avx512_bf16": False, **dict.fromkeys(names, True)}
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: found, raising=False)

    return has


@pytest.mark.parametrize("name", ["avx512_bf16", "amx_bf16", "bf16", "sve_bf16"])
def test_processors_with_bfloat16_instructions_compute_in_it(name: str, processor: Processor) -> None:
    processor()
    assert not computes_bf16(CPU)
    assert resolve_precision("auto", CPU) == "32-true"
    processor(name)
    assert computes_bf16(CPU)
    assert resolve_precision("auto", CPU) == "bf16-mixed"
    assert Runtime(accelerator="cpu", precision="auto").precision == "bf16-mixed"


@pytest.mark.parametrize(("capability", "expected"), [((7, 5), False), ((8, 0), True), ((8, 9), True), ((9, 0), True)])
def test_gpus_compute_in_bfloat16_from_ampere_on(
    capability: tuple[int, int], expected: bool, processor: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor()  # what counts is the device
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability if device == GPU else (0, 0))
    assert computes_bf16(GPU) is expected
    assert resolve_precision("auto", GPU) == ("bf16-mixed" if expected else "32-true")


def test_other_devices_compute_in_float32(processor: Processor) -> None:
    processor("bf16")
    assert resolve_precision("auto", torch.device("mps")) == "32-true"


def test_what_is_named_is_taken(processor: Processor) -> None:
    processor("avx512_bf16")
    assert resolve_precision("32-true", CPU) == "32-true"
    assert resolve_precision("bf16-mixed", CPU) == "bf16-mixed"


def test_bfloat16_by_name_needs_a_processor_that_computes_in_it(tmp_path: Path, processor: Processor) -> None:
    recipe = write_recipe(toy.recipe(tmp_path), tmp_path / "recipe")
    arguments = ("train", recipe, "--output", tmp_path / "run", "--accelerator", "cpu", "--precision", "bf16-mixed")
    processor()
    done = run(*arguments, code=2)
    assert "training.precision: 1 problem\n  bf16-mixed: " in done.output
    assert not (tmp_path / "run").exists()


def test_bf16_learns(tmp_path: Path, processor: Processor) -> None:
    """Any processor can, if slowly."""
    processor("avx512_bf16")
    schedule = {"name": "constant", "warmup_steps": 0}
    recipe = toy.recipe(tmp_path, precision="bf16-mixed", max_steps=6, validation={"every_steps": 3}, schedule=schedule)
    found = fit(recipe, tmp_path / "run", LaunchOptions(accelerator="cpu")).summary
    assert found.best is not None
    assert 1.0 < found.best < 2.6  # nats: log 12 = 2.48 is a guess


def train(folder: Path, output: str, steps: int, *, resume: bool = False, precision: str = "auto") -> Path:
    """Train on a CPU; returns the run folder."""
    recipe = toy.recipe(folder, precision=precision, max_steps=steps)
    fit(recipe, folder / output, LaunchOptions(accelerator="cpu", resume=resume))
    return folder / output


def taken(folder: Path) -> tuple[str, str]:
    """The precision in the recipe of a run and in that of its model."""
    of_model = read_folder(folder / "model", lambda found: found).recipe.training.precision
    return load_recipe(folder / "recipe.yaml").training.precision, of_model


def test_a_run_says_what_was_taken_and_keeps_it_when_it_is_resumed(tmp_path: Path, processor: Processor) -> None:
    processor()
    whole = train(tmp_path, "whole", 12)
    folder = train(tmp_path, "run", 6)
    assert taken(folder) == ("32-true", "32-true")
    assert " in 32-true " in (folder / "train.log").read_text(encoding="utf-8")
    processor("avx512_bf16")  # another machine
    train(tmp_path, "run", 12, resume=True)
    assert taken(folder) == ("32-true", "32-true")
    weights, expected = (load_file(one / "model" / "weights.safetensors") for one in (folder, whole))
    assert all(torch.equal(weights[name], expected[name]) for name in expected)
    train(tmp_path, "run", 12)  # the same recipe: it is resumed, and there is nothing to do
    train(tmp_path, "other", 6)
    assert taken(tmp_path / "other") == ("bf16-mixed", "bf16-mixed")


def test_a_run_that_is_replaced_takes_what_suits_the_device(tmp_path: Path, processor: Processor) -> None:
    processor()
    train(tmp_path, "run", 6)
    processor("avx512_bf16")
    recipe = toy.recipe(tmp_path, precision="auto", max_steps=3)
    fit(recipe, tmp_path / "run", LaunchOptions(accelerator="cpu", overwrite=True))
    assert taken(tmp_path / "run") == ("bf16-mixed", "bf16-mixed")


def test_a_run_in_bfloat16_resumes_elsewhere_in_float32_on_request_alone(tmp_path: Path, processor: Processor) -> None:
    processor("avx512_bf16")
    folder = train(tmp_path, "run", 6)
    processor()
    with refused("training.no-bf16", "--resume"):
        train(tmp_path, "run", 12, resume=True)
    train(tmp_path, "run", 12, resume=True, precision="32-true")
    assert taken(folder) == ("32-true", "32-true")


@pytest.mark.parametrize(("before", "after"), [((), ("avx512_bf16",)), (("avx512_bf16",), ())])
def test_a_run_without_a_checkpoint_takes_what_suits_the_device_it_restarts_on(
    tmp_path: Path, processor: Processor, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    processor(*before)
    folder = train(tmp_path, "run", 6)
    shutil.rmtree(folder / "checkpoints")
    processor(*after)
    train(tmp_path, "run", 6)
    assert taken(folder)[0] == ("bf16-mixed" if after else "32-true")


def test_all_processes_take_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime(accelerator="cpu")
    monkeypatch.setattr(runtime, "gather", lambda value: [value, "bf16-mixed"])
    with refused("training.precisions-differ", "32-true", "bf16-mixed"):
        runtime.launch()


def test_a_model_trained_in_bfloat16_is_fine_tuned_in_what_suits_the_device(tmp_path: Path) -> None:
    for before, after in (("bf16-mixed", "auto"), ("auto", "auto"), ("32-true", "32-true")):
        recipe = toy.recipe(tmp_path, precision=before)
        settings = finetuning_recipe(recipe, recipe.data, InitialModelConfig(model="model"))
        assert settings["training"]["precision"] == after


def test_a_model_trained_in_bfloat16_is_diagnosed_on_any_machine(tmp_path: Path, processor: Processor) -> None:
    for instructions, expected in (((), "32-true"), (("avx512_bf16",), "bf16-mixed")):
        processor(*instructions)
        with fresh_trainer(toy.recipe(tmp_path, precision="bf16-mixed")) as trainer:
            assert trainer.runtime.precision == expected
