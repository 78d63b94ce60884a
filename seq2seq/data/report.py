"""What preparing the data did, for people and for the model folder."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class SplitReport:
    """What became of one split."""

    name: str
    """Where it came from."""
    rows: int
    """Good rows read (for a held-out split: drawn)."""
    kept: int
    """Examples prepared."""
    source_tokens: int
    target_tokens: int
    """Tokens, without BOS, EOS included."""
    unknown_tokens: int
    """Of those, UNK: stretches that the vocabulary lacks."""
    byte_tokens: int = 0
    """Of those, single bytes of characters that the vocabulary lacks (byte fallback)."""
    skipped: int = 0
    """Malformed rows left out (``skip_bad``)."""
    joined: int = 0
    """Rows in which a line break inside a field became a space."""
    removed: dict[str, int] = field(default_factory=dict)
    """Rows that each rule left out."""
    empty: int = 0
    """Examples kept though a side is blank (dev and test are never changed)."""
    in_train: int = 0
    """Examples whose source stands in the training split, too (dev and test)."""
    coverage: str | None = None
    """What of dev or test the vocabulary lacks, in words; None: nothing."""

    @property
    def lacking(self) -> str | None:
        """What the vocabulary lacks, as counts and shares of all tokens but EOS; None: nothing."""
        total = max(self.source_tokens + self.target_tokens - 2 * self.kept, 1)
        counts = (("unknown tokens", self.unknown_tokens), ("byte tokens", self.byte_tokens))
        return ", ".join(f"{what} {count:,} ({count / total:.3%})" for what, count in counts if count) or None


@dataclass(frozen=True)
class Report:
    """What preparing the data did."""

    train: SplitReport
    dev: SplitReport
    test: SplitReport | None
    source_vocabulary: int
    target_vocabulary: int
    joint: bool

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        """What :meth:`to_dict` wrote."""
        splits = {
            name: None if found[name] is None else SplitReport(**found[name]) for name in ("train", "dev", "test")
        }
        return cls(**{**found, **splits})

    def lines(self) -> list[str]:
        """A few lines for people."""
        lines = []
        for title, split in (("train", self.train), ("dev", self.dev), ("test", self.test)):
            if split is None:
                continue
            pairs = f"{split.kept:,} of {split.rows:,} pairs" if split.kept != split.rows else f"{split.kept:,} pairs"
            mean = (split.source_tokens / max(split.kept, 1), split.target_tokens / max(split.kept, 1))
            lines.append(f"{title:<5}  {pairs} from {split.name}; {mean[0]:.1f} + {mean[1]:.1f} tokens a pair")
            rules = [f"{rule} {count:,}" for rule, count in split.removed.items()]
            if split.skipped:
                rules.insert(0, f"malformed {split.skipped:,}")
            if rules:
                lines.append(f"       left out: {', '.join(rules)}")
            if split.joined:
                lines.append(f"       a line break inside a field became a space in {split.joined:,} rows")
            if split.in_train:
                verb = "source stands" if split.in_train == 1 else "sources stand"
                lines.append(f"       {split.in_train:,} {verb} in train, too")
            if lacking := split.coverage or split.lacking:
                lines.append(f"       {lacking}")
        kind = "joint" if self.joint else "separate"
        sizes = f"{self.source_vocabulary:,}" + ("" if self.joint else f" + {self.target_vocabulary:,}")
        lines.append(f"vocabulary  {sizes} tokens, {kind}")
        return lines

    def warnings(self) -> list[str]:
        """What people should look at."""
        return [
            f"{title}: {split.empty:,} pairs of {split.name} have a blank side; they are kept, and scored."
            for title, split in (("dev", self.dev), ("test", self.test))
            if split is not None and split.empty
        ]
