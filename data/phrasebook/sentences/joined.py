"""Sentences of two clauses: because, that, whether, if, in order to, who and which."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, sentence
from grammar.draw import Draw
from grammar.nouns import Case, phrase
from grammar.people import Someone
from grammar.verbs import parse_verb
from lexicon.names import PROFESSIONS
from lexicon.nouns import NOUNS
from lexicon.places import ACTIVITY_PLACES
from lexicon.verbs import TRANSITIVE

from sentences.frames import WILLED
from sentences.predicates import (
    action,
    activity,
    at_place,
    do,
    for_use,
    going,
    intransitive,
    name_of,
    on_person,
    state,
)
from sentences.reasons import LOSING
from sentences.registry import template
from sentences.when import coming_time, past_day, past_time
from sentences.words import described, first_name, subject, third_person

SAYING = (
    ("I think that", "Ich glaube, dass"),
    ("I hope that", "Ich hoffe, dass"),
    ("I know that", "Ich weiß, dass"),
    ("I am sure that", "Ich bin sicher, dass"),
    ("he says that", "er sagt, dass"),
    ("she says that", "sie sagt, dass"),
    ("did you know that", "wussten Sie, dass"),
    ("we are glad that", "wir freuen uns, dass"),
    ("it is a pity that", "es ist schade, dass"),
)
CONDITIONS = ("be tired", "be ill", "be happy", "be sad", "be nervous", "be at home", "be on holiday", "be satisfied",
              "be right", "have a fever", "have a cold", "be in a hurry")  # fmt: skip
MISFORTUNES = ("be ill", "be tired", "be sad", "have a fever", "have a cold", "have a headache", "be in a hurry")


def _other(draw: Draw) -> Someone:
    return third_person(draw) if draw.chance(0.6) else draw.any((people.HE, people.SHE, people.THEY))


@template(4)
def that_clause(draw: Draw) -> Words:
    """I think that she bought a car yesterday."""
    front = draw.pick(SAYING)
    who = _other(draw)
    kind = draw.any(range(4))
    if front[0].startswith("it is a pity"):
        if kind < 2:
            inner = Clause(who, state(draw, among=MISFORTUNES))
        else:
            lost = draw.pick(LOSING)
            inner = Clause(who, do(draw, who, lost, draw.pick(lost.nouns)), "past", past_day(draw, "day"))
    elif front[0].startswith("we are glad"):
        what = on_person(draw, who, "habit") if kind < 2 else going(draw)
        inner = Clause(who, what, "will", coming_time(draw, what.scale))
    elif kind == 0:
        what = action(draw, who, "past")
        inner = Clause(who, what, "past", past_time(draw, what.scale))
    elif kind == 1:
        inner = Clause(who, action(draw, who, "plan"), draw.any(WILLED))
    elif kind == 2:
        what = action(draw, who, "plan")
        inner = Clause(who, what, "will", coming_time(draw, what.scale))
    else:
        inner = Clause(who, state(draw, among=CONDITIONS))
    mark = "?" if front[0].startswith("did") else "."
    return sentence(f"{front[0]} {inner.english()}", f"{front[1]} {inner.german('final')}", mark)


ASKING = (
    ("I don't know whether", "Ich weiß nicht, ob"),
    ("do you know whether", "wissen Sie, ob"),
    ("can you tell me whether", "können Sie mir sagen, ob"),
    ("she wants to know whether", "sie will wissen, ob"),
    ("I don't know why", "Ich weiß nicht, warum"),
    ("do you know why", "wissen Sie, warum"),
    ("I don't know when", "Ich weiß nicht, wann"),
    ("do you know when", "wissen Sie, wann"),
    ("can you tell me when", "können Sie mir sagen, wann"),
)


@template(3)
def whether(draw: Draw) -> Words:
    """Do you know whether she is coming tomorrow?"""
    front = draw.pick(ASKING)
    who = _other(draw)
    if front[0].endswith("when"):
        inner = Clause(who, action(draw, who, "plan"), draw.any(("past", "will", "can", "want")))
    elif draw.chance(0.5):
        what = action(draw, who, "past")
        inner = Clause(who, what, "past", past_time(draw, what.scale))
    else:
        what = action(draw, who, "plan")
        inner = Clause(who, what, draw.any(("can", "want", "must", "will")), coming_time(draw, what.scale))
    mark = "?" if front[0].startswith(("do ", "can ")) else "."
    return sentence(f"{front[0]} {inner.english()}", f"{front[1]} {inner.german('final')}", mark)


@template(2)
def first_then(draw: Draw) -> Words:
    """First we are going to the bakery, and then we are having breakfast."""
    who = draw.any((people.I, people.WE, people.HE, people.SHE, people.THEY))
    tense = draw.any(("past", "must", "will"))

    def step() -> Predicate:
        kind = draw.any(range(4))
        if kind == 0:
            return going(draw, far=False)
        if kind == 1:
            return intransitive(draw, "leisure")
        if kind == 2:
            return activity(draw, "leisure")
        chosen = draw.pick(for_use(TRANSITIVE, "habit"))
        return do(draw, who, chosen, draw.pick(chosen.nouns))

    one = Clause(who, step(), tense, ("first", "zuerst"), fronted=True)
    two = Clause(who, step(), tense, ("then", "dann"), fronted=True)
    if one.predicate.verb == two.predicate.verb:
        return first_then(draw)
    return sentence(f"{one.english()}, and {two.english()}", f"{one.german()} und {two.german()}")


_HAD = tuple(
    (entry, item)
    for entry in TRANSITIVE
    if name_of(entry.verb) in ("buy", "find", "read", "try on", "rent")
    for item in entry.nouns
    if item.kind in ("clothes", "thing", "reading", "furniture", "vehicle", "home")
)
"""What one had, with the way one came to it."""


@template(2.5)
def thing_that(draw: Draw) -> Words:
    """The book that I bought yesterday is very interesting."""
    who = subject(draw)
    buy, entry = draw.pick(_HAD)
    draw.combine("verb+noun", name_of(buy.verb), entry.en)
    quality = described(draw, entry, 1.0)
    if quality is None:
        return thing_that(draw)
    plural = entry.several
    head = phrase(entry, "the", "nom", plural=plural)
    relative = german_relative(entry.gender, plural, "acc")
    what = Predicate(buy.verb, buy.verb.particle, flags=buy.flags)
    inner = Clause(
        who, what, "past", past_time(draw, "long" if "long" in buy.flags else "day"), front=("that", relative)
    )
    are = "are" if head.en_plural else "is"
    sind = "sind" if plural else "ist"
    very = draw.any((("very ", "sehr "), ("", "")))
    if quality.en in ("red", "blue", "green", "black", "white", "grey", "yellow", "brown", "new"):
        very = ("", "")
    return sentence(
        f"{head.en} {inner.english()} {are} {very[0]}{quality.en}",
        f"{head.de}, {inner.german('final')}, {sind} {very[1]}{quality.de}",
    )


def german_relative(gender: str, plural: bool, case: Case) -> str:
    """Return the relative pronoun: der, den, die, das, denen."""
    forms = {"m": "der den dem", "f": "die die der", "n": "das das dem", "p": "die die denen"}
    return forms["p" if plural else gender].split()[("nom", "acc", "dat").index(case)]


@template(2)
def person_who(draw: Draw) -> Words:
    """The woman who works at the bakery is my aunt; the boy who is playing the piano is called Paul."""
    word = draw.any(("man", "woman", "boy", "girl"))
    entry = next(item for item in NOUNS["person"] if item.en == word)
    head = phrase(entry, "the", "nom")
    relative = german_relative(entry.gender, False, "nom")
    he = people.HE if word in ("man", "boy") else people.SHE
    if word in ("man", "woman") and draw.chance(0.6):
        place_en, place_de = at_place(draw, ACTIVITY_PLACES["work"], "work")
        what, tense = Predicate(parse_verb("work = arbeiten, gearbeitet"), place_en, rest=place_de), "simple"
    else:
        what, tense = activity(draw, "leisure"), draw.any(("progressive",))
    clause = Clause(Someone("who", "who", relative, relative, relative, 2, he.possessive, True), what, tense)
    kind = draw.any(range(3))
    if kind == 0 and word in ("man", "woman"):
        title = draw.pick(PROFESSIONS)
        is_en, is_de = f"is a {title[0]}", f"ist {title[1 if word == 'man' else 2]}"
        if title[0][0] in "aeiou":
            is_en = f"is an {title[0]}"
    elif kind == 1:
        female = word in ("woman", "girl")
        choices = tuple(item for item in NOUNS["family"] if (item.gender == "f") == female and item.de_plural)
        kin = draw.pick(choices)
        words = phrase(kin, draw.any(("my", "his", "her", "our")), "nom")
        is_en, is_de = f"is {words.en}", f"ist {words.de}"
    else:
        name, gender = first_name(draw)
        while (gender == "f") != (word in ("woman", "girl")):
            name, gender = first_name(draw)
        is_en, is_de = f"is called {name}", f"heißt {name}"
    return sentence(f"{head.en} {clause.english()} {is_en}", f"{head.de}, {clause.german('final')}, {is_de}")
