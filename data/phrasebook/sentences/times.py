"""Weather, times, dates and numbers."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, join, sentence
from grammar.draw import Draw
from grammar.nouns import phrase
from grammar.numerals import english, german
from grammar.verbs import parse_verb
from lexicon.names import CITIES, COUNTRIES
from lexicon.nouns import NOUNS, noun, of

from sentences.registry import template
from sentences.when import WEEKDAYS, a_date, at_clock, clock_time, on_date
from sentences.words import counted, first_name, one_person, subject, surname, third_person, you

SKY = (
    ("cold", "kalt"),
    ("warm", "warm"),
    ("hot", "heiß"),
    ("cloudy", "bewölkt"),
    ("sunny", "sonnig"),
    ("windy", "windig"),
    ("foggy", "neblig"),
)
SEASONS = (
    ("in spring", "im Frühling"),
    ("in summer", "im Sommer"),
    ("in autumn", "im Herbst"),
    ("in winter", "im Winter"),
)
DAYS = (
    ("today", "heute"),
    ("tomorrow", "morgen"),
    ("the day after tomorrow", "übermorgen"),
    ("at the weekend", "am Wochenende"),
)


def region(draw: Draw) -> Words:
    """Draw ``in Vienna`` or ``in Switzerland``."""
    if draw.chance(0.6):
        en, de = draw.pick(CITIES)
        return f"in {en}", f"in {de}"
    en, _, _, de = draw.pick(COUNTRIES)
    return f"in {en}", de


@template(5)
def weather(draw: Draw) -> Words:
    """It is raining in Hamburg today; tomorrow it will be cold in Vienna."""
    en, de = region(draw)
    kind = draw.any(range(7))
    one = draw.pick(SKY)
    if kind == 0:
        verb = draw.any((("raining", "regnet"), ("snowing", "schneit")))
        day = draw.any((("today", "heute"), ("again", "wieder"), ("now", "jetzt")))
        return sentence(f"it is {verb[0]} {en} {day[0]}", f"{de} {verb[1]} es {day[1]}")
    if kind == 1:
        day = draw.any(DAYS[1:])
        one, two = draw.pick(SKY[:3]), draw.pick(SKY[3:6])
        return sentence(
            f"{day[0]} it will be {one[0]} and {two[0]} {en}", f"{day[1]} wird es {de} {one[1]} und {two[1]}"
        )
    if kind == 2:
        day = draw.any(
            (("yesterday", "gestern"), ("last week", "letzte Woche"), *((f"on {e}", f"am {d}") for e, d in WEEKDAYS))
        )
        very = draw.any((("", ""), ("very ", "sehr "), ("not ", "nicht "), ("too ", "zu ")))
        it_was = "it wasn't" if very[0] == "not " else f"it was {very[0].strip()}".strip()
        return sentence(f"{it_was} {one[0]} {en} {day[0]}", f"{day[1]} war es {de} {very[1]}{one[1]}")
    if kind in (3, 6):
        degrees = draw.pick(range(2, 40))
        draw.combine("number+noun", english(degrees), "degree")
        day = draw.any((("today", "heute"), ("now", "jetzt"), ("at the moment", "im Moment")))
        return sentence(
            f"it is {english(degrees)} degrees {en} {day[0]}", f"{de} sind es {day[1]} {german(degrees)} Grad"
        )
    if kind == 4:
        day = draw.any((("today", "heute"), ("now", "jetzt"), ("again", "wieder")))
        return sentence(f"the sun is shining {en} {day[0]}", f"{de} scheint {day[1]} die Sonne")
    verb = draw.any((("rains", "regnet"), ("snows", "schneit"), ("often rains", "regnet"), ("never snows", "schneit")))
    often = {"often rains": "oft", "never snows": "nie"}.get(verb[0], "")
    season = draw.pick(SEASONS)
    german_often = often or "viel"
    english_verb = verb[0] if often else f"{verb[0]} a lot"
    return sentence(f"it {english_verb} {en} {season[0]}", f"{de} {verb[1]} es {season[1]} {german_often}")


@template(2)
def weather_question(draw: Draw) -> Words:
    """Is it raining in Rome?  Will it be cold tomorrow?"""
    en, de = region(draw)
    kind = draw.any(range(3))
    if kind == 0:
        verb = draw.any((("raining", "regnet"), ("snowing", "schneit")))
        day = draw.any((("today", "heute"), ("now", "jetzt")))
        return sentence(f"is it {verb[0]} {en} {day[0]}", f"{verb[1]} es {day[1]} {de}", "?")
    if kind == 1:
        one, day = draw.pick(SKY), draw.any(DAYS[1:])
        return sentence(f"will it be {one[0]} {en} {day[0]}", f"wird es {day[1]} {de} {one[1]}", "?")
    day = draw.any(DAYS)
    if day[0] == "today":
        return sentence(f"how is the weather {en} {day[0]}", f"wie ist {day[1]} das Wetter {de}", "?")
    return sentence(f"how will the weather be {en} {day[0]}", f"wie wird {day[1]} das Wetter {de}", "?")


@template(2.5)
def telling_time(draw: Draw) -> Words:
    """What time is it? It is half past three."""
    en, de = clock_time(draw)
    kind = draw.any(range(4))
    if kind == 0:
        return sentence(f"what time is it? It is {en}", f"wie spät ist es? Es ist {de}")
    if kind == 1:
        adverb = draw.any((("", ""), ("already ", "schon "), ("only ", "erst "), ("exactly ", "genau ")))
        return sentence(f"it is {adverb[0]}{en}", f"es ist {adverb[1]}{de}")
    if kind == 2:
        weekday, wochentag = draw.pick(WEEKDAYS)
        return sentence(f"see you on {weekday} at {en}", f"bis {wochentag} um {de}", draw.any((".", "!")))
    who = you(draw)
    if who.vocative[0] and who.person != 5:
        return sentence(f"see you tomorrow at {en}", f"bis morgen um {de}", "!", who, last=True)
    return sentence(f"is it already {en}", f"ist es schon {de}", "?")


@template(6)
def on_the_date(draw: Draw) -> Words:
    """Today is the third of May; the party is on the third of May."""
    kind = draw.any(range(4))
    if kind in (0, 3):
        en, de = a_date(draw, "e")
        day = draw.any((("today", "heute"), ("tomorrow", "morgen"), ("the day after tomorrow", "übermorgen")))
        weekday, wochentag = draw.pick(WEEKDAYS)
        if draw.chance(0.5):
            return sentence(f"{day[0]} is {weekday}, the {en}", f"{day[1]} ist {wochentag}, der {de}")
        return sentence(f"{day[0]} is the {en}", f"{day[1]} ist der {de}")
    if kind == 1:
        event = phrase(
            draw.pick(tuple(noun(word, "event") for word in ("party", "concert", "meeting", "exam"))),
            draw.any(("the", "our")),
            "nom",
        )
        en, de = on_date(draw)
        return sentence(f"{event.en} is {en}", f"{event.de} ist {de}")
    en, de = a_date(draw)
    event = phrase(
        draw.pick(tuple(item for item in NOUNS["event"] if item.en in ("course", "holiday", "journey"))),
        draw.any(("the", "our", "my")),
        "nom",
    )
    begin = draw.any((("begins", "beginnt"), ("ends", "endet")))
    return sentence(f"{event.en} {begin[0]} on the {en}", f"{event.de} {begin[1]} am {de}")


@template(3)
def birthday(draw: Draw) -> Words:
    """My sister's birthday is on the third of May (Meine Schwester hat ... Geburtstag)."""
    en, de = on_date(draw)
    kind = draw.any(range(4))
    if kind == 0:
        who = draw.any((people.I, people.HE, people.SHE))
        finite = "habe" if who is people.I else "hat"
        return sentence(f"{who.possessive} birthday is {en}", f"{who.nom} {finite} {de} Geburtstag")
    name, _ = first_name(draw)
    if kind == 1:
        return sentence(f"{name}'s birthday is {en}", f"{name} hat {de} Geburtstag")
    kin = draw.pick(NOUNS["family"])
    words = phrase(kin, draw.any(("my", "our", "his", "her")), "nom")
    return sentence(f"{words.en}'s birthday is {en}", f"{words.de} hat {de} Geburtstag")


@template(2)
def beginning(draw: Draw) -> Words:
    """The course starts at half past six (fängt ... an); the exam takes three hours."""
    event = phrase(
        draw.pick(tuple(item for item in NOUNS["event"] if item.en not in ("holiday", "journey"))),
        draw.any(("the", "this")),
        "nom",
    )
    kind = draw.any(range(4))
    if kind == 0:
        unit = noun(draw.any(("hour", "minute")), "unit")
        time = counted(draw, 2, 5, unit, "acc") if unit.en == "hour" else counted(draw, 20, 99, unit, "acc")
        return sentence(f"{event.en} lasts {time[0]}", f"{event.de} dauert {time[1]}")
    day = draw.any(
        (("", ""), ("today ", "heute "), ("tomorrow ", "morgen "), *((f"on {e} ", f"am {d} ") for e, d in WEEKDAYS))
    )
    if kind == 1:
        return sentence(
            join("when does", event.en, "start", day[0].strip()),
            join("wann fängt", event.de, day[1].strip(), "an"),
            "?",
        )
    time = at_clock(draw)
    if kind == 2:
        return sentence(f"{event.en} starts {day[0]}{time[0]}", f"{event.de} fängt {day[1]}{time[1]} an")
    return sentence(f"{event.en} ends {day[0]}{time[0]}", f"{event.de} endet {day[1]}{time[1]}")


ROUTINE = (
    ("get/got up = auf|stehen, ist aufgestanden", "", "", (5, 6, 7, 8, 9)),
    ("wake/woke/woken up = auf|wachen, ist aufgewacht", "", "", (4, 5, 6, 7, 8)),
    ("have/had breakfast = frühstücken, gefrühstückt", "", "", (6, 7, 8, 9, 10)),
    ("go/went/gone = gehen, ist gegangen", "to bed", "ins Bett", (8, 9, 10, 11)),
    ("go/went/gone = gehen, ist gegangen", "to work", "zur Arbeit", (5, 6, 7, 8)),
    ("go/went/gone = gehen, ist gegangen", "home", "nach Hause", (3, 4, 5, 6)),
    ("have/had = essen, isst, isst, gegessen", "dinner", "zu Abend", (5, 6, 7, 8)),
    ("have/had = essen, isst, isst, gegessen", "lunch", "zu Mittag", (11, 12, 1)),
    ("come/came/come back = zurück|kommen, ist zurückgekommen", "", "", (2, 3, 4, 5, 6, 7)),
)
"""What people do at which hours of the clock."""
REGULARLY = (("every day", "jeden Tag"), *((f"on {en}s", f"{de.lower()}s") for en, de in WEEKDAYS))
SOME_DAY = tuple((f"on {en}", f"am {de}") for en, de in WEEKDAYS)


@template(4)
def routine(draw: Draw) -> Words:
    """On Mondays I get up at half past six."""
    who = subject(draw)
    line, en, de, hours = draw.pick(ROUTINE)
    verb = parse_verb(line)
    if en == "to work":
        draw.combine("verb+place", "go", "work")
    time = at_clock(draw, hours)
    what = Predicate(verb, join(verb.particle, en, time[0]), objects=time[1], rest=de, definite=False)
    kind = draw.any(range(3))
    if kind == 0:
        clause = Clause(who, what, "simple", draw.pick(REGULARLY), fronted=True)
    elif kind == 1:
        day = draw.pick((("tomorrow", "morgen"), ("today", "heute"), *SOME_DAY))
        clause = Clause(who, what, draw.any(("must", "want", "would like")), day, fronted=True)
    else:
        clause = Clause(who, what, "past", draw.pick((("yesterday", "gestern"), *SOME_DAY)), fronted=True)
    return sentence(clause.english(), clause.german())


OLD = (
    *NOUNS["sight"], NOUNS["home"][0], noun("university", "station"), noun("hotel", "venue"), noun("theatre", "venue")
)  # fmt: skip
"""What was built long ago."""


@template(1.5)
def years(draw: Draw) -> Words:
    """Anna was born in 1987; the church was built in 1734 (no preposition in German)."""
    if draw.chance(0.5):
        who = third_person(draw)
        while who.person == 5 or who.en.split()[0] in ("the",):
            who = third_person(draw)
        year = draw.number(1935, 2015)
        return sentence(f"{who.en} was born in {year}", f"{who.nom} wurde {year} geboren")
    building = phrase(draw.pick(OLD), draw.any(("the", "this")), "nom")
    year = draw.number(1400, 2015)
    return sentence(f"{building.en} was built in {year}", f"{building.de} wurde {year} gebaut")


ROUND = (*range(20, 100, 10), *range(100, 1000, 50))
HEIGHTS = (20, 30, 40, 50, 60, 70, 80, 90, 100, 150)
LENGTHS = tuple(range(100, 1000, 50))


@template(2)
def measures(draw: Draw) -> Words:
    """The tower is one hundred and twenty metres high; the castle is five hundred years old."""
    kind = draw.any(range(3))
    if kind == 0:
        high = draw.chance(0.5)
        number = draw.pick(HEIGHTS if high else LENGTHS)
        entry = noun(draw.any(("tower", "church") if high else ("bridge", "park")), "sight")
        tall = ("high", "hoch") if high else ("long", "lang")
        words = phrase(entry, draw.any(("the", "this")), "nom")
        draw.combine("number+noun", english(number), "metre")
        return sentence(
            f"{words.en} is {english(number)} metres {tall[0]}", f"{words.de} ist {german(number)} Meter {tall[1]}"
        )
    number = draw.pick(ROUND)
    en, de = english(number), german(number)
    if kind == 1 and number >= 50:
        draw.combine("number+noun", en, "year")
        words = phrase(draw.pick(OLD), draw.any(("the", "this")), "nom")
        return sentence(f"{words.en} is {en} years old", f"{words.de} ist {de} Jahre alt")
    draw.combine("number+noun", en, "kilometre")
    one, two = draw.pick(CITIES), draw.pick(CITIES)
    if one == two:
        return measures(draw)
    return sentence(
        f"it is {en} kilometres from {one[0]} to {two[0]}", f"von {one[1]} nach {two[1]} sind es {de} Kilometer"
    )


@template(2)
def phone_number(draw: Draw) -> Words:
    """My phone number is 0431 552718."""
    number = f"0{draw.number(30, 999)} {draw.number(1000, 999999)}"
    kind = draw.any(range(4))
    if kind == 0:
        owner = draw.any((("my", "meine"), ("his", "seine"), ("her", "ihre"), ("our", "unsere"), ("their", "ihre")))
        return sentence(f"{owner[0]} phone number is {number}", f"{owner[1]} Telefonnummer ist {number}")
    if kind == 1:
        name, _ = first_name(draw)
        while name.endswith(("s", "x", "z")):
            name, _ = first_name(draw)
        return sentence(f"{name}'s phone number is {number}", f"{name}s Telefonnummer ist {number}")
    if kind == 2:
        return sentence(f"please call {number}", f"rufen Sie bitte {number} an")
    who = surname(draw)
    gender = draw.any((("Mr", "Herrn"), ("Mrs", "Frau")))
    return sentence(f"you can reach {gender[0]} {who} on {number}", f"Sie erreichen {gender[1]} {who} unter {number}")


@template(3)
def numbers(draw: Draw) -> Words:
    """The answer is on page eighty-four; my father weighs seventy-eight kilos."""
    number = draw.pick(range(13, 100))
    en, de = english(number), german(number)
    kind = draw.any(range(4))
    if kind == 0:
        draw.combine("number+noun", en, "page")
        what = phrase(draw.pick(of("work") + NOUNS["thing"][11:12]), "the", "nom", plural=False)
        are, sind = ("are" if what.en_plural else "is"), ("stehen" if what.plural else "steht")
        return sentence(f"{what.en} {are} on page {en}", f"{what.de} {sind} auf Seite {de}")
    if kind == 1:
        draw.combine("number+noun", en, "page")
        return sentence(
            *draw.any(
                (
                    (f"please read page {en}", f"lesen Sie bitte Seite {de}"),
                    (f"I am already on page {en}", f"ich bin schon auf Seite {de}"),
                )
            )
        )
    if kind == 2:
        who = one_person(draw)
        kilos = draw.pick(range(48, 100))
        draw.combine("number+noun", english(kilos), "kilo")
        weighs = "weigh" if who.person == 0 else "weighs"
        wiegt = "wiege" if who.person == 0 else "wiegt"
        return sentence(f"{who.en} {weighs} {english(kilos)} kilos", f"{who.nom} {wiegt} {german(kilos)} Kilo")
    draw.combine("number+noun", en, "student")
    course = draw.any(
        (("in the course", "im Kurs"), ("at the school", "in der Schule"), ("in the library", "in der Bibliothek"))
    )
    people_ = draw.any(
        (("students", "Studenten"), ("children", "Kinder"), ("tourists", "Touristen"), ("guests", "Gäste"))
    )
    if people_[0] in ("tourists", "guests"):
        course = draw.any(
            (("at the restaurant", "im Restaurant"), ("at the museum", "im Museum"), ("at the hotel", "im Hotel"))
        )
    return sentence(f"there are {en} {people_[0]} {course[0]}", f"{course[1]} sind {de} {people_[1]}")
