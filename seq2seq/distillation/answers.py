"""What a teacher has answered, on disk: its work is the expensive part, and is neither lost nor mixed up.

```
answers/DIGEST/        of one teacher with its settings; those of others lie beside it
  teacher.json         which teacher it is
  DIGEST.jsonl         a shard, written at once: a line about it, then a line for each source
```

A shard's first line has the number of its sources, their digest and that of the rest of the file; each other line has a
source beside its answers: translations, or labels with their probabilities. So an answer is found by the text of its
source, wherever that stands in the data, and however many lines a shard has: nothing can be shifted, and data that have
grown cost what is new. Several processes, on several machines too, may add answers at the same time.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from seq2seq import log
from seq2seq.distillation.teachers.teacher import Answer, Identity
from seq2seq.storage.atomic import atomic_stream, sync

FOLDER: Final = "answers"
_TEACHER: Final = "teacher.json"
_ENDING: Final = ".jsonl"
_LETTERS: Final = 16
"""Hexadecimal digits of a digest in the name of a file."""


class Answers:
    """The answers of one teacher.

    Args:
        run: the folder of the distillation.
        identity: of the teacher.
    """

    def __init__(self, run: Path, identity: Identity) -> None:
        settings = json.dumps(identity.settings, sort_keys=True)
        self.folder = run / FOLDER / _digest(settings)[:_LETTERS]
        self._known: dict[str, list[Answer]] = {}
        self._seconds = 0.0
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(_TEACHER, json.dumps(identity.to_dict(), ensure_ascii=False, indent=2) + "\n")
        for file in sorted(self.folder.glob(f"*{_ENDING}")):
            self._known |= self._read(file)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, source: str) -> bool:
        return source in self._known

    def __getitem__(self, source: str) -> list[Answer]:
        """The answers to a source, best first."""
        return self._known[source]

    @property
    def rate(self) -> float | None:
        """Sources per second that the teacher answered while it was asked for one shard; None: not known."""
        return len(self._known) / self._seconds if self._seconds else None

    def add(self, sources: Sequence[str], answers: Sequence[Sequence[Answer]], seconds: float) -> None:
        """Keep the answers to some sources, which took some seconds: on disk when this returns."""
        rows = [
            json.dumps({"source": source, "answers": [list(one) for one in some]}, ensure_ascii=False)
            for source, some in zip(sources, answers, strict=True)
        ]
        body = "".join(f"{row}\n" for row in rows)
        digest = _digest("\n".join(sources))
        head = {"sources": len(sources), "digest": digest, "content": _digest(body), "seconds": round(seconds, 3)}
        self._write(f"{digest[:_LETTERS]}{_ENDING}", f"{json.dumps(head)}\n{body}")
        self._known |= {source: list(some) for source, some in zip(sources, answers, strict=True)}
        self._seconds += seconds

    def _write(self, name: str, content: str) -> None:
        """Write a file whole; processes of other machines may write the same one at the same time."""
        with atomic_stream(self.folder / name) as file:
            file.write(content.encode())
        sync(self.folder)

    def _read(self, file: Path) -> dict[str, list[Answer]]:
        """The answers of a shard; none of one that is damaged, which is asked for again."""
        found: dict[str, list[Answer]] | None = None
        with suppress(OSError, ValueError, LookupError, TypeError):
            head, _, body = file.read_text(encoding="utf-8").partition("\n")
            found = _checked(json.loads(head), body)
            self._seconds += float(json.loads(head)["seconds"])
        if found is None:
            log.warn(f"{file}: damaged; its lines are asked for again", code="distill.damaged-shard")
            file.unlink(missing_ok=True)
        return found or {}


def _checked(head: Any, body: str) -> dict[str, list[Answer]] | None:
    """The answers of a shard, if it is as it was written."""
    if _digest(body) != head["content"]:
        return None
    rows = [json.loads(row) for row in body.split("\n")[:-1]]
    sources = [row["source"] for row in rows]
    if len(rows) != head["sources"] or _digest("\n".join(sources)) != head["digest"]:
        return None
    named = "answers" if all("answers" in row for row in rows) else "translations"  # as earlier versions called them
    return {row["source"]: [Answer(*one) for one in row[named]] for row in rows}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
