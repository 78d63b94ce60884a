"""Text that a translator copies: spans of the sources as symbols, and how often a search is to write each."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from seq2seq.errors import ModelError
from seq2seq.search.phrases import Borders, Phrase, Requirement
from seq2seq.text.markup.spans import Span
from seq2seq.text.protection import CLOSING, ProtectedText, Protection
from seq2seq.text.tokenizer import SPACE, Tokenizer
from seq2seq.text.vocabulary.pair import VocabularyPair


class Copying:
    """The way of a translator with text that it copies, whose spans its protection finds.

    Raises:
        ModelError: its tokenizers lack the symbols.
    """

    def __init__(self, protection: Protection, tokenizers: VocabularyPair) -> None:
        source, target = tokenizers.source, tokenizers.target
        assert isinstance(source, Tokenizer)
        assert isinstance(target, Tokenizer)
        symbols = protection.symbols
        if lacking := [symbol for symbol in symbols if not (symbol in source.symbols and symbol in target.symbols)]:
            raise ModelError(
                f"The model's vocabulary lacks '{lacking[0]}', a symbol of its settings data.protect and "
                "tokenizer.symbols.\n  The recipe in its config.json was changed, or another version wrote it: "
                "train it again.",
                code="model.no-symbols",
            )
        self._protection = protection
        self._tokens = {source.symbols[symbol]: target.symbols[symbol] for symbol in symbols}
        """The target token of each source token that is a symbol."""
        self.pairs = {
            target.symbols[closing]: target.symbols[CLOSING[closing]] for closing in CLOSING if closing in symbols
        }
        """The opening target token of each closing one."""
        self.space = target.token(SPACE)
        """The target token of a space."""
        nowhere = np.zeros(target.size, dtype=np.bool_)
        self.borders = Borders(nowhere, nowhere, nowhere)
        """Symbols are no words: they stand anywhere."""

    def protect(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]] | None = None,
        *,
        prefix: ProtectedText | None = None,
    ) -> list[ProtectedText]:
        """Texts with symbols in place of their spans, which are found if they are not given.

        Spans that a ``prefix`` of the translations has, too, get the same symbols.
        """
        given = [None] * len(texts) if spans is None else spans
        return [self._protection.protect(text, own, known=prefix) for text, own in zip(texts, given, strict=True)]

    def protect_target(self, target: str, source: ProtectedText) -> str:
        """A translation with the symbols of its source."""
        return self._protection.protect_target(target, source)

    def requirements(self, source: Sequence[int], prefix: Sequence[int]) -> list[Requirement]:
        """The symbols to be written after a prefix, each where the model attends to it; by token ids, as a budget."""
        left = Counter(self.budget(source, prefix))
        found = []
        for place, token in enumerate(source):
            symbol = self._tokens.get(token)
            if symbol is not None and left[symbol] > 0:
                left[symbol] -= 1
                found.append(Requirement((Phrase((symbol,)),), (place, place + 1)))
        return found

    def budget(self, source: Sequence[int], prefix: Sequence[int]) -> Mapping[int, int]:
        """How often each symbol is to be written after a prefix, by the token ids of source (maybe cut) and prefix."""
        budget = dict.fromkeys(self._tokens.values(), 0)
        budget |= Counter(self._tokens[token] for token in source if token in self._tokens)
        for closing, opening in self.pairs.items():
            budget[closing] = budget[opening] = min(budget[closing], budget[opening])
        for token in prefix:
            if budget.get(token):
                budget[token] -= 1
        return budget
