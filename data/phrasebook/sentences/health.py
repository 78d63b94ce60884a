"""Health: pains, medicine, appointments, how people are."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, imperative, sentence
from grammar.draw import Draw
from grammar.nouns import Noun, german_phrase, phrase
from grammar.people import Someone
from grammar.verbs import parse_verb
from lexicon.nouns import NOUNS, noun

from sentences.registry import template
from sentences.when import WEEKDAYS, at_clock, coming_time, past_time
from sentences.words import a_relative, counted, subject, third_person, you

PAIRED = ("eye", "ear", "tooth", "foot", "hand", "knee", "leg", "arm")


def _possessed(who: Someone) -> str:
    return "your" if who.possessive.startswith("your") else who.possessive


def body_part(draw: Draw) -> tuple[Noun, bool]:
    """Draw a part of the body, and whether several of them are meant."""
    part = draw.pick(NOUNS["body"])
    return part, part.en in ("eye", "ear", "tooth") or (part.en in PAIRED and draw.chance(0.4))


@template(8)
def hurts(draw: Draw) -> Words:
    """My head hurts (Mir tut der Kopf weh); does your back hurt, Anna?"""
    part, plural = body_part(draw)
    words = phrase(part, "the", "nom", plural=plural)
    en = part.en_plural if plural else part.en
    tut = "tun" if plural else "tut"
    if draw.chance(0.3):
        who = you(draw)
        if who.person == 4:
            return hurts(draw)
        return sentence(
            f"{'do' if plural else 'does'} your {en} hurt", f"{tut} {who.dat} {words.de} weh", "?", who, last=True
        )
    who = draw.any((people.I, people.I, people.HE, people.SHE, people.HE, people.SHE))
    hurt = "hurt" if plural else "hurts"
    if draw.chance(0.3):
        unit = noun(draw.any(("day", "week", "hour")), "unit")
        time = counted(draw, 2, 8, unit, "dat")
        has = "have" if plural else "has"
        return sentence(
            f"{who.possessive} {en} {has} been hurting for {time[0]}", f"{who.dat} {tut} seit {time[1]} {words.de} weh"
        )
    when = draw.any((("", ""), (" today", " heute"), (" again", " wieder")))
    return sentence(f"{who.possessive} {en} {hurt}{when[0]}", f"{who.dat} {tut}{when[1]} {words.de} weh")


@template(1.5)
def injured(draw: Draw) -> Words:
    """Paul has broken his leg (Paul hat sich das Bein gebrochen)."""
    part = draw.pick(tuple(item for item in NOUNS["body"] if item.en in ("arm", "leg", "foot", "hand")))
    verb = parse_verb("break/broke/broken = sich (dat) brechen, brichst, bricht, gebrochen")
    who = subject(draw)
    while who.person not in (0, 2):
        who = subject(draw)
    what = Predicate(verb, f"{_possessed(who)} {part.en}", objects=german_phrase(part, "the", "acc"))
    if draw.chance(0.4):
        clause = Clause(who, what, "perfect")
    else:
        clause = Clause(who, what, "past", past_time(draw, "long"), fronted=draw.chance(0.3))
    return sentence(clause.english(), clause.german())


WASHING = (
    ("wash", "waschen, wäschst, wäscht, gewaschen", "hand", "wash"),
    ("brush", "putzen, geputzt", "tooth", "brush"),
    ("wash", "waschen, wäschst, wäscht, gewaschen", "foot", "wash"),
)


@template(2.5)
def washing(draw: Draw) -> Words:
    """Anna, please wash your hands; I brush my teeth every morning."""
    english_verb, german_verb, part, _ = draw.any(WASHING)
    verb = parse_verb(f"{english_verb} = sich (dat) {german_verb}")
    entry = noun(part, "body")
    objects = german_phrase(entry, "the", "acc", plural=True)
    if draw.chance(0.5):
        who = you(draw)
        what = Predicate(verb, f"your {entry.en_plural}", objects=objects)
        if draw.chance(0.6):
            return sentence(*imperative(what, who), ".", who)
        clause = Clause(who, what, "perfect", adverb=("already", "schon"))
        return sentence(clause.english("question"), clause.german("question"), "?", who)
    who = subject(draw)
    what = Predicate(verb, f"{_possessed(who)} {entry.en_plural}", objects=objects)
    clause = Clause(who, what, draw.any(("must", "want", "should")), coming_time(draw, "day"))
    return sentence(clause.english(), clause.german())


AILMENTS = (
    ("headaches", "Kopfschmerzen"),
    ("toothache", "Zahnschmerzen"),
    ("backache", "Rückenschmerzen"),
    ("a cough", "Husten"),
    ("fever", "Fieber"),
)
HAVING = (
    ("a fever", "Fieber"),
    ("a cough", "Husten"),
    ("a headache", "Kopfschmerzen"),
    ("toothache", "Zahnschmerzen"),
    ("backache", "Rückenschmerzen"),
)


@template(4)
def remedy(draw: Draw) -> Words:
    """I need something for a cough."""
    en, de = draw.any(AILMENTS)
    who = subject(draw)
    if draw.chance(0.5):
        need = "needs" if who.singular_third else "need"
        brauchen = ("brauche", "", "braucht", "brauchen", "", "brauchen")[who.person]
        return sentence(f"{who.en} {need} something for {en}", f"{who.nom} {brauchen} etwas gegen {de}")
    if draw.chance(0.5):
        medicine = draw.any((("tablets", "Tabletten"), ("a good medicine", "ein gutes Medikament")))
        return sentence(f"do you have {medicine[0]} for {en}", f"haben Sie {medicine[1]} gegen {de}", "?")
    medicine = draw.any((("this medicine", "dieses Medikament"), ("this tea", "dieser Tee")))
    return sentence(f"{medicine[0]} helps with {en}", f"{medicine[1]} hilft gegen {de}")


@template(2)
def ill_for(draw: Draw) -> Words:
    """I have had a fever for three days."""
    en, de = draw.pick(HAVING)
    who = subject(draw)
    time = counted(draw, 2, 9, noun(draw.any(("day", "day", "hour")), "unit"), "dat")
    finite = ("habe", "", "hat", "haben", "", "haben")[who.person]
    has = "has" if who.singular_third else "have"
    return sentence(f"{who.en} {has} had {en} for {time[0]}", f"{who.nom} {finite} seit {time[1]} {de}")


TIMES_A_DAY = ((2, "twice", "zweimal"), (3, "three times", "dreimal"), (4, "four times", "viermal"))
MEALS = (("breakfast", "dem Frühstück"), ("lunch", "dem Mittagessen"), ("dinner", "dem Abendessen"))


@template(5)
def dosage(draw: Draw) -> Words:
    """Take this medicine three times a day; you must take two tablets before breakfast."""
    meal = draw.any((*MEALS, *((f"{m}", g) for m, g in MEALS)))
    before = draw.any((("before", "vor"), ("after", "nach")))
    tablet = noun("tablet", "medicine")
    kind = draw.any(range(3))
    if kind == 0:
        _, en, de = draw.any(TIMES_A_DAY)
        return sentence(
            f"take this medicine {en} a day {before[0]} {meal[0]}",
            f"nehmen Sie dieses Medikament {de} am Tag {before[1]} {meal[1]}",
        )
    count = counted(draw, 2, 4, tablet, "acc")
    if kind == 1:
        who = you(draw)
        muessen = {5: "müssen", 1: "musst", 4: "müsst"}[who.person]
        return sentence(
            f"you must take {count[0]} {before[0]} {meal[0]}",
            f"{who.nom} {muessen} {before[1]} {meal[1]} {count[1]} nehmen",
            ".",
            who,
        )
    who = third_person(draw)
    takes, nimmt = ("takes", "nimmt") if who.person == 2 else ("take", "nehmen")
    return sentence(
        f"{who.en} {takes} {count[0]} {before[0]} {meal[0]}", f"{who.nom} {nimmt} {before[1]} {meal[1]} {count[1]}"
    )


WHOM = (("the dentist", "beim Zahnarzt"), ("the doctor", "beim Arzt"), ("the hairdresser", "beim Friseur"))


@template(1.5)
def appointment(draw: Draw) -> Words:
    """I have an appointment with the dentist on Monday at half past nine."""
    who = subject(draw)
    en, de = draw.any(WHOM)
    weekday, wochentag = draw.pick(WEEKDAYS)
    clock = at_clock(draw)
    day = draw.any(
        (
            (f"on {weekday}", f"am {wochentag}"),
            (f"on {weekday}", f"am {wochentag}"),
            ("tomorrow", "morgen"),
            ("today", "heute"),
        )
    )
    have = parse_verb("have/had = haben, gehabt")
    what = Predicate(have, f"an appointment with {en}", objects="einen Termin", rest=de, definite=False)
    clause = Clause(who, what, "simple", (f"{day[0]} {clock[0]}", f"{day[1]} {clock[1]}"))
    return sentence(clause.english(), clause.german())


@template(2)
def how_are(draw: Draw) -> Words:
    """How is your mother, Anna?  My mother is feeling better today."""
    kind = draw.any(range(3))
    if kind == 0:
        who = you(draw)
        if draw.chance(0.4):
            return sentence("how are you", f"wie geht es {who.dat}", "?", who, last=True)
        kin = draw.pick(NOUNS["family"] + tuple(item for item in NOUNS["relatives"]))
        words = phrase(kin, who.possessive, "dat")
        return sentence(
            f"how {'are' if kin.plural_only else 'is'} {words.en}", f"wie geht es {words.de}", "?", who, last=True
        )
    who = third_person(draw) if draw.chance(0.5) else draw.any((people.I, people.HE, people.SHE, a_relative(draw)))
    am = "am" if who.person == 0 else "is" if who.singular_third else "are"
    better = draw.any((("better", "besser"), ("well", "gut"), ("not well", "nicht gut"), ("very well", "sehr gut")))
    day = draw.any((("today", "heute"), ("now", "jetzt"), ("again", "wieder")))
    if better[0] != "well" and day[0] == "again":
        day = ("today", "heute")
    if better[0] == "not well" and am != "am":
        am, better = f"{am}n't", ("well", "nicht gut")
    return sentence(
        f"{who.en} {am} feeling {better[0]} {day[0]}".replace("am feeling not well", "am not feeling well"),
        f"{who.dat} geht es {day[1]} {better[1]}",
    )


@template(1)
def cold_or_warm(draw: Draw) -> Words:
    """I am cold (Mir ist kalt)."""
    quality = draw.any((("cold", "kalt"), ("warm", "warm"), ("too hot", "zu heiß")))
    kind = draw.any(range(3))
    if kind == 0:
        who = you(draw)
        return sentence(f"are you {quality[0]}", f"ist {who.dat} {quality[1]}", "?", who, last=True)
    who = subject(draw)
    am = "am" if who.person == 0 else "is" if who.singular_third else "are"
    if kind == 1 or quality[0] == "too hot":
        return sentence(f"{who.en} {am} {quality[0]}", f"{who.dat} ist {quality[1]}")
    am = "am not" if am == "am" else f"{am}n't"
    return sentence(f"{who.en} {am} {quality[0]}", f"{who.dat} ist nicht {quality[1]}")
