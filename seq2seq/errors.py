"""Every error this package raises on purpose.

Seq2SeqError            the command line shows it without a traceback
├── ConfigError         a recipe or an option is wrong; names file and setting   exit code 2
├── DataError           a corpus is wrong; names file and line                   exit code 1
│   └── NoExamples      no row of it can be trained on                           exit code 1
├── ModelError          a model folder cannot be used; names the file            exit code 1
├── CheckpointError     a saved run cannot be used; says what differs            exit code 1
├── TrainingError       training cannot continue; says what to try               exit code 1
├── TeacherError        a teacher does not translate; says what it did           exit code 1
├── TrainingInterrupted SIGTERM ended training; says how to resume               exit code 143
├── PluginError         a component of an installed package cannot be used       exit code 1
└── MissingExtra        an optional part is not installed; says how to get it    exit code 1
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from seq2seq.wording import plural


class Seq2SeqError(Exception):
    """An error that a user can fix; its text says what is wrong, where, and how to fix it.

    Args:
        message: for people.
        code: for programs: a stable name of the kind of fault, such as ``data.no-such-file``.
    """

    exit_code = 1

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled with its attributes: a worker process passes it on as it is, whatever ``__init__`` takes."""
        return _unpickled, (type(self), self.args), self.__dict__


def _unpickled(kind: type[Seq2SeqError], arguments: tuple[object, ...]) -> Seq2SeqError:
    return kind.__new__(kind, *arguments)


class ConfigError(Seq2SeqError):
    """A recipe or an option is wrong.

    Args:
        where: the file (or command-line option) that holds the problems.
        problems: one line per problem, ``setting: what is wrong``; all of them, not the first. Lines that begin with a
            blank belong to the problem before them.
        code: for programs.
    """

    exit_code = 2

    def __init__(self, where: str, problems: Sequence[str], *, code: str = "config.invalid") -> None:
        self.where = where
        self.problems = tuple(problems)
        count = sum(not problem.startswith(" ") for problem in self.problems)
        if count == 1 and where.startswith("-"):  # an option is short, and what follows says what is wrong with it
            message = "\n".join([f"{where}: {self.problems[0]}", *self.problems[1:]])
        else:
            shown = f"{where}: {plural(count, 'problem')}"
            message = "\n".join([shown, *(f"  {problem}" for problem in self.problems)])
        super().__init__(message, code=code)


class DataError(Seq2SeqError):
    """A corpus is wrong: ``file:line: what``, then the remedy on lines of its own.

    Args:
        text: what is wrong, and a remedy that holds for every caller.
        settings: a remedy in terms of a recipe's settings (`--set data...`).
        options: the same remedy in terms of the options of commands that read data without a recipe
            (`--source-column ...`); it takes the place of ``settings`` within :func:`advising_options`.
        code: for programs.
    """

    def __init__(self, text: str, *, code: str, settings: str = "", options: str = "") -> None:
        advice = options if _OPTIONS.get() else settings
        super().__init__(f"{text}\n  {advice}" if advice else text, code=code)


class NoExamples(DataError):
    """A corpus has no example to learn from: a stream of shards (`data.stream`) passes over such an epoch."""


_OPTIONS: ContextVar[bool] = ContextVar("options", default=False)


@contextmanager
def advising_options() -> Iterator[None]:
    """Let data errors advise options of the command line, not settings of a recipe."""
    token = _OPTIONS.set(True)
    try:
        yield
    finally:
        _OPTIONS.reset(token)


class ModelError(Seq2SeqError):
    """A model folder is missing, damaged, or newer than this version."""


class CheckpointError(Seq2SeqError):
    """A saved run cannot be continued: says what differs and what it means."""


class TrainingError(Seq2SeqError):
    """Training cannot start or go on: says why and what to try."""


class TeacherError(Seq2SeqError):
    """What a student is to learn from does not answer, or not line by line."""


class PluginError(Seq2SeqError):
    """A component that an installed package, or the running program, adds cannot be used; names the package."""


class TrainingInterrupted(Seq2SeqError):
    """SIGTERM ended training after a checkpoint was saved. Ctrl-C raises :class:`KeyboardInterrupt` instead."""

    exit_code = 143  # 128 + SIGTERM


class MissingExtra(Seq2SeqError):
    """An optional dependency is not installed: says what needs it and the pip command."""


_MEMORY = ("out of memory", "defaultcpuallocator", "not enough memory", "alloc_failed")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory does not suffice: Python's own, or one of torch's, which are known by text."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _MEMORY)
    )


def reason_of(error: BaseException) -> str:
    """The first line of an error's text; for errors of the system, without number and file."""
    return getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
