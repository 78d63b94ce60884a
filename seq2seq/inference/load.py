"""From a model folder to a pipeline: text in, text or labels out. torch is imported only where it is to run."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar, Unpack

from seq2seq import hints, log
from seq2seq.config.recipe import AnyRecipe, ClassificationRecipe, GenerationRecipe, Recipe, TranslationRecipe
from seq2seq.errors import ConfigError, MissingExtra, ModelError, reason_of
from seq2seq.extras import INSTALL, installed
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.onnx.shortlist import open_shortlist
from seq2seq.inference.generator import Generator
from seq2seq.inference.translator import Translator
from seq2seq.inference.workers import cores
from seq2seq.model_folder.description import Description, describe, find_model, read_whole
from seq2seq.model_folder.layout import CONFIG, SHORTLIST, in_hub_cache
from seq2seq.model_folder.read import OpenedFolder, open_folder
from seq2seq.search.stepper import Stepper

if TYPE_CHECKING:
    import torch

    from seq2seq.inference.engines.onnx.networks import Precision
    from seq2seq.model_folder.torch.folder import LoadedModel

Engine = Literal["auto", "torch", "onnx", "onnx-int8"]
"""What runs a network: torch, or ONNX Runtime with what `seq2seq export` wrote. ``auto``: ONNX Runtime in float32 on a
CPU, if the folder has such networks that can be used; else torch. For a model of the hub, torch wherever it is
installed: its networks are a program of whoever wrote them."""


class Running(TypedDict, total=False):
    """What runs a network, and how: the options of whatever opens one."""

    device: str
    """See :func:`choose_device`; ONNX Runtime has the CPU alone."""
    engine: Engine
    """What runs it."""
    threads: int | None
    """Of the CPU, for one batch; by default one a core for torch, and one for ONNX Runtime, whose workers ..."""
    workers: int | None
    """... compute batches side by side; by default as many as there are cores for, and one for torch."""
    shortlist: bool
    """Whether translations are searched for over the target tokens that a source can plausibly yield, not over all;
    with ONNX Runtime alone, by default no."""


Pipeline = Translator | TextClassifier | Generator
"""What is put around a model, by its task."""
Wanted = TypeVar("Wanted", Translator, TextClassifier, Generator)
_COMMANDS: dict[type[Recipe], str] = {
    TranslationRecipe: "translate",
    ClassificationRecipe: "classify",
    GenerationRecipe: "generate",
}


def open_pipeline(path: str | Path, **running: Unpack[Running]) -> tuple[OpenedFolder, Pipeline]:
    """Load a model folder (or a run's best model), and put the pipeline of its task around it.

    Args:
        path: a model folder, a run folder, or ``hf://user/name[@revision]``.
        running: what runs the network (by default ``auto``), and how.

    Raises:
        ModelError: the folder is not complete, damaged, or of a newer version; or it cannot be had from the hub.
        ConfigError: there is no such device here, or the engine does not run there, or it has no shortlist.
        MissingExtra: torch is to run the network, and is not installed.
    """
    opened, pipeline = read_whole(path, lambda folder: _open(folder, running))
    pipeline.about = _about(opened)
    return opened, pipeline


def _open(folder: Path, running: Running) -> tuple[OpenedFolder, Pipeline]:
    engine, device = running.get("engine", "auto"), running.get("device", "auto")
    threads, workers = running.get("threads"), running.get("workers")
    shortlist = running.get("shortlist", False)
    chosen = _best_engine(folder, device) if engine == "auto" else engine
    if shortlist:
        _require_shortlist(folder, chosen)
    if chosen == "torch":
        return open_weights(folder, device=device, threads=threads, workers=workers)
    if device not in ("auto", "cpu"):
        raise ConfigError("engine", [f"{chosen!r} runs on the CPU, not on {device!r}; choose --engine torch"])
    opened = open_folder(folder)
    onnx_threads, onnx_workers = threads or 1, workers or max(1, cores() // (threads or 1))
    try:
        return opened, _open_onnx(opened, chosen, onnx_threads, onnx_workers, shortlist=shortlist)
    except ModelError as error:
        if engine != "auto" or shortlist or not installed("torch"):
            raise
        log.warn(f"{reason_of(error)}\n  Using the weights themselves, with torch.")
        return open_weights(folder, device=device, threads=threads, workers=workers)


def _about(opened: OpenedFolder) -> str:
    """A model in a line: ``demo: en → de, lstm with general attention, 1,967,104 parameters``."""
    description, recipe = opened.description, opened.recipe
    names = recipe.data.columns
    source, target = (names.target, names.source) if recipe.data.swap else (names.source, names.target)
    if description.labels:
        shown = ", ".join(description.labels[:4]) + (", …" if len(description.labels) > 4 else "")
        sides = f"text → {len(description.labels)} labels ({shown})"
    elif isinstance(recipe, GenerationRecipe):
        sides = f"{len(description.tags)} tags → text" if description.tags else "text from nothing"
    else:
        sides = f"{source} → {target}" if isinstance(source, str) and isinstance(target, str) else "text → text"
    part = recipe.model.decoder if isinstance(recipe, GenerationRecipe) else recipe.model.encoder
    network: str = part.cell
    if isinstance(recipe, TranslationRecipe):
        attention = recipe.model.attention
        network += f" with {attention.score} attention" if attention else " with a fixed context"
    return f"{description.name}: {sides}, {network}, {description.parameters:,} parameters"


def _require_shortlist(folder: Path, engine: Engine) -> None:
    """Make sure that a model can be run over a shortlist.

    Raises:
        ConfigError: it does not translate, or not with this engine.
        ModelError: it was exported without one.
    """
    recipe = Description.read(folder / CONFIG).recipe
    if not isinstance(recipe, TranslationRecipe):
        raise ConfigError("shortlist", [f"{folder} is a model for {recipe.task}; shortlists are for translation"])
    if engine == "torch":
        problem = "torch computes over the whole vocabulary; a shortlist needs --engine onnx or onnx-int8"
        way_out = "" if _is_exported(folder) else f", after: {hints.command('export', folder)}"
        raise ConfigError("shortlist", [f"{problem}{way_out}"])
    if _is_exported(folder) and not (folder / SHORTLIST).exists():
        raise ModelError(
            f"{folder / SHORTLIST}: missing; the model was exported without a shortlist.\n"
            f"  Where its training data are at hand, write one with: {hints.command('export', '--shortlist', folder)}\n"
            "  or leave out --vocabulary-shortlist."
        )


def _best_engine(folder: Path, device: str) -> Literal["torch", "onnx"]:
    """What ``auto`` is. On the hub, networks are a stranger's program beside the weights: they need not agree."""
    if in_hub_cache(folder) and installed("torch"):
        return "torch"
    if device not in ("auto", "cpu") or not _is_exported(folder):
        return "torch"
    return "torch" if device == "auto" and _gpu_there() else "onnx"


def _is_exported(folder: Path) -> bool:
    """Whether a model folder has networks of float32 for ONNX Runtime."""
    from seq2seq.inference.engines.onnx.networks import network_files

    classifies = isinstance(Description.read(folder / CONFIG).recipe, ClassificationRecipe)
    return all((folder / name).exists() for name in network_files("onnx", classifies=classifies))


def _gpu_there() -> bool:
    """Whether torch has a GPU; a build without CUDA (or ROCm) is not imported to be asked."""
    torch_package = find_spec("torch")
    if torch_package is None or torch_package.origin is None:
        return False
    libraries = Path(torch_package.origin).parent / "lib"
    return any(next(libraries.glob(f"*torch_{kind}*"), None) for kind in ("cuda", "hip")) and (
        choose_device("auto").type == "cuda"
    )


def open_weights(
    path: str | Path, *, device: str = "auto", threads: int | None = None, workers: int | None = None
) -> "tuple[LoadedModel, Pipeline]":
    """:func:`open_pipeline` with torch, its module included."""
    folder = find_model(path)
    if not installed("torch"):
        raise _without_torch(folder)
    import torch

    from seq2seq.inference.engines.torch.stepper import TorchStepper
    from seq2seq.model_folder.torch.folder import load_folder
    from seq2seq.models.classifier import Classifier

    if threads is not None:
        torch.set_num_threads(threads)
    place = choose_device(device)
    loaded = load_folder(folder)
    model = loaded.model.to(place)
    if isinstance(model, Classifier):
        temperature = _temperature(loaded)
        classifier = TextClassifier(
            model, loaded.tokenizers, temperature=temperature, device=place, workers=workers or 1
        )
        return loaded, classifier
    return loaded, _writer(loaded, TorchStepper(model, place), workers or 1)


def _without_torch(folder: Path) -> MissingExtra:
    """What is said when weights are to be run, and nothing is there that runs them."""
    instead = (
        "or run the networks in its folder `onnx` on the CPU (--engine onnx --device cpu), which need no torch"
        if _is_exported(folder)
        else "or copy the folder from where torch is installed, after `seq2seq export`: exported models need no torch"
    )
    return MissingExtra(f"{folder}: torch, which runs its weights, is not installed.\n  {INSTALL}\n  {instead}.")


def _open_onnx(
    opened: OpenedFolder, precision: "Precision", threads: int, workers: int, *, shortlist: bool
) -> Pipeline:
    from seq2seq.inference.engines.onnx import networks

    folder = opened.path
    classifies = isinstance(opened.recipe, ClassificationRecipe)
    network = networks.network_files(precision, classifies=classifies, shortlist=shortlist)
    network += (SHORTLIST,) if shortlist else ()
    networks.require_network(folder, network, opened.description.files)
    if classifies:
        labels = len(opened.description.labels)
        model = networks.open_classifier(folder, precision, labels, threads=threads)
        temperature = _temperature(opened)
        return TextClassifier(model, opened.tokenizers, temperature=temperature, workers=workers)
    sizes = opened.description.source_vocabulary, opened.description.target_vocabulary
    lists = open_shortlist(folder, sizes, int8=precision == "onnx-int8") if shortlist else None
    stepper = networks.open_stepper(folder, precision, sizes[1], threads=threads, shortlist=lists)
    return _writer(opened, stepper, workers)


def _temperature(opened: OpenedFolder) -> float:
    calibration = opened.description.calibration
    return calibration.temperature if calibration else 1.0


def _writer(opened: OpenedFolder, stepper: Stepper[Any], workers: int) -> Translator | Generator:
    """The pipeline around a model that writes."""
    recipe: AnyRecipe = opened.recipe
    if isinstance(recipe, TranslationRecipe):
        longest = opened.description.longest or recipe.data.filters.max_length
        return Translator(stepper, opened.tokenizers, recipe.decoding, longest=longest, workers=workers)
    assert isinstance(recipe, GenerationRecipe)
    return Generator(stepper, opened.tokenizers, recipe.decoding, workers=workers)


def open_translator(path: str | Path, **running: Unpack[Running]) -> tuple[OpenedFolder, Translator]:
    """:func:`open_pipeline` for a model that translates; raises :class:`ModelError` for any other as well."""
    opened, pipeline = open_pipeline(path, **running)
    return opened, _require(opened, pipeline, Translator)


def open_classifier(path: str | Path, **running: Unpack[Running]) -> tuple[OpenedFolder, TextClassifier]:
    """:func:`open_pipeline` for a model that classifies; raises :class:`ModelError` for any other as well."""
    opened, pipeline = open_pipeline(path, **running)
    return opened, _require(opened, pipeline, TextClassifier)


def open_generator(path: str | Path, **running: Unpack[Running]) -> tuple[OpenedFolder, Generator]:
    """:func:`open_pipeline` for a model that generates; raises :class:`ModelError` for any other as well."""
    opened, pipeline = open_pipeline(path, **running)
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
        f"  Use it with: {hints.command(_COMMANDS[type(opened.recipe)], opened.path)}"
    )


def command_of(path: str | Path) -> str:
    """The command that a model is used with."""
    return _COMMANDS[type(describe(path).recipe)]


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
