"""Language identification of many texts at once, with the model of py3langid.

The model is naive Bayes over byte n-grams (Lui and Baldwin 2012), which an automaton finds in one pass over the bytes.
All texts are read in parallel, one byte of each at a time, by array look-ups.

Letters: N texts, L languages, F n-grams of the texts together.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq import extras
from seq2seq.inspection.engine.texts import Ragged, sums

LANGUAGES: Final[dict[str, str]] = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean",
    "ku": "Kurdish", "ky": "Kyrgyz", "la": "Latin", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "my": "Burmese",
    "ne": "Nepali", "nl": "Dutch", "nn": "Nynorsk", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "si": "Sinhala", "sk": "Slovak",
    "sl": "Slovenian", "so": "Somali", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "uz": "Uzbek", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""Languages of parallel texts, and their names; the other languages of the model are too rare to be considered."""
RELATED: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(group.split())
    for group in (
        "es pt gl ca it la eo", "da no nn sv is", "hr sr bs sl mk", "id ms", "cs sk", "ru uk be bg mk sr", "nl af",
        "hi mr ne", "tr az uz", "kk ky", "fa ur ps ku ar", "fi et", "ro it", "ja zh", "fr ca gl",
    )
)  # fmt: skip
"""Languages that cannot be distinguished by a few words."""
RARE: Final = frozenset({"af", "bs", "ca", "cy", "eu", "ga", "gl", "ku", "nn", "so", "sq", "sw", "tl", "uz"})
"""Rare languages, which a few words of others are mistaken for."""
UNLIKELY: Final = frozenset({"la", "eo"})
"""Languages that names and rare words are mistaken for, and that hardly any text is in by mistake."""
LONGEST: Final = 400
"""Most bytes of a text that are read."""


class LanguageIdentifier:
    """The model, for all languages of :data:`LANGUAGES`."""

    def __init__(self) -> None:
        extras.require("py3langid", "Identifying languages")
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        model = LanguageIdentifier.from_model_file(MODEL_FILE)
        known = list(model.nb_classes)
        self.languages: tuple[str, ...] = tuple(name for name in LANGUAGES if name in known)
        """(L,) their codes."""
        columns = [known.index(name) for name in self.languages]
        self._next = np.asarray(model.tk_nextmove, np.uint32)
        self._row = np.asarray(model.tk_row, np.int64) << 8
        self._feature = np.asarray(model.tk_output, np.int32)
        self._table = np.ascontiguousarray(model.nb_ptc[:, columns]).astype(np.float32)
        self._prior = np.asarray(model.nb_pc, np.float32)[columns]
        self._gains: dict[tuple[str, ...], NDArray[np.float32]] = {}

    def features(self, texts: list[str]) -> "Features":
        """The features of N texts without markup."""
        coded = [_encoded(text) for text in texts]
        sizes = np.fromiter(map(len, coded), np.int64, len(coded))
        rows, numbers, counts = self._count(coded, sizes)
        return Features(np.searchsorted(rows, np.arange(len(texts) + 1)), numbers, np.log1p(counts), sizes)

    def score(self, features: "Features") -> NDArray[np.float32]:
        """(N, L) log-probabilities of naive Bayes, which are overconfident."""
        return self._prior + sums(self._table[features.numbers] * features.weights[:, None], features.starts)

    def likeness(self, features: "Features", languages: Sequence[str]) -> NDArray[np.float32]:
        """(N,) nats per feature by which the best of some languages explains a text better than the average of all."""
        key = tuple(languages)
        if key not in self._gains:
            columns = [self.languages.index(name) for name in key]
            mean = self._table.mean(1, keepdims=True)
            self._gains[key] = np.ascontiguousarray(self._table[:, columns] - mean)
        gains = self._gains[key][features.numbers] * features.weights[:, None]
        total = sums(features.weights[:, None], features.starts)[:, 0]
        likeness: NDArray[np.float32] = sums(gains, features.starts).max(1) / np.maximum(total, 1e-9)
        return likeness

    def _count(
        self, coded: list[bytes], lengths: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Three arrays (F,): text, ascending; feature of the text; its count."""
        order = np.argsort(-lengths, kind="stable")
        codes = np.frombuffer(b"".join(coded), np.uint8)
        begins = np.concatenate([[0], np.cumsum(lengths)])[:-1][order]
        longest = int(lengths.max(initial=0))
        active = len(coded) - np.searchsorted(np.sort(lengths), np.arange(longest), side="right")
        state = np.zeros(len(coded), np.int64)
        keys = [np.zeros(0, np.int64)]
        features = np.int64(len(self._table))
        for place, count in enumerate(active.tolist()):
            state = state[:count]
            state = self._next[self._row[state] + codes[begins[:count] + place]].astype(np.int64)
            feature = self._feature[state]
            hit = np.flatnonzero(feature >= 0)
            keys.append(order[hit] * features + feature[hit])
        unique, counts = np.unique(np.concatenate(keys), return_counts=True)
        return unique // features, unique % features, counts.astype(np.float32)


@dataclass(eq=False)
class Features(Ragged):
    """The n-grams of texts that the model knows."""

    numbers: NDArray[np.int64]
    """(F,) numbers of the n-grams."""
    weights: NDArray[np.float32]
    """(F,) log(1 + count) of each n-gram."""
    sizes: NDArray[np.int64]
    """(N,) bytes of each text."""

    def take(self, texts: NDArray[np.int64]) -> "Features":
        """The n-grams of some texts, in the order given."""
        starts, places = self.places(texts)
        return Features(starts, self.numbers[places], self.weights[places], self.sizes[texts])


@cache
def identifier() -> LanguageIdentifier:
    """The model, loaded once."""
    return LanguageIdentifier()


def _encoded(text: str) -> bytes:
    """The bytes of a text that the model reads; text in capitals is lower-cased."""
    text = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
    return text.encode("utf-8", "surrogatepass")[:LONGEST]


def related(one: str, other: str) -> bool:
    """Whether two languages cannot be distinguished by a few words."""
    return one == other or any(one in group and other in group for group in RELATED)
