"""A scene: one review in the making, which fills the slots of a pattern and remembers what it has used."""

import re

from words.adjectives import Adjective, suiting
from words.domains import DOMAINS, Domain, Noun
from words.draw import Draw
from words.verdicts import (
    DAYS,
    DEGREES,
    FAR,
    FEELINGS,
    MONTHS,
    NOUNS,
    NUMBERS,
    ORDINALS,
    STRONG_DEGREES,
    VERDICTS,
    WHO,
)

SEEN, NEW_NOUN, NEW_WORD = "seen", "new noun", "new word"
"""What a scene may draw: nothing that is held out; nouns that are; adjectives that are."""
EAGER = 0.6
"""How often a scene that may draw what is held out does so."""
CLAUSES = {"{D} {D.is} {D.Y}": 11.0, "{D} {D.is} not {D.x} at all": 2.0, "event": 4.0, "I {felt} {D}": 1.0}
"""The shares of the clauses that {X} and {Y} become."""
ANYTHING = Noun("everything", ("good",))
"""What {G.y} is said of."""
SUPPORT = ("{V}.", "{Y}.", "{Y} and {Y2}.", "{Y}, {Y2}, and {V}.")
"""Patterns of the sentence that a review may end with."""
_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")


class UnsuitableError(Exception):
    """The domain has nothing to put into a slot."""


class Scene:
    """One review in the making.

    Attributes:
        domain: the kind of review.
        topic: what is reviewed.
        used: the nouns and adjectives that stand in the text.
    """

    def __init__(self, draw: Draw, praise: bool, news: str = SEEN) -> None:
        self._draw = draw
        self._praise = praise
        self._news = news
        self.domain: Domain = draw.pick(DOMAINS)
        self.used: set[Noun | Adjective] = set()
        self._said: set[str] = set()
        self._cast: dict[str, Noun] = {}
        self.topic = self._new(self.domain.topics, NEW_NOUN)
        self._mentioned = self._others = self._compared = self._summed_up = False
        self._told: bool | None = None

    def _new(self, options: tuple[Noun, ...], news: str) -> Noun:
        """Choose a noun; held-out ones only in a scene that asks for them, and then often."""
        held_out = [noun for noun in options if noun.held_out]
        if self._news == news and held_out and self._draw.chance(EAGER):
            return self._draw.pick(held_out)
        seen = [noun for noun in options if not noun.held_out]
        if not seen:
            raise UnsuitableError
        return self._draw.pick(seen)

    def fill(self, pattern: str) -> str:
        """Fill the slots of a pattern.

        Raises:
            UnsuitableError: the domain has nothing for one of them.
        """
        for name in "ABCD":
            if f"{{{name}.one}}" in pattern:
                self._actor(name, countable=True)
        return _SLOT.sub(lambda slot: self._slot(slot[1], slot[2] or ""), pattern)

    def _actor(self, name: str, *, countable: bool = False) -> Noun:
        """Return what a letter of the pattern stands for."""
        if name == "G":
            return ANYTHING
        if name == "T":
            self.used.add(self.topic)
            return self.topic
        if name not in self._cast:
            options = tuple(
                noun
                for noun in self.domain.aspects
                if noun not in self._cast.values()
                and (not countable or noun.number == "one")
                and (name != "P" or "people" in noun.families)
            )
            if not options:
                raise UnsuitableError
            self._cast[name] = self._new(options, NEW_NOUN)
            self._others = True
            self.used.add(self._cast[name])
        return self._cast[name]

    def _slot(self, name: str, part: str) -> str:
        """Return what a slot becomes."""
        if name in ("A", "B", "C", "D", "G", "P", "T"):
            return self._said_of(self._actor(name), part, name)
        if name in ("X", "Y", "X2", "Y2"):
            return self._clause(self._praise == (name[0] == "Y"))
        if name in ("V", "V2"):
            return self.fill(self._once(VERDICTS[self._praise]))
        if name == "noun":
            return self._once(NOUNS[self._praise])
        if name == "felt":
            return self._once(FEELINGS[self._praise])
        return self._word(name)

    def _word(self, name: str) -> str:
        """Return what a slot becomes that has nothing to do with the label."""
        is_, verb = ("was" if self.domain.past else "is"), self.domain.verb
        if name in ("topic", "topics"):
            self.used.add(self.topic)
            self._mentioned = True
        plain = {
            "topic": self.topic.word,
            "topics": plural(self.topic.word),
            "it": self.domain.them,
            "them": self.domain.them,
            "is": is_,
            "Is": is_.capitalize(),
            "was": "was",
            "do": verb[0],
            "did": verb[1],
            "done": verb[2],
            "doing": self.domain.doing,
        }
        if name in plain:
            return plain[name]
        self._compared |= name.lower() == "old"
        lists = {
            "again": self.domain.again,
            "old": self.domain.old,
            "who": WHO,
            "far": FAR,
            "n": NUMBERS,
            "nth": ORDINALS,
            "month": MONTHS,
            "day": DAYS,
        }
        text = self.fill(self._once(tuple(lists[name.lower()])))
        return capitalised(text) if name[0].isupper() else text

    def _said_of(self, noun: Noun, part: str, name: str) -> str:
        """Return a noun with its article, or what a part of its slot asks for."""
        many = noun.number == "many"
        if not part and name == "T" and self._compared:
            return "this one"
        if not part and name == "T":
            again, self._mentioned = self._mentioned, True
            if again and self.domain.them == "it" and not self._others:
                return "it"
            return f"the {noun.word}" if again else f"this {noun.word}"
        if not part:
            return f"the {noun.word}"
        if part in ("noun", "one"):
            return noun.word
        if part == "was" or (part == "is" and self.domain.past):
            return "were" if many else "was"
        if part == "is":
            return "are" if many else "is"
        if part in ("Is", "obj", "itis", "itwas", "Itwas"):
            return self._pronoun(noun, part)
        return self._adjective(noun, part)

    def _pronoun(self, noun: Noun, part: str) -> str:
        """Return a pronoun that stands for a noun, with its verb: a person is they, whose verb is plural."""
        they = noun.number == "many" or "people" in noun.families
        past = self.domain.past or part in ("itwas", "Itwas")
        if part == "Is":
            return ("Was" if past else "Is") if noun.number != "many" else ("Were" if past else "Are")
        if part == "obj":
            return "them" if they else "it"
        be = ("were" if past else "are") if they else ("was" if past else "is")
        pronoun = "they" if they else "it"
        text = f"{pronoun} {be}"
        return capitalised(text) if part[0].isupper() else text

    def _adjective(self, noun: Noun, part: str) -> str:
        """Return an adjective: good, bad, better, worse, or y, x, yer, xer, Y, X, which go by the label."""
        stem = part.rstrip("2")
        praise = stem in ("good", "better") if len(stem) > 3 or stem == "bad" else self._praise == (stem[0] in "yY")
        if stem in ("Y", "X"):
            return self._phrase(noun, praise)
        adjective = self._judging(noun, praise, plain=True)
        return adjective.more if stem in ("better", "worse", "yer", "xer") else adjective.word

    def _judging(self, noun: Noun, praise: bool, *, plain: bool) -> Adjective:
        """Choose an adjective that suits a noun, and that stands nowhere else in the text."""
        options = [
            adjective
            for adjective in suiting(noun.families, praise)
            if adjective not in self.used and (adjective.plain or not plain)
        ]
        fresh = [adjective for adjective in options if adjective.held_out]
        if self._news != NEW_WORD or not self._draw.chance(EAGER) or not fresh:
            fresh = [adjective for adjective in options if not adjective.held_out]
        if not fresh:
            raise UnsuitableError
        adjective = self._draw.pick(fresh)
        self.used.add(adjective)
        return adjective

    def _phrase(self, noun: Noun, praise: bool) -> str:
        """Return an adjective with an adverb of degree, or two adjectives; one that tells nothing needs the other."""
        first = self._judging(noun, praise, plain=False)
        if first.opaque:
            news, self._news = self._news, SEEN
            second = self._judging(noun, praise, plain=True)
            self._news = news
            pair = [first.word, second.word]
            self._draw.shuffle(pair)
            return " and ".join(pair)
        if first.bare:
            return first.word
        if first.strong:
            return f"{self._draw.pick(STRONG_DEGREES)} {first.word}" if self._draw.chance(0.4) else first.word
        if self._draw.chance(0.15):
            return f"{first.word} and {self._judging(noun, praise, plain=True).word}"
        return f"{self._once(DEGREES[praise])} {first.word}" if self._draw.chance(0.5) else first.word

    def _clause(self, praise: bool) -> str:
        """Return a whole clause that praises, or blames."""
        kind = self._draw.weighted(CLAUSES)
        if kind == "event" and self._told in (None, praise):
            self._told = praise
            return self.fill(self._once(self.domain.events[praise]))
        if kind == "event":
            kind = "{D} {D.is} {D.Y}"
        own, agrees, self._praise = self._praise, praise == self._praise, praise
        if agrees and not self._summed_up and self._draw.chance(0.25):
            self._summed_up = True
            kind = kind.replace("{D", "{T")
        text = self.fill(kind)
        self._praise = own
        if "D" in self._cast:
            self._cast[f"D{len(self._cast)}"] = self._cast.pop("D")
        return text

    def _once(self, options: tuple[str, ...]) -> str:
        """Choose one that stands nowhere else in the text."""
        left = [option for option in options if option not in self._said]
        if not left:
            raise UnsuitableError
        text = self._draw.pick(left)
        self._said.add(text)
        return text

    def support(self) -> str:
        """Return a sentence that agrees with the label."""
        return self.fill(self._draw.pick(SUPPORT))

    def intro(self) -> str:
        """Return a sentence that judges nothing."""
        return self.fill(self._once(self.domain.intro))


def capitalised(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def plural(noun: str) -> str:
    """Return the plural of a noun: its last word's."""
    if noun.endswith(("child's", "swim")):
        return noun
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    if noun.endswith("shelf"):
        return f"{noun[:-1]}ves"
    return f"{noun}es" if noun.endswith(("s", "sh", "ch", "x")) else f"{noun}s"


def sentences(text: str) -> str:
    """Give sentences their capitals, and "a" its form before a vowel."""
    text = re.sub(r"(^|[.?!] )(\w)", lambda found: found[1] + found[2].upper(), text)
    return re.sub(r"\b([Aa]) (?=(?:[aeio]|un(?!i[^n])|ugl|hon)\w*)", r"\1n ", text)
