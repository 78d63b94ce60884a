"""The report on prepared data, for people and for the cache."""

from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any, Self

from seq2seq.wording import listed, plural

_WORDS = {
    "held out": "held out for dev or test",
    "text stands in what is held out": "whose text stands in what is held out",
    "longer than max_length": "longer than data.filters.max_length",
    "length ratio above max_ratio": "with a length ratio above data.filters.max_ratio",
}
"""Wordings of rules after a number of rows, where they differ from the name of the rule."""
_SHOWN = 10
"""Labels that a message names; the others are counted."""
_UNBALANCED = 10
"""A split in which a label has more than this many times the examples of another is badly unbalanced."""


@dataclass(frozen=True)
class SplitReport:
    """The report on one split."""

    name: str
    """Source of the rows, for messages."""
    rows: int
    """Good rows read (for a held-out split: sampled)."""
    kept: int
    """Examples prepared."""
    source_tokens: int
    target_tokens: int
    """Tokens, without BOS, EOS included."""
    unknown_tokens: int
    """Tokens that are UNK: text that the vocabulary lacks."""
    byte_tokens: int = 0
    """Tokens that are single bytes of characters that the vocabulary lacks (byte fallback)."""
    skipped: int = 0
    """Malformed rows left out (``skip_bad``)."""
    notes: tuple[str, ...] = ()
    """Remarks on how it was read."""
    removed: dict[str, int] = field(default_factory=dict)
    """Rows that each rule left out."""
    empty: int = 0
    """Examples with a side that should not be blank (dev and test are never changed)."""
    in_train: int = 0
    """Examples whose text stands in the training split, too (dev and test)."""
    coverage: str | None = None
    """Parts of dev or test that the vocabulary lacks, in words; None: none."""
    protected: int = 0
    """Spans of the sources that are copied, as symbols."""
    unprotected: int = 0
    """Spans of the sources that remain text, since the targets have them more or less often."""
    labels: dict[str, int] = field(default_factory=dict)
    """Examples per label, where targets are labels, the most frequent first; 0 of one that is only probable."""

    @property
    def lacking(self) -> str | None:
        """Unknown tokens and bytes, as counts and shares of all tokens except EOS; None: there are none."""
        total = max(self.source_tokens + self.target_tokens - 2 * self.kept, 1)
        counts = (("unknown tokens", self.unknown_tokens), ("byte tokens", self.byte_tokens))
        return ", ".join(f"{what} {count:,} ({count / total:.3%})" for what, count in counts if count) or None

    def left_out(self, *, series: bool = False) -> list[str]:
        """What was left out and why, and how the rest was read, for people; of ``series``, no row is left out."""
        rules = [f"{count:,} {_WORDS.get(rule, rule)}" for rule, count in self.removed.items() if count]
        if self.skipped:
            rules.insert(0, f"{self.skipped:,} malformed")
        return [*([f"rows left out: {', '.join(rules)}"] if rules and not series else []), *self.notes]


@dataclass(frozen=True)
class Report:
    """The report on prepared data."""

    train: SplitReport
    dev: SplitReport | None
    """None: only training data were prepared, such as shards of a stream."""
    test: SplitReport | None
    source_vocabulary: int
    target_vocabulary: int
    joint: bool
    replay: SplitReport | None = None
    """The report on other data that are mixed into training."""
    channels: int | None = None
    """Numbers of a step, where one side is vectors."""
    writes_vectors: bool = False
    """Whether that side is the targets."""
    series: str | None = None
    """What is read of a step, in words, where series are continued."""
    growth: tuple[str, ...] = ()
    """How the vocabularies of the model that is fine-tuned fit the new text, one line each."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """The inverse of :meth:`to_dict`."""
        splits = {
            name: None
            if content[name] is None
            else SplitReport(**{**content[name], "notes": tuple(content[name]["notes"])})
            for name in ("train", "dev", "test", "replay")
        }
        return cls(**{**content, **splits, "growth": tuple(content["growth"])})

    def lines(self) -> list[str]:
        """A few lines for people."""
        lines = []
        for title, split in (("train", self.train), ("replay", self.replay), ("dev", self.dev), ("test", self.test)):
            if split is None:
                continue
            of = f" of {split.rows:,}" if split.kept != split.rows else ""
            mean = (split.source_tokens / max(split.kept, 1), split.target_tokens / max(split.kept, 1))
            size = f"{mean[0]:.1f} + {mean[1]:.1f} tokens (source + target, ends counted)"
            if self.channels is not None:
                size = f"{mean[self.writes_vectors]:.1f} steps of {plural(self.channels, 'number')}"
            if self.series is not None:
                size = f"{mean[0]:.1f} + {mean[1]:.1f} steps (context + horizon)"
            lines.append(f"{title:<6} {split.kept:,}{of} examples from {split.name}; {size}")
            lines.extend(f"       {line}" for line in split.left_out(series=self.series is not None))
            if split.protected or split.unprotected:
                rest = f"; {split.unprotected:,} that the target has more or less often remain text"
                lines.append(f"       {split.protected:,} spans become symbols{rest if split.unprotected else ''}")
            if split.in_train and self.series is None:  # of series, a remark says so
                lines.append(f"       {plural(split.in_train, 'text')} also in train")
            if split.labels:
                shown = [f"{name} {count:,}" for name, count in list(split.labels.items())[:_SHOWN]]
                more = f", and {plural(len(split.labels) - _SHOWN, 'more label')}" if len(split.labels) > _SHOWN else ""
                lines.append(f"       {', '.join(shown)}{more}")
            if lacking := split.coverage or split.lacking:
                lines.append(f"       {lacking}")
        lines.append(self._vocabulary())
        lines.extend(f"       {line}" for line in self.growth)
        return lines

    def _vocabulary(self) -> str:
        """The sizes of the vocabularies, or of what stands in the place of one."""
        if self.channels is not None:
            marks = (self.target_vocabulary if self.writes_vectors else self.source_vocabulary) - self.channels
            return f"channels  {self.channels}" + (f", {marks} of them with missing numbers" if marks else "")
        if self.series is not None:
            return f"series  {self.series}"
        kind = "joint" if self.joint else "separate"
        sizes = f"{self.source_vocabulary:,}" + ("" if self.joint else f" + {self.target_vocabulary:,}")
        return f"vocabulary  {sizes} tokens, {kind}"

    def warnings(self, *, sample: bool = False) -> list[tuple[str, str]]:
        """Warnings for the user: codes and messages; where train is a ``sample``, none about the labels that it has."""
        warnings: list[tuple[str, str]] = []
        others = [(title, split) for title, split in (("dev", self.dev), ("test", self.test)) if split is not None]
        for title, split in others:
            if split.empty:
                text = f"{title}: a blank side in {plural(split.empty, 'example')} of {split.name}; scored, too."
                warnings.append(("data.blank-side", text))
            if sample:
                continue
            if missing := [name for name in self.train.labels if name not in split.labels]:
                text = f"{title}: no example of the label {listed(missing, _SHOWN)}; its scores there mean nothing."
                warnings.append(("data.label-missing", text))
            if unknown := [name for name in split.labels if name not in self.train.labels]:
                text = f"{title}: the label {listed(unknown, _SHOWN)} is not in train; its examples count as wrong."
                warnings.append(("data.label-unknown", text))
        for title, split in others if sample else (("train", self.train), *others):
            counts = {name: count for name, count in split.labels.items() if count}
            if counts and max(counts.values()) > _UNBALANCED * min(counts.values()):
                most, least = max(counts.items(), key=itemgetter(1)), min(counts.items(), key=itemgetter(1))
                text = (
                    f"{title} is badly unbalanced: {plural(most[1], 'example')} of '{most[0]}', "
                    f"{least[1]:,} of '{least[0]}'. "
                    "Prefer macro-F1 to accuracy; --set training.class_weights=balanced may help."
                )
                warnings.append(("data.unbalanced", text))
        if len(self.train.labels) == 1 and not sample:
            text = f"train has a single label, {listed(list(self.train.labels))}: there is nothing to learn."
            warnings.append(("data.single-label", text))
        return warnings
