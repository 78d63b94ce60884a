"""Drawing what people do: predicates for the clauses of both languages."""


from grammar.clause import Predicate, join
from grammar.draw import Draw
from grammar.nouns import with_preposition
from grammar.people import Someone
from grammar.verbs import Verb, parse_verb
from lexicon.names import CITIES, COUNTRIES
from lexicon.places import ACTIVITY_PLACES, PLACES
from lexicon.verbs import ACTIVITIES, GIVING, GOVERNING, INTRANSITIVE, PEOPLE, STATES, TRANSITIVE, Action
from sentences.words import someone_else, thing

GO = parse_verb("go/went/gone = gehen, ist gegangen")
TRAVEL = parse_verb("travel = fahren, fährst, fährt, ist gefahren")
FLY = parse_verb("fly/flew/flown = fliegen, ist geflogen")
LIVE = parse_verb("live = wohnen, gewohnt")


def name_of(verb: Verb) -> str:
    """Return the English verb by which combinations are recorded."""
    return join(verb.en, verb.particle.lstrip("~"))


def with_particle(verb: Verb, something: str, *, pronoun: bool = False) -> str:
    """Place the English particle: ``pick up my sister``, ``pick her up``, ``look for her``."""
    if verb.particle.startswith("~") or not pronoun:
        return join(verb.particle.lstrip("~"), something)
    return join(something, verb.particle)


def on_thing(draw: Draw, who: Someone, *, negative: bool = False, actions: tuple[Action, ...] = TRANSITIVE) -> Predicate:
    """Draw a verb with an object: buy bread, tidy up the kitchen."""
    action = draw.pick(actions)
    entry = draw.pick(action.nouns)
    draw.combine("verb+noun", name_of(action.verb), entry.en)
    found = thing(draw, entry, "acc", action.style, who.possessive, negative=negative)
    return Predicate(
        action.verb,
        with_particle(action.verb, found.en),
        objects=found.de,
        definite=not found.indefinite,
        negated=found.indefinite and negative,
        stative="stative" in action.style,
    )


def on_person(draw: Draw, who: Someone) -> Predicate:
    """Draw a verb with a person: call her, help my mother."""
    verb, case, stative = draw.pick(PEOPLE)
    other = someone_else(draw, who)
    german = other.acc if case == "acc" else other.dat
    en = with_particle(verb, other.en_object, pronoun=other.pronoun)
    slot = {"pronouns": german} if other.pronoun else {"objects": german}
    return Predicate(verb, en, stative=bool(stative), **slot)


def giving(draw: Draw, who: Someone, *, negative: bool = False) -> Predicate:
    """Draw a verb with a thing for a person: give her the book."""
    action = draw.pick(GIVING)
    entry = draw.pick(action.nouns)
    draw.combine("verb+noun", name_of(action.verb), entry.en)
    other = someone_else(draw, who)
    found = thing(draw, entry, "acc", draw.any(("any", "own")), who.possessive, negative=negative, adjectives=0.2)
    if action.verb.particle:
        en = f"{found.en} to {other.en_object}"
    else:
        en = f"{other.en_object} {found.en}"
    pronouns, objects = (other.dat, found.de) if other.pronoun else ("", f"{other.dat} {found.de}")
    return Predicate(
        action.verb,
        en,
        pronouns,
        objects,
        definite=not found.indefinite,
        negated=found.indefinite and negative,
    )


def at_place(draw: Draw, names: str) -> tuple[str, str]:
    """Draw a place from a list of names."""
    place = PLACES[draw.pick(tuple(names.split())).replace("_", " ")]
    return place.en_at, place.de_at


def intransitive(draw: Draw, who: Someone) -> Predicate:
    """Draw a verb without object, at times with a place: sleep, work in the garden."""
    verb = draw.pick(INTRANSITIVE)
    en, de = verb.particle, ""
    places = ACTIVITY_PLACES.get(verb.en if not verb.particle else join(verb.en, verb.particle), "")
    if places and draw.chance(0.6):
        place_en, de = at_place(draw, places)
        draw.combine("verb+place", join(verb.en, verb.particle), place_en)
        en = join(en, place_en)
    return Predicate(verb, en, rest=de)


def activity(draw: Draw, who: Someone, *, negative: bool = False) -> Predicate:
    """Draw a fixed expression: play the piano, have lunch."""
    english, line, german, none = draw.pick(ACTIVITIES)
    verb = parse_verb(line)
    en = english.partition(" ")[2]
    places = ACTIVITY_PLACES.get(english, "")
    place_de = ""
    if places and not negative and draw.chance(0.5):
        place_en, place_de = at_place(draw, places)
        draw.combine("verb+place", english, place_en)
        en = join(en, place_en)
    return Predicate(verb, en, rest=join(place_de, none if negative and none else german), negated=negative and bool(none))


def going(draw: Draw, who: Someone) -> Predicate:
    """Draw a movement: to the cinema, to Vienna, to Switzerland."""
    kind = draw.any(range(4))
    if kind < 2:
        place = draw.pick(tuple(PLACES.values()))
        draw.combine("verb+place", "go", place.name)
        return Predicate(GO, place.en_to, rest=place.de_to)
    verb = draw.any((TRAVEL, FLY))
    if kind == 2:
        en, de = draw.pick(CITIES)
        draw.combine("verb+place", verb.en, en)
        return Predicate(verb, f"to {en}", rest=f"nach {de}")
    country = draw.pick(COUNTRIES)
    draw.combine("verb+place", verb.en, country[0])
    return Predicate(verb, f"to {country[0]}", rest=country[1])


def governing(draw: Draw, who: Someone) -> Predicate:
    """Draw a verb with its preposition: wait for the bus, look forward to the concert."""
    action = draw.pick(GOVERNING)
    entry = draw.pick(action.nouns)
    draw.combine("verb+noun", action.en, entry.en)
    owner = who.possessive if entry.kind in ("family", "relatives") else "the"
    plain = entry.kind == "topic" and entry.en != "weather"
    bare = plain and action.en != "be interested in" or entry.en in ("politics", "music", "sport", "art", "history")
    case = action.case
    found = thing(draw, entry, case, "own", owner, adjectives=0.15) if not bare else None
    if found is None:
        from grammar.nouns import phrase

        german = phrase(entry, "the" if entry.en in ("politics", "nature") else "", case).de
        english = entry.en
    else:
        english, german = found.en, found.de
    return Predicate(
        action.verb,
        f"{action.en.partition(' ')[2]} {english}",
        rest=with_preposition(action.preposition, german),
        stative=action.verb.en in ("be", "remember") or action.en == "think of",
    )


def state(draw: Draw, who: Someone, *, negative: bool = False) -> Predicate:
    """Draw how someone is: hungry, tired, in a hurry."""
    english, line, german, none = draw.pick(STATES)
    en = english.partition(" ")[2]
    if german == "es eilig":
        return Predicate(parse_verb(line), en, "es", rest="eilig", stative=True)
    rest = none if negative and none else german
    return Predicate(parse_verb(line), en, rest=rest, negated=negative and bool(none), stative=True)


def action(draw: Draw, who: Someone, *, negative: bool = False) -> Predicate:
    """Draw anything that people do on purpose."""
    kind = draw.any(range(12))
    if kind < 5:
        return on_thing(draw, who, negative=negative)
    if kind < 7:
        return on_person(draw, who)
    if kind == 7:
        return giving(draw, who, negative=negative)
    if kind == 8:
        return intransitive(draw, who)
    if kind == 9:
        return activity(draw, who, negative=negative)
    if kind == 10:
        return going(draw, who)
    return governing(draw, who)


