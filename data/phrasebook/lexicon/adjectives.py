"""Adjectives, and which nouns each of them suits.

A line reads ``old = alt``, ``expensive = teuer (teur-)`` where the stem changes before endings, and
``old, older = alt, älter`` where the comparative is used.
"""

from grammar.nouns import Adjective, Noun

_TABLE = """
red = rot
blue = blau
green = grün
black = schwarz
white = weiß
grey = grau
yellow = gelb
brown = braun
big, bigger = groß, größer
small, smaller = klein, kleiner
new, newer = neu, neuer
old, older = alt, älter
young, younger = jung, jünger
cheap, cheaper = billig, billiger
expensive, more expensive = teuer (teur-), teurer
beautiful, more beautiful = schön, schöner
modern, more modern = modern, moderner
comfortable, more comfortable = bequem, bequemer
heavy, heavier = schwer, schwerer
light, lighter = leicht, leichter
fast, faster = schnell, schneller
slow, slower = langsam, langsamer
warm, warmer = warm, wärmer
cold, colder = kalt, kälter
hot, hotter = heiß, heißer
long, longer = lang, länger
short, shorter = kurz, kürzer
quiet, quieter = ruhig, ruhiger
fresh, fresher = frisch, frischer
interesting, more interesting = interessant, interessanter
exciting, more exciting = spannend, spannender
boring, more boring = langweilig, langweiliger
difficult, more difficult = schwierig, schwieriger
important, more important = wichtig, wichtiger
famous, more famous = berühmt, berühmter
friendly, friendlier = freundlich, freundlicher
nice, nicer = nett, netter
tall, taller = groß, größer
clever, cleverer = klug, klüger
polite, more polite = höflich, höflicher
elegant, more elegant = elegant, eleganter
clean, cleaner = sauber, sauberer
dirty, dirtier = schmutzig, schmutziger
broken = kaputt
empty = leer
full = voll
"""


def parse_adjective(line: str) -> Adjective:
    """Read a line of the table."""
    english, german = (side.strip() for side in line.split("="))
    en, en_more = [*english.split(", "), ""][:2]
    de, de_more = [*german.split(", "), ""][:2]
    de, _, stem = de.partition(" (")
    return Adjective(en, de, stem.rstrip("-)") or de, en_more, de_more)


ADJECTIVES = {adjective.en: adjective for adjective in map(parse_adjective, _TABLE.strip().splitlines())}

COLOURS = "red blue green black white grey yellow brown"
_SUITING = {
    "food": "fresh big small",
    "dish": "fresh",
    "food mass": "fresh",
    "hot drink": "hot",
    "cold drink": "cold",
    "clothes": f"{COLOURS} new old warm elegant expensive cheap beautiful light",
    "reading": "interesting exciting boring new old long difficult",
    "mail": "important long short",
    "thing": "new old big small beautiful expensive cheap",
    "tableware": "clean dirty",
    "furniture": "new old big small modern beautiful comfortable",
    "opening": "big small",
    "room": "big small modern clean dirty",
    "home": "big small old new beautiful quiet",
    "vehicle": f"{COLOURS} new old fast cheap expensive slow",
    "transport": "fast slow full modern",
    "animal": "big small old young brown black white grey",
    "family": "young old",
    "person": "young old nice friendly famous tall clever polite",
    "shop": "new small big old modern",
    "sight": "old beautiful famous big small",
    "venue": "new old small expensive cheap modern quiet famous",
    "station": "new old big small modern",
    "service": "clean",
    "medicine": "expensive cheap",
    "event": "interesting long important boring",
    "work": "difficult important short long",
}
_UNSUITABLE = {
    ("fresh", "banana"),
    ("fresh", "onion"),
    ("fresh", "pizza"),
    ("fresh", "honey"),
    ("fresh", "jam"),
    ("fresh", "chocolate"),
    ("fresh", "sugar"),
    ("fresh", "salt"),
    ("fresh", "rice"),
    ("long", "message"),
    ("short", "parcel"),
    ("long", "parcel"),
    ("light", "belt"),
    ("warm", "belt"),
    ("warm", "sunglasses"),
    ("warm", "shirt"),
    ("warm", "suit"),
    ("warm", "blouse"),
    ("light", "sunglasses"),
    ("cheap", "key"),
    ("expensive", "key"),
    ("beautiful", "key"),
    ("expensive", "flower"),
    ("beautiful", "ticket"),
    ("old", "ticket"),
    ("old", "present"),
    ("old", "flower"),
    ("new", "flower"),
    ("comfortable", "table"),
    ("comfortable", "cupboard"),
    ("comfortable", "shelf"),
    ("comfortable", "desk"),
    ("comfortable", "carpet"),
    ("comfortable", "mirror"),
    ("long", "newspaper"),
    ("long", "magazine"),
    ("difficult", "newspaper"),
    ("difficult", "magazine"),
    ("exciting", "newspaper"),
    ("exciting", "magazine"),
    ("long", "mistake"),
    ("short", "mistake"),
    ("long", "homework"),
    ("short", "homework"),
    ("long", "rule"),
    ("short", "rule"),
    ("important", "film"),
    ("important", "holiday"),
    ("boring", "exam"),
    ("interesting", "exam"),
    ("boring", "holiday"),
    ("interesting", "holiday"),
    ("important", "party"),
    ("important", "journey"),
    ("long", "party"),
    ("quiet", "garden"),
    ("quiet", "balcony"),
    ("new", "garden"),
    ("small", "pizza"),
    ("fast", "boat"),
    ("young", "duck"),
    ("clever", "guest"),
    ("clever", "tourist"),
    ("young", "child"),
    ("old", "child"),
    ("old", "boy"),
    ("old", "girl"),
    ("young", "boy"),
    ("young", "girl"),
    ("famous", "boy"),
    ("famous", "girl"),
    ("famous", "child"),
    ("tall", "child"),
    ("old", "student"),
    ("famous", "student"),
    ("famous", "tourist"),
    ("famous", "waiter"),
    ("famous", "supermarket"),
    ("cheap", "theatre"),
    ("expensive", "theatre"),
    ("modern", "market square"),
    ("new", "market square"),
    ("modern", "bakery"),
    ("modern", "motorcycle"),
    ("beautiful", "computer"),
    ("beautiful", "suitcase"),
    ("big", "watch"),
    ("small", "watch"),
    ("big", "ticket"),
    ("small", "ticket"),
    ("big", "mobile phone"),
    ("small", "mobile phone"),
    ("big", "flower"),
    ("small", "flower"),
    ("old", "flat"),
    ("cheap", "blanket"),
}


def suiting(noun: Noun) -> tuple[Adjective, ...]:
    """Return the adjectives that can stand with a noun."""
    names = _SUITING.get(noun.kind, "").split()
    return tuple(ADJECTIVES[name] for name in names if (name, noun.en) not in _UNSUITABLE)
