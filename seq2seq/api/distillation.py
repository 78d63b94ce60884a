"""Distillation in Python: a teacher and data to a small fast student."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from seq2seq.api.models import Column, location_of, named_columns
from seq2seq.api.training import Settings, raise_if_interrupted
from seq2seq.extras import require
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.translator import Translator

if TYPE_CHECKING:
    from seq2seq.distillation.lesson import Table


@dataclass(frozen=True)
class Distilled:
    """The result of :func:`distill`."""

    path: Path
    """The student's model folder."""
    table: "Table | None"
    """The student beside its teacher and the same student without one (None: another process has it)."""

    @cached_property
    def pipeline(self) -> Translator | TextClassifier:
        """The student, loaded at its first use."""
        _, model = open_pipeline(self.path)
        assert isinstance(model, Translator | TextClassifier)
        return model


def distill(
    teacher: str | Path,
    data: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    monolingual: Sequence[str | Path] = (),
    ensemble: Sequence[str | Path] = (),
    task: Literal["translation", "classification"] | None = None,
    languages: tuple[str, str] | None = None,
    teacher_model: str | None = None,
    nbest: int = 1,
    pick: Literal["score", "reference", "all"] = "score",
    beam: int | None = None,
    workers: int | None = None,
    shard_lines: int = 1_000,
    reverse: str | Path | None = None,
    drop: float = 0.05,
    with_references: bool = False,
    size: Literal["tiny", "small", "base"] = "small",
    baseline: bool = True,
    settings: Settings | None = None,
    source_column: Column | None = None,
    target_column: Column | None = None,
    dev: str | Path | Sequence[str | Path] | None = None,
    test: str | Path | Sequence[str | Path] | None = None,
    accelerator: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> Distilled:
    """Distil a teacher into a student.

    It learns translations (Kim and Rush 2016), or the probabilities of labels (Hinton et al. 2015).

    What the teacher has answered is kept in ``output``: the same call resumes where an earlier one stopped.

    Args:
        teacher: a model folder, a run folder or ``hf://user/name``; ``command:PROGRAM``, which writes a line for each
            that it reads; ``hf:user/name``, a model of the transformers library; ``ct2:FOLDER``, one of CTranslate2; or
            the address of a service that speaks LibreTranslate's API, or OpenAI's (``https://.../v1``).
        data: sentence pairs or labelled texts: one file, folder or data set of the hub; or two aligned files, sources
            first; or an empty list, with ``monolingual``.
        output: the folder to write; ``output/model`` will be the student's model folder.
        monolingual: text files with further sources, one per line.
        ensemble: further models of ours, which decide together with the teacher.
        task: what a command does (default: it translates); a model knows it.
        languages: of sources and targets, as the teacher calls them.
        teacher_model: of a service that has several.
        nbest: translations of each source.
        pick: which of them the student learns: the teacher's best, the nearest to the data's, or all.
        beam: hypotheses per step of the teacher's search (default: its own, or 5).
        workers: batches, processes or requests of the teacher at once.
        shard_lines: sources that the teacher is asked for together.
        reverse: a model of the other direction, which drops translations that it doubts.
        drop: share (0 to 1) of the pairs that it drops.
        with_references: whether the student learns the data's own translations or labels, too.
        size: of the student.
        baseline: whether the same student is trained without the teacher, too, where there are references.
        settings: settings of the student's recipe to change.
        source_column: a name, a language, or an index from 0.
        target_column: likewise.
        dev: development set (default: held out from ``data``); two files are aligned.
        test: test set, likewise, but none is held out.
        accelerator: ``cpu``, ``cuda``, ``mps``, or ``auto``: the first available.
        threads: CPU threads per process (default: one per core).
        resume: resume the student's run in ``output``, even if settings differ.
        overwrite: train the student again; the teacher's answers are kept.

    Raises:
        ConfigError: an option or a setting is wrong.
        DataError: the data are wrong.
        TeacherError: the teacher does not answer, or not line by line.
        ModelError: a model is missing or damaged.
        TrainingError: training cannot start or continue.
        MissingExtra: an extra is not installed.
        TrainingInterrupted: SIGTERM; the same call resumes.
        KeyboardInterrupt: Ctrl-C; the same call resumes.
    """
    require("torch", "Training")
    from seq2seq.distillation import distill as steps
    from seq2seq.distillation.options import DistillationOptions
    from seq2seq.distillation.teachers.open import TeacherOptions
    from seq2seq.training.fit import LaunchOptions

    asked = TeacherOptions(
        task=task,
        ensemble=tuple(map(str, ensemble)),
        languages=languages,
        model=teacher_model,
        nbest=nbest,
        beam=beam,
        workers=workers,
    )
    options = DistillationOptions(
        teacher=asked,
        monolingual=tuple(map(Path, monolingual)),
        columns=named_columns(source_column, target_column),
        dev=None if dev is None else location_of(dev),
        test=None if test is None else location_of(test),
        shard=shard_lines,
        pick=pick,
        reverse=None if reverse is None else str(reverse),
        drop=drop,
        with_references=with_references,
        size=size,
        baseline=baseline,
        overrides=settings or {},
    )
    launch = LaunchOptions(accelerator=accelerator, threads=threads, resume=resume, overwrite=overwrite)
    places = [str(data)] if isinstance(data, str | Path) else [*map(str, data)]
    result = steps.distill(str(teacher), places, Path(output), options, launch)
    raise_if_interrupted(result.run)
    return Distilled(result.model, result.table)
