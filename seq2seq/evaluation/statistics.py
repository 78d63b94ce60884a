"""Degenerate outputs and segmented text, which explain low scores or make them incomparable."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from string import punctuation
from typing import Final

from seq2seq.text.scripts import count_letters

LOOP: Final = re.compile(r"(.{3,60}?)\1{3}", re.DOTALL)
"""The same 3 to 60 characters four times in a row."""
_LONGEST_PHRASE: Final = 4
"""Words of a phrase that counts if it follows itself, at most."""
_JUDGED_LETTERS: Final = 4
"""Least number of letters of an output whose script is judged: fewer may be an abbreviation."""
_SEGMENTED: Final = {
    "pieces": re.compile("\u2581"),  # the beginning of a word in sentencepiece
    "bpe": re.compile(r"@@(?=\s|$)|\uffed"),  # the joiner of subword-nmt, or of OpenNMT's tokenizer
    # A space before a full stop or a comma; French has one before other marks.
    "tokenised": re.compile(r"(?<=\S) [.,\u3002\u3001\uff0c](?=\s|$)| @-@ "),
}


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Numbers of lines that are segmented for a program, so that their scores are not comparable with others."""

    lines: int
    tokenised: int
    """Lines with spaces before full stops or commas, and whole words."""
    bpe: int
    """Lines with `@@` (or a joiner) inside words."""
    pieces: int
    """Lines in sentencepiece's pieces."""

    def remarks(self, what: str) -> list[str]:
        """Remarks about ``what``, one sentence each, for kinds of at least a tenth of the lines."""
        few = max(1, self.lines // 10)
        kinds = (
            (self.tokenised, "spaces before punctuation, as in tokenised text; score detokenised text"),
            (self.bpe, "split into subwords ('@@ '); score whole words (sed -E 's/@@( |$)//g')"),
            (self.pieces, "split into pieces ('\u2581'); score whole words (sed 's/ //g; s/\u2581/ /g; s/^ //')"),
        )
        return [f"{count} of {self.lines} {what}: {how}." for count, how in kinds if count >= few]


@dataclass(frozen=True, slots=True)
class OutputStatistics:
    """Counts of degenerate outputs."""

    sentences: int
    empty: int
    """Outputs of only white space, for sources (or references, if sources are unknown) with text."""
    looping: int
    """Outputs that repeat 3 to 60 characters, with a letter among them, four times in a row (:func:`repeats`)."""
    copied: int | None
    """Outputs equal to their source where no reference is; None if the sources are unknown."""
    other_script: int
    """Outputs in a script of neither their references nor a tenth of all reference letters: another language."""
    segmentation: Segmentation
    """Outputs that are tokenised, or split into subwords."""
    references: Segmentation
    """References that are tokenised, or split into subwords."""
    length_ratio: float | None
    """Characters of the outputs divided by those of the references (the mean of several, without blank ones); None: the
    references are empty."""
    cut: int | None = None
    """Outputs that were cut at the maximum length; None: unknown, as for the outputs of a file."""
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict, repr=False, compare=False)
    """The degenerate outputs, by kind: ``empty``, ``looping``, ``copied``, ``other_script``, ``cut``."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the counts of outputs; those of references under their name."""
        content = asdict(self) | asdict(self.segmentation)
        del content["segmentation"], content["lines"], content["rows"]
        return content

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        kinds = {
            "empty": self.empty,
            "repeated text": self.looping,
            "the source, untranslated": self.copied,
            "in another script than the references": self.other_script,
        }
        found = [f"{count} of {self.sentences} outputs: {kind}." for kind, count in kinds.items() if count]
        found += self.segmentation.remarks("outputs") + self.references.remarks("references")
        if self.length_ratio is not None and not 0.8 <= self.length_ratio <= 1.25:
            found.append(f"The outputs are {self.length_ratio:.2f} times as long as the references.")
        return found


def output_statistics(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    sources: Sequence[str] | None = None,
    *,
    cut: Sequence[int] | None = None,
) -> OutputStatistics:
    """Find the degenerate outputs among N hypotheses, with one or more sets of N references, and sources if known.

    ``cut`` are the outputs that were cut at the maximum length, if it is known which.
    """
    accepted = list(zip(*references, strict=True))
    wanted = sources if sources is not None else [" ".join(lines) for lines in accepted]
    lengths = [[len(line.strip()) for line in lines if line.strip()] for lines in accepted]
    reference_length = sum(sum(row) / len(row) for row in lengths if row)
    output_length = sum(len(hypothesis.strip()) for hypothesis in hypotheses)
    rows = {
        "empty": [
            row
            for row, (output, want) in enumerate(zip(hypotheses, wanted, strict=True))
            if not output.strip() and want.strip()
        ],
        "looping": [row for row, hypothesis in enumerate(hypotheses) if repeats(hypothesis)],
        "copied": [] if sources is None else _copied(hypotheses, accepted, sources),
        "other_script": _in_other_script(hypotheses, accepted),
        "cut": list(cut or ()),
    }
    return OutputStatistics(
        sentences=len(hypotheses),
        empty=len(rows["empty"]),
        looping=len(rows["looping"]),
        copied=None if sources is None else len(rows["copied"]),
        other_script=len(rows["other_script"]),
        segmentation=count_segmented(hypotheses),
        references=count_segmented([line for lines in references for line in lines]),
        length_ratio=output_length / reference_length if reference_length else None,
        cut=None if cut is None else len(cut),
        rows=rows,
    )


def _copied(hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str]) -> list[int]:
    """The outputs equal to their source where no reference is."""
    return [
        row
        for row, (hypothesis, source, lines) in enumerate(zip(hypotheses, sources, references, strict=True))
        if source.strip() and hypothesis.strip() == source.strip() and source.strip() not in map(str.strip, lines)
    ]


def count_segmented(lines: Sequence[str]) -> Segmentation:
    """Count the lines that are tokenised, or split into subwords; each line counts once."""
    found = Counter(
        next((kind for kind, pattern in _SEGMENTED.items() if pattern.search(line) is not None), None) for line in lines
    )
    return Segmentation(len(lines), **{kind: found[kind] for kind in _SEGMENTED})


def _in_other_script(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> list[int]:
    """The outputs in another script than their references; outputs of a few letters are not judged."""
    all_letters = _count_scripts(reference for accepted in references for reference in accepted)
    common = {script for script, count in all_letters.items() if count * 10 >= max(1, all_letters.total())}
    found = []
    for row, (hypothesis, accepted) in enumerate(zip(hypotheses, references, strict=True)):
        letters = _count_scripts([hypothesis])
        if common and letters.total() >= _JUDGED_LETTERS:
            script = max(letters, key=letters.__getitem__)
            if script not in common and script not in _count_scripts(accepted):
                found.append(row)
    return found


def _count_scripts(texts: Iterable[str]) -> Counter[str]:
    """Letters by script; those of Japanese and Chinese are one."""
    found = count_letters(texts)
    found["CJK"] += found.pop("HIRAGANA", 0) + found.pop("KATAKANA", 0)
    return found


def repeats(text: str) -> bool:
    """Whether a text repeats 3 to 60 characters, with a letter among them, four times in a row.

    This judges texts, whatever wrote them; search warns by the same idea on tokens, before there is text
    (:func:`seq2seq.search.hypothesis.loops`).
    """
    return any(any(map(str.isalpha, match[1])) for match in LOOP.finditer(f"{text} "))


def count_repeated_phrases(text: str) -> int:
    """The number of phrases, of 1 to 4 words, that follow themselves at once; case and punctuation aside."""
    words = [word.strip(punctuation) for word in text.casefold().split()]
    return sum(
        words[place : place + length] == words[place + length : place + 2 * length]
        for length in range(1, _LONGEST_PHRASE + 1)
        for place in range(len(words) - 2 * length + 1)
    )
