"""Main clauses of every kind, filled with any action: tenses, modals, negation, questions, requests."""

from grammar.clause import NOTHING, Clause, Order, Predicate, Words, join, sentence
from grammar.draw import Draw
from grammar.nouns import phrase
from grammar.people import Someone
from grammar.verbs import parse_verb
from lexicon.nouns import NOUNS, noun
from lexicon.places import PLACES
from lexicon.verbs import GOVERNING, STATES

from sentences.predicates import (
    action,
    activity,
    at_place,
    giving,
    going,
    intransitive,
    on_person,
    on_thing,
    state,
)
from sentences.registry import template
from sentences.when import FREQUENCY, coming_time, habitual_time, now, past_day, past_time
from sentences.words import anyone, counted, settled, someone_else, subject, third_person, you

WILLED = ("can", "must", "want", "should", "would like")
BE = parse_verb("be/was/been = sein, ist gewesen")
KNOW = parse_verb("know/knew/known = kennen, gekannt")
BELIEVE = parse_verb("believe = glauben, geglaubt")
UNDERSTAND = parse_verb("understand/understood = verstehen, verstanden")
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
        while (what := on_thing(draw, who, "plan", negative=negative)).verb.en == "wear":
            pass
        return what
    if kind < 5:
        return on_person(draw, who, "plan")
    return giving(draw, who, negative=negative)


@template(4)
def statement_now(draw: Draw) -> Words:
    """I am cleaning the kitchen (now)."""
    who = subject(draw)
    what = action(draw, who, "now")
    timeless = what.stative or "present" in what.flags or "long" in what.flags
    time = now(draw) if not timeless and draw.chance(0.6) else NOTHING
    return finish(Clause(who, what, present(what), time), who)


@template(3)
def statement_habit(draw: Draw) -> Words:
    """My brother works in the garden every day."""
    who = subject(draw)
    what = action(draw, who, "habit")
    return finish(Clause(who, what, "simple", habitual_time(draw, what.scale), fronted=draw.chance(0.3)), who)


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
    tense = draw.any(WILLED if who.en != "you" else ("can", "must", "should"))
    return finish(Clause(who, what, tense, time, fronted=fronted), who)


@template(2)
def statement_modal_past(draw: Draw) -> Words:
    """He had to work yesterday."""
    who = subject(draw)
    what = action(draw, who, "plan")
    time = past_day(draw, what.scale)
    return finish(Clause(who, what, draw.any(("had", "wanted")), time, fronted=draw.chance(0.3)), who)


@template(3)
def negated_present(draw: Draw) -> Words:
    """He does not eat meat; I am not going to the cinema."""
    who = subject(draw)
    if draw.chance(0.5):
        kind = draw.any(range(3))
        if kind == 0:
            what = activity(draw, "habit", negative=True)
        else:
            what = on_thing(draw, who, "habit", negative=True) if kind == 1 else on_person(draw, who, "habit")
        return finish(Clause(who, what, "simple", negative=True), who)
    what = action(draw, who, "now", negative=True)
    if what.stative:
        return finish(Clause(who, what, "simple", negative=True), who)
    time = coming_time(draw, what.scale) if "present" not in what.flags else NOTHING
    return finish(Clause(who, what, "progressive", time, negative=True), who)


@template(2.5)
def negated_past(draw: Draw) -> Words:
    """We did not go to school yesterday."""
    who = subject(draw)
    what = action(draw, who, "past", negative=True)
    time = past_time(draw, what.scale)
    return finish(Clause(who, what, "past", time, negative=True, fronted=draw.chance(0.2)), who)


@template(2.5)
def negated_modal(draw: Draw) -> Words:
    """I cannot come; you must not smoke; she does not have to work."""
    who = anyone(draw)
    what = action(draw, who, "plan", negative=True)
    tense = draw.any(("can", "must", "should", "may") if who.en == "you" else ("can", "must", "want", "should"))
    time = coming_time(draw, what.scale) if draw.chance(0.3) else NOTHING
    return finish(Clause(who, what, tense, time, negative=True), who)


LASTING = ("be right", "be lucky", "be late", "be in a hurry")
PASSING = tuple(entry[0] for entry in STATES if entry[0] not in LASTING)


@template(3)
def states(draw: Draw) -> Words:
    """I am tired today; are you hungry, Anna?"""
    kind = draw.any(range(5))
    if kind == 0:
        who = you(draw)
        return finish(Clause(who, state(draw)), who, "?", draw)
    who = subject(draw)
    if kind == 1:
        return finish(Clause(who, state(draw, negative=True, among=PASSING), negative=True, time=now(draw)), who)
    if kind == 2:
        past = state(draw, among=(*PASSING, "be lucky"))
        return finish(Clause(who, past, "past", past_time(draw, "day"), fronted=draw.chance(0.4)), who)
    if kind == 3:
        negative = draw.chance(0.4)
        what = state(draw, negative=negative, among=LASTING)
        return finish(Clause(who, what, negative=negative), who)
    return finish(Clause(who, state(draw, among=PASSING), time=now(draw)), who)


@template(2)
def like_doing(draw: Draw) -> Words:
    """I like playing chess."""
    who = subject(draw)
    what = draw.any((activity, intransitive))(draw, "leisure")
    clause = Clause(who, what, adverb=("", "gern"))
    likes = "likes" if who.singular_third else "like"
    return sentence(join(who.en, likes, what.verb.english_ing(), what.en), clause.german())


@template(2)
def would_rather(draw: Draw) -> Words:
    """I would rather stay at home today."""
    who = subject(draw)
    what = going(draw) if draw.chance(0.4) else draw.any((activity, intransitive))(draw, "leisure")
    time = coming_time(draw, what.scale)
    clause = Clause(who, what, "would like", time, adverb=("", "lieber"))
    return sentence(join(who.en, "would rather", what.verb.en, what.en, time[0]), clause.german())


@template(1.5)
def working_for(draw: Draw) -> Words:
    """I have been working at the university for three years."""
    who = settled(draw)
    en, de = counted(draw, 2, 12, noun(draw.any(("year", "month", "week", "hour")), "unit"), "dat")
    places = "office hospital bakery pharmacy bookshop restaurant university school library"
    place_en, place_de = at_place(draw, places, "work")
    have = "has" if who.singular_third else "have"
    clause = Clause(who, Predicate(WORK, rest=place_de), time=("", f"seit {de}"))
    return sentence(f"{who.en} {have} been working {place_en} for {en}", clause.german())


@template(5)
def was_at(draw: Draw) -> Words:
    """My mother is at the dentist's; where were you yesterday, Anna? I was at the market."""
    place = PLACES[draw.pick(tuple(PLACES))]
    draw.combine("verb+place", "be", place.name)
    if draw.chance(0.3):
        who = you(draw)
        clause = Clause(who, Predicate(BE, place.en_at, rest=place.de_at), "past", past_day(draw, "day"))
        return finish(clause, who, "?", draw)
    who = subject(draw)
    negative = draw.chance(0.25)
    what = Predicate(BE, place.en_at, rest=place.de_at)
    if draw.chance(0.6):
        clause = Clause(who, what, "past", past_day(draw, "day"), negative=negative, fronted=draw.chance(0.3))
    else:
        clause = Clause(who, what, "simple", now(draw), negative=negative)
    return finish(clause, who)


@template(4)
def opinions(draw: Draw) -> Words:
    """I find history interesting; are you interested in music, Anna?"""
    topic = draw.pick(NOUNS["topic"])
    kind = draw.any(range(3))
    if topic.en == "weather":
        kind = 2
    german = phrase(topic, "the" if topic.en == "nature" else "", "acc").de
    interest = parse_verb("be/was/been = sich interessieren, interessiert")
    if kind < 2:
        draw.combine("verb+noun", "be interested in", topic.en)
        what = Predicate(interest, f"interested in {topic.en}", rest=f"für {german}")
        if kind == 0:
            who = you(draw)
            return finish(Clause(who, what), who, "?", draw)
        who = subject(draw)
        return finish(Clause(who, what, negative=draw.chance(0.4)), who)
    who = subject(draw)
    english, deutsch = draw.any(
        (("interesting", "interessant"), ("boring", "langweilig"), ("important", "wichtig"), ("exciting", "spannend"))
    )
    if topic.en == "weather":
        english, deutsch = draw.any((("good", "gut"), ("bad", "schlecht"), ("beautiful", "schön")))
    find = parse_verb("find/found = finden, gefunden")
    words = phrase(topic, "the" if topic.en in ("weather", "nature") else "", "acc")
    name = f"the {topic.en}" if topic.en == "weather" else topic.en
    how = draw.any((("", ""), ("very ", "sehr ")))
    clause = Clause(who, Predicate(find, f"{name} {how[0]}{english}", objects=words.de, rest=f"{how[1]}{deutsch}"))
    return finish(clause, who)


@template(2.5)
def knowing(draw: Draw) -> Words:
    """Do you know my brother, Anna?  I don't remember the word."""
    asked = draw.chance(0.4)
    who = you(draw) if asked else subject(draw)
    if draw.chance(0.5):
        verb = draw.any((KNOW, BELIEVE, UNDERSTAND))
        other = someone_else(draw, who) if verb is not KNOW or not who.pronoun else third_person(draw)
        case = other.dat if verb is BELIEVE else other.acc
        slot = {"pronouns": case} if other.pronoun else {"objects": case}
        what = Predicate(verb, other.en_object, flags=frozenset({"stative"}), **slot)
    else:
        remember = next(entry for entry in GOVERNING if entry.en == "remember")
        entry = draw.pick(remember.nouns)
        draw.combine("verb+noun", "remember", entry.en)
        found = phrase(entry, who.possessive if entry.kind == "family" else "the", "acc")
        what = Predicate(remember.verb, found.en, rest=f"an {found.de}", flags=remember.flags)
    if asked:
        return finish(Clause(who, what), who, "?", draw)
    return finish(Clause(who, what, negative=draw.chance(0.5)), who)
