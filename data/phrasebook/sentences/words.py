"""Drawing people, things, places and times, each in both languages."""

from grammar import people
from grammar.clause import Words
from grammar.draw import Draw
from grammar.nouns import Adjective, Case, Noun, Phrase, phrase
from grammar.numerals import english, german
from grammar.people import Someone
from lexicon.adjectives import suiting
from lexicon.names import FEMALE, MALE, SURNAMES
from lexicon.nouns import NOUNS


def first_name(draw: Draw) -> tuple[str, str]:
    """Draw a first name and its gender."""
    gender = draw.any(("f", "m"))
    return draw.pick(tuple(FEMALE if gender == "f" else MALE)), gender


def surname(draw: Draw) -> str:
    """Draw a surname."""
    return draw.pick(tuple(SURNAMES))


def a_relative(draw: Draw, owner: str = "my") -> Someone:
    """Draw ``my brother``, ``his parents``."""
    entry = draw.pick(NOUNS["family"] + NOUNS["relatives"])
    return somebody(entry, owner)


def somebody(entry: Noun, determiner: str, *, plural: bool = False, draw: Draw | None = None) -> Someone:
    """Return a noun phrase for people as a subject or object; with ``draw``, perhaps with an adjective."""
    adjective = None
    if draw is not None and draw.chance(0.4) and suiting(entry):
        adjective = draw.pick(suiting(entry))
        draw.combine("adjective+noun", adjective.en, entry.en)
    nom, acc, dat = (
        phrase(entry, determiner, case, plural=plural, adjective=adjective) for case in ("nom", "acc", "dat")
    )
    many = nom.plural
    possessive = "their" if many else "her" if entry.gender == "f" or entry.en == "girl" else "his"
    gender = "p" if many else "f" if possessive == "her" else "m"
    return Someone(nom.en, nom.en, nom.de, acc.de, dat.de, 5 if many else 2, possessive, gender=gender)


def third_person(draw: Draw) -> Someone:
    """Draw someone spoken of, in words rather than a pronoun."""
    kind = draw.any(range(10))
    if kind < 3:
        return people.named(*first_name(draw))
    if kind < 5:
        return people.titled(surname(draw), draw.any(("m", "f")))
    if kind < 8:
        return a_relative(draw, draw.any(("my", "my", "our", "his", "her")))
    entry = draw.pick(NOUNS["person"])
    return somebody(entry, "the", plural=draw.chance(0.4), draw=draw)


def subject(draw: Draw) -> Someone:
    """Draw a subject other than you."""
    if draw.chance(0.55):
        return draw.any((people.I, people.I, people.I, people.WE, people.WE, people.HE, people.SHE, people.THEY))
    return third_person(draw)


def other_person(draw: Draw) -> Someone:
    """Draw a subject of whom one can ask: neither I nor you."""
    return draw.any((people.HE, people.SHE, people.THEY)) if draw.chance(0.45) else third_person(draw)


def one_person(draw: Draw) -> Someone:
    """Draw one adult: I, he, she, a name, a relative."""
    while (who := settled(draw)).person not in (0, 2):
        pass
    return who


def settled(draw: Draw) -> Someone:
    """Draw a subject who lives and works somewhere: no guest, no child."""
    while (who := subject(draw)).en.startswith("the "):
        pass
    return who


def you(draw: Draw) -> Someone:
    """Draw who is addressed: Sie unless a first name says du; two first names, ihr."""
    kind = draw.any(range(10))
    if kind < 4:
        return people.YOU_FORMAL
    if kind < 6:
        name, gender = surname(draw), draw.any(("m", "f"))
        who = people.titled(name, gender)
        return people.addressed(people.YOU_FORMAL, who.en, who.nom)
    name, _ = first_name(draw)
    if kind < 9:
        return people.addressed(people.YOU_FRIEND, name, name)
    other, _ = first_name(draw)
    if other == name:
        other = "Kurt"
    return people.addressed(people.YOU_FRIENDS, f"{name} and {other}", f"{name} und {other}")


def anyone(draw: Draw) -> Someone:
    """Draw a subject, you among them."""
    return you(draw) if draw.chance(0.2) else subject(draw)


def someone_else(draw: Draw, who: Someone) -> Someone:
    """Draw an object that is not the subject."""
    if draw.chance(0.4):
        others = [other for other in people.OBJECT_PRONOUNS if clash_free(other, who)]
        if others:
            return draw.any(others)
    if draw.chance(0.5):
        while "grand" in (other := a_relative(draw, who.possessive)).en and "grand" in who.en:
            pass
        return other
    # Two bare names have no case: in "Warum hilft Lena Petra?" nobody can tell who helps.
    while (other := third_person(draw)).nom == other.dat and not who.pronoun:
        pass
    return other


def clash_free(other: Someone, who: Someone) -> bool:
    """Whether a pronoun object cannot be taken for the subject."""
    if who.person in (1, 4) or who.en == "you":
        return True
    if who.person in (0, 3):
        return other.person not in (0, 3)
    return other.person in (0, 3)


def described(draw: Draw, entry: Noun, share: float) -> Adjective | None:
    """Draw an adjective that suits a noun, or None."""
    choices = suiting(entry)
    if not choices or not draw.chance(share):
        return None
    adjective = draw.pick(choices)
    draw.combine("adjective+noun", adjective.en, entry.en)
    return adjective


def number_of(draw: Draw, low: int, high: int, unit: Noun) -> tuple[int, Words]:
    """Draw how many of something: the number and its words."""
    count = draw.pick(range(low, high + 1))
    draw.pick((unit,))  # its use counts
    draw.combine("number+noun", english(count), unit.en)
    return count, (english(count), german(count, attributive=True))


def counted(draw: Draw, low: int, high: int, unit: Noun, case: Case) -> Words:
    """Draw a number of units as a phrase: ``three days``, ``drei Tagen``."""
    _, (en, de) = number_of(draw, max(low, 2), high, unit)
    found = phrase(unit, en, case, plural=True, german=de)
    return found.en, found.de


def thing(
    draw: Draw,
    entry: Noun,
    case: Case,
    flags: frozenset[str],
    owner: str,
    *,
    negative: bool = False,
    adjectives: float = 0.35,
) -> Phrase:
    """Draw a noun phrase for a thing.

    Args:
        draw: the choices.
        entry: its noun.
        case: of the German.
        flags: which determiners make sense; see ``lexicon.verbs.Action``.
        owner: the possessive of the subject.
        negative: the clause is negated: an indefinite phrase gets ``kein``, English ``a`` or ``any``.
        adjectives: the share of phrases with an adjective.
    """
    adjective = described(draw, entry, adjectives)
    eatable = entry.kind in ("food", "food mass", "hot drink", "cold drink")
    if "the" in flags:
        determiner = draw.any(("the", "the", "this"))
    elif "own" in flags:
        determiner = draw.any(("the", owner))
    elif "indefinite" in flags or eatable:
        determiner = "a"
    else:
        determiner = draw.any(("a", "a", "the", "this"))
    countable = bool(entry.de_plural) and not entry.plural_only and not entry.english_plural_only
    plural = countable and (
        entry.several or ("single" not in flags and draw.chance(0.25 if determiner == "a" else 0.1))
    )
    if negative and determiner == "a":
        english = "a" if countable and not plural else "any"
        return phrase(entry, english, case, plural=plural, adjective=adjective, german="no")
    if plural and determiner == "a" and draw.chance(0.4):
        _, (en, de) = number_of(draw, 2, 12 if eatable else 4, entry)
        return phrase(entry, en, case, plural=True, adjective=adjective, german=de)
    if determiner == "a" and (plural or entry.mass) and "some" in flags and draw.chance(0.6):
        return phrase(entry, "some", case, plural=plural, adjective=adjective, german="")
    return phrase(entry, determiner, case, plural=plural, adjective=adjective)
