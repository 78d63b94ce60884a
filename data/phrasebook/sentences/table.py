"""Eating and drinking: quantities, orders, tables, likes."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, sentence
from grammar.draw import Draw
from grammar.nouns import Noun, phrase
from grammar.numerals import english, german
from grammar.verbs import parse_verb
from lexicon.adjectives import ADJECTIVES
from lexicon.nouns import noun, of

from sentences.registry import template
from sentences.shopping import BUY, many_of
from sentences.when import WEEKDAYS, clock_time, coming_time, past_time
from sentences.words import counted, described, subject, you

EATABLE = of("food", "food mass", "hot drink", "cold drink")
EAT = parse_verb("eat/ate/eaten = essen, isst, isst, gegessen")
DRINK = parse_verb("drink/drank/drunk = trinken, getrunken")


MOEGEN = ("mag", "magst", "mag", "mögen", "mögt", "mögen")


@template(3)
def likes_food(draw: Draw) -> Words:
    """I like cheese but I don't like fish; do you like honey, Anna?"""
    one, two = draw.pick(EATABLE), draw.pick(EATABLE)
    if one == two:
        return likes_food(draw)
    first = phrase(one, "", "acc", plural=bool(one.de_plural))
    second = phrase(two, "", "acc", plural=bool(two.de_plural), german="no")
    if draw.chance(0.3):
        asked = you(draw)
        return sentence(
            f"do you like {first.en}", f"{MOEGEN[asked.person]} {asked.nom} {first.de}", "?", asked, last=True
        )
    who = subject(draw)
    like, dont = ("likes", "doesn't") if who.singular_third else ("like", "don't")
    mag = MOEGEN[who.person]
    kind = draw.any(range(3))
    if kind == 0:
        return sentence(f"{who.en} {like} {first.en}", f"{who.nom} {mag} {first.de}")
    if kind == 1:
        return sentence(f"{who.en} {dont} like {second.en}", f"{who.nom} {mag} {second.de}")
    german = f"{who.nom} {mag} {first.de}, aber {second.de}"
    return sentence(f"{who.en} {like} {first.en} but {dont} like {second.en}", german)


CONTAINERS = (
    ("cup, cups", "Tasse, Tassen", "f", "hot drink"),
    ("glass, glasses", "Glas, Gläser", "n", "cold drink"),
    ("bottle, bottles", "Flasche, Flaschen", "f", "cold drink"),
    ("piece, pieces", "Stück, Stücke", "n", "cake"),
    ("kilo, kilos", "Kilo, Kilo", "n", "kilo"),
    ("slice, slices", "Scheibe, Scheiben", "f", "slice"),
)
BY_KILO = "apple banana potato tomato carrot onion orange pear lemon strawberry mushroom".split()


def quantity(draw: Draw, verb: str = "") -> Words:
    """Draw a quantity of food or drink, as the object of a verb: ``two cups of tea``, ``zwei Tassen Tee``."""
    if draw.chance(0.2):
        entry = draw.pick(tuple(item for item in of("food mass") if item.en in ("cheese", "ham", "butter", "sugar")))
        if verb:
            draw.combine("verb+noun", verb, entry.en)
        grams = draw.any((100, 150, 200, 250, 300, 400, 500))
        return f"{english(grams)} grams of {entry.en}", f"{german(grams)} Gramm {entry.de}"
    en, de, gender, kind = draw.pick(CONTAINERS)
    if kind == "cake":
        entries: tuple[Noun, ...] = (noun("cake", "food"), noun("chocolate", "food mass"), noun("pizza", "food"))
    elif kind == "kilo":
        entries = tuple(item for item in of("food") if item.en in BY_KILO)
    elif kind == "slice":
        entries = tuple(item for item in of("food mass") if item.en in ("bread", "cheese", "ham"))
    else:
        entries = of(kind)
    entry = draw.pick(entries)
    if verb:
        draw.combine("verb+noun", verb, entry.en)
    singular, plural = en.split(", ")
    ein, mehr = de.split(", ")
    inside_en, inside_de = (entry.en_plural, entry.de_plural) if kind == "kilo" else (entry.en, entry.de)
    if draw.chance(0.5):
        return f"a {singular} of {inside_en}", f"{'eine' if gender == 'f' else 'ein'} {ein} {inside_de}"
    count = draw.pick(range(2, 7 if kind != "kilo" else 11))
    draw.combine("number+noun", english(count), singular)
    return f"{english(count)} {plural} of {inside_en}", f"{german(count)} {mehr} {inside_de}"


@template(4.5)
def order(draw: Draw) -> Words:
    """I would like a cup of coffee and two pieces of cake, please."""
    who = draw.any((("I", "ich hätte gern"), ("we", "wir hätten gern")))
    en, de = quantity(draw)
    if draw.chance(0.6):
        other = quantity(draw)
        if other[0].split(" of ")[1] == en.split(" of ")[1]:
            return order(draw)
        en, de = f"{en} and {other[0]}", f"{de} und {other[1]}"
    return sentence(f"{who[0]} would like {en}, please", f"{who[1]} {de}, bitte")


@template(1.5)
def quantity_bought(draw: Draw) -> Words:
    """She bought two kilos of tomatoes yesterday."""
    who = subject(draw)
    en, de = quantity(draw, "buy")
    while en.split()[1].startswith(("cup", "glass", "piece", "slice")):
        en, de = quantity(draw, "buy")
    what = Predicate(BUY.verb, en, objects=de, definite=False)
    past = draw.chance(0.5)
    clause = Clause(
        who, what, "past" if past else draw.any(("must", "want")), (past_time if past else coming_time)(draw, "day")
    )
    return sentence(clause.english(), clause.german())


@template(1.5)
def another(draw: Draw) -> Words:
    """Would you like another cup of tea, Paul?"""
    who = you(draw)
    en, de = quantity(draw)
    while not en.startswith("a "):
        en, de = quantity(draw)
    moechte = {5: "möchten Sie", 1: "möchtest du", 4: "möchtet ihr"}[who.person]
    return sentence(f"would you like another {en[2:]}", f"{moechte} noch {de}", "?", who, last=True)


@template(3)
def order_dish(draw: Draw) -> Words:
    """I would like a salad and a glass of wine, please."""
    who = draw.any((("I", "ich hätte gern"), ("we", "wir hätten gern")))
    entry = draw.pick(tuple(item for item in of("dish", "food") if item.en in DISHES))
    dish = phrase(entry, "the" if entry.mass else draw.any(("the", "a")), "acc")
    drink = quantity(draw)
    while not drink[0].startswith(("a glass", "a cup", "a bottle")):
        drink = quantity(draw)
    return sentence(
        f"{who[0]} would like {dish.en} and {drink[0]}, please", f"{who[1]} {dish.de} und {drink[1]}, bitte"
    )


DISHES = ("soup", "salad", "fish", "pizza", "sausage", "sandwich", "cake")
PASSED = ("salt", "sugar", "butter", "bread", "honey", "jam", "cheese", "fruit", "rice", "chocolate")


@template(2)
def pass_me(draw: Draw) -> Words:
    """Can you pass me the salt, Anna?"""
    who = you(draw)
    entry = draw.pick(tuple(item for item in of("food mass") if item.en in PASSED))
    found = phrase(entry, "the", "acc")
    whom = draw.any((people.I, people.WE, people.HE, people.SHE))
    geben = parse_verb("pass = geben, gibst, gibt, gegeben")
    what = Predicate(geben, f"{whom.en_object} {found.en}", pronouns=whom.dat, objects=found.de)
    clause = Clause(who, what, "can")
    return sentence(clause.english("question"), clause.german("question"), "?", who, last=draw.chance(0.5))


@template(4)
def bring_me(draw: Draw) -> Words:
    """Could you bring me a clean fork, please?"""
    entry = draw.pick(of("service", "tableware"))
    determiner = "the" if entry.en in ("menu", "bill") else "a"
    clean = ADJECTIVES["clean"] if determiner == "a" and draw.chance(0.5) else None
    if clean:
        draw.combine("adjective+noun", "clean", entry.en)
    found = phrase(entry, determiner, "acc", adjective=clean)
    whom = draw.any((people.I, people.WE))
    return sentence(
        f"could you bring {whom.en_object} {found.en}, please", f"könnten Sie {whom.dat} bitte {found.de} bringen", "?"
    )


@template(5)
def reserve(draw: Draw) -> Words:
    """I would like to reserve a table for four people for half past seven."""
    person = noun("person", "unit")
    en, de = counted(draw, 2, 12, person, "acc")
    en_clock, de_clock = clock_time(draw, (12, 1, 5, 6, 7, 8, 9))
    if draw.chance(0.3):
        return sentence(f"a table for {en}, please", f"einen Tisch für {de}, bitte")
    day = draw.any((("today", "heute"), ("tomorrow", "morgen"), *((f"on {e}", f"am {d}") for e, d in WEEKDAYS)))
    return sentence(
        f"I would like to reserve a table for {en} {day[0]} at {en_clock}",
        f"ich möchte {day[1]} um {de_clock} einen Tisch für {de} reservieren",
    )


TASTES = (("good", "gut"), ("very good", "sehr gut"), ("excellent", "ausgezeichnet"))


@template(3)
def tastes(draw: Draw) -> Words:
    """The soup tastes very good; are you enjoying the fish, Anna?"""
    entry = draw.pick(of("dish", "food", "food mass", "cold drink", "hot drink"))
    if entry.en in ("sugar", "salt", "egg", "lemon", "onion", "butter"):
        return tastes(draw)
    found = phrase(entry, "the", "nom", plural=many_of(entry))
    schmeckt = "schmecken" if found.plural else "schmeckt"
    kind = draw.any(range(3))
    if kind == 0:
        who = you(draw)
        return sentence(f"are you enjoying {found.en}", f"{schmeckt} {who.dat} {found.de}", "?", who, last=True)
    quality = draw.any(TASTES)
    if kind == 1:
        taste = "taste" if found.en_plural else "tastes"
        return sentence(f"{found.en} {taste} {quality[0]}", f"{found.de} {schmeckt} {quality[1]}")
    are, sind = ("are" if found.en_plural else "is"), ("sind" if found.plural else "ist")
    if entry.kind == "dish":
        adjective = draw.any((("cold", "kalt"), ("hot", "heiß")))
    elif entry.kind.endswith("drink"):
        adjective = draw.any((("cold", "kalt"), ("warm", "warm")))
    else:
        adjective = draw.any((("fresh", "frisch"), ("expensive", "teuer")))
        return sentence(f"{found.en} {are} very {adjective[0]}", f"{found.de} {sind} sehr {adjective[1]}")
    return sentence(f"{found.en} {are} too {adjective[0]}", f"{found.de} {sind} zu {adjective[1]}")


SPREADS = "butter cheese ham honey jam".split()


@template(1.5)
def with_without(draw: Draw) -> Words:
    """I drink tea with milk but without sugar; for breakfast we eat bread with fresh butter."""
    who = subject(draw)
    kind = draw.any(range(2))
    if kind == 0:
        drink = draw.pick(of("hot drink"))
        add = [("sugar", "Zucker"), ("milk", "Milch") if drink.en != "cocoa" else ("honey", "Honig")]
        if drink.en == "tea":
            add.append(("honey", "Honig"))
        one = draw.any(add)
        two = draw.any([item for item in add if item != one])
        drinks = Clause(
            who,
            Predicate(
                DRINK,
                f"{drink.en} with {one[0]} but without {two[0]}",
                objects=f"{drink.de} mit {one[1]}, aber ohne {two[1]}",
                definite=False,
            ),
        )
        return sentence(drinks.english(), drinks.german(), ".", who)
    spread = noun(draw.pick(tuple(SPREADS)), "food mass")
    with_ = phrase(spread, "a", "dat", adjective=described(draw, spread, 0.5))
    base = draw.any((noun("bread", "food mass"), noun("bread roll", "food"), noun("egg", "food")))
    if base.en == "egg":
        with_ = phrase(
            noun("bread", "food mass"), "a", "dat", adjective=described(draw, noun("bread", "food mass"), 0.5)
        )
    words = phrase(base, "", "acc", plural=bool(base.de_plural))
    eats = Clause(
        who,
        Predicate(EAT, f"{words.en} with {with_.en}", objects=f"{words.de} mit {with_.de}", definite=False),
        time=("for breakfast", "zum Frühstück"),
        fronted=not who.vocative[0],
    )
    return sentence(eats.english(), eats.german(), ".", who)
