"""Reasons, conditions and purposes: because, if, in order to, I am sorry but."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, join, sentence
from grammar.draw import Draw
from grammar.nouns import phrase
from grammar.people import Someone
from grammar.verbs import parse_verb
from lexicon.adjectives import ADJECTIVES
from lexicon.nouns import NOUNS
from lexicon.places import ACTIVITY_PLACES
from lexicon.verbs import PEOPLE, TRANSITIVE

from sentences.predicates import (
    action,
    activity,
    at_place,
    certain,
    do,
    going,
    name_of,
    on_person,
    state,
    to,
    trip,
)
from sentences.registry import template
from sentences.words import a_relative, one_person, subject, third_person

TAKE = parse_verb("take/took/taken = nehmen, nimmst, nimmt, genommen")
HABIT = frozenset({"habit"})


def again(who: Someone) -> Someone:
    """Return the pronoun for someone just mentioned."""
    if who.pronoun:
        return who
    if who.person == 5:
        return people.THEY
    return people.HE if who.gender == "m" else people.SHE


def _because(main: Clause, reason: Clause) -> Words:
    return sentence(f"{main.english()} because {reason.english()}", f"{main.german()}, weil {reason.german('final')}")


def _fixed(line: str, en: str, rest: str) -> Predicate:
    return Predicate(parse_verb(line), en, rest=rest, flags=HABIT)


_TO_BED = _fixed("go/went/gone = gehen, ist gegangen", "to bed", "ins Bett")
_HOME = _fixed("go/went/gone = gehen, ist gegangen", "home", "nach Hause")
_AT_HOME = _fixed("stay = bleiben, ist geblieben", "at home", "zu Hause")
_IN_BED = _fixed("stay = bleiben, ist geblieben", "in bed", "im Bett")
_TAXI = Predicate(TAKE, "a taxi", objects="ein Taxi", definite=False)
_HURRY = Predicate(parse_verb("hurry = sich beeilen, beeilt"))
_REST = Predicate(parse_verb("rest = sich aus|ruhen, ausgeruht"))

_CAUSES: tuple[tuple[tuple[str, ...], tuple[Predicate | str, ...]], ...] = (
    (("be hungry",), ("eat", "order food", "go bakery", "go restaurant", "cook")),
    (("be thirsty",), ("drink", "order drink")),
    (("be tired",), (_TO_BED, _HOME, _AT_HOME, _IN_BED, _REST, "coffee")),
    (
        ("be ill", "have a cold", "have a fever", "have a cough"),
        (_IN_BED, _AT_HOME, "go doctor", "go pharmacy", "tea", _REST),
    ),
    (("have a headache",), (_IN_BED, "go pharmacy", _HOME, _REST)),
    (("be late", "be in a hurry"), (_TAXI, _HURRY)),
    (("be on holiday", "have time"), ("leisure", "far")),
)
"""Why people do what: states, and what follows from them."""


@template(4)
def because_of_state(draw: Draw) -> Words:
    """He is staying at home because he is tired."""
    who = subject(draw)
    names, effects = draw.any(_CAUSES)
    effect = draw.any(effects)
    tense = draw.any(("progressive", "past", "must", "want", "progressive"))
    if isinstance(effect, Predicate):
        what = effect
    elif effect == "leisure":
        what = activity(draw, "leisure")
    elif effect == "far":
        what = trip(draw)
    else:
        word, _, kind = effect.partition(" ")
        if word == "go":
            what = to(draw, kind)
        elif effect in ("tea", "coffee"):
            what = do(draw, who, *certain("drink", "hot drink", effect), adjectives=0)
        else:
            actions = [entry for entry in TRANSITIVE if name_of(entry.verb) == word]
            nouns = actions[0].nouns
            if word == "drink" or kind == "drink":
                nouns = tuple(entry for entry in nouns if entry.kind == "cold drink")
            elif kind == "food":
                nouns = tuple(entry for entry in nouns if entry.kind in ("dish", "food"))
            what = do(draw, who, actions[0], draw.pick(nouns))
    reason = Clause(again(who), state(draw, among=names), "past" if tense == "past" else "simple")
    return _because(Clause(who, what, tense), reason)


def excuse(draw: Draw, who: Someone) -> tuple[Clause, Clause]:
    """Draw what someone cannot do, and why."""
    kind = draw.any(range(3))
    if kind == 0:
        what = going(draw)
    elif kind == 1:
        what = activity(draw, "leisure", negative=True)
    else:
        what = on_person(draw, who, "habit")
    main = Clause(who, what, "can", draw.any(DAYS), negative=True)
    reason = draw.any(("work", "ill", "time", "exam", "children"))
    he = again(who)
    if reason == "work":
        places = ACTIVITY_PLACES["work"]
        place_en, place_de = at_place(draw, places, "work") if draw.chance(0.5) else ("", "")
        inner = Clause(he, Predicate(parse_verb("work = arbeiten, gearbeitet"), place_en, rest=place_de), "must")
    elif reason == "ill":
        inner = Clause(he, state(draw, among=("be ill", "have a cold", "have a fever", "be tired")))
    elif reason == "time":
        inner = Clause(he, state(draw, negative=True, among=("have time",)), negative=True)
    elif reason == "exam":
        entry = draw.pick(tuple(item for item in NOUNS["event"] if item.en in ("exam", "meeting")))
        words = phrase(entry, "a", "acc")
        have = parse_verb("have/had = haben, gehabt")
        inner = Clause(he, Predicate(have, words.en, objects=words.de, definite=False, flags=frozenset({"stative"})))
    else:
        inner = Clause(he, on_person(draw, he, "habit"), "must")
    return main, inner


@template(3)
def cannot_because(draw: Draw) -> Words:
    """I cannot go to the cinema tomorrow because I must work."""
    return _because(*excuse(draw, subject(draw)))


HEARD = (
    ("he says that", "er sagt, dass"),
    ("she says that", "sie sagt, dass"),
    ("I know that", "ich weiß, dass"),
    ("it is a pity that", "es ist schade, dass"),
    ("I am sorry that", "es tut mir leid, dass"),
)


@template(4)
def heard_that_cannot(draw: Draw) -> Words:
    """She says that Paul cannot go to the cinema tomorrow because he must work."""
    en, de = draw.pick(HEARD)
    main, reason = excuse(draw, third_person(draw))
    return sentence(
        f"{en} {main.english()} because {reason.english()}",
        f"{de} {main.german('final')}, weil {reason.german('final')}",
    )


@template(2.5)
def asked_whether_to_buy(draw: Draw) -> Words:
    """My mother wants to know whether we can go to the market tomorrow to buy fresh fruit."""
    asker = one_person(draw)
    who = draw.any((people.WE, people.THEY))
    name, verb, nouns = draw.any(ERRANDS)
    kind, _, word = draw.pick(nouns).partition("/")
    purpose = do(draw, who, *certain(verb, kind, word))
    clause = Clause(who, to(draw, name), draw.any(("can", "must")), draw.any(DAYS))
    wants = "want" if asker.person == 0 else "wants"
    return sentence(
        f"{asker.en} {wants} to know whether {clause.english()} to {purpose.verb.en} {purpose.en}",
        f"{asker.nom} will wissen, ob {clause.german('final')}, um {Clause(who, purpose).zu_infinitive()}",
    )


@template(2.5)
def because_lost(draw: Draw) -> Words:
    """I need a new umbrella because I lost my umbrella."""
    who = one_person(draw)
    lose = next(entry for entry in LOSING if name_of(entry.verb) == "lose")
    entry = draw.pick(tuple(item for item in lose.nouns if item.kind != "mail" and not item.several))
    how = draw.any(("need", "buy"))
    get = next(action for action in TRANSITIVE if name_of(action.verb) == how and entry in action.nouns)
    draw.combine("adjective+noun", "new", entry.en)
    for verb in (lose.verb, get.verb):
        draw.combine("verb+noun", name_of(verb), entry.en)
    new = phrase(entry, "a", "acc", adjective=ADJECTIVES["new"])
    mine = phrase(entry, who.possessive, "acc")
    wanted = Predicate(get.verb, new.en, objects=new.de, definite=False, flags=get.flags)
    main = Clause(who, wanted, "simple" if name_of(get.verb) == "need" else "must")
    return _because(main, Clause(again(who), Predicate(lose.verb, mine.en, objects=mine.de), "past"))


LOSING = tuple(entry for entry in TRANSITIVE if name_of(entry.verb) in ("lose", "forget"))


BAD_WEATHER = (
    ("it rains", "es", "regnet"),
    ("it snows", "es", "schneit"),
    ("it is cold", "es", "kalt ist"),
    ("the weather is bad", "das Wetter", "schlecht ist"),
)
GOOD_WEATHER = (
    ("the sun shines", "die Sonne", "scheint"),
    ("it is warm", "es", "warm ist"),
    ("the weather is good", "das Wetter", "gut ist"),
)
DAYS = (
    ("tomorrow", "morgen"),
    ("at the weekend", "am Wochenende"),
    ("today", "heute"),
    ("on Sunday", "am Sonntag"),
    ("on Saturday", "am Samstag"),
    ("this afternoon", "heute Nachmittag"),
)
INDOORS = "cinema museum theatre library swimming_pool restaurant"
OUTDOORS = "park beach lake mountains forest seaside garden market"


@template(2.5)
def if_weather(draw: Draw) -> Words:
    """If it rains tomorrow, we will stay at home."""
    good = draw.chance(0.5)
    en, de, rest = draw.pick(GOOD_WEATHER if good else BAD_WEATHER)
    day_en, day_de = draw.any(DAYS)
    who = subject(draw)
    if draw.chance(0.6):
        names = OUTDOORS if good else INDOORS
        what = to(draw, draw.pick(tuple(names.split())).replace("_", " "))
    elif good:
        what = draw.any(
            (
                _fixed("go/went/gone = gehen, ist gegangen", "for a walk", "spazieren"),
                _fixed("go/went/gone = gehen, ist gegangen", "swimming", "schwimmen"),
                _fixed("play = spielen, gespielt", "football", "Fußball"),
                _fixed("play = spielen, gespielt", "tennis", "Tennis"),
                _fixed("ride/rode/ridden = fahren, fährst, fährt, ist gefahren", "a bicycle", "Fahrrad"),
            )
        )
    else:
        what = draw.any(
            (
                _AT_HOME,
                Predicate(parse_verb("watch TV = fern|sehen, siehst, sieht, ferngesehen"), "TV"),
                _fixed("play = spielen, gespielt", "cards", "Karten"),
                _fixed("play = spielen, gespielt", "chess", "Schach"),
            )
        )
    result = Clause(who, what, "will").english()
    condition = f"wenn {day_de} {de} {rest}" if de == "die Sonne" else f"wenn {de} {day_de} {rest}"
    if draw.chance(0.6):
        return sentence(f"if {en} {day_en}, {result}", f"{condition}, {Clause(who, what).german('question')}")
    return sentence(f"{result} if {en} {day_en}", f"{Clause(who, what).german()}, {condition}")


@template(2.5)
def if_time(draw: Draw) -> Words:
    """If I have time tomorrow, I will visit my aunt."""
    who = draw.any((people.I, people.WE, people.HE, people.SHE, people.THEY))
    while "instant" in (what := action(draw, who, "plan")).flags:
        pass
    have = Clause(who, state(draw, among=("have time",)), time=draw.any(DAYS))
    will = Clause(who, what, "will").english()
    if draw.chance(0.5):
        german = f"wenn {have.german('final')}, {Clause(who, what).german('question')}"
        return sentence(f"if {have.english()}, {will}", german)
    return sentence(f"{will} if {have.english()}", f"{Clause(who, what).german()}, wenn {have.german('final')}")


@template(2)
def sorry_but(draw: Draw) -> Words:
    """I am sorry, but I forgot the key; I am sorry, but we have not repaired the car yet."""
    who = draw.any((people.I, people.WE))
    kind = draw.any(range(3))
    if kind == 0:
        clause = Clause(who, on_person(draw, who, "habit"), "can", draw.any(DAYS), negative=True)
    elif kind == 1:
        duty = draw.pick(DUTIES)
        what = do(draw, who, duty, draw.pick(duty.nouns), negative=True)
        clause = Clause(who, what, "perfect", negative=True, not_yet=True)
    else:
        lost = draw.pick(LOSING)
        clause = Clause(who, do(draw, who, lost, draw.pick(lost.nouns)), "past")
    return sentence(f"I am sorry, but {clause.english()}", f"es tut mir leid, aber {clause.german()}")


DUTIES = tuple(
    entry
    for entry in TRANSITIVE
    if name_of(entry.verb)
    in ("repair", "clean", "tidy up", "correct", "pick up", "write", "pay", "wash", "find", "paint")
)
"""What one may have to apologise for not having done."""


ERRANDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("bakery", "buy", ("food mass/bread", "food/bread roll", "food/cake", "food/sandwich")),
    (
        "supermarket",
        "buy",
        (
            "food mass/cheese",
            "food mass/butter",
            "food mass/rice",
            "food mass/sugar",
            "food mass/salt",
            "cold drink/milk",
            "cold drink/water",
            "cold drink/juice",
            "food/egg",
            "food mass/ham",
            "food mass/jam",
            "food mass/honey",
            "food/potato",
            "hot drink/tea",
        ),
    ),
    (
        "market",
        "buy",
        (
            "food/apple",
            "food/pear",
            "food/tomato",
            "food/carrot",
            "food/mushroom",
            "food/strawberry",
            "food mass/fruit",
            "food/onion",
            "food/lemon",
            "food/orange",
            "food/potato",
        ),
    ),
    ("bookshop", "buy", ("reading/book", "reading/novel", "reading/magazine", "reading/newspaper")),
    ("pharmacy", "buy", ("medicine/medicine", "medicine/tablet", "medicine/plaster")),
    (
        "town",
        "buy",
        (
            "clothes/shirt",
            "clothes/dress",
            "clothes/coat",
            "clothes/suit",
            "clothes/skirt",
            "thing/present",
            "clothes/shoe",
            "clothes/trousers",
            "thing/suitcase",
            "thing/lamp",
        ),
    ),
    ("library", "read", ("reading/book", "reading/newspaper", "reading/magazine", "work/report")),
    ("post office", "pick up", ("mail/parcel",)),
    ("station", "pick up", ("thing/ticket", "thing/suitcase")),
    ("kitchen", "cook", ("dish/soup", "food/egg", "food mass/rice", "food/potato", "dish/fish", "dish/meat")),
    ("garden", "photograph", ("animal/bird", "animal/cat", "animal/rabbit")),
    ("lake", "feed", ("animal/duck",)),
    ("restaurant", "eat", ("dish/fish", "dish/soup", "dish/salad", "food/pizza")),
)
"""Where one goes, to do what, to which things."""


@template(2.5)
def in_order_to(draw: Draw) -> Words:
    """He is going to the bakery to buy bread."""
    who = subject(draw)
    name, verb, nouns = draw.any(ERRANDS)
    kind, _, word = draw.pick(nouns).partition("/")
    purpose = do(draw, who, *certain(verb, kind, word))
    clause = Clause(who, to(draw, name), draw.any(("progressive", "past", "must", "want")))
    inner = Clause(again(who), purpose)
    return sentence(
        f"{clause.english()} to {purpose.verb.en} {purpose.en}", f"{clause.german()}, um {inner.zu_infinitive()}"
    )


@template(1.5)
def in_order_to_meet(draw: Draw) -> Words:
    """She is going to the station to pick up her sister."""
    who = subject(draw)
    name, english = draw.any(
        (
            ("station", "pick up"),
            ("airport", "pick up"),
            ("hospital", "visit"),
            ("park", "meet"),
            ("restaurant", "meet"),
            ("cinema", "meet"),
            ("school", "pick up"),
            ("market", "meet"),
        )
    )
    verb = next(entry.verb for entry in PEOPLE if name_of(entry.verb) == english)
    other = third_person(draw) if draw.chance(0.5) else a_relative(draw, who.possessive)
    clause = Clause(who, to(draw, name), draw.any(("progressive", "past", "must", "want")))
    return sentence(
        join(clause.english(), "to", verb.en, verb.particle, other.en_object),
        f"{clause.german()}, um {other.acc} {verb.zu_infinitive}",
    )
