"""A program as a teacher: lines to its standard input, as many lines from its standard output."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from pydantic import JsonValue

from seq2seq.distillation.teachers.teacher import TRANSLATION, Answer, Identity, Task, one_line
from seq2seq.errors import TeacherError
from seq2seq.log import visible
from seq2seq.text.vocabulary.soft_labels import read_soft_label
from seq2seq.wording import plural

_SHOWN: Final = 300
"""Most characters of a program's messages that are shown."""


@dataclass(frozen=True)
class CommandTeacher:
    """Runs a command for each shard.

    A program that drops or adds a line would shift all that follow. So lines are counted; where they are too few or too
    many, the halves are asked for again, until the line is found at which it happens.
    """

    command: str
    """For the shell: ``apertium -f line en-es``."""
    task: Task = TRANSLATION
    at_once: int = 1

    @property
    def identity(self) -> Identity:
        """The command; what the program itself depends on is not known."""
        settings: dict[str, JsonValue] = {"command": self.command}
        return Identity(self.command, settings=settings | ({} if self.task == TRANSLATION else {"task": self.task}))

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        """Its lines; see :meth:`~seq2seq.distillation.teachers.teacher.Teacher.answer`."""
        lines = self._run(sources)
        if len(lines) == len(sources):
            return [[Answer(line)] for line in lines] if self.task == TRANSLATION else list(map(self._labels, lines))
        if len(sources) == 1:
            raise TeacherError(
                f"{self.command}: wrote {plural(len(lines), 'line')} for the line {visible(sources[0])!r}.\n"
                "  A teacher writes one line for each that it reads. Take that line out of the data.",
                code="distill.teacher-lines",
            )
        middle = len(sources) // 2
        return [*self.answer(sources[:middle]), *self.answer(sources[middle:])]

    def _labels(self, line: str) -> list[Answer]:
        """A label, or those of a JSON object, the most probable first; of a blank line, none."""
        try:
            found = read_soft_label(line)
        except ValueError as error:
            raise TeacherError(
                f"{self.command}: wrote {visible(line[:_SHOWN])!r}, which {error}.\n"
                '  It writes a label for each line, or probabilities as JSON, such as {"joy": 0.9, "sadness": 0.1}.',
                code="distill.teacher-label",
            ) from None
        return [Answer(*one) for one in sorted(found.items(), key=itemgetter(1), reverse=True)]

    def _run(self, sources: Sequence[str]) -> list[str]:
        text = "".join(f"{one_line(source)}\n" for source in sources)
        # Through the shell, as it was typed: the command is the user's own.
        ended = subprocess.run(self.command, shell=True, input=text.encode(), capture_output=True, check=False)
        if ended.returncode:
            said = ended.stderr.decode(errors="replace").strip()[-_SHOWN:]
            raise TeacherError(
                f"{self.command}: ended with code {ended.returncode}{': ' if said else ''}{visible(said)}\n"
                "  Try it alone: it reads lines of text, and writes as many.",
                code="distill.teacher-failed",
            )
        *lines, rest = ended.stdout.decode(errors="replace").split("\n")
        return [line.removesuffix("\r") for line in (*lines, *([rest] if rest else []))]
