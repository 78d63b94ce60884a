"""Nouns, determiners and adjectives: noun phrases in four cases.

Cases are ``nom``, ``acc``, ``dat`` and ``gen``; genders ``m``, ``f`` and ``n``, and ``p`` for every plural.
"""

from dataclasses import dataclass
from typing import Literal

Case = Literal["nom", "acc", "dat", "gen"]
Gender = Literal["m", "f", "n"]

_ORDER: tuple[Case, ...] = ("nom", "acc", "dat", "gen")
_DEFINITE = {"m": "der den dem des", "f": "die die der der", "n": "das das dem des", "p": "die die den der"}
# The endings of dieser, jeder and welcher, and of an adjective without any determiner but for the genitive.
_STRONG = {"m": "er en em es", "f": "e e er er", "n": "es es em es", "p": "e e en er"}
# The endings of ein, kein, mein ...; `-` is none.
_EIN = {"m": "- en em es", "f": "e e er er", "n": "- - em es", "p": "e e en er"}
_WEAK = {"m": "e en en en", "f": "e e en en", "n": "e e en en", "p": "en en en en"}
_MIXED = {"m": "er en en en", "f": "e e en en", "n": "es es en en", "p": "en en en en"}
_BARE = {"m": "er en em en", "f": "e e er er", "n": "es es em en", "p": "e e en er"}

POSSESSIVES = {
    "my": "mein",
    "his": "sein",
    "her": "ihr",
    "our": "unser",
    "their": "ihr",
    "your": "Ihr",
    "your (du)": "dein",
    "your (ihr)": "euer",
}
DEFINITE = ("the", "this", "every", "which", *POSSESSIVES)
CONTRACTIONS = {
    "in dem": "im",
    "in das": "ins",
    "an dem": "am",
    "an das": "ans",
    "zu dem": "zum",
    "zu der": "zur",
    "bei dem": "beim",
    "von dem": "vom",
}


@dataclass(frozen=True)
class Noun:
    """A noun of both languages.

    Attributes:
        en: English singular; of a plural-only word, its one form.
        en_plural: empty when the word has no plural.
        de: German nominative singular (of a plural-only word, the plural).
        gender: German gender.
        de_plural: German nominative plural; empty when the word has none.
        oblique: accusative and dative singular, where they differ from the nominative (weak nouns).
        genitive: genitive singular.
        kind: the category it is drawn from.
        english_plural_only: the English word is plural, the German one singular (trousers, die Hose).
        plural_only: both words are plural (parents, die Eltern).
        several: it is drawn in the plural (mushrooms).
        english_singular: the German word is plural only, the English one singular (homework, die Hausaufgaben).
    """

    en: str
    en_plural: str
    de: str
    gender: Gender
    de_plural: str
    oblique: str
    genitive: str
    kind: str = ""
    english_plural_only: bool = False
    plural_only: bool = False
    several: bool = False
    english_singular: bool = False

    def en_many(self, plural: bool) -> bool:
        """Whether the English noun counts as plural."""
        return (plural or self.english_plural_only or self.plural_only) and not self.english_singular

    @property
    def mass(self) -> bool:
        """Whether it is not counted."""
        return not self.de_plural


@dataclass(frozen=True)
class Adjective:
    """An adjective: base form, German stem before endings, comparatives (empty when never compared here)."""

    en: str
    de: str
    stem: str
    en_more: str = ""
    de_more: str = ""


@dataclass(frozen=True)
class Phrase:
    """A noun phrase in both languages, with what a verb or a pronoun must know of it."""

    en: str
    de: str
    noun: Noun
    plural: bool
    indefinite: bool

    @property
    def en_plural(self) -> bool:
        """Whether the English verb is plural."""
        return self.noun.en_many(self.plural)


def article(word: str) -> str:
    """Return ``a`` or ``an``, by sound."""
    silent = word.startswith(("hour", "honest"))
    vowel = word[0].lower() in "aeiou" and not word.startswith(("uni", "use", "eur", "one"))
    return "an" if vowel or silent else "a"


def _ending(table: dict[str, str], slot: str, case: Case) -> str:
    ending = table[slot].split()[_ORDER.index(case)]
    return "" if ending == "-" else ending


def german_noun(noun: Noun, case: Case, plural: bool) -> str:
    """Decline the noun alone: ``Hund``, ``Hunden``, ``Studenten``."""
    if plural or noun.plural_only:
        form = noun.de_plural
        return form if case != "dat" or form.endswith(("n", "s")) else f"{form}n"
    if case == "gen":
        return noun.genitive
    return noun.de if case == "nom" else noun.oblique


def german_phrase(noun: Noun, determiner: str, case: Case, *, plural: bool = False, adjective: str = "") -> str:
    """Build a German noun phrase.

    Args:
        noun: the head.
        determiner: ``the``, ``a``, ``no``, ``this``, ``every``, ``which``, a key of ``POSSESSIVES``, a German number
            word (plural), or empty.
        case: what the verb or preposition asks for.
        plural: of the noun.
        adjective: an adjective's stem, or empty.
    """
    plural = plural or noun.plural_only
    slot = "p" if plural else noun.gender
    head = german_noun(noun, case, plural)
    if determiner == "the":
        word, endings = _ending(_DEFINITE, slot, case), _WEAK
    elif determiner in ("this", "every", "which"):
        stem = {"this": "dies", "every": "jed", "which": "welch"}[determiner]
        word, endings = stem + _ending(_STRONG, slot, case), _WEAK
    elif determiner == "a":
        word, endings = ("", _BARE) if plural or noun.mass else (f"ein{_ending(_EIN, slot, case)}", _MIXED)
    elif determiner == "no" or determiner in POSSESSIVES:
        stem = "kein" if determiner == "no" else POSSESSIVES[determiner]
        ending = _ending(_EIN, slot, case)
        word, endings = ("eur" if stem == "euer" and ending else stem) + ending, _MIXED
    else:  # a number word, or nothing
        word, endings = determiner, _BARE
    described = f"{adjective}{_ending(endings, slot, case)}" if adjective else ""
    return " ".join(part for part in (word, described, head) if part)


def english_phrase(noun: Noun, determiner: str, *, plural: bool = False, adjective: str = "") -> str:
    """Build an English noun phrase; determiners as in :func:`german_phrase`, numbers as English words."""
    many = noun.en_many(plural)
    head = noun.en_plural if plural and not noun.plural_only else noun.en
    described = f"{adjective} {head}" if adjective else head
    if determiner == "a":
        return described if many or noun.mass or noun.english_singular else f"{article(described)} {described}"
    if determiner == "this":
        return f"{'these' if many else 'this'} {described}"
    if determiner.startswith("your"):
        return f"your {described}"
    return f"{determiner} {described}".strip()


def phrase(
    noun: Noun,
    determiner: str,
    case: Case,
    *,
    plural: bool = False,
    adjective: Adjective | None = None,
    german: str | None = None,
) -> Phrase:
    """Build a noun phrase in both languages; ``german`` is its determiner where the languages differ."""
    german = determiner if german is None else german
    en_adjective, de_adjective = (adjective.en, adjective.stem) if adjective else ("", "")
    many = plural or noun.plural_only
    return Phrase(
        english_phrase(noun, determiner, plural=many, adjective=en_adjective),
        german_phrase(noun, german, case, plural=many, adjective=de_adjective),
        noun,
        many,
        german == "no" or determiner in ("a", "some", "") or (many and determiner not in DEFINITE),
    )


def with_preposition(preposition: str, german: str) -> str:
    """Put a preposition before a German noun phrase and contract it with the definite article: ``im``, ``zur``."""
    first, _, rest = german.partition(" ")
    contracted = CONTRACTIONS.get(f"{preposition} {first}")
    return f"{contracted} {rest}" if contracted and rest else f"{preposition} {german}"


def pronoun(noun: Noun, plural: bool, case: Case = "nom") -> tuple[str, str]:
    """Return the pronouns for a thing: English ``it`` or ``they``/``them``, German by gender."""
    many = plural or noun.plural_only
    forms = {"m": "er ihn ihm", "f": "sie sie ihr", "n": "es es ihm", "p": "sie sie ihnen"}
    german = forms["p" if many else noun.gender].split()[_ORDER.index(case)]
    if noun.en_many(many):
        return ("they" if case == "nom" else "them"), german
    return "it", german
