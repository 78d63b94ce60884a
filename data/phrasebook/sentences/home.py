"""At home: where things are and where they are put, family, work, animals."""

from grammar.clause import Clause, Predicate, Words, imperative, join, sentence
from grammar.draw import Draw
from grammar.nouns import Noun, german_phrase, phrase, pronoun, with_preposition
from grammar.verbs import parse_verb
from lexicon.adjectives import ADJECTIVES
from lexicon.nouns import NOUNS, noun, of
from lexicon.verbs import TRANSITIVE

from sentences.predicates import name_of
from sentences.registry import template
from sentences.words import described, first_name, number_of, subject, you

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
    "behind": ("hinter", ("sofa", "cupboard", "door", "bed")),
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


UNTIDY = ("carpet", "garage", "mirror", "sofa", "chair", "suitcase", "bag")
"""Places where nobody puts a spoon."""
SMALL = ("tableware", "medicine", "service")
"""Kinds of things that lie on something or in a room, not behind a door."""


def spot(draw: Draw, case: str, what: Noun) -> Words:
    """Draw a place in the house; the case says where (dative) or whither (accusative)."""
    en = draw.pick(tuple(PLACES) if what.kind not in SMALL else ("on", "in", "next to"))
    de, names = PLACES[en]
    if what.kind in SMALL:
        names = tuple(name for name in names if name not in UNTIDY)
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
        tuple(
            item for item in of("room", "home") if (item.en != "bathroom" and item.kind != "home") or item.en == "flat"
        )
    )
    where = with_preposition("in", german_phrase(room, "the", "dat"))
    draw.combine("preposition+noun", "in", room.en)
    if draw.chance(0.5):
        _, (en, de) = number_of(draw, 2, 12 if entry.en == "chair" else 4, entry)
        words = phrase(entry, en, "acc", plural=True, german=de)
        return sentence(f"there are {words.en} in the {room.en}", f"{where} gibt es {words.de}")
    words = phrase(entry, "a", "acc", adjective=described(draw, entry, 0.7))
    return sentence(f"there is {words.en} in the {room.en}", f"{where} gibt es {words.de}")


VESSELS = _pick_from({"tableware": ("bottle", "glass", "cup"), "thing": ("bag", "suitcase")})
QUALITIES = (
    ("thing", "new old broken expensive heavy"),
    ("clothes", "new old dirty clean expensive warm"),
    ("furniture", "new old broken dirty comfortable"),
    ("tableware", "dirty clean broken"),
    ("vessel", "empty full"),
    ("vehicle", "new old broken fast dirty"),
    ("room", "clean dirty warm cold small big"),
    ("home", "big small beautiful quiet new expensive"),
    ("venue", "full expensive quiet new"),
    ("event", "interesting boring long important"),
    ("reading", "interesting exciting boring difficult"),
    ("work", "difficult important short long"),
    ("transport", "fast slow full modern"),
    ("mail", "important short"),
    ("animal", "young old big small"),
)


@template(9)
def is_like(draw: Draw) -> Words:
    """The lamp is broken; our kitchen is very small; the exam was not difficult."""
    kind, names = draw.pick(QUALITIES)
    entry = draw.pick(of(kind) if kind != "vessel" else VESSELS)
    quality = draw.pick(tuple(ADJECTIVES[name] for name in names.split()))
    if quality.en in _UNLIKELY.get(entry.en, "").split():
        return is_like(draw)
    draw.combine("adjective+noun", quality.en, entry.en)
    owners = (
        ("the", "this")
        if kind in ("transport", "venue", "event", "work", "mail", "reading", "animal")
        else ("the", "my", "his", "her", "our", "this")
    )
    found = phrase(entry, draw.any(owners), "nom", plural=entry.several)
    past = draw.chance(0.35) and quality.en != "broken"
    if past:
        be_en, be_de = ("were" if found.en_plural else "was"), ("waren" if found.plural else "war")
    else:
        be_en, be_de = ("are" if found.en_plural else "is"), ("sind" if found.plural else "ist")
    how = draw.any((("", ""), ("very ", "sehr "), ("not ", "nicht "), ("too ", "zu "), ("quite ", "ziemlich ")))
    if (
        quality.en in ("broken", "empty", "full", "new", "important", "interesting", "beautiful") or kind == "animal"
    ) and how[0] in ("very ", "too ", "quite "):
        how = ("", "")
    if how[0] == "not ":
        be_en, how = f"{be_en}n't", ("", "nicht ")
    return sentence(f"{found.en} {be_en} {how[0]}{quality.en}", f"{found.de} {be_de} {how[1]}{quality.de}")


_UNLIKELY = {
    "bag": "broken", "balcony": "quiet new expensive", "ball": "expensive heavy", "belt": "warm", "blanket": "broken",
    "boat": "dirty", "cap": "expensive", "carpet": "broken comfortable", "cow": "small", "cupboard": "comfortable",
    "desk": "comfortable", "exam": "interesting boring", "film": "important", "flower": "old broken heavy",
    "fork": "empty full", "garden": "new", "holiday": "important boring interesting", "homework": "short",
    "journey": "important", "key": "expensive heavy new old", "knife": "empty full", "magazine": "difficult exciting",
    "mirror": "comfortable", "mistake": "short long", "mobile phone": "heavy", "mouse": "big",
    "newspaper": "exciting difficult", "notebook": "broken heavy expensive", "parcel": "short",
    "party": "important interesting", "picture": "broken heavy", "plate": "full", "present": "old broken new",
    "question": "long short", "rule": "long", "shelf": "comfortable dirty", "shirt": "warm", "spoon": "empty full",
    "suit": "warm", "sunglasses": "warm", "table": "comfortable", "ticket": "old broken heavy new",
    "umbrella": "heavy", "watch": "heavy", "word": "important",
}  # fmt: skip
"""What nobody says of a thing."""


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
