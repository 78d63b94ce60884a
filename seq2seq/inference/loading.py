"""From a model folder to a pipeline: text in, text or labels out. torch is imported only where it is to run."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from seq2seq.config.recipe import AnyRecipe, ClassificationRecipe, GenerationRecipe, Recipe, TranslationRecipe
from seq2seq.errors import ConfigError, ModelError
from seq2seq.inference.description import Description, find_model
from seq2seq.inference.files import CONFIG
from seq2seq.inference.generator import Generator
from seq2seq.inference.labels import TextClassifier
from seq2seq.inference.opened import OpenedFolder, open_folder
from seq2seq.inference.pipelines import Translator
from seq2seq.search.stepper import Stepper

if TYPE_CHECKING:
    import torch

    from seq2seq.inference.folder import LoadedModel
    from seq2seq.inference.onnx_engine import Precision

Engine = Literal["auto", "torch", "onnx", "onnx-int8"]
"""What runs a network: torch, or ONNX Runtime with what `seq2seq export` wrote. ``auto``: ONNX Runtime in float32 on a
CPU, if the folder has such networks and the package is installed; else torch."""
Pipeline = Translator | TextClassifier | Generator
"""What is put around a model, by its task."""
Wanted = TypeVar("Wanted", Translator, TextClassifier, Generator)
_COMMANDS: dict[type[Recipe], str] = {
    TranslationRecipe: "translate",
    ClassificationRecipe: "classify",
    GenerationRecipe: "generate",
}


@overload
def open_pipeline(
    path: str | Path, *, device: str = "auto", engine: Literal["torch"] = "torch", threads: int | None = None
) -> "tuple[LoadedModel, Pipeline]": ...
@overload
def open_pipeline(
    path: str | Path, *, device: str = "auto", engine: Engine, threads: int | None = None
) -> tuple[OpenedFolder, Pipeline]: ...
def open_pipeline(
    path: str | Path, *, device: str = "auto", engine: Engine = "torch", threads: int | None = None
) -> tuple[OpenedFolder, Pipeline]:
    """Load a model folder (or a run's best model), and put the pipeline of its task around it.

    Args:
        path: a model folder, a run folder, or ``hf://user/name[@revision]``.
        device: see :func:`choose_device`; ONNX Runtime has the CPU alone.
        engine: what runs the network. With torch, the opened folder is a ``LoadedModel``.
        threads: on a CPU (by default one a core).

    Raises:
        ModelError: the folder is not complete, damaged, or of a newer version; or it cannot be had from the hub.
        ConfigError: there is no such device here, or the engine does not run there.
        MissingExtra: ONNX Runtime is asked for, and not installed.
    """
    folder = find_model(path)
    chosen = _best_engine(folder, device) if engine == "auto" else engine
    if chosen == "torch":
        return _open_torch(folder, device, threads)
    if device not in ("auto", "cpu"):
        raise ConfigError("engine", [f"{chosen!r} runs on the CPU, not on {device!r}; choose --engine torch"])
    return _open_onnx(folder, chosen, threads)


def _best_engine(folder: Path, device: str) -> Literal["torch", "onnx"]:
    from seq2seq.inference.onnx_engine import network_files, runtime_there

    if device not in ("auto", "cpu") or not runtime_there():
        return "torch"
    classifies = isinstance(Description.read(folder / CONFIG).recipe, ClassificationRecipe)
    if not all((folder / name).exists() for name in network_files("onnx", classifies=classifies)):
        return "torch"
    return "torch" if device == "auto" and _gpu_there() else "onnx"


def _gpu_there() -> bool:
    """Whether torch has a GPU; a build without CUDA (or ROCm) is not imported to be asked."""
    torch_package = importlib.util.find_spec("torch")
    if torch_package is None or torch_package.origin is None:
        return False
    libraries = Path(torch_package.origin).parent / "lib"
    return any(next(libraries.glob(f"*torch_{kind}*"), None) for kind in ("cuda", "hip")) and (
        choose_device("auto").type == "cuda"
    )


def _open_torch(folder: Path, name: str, threads: int | None) -> "tuple[LoadedModel, Pipeline]":
    import torch

    from seq2seq.inference.folder import load_folder
    from seq2seq.inference.torch_stepper import TorchStepper
    from seq2seq.models.classifier import Classifier

    if threads is not None:
        torch.set_num_threads(threads)
    device = choose_device(name)
    loaded = load_folder(folder)
    model = loaded.model.to(device)
    if isinstance(model, Classifier):
        temperature = _temperature(loaded)
        return loaded, TextClassifier(model, loaded.tokenizers, temperature=temperature, device=device)
    return loaded, _writer(loaded, TorchStepper(model, device))


def _open_onnx(folder: Path, precision: "Precision", threads: int | None) -> tuple[OpenedFolder, Pipeline]:
    from seq2seq.inference import onnx_engine

    onnx_engine.require_runtime()
    opened = open_folder(folder)
    classifies = isinstance(opened.recipe, ClassificationRecipe)
    network = onnx_engine.network_files(precision, classifies=classifies)
    onnx_engine.require_network(folder, network, opened.description.files)
    if classifies:
        labels = len(opened.description.labels)
        model = onnx_engine.open_classifier(folder, precision, labels, threads=threads)
        return opened, TextClassifier(model, opened.tokenizers, temperature=_temperature(opened))
    vocabulary = opened.description.target_vocabulary
    return opened, _writer(opened, onnx_engine.open_stepper(folder, precision, vocabulary, threads=threads))


def _temperature(opened: OpenedFolder) -> float:
    calibration = opened.description.calibration
    return calibration.temperature if calibration else 1.0


def _writer(opened: OpenedFolder, stepper: Stepper[Any]) -> Translator | Generator:
    """The pipeline around a model that writes."""
    recipe: AnyRecipe = opened.recipe
    if isinstance(recipe, TranslationRecipe):
        return Translator(stepper, opened.tokenizers, recipe.decoding, longest=recipe.data.filters.max_length)
    assert isinstance(recipe, GenerationRecipe)
    return Generator(stepper, opened.tokenizers, recipe.decoding)


def open_translator(
    path: str | Path, *, device: str = "auto", engine: Engine = "auto", threads: int | None = None
) -> tuple[OpenedFolder, Translator]:
    """:func:`open_pipeline` for a model that translates; raises :class:`ModelError` for any other as well."""
    opened, pipeline = open_pipeline(path, device=device, engine=engine, threads=threads)
    return opened, _require(opened, pipeline, Translator)


def open_classifier(
    path: str | Path, *, device: str = "auto", engine: Engine = "auto", threads: int | None = None
) -> tuple[OpenedFolder, TextClassifier]:
    """:func:`open_pipeline` for a model that classifies; raises :class:`ModelError` for any other as well."""
    opened, pipeline = open_pipeline(path, device=device, engine=engine, threads=threads)
    return opened, _require(opened, pipeline, TextClassifier)


def open_generator(
    path: str | Path, *, device: str = "auto", engine: Engine = "auto", threads: int | None = None
) -> tuple[OpenedFolder, Generator]:
    """:func:`open_pipeline` for a model that generates; raises :class:`ModelError` for any other as well."""
    opened, pipeline = open_pipeline(path, device=device, engine=engine, threads=threads)
    return opened, _require(opened, pipeline, Generator)


def _require(opened: OpenedFolder, pipeline: Pipeline, wanted: type[Wanted]) -> Wanted:
    """The pipeline, if it is of the wanted kind.

    Raises:
        ModelError: it is not; says which command the model is for.
    """
    if isinstance(pipeline, wanted):
        return pipeline
    raise ModelError(
        f"{opened.path}: a model for {opened.recipe.task}.\n"
        f"  Use it with: seq2seq {_COMMANDS[type(opened.recipe)]} {opened.path}"
    )


def command_of(path: str | Path) -> str:
    """The command that a model is used with."""
    return _COMMANDS[type(Description.read(find_model(path) / CONFIG).recipe)]


def choose_device(name: str) -> "torch.device":
    """The device called ``name``; ``auto`` is the first GPU if there is one, else the CPU.

    Raises:
        ConfigError: there is no such device here.
    """
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch built without CUDA asserts
        reason = str(error).splitlines()[0].rstrip(".")
        raise ConfigError("device", [f"{name!r} cannot be used here ({reason}); try 'auto' or 'cpu'"]) from error
    return device
