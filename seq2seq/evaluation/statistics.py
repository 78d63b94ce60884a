"""What is wrong with a set of outputs, or with their references, before any score is looked at."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from seq2seq.text.scripts import count_letters

LOOP: Final = re.compile(r"(.{3,60}?)\1{3}", re.DOTALL)
"""The same 3 to 60 characters four times in a row."""
_JUDGED_LETTERS: Final = 4
"""Letters of an output from which on its script says something: fewer may be an abbreviation."""
_SEGMENTED: Final = {
    "pieces": re.compile("\u2581"),  # where a word begins for sentencepiece
    "bpe": re.compile(r"@@(?=\s|$)|\uffed"),  # where a word goes on for subword-nmt, or for OpenNMT's tokenizer
    # A space before a full stop or a comma; before other marks French has one, too.
    "tokenised": re.compile(r"(?<=\S) [.,\u3002\u3001\uff0c](?=\s|$)| @-@ "),
}


@dataclass(frozen=True, slots=True)
class Segmentation:
    """How many lines are not plain text but segmented for a program: their scores are not comparable with others."""

    lines: int
    tokenised: int
    """With spaces before full stops or commas, and whole words."""
    bpe: int
    """With `@@` (or a joiner) inside words."""
    pieces: int
    """In the pieces of sentencepiece."""

    def remarks(self, what: str) -> list[str]:
        """What a person should know of ``what``, one sentence each: nothing of less than a tenth of the lines."""
        few = max(1, self.lines // 10)
        kinds = (
            (self.tokenised, "have spaces before their punctuation, as tokenised text does: score detokenised text"),
            (self.bpe, "are split into subwords ('@@ '): score whole words (sed -E 's/@@( |$)//g')"),
            (self.pieces, "are split into pieces ('\u2581'): score whole words (sed 's/ //g; s/\u2581/ /g; s/^ //')"),
        )
        return [f"{count} of {self.lines} {what} {how}." for count, how in kinds if count >= few]


@dataclass(frozen=True, slots=True)
class OutputStatistics:
    """Counts of degenerate outputs."""

    sentences: int
    empty: int
    """Outputs of nothing but white space, for sources (or else references) that are not."""
    looping: int
    """Outputs that hold the same 3 to 60 characters, a letter among them, four times in a row."""
    copied: int | None
    """Outputs equal to their source where no reference is; None if the sources are not known."""
    other_script: int
    """Outputs in a script that neither their references have, nor a tenth of the letters of all: another language."""
    segmentation: Segmentation
    """Outputs that are tokenised, or split into subwords."""
    references: Segmentation
    """The same of the references."""
    length_ratio: float | None
    """Characters of the outputs over characters of the references (the mean of several, blank ones left out); None:
    there is nothing in the references."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: of the outputs; those of the references under their name."""
        found = asdict(self) | asdict(self.segmentation)
        del found["segmentation"], found["lines"]
        return found

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        found = []
        if self.empty:
            found.append(f"{self.empty} of {self.sentences} outputs are empty.")
        if self.looping:
            found.append(f"{self.looping} of {self.sentences} outputs repeat themselves.")
        if self.copied:
            found.append(f"{self.copied} of {self.sentences} outputs are their source, untranslated.")
        if self.other_script:
            found.append(f"{self.other_script} of {self.sentences} outputs are in another script than the references.")
        found += self.segmentation.remarks("outputs") + self.references.remarks("references")
        if self.length_ratio is not None and not 0.8 <= self.length_ratio <= 1.25:
            found.append(f"The outputs are {self.length_ratio:.2f} times as long as the references.")
        return found


def output_statistics(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str] | None = None
) -> OutputStatistics:
    """Count the degenerate outputs among N hypotheses.

    Args:
        hypotheses: N outputs.
        references: one or more sets of N references.
        sources: the N sources, if they are known.
    """
    accepted = list(zip(*references, strict=True))
    wanted = sources if sources is not None else [" ".join(lines) for lines in accepted]
    lengths = [[len(line.strip()) for line in lines if line.strip()] for lines in accepted]
    reference_length = sum(sum(row) / len(row) for row in lengths if row)
    output_length = sum(len(hypothesis.strip()) for hypothesis in hypotheses)
    copied = None
    if sources is not None:
        copied = sum(
            bool(source.strip())
            and hypothesis.strip() == source.strip()
            and source.strip() not in map(str.strip, lines)
            for hypothesis, source, lines in zip(hypotheses, sources, accepted, strict=True)
        )
    return OutputStatistics(
        sentences=len(hypotheses),
        empty=sum(not output.strip() and bool(want.strip()) for output, want in zip(hypotheses, wanted, strict=True)),
        looping=sum(repeats(hypothesis) for hypothesis in hypotheses),
        copied=copied,
        other_script=_count_other_script(hypotheses, accepted),
        segmentation=count_segmented(hypotheses),
        references=count_segmented([line for lines in references for line in lines]),
        length_ratio=output_length / reference_length if reference_length else None,
    )


def count_segmented(lines: Sequence[str]) -> Segmentation:
    """Count the lines that are tokenised, or split into subwords; each counts once."""
    found = Counter(
        next((kind for kind, pattern in _SEGMENTED.items() if pattern.search(line) is not None), None) for line in lines
    )
    return Segmentation(len(lines), **{kind: found[kind] for kind in _SEGMENTED})


def _count_other_script(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> int:
    """Count the outputs that are in another script, given the references of each; a few letters are not judged."""
    usual = _count_scripts(reference for accepted in references for reference in accepted)
    common = {script for script, count in usual.items() if count * 10 >= max(1, usual.total())}
    found = 0
    for hypothesis, accepted in zip(hypotheses, references, strict=True):
        letters = _count_scripts([hypothesis])
        if common and letters.total() >= _JUDGED_LETTERS:
            script = max(letters, key=letters.__getitem__)
            found += script not in common and script not in _count_scripts(accepted)
    return found


def _count_scripts(texts: Iterable[str]) -> Counter[str]:
    """How many letters of each script there are; the three of Japanese are one, with that of Chinese."""
    found = count_letters(texts)
    found["CJK"] += found.pop("HIRAGANA", 0) + found.pop("KATAKANA", 0)
    return found


def repeats(text: str) -> bool:
    """Whether a text holds the same 3 to 60 characters, a letter among them, four times in a row."""
    return any(any(map(str.isalpha, match[1])) for match in LOOP.finditer(f"{text} "))
