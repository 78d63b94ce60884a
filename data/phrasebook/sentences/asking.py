"""Questions, requests and suggestions, filled with any action."""

from grammar import people
from grammar.clause import NOTHING, Clause, Predicate, Words, imperative, join, sentence
from grammar.draw import Draw
from lexicon.verbs import INTRANSITIVE, TRANSITIVE

from sentences.frames import deed, finish, present
from sentences.predicates import (
    action,
    activity,
    do,
    going,
    intransitive,
    name_of,
    on_person,
)
from sentences.registry import template
from sentences.when import coming_time, habitual_time, past_time
from sentences.words import other_person, you


@template(4)
def question_modal(draw: Draw) -> Words:
    """Can you help me, Anna?  May I open the window?"""
    if draw.chance(0.6):
        who = you(draw)
        tense = draw.any(("can", "must", "want", "would like"))
    else:
        who = draw.any((people.I, people.WE))
        tense = draw.any(("may", "shall", "can", "must"))
    what = action(draw, who, "plan")
    time = coming_time(draw, what.scale) if draw.chance(0.3) else NOTHING
    return finish(Clause(who, what, tense, time), who, "?", draw)


@template(3)
def question_present(draw: Draw) -> Words:
    """Are you working tomorrow?  Does she often cook?"""
    who = you(draw) if draw.chance(0.6) else other_person(draw)
    if draw.chance(0.4):
        what = action(draw, who, "habit")
        time = habitual_time(draw, what.scale) if draw.chance(0.4) else NOTHING
        adverb = NOTHING if time[0] else ("often", "oft")
        return finish(Clause(who, what, "simple", time, adverb), who, "?", draw)
    what = action(draw, who, "now")
    if what.stative:
        return finish(Clause(who, what, "simple"), who, "?", draw)
    time = coming_time(draw, what.scale) if "present" not in what.flags else NOTHING
    return finish(Clause(who, what, "progressive", time), who, "?", draw)


@template(5)
def question_past(draw: Draw) -> Words:
    """Did you call your mother yesterday?"""
    who = you(draw) if draw.chance(0.6) else other_person(draw)
    if draw.chance(0.3):
        return finish(Clause(who, deed(draw, who), "perfect", adverb=("already", "schon")), who, "?", draw)
    what = action(draw, who, "past")
    return finish(Clause(who, what, "past", past_time(draw, what.scale)), who, "?", draw)


@template(4)
def question_word(draw: Draw) -> Words:
    """When are you going to the doctor?  Why did he sell the car?"""
    who = you(draw) if draw.chance(0.5) else other_person(draw)
    kind = draw.any(range(5))
    if kind < 2:
        front, what, tense = ("when", "wann"), action(draw, who, "plan"), draw.any(("past", "must", "want", "can"))
    elif kind < 4:
        front, what = ("why", "warum"), action(draw, who, draw.any(("plan", "now")))
        tense = "past" if "present" not in what.flags and not what.stative and draw.chance(0.5) else present(what)
    else:
        front, what, tense = ("how often", "wie oft"), action(draw, who, "habit"), "simple"
    return finish(Clause(who, what, tense, front=front), who, "?", draw)


@template(5)
def request(draw: Draw) -> Words:
    """Anna, please close the window."""
    who = you(draw)
    kind = draw.any(range(6))
    if kind < 3:
        act = draw.pick(tuple(entry for entry in TRANSITIVE if name_of(entry.verb) in WANTED))
        what = do(draw, who, act, draw.pick(act.nouns))
    elif kind < 5:
        what = on_person(draw, who, "request")
    else:
        act = draw.pick(tuple(entry for entry in INTRANSITIVE if name_of(entry.verb) in WISHED))
        what = Predicate(act.verb, act.verb.particle, flags=act.flags)
    timeless = what.flags & {"instant", "request"}
    time = coming_time(draw, what.scale) if not timeless and draw.chance(0.3) else NOTHING
    en, de = imperative(what, who, time=time)
    return sentence(en, de, ".", who)


WISHED = ("come back", "get up", "tidy up", "rest", "hurry", "do the shopping", "cook", "sing", "set off")
WANTED = (
    "open", "close", "clean", "tidy up", "repair", "wash", "turn on", "turn off", "pick up", "correct", "explain",
    "write", "read", "bring", "take along", "order", "look for", "put on", "take off", "try on", "feed", "pay", "paint",
)  # fmt: skip
UNWANTED = (
    "forget",
    "lose",
    "open",
    "close",
    "turn off",
    "turn on",
    "sell",
    "eat",
    "drink",
    "wash",
    "read",
    "buy",
    "take off",
)


@template(2)
def request_not(draw: Draw) -> Words:
    """Please do not forget your key."""
    who = you(draw)
    act = draw.pick(tuple(entry for entry in TRANSITIVE if name_of(entry.verb) in UNWANTED))
    what = do(draw, who, act, draw.pick(act.nouns), negative=True)
    en, de = imperative(what, who, negative=True)
    return sentence(en, de, ".", who)


@template(1.5)
def suggestion(draw: Draw) -> Words:
    """Shall we go to the cinema this evening?  Let's go to the cinema!"""
    what = going(draw) if draw.chance(0.4) else draw.any((activity, intransitive))(draw, "leisure")
    time = coming_time(draw, what.scale)
    if draw.chance(0.5):
        clause = Clause(people.WE, what, "want", time)
        return sentence(join("shall we", what.verb.en, what.en, time[0]), clause.german("question"), "?")
    clause = Clause(people.WE, what, "simple", time)
    return sentence(join("let's", what.verb.en, what.en, time[0]), clause.german("question"), "!")
