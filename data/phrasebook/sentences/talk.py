"""Talk: greetings, names, languages, thanks, wishes, rules."""

from grammar.clause import Clause, Predicate, Words, sentence
from grammar.draw import Draw
from grammar.nouns import phrase
from grammar.verbs import parse_verb
from lexicon.adjectives import ADJECTIVES
from lexicon.names import CITIES, LANGUAGES
from lexicon.nouns import of
from lexicon.places import PLACES

from sentences.registry import template
from sentences.when import WEEKDAYS
from sentences.words import first_name, subject, surname, you

GREETINGS = (
    ("good morning", "guten Morgen"),
    ("good evening", "guten Abend"),
    ("hello", "hallo"),
    ("good afternoon", "guten Tag"),
)
AFTER_GREETING = (
    ("how are you", "wie geht es {dat}", "?"),
    ("thank you for your letter", "vielen Dank für {your} Brief", "."),
    ("thank you for the flowers", "vielen Dank für die Blumen", "."),
    ("can I help you", "kann ich {dat} helfen", "?"),
    ("where do you come from", "woher {kommen}", "?"),
    ("where do you live", "wo {wohnen}", "?"),
    ("do you have a question", "{haben} eine Frage", "?"),
    ("do you have time tomorrow", "{haben} morgen Zeit", "?"),
    ("did you sleep well", "{haben} gut geschlafen", "?"),
)
FORMS = {
    5: {"kommen": "kommen Sie", "wohnen": "wohnen Sie", "haben": "haben Sie", "your": "Ihren"},
    1: {"kommen": "kommst du", "wohnen": "wohnst du", "haben": "hast du", "your": "deinen"},
    4: {"kommen": "kommt ihr", "wohnen": "wohnt ihr", "haben": "habt ihr", "your": "euren"},
}


@template(2.5)
def greeting(draw: Draw) -> Words:
    """Good morning, Mr Weber. How are you?"""
    who = you(draw)
    while not who.vocative[0]:
        who = you(draw)
    hello = draw.pick(GREETINGS)
    then = draw.pick(AFTER_GREETING)
    german = then[1].format(dat=who.dat, **FORMS[who.person])
    en = f"{hello[0]}, {who.vocative[0]}. {then[0][0].upper()}{then[0][1:]}"
    de = f"{hello[1]}, {who.vocative[1]}. {german[0].upper()}{german[1:]}"
    return sentence(en, de, then[2])


@template(1.5)
def my_name(draw: Draw) -> Words:
    """My name is Anna Weber and I come from Cologne."""
    name, _ = first_name(draw)
    last = surname(draw)
    city = draw.pick(CITIES)
    kind = draw.any(range(4))
    if kind == 0:
        return sentence(f"my name is {name} {last}", f"ich heiße {name} {last}")
    if kind == 1:
        return sentence(
            f"my name is {name} {last} and I come from {city[0]}", f"ich heiße {name} {last} und komme aus {city[1]}"
        )
    if kind == 2:
        return sentence(
            f"my name is {last} and I have a reservation", f"mein Name ist {last} und ich habe eine Reservierung"
        )
    mr = draw.any((("Mr", "Herr"), ("Mrs", "Frau")))
    return sentence(f"this is {mr[0]} {last} from {city[0]}", f"das ist {mr[1]} {last} aus {city[1]}")


@template(1)
def spelling(draw: Draw) -> Words:
    """Can I speak to Mr Weber, please?"""
    last = surname(draw)
    mr = draw.any((("Mr", "Herrn"), ("Mrs", "Frau")))
    who = draw.any((("I", "ich"), ("we", "wir")))
    kann = "kann" if who[0] == "I" else "können"
    kind = draw.any(range(3))
    if kind == 0:
        return sentence(
            f"can {who[0]} speak to {mr[0]} {last}, please", f"{kann} {who[1]} bitte mit {mr[1]} {last} sprechen", "?"
        )
    if kind == 1:
        haben = "habe" if who[0] == "I" else "haben"
        return sentence(
            f"{who[0]} have a letter for {mr[0]} {last}", f"{who[1]} {haben} einen Brief für {mr[1]} {last}"
        )
    weekday, wochentag = draw.pick(WEEKDAYS)
    moechte = "möchte" if who[0] == "I" else "möchten"
    return sentence(
        f"{who[0]} would like to speak to {mr[0]} {last} on {weekday}",
        f"{who[1]} {moechte} am {wochentag} mit {mr[1]} {last} sprechen",
    )


@template(3.5)
def languages(draw: Draw) -> Words:
    """She speaks German and a little English; do you speak French?"""
    one, two = draw.pick(LANGUAGES), draw.pick(LANGUAGES)
    if one == two:
        return languages(draw)
    speak = parse_verb("speak/spoke/spoken = sprechen, sprichst, spricht, gesprochen")
    kind = draw.any(range(5))
    flags = frozenset({"stative"})
    if kind == 0:
        who = you(draw)
        clause = Clause(who, Predicate(speak, one[0], objects=one[1], flags=flags))
        return sentence(clause.english("question"), clause.german("question"), "?", who, last=draw.chance(0.5))
    who = subject(draw)
    if kind == 1:
        clause = Clause(
            who, Predicate(speak, one[0], objects=f"kein {one[1]}", negated=True, flags=flags), negative=True
        )
        return sentence(clause.english(), clause.german())
    if kind == 2:
        words = (f"{one[0]} and a little {two[0]}", f"{one[1]} und ein wenig {two[1]}")
    elif kind == 3:
        words = (f"{one[0]} and {two[0]}", f"{one[1]} und {two[1]}")
    else:
        learn = parse_verb("learn = lernen, gelernt")
        clause = Clause(
            who,
            Predicate(learn, one[0], objects=one[1], definite=False),
            draw.any(("want", "must", "would like", "progressive")),
        )
        return sentence(clause.english(), clause.german())
    clause = Clause(who, Predicate(speak, words[0], objects=words[1], flags=flags))
    return sentence(clause.english(), clause.german())


@template(2)
def thanks(draw: Draw) -> Words:
    """Thank you for the beautiful flowers, Anna."""
    who = you(draw)
    entry = draw.pick(
        tuple(
            item
            for item in of("thing", "mail", "reading", "clothes", "event", "work")
            if item.en
            in (
                "flower",
                "present",
                "picture",
                "umbrella",
                "letter",
                "postcard",
                "message",
                "parcel",
                "book",
                "magazine",
                "scarf",
                "jumper",
                "party",
                "concert",
                "report",
                "answer",
                "question",
            )
        )
    )
    own = entry.kind in ("mail", "work") or entry.en == "present"
    determiner = who.possessive if own and draw.chance(0.6) else "the"
    adjective = None
    if draw.chance(0.5):
        names = {
            "thing": "beautiful",
            "mail": "long",
            "reading": "interesting",
            "clothes": "warm",
            "event": "beautiful",
            "work": "important",
        }
        adjective = ADJECTIVES[names[entry.kind]]
        if entry.en in ("message", "parcel", "present", "umbrella"):
            adjective = ADJECTIVES["beautiful"] if entry.en != "message" else ADJECTIVES["important"]
        draw.combine("adjective+noun", adjective.en, entry.en)
    found = phrase(entry, determiner, "acc", plural=entry.several, adjective=adjective)
    much = draw.any((("thank you", "danke"), ("thank you very much", "vielen Dank")))
    return sentence(f"{much[0]} for {found.en}", f"{much[1]} für {found.de}", ".", who, last=True)


WISHES = (
    ("happy birthday", "alles Gute zum Geburtstag"),
    ("have a good journey", "gute Reise"),
    ("get well soon", "gute Besserung"),
    ("have a nice weekend", "schönes Wochenende"),
    ("good night", "gute Nacht"),
    ("see you tomorrow", "bis morgen"),
    ("see you soon", "bis bald"),
    ("goodbye", "auf Wiedersehen"),
    ("good luck in the exam", "viel Glück bei der Prüfung"),
    ("enjoy your meal", "guten Appetit"),
    ("pleased to meet you", "freut mich"),
)


@template(1.5)
def wishes(draw: Draw) -> Words:
    """Happy birthday, Anna!"""
    who = you(draw)
    while not who.vocative[0]:
        who = you(draw)
    en, de = draw.pick(WISHES)
    return sentence(en, de, "!", who, last=True)


FORBIDDEN = (
    ("smoke", "rauchen"),
    ("take photographs", "fotografieren"),
    ("sing", "singen"),
    ("sleep", "schlafen"),
    ("park", "parken"),
    ("swim", "schwimmen"),
    ("eat", "essen"),
)
WHERE = {
    "smoke": "office museum school hospital station library theatre cinema restaurant",
    "take photographs": "museum theatre hospital school airport",
    "sing": "library museum hospital office",
    "sleep": "library park museum office theatre",
    "park": "station hospital market school",
    "swim": "lake",
    "eat": "library museum theatre cinema hospital",
}


@template(2.5)
def forbidden(draw: Draw) -> Words:
    """You mustn't smoke in the museum."""
    en, de = draw.any((*FORBIDDEN, FORBIDDEN[0]))
    name = draw.pick(tuple(WHERE[en].split()))
    place = PLACES[name]
    draw.combine("verb+place", en, name)
    who = you(draw)
    duerfen = {5: "dürfen", 1: "darfst", 4: "dürft"}[who.person]
    return sentence(f"you mustn't {en} {place.en_at}", f"{who.nom} {duerfen} {place.de_at} nicht {de}", ".", who)


@template(1)
def late(draw: Draw) -> Words:
    """I am sorry that I am late, Mr Weber (Es tut mir leid, dass ich zu spät komme)."""
    who = you(draw)
    kind = draw.any(range(4))
    plural = draw.chance(0.4)
    if kind == 0:
        en, de = ("we are", "wir zu spät kommen") if plural else ("I am", "ich zu spät komme")
        return sentence(f"I am sorry that {en} late", f"es tut mir leid, dass {de}", ".", who, last=True)
    if kind == 1:
        return sentence(
            "can you repeat that, please",
            {
                5: "können Sie das bitte wiederholen",
                1: "kannst du das bitte wiederholen",
                4: "könnt ihr das bitte wiederholen",
            }[who.person],
            "?",
            who,
            last=True,
        )
    if kind == 2:
        return sentence(
            "can you speak more slowly, please",
            {
                5: "können Sie bitte langsamer sprechen",
                1: "kannst du bitte langsamer sprechen",
                4: "könnt ihr bitte langsamer sprechen",
            }[who.person],
            "?",
            who,
            last=True,
        )
    return sentence("I didn't understand you", f"ich habe {who.acc} nicht verstanden", ".", who, last=True)
