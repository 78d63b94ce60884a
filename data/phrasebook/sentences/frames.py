"""Main clauses of every kind, filled with any action: tenses, modals, negation, questions, requests."""

from grammar import people
from grammar.clause import NOTHING, Clause, Order, Predicate, Words, imperative, join, sentence
from grammar.draw import Draw
from grammar.people import Someone
from grammar.verbs import parse_verb
from lexicon.nouns import noun
from lexicon.verbs import STATES
from sentences.predicates import action, activity, at_place, giving, going, intransitive, on_person, on_thing, state
from sentences.registry import template
from sentences.words import (
    FREQUENCY,
    anyone,
    coming_time,
    counted,
    habitual_time,
    now,
    other_person,
    past_time,
    settled,
    subject,
    you,
)

WILLED = ("can", "must", "want", "should", "would like")
WORK = parse_verb("work = arbeiten, gearbeitet")


def present(predicate: Predicate) -> str:
    """Return the tense in which English says what happens now."""
    return "simple" if predicate.stative else "progressive"


def finish(clause: Clause, who: Someone, mark: str = ".", draw: Draw | None = None) -> Words:
    """Make a sentence of a clause; a question may call the addressed by name at its end."""
    order: Order = "question" if mark == "?" else "statement"
    last = draw is not None and draw.chance(0.4)
    return sentence(clause.english(order), clause.german(order), mark, who, last=last)


def deed(draw: Draw, who: Someone, *, negative: bool = False) -> Predicate:
    """Draw what can be already done, or not yet."""
    kind = draw.any(range(6))
    if kind < 3:
        return on_thing(draw, who, "plan", negative=negative)
    if kind < 5:
        return on_person(draw, who, "plan")
    return giving(draw, who, negative=negative)


@template(4)
def statement_now(draw: Draw) -> Words:
    """I am cleaning the kitchen (now)."""
    who = subject(draw)
    what = action(draw, who, "now")
    timeless = "present" in what.flags or "long" in what.flags
    time = now(draw) if not timeless and draw.chance(0.6) else NOTHING
    return finish(Clause(who, what, present(what), time), who)


@template(3)
def statement_habit(draw: Draw) -> Words:
    """My brother works in the garden every day."""
    who = subject(draw)
    what = action(draw, who, "habit")
    return finish(Clause(who, what, "simple", habitual_time(draw), fronted=draw.chance(0.3)), who)


@template(2.5)
def statement_often(draw: Draw) -> Words:
    """My brother often works in the garden."""
    who = subject(draw)
    return finish(Clause(who, action(draw, who, "habit"), adverb=draw.pick(FREQUENCY)), who)


@template(7)
def statement_past(draw: Draw) -> Words:
    """Anna bought a book yesterday."""
    who = subject(draw)
    what = action(draw, who, "past")
    return finish(Clause(who, what, "past", past_time(draw, what.scale), fronted=draw.chance(0.35)), who)


@template(3)
def statement_perfect(draw: Draw) -> Words:
    """We have already repaired the car; he has just called me."""
    who = subject(draw)
    adverb = draw.any((("already", "schon"), ("just", "gerade")))
    return finish(Clause(who, deed(draw, who), "perfect", adverb=adverb), who)


@template(2)
def statement_not_yet(draw: Draw) -> Words:
    """She has not repaired the car yet."""
    who = anyone(draw)
    return finish(Clause(who, deed(draw, who, negative=True), "perfect", negative=True, not_yet=True), who)


@template(5)
def statement_coming(draw: Draw) -> Words:
    """Tomorrow we are visiting the museum; I will call you."""
    who = subject(draw)
    what = action(draw, who, "plan")
    tense = "will" if draw.chance(0.45) else "progressive"
    return finish(Clause(who, what, tense, coming_time(draw, what.scale), fronted=draw.chance(0.5)), who)


@template(5)
def statement_modal(draw: Draw) -> Words:
    """I must go to the doctor tomorrow."""
    who = anyone(draw)
    what = action(draw, who, "plan")
    time = coming_time(draw, what.scale) if draw.chance(0.7) else NOTHING
    fronted = bool(time[0]) and draw.chance(0.3)
    return finish(Clause(who, what, draw.any(WILLED), time, fronted=fronted), who)


@template(2)
def statement_modal_past(draw: Draw) -> Words:
    """He had to work yesterday."""
    who = anyone(draw)
    what = action(draw, who, "plan")
    time = past_time(draw, what.scale)
    return finish(Clause(who, what, draw.any(("had", "wanted")), time, fronted=draw.chance(0.3)), who)


@template(3)
def negated_present(draw: Draw) -> Words:
    """He does not eat meat; I am not going to the cinema."""
    who = anyone(draw)
    if draw.chance(0.5):
        return finish(Clause(who, action(draw, who, "habit", negative=True), "simple", negative=True), who)
    what = action(draw, who, "now", negative=True)
    if what.stative:
        return finish(Clause(who, what, "simple", negative=True), who)
    time = coming_time(draw, what.scale) if "present" not in what.flags else NOTHING
    return finish(Clause(who, what, "progressive", time, negative=True), who)


@template(2.5)
def negated_past(draw: Draw) -> Words:
    """We did not go to school yesterday."""
    who = anyone(draw)
    what = action(draw, who, "past", negative=True)
    time = past_time(draw, what.scale)
    return finish(Clause(who, what, "past", time, negative=True, fronted=draw.chance(0.2)), who)


@template(2.5)
def negated_modal(draw: Draw) -> Words:
    """I cannot come; you must not smoke; she does not have to work."""
    who = anyone(draw)
    what = action(draw, who, "plan", negative=True)
    tense = draw.any(("can", "must", "want", "should", "may"))
    time = coming_time(draw, what.scale) if draw.chance(0.3) else NOTHING
    return finish(Clause(who, what, tense, time, negative=True), who)


@template(4)
def question_modal(draw: Draw) -> Words:
    """Can you help me, Anna?  May I open the window?"""
    if draw.chance(0.6):
        who = you(draw)
        tense = draw.any(("can", "must", "want", "would like"))
    else:
        who = draw.any((people.I, people.WE))
        tense = draw.any(("may", "should", "can", "must"))
    what = action(draw, who, "plan")
    time = coming_time(draw, what.scale) if draw.chance(0.3) else NOTHING
    return finish(Clause(who, what, tense, time), who, "?", draw)


@template(3)
def question_present(draw: Draw) -> Words:
    """Are you working tomorrow?  Does she often cook?"""
    who = you(draw) if draw.chance(0.6) else other_person(draw)
    if draw.chance(0.4):
        what = action(draw, who, "habit")
        time = habitual_time(draw) if draw.chance(0.4) else NOTHING
        adverb = NOTHING if time[0] else ("often", "oft")
        return finish(Clause(who, what, "simple", time, adverb), who, "?", draw)
    what = action(draw, who, "now")
    if what.stative:
        return finish(Clause(who, what, "simple"), who, "?", draw)
    time = coming_time(draw, what.scale) if "present" not in what.flags else NOTHING
    return finish(Clause(who, what, "progressive", time), who, "?", draw)


@template(3)
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
        what = on_thing(draw, who, "plan")
    elif kind < 5:
        what = on_person(draw, who, "plan")
    else:
        what = intransitive(draw, who, "plan", places=False)
    time = coming_time(draw, what.scale) if draw.chance(0.3) else NOTHING
    en, de = imperative(what, who, time=time)
    return sentence(en, de, ".", who)


@template(1.5)
def request_not(draw: Draw) -> Words:
    """Please do not forget the key."""
    who = you(draw)
    what = on_thing(draw, who, "plan", negative=True)
    en, de = imperative(what, who, negative=True)
    return sentence(en, de, ".", who)


@template(1.5)
def suggestion(draw: Draw) -> Words:
    """Shall we go to the cinema this evening?  Let's go to the cinema!"""
    if draw.chance(0.4):
        what = going(draw, people.WE)
    else:
        what = draw.any((activity, intransitive))(draw, people.WE, "leisure")
    time = coming_time(draw, what.scale)
    if draw.chance(0.5):
        clause = Clause(people.WE, what, "want", time)
        return sentence(join("shall we", what.verb.en, what.en, time[0]), clause.german("question"), "?")
    clause = Clause(people.WE, what, "simple", time)
    return sentence(join("let's", what.verb.en, what.en, time[0]), clause.german("question"), "!")


LASTING = ("be right", "be lucky", "be late", "be in a hurry")
PASSING = tuple(entry[0] for entry in STATES if entry[0] not in LASTING)


@template(3)
def states(draw: Draw) -> Words:
    """I am tired today; are you hungry, Anna?"""
    kind = draw.any(range(5))
    if kind == 0:
        who = you(draw)
        return finish(Clause(who, state(draw, who)), who, "?", draw)
    who = subject(draw)
    if kind == 1:
        return finish(Clause(who, state(draw, who, negative=True, among=PASSING), negative=True, time=now(draw)), who)
    if kind == 2:
        past = state(draw, who, among=(*PASSING, "be lucky"))
        return finish(Clause(who, past, "past", past_time(draw, "day"), fronted=draw.chance(0.4)), who)
    if kind == 3:
        negative = draw.chance(0.4)
        what = state(draw, who, negative=negative, among=LASTING)
        return finish(Clause(who, what, negative=negative), who)
    return finish(Clause(who, state(draw, who, among=PASSING), time=now(draw)), who)


@template(2)
def like_doing(draw: Draw) -> Words:
    """I like playing chess."""
    who = subject(draw)
    what = draw.any((activity, intransitive))(draw, who, "leisure")
    clause = Clause(who, what, adverb=("", "gern"))
    likes = "likes" if who.singular_third else "like"
    return sentence(join(who.en, likes, what.verb.english_ing(), what.en), clause.german())


@template(2)
def would_rather(draw: Draw) -> Words:
    """I would rather stay at home today."""
    who = subject(draw)
    what = going(draw, who) if draw.chance(0.4) else draw.any((activity, intransitive))(draw, who, "leisure")
    time = coming_time(draw, what.scale)
    clause = Clause(who, what, "would like", time, adverb=("", "lieber"))
    return sentence(join(who.en, "would rather", what.verb.en, what.en, time[0]), clause.german())


@template(1.5)
def working_for(draw: Draw) -> Words:
    """I have been working at the university for three years."""
    who = settled(draw)
    en, de = counted(draw, 2, 12, noun(draw.any(("year", "month", "week", "hour")), "unit"), "dat")
    place_en, place_de = at_place(draw, "office hospital bakery pharmacy bookshop restaurant university school library")
    draw.combine("verb+place", "work", place_en)
    have = "has" if who.singular_third else "have"
    clause = Clause(who, Predicate(WORK, rest=place_de), time=("", f"seit {de}"))
    return sentence(f"{who.en} {have} been working {place_en} for {en}", clause.german())
