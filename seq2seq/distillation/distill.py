"""From a teacher and data to a student, step by step; what is there already is not done again.

```
RUN/
  answers/      what the teacher has answered (:mod:`seq2seq.distillation.answers`)
  data/         train.tsv: what the student learns; dev.tsv, test.tsv; references.tsv: without the teacher
  student/      the student's run
  model         a link to its best model, so that RUN is a run folder for other commands
  baseline/     the run of the same student without a teacher
  report.json   the table, as JSON
```
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from seq2seq import log
from seq2seq.config.overrides import value_of
from seq2seq.config.recipe import Recipe
from seq2seq.distillation.answers import Answers
from seq2seq.distillation.ask import ask
from seq2seq.distillation.classification.lesson import LabelLesson
from seq2seq.distillation.corpus import Corpus, read_corpus
from seq2seq.distillation.lesson import LEARNT, OWN, Lesson, Table, write_table
from seq2seq.distillation.options import DistillationOptions
from seq2seq.distillation.rehearsal import check_student
from seq2seq.distillation.systems import BASELINE, STUDENT, TEACHER
from seq2seq.distillation.teachers.models import ClassifierTeacher
from seq2seq.distillation.teachers.open import open_teacher
from seq2seq.distillation.teachers.teacher import CLASSIFICATION, TRANSLATION, Task, Teacher
from seq2seq.distillation.translation.lesson import TranslationLesson
from seq2seq.errors import ConfigError, DataError
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.shards.shard import Shard
from seq2seq.storage.atomic import atomic_file
from seq2seq.storage.lock import locked
from seq2seq.training.conclude import conclude
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.loop import RunResult
from seq2seq.training.run_folder.checkpoint import find
from seq2seq.training.run_folder.folder import CHECKPOINTS, MODEL
from seq2seq.wording import plural

DATA, REPORT, LOCK = "data", "report.json", ".lock"
STUDENT_RUN, BASELINE_RUN = "student", "baseline"
_LESSONS: Final[Mapping[Task, Lesson]] = {TRANSLATION: TranslationLesson(), CLASSIFICATION: LabelLesson()}


@dataclass(frozen=True, slots=True)
class Distilled:
    """What came of it."""

    model: Path
    """The student's model folder."""
    run: RunResult
    task: Task
    """What it does, by the tasks of recipes."""
    table: Table | None
    """None: training was interrupted, or this is not the main process."""


def distill(
    teacher: str, data: Sequence[str], output: Path, options: DistillationOptions, launch: LaunchOptions | None = None
) -> Distilled:
    """Distil a teacher into a student.

    Args:
        teacher: as :func:`~seq2seq.distillation.teachers.open.open_teacher` takes it.
        data: sentence pairs or labelled texts, one location; or two aligned files; or nothing, with
            ``options.monolingual``.
        output: the folder to write.
        options: everything else.
        launch: where the student is trained, and what happens to one that is there already.

    Raises:
        ConfigError: an option is wrong.
        DataError: the data are wrong.
        TeacherError: the teacher does not answer; what it has answered is kept.
        ModelError: a model is missing or damaged.
        TrainingError: training has failed.
    """
    launch = _by_one_process(launch or LaunchOptions())
    asked = open_teacher(teacher, options.teacher)
    lesson = _LESSONS[asked.task]
    corpus = _corpus(asked, data, options)
    check_student(lesson, corpus, options, output / STUDENT_RUN, launch)
    with _alone(output, LOCK, "distils into it; wait, or name another folder"):
        answers = Answers(output, asked.identity)
        corpus = _answered(asked, corpus, answers, options.shard)
        tables, remark = _tables(lesson, corpus, answers, options)
        if not launch.overwrite:
            _require_same_data(output, tables)
        (output / DATA).mkdir(exist_ok=True)
        for name, content in tables.items():
            atomic_file(output / DATA / name, content)
        log.say(f"{output / DATA / LEARNT}: {remark}")
        return _learn(asked, lesson, corpus, answers, output, options, launch)


def answer_shard(teacher: str, data: Sequence[str], output: Path, options: DistillationOptions, shard: Shard) -> Path:
    """Have a teacher answer one shard of what a distillation needs, while other processes have it answer the others.

    When all shards are answered, :func:`distill` with the same arguments finds all answers.

    Args:
        teacher: as of :func:`distill`, like the others.
        data: sentence pairs or labelled texts, or nothing.
        output: the folder of the distillation, which the processes share.
        options: everything else.
        shard: which part of the sources: of each N of ``options.shard`` sources, the I-th are asked for.

    Returns:
        The folder of the answers.

    Raises:
        Seq2SeqError: as :func:`distill`.
    """
    asked = open_teacher(teacher, options.teacher)
    corpus = _corpus(asked, data, options)
    check_student(_LESSONS[asked.task], corpus, options, output / STUDENT_RUN, LaunchOptions(devices=1))
    lock = f".shard-{shard.number}-of-{shard.count}.lock"
    with _alone(output, lock, f"works on shard {shard}; wait for its end, or stop it", optional=True):
        answers = Answers(output, asked.identity)
        _answered(asked, corpus, answers, options.shard, only=shard)
        (output / lock).unlink()
    return answers.folder


def _corpus(teacher: Teacher, data: Sequence[str], options: DistillationOptions) -> Corpus:
    if teacher.task == CLASSIFICATION:
        _refuse_what_is_for_translations(options)
    return read_corpus(
        data,
        options.monolingual,
        columns=options.columns,
        task=teacher.task,
        names=teacher.names if isinstance(teacher, ClassifierTeacher) else None,
        dev=options.dev,
        test=options.test,
        skip_bad=value_of(options.overrides, "data.skip_bad") is True,
    )


def _refuse_what_is_for_translations(options: DistillationOptions) -> None:
    given = {"--pick": options.pick != "score", "--reverse": options.reverse is not None}
    if problems := [f"{option}: for translations; this teacher labels" for option, is_set in given.items() if is_set]:
        raise ConfigError("the student", problems, code="distill.teacher-option")


@contextmanager
def _alone(output: Path, lock: str, what: str, *, optional: bool = False) -> Iterator[None]:
    """Hold a lock of a folder, which is made; ``what`` another process does if it cannot be had."""
    output.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(output / lock, optional=optional))
        except BlockingIOError:
            raise ConfigError("--output", [f"{output}: another process {what}"], code="distill.locked") from None
        yield


def _by_one_process(launch: LaunchOptions) -> LaunchOptions:
    """Others would run the whole command again, the teacher included; students are small."""
    if str(launch.devices) not in ("auto", "1"):
        raise ConfigError("--devices", ["a student is trained by one process: leave it out"], code="distill.devices")
    return replace(launch, devices=1)


def _answered(teacher: Teacher, corpus: Corpus, answers: Answers, shard: int, *, only: Shard | None = None) -> Corpus:
    """Ask for all that is needed; the teacher's answers are the references of sources that have none."""
    measured = corpus.test or corpus.dev
    asked = partial(ask, teacher, answers=answers, shard=shard, only=only)
    asked(measured.sources, what="the test set" if corpus.test else "the development set")
    dev = corpus.dev
    if not all(dev.targets):
        asked(dev.sources, what="the development set")
        dev = replace(dev, name="held-out sources, the teacher's answers", targets=_best(answers, dev.sources))
    asked(corpus.sources, what="the training data")
    return replace(corpus, dev=dev)


def _best(answers: Answers, sources: Iterable[str]) -> list[str]:
    return [answers[source][0].text if source in answers else "" for source in sources]


def _tables(
    lesson: Lesson, corpus: Corpus, answers: Answers, options: DistillationOptions
) -> tuple[dict[str, bytes], str]:
    """What the student learns, and what it is measured on, as tables that every command reads, by the names of files.

    Beside them a remark on how much that is.
    """
    rows, left_out = lesson.rows(corpus, answers, options)
    tables = {
        LEARNT: rows,
        "dev.tsv": zip(corpus.dev.sources, corpus.dev.targets, strict=True),
        "test.tsv": () if corpus.test is None else zip(corpus.test.sources, corpus.test.targets, strict=True),
        OWN: corpus.reference_pairs(),
    }
    written = [LEARNT, "dev.tsv", *["test.tsv"] * bool(corpus.test), *[OWN] * corpus.has_references]
    rest = f"; left out: {', '.join(left_out)}" if left_out else ""
    return {name: write_table(lesson.columns, tables[name]) for name in written}, f"{plural(len(rows), 'row')}{rest}"


def _require_same_data(output: Path, tables: Mapping[str, bytes]) -> None:
    """Refuse to change what a student that is being trained, or was, has learnt from."""
    if not find(output / STUDENT_RUN / CHECKPOINTS):
        return
    files = {name: output / DATA / name for name in tables}
    changed = [str(file) for name, file in files.items() if not file.exists() or file.read_bytes() != tables[name]]
    if changed:
        raise DataError(
            f"{output / STUDENT_RUN}: the student was trained on other data than this command makes: "
            f"{', '.join(changed)} would change.\n"
            "  Give the data and options that it began with; or train it again, by the answers that there are: "
            "--overwrite; or name another folder.",
            code="distill.other-data",
        )


def _learn(
    teacher: Teacher,
    lesson: Lesson,
    corpus: Corpus,
    answers: Answers,
    output: Path,
    options: DistillationOptions,
    launch: LaunchOptions,
) -> Distilled:
    """Train the student, and without the teacher; and compare all three."""
    recipe = lesson.recipe(output / DATA, corpus, options, taught=True)
    log.say(f"Training the student ({options.size}) on the teacher's {lesson.targets}.")
    student = _train(recipe, output / STUDENT_RUN, launch, name=f"{options.size} student of {teacher.identity.name}")
    if student.interrupted or not student.is_main:
        return Distilled(student.model, student, teacher.task, None)
    write_measured(student.model, {"teacher": teacher.identity.to_dict()})
    _link(output / MODEL, Path(STUDENT_RUN) / MODEL)
    measured = corpus.test or corpus.dev
    measurement = lesson.measurement(measured)
    if corpus.has_references:
        measurement.add_outputs(TEACHER, _best(answers, measured.sources), rate=answers.rate)
    measurement.add_model(STUDENT, student.model)
    if options.baseline and corpus.has_references:
        log.say(f"Training the same student on the data's own {lesson.targets}, without the teacher.")
        baseline = _train(
            lesson.recipe(output / DATA, corpus, options, taught=False),
            output / BASELINE_RUN,
            launch,
            name=f"{options.size} student without a teacher",
        )
        if baseline.interrupted:
            return Distilled(student.model, baseline, teacher.task, None)
        measurement.add_model(BASELINE, baseline.model)
    table = measurement.table()
    atomic_file(output / REPORT, (json.dumps(table.to_dict(), indent=2, ensure_ascii=False) + "\n").encode())
    return Distilled(student.model, student, teacher.task, table)


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink():
        link.symlink_to(target, target_is_directory=True)


def _train(recipe: Recipe, run: Path, launch: LaunchOptions, *, name: str) -> RunResult:
    """Train a model, unless it is trained, and make it ready to use."""
    # The other run may have not begun when this one was interrupted.
    resume = launch.resume and bool(find(run / CHECKPOINTS))
    result = fit(recipe, run, replace(launch, resume=resume), name=name)
    if result.is_main and not result.interrupted:
        conclude(result.model)
    return result
