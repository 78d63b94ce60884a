"""On the way: tickets, trains, directions, hotels, where one lives."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, join, sentence
from grammar.draw import Draw
from grammar.nouns import Noun, german_phrase, phrase, with_preposition
from grammar.numerals import DAYS_IN_MONTH, MONTHS, english, english_ordinal, german, german_ordinal
from grammar.verbs import parse_verb
from lexicon.names import CITIES, COUNTRIES
from lexicon.nouns import noun, of

from sentences.predicates import GO_FAR
from sentences.registry import template
from sentences.when import at_clock, coming_time, past_time
from sentences.words import counted, subject, you

LIVE = parse_verb("live = wohnen, gewohnt")
COME = parse_verb("come/came/come = kommen, ist gekommen")
BE = parse_verb("be/was/been = sein, ist gewesen")
TOWN = of("shop", "sight", "venue", "station")
STATIVE = frozenset({"stative"})


def to_place(entry: Noun) -> Words:
    """Return ``to the station``, ``zum Bahnhof``."""
    return f"to the {entry.en}", with_preposition("zu", german_phrase(entry, "the", "dat"))


def excuse(draw: Draw, en: str, de: str) -> Words:
    """Make a question, at times after an apology."""
    if draw.chance(0.4):
        return sentence(f"excuse me, {en}", f"Entschuldigung, {de}", "?")
    return sentence(en, de, "?")


def platform(draw: Draw) -> str:
    """Draw a platform's number."""
    return str(draw.number(1, 24))


@template(3)
def departure(draw: Draw) -> Words:
    """The train to Hamburg leaves at half past three from platform 7."""
    vehicle = draw.pick(tuple(entry for entry in of("transport") if entry.en in ("train", "bus")))
    city = draw.pick(CITIES)
    en, de = at_clock(draw)
    day = draw.any((("", ""), ("today", "heute"), ("tomorrow", "morgen")))
    head = phrase(vehicle, "the", "nom")
    if vehicle.en == "train" and draw.chance(0.6):
        number = platform(draw)
        where = (f"from platform {number}", f"von Gleis {number}")
    else:
        where = ("", "")
    draw.combine("preposition+noun", "to", city[0])
    return sentence(
        join(head.en, f"to {city[0]} leaves", day[0], en, where[0]),
        join(head.de, f"nach {city[1]} fährt", day[1], de, where[1], "ab"),
    )


@template(2)
def arrival(draw: Draw) -> Words:
    """The bus from Prague arrives at ten o'clock."""
    vehicle = draw.pick(tuple(entry for entry in of("transport") if entry.en in ("train", "bus", "plane")))
    city = draw.pick(CITIES)
    head = phrase(vehicle, "the", "nom")
    if draw.chance(0.4):
        en, de = f"when does {head.en} from {city[0]} arrive", f"wann kommt {head.de} aus {city[1]} an"
        return excuse(draw, en, de)
    time = at_clock(draw)
    return sentence(f"{head.en} from {city[0]} arrives {time[0]}", f"{head.de} aus {city[1]} kommt {time[1]} an")


@template(1)
def next_departure(draw: Draw) -> Words:
    """When does the next train to Rome leave?"""
    vehicle = draw.pick(tuple(entry for entry in of("transport") if entry.en in ("train", "bus")))
    city = draw.pick(CITIES)
    german = german_phrase(vehicle, "the", "nom", adjective="nächst")
    if draw.chance(0.5):
        return sentence(
            f"can you tell me when the next {vehicle.en} to {city[0]} leaves",
            f"können Sie mir sagen, wann {german} nach {city[1]} abfährt",
            "?",
        )
    return excuse(draw, f"when does the next {vehicle.en} to {city[0]} leave", f"wann fährt {german} nach {city[1]} ab")


@template(1)
def delay(draw: Draw) -> Words:
    """The train from Berlin is twenty minutes late."""
    vehicle = draw.pick(tuple(entry for entry in of("transport") if entry.en != "ship"))
    city = draw.pick(CITIES)
    head = phrase(vehicle, "the", "nom")
    late = counted(draw, 5, 50, noun("minute", "unit"), "acc")
    return sentence(f"{head.en} from {city[0]} is {late[0]} late", f"{head.de} aus {city[1]} hat {late[1]} Verspätung")


@template(1)
def flight(draw: Draw) -> Words:
    """Flight LH 482 to Rome leaves at half past six."""
    city = draw.pick(CITIES)
    code = f"{draw.any(('LH', 'OS', 'BA', 'AF', 'KL', 'LX'))} {draw.number(100, 989)}"
    time = at_clock(draw)
    return sentence(f"flight {code} to {city[0]} leaves {time[0]}", f"Flug {code} nach {city[1]} startet {time[1]}")


@template(2)
def directions(draw: Draw) -> Words:
    """How do I get to the station?"""
    entry = draw.pick(TOWN)
    en, de = to_place(entry)
    draw.combine("preposition+noun", "to", entry.en)
    kind = draw.any(range(4))
    if kind == 0:
        return sentence(f"can you tell me how I get {en}", f"können Sie mir sagen, wie ich {de} komme", "?")
    if kind == 1:
        return sentence(f"please take me {en}", f"bringen Sie mich bitte {de}")
    if kind == 2:
        distance = counted(draw, 2, 20, noun("kilometre", "unit"), "acc")
        return sentence(f"it is {distance[0]} {en}", f"bis {de} sind es {distance[1]}")
    return excuse(draw, f"how do I get {en}", f"wie komme ich {de}")


@template(1.5)
def nearest(draw: Draw) -> Words:
    """Where is the nearest pharmacy?  Is there a bank near here?"""
    entry = draw.pick(TOWN)
    kind = draw.any(range(3))
    if kind == 0:
        german = german_phrase(entry, "the", "nom", adjective="nächst")
        return excuse(draw, f"where is the nearest {entry.en}", f"wo ist {german}")
    if kind == 1:
        words = phrase(entry, "a", "acc")
        return excuse(draw, f"is there {words.en} near here", f"gibt es hier in der Nähe {words.de}")
    words = phrase(entry, "the", "nom")
    return sentence(f"do you know where {words.en} is", f"wissen Sie, wo {words.de} ist", "?")


BESIDE = (("next to", "neben"), ("behind", "hinter"), ("in front of", "vor"), ("opposite", "gegenüber"))


@template(2.5)
def landmarks(draw: Draw) -> Words:
    """There is a bakery next to the hotel; the museum is behind the church."""
    here, there = draw.pick(TOWN), draw.pick(TOWN)
    if here == there:
        return landmarks(draw)
    en, de = draw.pick(BESIDE)
    draw.combine("preposition+noun", en, there.en)
    place = f"{de} {german_phrase(there, 'the', 'dat')}"
    if draw.chance(0.5):
        words = phrase(here, "a", "acc")
        return sentence(f"there is {words.en} {en} the {there.en}", f"{place} gibt es {words.de}")
    words = phrase(here, "the", "nom")
    return sentence(f"{words.en} is {en} the {there.en}", f"{words.de} ist {place}")


@template(1.5)
def turn(draw: Draw) -> Words:
    """Turn left at the church."""
    entry = draw.pick(tuple(item for item in TOWN if item.en not in ("park", "bank", "airport")))
    side = draw.any((("left", "links"), ("right", "rechts")))
    place = with_preposition("an", german_phrase(entry, "the", "dat"))
    draw.combine("preposition+noun", "at", entry.en)
    if draw.chance(0.4):
        return sentence(f"get off at the {entry.en}", f"steigen Sie {place} aus")
    start = draw.any((("", ""), ("please ", " bitte")))
    return sentence(f"{start[0]}turn {side[0]} at the {entry.en}", f"biegen Sie{start[1]} {place} {side[1]} ab")


@template(1.5)
def by_vehicle(draw: Draw) -> Words:
    """On Monday we are going to Prague by train."""
    who = subject(draw)
    vehicle = draw.pick(
        tuple(entry for entry in of("transport", "vehicle") if entry.en in ("train", "bus", "car", "motorcycle"))
    )
    if draw.chance(0.6):
        name, de = draw.pick(CITIES)
        de = f"nach {de}"
    else:
        name, de, _, _ = draw.pick(COUNTRIES)
    draw.combine("verb+place", "go", name)
    by = with_preposition("mit", german_phrase(vehicle, "the", "dat"))
    past = draw.chance(0.4)
    time = past_time(draw, "long") if past else coming_time(draw, "long")
    what = Predicate(GO_FAR, f"to {name} by {vehicle.en}", rest=f"{by} {de}")
    clause = Clause(
        who, what, "past" if past else draw.any(("progressive", "want", "will")), time, fronted=draw.chance(0.5)
    )
    return sentence(clause.english(), clause.german())


@template(1)
def tickets(draw: Draw) -> Words:
    """I would like two tickets to Munich, please."""
    ticket = noun("ticket", "thing")
    city = draw.pick(CITIES)
    if draw.chance(0.4):
        words = phrase(ticket, "a", "acc")
        en, de = words.en, words.de
    else:
        en, de = counted(draw, 2, 8, ticket, "acc")
    for_time = draw.any((("", ""), ("for tomorrow", "für morgen"), ("for today", "für heute")))
    return sentence(
        f"{join('I would like', en, 'to', city[0], for_time[0])}, please",
        f"{join('Ich hätte gern', de, 'nach', city[1], for_time[1])}, bitte",
    )


ROOMS = (("double room", "Doppelzimmer"), ("single room", "Einzelzimmer"), ("quiet room", "ruhiges Zimmer"))


@template(5)
def booking(draw: Draw) -> Words:
    """I would like to book a double room for three nights."""
    en, de = draw.any(ROOMS)
    who = draw.any((people.I, people.WE))
    moechte = "ich möchte" if who is people.I else "wir möchten"
    if draw.chance(0.4):
        nights = counted(draw, 2, 12, noun("night", "unit"), "acc")
        for_en, for_de = f"for {nights[0]}", f"für {nights[1]}"
    else:
        month = draw.pick(range(12), "month")
        first = draw.number(1, DAYS_IN_MONTH[month] - 1)
        last = draw.number(first + 1, min(first + 14, DAYS_IN_MONTH[month]))
        month_en, month_de = MONTHS[month]
        draw.combine("date", str(last), month_en)
        for_en = f"from the {english_ordinal(first)} to the {english_ordinal(last)} of {month_en}"
        for_de = f"vom {german_ordinal(first, 'en')} bis zum {german_ordinal(last, 'en')} {month_de}"
    return sentence(f"{who.en} would like to book a {en} {for_en}", f"{moechte} {for_de} ein {de} buchen")


@template(1.5)
def room_number(draw: Draw) -> Words:
    """I am staying in room 214."""
    number = str(draw.number(100, 799))
    kind = draw.any(range(5))
    if kind == 0:
        return sentence(f"the key to room {number}, please", f"den Schlüssel für Zimmer {number}, bitte")
    if kind == 1:
        thing = phrase(draw.pick(of("service", "thing")), draw.any(("my", "our")), "nom")
        are = "are" if thing.en_plural else "is"
        sind = "sind" if thing.plural else "ist"
        return sentence(f"{thing.en} {are} in room {number}", f"{thing.de} {sind} in Zimmer {number}")
    if kind == 2:
        missing = draw.pick(of("service", "furniture", "tableware"))
        words = phrase(missing, "a", "nom")
        return sentence(
            f"we need {words.en} in room {number}", f"wir brauchen in Zimmer {number} {phrase(missing, 'a', 'acc').de}"
        )
    who = subject(draw)
    clause = Clause(who, Predicate(LIVE, f"in room {number}", rest=f"in Zimmer {number}"))
    am = "am" if who.person == 0 else "is" if who.singular_third else "are"
    return sentence(f"{who.en} {am} staying in room {number}", clause.german())


@template(1.5)
def takes_time(draw: Draw) -> Words:
    """The journey to Munich takes two hours."""
    city = draw.pick(CITIES)
    by = draw.pick(tuple(entry for entry in of("transport") if entry.en in ("train", "bus")))
    by_de = with_preposition("mit", german_phrase(by, "the", "dat"))
    if draw.chance(0.3):
        return excuse(
            draw,
            f"how long does the journey to {city[0]} take by {by.en}",
            f"wie lange dauert die Fahrt nach {city[1]} {by_de}",
        )
    unit = noun(draw.any(("hour", "minute", "day")), "unit")
    time = counted(draw, 2, 5 if unit.en == "day" else 59 if unit.en == "minute" else 12, unit, "acc")
    return sentence(
        f"the journey to {city[0]} takes {time[0]} by {by.en}", f"die Fahrt nach {city[1]} dauert {by_de} {time[1]}"
    )


def somewhere(draw: Draw) -> tuple[str, str, str]:
    """Draw a city or a country: English, German in it and German from it."""
    if draw.chance(0.4):
        en, de = draw.pick(CITIES)
        return en, f"in {de}", f"aus {de}"
    en, _, from_de, in_de = draw.pick(COUNTRIES)
    return en, in_de, from_de


@template(4)
def living(draw: Draw) -> Words:
    """I live in Berlin; she has been living in Italy for two years."""
    who = subject(draw)
    en, in_de, from_de = somewhere(draw)
    kind = draw.any(range(3))
    if kind == 0:
        draw.combine("verb+place", "live", en)
        clause = Clause(who, Predicate(LIVE, f"in {en}", rest=in_de, flags=STATIVE), negative=draw.chance(0.3))
        return sentence(clause.english(), clause.german())
    if kind == 1:
        draw.combine("verb+place", "come", en)
        clause = Clause(who, Predicate(COME, f"from {en}", rest=from_de, flags=STATIVE), negative=draw.chance(0.3))
        return sentence(clause.english(), clause.german())
    draw.combine("verb+place", "live", en)
    time = counted(draw, 2, 12, noun(draw.any(("year", "month", "week")), "unit"), "dat")
    have = "has" if who.singular_third else "have"
    clause = Clause(who, Predicate(LIVE, rest=in_de), time=("", f"seit {time[1]}"))
    return sentence(f"{who.en} {have} been living in {en} for {time[0]}", clause.german())


@template(2.5)
def been_to(draw: Draw) -> Words:
    """Have you ever been to Vienna?  I have never been to Spain."""
    en, in_de, _ = somewhere(draw)
    if draw.chance(0.5):
        who = you(draw)
        clause = Clause(who, Predicate(BE, rest=f"schon einmal {in_de}"), "past")
        return sentence(f"have you ever been to {en}", clause.german("question"), "?", who, last=True)
    who = subject(draw)
    have = "has" if who.singular_third else "have"
    clause = Clause(who, Predicate(BE, rest=f"noch nie {in_de}"), "past")
    return sentence(f"{who.en} {have} never been to {en}", clause.german())


@template(1)
def change_trains(draw: Draw) -> Words:
    """You must change trains in Cologne."""
    city = draw.pick(CITIES)
    who = you(draw) if draw.chance(0.5) else subject(draw)
    change = parse_verb("change trains = um|steigen, ist umgestiegen")
    clause = Clause(
        who, Predicate(change, f"trains in {city[0]}", rest=f"in {city[1]}"), draw.any(("must", "had", "past"))
    )
    return sentence(clause.english(), clause.german(), ".", who)


PORTS = tuple(
    city for city in CITIES if city[0] in ("Hamburg", "Bremen", "Stockholm", "Oslo", "London", "Amsterdam", "Venice")
)


@template(1)
def by_ship(draw: Draw) -> Words:
    """The ship to Oslo leaves tomorrow at half past six."""
    city, time = draw.pick(PORTS), at_clock(draw)
    day = draw.any((("today", "heute"), ("tomorrow", "morgen")))
    if draw.chance(0.5):
        return sentence(
            f"the ship to {city[0]} leaves {day[0]} {time[0]}", f"das Schiff nach {city[1]} fährt {day[1]} {time[1]} ab"
        )
    return sentence(
        f"the ship from {city[0]} arrives {day[0]} {time[0]}", f"das Schiff aus {city[1]} kommt {day[1]} {time[1]} an"
    )


@template(1.5)
def line_number(draw: Draw) -> Words:
    """Bus number forty-two goes to the station."""
    entry = draw.pick(tuple(item for item in of("station", "venue", "sight") if item.en != "bus stop"))
    number = draw.pick(range(2, 100))
    draw.combine("number+noun", english(number), "bus number")
    en, de = to_place(entry)
    if draw.chance(0.5):
        return sentence(f"bus number {english(number)} goes {en}", f"der Bus Nummer {german(number)} fährt {de}")
    return sentence(
        f"please take bus number {english(number)} {en}", f"nehmen Sie bitte den Bus Nummer {german(number)} {de}"
    )
