"""Checkpoints of a run: each written completely or not at all, checked, and read without unpickling anything.

```
checkpoints/step-000001200/
  weights.safetensors     the parameters as training left them
  optimizer.safetensors   the optimiser's tensors, as ``NUMBER.NAME``
  average.safetensors     the moving average of the weights, if there is one
  carried.safetensors     decoder states at the end of the last window, where they are carried: ``PROCESS.NUMBER``
  state.json              :class:`~seq2seq.training.run_folder.state.TrainingState`, the data and the recipe
  checksums.json          size and digest of every file above
```

The last `training.keep_checkpoints` stay on disk. A new one is read back before the oldest is deleted; a damaged one is
skipped, and the one before it used.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xxhash
from pydantic import BaseModel, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.optim import Optimizer

from seq2seq import log
from seq2seq.errors import CheckpointError, reason_of
from seq2seq.model_folder.writing.save import unshared
from seq2seq.models.decoder import DecoderState
from seq2seq.storage.atomic import atomic_folder, current_or_backup, restore_backup
from seq2seq.storage.manifest import find_damage, write_checksums
from seq2seq.training.run_folder.state import TrainingState
from seq2seq.training.step.ema import EMA

_WEIGHTS, _MOMENTS, _AVERAGE = "weights.safetensors", "optimizer.safetensors", "average.safetensors"
_CARRIED, _STATE = "carried.safetensors", "state.json"
_NAME: Final = re.compile(r"step-(\d+)|\.step-(\d+)\.old")
"""Name of a checkpoint, or its name between the two renames of :func:`atomic_folder`."""


class Environment(BaseModel):
    """What determines every bit of the results, besides recipe and data."""

    versions: dict[str, str] = {}
    """Versions of this package and of those that compute."""
    device: str = ""
    """Kind of device: `cpu`, `cuda` ..."""
    threads: int = 0
    """CPU threads per process: sums over another number are rounded differently."""

    def differences(self, now: "Environment") -> list[str]:
        """What has changed, one line each."""
        before, after = ({**one.versions, "device": one.device, "threads": str(one.threads)} for one in (self, now))
        return [
            f"{name} was {before[name]}, now {after.get(name, 'unknown')}"
            for name in before
            if before[name] != after.get(name)
        ]


class Saved(BaseModel):
    """The contents of ``state.json``."""

    state: TrainingState
    data: str
    """Fingerprint of the prepared data."""
    circumstances: Environment = Environment()


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The parts of a run that change, and the folder that they are saved in."""

    folder: Path
    model: nn.Module
    optimizer: Optimizer
    ema: EMA | None
    data: str
    """Fingerprint of the data: a resumed run has the same batches."""
    circumstances: Environment
    retained: int = 2
    """Checkpoints on disk, at least two: if the last cannot be read, there is one before it."""

    def save(self, state: TrainingState, carried: Sequence[DecoderState] = ()) -> None:
        """Write everything, read it back, then delete the oldest.

        ``carried`` is the decoder state at the end of each process's last window, where it is carried.

        Raises:
            CheckpointError: the disk is full, or the folder cannot be written to; earlier checkpoints are intact.
        """
        moments = {
            f"{number}.{name}": value.detach().cpu().contiguous()
            for number, values in self.optimizer.state_dict()["state"].items()
            for name, value in values.items()
            if isinstance(value, Tensor)
        }
        saved = Saved(state=state, data=self.data, circumstances=self.circumstances)
        contents = {
            _WEIGHTS: save(unshared(self.model.state_dict())),
            _MOMENTS: save(moments),
            _STATE: (saved.model_dump_json(indent=2) + "\n").encode(),
        }
        if self.ema is not None:
            contents[_AVERAGE] = save(unshared(self.ema.weights))
        if carried:
            contents[_CARRIED] = save(
                {
                    f"{process}.{number}": part.cpu().contiguous()
                    for process, one in enumerate(carried)
                    for number, part in enumerate(one.layers)
                }
            )
        path = self.folder / f"step-{state.step:09d}"
        try:
            for whole in _names(self.folder):
                restore_backup(self.folder / whole)  # restores what an interrupted write still needs
            for leftover in self.folder.glob(".step-*"):  # of a process that was killed while writing
                shutil.rmtree(leftover)
            with atomic_folder(path) as scratch:
                for name, content in contents.items():
                    (scratch / name).write_bytes(content)
                write_checksums(scratch, xxhash.xxh3_128, contents)
            if (problem := damage(path)) is not None:
                raise CheckpointError(
                    f"{path}: {problem} just after it was written: is the disk failing?\n"
                    "  The checkpoint before it, if any, is intact.",
                    code="run.checkpoint-damaged",
                )
            saved_so_far = find(self.folder)
            own = saved_so_far.index(path)  # those of later steps are damaged, or the run would have resumed from them
            for old in (*saved_so_far[:own], *saved_so_far[own + self.retained :]):
                shutil.rmtree(old)
        except OSError as error:
            raise CheckpointError(
                f"{path}: the checkpoint cannot be written: {reason_of(error)}.\n"
                "  The one before it, if any, is intact. Free some space, then run the same command again.",
                code="run.checkpoint-not-written",
            ) from error

    def load(self) -> tuple[Saved, list[DecoderState]]:
        """Restore everything from the newest intact checkpoint.

        Returns:
            The saved state, and the carried decoder state of each process.

        Raises:
            CheckpointError: there is none, all are damaged, or it belongs to other data or another model.
        """
        path = newest(self.folder)
        if path is None:
            what, code = "there is no checkpoint to resume", "run.no-checkpoint"
            if find(self.folder):
                what, code = "every checkpoint is damaged", "run.checkpoints-damaged"
            raise CheckpointError(f"{self.folder}: {what}.\n  To restart: --overwrite, or another folder.", code=code)
        try:
            saved = Saved.model_validate_json((path / _STATE).read_text(encoding="utf-8"))
            tensors = {file.name: load_file(file) for file in sorted(path.glob("*.safetensors"))}
        except (OSError, ValidationError, SafetensorError) as error:
            raise CheckpointError(
                f"{path}: the checkpoint cannot be read: {error}\n"
                "  Was it written by another version? Use that version, or restart in another folder.",
                code="run.checkpoint-unreadable",
            ) from error
        if saved.data != self.data:
            raise CheckpointError(
                f"{path}: the run was trained on other data (or data settings) than the recipe names now.\n"
                "  Restore the data, or restart in another folder.",
                code="run.other-data",
            )
        _copy(tensors[_WEIGHTS], self.model.state_dict(), path)
        self._restore_moments(tensors[_MOMENTS], path)
        if self.ema is not None:
            _copy(tensors.get(_AVERAGE, {}), self.ema.weights, path)
            self.ema.steps = saved.state.averaged
        carried = sorted(by_number(tensors.get(_CARRIED, {})).items())
        return saved, [DecoderState(tuple(of[number] for number in sorted(of, key=int))) for _, of in carried]

    def _restore_moments(self, moments: Mapping[str, Tensor], path: Path) -> None:
        groups = self.optimizer.state_dict()["param_groups"]
        try:
            self.optimizer.load_state_dict({"state": by_number(moments), "param_groups": groups})
        except (ValueError, KeyError) as error:
            message = f"{path}: the optimiser's state does not fit the recipe: {error}"
            raise CheckpointError(message, code="run.other-model") from error


def find(folder: Path) -> list[Path]:
    """The checkpoints of a run, the newest first, including one between the two renames of a write.

    Nothing is renamed here: the run may still be active.
    """
    return [current_or_backup(folder / name) for name in _names(folder)]


def _names(folder: Path) -> list[str]:
    """The names of the checkpoints of a run once they are written, the newest first."""
    matches = [_NAME.fullmatch(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    numbers = {match[1] or match[2] for match in matches if match is not None}
    return [f"step-{number}" for number in sorted(numbers, key=int, reverse=True)]


def newest(folder: Path) -> Path | None:
    """The newest intact checkpoint; warns of the damaged ones that it skips. None: there is none."""
    for path in find(folder):
        problem = damage(path)
        if problem is None:
            return path
        log.warn(f"{path}: damaged ({problem}); using the checkpoint before it, if any.", code="run.checkpoint-damaged")
    return None


def optimizer_state_file(folder: Path) -> Path | None:
    """The optimiser's tensors in the newest checkpoint of a run; None: there is none."""
    path = newest(folder)
    return None if path is None else path / _MOMENTS


def step_of(path: Path) -> int:
    """The number of steps before a checkpoint."""
    match = _NAME.fullmatch(path.name)
    assert match is not None
    return int(match[1] or match[2])


def read_weights(path: Path, *, fitting: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The parameters in a checkpoint as training left them, for a model with these tensors; of tied ones, the first.

    Raises:
        CheckpointError: it cannot be read, or is of another model.
    """
    try:
        weights = load_file(path / _WEIGHTS)
    except (OSError, SafetensorError) as error:
        message = f"{path}: the checkpoint cannot be read: {reason_of(error)}\n  Is the run still going? Try again."
        raise CheckpointError(message, code="run.checkpoint-unreadable") from error
    _require_fitting(weights, fitting, path)
    return weights


def damage(path: Path) -> str | None:
    """What is wrong with the files of a checkpoint, as the disk holds them; None: they are as they were written."""
    return find_damage(path, xxhash.xxh3_128, required={_WEIGHTS, _MOMENTS, _STATE}, from_disk=True)


def by_number(tensors: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """Tensors that are saved as ``NUMBER.NAME``, by number and name."""
    found: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        number, name = key.split(".", 1)
        found.setdefault(int(number), {})[name] = tensor
    return found


def _copy(saved: Mapping[str, Tensor], into: Mapping[str, Tensor], folder: Path) -> None:
    """Copy tensors by name into the storage of others (of tied ones, one stands for all)."""
    _require_fitting(saved, into, folder)
    for name, tensor in saved.items():
        into[name].data.copy_(tensor)


def _require_fitting(saved: Mapping[str, Tensor], into: Mapping[str, Tensor], folder: Path) -> None:
    expected = unshared(into).keys()
    if saved.keys() != expected or any(saved[name].shape != into[name].shape for name in expected):
        message = f"{folder}: the weights do not fit the recipe's model, which has changed."
        raise CheckpointError(message, code="run.other-model")
