"""Faults of words planted in real bilingual text: what `planted.py` has beside those of markup and punctuation.

It shares no code with the checks. A text in a third language is that of another corpus given, so several have to be.
"""

import random
import re
from collections.abc import Callable

Pair = tuple[str, str]
Maker = Callable[[random.Random, str, str], Pair | None]
SPAN = re.compile(r"`[^`]*`|<[^>]*>|%\(\w+\)\w|%\w|\{[^}]*\}|https?://\S+")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])|(?<=。)(?=.)")
LEAST = 4
"""Words outside of markup that a foreign text or sentence has."""


def _plain(text: str) -> int:
    """Words outside of markup."""
    return sum(word.strip(".,;:!?").isalpha() for word in SPAN.sub(" ", text).split())


def kinds(corpora: dict[str, list[Pair]]) -> dict[str, tuple[Maker, tuple[str, ...]]]:
    """Makers of each kind, and the checks that must find it."""
    home = {target: name for name, pairs in corpora.items() for _, target in pairs}
    pool = {
        name: [pair for pair in pairs if _plain(pair[1]) >= LEAST and pair[0] != pair[1]]
        for name, pairs in corpora.items()
    }

    def third(rng: random.Random, source: str, target: str) -> Pair | None:
        """The translation into another language, of this text or of another one of about its length."""
        others = [name for name, pairs in pool.items() if name != home[target] and len(pairs) > 1]
        if _plain(source) < LEAST or not others:
            return None
        texts = pool[rng.choice(others)]
        same = [other for one, other in texts if one == source]
        near = [other for _, other in texts if abs(len(other) - len(target)) < 15]
        chosen = rng.choice(same or near or [other for _, other in texts])
        return None if chosen == target else (source, chosen)

    return {
        "third language": (third, ("third-language",)),
        "sentence left untranslated": (untranslated, ("untranslated",)),
        "word doubled": (doubled, ("doubled-word",)),
    }


def untranslated(rng: random.Random, source: str, target: str) -> Pair | None:
    """One sentence of several as it is in the source."""
    ones, others = SENTENCE.split(source), SENTENCE.split(target)
    places = [place for place, one in enumerate(ones) if _plain(one) >= LEAST]
    if len(ones) != len(others) or len(ones) < 2 or not places:
        return None
    place = rng.choice(places)
    space = "" if "。" in target else " "
    return source, space.join([*others[:place], ones[place], *others[place + 1 :]])


def doubled(rng: random.Random, source: str, target: str) -> Pair | None:
    """Any word of three or more, twice."""
    words = target.split(" ")
    places = [place for place, word in enumerate(words) if word.isalpha()]
    if len(words) < 3 or not places:
        return None
    place = rng.choice(places)
    return source, " ".join([*words[:place], words[place], *words[place:]])
