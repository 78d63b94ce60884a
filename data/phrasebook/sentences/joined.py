"""Sentences of two clauses: because, that, whether, if, in order to, who and which."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, join, sentence
from grammar.draw import Draw
from grammar.nouns import Case, phrase
from grammar.people import Someone
from grammar.verbs import parse_verb
from lexicon.adjectives import ADJECTIVES
from lexicon.names import PROFESSIONS
from lexicon.nouns import NOUNS, of
from lexicon.places import ACTIVITY_PLACES, PLACES
from lexicon.verbs import PEOPLE, TRANSITIVE
from sentences.frames import WILLED
from sentences.predicates import (
    action,
    activity,
    at_place,
    certain,
    do,
    for_use,
    going,
    intransitive,
    name_of,
    on_person,
    state,
    to,
)
from sentences.registry import template
from sentences.words import (
    a_relative,
    described,
    first_name,
    one_person,
    past_time,
    coming_time,
    subject,
    third_person,
)

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
_DOCTOR = _fixed("go/went/gone = gehen, ist gegangen", "to the doctor", "zum Arzt")
_PHARMACY = _fixed("go/went/gone = gehen, ist gegangen", "to the pharmacy", "zur Apotheke")
_BAKERY = _fixed("go/went/gone = gehen, ist gegangen", "to the bakery", "zur Bäckerei")
_RESTAURANT = _fixed("go/went/gone = gehen, ist gegangen", "to the restaurant", "ins Restaurant")
_TAXI = Predicate(TAKE, "a taxi", objects="ein Taxi", definite=False)
_REST = Predicate(parse_verb("rest = sich aus|ruhen, ausgeruht"))

_CAUSES: tuple[tuple[tuple[str, ...], tuple[Predicate | str, ...]], ...] = (
    (("be hungry",), ("eat", "order food", _BAKERY, _RESTAURANT, "cook")),
    (("be thirsty",), ("drink", "order drink")),
    (("be tired",), (_TO_BED, _HOME, _AT_HOME, _IN_BED, _REST, "coffee")),
    (("be ill", "have a cold", "have a fever", "have a cough"), (_IN_BED, _AT_HOME, _DOCTOR, _PHARMACY, "tea", _REST)),
    (("have a headache",), (_IN_BED, _PHARMACY, _HOME, _REST)),
    (("be late", "be in a hurry"), (_TAXI,)),
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
        what = activity(draw, who, "leisure")
    elif effect == "far":
        what = going(draw, who)
    else:
        word, _, kind = effect.partition(" ")
        if effect in ("tea", "coffee"):
            what = do(draw, who, *certain("drink", "hot drink", effect), adjectives=0)
        else:
            actions = [entry for entry in TRANSITIVE if name_of(entry.verb) == word]
            nouns = actions[0].nouns
            if word == "drink" or kind == "drink":
                nouns = tuple(entry for entry in nouns if entry.kind == "cold drink")
            elif kind == "food":
                nouns = tuple(entry for entry in nouns if entry.kind in ("dish", "food"))
            what = do(draw, who, actions[0], draw.pick(nouns))
    reason = Clause(again(who), state(draw, who, among=names), "past" if tense == "past" else "simple")
    return _because(Clause(who, what, tense), reason)


@template(3)
def cannot_because(draw: Draw) -> Words:
    """I cannot go to the cinema tomorrow because I must work."""
    who = subject(draw)
    kind = draw.any(range(3))
    if kind == 0:
        what = going(draw, who)
    elif kind == 1:
        what = activity(draw, who, "leisure", negative=True)
    else:
        what = on_person(draw, who, "habit")
    main = Clause(who, what, "can", draw.any(DAYS), negative=True)
    reason = draw.any(("work", "ill", "time", "exam", "children"))
    he = again(who)
    if reason == "work":
        places = ACTIVITY_PLACES["work"]
        place_en, place_de = at_place(draw, places) if draw.chance(0.5) else ("", "")
        if place_en:
            draw.combine("verb+place", "work", place_en)
        inner = Clause(he, Predicate(parse_verb("work = arbeiten, gearbeitet"), place_en, rest=place_de), "must")
    elif reason == "ill":
        inner = Clause(he, state(draw, he, among=("be ill", "have a cold", "have a fever", "be tired")))
    elif reason == "time":
        inner = Clause(he, state(draw, he, negative=True, among=("have time",)), negative=True)
    elif reason == "exam":
        entry = draw.pick(tuple(item for item in NOUNS["event"] if item.en in ("exam", "meeting")))
        words = phrase(entry, "a", "acc")
        have = parse_verb("have/had = haben, gehabt")
        inner = Clause(he, Predicate(have, words.en, objects=words.de, definite=False, flags=frozenset({"stative"})))
    else:
        inner = Clause(he, on_person(draw, he, "habit"), "must")
    return _because(main, inner)


@template(2.5)
def because_lost(draw: Draw) -> Words:
    """I need a new umbrella because I have lost my old one."""
    who = one_person(draw)
    entry = draw.pick(tuple(item for item in of("thing", "clothes") if not item.several and item.en != "present"))
    he = again(who)
    draw.combine("adjective+noun", "new", entry.en)
    verb = draw.any(("need", "buy"))
    draw.combine("verb+noun", verb, entry.en)
    object_ = phrase(entry, "a", "acc", adjective=ADJECTIVES["new"])
    mine = phrase(entry, who.possessive, "acc")
    lose = draw.any(("lose", "forget", "sell"))
    if lose == "sell" and entry.en not in ("computer", "camera"):
        lose = "lose"
    draw.combine("verb+noun", lose, entry.en)
    action_, _ = next(
        (entry_, item)
        for entry_ in TRANSITIVE
        if name_of(entry_.verb) == lose
        for item in entry_.nouns
        if item == entry
    )
    need = next(entry_ for entry_ in TRANSITIVE if name_of(entry_.verb) == verb)
    main = Clause(
        who,
        Predicate(need.verb, object_.en, objects=object_.de, definite=False, flags=need.flags),
        "simple" if verb == "need" else "must",
    )
    return _because(main, Clause(he, Predicate(action_.verb, mine.en, objects=mine.de), "past"))


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


def _other(draw: Draw) -> Someone:
    return third_person(draw) if draw.chance(0.6) else draw.any((people.HE, people.SHE, people.THEY))


@template(4)
def that_clause(draw: Draw) -> Words:
    """I think that she bought a car yesterday."""
    front = draw.pick(SAYING)
    who = _other(draw)
    kind = draw.any(range(4))
    if kind == 0:
        what = action(draw, who, "past")
        inner = Clause(who, what, "past", past_time(draw, what.scale))
    elif kind == 1:
        inner = Clause(who, action(draw, who, "plan"), draw.any(WILLED))
    elif kind == 2:
        what = action(draw, who, "plan")
        inner = Clause(who, what, "will", coming_time(draw, what.scale))
    else:
        among = (
            "be tired",
            "be ill",
            "be happy",
            "be sad",
            "be nervous",
            "be at home",
            "be on holiday",
            "be satisfied",
            "be right",
            "have a fever",
            "have a cold",
            "be in a hurry",
        )
        inner = Clause(who, state(draw, who, among=among))
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
        place = PLACES[draw.pick(tuple((OUTDOORS if good else INDOORS).split())).replace("_", " ")]
        draw.combine("verb+place", "go", place.name)
        what = to(place.name)
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
    if draw.chance(0.6):
        return sentence(
            f"if {en} {day_en}, {result}", f"wenn {de} {day_de} {rest}, {Clause(who, what).german('question')}"
        )
    return sentence(f"{result} if {en} {day_en}", f"{Clause(who, what).german()}, wenn {de} {day_de} {rest}")


@template(2.5)
def if_time(draw: Draw) -> Words:
    """If I have time tomorrow, I will visit my aunt."""
    who = draw.any((people.I, people.WE, people.HE, people.SHE, people.THEY))
    while "instant" in (what := action(draw, who, "plan")).flags:
        pass
    have = Clause(who, state(draw, who, among=("have time",)), time=draw.any(DAYS))
    will = Clause(who, what, "will").english()
    if draw.chance(0.5):
        german = f"wenn {have.german('final')}, {Clause(who, what).german('question')}"
        return sentence(f"if {have.english()}, {will}", german)
    return sentence(f"{will} if {have.english()}", f"{Clause(who, what).german()}, wenn {have.german('final')}")


@template(2)
def sorry_but(draw: Draw) -> Words:
    """I am sorry, but I have forgotten the key."""
    who = draw.any((people.I, people.WE))
    kind = draw.any(range(3))
    if kind == 0:
        clause = Clause(who, action(draw, who, "plan", negative=True), "can", negative=True)
    elif kind == 1:
        clause = Clause(who, action(draw, who, "plan", negative=True), "perfect", negative=True, not_yet=True)
    else:
        lost = draw.pick(tuple(entry for entry in TRANSITIVE if name_of(entry.verb) in ("lose", "forget")))
        what = do(draw, who, lost, draw.pick(lost.nouns))
        clause = Clause(who, what, "past")
    return sentence(f"I am sorry, but {clause.english()}", f"es tut mir leid, aber {clause.german()}")


_ERRANDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
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
    name, verb, nouns = draw.any(_ERRANDS)
    kind, _, word = draw.pick(nouns).partition("/")
    draw.combine("verb+place", "go", name)
    purpose = do(draw, who, *certain(verb, kind, word))
    clause = Clause(who, to(name), draw.any(("progressive", "past", "must", "want")))
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
    draw.combine("verb+place", "go", name)
    verb = next(entry.verb for entry in PEOPLE if name_of(entry.verb) == english)
    other = third_person(draw) if draw.chance(0.5) else a_relative(draw, who.possessive)
    clause = Clause(who, to(name), draw.any(("progressive", "past", "must", "want")))
    return sentence(
        join(clause.english(), "to", verb.en, verb.particle, other.en_object),
        f"{clause.german()}, um {other.acc} {verb.zu_infinitive}",
    )


@template(2)
def first_then(draw: Draw) -> Words:
    """First we are going to the bakery, and then we are having breakfast."""
    who = draw.any((people.I, people.WE, people.HE, people.SHE, people.THEY))
    tense = draw.any(("past", "must", "will"))

    def step() -> Predicate:
        kind = draw.any(range(4))
        if kind == 0:
            return going(draw, who, far=False)
        if kind == 1:
            return intransitive(draw, who, "leisure")
        if kind == 2:
            return activity(draw, who, "leisure")
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
        place_en, place_de = at_place(draw, ACTIVITY_PLACES["work"])
        draw.combine("verb+place", "work", place_en)
        what, tense = Predicate(parse_verb("work = arbeiten, gearbeitet"), place_en, rest=place_de), "simple"
    else:
        what, tense = activity(draw, he, "leisure"), draw.any(("progressive",))
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
