"""Animals: what they do, where and when. The shortest sentences of the book are among these: The dog sleeps."""

from grammar.clause import NOTHING, Clause, Order, Predicate, Words, join, sentence
from grammar.draw import Draw
from grammar.verbs import Verb, parse_verb
from lexicon.nouns import noun

from sentences.home import spot
from sentences.registry import template
from sentences.when import habitual_time, now, past_time
from sentences.words import somebody

_ALL = ("dog", "cat", "horse", "bird", "cow", "mouse", "rabbit", "duck")
_DOINGS: tuple[tuple[Verb, tuple[str, ...], Words], ...] = tuple(
    (parse_verb(verb), tuple(animals.split()) or _ALL, thing)
    for verb, animals, thing in (
        ("sleep/slept = schlafen, schläfst, schläft, geschlafen", "", NOTHING),
        ("eat/ate/eaten = fressen, frisst, frisst, gefressen", "", NOTHING),
        ("drink/drank/drunk = trinken, getrunken", "cat dog", ("milk", "Milch")),
        ("drink/drank/drunk = trinken, getrunken", "", ("water", "Wasser")),
        ("play = spielen, gespielt", "dog cat mouse rabbit", NOTHING),
        ("bark = bellen, gebellt", "dog", NOTHING),
        ("run/ran/run = laufen, läufst, läuft, ist gelaufen", "dog cat horse mouse rabbit", NOTHING),
        ("swim/swam/swum = schwimmen, ist geschwommen", "duck dog", NOTHING),
        ("fly/flew/flown = fliegen, ist geflogen", "bird duck", NOTHING),
        ("sing/sang/sung = singen, gesungen", "bird", NOTHING),
    )
)
_RESTING = ("sleep", "play")
"""What an animal does at one place in the house."""


@template(5)
def animal_does(draw: Draw) -> Words:
    """The dog sleeps.  Is your cat drinking milk?  The birds sang yesterday."""
    verb, animals, thing = draw.pick(_DOINGS)
    entry = noun(draw.pick(animals), "animal")
    several = draw.chance(0.25)
    owners = ("the", "the", "the", "my", "our", "his", "her")
    who = somebody(entry, draw.any(owners if several else ("a", *owners)), plural=several)
    place = NOTHING
    if verb.en in _RESTING and entry.en in ("dog", "cat") and draw.chance(0.4):
        place = spot(draw, "dat", entry)
    what = Predicate(verb, join(thing[0], place[0]), objects=thing[1], rest=place[1], definite=False)
    kind = draw.any(range(8))
    if kind < 2:
        return _said(Clause(who, what, "simple"))
    if kind == 2:
        return _said(Clause(who, what, "simple", habitual_time(draw, what.scale)))
    if kind < 5:
        return _said(Clause(who, what, "progressive", now(draw) if draw.chance(0.3) else NOTHING))
    if kind == 5:
        return _said(Clause(who, what, "past", past_time(draw, what.scale)))
    if kind == 6 and not thing[0]:
        return _said(Clause(who, what, draw.any(("simple", "progressive", "past")), negative=True))
    return _said(Clause(who, what, draw.any(("progressive", "past", "can"))), "question", "?")


def _said(clause: Clause, order: Order = "statement", mark: str = ".") -> Words:
    return sentence(clause.english(order), clause.german(order), mark)
