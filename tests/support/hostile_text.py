"""Texts that a tokenizer finds hard: every script and sign of Unicode, spaces and controls of all kinds, emoji, marks.

All of it is a function of the seed, and of Python's version of Unicode, by which some texts are normalised.
"""

import random
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

_SPACES: Final = (
    " \t\n\r\v\f\x1c\x85\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u180e\u200b\u2060\ufeff\u2581\u2585"  # and what looks like one, or is read as one
)
_CONTROLS: Final = (
    "".join(map(chr, range(0x20))) + "\x7f\x80\x9f\xad\u061c\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2069\ufff9\ufffb\U000e0001\U000e0041\U000e007f"
)
_SPECIAL: Final = [
    "<s>",
    "</s>",
    "<pad>",
    "<unk>",
    "<0x41>",
    "<0xE2>",
    "\u2047",
    "\ufffd",
    "\u2581",
    "⟦1⟧",
    "⟦<1⟧",
    "{0}",
]
_EMOJI: Final = [
    "👩\u200d👩\u200d👧\u200d👦",
    "🏳️\u200d🌈",
    "👍🏽",
    "🇩🇪",
    "🇩",
    "1️⃣",
    "❤️\u200d🔥",
    "🧑🏿\u200d🚀",
    "☎︎",
    "🫠",
    "🏴\U000e0067\U000e0062\U000e007f",
    "\u200d",
    "️",
]
_MARKS: Final = (
    "".join(chr(c) for c in range(0x300, 0x370))
    + "\u0591\u05bc\u0651\u064e\u0670\u093c\u094d\u0e31\u0e49\u1ab0\u20dd\u3099\u302a\ufe20"
)
_COMPATIBLE: Final = "ﬁﬃĳǅ①㊞㍍½⅔²ₙªºⅧﾊﾟｶﾞＡｂ３﹏﷽ﷺ𝔘𝕏𝟘ℵℌKΩÅſẞßİıΣςΐΰᾳⅠ가각힣각ㄱ"
_STARTS: Final = (
    0x41, 0xC0, 0x100, 0x250, 0x370, 0x400, 0x531, 0x5D0, 0x620, 0x710, 0x780, 0x7CA, 0x840, 0x8A0, 0x905, 0x985, 0xA05,
    0xA85, 0xB05, 0xB85, 0xC05, 0xC85, 0xD05, 0xD85, 0xE01, 0xE81, 0xF40, 0x1000, 0x10A0, 0x1100, 0x1200, 0x13A0,
    0x1401, 0x1680, 0x16A0, 0x1700, 0x1780, 0x1820, 0x1900, 0x1A00, 0x1B05, 0x1C00, 0x1E00, 0x1F00, 0x2100, 0x2190,
    0x2460, 0x2C00, 0x2D30, 0x3041, 0x30A1, 0x3105, 0x3131, 0x3400, 0x4E00, 0xA000, 0xA4D0, 0xA840, 0xAA80, 0xAC00,
    0xF900, 0xFB50, 0xFF21, 0x10000, 0x10300, 0x10330, 0x10400, 0x10800, 0x10A00, 0x11005, 0x12000, 0x13000, 0x16800,
    0x1D400, 0x1D7CE, 0x1E900, 0x1F300, 0x20000, 0x2F800, 0x30000, 0xE000, 0xF0000, 0x10FFF0,
)  # fmt: skip
"""Where scripts, and other stretches of Unicode, start."""


def hostile_texts(count: int, words: Sequence[str], *, seed: int) -> list[str]:
    """Texts of many kinds, some of them empty, some of thousands of characters.

    Args:
        count: how many.
        words: of the text that a tokenizer was trained on, so that its pieces occur.
        seed: decides everything else.
    """
    rng = random.Random(seed)
    sources = _sources(rng, words)
    texts = []
    for _ in range(count):
        parts = [rng.choice(sources)() for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 8)))]
        text = rng.choice(("", "", " ", "  ", "\u3000")).join(parts)
        if rng.random() < 0.1:
            text = unicodedata.normalize(rng.choice(("NFD", "NFKD", "NFC")), text)
        if rng.random() < 0.01:
            text *= rng.randrange(2, 9)
        texts.append(_without_pairs(text))
    return texts


def _sources(rng: random.Random, words: Sequence[str]) -> list[Callable[[], str]]:
    """Ways to make a piece of text."""

    def characters(alphabet: str, most: int) -> Callable[[], str]:
        return lambda: "".join(rng.choices(alphabet, k=rng.randint(1, most)))

    def script() -> str:
        start = rng.choice(_STARTS)
        return "".join(chr(min(start + rng.randrange(80), 0x10FFFF)) for _ in range(rng.randint(1, 12)))

    def anything() -> str:
        return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randint(1, 6)))

    def marked() -> str:
        return "".join(c + "".join(rng.choices(_MARKS, k=rng.randrange(4))) for c in rng.choice(words))

    def long_word() -> str:
        return "".join(rng.choices(words, k=rng.randint(5, 30)))

    def cut() -> str:
        word = rng.choice(words)
        return word[rng.randrange(len(word)) :]

    def sentence() -> str:
        return " ".join(rng.choices(words, k=rng.randint(1, 12)))

    return [
        sentence,
        sentence,
        long_word,
        cut,
        marked,
        script,
        script,
        anything,
        characters(_SPACES, 4),
        characters(_CONTROLS, 3),
        characters(_COMPATIBLE, 5),
        characters("\ud800\udbff\udc00\udfff", 2),
        characters("aA.,-/0123456789'\"", 9),
        lambda: rng.choice(_SPECIAL),
        lambda: "".join(rng.choices(_EMOJI, k=rng.randint(1, 4))),
    ]


def _without_pairs(text: str) -> str:
    """The text with two surrogates that make a character as that character: JavaScript cannot tell them apart."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
