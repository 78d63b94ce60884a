"""From the name of a teacher to the teacher."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seq2seq.distillation.teachers.command import CommandTeacher
from seq2seq.distillation.teachers.ctranslate2 import CTranslate2Teacher
from seq2seq.distillation.teachers.http import ChatTeacher, LibreTranslateTeacher
from seq2seq.distillation.teachers.models import ClassifierTeacher, ModelTeacher
from seq2seq.distillation.teachers.teacher import CLASSIFICATION, TRANSLATION, Task, Teacher
from seq2seq.distillation.teachers.transformers import TransformersTeacher
from seq2seq.errors import ConfigError
from seq2seq.inference.base import require_text
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.load import open_ensemble_of_task

COMMAND: Final = "command:"
TRANSFORMERS: Final = "hf:"
CTRANSLATE2: Final = "ct2:"
_HTTP: Final = ("http://", "https://")
_HUB: Final = "hf://"
_BEAM: Final = 5
"""Beam of models that have no recipe to say it."""


@dataclass(frozen=True)
class TeacherOptions:
    """How a teacher is asked."""

    task: Task | None = None
    """What a command does (None: it translates); a model knows it."""
    ensemble: Sequence[str] = ()
    """Further models of ours, which decide together with it."""
    languages: tuple[str, str] | None = None
    """Languages of sources and targets, as the teacher calls them."""
    model: str | None = None
    """Of a service that has several."""
    nbest: int = 1
    """Translations of each source."""
    beam: int | None = None
    """Hypotheses per step of its search (None: its own choice, or 5)."""
    workers: int | None = None
    """What it does at the same time: batches of a model, processes of a command, requests to a service."""


def open_teacher(name: str, options: TeacherOptions) -> Teacher:
    """The teacher of a name.

    Args:
        name: a model folder, a run folder or ``hf://user/name`` (ours); ``command:...``; ``hf:user/name`` (of the
            transformers library); ``ct2:FOLDER``; or the address of a service: ``http(s)://.../v1`` for OpenAI's API,
            any other for LibreTranslate's.
        options: how it is asked.

    Raises:
        ConfigError: it cannot do what is asked for.
        ModelError, TeacherError: it cannot be opened.
        MissingExtra: what runs it is not installed.
    """
    ours = not name.startswith((COMMAND, CTRANSLATE2, *_HTTP)) and (
        not name.startswith(TRANSFORMERS) or name.startswith(_HUB)
    )
    _check(name, options, ours=ours)
    if name.startswith(COMMAND) and options.task == CLASSIFICATION:
        _check_labels(name, options)
    at_once, beam = options.workers or 1, options.beam or _BEAM
    if ours:
        return _open_models([name, *options.ensemble], options)
    if name.startswith(COMMAND):
        return CommandTeacher(name.removeprefix(COMMAND), options.task or TRANSLATION, at_once=at_once)
    if name.startswith(TRANSFORMERS):
        languages = options.languages or ("", "")
        return TransformersTeacher(name.removeprefix(TRANSFORMERS), languages, nbest=options.nbest, beam=beam)
    if name.startswith(CTRANSLATE2):
        folder = Path(name.removeprefix(CTRANSLATE2))
        return CTranslate2Teacher(folder, nbest=options.nbest, beam=beam, at_once=at_once)
    assert options.languages is not None
    address = name.rstrip("/")
    if options.model is not None:
        return ChatTeacher(address, options.model, options.languages, at_once=at_once)
    return LibreTranslateTeacher(address, options.languages, nbest=options.nbest, at_once=at_once)


def _open_models(names: Sequence[str], options: TeacherOptions) -> ModelTeacher | ClassifierTeacher:
    folders, model = open_ensemble_of_task(names, workers=options.workers)
    require_text(model.tokenizers, "a teacher reads text")
    if options.task not in (None, model.task):
        problem = f"--task {options.task}: this model is for {model.task}; leave it out"
        raise ConfigError(f"the teacher {names[0]}", [problem], code="distill.teacher-option")
    if isinstance(model, TextClassifier):
        _check_labels(names[0], options)
        return ClassifierTeacher(model, folders)
    translator = model
    if options.languages is not None and translator.direction.languages:
        translator = translator.to(options.languages[1])
    beam = options.beam or max(translator.decoding.beam, options.nbest)
    changes = {"method": "beam", "beam": beam, "nbest": options.nbest}
    return ModelTeacher(translator, folders, translator.decoding.model_copy(update=changes))


def _check_labels(name: str, options: TeacherOptions) -> None:
    """Refuse what has no meaning for labels."""
    given = {
        "--languages": options.languages is not None,
        "--n-best": options.nbest > 1,
        "--beam": options.beam is not None,
    }
    if problems := [
        f"{option}: for a teacher that translates; this one labels" for option, is_set in given.items() if is_set
    ]:
        raise ConfigError(f"the teacher {name}", problems, code="distill.teacher-option")


def _check(name: str, options: TeacherOptions, *, ours: bool) -> None:
    """Refuse what this kind of teacher cannot do."""
    http = name.startswith(_HTTP)
    chat = http and name.rstrip("/").rsplit("/", 1)[-1] == "v1"
    problems = []
    if options.ensemble and not ours:
        problems.append("--ensemble: models of ours decide together, and no other teachers")
    if options.nbest > 1 and (name.startswith(COMMAND) or chat):
        problems.append("--n-best: this teacher gives one translation of each line")
    if options.beam is not None and (name.startswith(COMMAND) or http):
        problems.append("--beam: how this teacher searches is its own choice")
    if options.beam is not None and options.beam < options.nbest:
        problems.append(f"--n-best {options.nbest}: needs a --beam of at least {options.nbest}")
    if options.task == CLASSIFICATION and not (ours or name.startswith(COMMAND)):
        problems.append("--task classification: for a command; this teacher translates")
    if http and options.languages is None:
        problems.append("--languages: tell this service what to translate, for example: --languages en de")
    if chat != (options.model is not None):
        problems.append(
            "--teacher-model: name the model of this service"
            if chat
            else "--teacher-model: for services of OpenAI's API, whose address ends with /v1"
        )
    if problems:
        raise ConfigError(f"the teacher {name}", problems, code="distill.teacher-option")
