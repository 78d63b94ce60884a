"""The last state of a run on disk: written whole or not at all, read without unpickling anything.

``weights.safetensors``     the parameters as training left them
``optimizer.safetensors``   the optimiser's tensors, as ``NUMBER.NAME``
``average.safetensors``     the moving average, if there is one
``carried.safetensors``     the state at the end of the last window, of a text that goes on
``state.json``              :class:`~seq2seq.training.state.TrainingState`, and what the run was trained on
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from seq2seq.errors import CheckpointError
from seq2seq.inference.atomic import atomic_folder, recover
from seq2seq.inference.folder import unshared
from seq2seq.models.decoder import DecoderState
from seq2seq.training.average import MovingAverage
from seq2seq.training.state import TrainingState

CARRIED = "carried.safetensors"


class _File(BaseModel):
    """What ``state.json`` holds."""

    state: TrainingState
    data: str
    """Fingerprint of the prepared data."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The parts of a run that change, and the folder that keeps them."""

    folder: Path
    model: nn.Module
    optimizer: Optimizer
    average: MovingAverage | None
    data: str
    """Fingerprint of the data, by which a resumed run knows that its batches are the same."""

    def save(self, state: TrainingState, carried: DecoderState | None = None) -> None:
        """Write everything beside the old checkpoint, then take its place.

        Args:
            state: where training stands.
            carried: the state at the end of the last window, of a text that goes on.

        Raises:
            CheckpointError: the disk is full, or the folder cannot be written to.
        """
        moments = {
            f"{number}.{name}": value.detach().cpu().contiguous()
            for number, values in self.optimizer.state_dict()["state"].items()
            for name, value in values.items()
            if isinstance(value, Tensor)
        }
        try:
            with atomic_folder(self.folder) as scratch:
                save_file(unshared(self.model.state_dict()), scratch / "weights.safetensors")
                save_file(moments, scratch / "optimizer.safetensors")
                if self.average is not None:
                    save_file(unshared(self.average.weights), scratch / "average.safetensors")
                if carried is not None:
                    parts = {str(number): part.cpu().contiguous() for number, part in enumerate(carried.layers)}
                    save_file(parts, scratch / CARRIED)
                (scratch / "state.json").write_text(_File(state=state, data=self.data).model_dump_json(indent=2) + "\n")
        except (OSError, SafetensorError) as error:
            raise CheckpointError(
                f"{self.folder}: the checkpoint cannot be written: {getattr(error, 'strerror', None) or error}.\n"
                "  The one before it, if any, is as it was. Free some space, then go on with --resume."
            ) from error

    def load(self) -> tuple[TrainingState, DecoderState | None]:
        """Put everything back; returns where the run stood, and the carried state of a text that goes on.

        Raises:
            CheckpointError: there is none, it is damaged, or it belongs to other data or another model.
        """
        recover(self.folder)
        try:
            file = _File.model_validate_json((self.folder / "state.json").read_text())
            weights = load_file(self.folder / "weights.safetensors")
            moments = load_file(self.folder / "optimizer.safetensors")
            averaged = load_file(self.folder / "average.safetensors") if self.average is not None else None
            parts = load_file(self.folder / CARRIED) if (self.folder / CARRIED).exists() else {}
        except FileNotFoundError as error:
            raise CheckpointError(
                f"{self.folder}: there is no whole checkpoint here to resume; leave --resume out."
            ) from error
        except (OSError, ValidationError, SafetensorError) as error:
            raise CheckpointError(f"{self.folder}: the checkpoint is damaged: {error}") from error
        if file.data != self.data:
            raise CheckpointError(
                f"{self.folder}: the run was trained on other data (or data settings) than the recipe names now.\n"
                "  Put the data back as it was, or train anew in another folder."
            )
        self._restore(weights, moments)
        if self.average is not None and averaged is not None:
            _copy(averaged, self.average.weights, self.folder)
            self.average.steps = file.state.averaged
        return file.state, DecoderState(tuple(part for _, part in sorted(parts.items()))) if parts else None

    def _restore(self, weights: dict[str, Tensor], moments: dict[str, Tensor]) -> None:
        _copy(weights, self.model.state_dict(), self.folder)
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in moments.items():
            number, name = key.split(".", 1)
            state.setdefault(int(number), {})[name] = value
        groups = self.optimizer.state_dict()["param_groups"]
        try:
            self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        except (ValueError, KeyError) as error:
            raise CheckpointError(f"{self.folder}: the optimiser's state does not fit the recipe: {error}") from error


def _copy(saved: dict[str, Tensor], into: dict[str, Tensor], folder: Path) -> None:
    """Copy tensors by name into the storage of others (tied ones stand for each other)."""
    expected = unshared(into).keys()
    if saved.keys() != expected or any(saved[name].shape != into[name].shape for name in expected):
        raise CheckpointError(f"{folder}: the weights are not those of the recipe's model; it was changed since.")
    for name in expected:
        into[name].data.copy_(saved[name])
