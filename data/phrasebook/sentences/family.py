"""Family, work and pets."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, sentence
from grammar.draw import Draw
from grammar.nouns import Noun, german_phrase, phrase
from grammar.numerals import english, german
from grammar.verbs import parse_verb
from lexicon.names import FEMALE, MALE, PROFESSIONS
from lexicon.nouns import NOUNS, noun

from sentences.registry import template
from sentences.words import described, first_name, number_of, one_person, subject, surname, third_person, you

SIBLINGS = (noun("brother", "family"), noun("sister", "family"))
CHILDREN = (noun("son", "family"), noun("daughter", "family"))
PETS = tuple(noun(word, "animal") for word in ("dog", "cat", "rabbit", "bird", "horse"))


@template(2)
def siblings(draw: Draw) -> Words:
    """I have two brothers and a sister."""
    who = one_person(draw)
    have = "has" if who.singular_third else "have"
    finite = ("habe", "hast", "hat", "haben", "habt", "haben")[who.person]
    one, two = draw.pick(draw.any((SIBLINGS, CHILDREN, PETS))), draw.pick(SIBLINGS + CHILDREN + PETS)
    if (one in PETS) != (two in PETS):
        return siblings(draw)
    if one == two:
        return siblings(draw)

    def some(entry: Noun) -> Words:
        if draw.chance(0.4):
            words = phrase(entry, "a", "acc")
            return words.en, words.de
        _, (en, de) = number_of(draw, 2, 6, entry)
        words = phrase(entry, en, "acc", plural=True, german=de)
        return words.en, words.de

    first = some(one)
    if draw.chance(0.3):
        none = phrase(two, "a", "acc", german="no")
        dont = "doesn't" if who.singular_third else "don't"
        return sentence(f"{who.en} {dont} have {none.en}", f"{who.nom} {finite} {none.de}")
    second = some(two)
    return sentence(f"{who.en} {have} {first[0]} and {second[0]}", f"{who.nom} {finite} {first[1]} und {second[1]}")


@template(4)
def ages(draw: Draw) -> Words:
    """My son is eleven years old; how old is your daughter, Anna?"""
    if draw.chance(0.3):
        who = you(draw)
        kin = draw.pick(NOUNS["family"])
        return sentence(
            f"how old is your {kin.en}", f"wie alt ist {german_phrase(kin, who.possessive, 'nom')}", "?", who, last=True
        )
    who = one_person(draw)
    years = draw.pick(range(2, 100))
    draw.combine("number+noun", english(years), "year")
    finite_en = "am" if who.person == 0 else "is" if who.singular_third else "are"
    finite_de = ("bin", "bist", "ist", "sind", "seid", "sind")[who.person]
    return sentence(
        f"{who.en} {finite_en} {english(years)} years old", f"{who.nom} {finite_de} {german(years)} Jahre alt"
    )


@template(1.5)
def older_than(draw: Draw) -> Words:
    """My brother is two years older than my sister."""
    one, two = one_person(draw), one_person(draw)
    if one.en == two.en or one.person == 0 or two.pronoun:
        return older_than(draw)
    _, (en, de) = number_of(draw, 2, 20, noun("year", "unit"))
    age = draw.any((("older", "älter"), ("younger", "jünger")))
    return sentence(
        f"{one.en} is {en} years {age[0]} than {two.en}", f"{one.nom} ist {de} Jahre {age[1]} als {two.nom}"
    )


@template(2)
def introducing(draw: Draw) -> Words:
    """This is my brother Paul; my aunt's name is Julia."""
    kin = draw.pick(NOUNS["family"])
    names = FEMALE if kin.gender == "f" else MALE
    if kin.en in ("mother", "father", "grandmother", "grandfather", "boss"):
        names = names[:12]
    name = draw.pick(tuple(names))
    determiner = draw.any(("my", "our", "his", "her"))
    german_kin = german_phrase(kin, determiner, "nom")
    if draw.chance(0.5):
        if kin.en in ("mother", "father", "grandmother", "grandfather", "boss"):
            return sentence(f"this is {determiner} {kin.en}", f"das ist {german_kin}")
        return sentence(f"this is {determiner} {kin.en} {name}", f"das ist {german_kin} {name}")
    return sentence(f"{determiner} {kin.en}'s name is {name}", f"{german_kin} heißt {name}")


@template(6.5)
def professions(draw: Draw) -> Words:
    """Anna is a doctor (Ärztin); my uncle is not a lawyer; would you like to become a pilot?"""
    title, male, female = draw.pick(PROFESSIONS)
    an = f"{'an' if title[0] in 'aeiou' else 'a'} {title}"
    kind = draw.any(range(6))
    if kind == 0:
        name, gender = first_name(draw)
        german_title = female if gender == "f" else male
        last = surname(draw)
        return sentence(f"my name is {name} {last} and I am {an}", f"ich heiße {name} {last} und bin {german_title}")
    who = third_person(draw) if draw.chance(0.6) else draw.any((people.HE, people.SHE))
    while who.person == 5 or who.en.split()[-1] in ("child", "boy", "girl", "student", "waiter", "guest", "tourist"):
        who = third_person(draw)
    german_title = female if who.gender == "f" else male
    if kind == 1:
        kein = "keine" if who.gender == "f" else "kein"
        return sentence(f"{who.en} isn't {an}", f"{who.nom} ist {kein} {german_title}")
    if kind == 2:
        return sentence(f"{who.en} would like to become {an}", f"{who.nom} möchte {german_title} werden")
    if kind == 3:
        return sentence(f"{who.en} works as {an}", f"{who.nom} arbeitet als {german_title}")
    if kind == 4:
        name, gender = surname(draw), draw.any(("m", "f"))
        title_de, called = (male, f"Herr {name}") if gender == "m" else (female, f"Frau {name}")
        return sentence(
            f"are you {an}, {'Mr' if gender == 'm' else 'Mrs'} {name}", f"sind Sie {title_de}, {called}", "?"
        )
    return sentence(f"{who.en} is {an}", f"{who.nom} ist {german_title}")


@template(1)
def afraid(draw: Draw) -> Words:
    """My son is afraid of big dogs; are you afraid of mice, Anna?"""
    entry = draw.pick(NOUNS["animal"] + NOUNS["transport"][-1:])
    words = phrase(entry, "", "dat", plural=True, adjective=described(draw, entry, 0.4))
    have = parse_verb("be/was/been = haben, gehabt")
    what = Predicate(have, f"afraid of {words.en}", rest=f"Angst vor {words.de}")
    if draw.chance(0.4):
        who = you(draw)
        clause = Clause(who, what)
        return sentence(clause.english("question"), clause.german("question"), "?", who, last=True)
    who = subject(draw)
    if draw.chance(0.4):
        none = Predicate(have, f"afraid of {words.en}", rest=f"keine Angst vor {words.de}", negated=True)
        clause = Clause(who, none, negative=True)
    else:
        clause = Clause(who, what)
    return sentence(clause.english(), clause.german())
