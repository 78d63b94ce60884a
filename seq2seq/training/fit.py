"""From a recipe to a finished run: processes, run folder, data, trainer, training loop."""

from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from seq2seq import log
from seq2seq.config.recipe import Recipe
from seq2seq.data.preparing.shard_list import require_shards, write_shards
from seq2seq.data.preparing.stream import ShardStream
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import InitialModel, open_data
from seq2seq.training.interrupt import catch_interrupts
from seq2seq.training.loop import RunResult, TrainingLoop
from seq2seq.training.reporting.metrics import require_tensorboard
from seq2seq.training.run_folder import folder as run_folder
from seq2seq.training.trainer import Trainer


@dataclass(frozen=True)
class LaunchOptions:
    """Where a run is trained, and what happens to a run that is already in its folder."""

    devices: str | int = "auto"
    """Number of processes or GPUs, or ``auto``."""
    accelerator: str = "auto"
    """``auto``, ``cpu``, ``cuda`` or ``mps``."""
    threads: int | None = None
    """CPU threads per process (None: one per core)."""
    resume: bool = False
    """Resume the run in the folder, even if settings differ."""
    overwrite: bool = False
    """Replace the run in the folder."""


def fit(recipe: Recipe, output: Path, launch: LaunchOptions | None = None, *, name: str | None = None) -> RunResult:
    """Train the model that a recipe describes.

    Args:
        recipe: data, model and training.
        output: the run folder (:mod:`seq2seq.training.run_folder.folder`).
        launch: device, processes and run folder; None: the defaults.
        name: of the model, in its folder; usually the recipe's name.

    Raises:
        ConfigError: a setting or an option is wrong.
        DataError: the corpus is wrong.
        CheckpointError: the run in ``output`` cannot be resumed.
        TrainingError: training has failed.
    """
    launch = launch or LaunchOptions()
    runtime = _open_runtime(recipe, output, launch)
    training = recipe.training.model_copy(update={"precision": runtime.precision})
    recipe = recipe.model_copy(update={"training": training})
    with ExitStack() as stack:
        stack.enter_context(log.muted(mute=not runtime.is_main))
        opened, resume = None, launch.resume
        if runtime.is_main:  # before the other processes start, which would wait for a main process that failed
            stack.enter_context(run_folder.lock_run(output))
            resume = run_folder.check_run(output, recipe, resume=resume, overwrite=launch.overwrite)
            if resume and recipe.data.stream is not None:
                require_shards(output / run_folder.SHARDS, recipe.data, recipe.sides)
            opened = open_data(recipe, output, resume=resume)
        runtime.launch()
        stack.enter_context(runtime.report_lost_peers(output / run_folder.CHECKPOINTS))
        resume = runtime.gather(resume)[0]
        initial_model, prepared = opened or open_data(recipe, output, resume=resume)  # found in the cache
        stream = ShardStream.of(recipe, prepared, ahead=runtime.is_main)
        if stream is not None:
            stack.callback(stream.close)
        trainer = Trainer(recipe, prepared, output, runtime, name=name, initial_model=initial_model, stream=stream)
        if resume:
            trainer.resume()
        if runtime.is_main:
            copy = initial_model.copy_source(output) if initial_model else None
            run_folder.open_run(output, recipe, resume=resume, initial_model=copy)
            if stream is not None and not resume:
                write_shards(output / run_folder.SHARDS, recipe.data, recipe.sides)
        runtime.barrier()
        with (
            log.to_file(output / run_folder.LOG) if runtime.is_main else nullcontext(),
            catch_interrupts() as interrupt,
        ):
            for line in prepared.report.lines():
                log.write_to_files(line)
            return TrainingLoop(trainer, interrupt).run()


def check_setup(recipe: Recipe, output: Path, launch: LaunchOptions) -> None:
    """Check all that :func:`fit` needs except the data, which are not there yet: packages, devices, an initial model.

    Raises:
        Seq2SeqError: as :func:`fit`.
    """
    _open_runtime(recipe, output, launch)
    InitialModel.open(recipe, output, resume=launch.resume)


def _open_runtime(recipe: Recipe, output: Path, launch: LaunchOptions) -> Runtime:
    if recipe.training.tensorboard:
        require_tensorboard()
    precision = recipe.training.precision
    if precision == "auto" and not launch.overwrite:
        precision = run_folder.precision_of(output) or precision
    return Runtime(
        accelerator=launch.accelerator,
        devices=launch.devices,
        precision=precision,
        threads=launch.threads,
        all_learn=recipe.training.batch.windows is None,
    )
