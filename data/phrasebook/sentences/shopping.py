"""Shops and tables: prices, quantities, sizes, comparisons, orders."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, sentence
from grammar.draw import Draw
from grammar.nouns import Case, Noun, Phrase, german_phrase, phrase
from grammar.numerals import english, german
from grammar.verbs import parse_verb
from lexicon.adjectives import ADJECTIVES, COLOURS, suiting
from lexicon.nouns import of
from lexicon.verbs import TRANSITIVE

from sentences.predicates import name_of
from sentences.registry import template
from sentences.when import WEEKDAYS, at_clock
from sentences.words import a_relative, described, subject, third_person, you

GOODS = of("clothes", "thing", "furniture", "vehicle", "reading")
BUY = next(entry for entry in TRANSITIVE if name_of(entry.verb) == "buy")
PAY = parse_verb("pay/paid = bezahlen, bezahlt")


def many_of(entry: Noun) -> bool:
    """Whether it is drawn in the plural."""
    return entry.several


def goods(draw: Draw, case: Case, determiner: str, share: float = 0.5) -> Phrase:
    """Draw something for sale."""
    entry = draw.pick(GOODS)
    return phrase(entry, determiner, case, plural=many_of(entry), adjective=described(draw, entry, share))


def verb_forms(found: Phrase, en: str, de: str) -> Words:
    """Inflect a regular verb for a thing: costs or cost, kostet or kosten."""
    return (en if found.en_plural else f"{en}s"), (f"{de}en" if found.plural else f"{de}t")


@template(2)
def how_much(draw: Draw) -> Words:
    """How much does the red jacket cost?"""
    found = goods(draw, "nom", draw.any(("the", "this")), 0.7)
    do_ = "do" if found.en_plural else "does"
    kostet = "kosten" if found.plural else "kostet"
    if draw.chance(0.3):
        cost = "cost" if found.en_plural else "costs"
        return sentence(
            f"can you tell me how much {found.en} {cost}", f"können Sie mir sagen, wie viel {found.de} {kostet}", "?"
        )
    return sentence(f"how much {do_} {found.en} cost", f"wie viel {kostet} {found.de}", "?")


HUNDREDS = (*range(100, 1000, 50), 1000, 1500, 2000, 2500, 3000, 4000, 5000)


def price(draw: Draw, entry: Noun) -> Words:
    """Draw a price that suits a thing: in words, or in digits with a decimal point (German: comma)."""
    if entry.kind in ("vehicle", "furniture") or entry.en in ("computer", "camera"):
        euros = draw.pick(HUNDREDS if entry.kind == "vehicle" else HUNDREDS[:18])
    else:
        euros = draw.pick(range(2, 100))
    draw.combine("number+noun", english(euros), "euro")
    if draw.chance(0.2) and euros < 100:
        cents = draw.any(("50", "90", "20", "95", "75", "30"))
        return f"{euros}.{cents} euros", f"{euros},{cents} Euro"
    return f"{english(euros)} euros", f"{german(euros, attributive=True)} Euro"


@template(5)
def costs(draw: Draw) -> Words:
    """The jacket costs forty-five euros."""
    found = goods(draw, "nom", draw.any(("the", "this")), 0.3)
    en, de = price(draw, found.noun)
    cost, kostet = verb_forms(found, "cost", "kost")
    kostet = "kosten" if found.plural else "kostet"
    return sentence(f"{found.en} {cost} {en}", f"{found.de} {kostet} {de}")


@template(1.5)
def paid(draw: Draw) -> Words:
    """I paid fifty euros for the dress."""
    who = subject(draw)
    found = goods(draw, "acc", "the", 0.3)
    en, de = price(draw, found.noun)
    habe = Clause(who, Predicate(PAY, f"{en} for {found.en}", objects=f"{de} für {found.de}", definite=False), "past")
    return sentence(habe.english(), habe.german())


TOO = {
    "clothes": "big small long expensive",
    "furniture": "big small expensive heavy",
    "vehicle": "expensive slow small",
    "thing": "big small heavy expensive",
    "reading": "difficult boring long",
}


@template(2)
def too_big(draw: Draw) -> Words:
    """This coat is too big for me."""
    entry = draw.pick(GOODS)
    found = phrase(entry, draw.any(("the", "this")), "nom", plural=many_of(entry))
    quality = ADJECTIVES[draw.any(TOO[entry.kind].split())]
    if (
        entry.kind == "clothes"
        and entry.en in ("belt", "sunglasses", "hat", "cap", "shoe", "glove", "scarf")
        and quality.en == "long"
    ):
        quality = ADJECTIVES["big"]
    if entry.kind == "reading" and quality.en == "long" and entry.en in ("newspaper", "magazine"):
        quality = ADJECTIVES["boring"]
    if entry.kind == "thing" and entry.en in ("flower", "ticket", "picture", "key", "ball", "lamp", "present"):
        quality = ADJECTIVES["expensive"]
    draw.combine("adjective+noun", quality.en, entry.en)
    are, sind = ("are" if found.en_plural else "is"), ("sind" if found.plural else "ist")
    whom = draw.any((*people.OBJECT_PRONOUNS, a_relative(draw)))
    return sentence(
        f"{found.en} {are} too {quality.en} for {whom.en_object}", f"{found.de} {sind} {whom.dat} zu {quality.de}"
    )


@template(1.5)
def fits(draw: Draw) -> Words:
    """The shoes do not fit me."""
    entry = draw.pick(tuple(item for item in of("clothes") if item.en != "sunglasses"))
    found = phrase(
        entry, draw.any(("the", "this")), "nom", plural=many_of(entry), adjective=described(draw, entry, 0.4)
    )
    whom = draw.any((*people.OBJECT_PRONOUNS, a_relative(draw)))
    passt = "passen" if found.plural else "passt"
    if draw.chance(0.5):
        do_ = "don't" if found.en_plural else "doesn't"
        return sentence(f"{found.en} {do_} fit {whom.en_object}", f"{found.de} {passt} {whom.dat} nicht")
    fit = "fit" if found.en_plural else "fits"
    return sentence(f"{found.en} {fit} {whom.en_object} very well", f"{found.de} {passt} {whom.dat} sehr gut")


PLEASING = of("clothes", "thing", "furniture", "vehicle", "home", "sight", "venue", "reading", "event")


@template(3)
def pleases(draw: Draw) -> Words:
    """I like the blue dress (Das blaue Kleid gefällt mir)."""
    entry = draw.pick(
        tuple(item for item in PLEASING if item.en not in ("ticket", "exam", "meeting", "key", "present"))
    )
    adjective = described(draw, entry, 0.4)
    found = phrase(entry, draw.any(("the", "this")), "nom", plural=many_of(entry), adjective=adjective)
    gefaellt = "gefallen" if found.plural else "gefällt"
    kind = draw.any(range(3))
    if kind == 0:
        who = you(draw)
        return sentence(f"do you like {found.en}", f"{gefaellt} {who.dat} {found.de}", "?", who, last=True)
    who = subject(draw)
    like = "likes" if who.singular_third else "like"
    if kind == 1:
        dont = "doesn't" if who.singular_third else "don't"
        return sentence(f"{who.en} {dont} like {found.en}", f"{found.de} {gefaellt} {who.dat} nicht")
    much = draw.any((("", ""), (" very much", " sehr")))
    return sentence(f"{who.en} {like} {found.en}{much[0]}", f"{found.de} {gefaellt} {who.dat}{much[1]}")


@template(2)
def size_or_colour(draw: Draw) -> Words:
    """Do you have this shirt in blue?"""
    entry = draw.pick(of("clothes"))
    found = phrase(entry, "this", "acc", plural=many_of(entry))
    also = draw.any((("", ""), ("also ", "auch ")))
    if draw.chance(0.5):
        colour = ADJECTIVES[draw.pick(tuple(COLOURS.split()))]
        draw.combine("adjective+noun", colour.en, entry.en)
        return sentence(
            f"do you {also[0]}have {found.en} in {colour.en}",
            f"haben Sie {found.de} {also[1]}in {colour.de.capitalize()}",
            "?",
        )
    size = str(2 * draw.number(17, 28))
    return sentence(
        f"do you {also[0]}have {found.en} in size {size}", f"haben Sie {found.de} {also[1]}in Größe {size}", "?"
    )


@template(2)
def one_or_other(draw: Draw) -> Words:
    """The black coat is cheaper than the brown one."""
    entry = draw.pick(of("clothes", "vehicle"))
    colours = tuple(adjective for adjective in suiting(entry) if adjective.en in COLOURS.split())
    one, two = draw.pick(colours), draw.pick(colours)
    if one == two:
        return one_or_other(draw)
    for colour in (one, two):
        draw.combine("adjective+noun", colour.en, entry.en)
    plural = many_of(entry)
    first = phrase(entry, "the", "nom", plural=plural, adjective=one)
    second = german_phrase(entry, "the", "nom", plural=plural, adjective=two.stem).rpartition(" ")[0]
    quality = ADJECTIVES[
        draw.any(("cheap", "expensive", "beautiful", "new", "old", "modern" if entry.kind == "vehicle" else "warm"))
    ]
    if quality.en == "warm" and entry.en in ("belt", "sunglasses"):
        quality = ADJECTIVES["elegant"]
    are, sind, ones = (
        ("are" if first.en_plural else "is"),
        ("sind" if first.plural else "ist"),
        ("ones" if first.en_plural else "one"),
    )
    return sentence(
        f"{first.en} {are} {quality.en_more} than the {two.en} {ones}",
        f"{first.de} {sind} {quality.de_more} als {second}",
    )


COMPARED = (
    ("transport", "fast slow modern comfortable"),
    ("furniture", "big small old heavy new expensive cheap beautiful"),
    ("room", "big small clean warm cold"),
    ("home", "big small old beautiful quiet expensive"),
    ("sight", "old beautiful famous big small"),
    ("venue", "cheap expensive quiet modern old"),
    ("reading", "interesting boring exciting long difficult"),
    ("vehicle", "fast expensive slow cheap"),
    ("animal", "big small fast young old beautiful"),
    ("event", "long interesting boring important"),
    ("clothes", "warm elegant cheap expensive light"),
    ("family", "old young tall friendly polite clever"),
)


@template(4)
def comparison(draw: Draw) -> Words:
    """The train is faster than the bus; the bed is not as big as the sofa."""
    kind, qualities = draw.any(COMPARED)
    one, two = draw.pick(of(kind)), draw.pick(of(kind))
    if one == two or one.several or two.several:
        return comparison(draw)
    quality = draw.pick(tuple(ADJECTIVES[name] for name in qualities.split()))
    if (quality.en in ("warm", "light") and "belt" in (one.en, two.en)) or "sunglasses" in (one.en, two.en):
        return comparison(draw)
    draw.combine("adjective+noun", quality.en, one.en)
    draw.combine("adjective+noun", quality.en, two.en)
    owner = "my" if kind == "family" else "the"
    first, second = phrase(one, owner, "nom"), phrase(two, owner, "nom")
    are = "are" if first.en_plural else "is"
    if draw.chance(0.5):
        much = draw.any((("", ""), ("much ", "viel ")))
        return sentence(
            f"{first.en} {are} {much[0]}{quality.en_more} than {second.en}",
            f"{first.de} ist {much[1]}{quality.de_more} als {second.de}",
        )
    as_ = draw.any((("not as", "nicht so"), ("just as", "genauso")))
    return sentence(
        f"{first.en} {are} {as_[0]} {quality.en} as {second.en}",
        f"{first.de} ist {as_[1]} {quality.de} wie {second.de}",
    )


@template(2)
def whose(draw: Draw) -> Words:
    """Whose umbrella is this?  This umbrella belongs to my sister."""
    entry = draw.pick(of("thing", "clothes", "vehicle"))
    plural = many_of(entry)
    found = phrase(entry, "this", "nom", plural=plural, adjective=described(draw, entry, 0.4))
    gehoert = "gehören" if plural else "gehört"
    belong = "belong" if found.en_plural else "belongs"
    kind = draw.any(range(3))
    if kind == 0:
        this, _, rest = found.en.partition(" ")
        are = "are these" if this == "these" else "is this"
        return sentence(f"whose {rest} {are}", f"wem {gehoert} {found.de}", "?")
    if kind == 1:
        who = you(draw)
        do_ = "do" if found.en_plural else "does"
        return sentence(f"{do_} {found.en} belong to you", f"{gehoert} {found.de} {who.dat}", "?", who, last=True)
    whom = draw.any((a_relative(draw), third_person(draw), draw.any(people.OBJECT_PRONOUNS)))
    return sentence(f"{found.en} {belong} to {whom.en_object}", f"{found.de} {gehoert} {whom.dat}")


@template(1.5)
def which(draw: Draw) -> Words:
    """Which shirt would you like to buy, Anna?"""
    entry = draw.pick(GOODS)
    draw.combine("verb+noun", "buy", entry.en)
    found = phrase(entry, "which", "acc", plural=many_of(entry))
    who = you(draw) if draw.chance(0.6) else third_person(draw)
    clause = Clause(who, Predicate(BUY.verb), draw.any(("would like", "want", "past")), front=(found.en, found.de))
    return sentence(clause.english("question"), clause.german("question"), "?", who, last=draw.chance(0.5))


@template(1)
def will_take(draw: Draw) -> Words:
    """I will take the black coat."""
    found = goods(draw, "acc", draw.any(("the", "this")), 0.9)
    who = draw.any((("I", "ich nehme"), ("we", "wir nehmen")))
    return sentence(f"{who[0]} will take {found.en}", f"{who[1]} {found.de}")


@template(2)
def where_to_buy(draw: Draw) -> Words:
    """Where can I buy fresh bread?"""
    entry = draw.pick(tuple(item for item in of("food", "food mass", "clothes", "reading", "medicine", "thing")))
    draw.combine("verb+noun", "buy", entry.en)
    many = bool(entry.de_plural) and not entry.english_plural_only and (entry.several or draw.chance(0.5))
    what = phrase(entry, "a", "acc", plural=many, adjective=described(draw, entry, 0.3))
    if draw.chance(0.3):
        return sentence(f"do you know where I can buy {what.en}", f"wissen Sie, wo ich {what.de} kaufen kann", "?")
    excuse = draw.any((("", ""), ("excuse me, ", "Entschuldigung, ")))
    return sentence(f"{excuse[0]}where can I buy {what.en}", f"{excuse[1]}wo kann ich {what.de} kaufen", "?")


@template(2)
def opening_hours(draw: Draw) -> Words:
    """The museum opens at nine o'clock; the bakery is closed on Sundays."""
    entry = draw.pick(
        tuple(
            item
            for item in of("shop", "sight", "venue", "station")
            if item.en
            not in (
                "hotel",
                "tower",
                "bridge",
                "market square",
                "station",
                "airport",
                "bus stop",
                "hospital",
                "school",
                "university",
            )
        )
    )
    words = phrase(entry, "the", "nom")
    kind = draw.any(range(4))
    weekday, wochentag = draw.pick(WEEKDAYS)
    if kind == 0:
        morning = at_clock(draw, (6, 7, 8, 9, 10))
        return sentence(f"{words.en} opens {morning[0]}", f"{words.de} öffnet {morning[1]}")
    if kind == 1:
        time = at_clock(draw, (1, 4, 5, 6, 7, 8, 10))
        return sentence(
            f"on {weekday}s {words.en} closes {time[0]}", f"{wochentag.lower()}s schließt {words.de} {time[1]}"
        )
    if kind == 2:
        return sentence(f"{words.en} is closed on {weekday}s", f"{words.de} ist {wochentag.lower()}s geschlossen")
    verb = draw.any((("open", "öffnet"), ("close", "schließt")))
    day = draw.any((("today", "heute"), ("tomorrow", "morgen"), (f"on {weekday}s", f"{wochentag.lower()}s")))
    return sentence(f"when does {words.en} {verb[0]} {day[0]}", f"wann {verb[1]} {words.de} {day[1]}", "?")
