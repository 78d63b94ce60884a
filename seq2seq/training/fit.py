"""From a recipe to a run: processes, the run folder, the data, the trainer; then it trains."""

from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TypedDict, Unpack

from seq2seq import log
from seq2seq.config.recipe import Recipe
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.interrupt import catch_interrupts
from seq2seq.training.loop import RunResult, TrainingLoop
from seq2seq.training.reporting.metrics import require_tensorboard
from seq2seq.training.run_folder import folder as run_folder
from seq2seq.training.trainer import Trainer


class Launch(TypedDict, total=False):
    """On what a run is trained, and what becomes of one that is in its folder."""

    devices: str | int
    """How many processes or GPUs, or ``auto``."""
    accelerator: str
    """``auto``, ``cpu``, ``cuda`` or ``mps``."""
    threads: int | None
    """Of each process on a CPU; by default one a core."""
    resume: bool
    """Go on with the run in the folder."""
    overwrite: bool
    """Replace the run in the folder."""


def fit(
    recipe: Recipe,
    output: Path,
    *,
    name: str | None = None,
    **launch: Unpack[Launch],
) -> RunResult:
    """Train the model that a recipe describes.

    Args:
        recipe: what to train on what, and how.
        output: the run folder (:mod:`seq2seq.training.run_folder.folder`).
        name: what the model is called in its folder; as a rule the recipe's name.
        launch: see :class:`Launch`.

    Raises:
        ConfigError: a setting or an option is wrong.
        DataError: the corpus is wrong.
        CheckpointError: the run in ``output`` cannot be resumed.
        TrainingError: training has failed.
    """
    if recipe.training.tensorboard:
        require_tensorboard()
    runtime = Runtime(
        accelerator=launch.get("accelerator", "auto"),
        devices=launch.get("devices", "auto"),
        precision=recipe.training.precision,
        threads=launch.get("threads"),
        all_learn=recipe.training.batch.windows is None,
    )
    with ExitStack() as stack:
        stack.enter_context(log.muted(mute=not runtime.is_main))
        opened, resume = None, launch.get("resume", False)
        if runtime.is_main:  # before the other processes are there, which would wait for a leader that has given up
            stack.enter_context(run_folder.lock_run(output))
            resume = run_folder.check_run(output, recipe, resume=resume, overwrite=launch.get("overwrite", False))
            opened = open_data(recipe, output, resume=resume)
        runtime.launch()
        stack.enter_context(runtime.report_lost_peers(output / run_folder.CHECKPOINTS))
        resume = runtime.gather(resume)[0]
        start, prepared = opened or open_data(recipe, output, resume=resume)  # found in the cache
        trainer = Trainer(recipe, prepared, output, runtime, name=name, initial_model=start)
        if resume:
            trainer.resume()
        if runtime.is_main:
            run_folder.open_run(
                output, recipe, resume=resume, initial_model=start.copy_source(output) if start else None
            )
        runtime.barrier()
        with (
            log.to_file(output / run_folder.LOG) if runtime.is_main else nullcontext(),
            catch_interrupts() as interrupt,
        ):
            for line in prepared.report.lines():
                log.write_to_files(line)
            return TrainingLoop(trainer, interrupt).run()
