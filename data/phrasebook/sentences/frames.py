"""Clauses of every kind, filled with any action: tenses, modals, questions, negation, subordinate clauses."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, imperative, join, sentence
from grammar.draw import Draw
from grammar.people import Someone
from sentences.predicates import action, activity, at_place, going, intransitive, on_person, on_thing, state
from sentences.registry import template
from sentences.words import (
    FREQUENCY,
    anyone,
    coming_time,
    habitual_time,
    now,
    past_time,
    subject,
    third_person,
    you,
)

JUST_NOW = ("can", "must", "want", "should", "would like")


def _present(predicate: Predicate) -> str:
    return "simple" if predicate.stative else "progressive"


def _finish(clause: Clause, who: Someone, mark: str = ".", draw: Draw | None = None) -> Words:
    order = "question" if mark == "?" else "statement"
    last = draw is not None and draw.chance(0.4)
    return sentence(clause.english(order), clause.german(order), mark, who, last=last)  # type: ignore[arg-type]


@template(5)
def statement_now(draw: Draw) -> Words:
    """I am cleaning the kitchen (now)."""
    who = subject(draw)
    what = action(draw, who)
    time = now(draw) if draw.chance(0.5) else ("", "")
    return _finish(Clause(who, what, _present(what), time), who)


@template(4)
def statement_habit(draw: Draw) -> Words:
    """My brother works in the garden every day."""
    who = subject(draw)
    what = action(draw, who)
    return _finish(Clause(who, what, "simple", habitual_time(draw), fronted=draw.chance(0.3)), who)


@template(3)
def statement_often(draw: Draw) -> Words:
    """My brother often works in the garden."""
    who = subject(draw)
    return _finish(Clause(who, action(draw, who), adverb=draw.pick(FREQUENCY)), who)


@template(9)
def statement_past(draw: Draw) -> Words:
    """Anna bought a book yesterday."""
    who = subject(draw)
    return _finish(Clause(who, action(draw, who), "past", past_time(draw), fronted=draw.chance(0.35)), who)


@template(4)
def statement_perfect(draw: Draw) -> Words:
    """We have already repaired the car; he has just called me."""
    who = subject(draw)
    adverb = draw.any((("already", "schon"), ("just", "gerade")))
    return _finish(Clause(who, action(draw, who), "perfect", adverb=adverb), who)


@template(3)
def statement_not_yet(draw: Draw) -> Words:
    """She has not repaired the car yet."""
    who = anyone(draw)
    what = action(draw, who, negative=True)
    return _finish(Clause(who, what, "perfect", negative=True, not_yet=True), who)


@template(6)
def statement_coming(draw: Draw) -> Words:
    """Tomorrow we are visiting the museum."""
    who = subject(draw)
    what = action(draw, who)
    tense = "will" if what.stative or draw.chance(0.4) else "progressive"
    return _finish(Clause(who, what, tense, coming_time(draw), fronted=draw.chance(0.5)), who)


@template(7)
def statement_modal(draw: Draw) -> Words:
    """I must go to the doctor tomorrow."""
    who = anyone(draw)
    tense = draw.any(JUST_NOW)
    time = coming_time(draw) if draw.chance(0.6) else ("", "")
    fronted = bool(time[0]) and draw.chance(0.3)
    return _finish(Clause(who, action(draw, who), tense, time, fronted=fronted), who)


@template(3)
def statement_modal_past(draw: Draw) -> Words:
    """He had to work yesterday."""
    who = anyone(draw)
    tense = draw.any(("had", "wanted"))
    return _finish(Clause(who, action(draw, who), tense, past_time(draw), fronted=draw.chance(0.3)), who)


@template(4)
def negated_present(draw: Draw) -> Words:
    """He does not eat meat; I am not going to the cinema."""
    who = anyone(draw)
    what = action(draw, who, negative=True)
    if what.stative or draw.chance(0.4):
        return _finish(Clause(who, what, "simple", negative=True), who)
    time = coming_time(draw) if draw.chance(0.6) else ("", "")
    return _finish(Clause(who, what, "progressive", time, negative=True), who)


@template(3)
def negated_past(draw: Draw) -> Words:
    """We did not go to school yesterday."""
    who = anyone(draw)
    what = action(draw, who, negative=True)
    return _finish(Clause(who, what, "past", past_time(draw), negative=True, fronted=draw.chance(0.2)), who)


@template(3)
def negated_modal(draw: Draw) -> Words:
    """I cannot come; you must not smoke; she does not have to work."""
    who = anyone(draw)
    what = action(draw, who, negative=True)
    tense = draw.any(("can", "must", "want", "should", "may"))
    return _finish(Clause(who, what, tense, negative=True), who)


@template(4)
def question_modal(draw: Draw) -> Words:
    """Can you help me, Anna?  May I open the window?"""
    if draw.chance(0.6):
        who = you(draw)
        tense = draw.any(("can", "must", "want", "would like"))
    else:
        who = draw.any((people.I, people.WE))
        tense = draw.any(("may", "should", "can", "must"))
    time = coming_time(draw) if draw.chance(0.3) else ("", "")
    return _finish(Clause(who, action(draw, who), tense, time), who, "?", draw)


@template(4)
def question_present(draw: Draw) -> Words:
    """Are you working tomorrow?  Does she live here?"""
    who = you(draw) if draw.chance(0.6) else subject(draw)
    what = action(draw, who)
    if what.stative or draw.chance(0.4):
        time = habitual_time(draw) if draw.chance(0.4) and not what.stative else ("", "")
        return _finish(Clause(who, what, "simple", time), who, "?", draw)
    return _finish(Clause(who, what, "progressive", coming_time(draw)), who, "?", draw)


@template(4)
def question_past(draw: Draw) -> Words:
    """Did you call your mother yesterday?"""
    who = you(draw) if draw.chance(0.6) else subject(draw)
    if draw.chance(0.3):
        return _finish(Clause(who, action(draw, who), "perfect", adverb=("already", "schon")), who, "?", draw)
    return _finish(Clause(who, action(draw, who), "past", past_time(draw)), who, "?", draw)


@template(5)
def question_word(draw: Draw) -> Words:
    """When are you going to the doctor?  Why did he sell the car?"""
    who = you(draw) if draw.chance(0.5) else subject(draw)
    front = draw.any((("when", "wann"), ("why", "warum"), ("why", "warum"), ("when", "wann"), ("how often", "wie oft")))
    what = action(draw, who)
    if front[0] == "how often":
        tense = "simple"
    elif front[0] == "when":
        tense = draw.any(("past", "must", "want", "can")) if what.stative else draw.any(
            ("past", "must", "want", "can", "progressive")
        )
    else:
        tense = draw.any(("past", "must", "want", _present(what)))
    return _finish(Clause(who, what, tense, front=front), who, "?", draw)


@template(6)
def request(draw: Draw) -> Words:
    """Please close the window, Anna."""
    who = you(draw)
    kind = draw.any(range(6))
    if kind < 3:
        what = on_thing(draw, who)
    elif kind < 5:
        what = on_person(draw, who)
    else:
        what = intransitive(draw, who)
    if what.stative or what.verb.en in ("lose", "find", "forget", "need", "wake", "fall"):
        return request(draw)
    time = coming_time(draw) if draw.chance(0.3) else ("", "")
    en, de = imperative(what, who, time=time)
    return sentence(en, de, ".", who)


@template(1.5)
def request_not(draw: Draw) -> Words:
    """Please do not forget the key."""
    who = you(draw)
    what = on_thing(draw, who, negative=True)
    if what.stative or what.verb.en == "need" or what.verb.en == "find":
        return request_not(draw)
    en, de = imperative(what, who, negative=True)
    return sentence(en, de, ".", who)


@template(1.5)
def suggestion(draw: Draw) -> Words:
    """Let us go to the cinema this evening."""
    what = draw.any((going, activity, intransitive))(draw, people.WE)
    time = coming_time(draw)
    if draw.chance(0.5):
        clause = Clause(people.WE, what, "want", time)
        return sentence(join("shall we", what.verb.en, what.en, time[0]), clause.german("question"), "?")
    clause = Clause(people.WE, what, "simple", time)
    return sentence(join("let's", what.verb.en, what.en, time[0]), clause.german("question"), "!")


@template(2.5)
def states(draw: Draw) -> Words:
    """I am very tired today; are you hungry, Anna?"""
    kind = draw.any(range(4))
    if kind == 0:
        who = you(draw)
        return _finish(Clause(who, state(draw, who)), who, "?", draw)
    who = subject(draw)
    if kind == 1:
        return _finish(Clause(who, state(draw, who, negative=True), negative=True, time=now(draw)), who)
    if kind == 2:
        return _finish(Clause(who, state(draw, who), "past", past_time(draw), fronted=draw.chance(0.4)), who)
    return _finish(Clause(who, state(draw, who), time=now(draw)), who)


def _reason(draw: Draw, who: Someone) -> Clause:
    """Draw a clause that explains what someone else does."""
    kind = draw.any(range(4))
    if kind == 0:
        return Clause(who, state(draw, who))
    if kind == 1:
        negative = draw.chance(0.5)
        return Clause(who, state(draw, who, negative=negative), "past", negative=negative)
    what = action(draw, who)
    if kind == 2:
        return Clause(who, what, draw.any(("must", "want", "would like")), coming_time(draw))
    return Clause(who, what, "past", past_time(draw))


def _again(who: Someone) -> Someone:
    """Return the pronoun for someone just mentioned."""
    if who.pronoun:
        return who
    if who.person == 5:
        return people.THEY
    return people.HE if who.gender == "m" else people.SHE


@template(5)
def because(draw: Draw) -> Words:
    """He is staying at home because he is tired."""
    who = subject(draw)
    what = action(draw, who)
    main = Clause(who, what, _present(what)) if draw.chance(0.5) else Clause(who, what, draw.any(("can", "must", "want")))
    reason = _reason(draw, _again(who))
    return sentence(
        f"{main.english()} because {reason.english()}", f"{main.german()}, weil {reason.german('final')}"
    )


@template(2)
def cannot_because(draw: Draw) -> Words:
    """I cannot come tomorrow because I must work."""
    who = subject(draw)
    what = draw.any((going, activity, intransitive))(draw, who)
    main = Clause(who, what, "can", coming_time(draw), negative=True)
    reason = _reason(draw, _again(who))
    return sentence(
        f"{main.english()} because {reason.english()}", f"{main.german()}, weil {reason.german('final')}"
    )


SAYING = (
    ("I think that", "Ich glaube, dass"),
    ("I hope that", "Ich hoffe, dass"),
    ("I know that", "Ich weiß, dass"),
    ("I am sure that", "Ich bin sicher, dass"),
    ("we are glad that", "wir freuen uns, dass"),
    ("he says that", "er sagt, dass"),
    ("she says that", "sie sagt, dass"),
    ("it is a pity that", "es ist schade, dass"),
    ("did you know that", "wussten Sie, dass"),
)


@template(5)
def that_clause(draw: Draw) -> Words:
    """I think that she bought a car yesterday."""
    front = draw.pick(SAYING)
    who = third_person(draw) if draw.chance(0.6) else draw.any((people.HE, people.SHE, people.THEY, people.WE))
    what = action(draw, who)
    kind = draw.any(range(4))
    if kind == 0:
        inner = Clause(who, what, "past", past_time(draw))
    elif kind == 1:
        inner = Clause(who, what, draw.any(JUST_NOW))
    elif kind == 2:
        inner = Clause(who, what, "will", coming_time(draw))
    else:
        inner = Clause(who, state(draw, who))
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


@template(4)
def whether(draw: Draw) -> Words:
    """Do you know whether she is coming tomorrow?"""
    front = draw.pick(ASKING)
    who = third_person(draw) if draw.chance(0.6) else draw.any((people.HE, people.SHE, people.THEY))
    what = action(draw, who)
    if front[0].endswith("when"):
        inner = Clause(who, what, draw.any(("past", "will", "can", "want")))
    elif draw.chance(0.5):
        inner = Clause(who, what, "past", past_time(draw))
    else:
        inner = Clause(who, what, draw.any(("can", "want", "must", "will")), coming_time(draw))
    mark = "?" if front[0].startswith(("do ", "can ")) else "."
    return sentence(f"{front[0]} {inner.english()}", f"{front[1]} {inner.german('final')}", mark)


CONDITIONS = (
    ("it rains", "es regnet"),
    ("it snows", "es schneit"),
    ("the sun shines", "die Sonne scheint"),
    ("the weather is good", "das Wetter gut ist"),
    ("the weather is bad", "das Wetter schlecht ist"),
    ("it is warm", "es warm ist"),
    ("it is cold", "es kalt ist"),
)
DAYS = (("tomorrow", "morgen"), ("at the weekend", "am Wochenende"), ("today", "heute"))


@template(3)
def if_weather(draw: Draw) -> Words:
    """If it rains tomorrow, we will stay at home."""
    condition = draw.pick(CONDITIONS)
    day = draw.any(DAYS)
    subject_de, _, rest_de = condition[1].partition(" ")
    if subject_de in ("die", "das"):
        noun_de, _, rest_de = rest_de.partition(" ")
        subject_de = f"{subject_de} {noun_de}"
    who = subject(draw)
    what = draw.any((going, activity, intransitive))(draw, who)
    if draw.chance(0.6):
        english = join("if", condition[0], day[0]) + ", " + Clause(who, what, "will").english()
        german = f"wenn {subject_de} {day[1]} {rest_de}, {Clause(who, what).german('question')}"
    else:
        english = f"{Clause(who, what, 'will').english()} if {condition[0]} {day[0]}"
        german = f"{Clause(who, what).german()}, wenn {subject_de} {day[1]} {rest_de}"
    return sentence(english, german)


@template(2.5)
def if_time(draw: Draw) -> Words:
    """If I have time tomorrow, I will visit my aunt."""
    who = draw.any((people.I, people.WE, people.HE, people.SHE, people.THEY))
    what = action(draw, who)
    day = draw.any(DAYS)
    have = Clause(who, state(draw, who), time=day)
    english = f"if {have.english()}, {Clause(who, what, 'will').english()}"
    german = f"wenn {have.german('final')}, {Clause(who, what).german('question')}"
    return sentence(english, german)


@template(2)
def sorry_but(draw: Draw) -> Words:
    """I am sorry, but I must work today."""
    who = draw.any((people.I, people.WE, people.HE, people.SHE))
    what = action(draw, who, negative=True)
    clause = Clause(who, what, draw.any(("can", "must")), negative=True) if draw.chance(0.4) else None
    if clause is None or clause.tense == "must":
        clause = Clause(who, what, "past", negative=True)
    return sentence(f"I am sorry, but {clause.english()}", f"es tut mir leid, aber {clause.german()}")


@template(2)
def in_order_to(draw: Draw) -> Words:
    """He is going to the supermarket to buy bread."""
    who = subject(draw)
    place = going(draw, who)
    purpose = on_thing(draw, who) if draw.chance(0.5) else on_person(draw, who)
    if purpose.stative or purpose.verb.en in ("lose", "forget", "need", "find"):
        return in_order_to(draw)
    clause = Clause(who, place, draw.any(("progressive", "past", "must")))
    inner = Clause(_again(who), purpose)
    return sentence(
        f"{clause.english()} to {purpose.verb.en} {purpose.en}", f"{clause.german()}, um {inner.zu_infinitive()}"
    )


@template(2.5)
def like_doing(draw: Draw) -> Words:
    """I like playing chess; I would rather stay at home."""
    who = subject(draw)
    what = draw.any((activity, intransitive, going))(draw, who)
    clause = Clause(who, what, adverb=("", "gern"))
    third = "likes" if who.singular_third else "like"
    return sentence(join(who.en, third, what.verb.english_ing(), what.en), clause.german())


@template(2)
def would_rather(draw: Draw) -> Words:
    """I would rather stay at home today."""
    who = subject(draw)
    what = draw.any((activity, intransitive, going))(draw, who)
    time = coming_time(draw)
    clause = Clause(who, what, "would like", time, adverb=("", "lieber"))
    return sentence(join(who.en, "would rather", what.verb.en, what.en, time[0]), clause.german())


@template(2)
def and_then(draw: Draw) -> Words:
    """First we are going to the bakery, and then we are having breakfast."""
    who = draw.any((people.I, people.WE, people.HE, people.SHE, people.THEY))
    tense = draw.any(("past", "must", "will"))
    first, then = action(draw, who), action(draw, who)
    one = Clause(who, first, tense, ("first", "zuerst"), fronted=True)
    two = Clause(who, then, tense, ("then", "dann"), fronted=True)
    return sentence(f"{one.english()}, and {two.english()}", f"{one.german()}, und {two.german()}")


@template(1.5)
def for_years(draw: Draw) -> Words:
    """I have been working in the garden for three hours."""
    from lexicon.nouns import noun
    from sentences.words import counted

    who = subject(draw)
    en, de = counted(draw, 2, 12, noun(draw.any(("year", "month", "hour", "week")), "unit"), "dat")
    place_en, place_de = at_place(draw, "office hospital bakery pharmacy bookshop restaurant university school library")
    have = "has" if who.singular_third else "have"
    from grammar.verbs import parse_verb

    clause = Clause(who, Predicate(parse_verb("work = arbeiten, gearbeitet"), rest=place_de), time=("", f"seit {de}"))
    return sentence(f"{who.en} {have} been working {place_en} for {en}", clause.german())
