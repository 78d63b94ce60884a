"""A model folder that is open, but for its weights: what it says of itself, and its tokenizers. No torch is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq.config.data import DataConfig
from seq2seq.config.recipe import AnyRecipe
from seq2seq.errors import ModelError
from seq2seq.inference.description import Description, find_model
from seq2seq.inference.files import CONFIG, TOKENIZERS, check_digests, read_json, require_file
from seq2seq.special import UNK
from seq2seq.text.names import Names
from seq2seq.text.pair import Tokenizers


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFolder:
    """A model folder in memory, without its weights."""

    path: Path
    """Where it was read from."""
    tokenizers: Tokenizers
    """Source and target tokenizers; one object twice when joint."""
    description: Description
    """What ``config.json`` says."""

    @property
    def recipe(self) -> AnyRecipe:
        """The recipe that it was trained by."""
        return self.description.recipe

    @property
    def own_data(self) -> DataConfig:
        """Where its recipe says that the data are; not where to keep them prepared: a stranger may have named that."""
        return self.recipe.data.model_copy(update={"cache": None})


def open_folder(path: str | Path, *, network: Sequence[str] = ()) -> OpenedFolder:
    """Read the model folder at ``path``, or the best model of the run folder there, or ``hf://user/name``.

    Args:
        path: where it is.
        network: files beside the tokenizers that must be those that ``config.json`` lists.

    Raises:
        ModelError: naming the file that is missing, damaged, newer, or does not fit the others.
    """
    folder = find_model(path)
    description = Description.read(folder / CONFIG)
    check_digests(folder, description.files, (*network, *TOKENIZERS))
    return OpenedFolder(path=folder, tokenizers=_load_tokenizers(folder, description), description=description)


def _load_tokenizers(folder: Path, description: Description) -> Tokenizers:
    """The tokenizers, once it is clear that they can be used, and are those of the model."""
    for name in TOKENIZERS:
        if (folder / name).exists() and name.endswith(".json"):
            read_json(folder, name)
        elif (folder / name).exists():
            require_file(folder, name)
    tokenizers = Tokenizers.load(folder)
    for side, tokenizer, size in (
        ("source", tokenizers.source, description.source_vocabulary),
        ("target", tokenizers.target, description.target_vocabulary),
    ):
        ending = "json" if isinstance(tokenizer, Names) else "model"
        file = folder / ("tokenizer.model" if tokenizers.joint else f"{side}.{ending}")
        if tokenizer.size != size:
            raise ModelError(
                f"{file}: {tokenizer.size} tokens, but {CONFIG} says {size}: the files of two models are mixed.\n"
                "  A model folder is complete or of no use: copy all of it."
            )
        try:  # sentencepiece reads bytes that are no text, and fails when it is to show them
            tokenizer.pieces(range(size))
            tokenizer.decode([UNK])
        except UnicodeDecodeError as error:
            raise ModelError(f"{file}: a token in it is not text; damaged. Copy the model folder again.") from error
    return tokenizers
