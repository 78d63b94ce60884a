"""What is distilled, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, get_args

from seq2seq.config.data import Location
from seq2seq.config.overrides import Overrides
from seq2seq.distillation.ask import SHARD
from seq2seq.distillation.teachers.open import TeacherOptions

Pick = Literal["score", "reference", "all"]
"""Of several translations: the one that the teacher likes best; the one nearest to the reference (sequence-level
interpolation: Kim and Rush 2016, section 3.2.2), where there is one; or all of them."""
Size = Literal["tiny", "small", "base"]
SIZES: Final[tuple[Size, ...]] = get_args(Size)
DROP: Final = 0.05
"""Share of the pairs that a reverse model drops."""


@dataclass(frozen=True)
class DistillationOptions:
    """What is distilled, and how."""

    teacher: TeacherOptions = field(default_factory=TeacherOptions)
    monolingual: Sequence[Path] = ()
    """Text files with further sources, one per line."""
    columns: Mapping[str, str | int] = field(default_factory=dict)
    """Columns `source` and `target` of the data, where they are named."""
    dev: Location | None = None
    test: Location | None = None
    shard: int = SHARD
    """Sources that the teacher is asked for together."""
    pick: Pick = "score"
    """Which of several translations the student learns."""
    reverse: str | None = None
    """A model of the other direction, which finds bad translations."""
    drop: float = DROP
    """Share (0 to 1) of the pairs that it drops."""
    with_references: bool = False
    """Whether the student learns the data's own translations or labels, too."""
    size: Size = "small"
    baseline: bool = True
    """Whether the same student is trained without the teacher, too, where there are references."""
    overrides: Overrides = ()
    """Settings of the student's recipe to change."""
