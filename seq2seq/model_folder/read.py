"""Reads a model folder without its networks: description and tokenizers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from seq2seq import hints
from seq2seq.errors import DataError, ModelError, reason_of
from seq2seq.model_folder.config_file import ConfigFile
from seq2seq.model_folder.find import read_whole
from seq2seq.model_folder.inference_config import InferenceConfig
from seq2seq.model_folder.layout import (
    CARD,
    CONFIG,
    MODEL_FILES,
    TOKENIZERS,
    WEIGHTS,
    belongs,
    check_digests,
    digests,
    in_hub_cache,
    model_files,
    read_json,
    require_file,
)
from seq2seq.special import UNK
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import VocabularyPair, ending_of, joint_file
from seq2seq.text.vocabulary.series import SeriesFormat

if TYPE_CHECKING:
    from seq2seq.config.data import DataConfig
    from seq2seq.config.recipe import AnyRecipe
    from seq2seq.model_folder.description import Description

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A model folder in memory, without its networks."""

    path: Path
    tokenizers: VocabularyPair
    """Source and target tokenizers; one object twice when joint."""
    config: ConfigFile
    """Contents of ``config.json``."""

    @property
    def inference(self) -> InferenceConfig:
        """What running the model needs."""
        return self.config.inference

    @property
    def description(self) -> Description:
        """All that is said about the model."""
        return self.config.description

    @property
    def recipe(self) -> AnyRecipe:
        """The recipe of the model."""
        return self.description.recipe

    def file(self, name: str) -> Path:
        """The path of a file, after checking that it is unchanged since the folder was written.

        Raises:
            ModelError: it is missing, damaged, of another model, or a link out of the folder.
        """
        check_digests(self.path, self.inference.files, (name,))
        return require_file(self.path, name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hexadecimal of all that decides what the model writes: its files, exported ones too, and recipe.

        Scores and the model card may change without it.
        """
        stated = self.description.model_dump(mode="json", include={"recipe", "labels", "tags", "languages", "files"})
        missing = [name for name in model_files(self.path) if name not in (*stated["files"], CARD, CONFIG)]
        files = stated.pop("files") | digests(self.path, missing)
        files.pop(CARD, None)
        measured = {name: self.description.measured.get(name) for name in ("calibration", "confidence")}
        for name in ("intervals", "channels"):  # models without them have the fingerprint of older versions
            if name in self.description.measured:
                measured[name] = self.description.measured[name]
        whole = json.dumps([stated, files, measured], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()

    def require_no_numeric_targets(self, what: str) -> None:
        """Refuse a model whose output is numbers where ``what``, in the plural, are for those of texts or labels.

        Raises:
            ModelError: it is one.
        """
        if self.recipe.sides.target.numeric:
            raise ModelError(
                f"{self.path}: a model for {self.recipe.task}, and {what} are not for these.\n"
                f"  Use it with: {hints.command(self.recipe.command, self.path)}",
                code="model.other-task",
            )

    @property
    def reading(self) -> DataConfig:
        """How its recipe reads data, without its cache folder, which anybody may have chosen."""
        return self.recipe.data.model_copy(update={"cache": None})

    @property
    def own_data(self) -> DataConfig:
        """:attr:`reading`, for the data that its recipe names.

        Raises:
            DataError: it is a model of the hub, or the data are not files or folders.
        """
        if in_hub_cache(self.path):
            raise DataError(
                f"{self.path}: a model of the hub: the paths in its recipe would be read from this machine.\n"
                "  Name the data yourself; or copy the folder and use the copy, if you trust it.",
                code="data.of-hub-model",
            )
        from seq2seq.data.reading.find_files import require_files

        require_files(self.reading)
        return self.reading


def read_folder(path: str | Path, use: Callable[[ModelFolder], T]) -> T:
    """Read the model folder at ``path``, or the best model of the run folder there, or ``hf://user/name``.

    ``use`` reads what else is needed, such as weights, and its result is returned; it is called again if the folder was
    replaced meanwhile, so that everything is of one model.

    Raises:
        ModelError: a file is missing, damaged, newer, or does not fit the others.
    """
    return read_whole(path, lambda folder: use(_read(folder)))


def read_config(path: str | Path) -> ConfigFile:
    """Only ``config.json``; the rest of the folder may be damaged.

    Raises:
        ModelError: there is no model, or the file is damaged.
    """
    return read_whole(path, lambda folder: ConfigFile.read(folder / CONFIG))


def describe(path: str | Path) -> Description:
    """:func:`read_config`, validated.

    Raises:
        ModelError: there is no model, or its description cannot be read.
    """
    return read_config(path).description


def _read(folder: Path) -> ModelFolder:
    config = ConfigFile.read(folder / CONFIG)
    check_digests(folder, config.inference.files, TOKENIZERS)
    return ModelFolder(path=folder, tokenizers=_load_tokenizers(folder, config.inference), config=config)


def damage(folder: Path, description: Description) -> list[str]:
    """The missing or damaged files of a model folder, one line each; no network is built, and torch is not needed."""
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
    """Raise :class:`ModelError` for weights that are cut short or not safetensors, judged by their header."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="numpy"):
            pass
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{weights}: cannot be read ({reason_of(error)})", code="model.damaged-weights") from error


def _load_tokenizers(folder: Path, inference: InferenceConfig) -> VocabularyPair:
    """The tokenizers, after checking that they are usable, and of this model."""
    for name in TOKENIZERS:
        if (folder / name).exists() and name.endswith(".json"):
            read_json(folder, name)
        elif (folder / name).exists():
            require_file(folder, name)
    tokenizers = VocabularyPair.load(folder)
    for side, tokenizer, size in (
        ("source", tokenizers.source, inference.source_vocabulary),
        ("target", tokenizers.target, inference.target_vocabulary),
    ):
        file = folder / (joint_file(tokenizer) if tokenizers.joint else f"{side}.{ending_of(tokenizer)}")
        if tokenizer.size != size:
            raise ModelError(
                f"{file}: {tokenizer.size} tokens, but {CONFIG} says {size}: the files of two models are mixed.\n"
                "  Copy all of the model folder.",
                code="model.mixed",
            )
        if isinstance(tokenizer, Channels | SeriesFormat):
            continue
        try:  # sentencepiece reads invalid text, and fails when it decodes it
            tokenizer.pieces(range(size))
            tokenizer.decode([UNK])
        except UnicodeDecodeError as error:
            message = f"{file}: a token in it is not text; damaged. Copy the model folder again."
            raise ModelError(message, code="model.damaged") from error
    return tokenizers
