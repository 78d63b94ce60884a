"""A model folder without its networks: its description and its tokenizers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from safetensors import SafetensorError, safe_open

from seq2seq.config.data import DataConfig
from seq2seq.config.recipe import AnyRecipe
from seq2seq.data.reading.find_files import require_files
from seq2seq.errors import DataError, ModelError, reason_of
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.find import read_whole
from seq2seq.model_folder.layout import (
    CARD,
    CONFIG,
    MODEL_FILES,
    TOKENIZERS,
    WEIGHTS,
    belongs,
    check_digests,
    in_hub_cache,
    read_json,
    require_file,
)
from seq2seq.special import UNK
from seq2seq.text.label_vocabulary import LabelVocabulary
from seq2seq.text.vocabulary_pair import VocabularyPair

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A model folder in memory, without its networks."""

    path: Path
    """Where it was read from."""
    tokenizers: VocabularyPair
    """Source and target tokenizers; one object twice when joint."""
    description: Description
    """What ``config.json`` says."""

    @property
    def recipe(self) -> AnyRecipe:
        """The recipe that it was trained by."""
        return self.description.recipe

    def file(self, name: str) -> Path:
        """The path of one of its files, unchanged since the folder was written.

        Raises:
            ModelError: it is missing, damaged, of another model, or a link out of the folder.
        """
        check_digests(self.path, self.description.files, (name,))
        return require_file(self.path, name)

    @property
    def reading(self) -> DataConfig:
        """How its recipe reads data; not where to keep them prepared: a stranger may have named that."""
        return self.recipe.data.model_copy(update={"cache": None})

    @property
    def own_data(self) -> DataConfig:
        """:attr:`reading`, to read the very data that its recipe names.

        Raises:
            DataError: it is a model of the hub, or they are something else than files and folders.
        """
        if in_hub_cache(self.path):
            raise DataError(
                f"{self.path}: a model of the hub: what its recipe names would be read from this machine.\n"
                "  Name the data yourself; or copy the folder and use the copy, if you trust it."
            )
        require_files(self.reading)
        return self.reading


def read_folder(path: str | Path, use: Callable[[ModelFolder], T]) -> T:
    """Read the model folder at ``path``, or the best model of the run folder there, or ``hf://user/name``.

    Args:
        path: where it is.
        use: reads what else is needed of the folder, such as its weights; called again if the folder has been replaced
            meanwhile, so that all that is read is of one model.

    Returns:
        What ``use`` returns.

    Raises:
        ModelError: naming the file that is missing, damaged, newer, or does not fit the others.
    """
    return read_whole(path, lambda folder: use(_read(folder)))


def open_folder(path: str | Path) -> ModelFolder:
    """:func:`read_folder`, for a caller that needs no network of it."""
    return read_whole(path, _read)


def describe(path: str | Path) -> Description:
    """The description alone: the rest of the folder may be damaged.

    Raises:
        ModelError: there is no model, or its description cannot be read.
    """
    return read_whole(path, lambda folder: Description.read(folder / CONFIG))


def _read(folder: Path) -> ModelFolder:
    description = Description.read(folder / CONFIG)
    check_digests(folder, description.files, TOKENIZERS)
    return ModelFolder(path=folder, tokenizers=_load_tokenizers(folder, description), description=description)


def damage(folder: Path, description: Description) -> list[str]:
    """What is missing or damaged of a model folder, a line for each file; nothing is built, and no torch is needed.

    Args:
        folder: the model folder.
        description: what its ``config.json`` says.
    """
    wanted = {WEIGHTS, *(name for name in description.files if belongs(name) and name != CARD)}
    present = {name for name in (*MODEL_FILES, *wanted) if (folder / name).exists()}
    problems = [f"{name}: missing" for name in sorted(wanted - present)]
    for name in sorted((wanted | {*MODEL_FILES}) & present):
        try:
            check_digests(folder, description.files, (name,))
            if name == WEIGHTS:
                _require_whole(require_file(folder, name))
        except ModelError as error:
            problems.append(str(error).splitlines()[0].removeprefix(f"{folder}/"))
    if not present & {*TOKENIZERS}:
        problems.append(f"{TOKENIZERS[0]}: missing")
    return list(dict.fromkeys(problems))


def _require_whole(weights: Path) -> None:
    """Raise :class:`ModelError` for weights that are cut short or no safetensors, by their header alone."""
    try:
        with safe_open(weights, framework="numpy"):
            pass
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{weights}: cannot be read ({reason_of(error)})") from error


def _load_tokenizers(folder: Path, description: Description) -> VocabularyPair:
    """The tokenizers, once it is clear that they can be used, and are those of the model."""
    for name in TOKENIZERS:
        if (folder / name).exists() and name.endswith(".json"):
            read_json(folder, name)
        elif (folder / name).exists():
            require_file(folder, name)
    tokenizers = VocabularyPair.load(folder)
    for side, tokenizer, size in (
        ("source", tokenizers.source, description.source_vocabulary),
        ("target", tokenizers.target, description.target_vocabulary),
    ):
        ending = "json" if isinstance(tokenizer, LabelVocabulary) else "model"
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
