"""Drawing what people do: predicates for the clauses of both languages.

A use says what kind of clause the predicate is for: ``now``, ``habit``, ``past`` or ``plan`` (anything one can mean
to do). A verb that does not suit it is not drawn.
"""

from dataclasses import replace

from grammar.clause import Predicate, Words, join
from grammar.draw import Draw
from grammar.nouns import phrase, with_preposition
from grammar.people import Someone
from grammar.verbs import Verb, parse_verb
from lexicon.names import CITIES, COUNTRIES
from lexicon.nouns import Noun
from lexicon.places import ACTIVITY_PLACES, FAR, OUTINGS, PLACES
from lexicon.verbs import (
    ACTIVITIES,
    GIVING,
    GOVERNING,
    INTRANSITIVE,
    LEISURE,
    PEOPLE,
    STATES,
    TRANSITIVE,
    Action,
)

from sentences.words import someone_else, thing

GO = parse_verb("go/went/gone = gehen, ist gegangen")
GO_FAR = parse_verb("go/went/gone = fahren, fährst, fährt, ist gefahren")
TRAVEL = parse_verb("travel = reisen, ist gereist")
FLY = parse_verb("fly/flew/flown = fliegen, ist geflogen")


def suits(flags: frozenset[str], use: str) -> bool:
    """Whether a verb can be put to a use."""
    if use == "now":
        return not flags & {"instant", "accidental", "past"} or "stative" in flags
    if use == "habit":
        return "habit" in flags
    if use == "past":
        return "present" not in flags and ("stative" not in flags or "past" in flags)
    if use == "leisure":
        return "leisure" in flags
    return not flags & {"accidental", "unwilled", "stative", "present"}


def for_use(actions: tuple[Action, ...], use: str) -> tuple[Action, ...]:
    """Return the actions that can be put to a use."""
    return tuple(action for action in actions if suits(action.flags, use))


def name_of(verb: Verb) -> str:
    """Return the English verb by which combinations are recorded."""
    return join(verb.en, verb.particle.lstrip("~"))


def with_particle(verb: Verb, something: str, *, pronoun: bool = False) -> str:
    """Place the English particle: ``pick up my sister``, ``pick her up``, ``look for her``."""
    if verb.particle.startswith("~") or not pronoun:
        return join(verb.particle.lstrip("~"), something)
    return join(something, verb.particle)


def do(
    draw: Draw, who: Someone, action: Action, entry: Noun, *, negative: bool = False, adjectives: float = 0.35
) -> Predicate:
    """Say that an action has an object."""
    draw.combine("verb+noun", name_of(action.verb), entry.en)
    found = thing(draw, entry, action.case, action.flags, who.possessive, negative=negative, adjectives=adjectives)
    return Predicate(
        action.verb,
        with_particle(action.verb, found.en),
        objects=found.de,
        definite=not found.indefinite,
        negated=found.indefinite and negative,
        flags=action.flags,
    )


def on_thing(draw: Draw, who: Someone, use: str, *, negative: bool = False) -> Predicate:
    """Draw a verb with an object: buy bread, tidy up the kitchen."""
    action = draw.pick(for_use(TRANSITIVE, use))
    entry = draw.pick(action.nouns)
    if use == "habit" and "any" in action.flags:  # what is done again and again is not done to the same letter
        action = replace(action, flags=action.flags - {"any"} | {"indefinite"})
    return do(draw, who, action, entry, negative=negative)


def certain(english: str, *kinds: str) -> tuple[Action, Noun]:
    """Return a transitive action by its English verb and one noun, by kind and word."""
    kind, word = kinds
    for action in TRANSITIVE:
        if name_of(action.verb) == english:
            for entry in action.nouns:
                if entry.kind == kind and entry.en == word:
                    return action, entry
    raise KeyError(f"{english} {word}")


def on_person(draw: Draw, who: Someone, use: str) -> Predicate:
    """Draw a verb with a person: call her, help my mother."""
    action = draw.pick(for_use(PEOPLE, use))
    other = someone_else(draw, who)
    german = other.acc if action.case == "acc" else other.dat
    en = with_particle(action.verb, other.en_object, pronoun=other.pronoun)
    if other.pronoun:
        return Predicate(action.verb, en, pronouns=german, flags=action.flags)
    return Predicate(action.verb, en, objects=german, flags=action.flags)


def giving(draw: Draw, who: Someone, *, negative: bool = False) -> Predicate:
    """Draw a verb with a thing for a person: give her the book."""
    action = draw.pick(GIVING)
    entry = draw.pick(action.nouns)
    draw.combine("verb+noun", name_of(action.verb), entry.en)
    other = someone_else(draw, who)
    flags = frozenset({draw.any(("any", "own")) if entry.kind != "food" else "indefinite", "single"})
    if name_of(action.verb) in ("recommend to", "explain to"):
        flags = frozenset({"the", "single"})
    found = thing(
        draw,
        entry,
        "acc",
        flags,
        who.possessive,
        negative=negative,
        adjectives=0,
    )
    en = f"{found.en} to {other.en_object}" if action.verb.particle else f"{other.en_object} {found.en}"
    pronouns, dative = (other.dat, "") if other.pronoun else ("", other.dat)
    negated = found.indefinite and negative
    return Predicate(action.verb, en, pronouns, dative, found.de, definite=not found.indefinite, negated=negated)


def at_place(draw: Draw, names: str, verb: str) -> Words:
    """Draw a place from a list of names, for what is done there."""
    name = draw.pick(tuple(names.split())).replace("_", " ")
    draw.combine("verb+place", verb, name)
    return PLACES[name].en_at, PLACES[name].de_at


def intransitive(draw: Draw, use: str, *, places: bool = True) -> Predicate:
    """Draw a verb without object, at times with a place: sleep, work in the garden."""
    action = draw.pick(for_use(INTRANSITIVE, use))
    verb = action.verb
    en, de = verb.particle, ""
    known = ACTIVITY_PLACES.get(name_of(verb), "")
    if known and places and draw.chance(0.6):
        place_en, de = at_place(draw, known, name_of(verb))
        en = join(en, place_en)
    return Predicate(verb, en, rest=de, flags=action.flags)


def activity(draw: Draw, use: str, *, negative: bool = False) -> Predicate:
    """Draw a fixed expression: play the piano, have lunch."""
    english, line, german, none = draw.pick(
        tuple(entry for entry in ACTIVITIES if use != "leisure" or entry[0] in LEISURE)
    )
    en = english.partition(" ")[2]
    places = ACTIVITY_PLACES.get(english, "")
    place_de = ""
    if places and not negative and draw.chance(0.5):
        place_en, place_de = at_place(draw, places, english)
        en = join(en, place_en)
    rest = join(place_de, none if negative and none else german)
    flags = {"habit", "plain"} if english in ("have lunch", "have dinner") else {"habit"}
    return Predicate(parse_verb(line), en, rest=rest, negated=negative and bool(none), flags=frozenset(flags))


def to(draw: Draw, name: str) -> Predicate:
    """Say that someone goes to a place, on foot (gehen) or not (fahren)."""
    place = PLACES[name]
    draw.combine("verb+place", "go", name)
    verb = GO_FAR if name in FAR else GO
    flags = {"habit"} if name in OUTINGS else {"habit", "clock"}
    return Predicate(verb, place.en_to, rest=place.de_to, flags=frozenset(flags))


def going(draw: Draw, *, far: bool = True) -> Predicate:
    """Draw a movement: to the cinema, to Vienna, to Switzerland."""
    return trip(draw) if far and draw.chance(0.45) else to(draw, draw.pick(tuple(PLACES)))


def trip(draw: Draw) -> Predicate:
    """Draw a journey: to Vienna, to Switzerland."""
    verb = draw.any((GO_FAR, GO_FAR, TRAVEL, FLY))
    if draw.chance(0.5):
        name, de = draw.pick(CITIES)
        de = f"nach {de}"
    else:
        name, de, _, _ = draw.pick(COUNTRIES)
    draw.combine("verb+place", verb.en, name)
    return Predicate(verb, f"to {name}", rest=de, flags=frozenset({"long"}))


def governing(draw: Draw, who: Someone, use: str) -> Predicate:
    """Draw a verb with its preposition: wait for the bus, look forward to the concert."""
    action = draw.pick(for_use(GOVERNING, use))
    entry = draw.pick(action.nouns)
    draw.combine("verb+noun", action.en, entry.en)
    if entry.kind == "topic" and entry.en != "weather":
        found = phrase(entry, "the" if entry.en == "nature" else "", action.case)
        english = entry.en
    else:
        owner = who.possessive if entry.kind in ("family", "relatives", "animal", "home") else "the"
        kind = "indefinite" if name_of(action.verb) == "dream" else "own"
        flags = frozenset({kind, "single"})
        if entry.kind in ("family", "relatives"):
            found = phrase(entry, owner, action.case)
        else:
            found = thing(draw, entry, action.case, flags, owner, adjectives=0.15)
        english = found.en
    # Where nothing moves, "an das" is not contracted: Ich denke an das Konzert.
    still = action.preposition == "an" and found.de.startswith("das ")
    german = f"an {found.de}" if still else with_preposition(action.preposition, found.de)
    return Predicate(action.verb, join(action.en.partition(" ")[2], english), rest=german, flags=action.flags)


def state(draw: Draw, *, negative: bool = False, among: tuple[str, ...] = ()) -> Predicate:
    """Draw how someone is: hungry, tired, in a hurry."""
    english, line, german, none = draw.pick(tuple(entry for entry in STATES if not among or entry[0] in among))
    en = english.partition(" ")[2]
    flags = frozenset({"stative"})
    if german == "es eilig":
        return Predicate(parse_verb(line), en, "es", rest="eilig", flags=flags)
    rest = none if negative and none else german
    return Predicate(parse_verb(line), en, rest=rest, negated=negative and bool(none), flags=flags)


def action(draw: Draw, who: Someone, use: str, *, negative: bool = False) -> Predicate:
    """Draw anything that people do."""
    kind = draw.any(range(12))
    if kind < 4:
        return on_thing(draw, who, use, negative=negative)
    if kind < 6:
        return on_person(draw, who, use)
    if kind == 6 and use != "habit":
        return giving(draw, who, negative=negative)
    if kind == 7:
        return intransitive(draw, use)
    if kind == 8:
        return activity(draw, use, negative=negative)
    if kind == 9:
        return going(draw, far=use != "habit")
    return governing(draw, who, use)
