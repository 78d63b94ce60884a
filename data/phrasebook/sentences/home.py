"""At home: where things are and where they are put, family, work, animals."""

from grammar import people
from grammar.clause import Clause, Predicate, Words, imperative, join, sentence
from grammar.draw import Draw
from grammar.nouns import Noun, german_phrase, phrase, pronoun, with_preposition
from grammar.numerals import english, german
from grammar.verbs import parse_verb
from lexicon.adjectives import ADJECTIVES
from lexicon.names import FEMALE, MALE, PROFESSIONS
from lexicon.nouns import NOUNS, noun, of
from lexicon.verbs import TRANSITIVE
from sentences.predicates import name_of
from sentences.registry import template
from sentences.words import described, first_name, number_of, one_person, subject, surname, third_person, you

_LIES = {
    "thing": ("key", "bag", "mobile phone", "notebook", "ball", "blanket", "present", "ticket", "camera", "watch"),
    "reading": ("book", "newspaper", "magazine", "novel"),
    "mail": ("letter", "postcard", "parcel"),
    "clothes": ("shirt", "jumper", "scarf", "cap", "belt", "glove", "sunglasses", "trousers"),
    "tableware": ("knife", "fork", "spoon"),
    "service": ("towel", "pillow"),
    "medicine": ("tablet", "plaster"),
}
_STANDS = {
    "thing": ("lamp", "suitcase", "backpack", "computer"),
    "tableware": ("bottle", "glass", "cup", "plate"),
    "clothes": ("shoe",),
}


def _pick_from(table: dict[str, tuple[str, ...]]) -> tuple[Noun, ...]:
    return tuple(noun(word, kind) for kind, words in table.items() for word in words)


LIES, STANDS = _pick_from(_LIES), _pick_from(_STANDS)
PLACES = {
    "on": ("auf", ("table", "chair", "bed", "sofa", "shelf", "desk", "carpet")),
    "under": ("unter", ("table", "chair", "bed", "sofa", "desk")),
    "next to": ("neben", ("bed", "sofa", "mirror", "table", "desk", "shelf")),
    "behind": ("hinter", ("sofa", "cupboard", "door", "mirror", "bed")),
    "in front of": ("vor", ("mirror", "cupboard", "door", "bed", "sofa")),
    "in": ("in", ("cupboard", "kitchen", "bathroom", "bedroom", "living room", "garage", "suitcase", "bag")),
}


def _any_noun(english: str) -> Noun:
    return next(
        entry
        for kind in ("furniture", "room", "opening", "thing", "home")
        for entry in NOUNS[kind]
        if entry.en == english
    )


def spot(draw: Draw, case: str, what: Noun) -> Words:
    """Draw a place in the house; the case says where (dative) or whither (accusative)."""
    en = draw.pick(tuple(PLACES))
    de, names = PLACES[en]
    place = _any_noun(draw.pick(tuple(name for name in names if name != what.en)))
    if what.en in ("suitcase", "backpack", "bag", "lamp", "computer", "blanket") and place.en in ("bag", "suitcase"):
        place = _any_noun("kitchen")
    draw.combine("preposition+noun", en, place.en)
    words = phrase(place, "the", "dat" if case == "dat" else "acc", adjective=described(draw, place, 0.15))
    return f"{en} {words.en}", with_preposition(de, words.de)


def _movable(draw: Draw) -> tuple[Noun, str, str]:
    """Draw a thing with the German verbs of where it is and of putting it there."""
    if draw.chance(0.7):
        return draw.pick(LIES), "liegen, gelegen", "legen, gelegt"
    return draw.pick(STANDS), "stehen, gestanden", "stellen, gestellt"


@template(3)
def where_is(draw: Draw) -> Words:
    """Where is the key?  It is on the table (Er liegt auf dem Tisch)."""
    entry, rest, _ = _movable(draw)
    stem = rest.partition("en,")[0]
    owner = draw.any(("the", "my", "our", "his", "her"))
    found = phrase(entry, owner, "nom", plural=entry.several)
    en, de = spot(draw, "dat", entry)
    are, sind = ("are" if found.en_plural else "is"), ("sind" if found.plural else "ist")
    verb = f"{stem}en" if found.plural else f"{stem}t"
    it_en, it_de = pronoun(entry, found.plural)
    kind = draw.any(range(3))
    if kind == 0:
        return sentence(f"{found.en} {are} {en}", f"{found.de} {verb} {de}")
    if kind == 1:
        return sentence(
            f"where {are} {found.en}? {it_en.capitalize()} {are} {en}",
            f"wo {sind} {found.de}? {it_de.capitalize()} {verb} {de}",
        )
    isnt = "aren't" if found.en_plural else "isn't"
    return sentence(f"{found.en} {isnt} {en}", f"{found.de} {verb} nicht {de}")


@template(3.5)
def put(draw: Draw) -> Words:
    """Please put the key on the table (Legen Sie den Schlüssel bitte auf den Tisch)."""
    entry, _, german_verb = _movable(draw)
    verb = parse_verb(f"put/put = {german_verb}")
    en, de = spot(draw, "acc", entry)
    if draw.chance(0.5):
        who = you(draw)
        found = phrase(entry, draw.any(("the", who.possessive)), "acc", plural=entry.several)
        what = Predicate(verb, f"{found.en} {en}", objects=found.de, rest=de)
        return sentence(*imperative(what, who), ".", who)
    who = subject(draw)
    found = phrase(entry, draw.any(("the", who.possessive)), "acc", plural=entry.several)
    what = Predicate(verb, f"{found.en} {en}", objects=found.de, rest=de)
    clause = Clause(who, what, draw.any(("past", "must", "perfect", "want")))
    return sentence(clause.english(), clause.german())


@template(1.5)
def there_are(draw: Draw) -> Words:
    """There are three chairs in the kitchen."""
    entry = draw.pick(NOUNS["furniture"])
    room = draw.pick(
        tuple(item for item in of("room", "home") if item.en != "bathroom" and item.kind != "home" or item.en == "flat")
    )
    where = with_preposition("in", german_phrase(room, "the", "dat"))
    draw.combine("preposition+noun", "in", room.en)
    if draw.chance(0.5):
        _, (en, de) = number_of(draw, 2, 12, entry)
        words = phrase(entry, en, "acc", plural=True, german=de)
        return sentence(f"there are {words.en} in the {room.en}", f"{where} gibt es {words.de}")
    words = phrase(entry, "a", "acc", adjective=described(draw, entry, 0.7))
    return sentence(f"there is {words.en} in the {room.en}", f"{where} gibt es {words.de}")


QUALITIES = (
    ("thing", "new old broken expensive heavy"),
    ("clothes", "new old dirty clean wet expensive warm"),
    ("furniture", "new old broken dirty comfortable"),
    ("tableware", "dirty clean empty full broken"),
    ("vehicle", "new old broken fast dirty"),
    ("room", "clean dirty warm cold small big"),
    ("home", "big small beautiful quiet new expensive"),
    ("venue", "full expensive quiet new"),
    ("event", "interesting boring long important"),
    ("reading", "interesting exciting boring difficult"),
    ("work", "difficult important short long"),
    ("mail", "important short"),
    ("animal", "young old big small"),
)


@template(4)
def is_like(draw: Draw) -> Words:
    """The lamp is broken; our kitchen is very small; the exam was not difficult."""
    kind, names = draw.any(QUALITIES)
    entry = draw.pick(of(kind))
    usable = [name for name in names.split() if name in ADJECTIVES]
    quality = ADJECTIVES[draw.pick(tuple(usable))]
    if quality.en in _UNLIKELY.get(entry.en, "").split():
        return is_like(draw)
    draw.combine("adjective+noun", quality.en, entry.en)
    owners = (
        ("the", "this")
        if kind in ("venue", "event", "work", "mail", "reading", "animal")
        else ("the", "my", "his", "her", "our", "this")
    )
    found = phrase(entry, draw.any(owners), "nom", plural=entry.several)
    past = draw.chance(0.35) and quality.en != "broken"
    if past:
        be_en, be_de = ("were" if found.en_plural else "was"), ("waren" if found.plural else "war")
    else:
        be_en, be_de = ("are" if found.en_plural else "is"), ("sind" if found.plural else "ist")
    how = draw.any((("", ""), ("very ", "sehr "), ("not ", "nicht "), ("too ", "zu "), ("quite ", "ziemlich ")))
    if quality.en in ("broken", "empty", "full", "new") and how[0] in ("very ", "too ", "quite "):
        how = ("", "")
    if how[0] == "not ":
        be_en, how = f"{be_en}n't", ("", "nicht ")
    return sentence(f"{found.en} {be_en} {how[0]}{quality.en}", f"{found.de} {be_de} {how[1]}{quality.de}")


_UNLIKELY = {
    "flower": "old broken heavy", "present": "old broken new", "ticket": "old broken heavy new", "picture": "broken heavy",
    "ball": "expensive heavy", "blanket": "broken", "notebook": "broken heavy expensive", "key": "expensive heavy new old",
    "belt": "warm wet", "sunglasses": "warm wet", "hat": "wet", "shirt": "warm", "suit": "warm",
    "carpet": "broken comfortable", "table": "comfortable", "cupboard": "comfortable", "shelf": "comfortable dirty",
    "desk": "comfortable", "mirror": "comfortable", "knife": "empty full", "fork": "empty full", "spoon": "empty full",
    "plate": "full", "mistake": "short long", "homework": "short", "question": "long short", "rule": "long",
    "word": "important", "film": "important", "holiday": "important boring interesting", "exam": "interesting boring",
    "party": "important interesting", "journey": "important", "newspaper": "exciting difficult", "magazine": "difficult exciting",
    "parcel": "short", "message": "", "mouse": "big", "cow": "small", "boat": "dirty", "bag": "broken", "umbrella": "heavy",
    "cap": "expensive", "watch": "heavy", "mobile phone": "heavy", "garden": "new", "balcony": "quiet new expensive", "course": "",
}  # fmt: skip


@template(2)
def of_someone(draw: Draw) -> Words:
    """My brother's car is new (Das Auto meines Bruders); Anna's jacket is red (Annas Jacke)."""
    entry = draw.pick(of("clothes", "vehicle", "home", "thing"))
    if entry.en in ("ticket", "present", "flower", "garden", "balcony", "ball", "notebook"):
        return of_someone(draw)
    plural = entry.several
    quality = described(draw, entry, 1.0)
    if quality is None:
        return of_someone(draw)
    are = "are" if plural or entry.english_plural_only else "is"
    sind = "sind" if plural else "ist"
    owned = entry.en_plural if plural else entry.en
    if draw.chance(0.5):
        name, _ = first_name(draw)
        while name.endswith(("s", "x", "z")):
            name, _ = first_name(draw)
        head = entry.de_plural if plural else entry.de
        return sentence(f"{name}'s {owned} {are} {quality.en}", f"{name}s {head} {sind} {quality.de}")
    kin = draw.pick(NOUNS["family"])
    determiner = draw.any(("my", "his", "our"))
    owner = german_phrase(kin, determiner, "gen")
    head_de = german_phrase(entry, "the", "nom", plural=plural)
    return sentence(f"{determiner} {kin.en}'s {owned} {are} {quality.en}", f"{head_de} {owner} {sind} {quality.de}")


@template(2)
def siblings(draw: Draw) -> Words:
    """I have two brothers and a sister."""
    who = one_person(draw)
    have = "has" if who.singular_third else "have"
    finite = ("habe", "hast", "hat", "haben", "habt", "haben")[who.person]
    kinds = (
        noun("brother", "family"),
        noun("sister", "family"),
        noun("son", "family"),
        noun("daughter", "family"),
        noun("dog", "animal"),
        noun("cat", "animal"),
    )
    one, two = draw.pick(kinds), draw.pick(kinds)
    if one == two:
        return siblings(draw)

    def some(entry: Noun) -> Words:
        if draw.chance(0.4):
            words = phrase(entry, "a", "acc")
            return words.en, words.de
        _, (en, de) = number_of(draw, 2, 6, entry)
        words = phrase(entry, en, "acc", plural=True, german=de)
        return words.en, words.de

    first = some(one)
    if draw.chance(0.3):
        none = phrase(two, "a", "acc", german="no")
        dont = "doesn't" if who.singular_third else "don't"
        return sentence(f"{who.en} {dont} have {none.en}", f"{who.nom} {finite} {none.de}")
    second = some(two)
    return sentence(f"{who.en} {have} {first[0]} and {second[0]}", f"{who.nom} {finite} {first[1]} und {second[1]}")


@template(4)
def ages(draw: Draw) -> Words:
    """My son is eleven years old; how old is your daughter, Anna?"""
    if draw.chance(0.3):
        who = you(draw)
        kin = draw.pick(NOUNS["family"])
        return sentence(
            f"how old is your {kin.en}", f"wie alt ist {german_phrase(kin, who.possessive, 'nom')}", "?", who, last=True
        )
    who = one_person(draw)
    years = draw.pick(range(2, 100))
    draw.combine("number+noun", english(years), "year")
    finite_en = "am" if who.person == 0 else "is" if who.singular_third else "are"
    finite_de = ("bin", "bist", "ist", "sind", "seid", "sind")[who.person]
    return sentence(
        f"{who.en} {finite_en} {english(years)} years old", f"{who.nom} {finite_de} {german(years)} Jahre alt"
    )


@template(1.5)
def older_than(draw: Draw) -> Words:
    """My brother is two years older than my sister."""
    one, two = one_person(draw), one_person(draw)
    if one.en == two.en or one.person == 0 or two.pronoun:
        return older_than(draw)
    count, (en, de) = number_of(draw, 2, 20, noun("year", "unit"))
    age = draw.any((("older", "älter"), ("younger", "jünger")))
    return sentence(
        f"{one.en} is {en} years {age[0]} than {two.en}", f"{one.nom} ist {de} Jahre {age[1]} als {two.nom}"
    )


@template(2)
def introducing(draw: Draw) -> Words:
    """This is my brother Paul; my aunt's name is Julia."""
    kin = draw.pick(NOUNS["family"])
    names = FEMALE if kin.gender == "f" else MALE
    if kin.en in ("mother", "father", "grandmother", "grandfather", "boss"):
        names = names[:12]
    name = draw.pick(tuple(names))
    determiner = draw.any(("my", "our", "his", "her"))
    german_kin = german_phrase(kin, determiner, "nom")
    if draw.chance(0.5):
        if kin.en in ("mother", "father", "grandmother", "grandfather", "boss"):
            return sentence(f"this is {determiner} {kin.en}", f"das ist {german_kin}")
        return sentence(f"this is {determiner} {kin.en} {name}", f"das ist {german_kin} {name}")
    return sentence(f"{determiner} {kin.en}'s name is {name}", f"{german_kin} heißt {name}")


@template(3.5)
def professions(draw: Draw) -> Words:
    """Anna is a doctor (Ärztin); my uncle is not a lawyer; would you like to become a pilot?"""
    title, male, female = draw.pick(PROFESSIONS)
    an = f"{'an' if title[0] in 'aeiou' else 'a'} {title}"
    kind = draw.any(range(6))
    if kind == 0:
        name, gender = first_name(draw)
        german_title = female if gender == "f" else male
        last = surname(draw)
        return sentence(f"my name is {name} {last} and I am {an}", f"ich heiße {name} {last} und bin {german_title}")
    who = third_person(draw) if draw.chance(0.6) else draw.any((people.HE, people.SHE))
    while who.person == 5 or who.en.split()[-1] in ("child", "boy", "girl", "student", "waiter", "guest", "tourist"):
        who = third_person(draw)
    german_title = female if who.gender == "f" else male
    if kind == 1:
        kein = "keine" if who.gender == "f" else "kein"
        return sentence(f"{who.en} isn't {an}", f"{who.nom} ist {kein} {german_title}")
    if kind == 2:
        return sentence(f"{who.en} would like to become {an}", f"{who.nom} möchte {german_title} werden")
    if kind == 3:
        return sentence(f"{who.en} works as {an}", f"{who.nom} arbeitet als {german_title}")
    if kind == 4:
        name, gender = surname(draw), draw.any(("m", "f"))
        title_de, called = (male, f"Herr {name}") if gender == "m" else (female, f"Frau {name}")
        return sentence(
            f"are you {an}, {'Mr' if gender == 'm' else 'Mrs'} {name}", f"sind Sie {title_de}, {called}", "?"
        )
    return sentence(f"{who.en} is {an}", f"{who.nom} ist {german_title}")


@template(1)
def afraid(draw: Draw) -> Words:
    """My son is afraid of big dogs; are you afraid of mice, Anna?"""
    entry = draw.pick(NOUNS["animal"] + NOUNS["transport"][-1:])
    words = phrase(entry, "", "dat", plural=True, adjective=described(draw, entry, 0.4))
    have = parse_verb("be/was/been = haben, gehabt")
    what = Predicate(have, f"afraid of {words.en}", rest=f"Angst vor {words.de}")
    if draw.chance(0.4):
        who = you(draw)
        clause = Clause(who, what)
        return sentence(clause.english("question"), clause.german("question"), "?", who, last=True)
    who = subject(draw)
    if draw.chance(0.4):
        none = Predicate(have, f"afraid of {words.en}", rest=f"keine Angst vor {words.de}", negated=True)
        clause = Clause(who, none, negative=True)
    else:
        clause = Clause(who, what)
    return sentence(clause.english(), clause.german())


@template(1.5)
def being_done(draw: Draw) -> Words:
    """The car is being repaired (Das Auto wird gerade repariert)."""
    names = ("repair", "clean", "paint", "wash", "tidy up", "correct", "feed", "close", "open")
    action = draw.pick(tuple(entry for entry in TRANSITIVE if name_of(entry.verb) in names))
    entry = draw.pick(action.nouns)
    draw.combine("verb+noun", name_of(action.verb), entry.en)
    found = phrase(
        entry,
        draw.any(("the", "my", "our", "this")),
        "nom",
        plural=entry.several,
        adjective=described(draw, entry, 0.3),
    )
    verb = action.verb
    done = join(verb.en_participle, verb.particle)
    kind = draw.any(range(3))
    if kind == 0:
        are, wird = ("are" if found.en_plural else "is"), ("werden" if found.plural else "wird")
        return sentence(f"{found.en} {are} being {done}", f"{found.de} {wird} gerade {verb.participle}")
    if kind == 1:
        muss = "müssen" if found.plural else "muss"
        return sentence(f"{found.en} must be {done}", f"{found.de} {muss} {verb.participle} werden")
    were, wurde = ("were" if found.en_plural else "was"), ("wurden" if found.plural else "wurde")
    time = draw.any((("yesterday", "gestern"), ("this morning", "heute Morgen"), ("last week", "letzte Woche")))
    return sentence(f"{found.en} {were} {done} {time[0]}", f"{found.de} {wurde} {time[1]} {verb.participle}")
