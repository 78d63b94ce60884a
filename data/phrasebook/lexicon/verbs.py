# ruff: noqa: E501 (a verb and its objects are one line of a table)
"""Verbs with what they govern. The notation of a verb is that of :func:`grammar.verbs.parse_verb`."""

from dataclasses import dataclass

from grammar.nouns import Case, Noun
from grammar.verbs import Verb, parse_verb

from lexicon.nouns import noun, of

_TRANSITIVE = """
buy/bought = kaufen, gekauft : food, food mass, hot drink, cold drink, medicine, reading : any some habit
buy/bought = kaufen, gekauft : clothes, thing, furniture, vehicle, home/house, home/flat : any some long
sell/sold = verkaufen, verkauft : vehicle, furniture, home/house, home/flat, thing/computer, thing/camera : own long
need = brauchen, gebraucht : clothes, thing, tableware, medicine, furniture, service/towel, service/pillow : any some stative
look ~for = suchen, gesucht : carried, animal/cat, animal/dog, mail/letter : own
look ~for = suchen, gesucht : home/flat, home/house, venue/hotel, venue/restaurant, shop, vehicle/bicycle : indefinite single
find/found = finden, gefunden : carried, mail : own accidental
lose/lost = verlieren, verloren : carried, mail/letter : own accidental
forget/forgot/forgotten = vergessen, vergisst, vergisst, vergessen : carried, thing/present, mail, work/homework, work/word, work/answer : own accidental
take/took/taken along = mit|nehmen, nimmst, nimmt, mitgenommen : thing/umbrella, thing/camera, thing/bag, thing/backpack, thing/suitcase, thing/mobile phone, thing/ball, thing/blanket, clothes/coat, clothes/jacket, clothes/jumper, clothes/hat, clothes/sunglasses, clothes/scarf, clothes/cap, reading/book, animal/dog : own
bring/brought = mit|bringen, mitgebracht : food, food mass, cold drink, thing/present, thing/flower, tableware, dish/salad : any some
eat/ate/eaten = essen, isst, isst, gegessen : food, dish, food mass/bread, food mass/cheese, food mass/rice, food mass/ham, food mass/chocolate, food mass/fruit, food mass/honey, food mass/jam, food mass/butter : any habit
drink/drank/drunk = trinken, getrunken : hot drink, cold drink : any habit
cook = kochen, gekocht : dish/soup, dish/fish, dish/meat, food/egg, food/potato, food/mushroom, food/carrot, food mass/rice : any some habit
order = bestellen, bestellt : dish/soup, dish/salad, dish/fish, food/pizza, food/cake, hot drink, cold drink, food/sandwich : any some
read/read = lesen, liest, liest, gelesen : reading, mail/letter, mail/postcard, mail/message, work/report, work/text : any habit
read/read = lesen, liest, liest, gelesen : service/menu : the single
write/wrote/written = schreiben, geschrieben : mail/letter, mail/postcard, mail/message, work/report, work/text : any habit
open = auf|machen, aufgemacht : opening, mail/letter, mail/parcel, thing/suitcase, tableware/bottle, thing/present, thing/bag, thing/umbrella : own
close = zu|machen, zugemacht : opening, thing/suitcase, thing/umbrella, tableware/bottle, thing/bag, reading/book, thing/backpack : own
clean = putzen, geputzt : room, opening/window, clothes/shoe, thing/lamp, furniture/mirror, home/flat : own habit
tidy up = auf|räumen, aufgeräumt : room/kitchen, room/bedroom, room/living room, room/garage, home/flat, furniture/desk, furniture/cupboard : own habit
paint = streichen, gestrichen : opening, room/kitchen, room/bathroom, room/bedroom, furniture/chair, furniture/cupboard, home/house : own long
repair = reparieren, repariert : vehicle, thing/computer, thing/watch, thing/lamp, thing/camera, opening/door : own long
wash = waschen, wäschst, wäscht, gewaschen : clothes/shirt, clothes/blouse, clothes/jumper, clothes/trousers, vehicle/car, thing/blanket : own habit
put/put on = an|ziehen, angezogen : clothes/shirt, clothes/jacket, clothes/coat, clothes/dress, clothes/jumper, clothes/shoe, clothes/suit, clothes/skirt, clothes/blouse, clothes/glove, clothes/trousers : own
take/took/taken off = aus|ziehen, ausgezogen : clothes/jacket, clothes/coat, clothes/shoe, clothes/jumper, clothes/glove : own
try on = an|probieren, anprobiert : clothes/shirt, clothes/jacket, clothes/coat, clothes/dress, clothes/skirt, clothes/hat, clothes/suit, clothes/blouse, clothes/shoe, clothes/trousers : own
wear/wore/worn = tragen, trägst, trägt, getragen : clothes : indefinite habit single
see/saw/seen = sehen, siehst, sieht, gesehen : animal, transport/ship, transport/plane, sight/castle, sight/tower, sight/bridge, sight/church : indefinite accidental
feed/fed = füttern, gefüttert : animal/dog, animal/cat, animal/horse, animal/bird, animal/cow, animal/rabbit, animal/duck : own habit
visit = besuchen, besucht : sight/museum, sight/church, sight/castle, sight/park, venue/theatre, event/course, event/concert : the long
photograph = fotografieren, fotografiert : animal, sight : the
rent = mieten, gemietet : vehicle/car, vehicle/bicycle, vehicle/motorcycle, vehicle/boat, home/flat, home/house : indefinite long single
turn on = an|machen, angemacht : thing/lamp, thing/computer, thing/camera : own instant
turn off = aus|machen, ausgemacht : thing/lamp, thing/computer, thing/mobile phone : own instant
pick up = ab|holen, abgeholt : mail/parcel, thing/suitcase, thing/ticket, clothes/suit, vehicle/car, thing/camera : own clock single
understand/understood = verstehen, verstanden : work/question, work/answer, work/rule, work/word, work/text, mail/message : the stative past
correct = korrigieren, korrigiert : work/mistake, work/text, work/report, work/homework, work/answer : own
explain = erklären, erklärt : work/question, work/rule, work/word, work/mistake, work/text, work/answer : the
pay/paid = bezahlen, bezahlt : service/bill : the single
watch = sich (dat) an|sehen, siehst, sieht, angesehen : event/film : the
look ~at = sich (dat) an|sehen, siehst, sieht, angesehen : thing/picture, sight/castle, sight/museum, sight/church, sight/bridge, home/flat, home/house, furniture/carpet, reading/magazine, work/report : the
"""

_PEOPLE = """
call = an|rufen, angerufen : acc clock habit
meet/met = treffen, triffst, trifft, getroffen : acc clock habit
invite = ein|laden, lädst, lädt, eingeladen : acc
visit = besuchen, besucht : acc habit
pick up = ab|holen, abgeholt : acc clock
see/saw/seen = sehen, siehst, sieht, gesehen : acc accidental
ask = fragen, gefragt : acc instant
understand/understood = verstehen, verstanden : acc stative past
know/knew/known = kennen, gekannt : acc stative present
help = helfen, hilfst, hilft, geholfen : dat habit
thank = danken, gedankt : dat instant
listen ~to = zu|hören, zugehört : dat
answer = antworten, geantwortet : dat instant
believe = glauben, geglaubt : dat stative present
congratulate = gratulieren, gratuliert : dat instant
"""

_GIVING = """
give/gave/given = geben, gibst, gibt, gegeben : thing/key, thing/present, thing/flower, thing/ticket, thing/picture, reading, food/apple, food/orange, food/banana, food/pear, mail/letter
show/showed/shown = zeigen, gezeigt : thing/picture, thing/ticket, thing/camera, thing/watch, reading/book, home, mail, sight, room
send/sent = schicken, geschickt : mail, thing/picture, thing/present, reading/book
lend/lent = leihen, geliehen : vehicle, thing/umbrella, reading/book, reading/novel, thing/camera, thing/suitcase, thing/backpack, thing/computer, clothes/coat, clothes/suit
sell/sold = verkaufen, verkauft : vehicle, furniture, thing/computer
bring/brought = bringen, gebracht : tableware, service, mail, thing/blanket, reading/newspaper
recommend ~to = empfehlen, empfiehlst, empfiehlt, empfohlen : reading/book, reading/novel, reading/magazine, venue/hotel, venue/restaurant, venue/café, sight/museum, sight/castle, event/film, event/course
explain ~to = erklären, erklärt : work/question, work/rule, work/word, work/mistake
"""

_INTRANSITIVE = """
sleep/slept = schlafen, schläfst, schläft, geschlafen : habit leisure
work = arbeiten, gearbeitet : habit clock
dance = tanzen, getanzt : habit leisure
sing/sang/sung = singen, gesungen : habit leisure
cook = kochen, gekocht : habit leisure
swim/swam/swum = schwimmen, ist geschwommen : habit leisure
get/got up = auf|stehen, ist aufgestanden : accidental present
fall/fell/fallen asleep = ein|schlafen, schläfst, schläft, ist eingeschlafen : clock accidental
arrive = an|kommen, ist angekommen : clock accidental
come/came/come back = zurück|kommen, ist zurückgekommen : clock
go/went/gone out = aus|gehen, ist ausgegangen : habit leisure
set/set off = los|fahren, fährst, fährt, ist losgefahren : clock
watch TV = fern|sehen, siehst, sieht, ferngesehen : habit leisure
move house = um|ziehen, ist umgezogen : long
do/did/done the shopping = ein|kaufen, eingekauft : habit
tidy up = auf|räumen, aufgeräumt : habit
have/had breakfast = frühstücken, gefrühstückt : habit plain leisure
rest = sich aus|ruhen, ausgeruht : leisure
hurry = sich beeilen, beeilt : instant
laugh = lachen, gelacht : accidental habit
"""

_GOVERNING = """
wait for = warten, gewartet : auf : acc : transport/train, transport/bus, work/answer, mail/letter, mail/parcel, family/sister, family/brother, relatives/parents, service/bill : now
think of = denken, gedacht : an : acc : family, relatives, event/holiday, event/exam, event/journey : habit unwilled
look forward to = sich freuen, gefreut : auf : acc : event/party, event/concert, event/course, event/journey, event/holiday, event/film : present
be interested in = sich interessieren, interessiert : für : acc : topic/music, topic/history, topic/sport, topic/art, topic/politics, topic/nature : stative present
talk about = sprechen, sprichst, spricht, gesprochen : über : acc : topic, event, work/report, work/mistake, work/rule : habit
remember = sich erinnern, erinnert : an : acc : family/grandmother, family/grandfather, event/journey, event/party, event/concert, work/word, work/rule : stative present
take part in = teil|nehmen, nimmst, nimmt, teilgenommen : an : dat : event/course, event/meeting, event/exam : long
take care of = sich kümmern, gekümmert : um : acc : relatives/children, relatives/grandparents, home/garden, animal/dog, animal/cat, animal/horse, family/grandmother : habit
complain about = sich beschweren, beschwert : über : acc : service/bill, work/mistake, topic/weather, home/flat, relatives/neighbours, family/boss : habit
dream of = träumen, geträumt : von : dat : event/holiday, event/journey, home/house, vehicle/boat, animal/horse, home/garden : accidental habit
laugh about = lachen, gelacht : über : acc : work/mistake, event/film, work/question, work/answer, thing/picture : accidental
ask about = fragen, gefragt : nach : dat : family, event/meeting, event/course, mail/parcel, thing/key : instant
"""

ENGLISH_OF_GOVERNING = {
    "look forward to": "look",
    "wait for": "wait",
    "think of": "think/thought",
    "be interested in": "be/was/been",
    "talk about": "talk",
    "remember": "remember",
    "take part in": "take/took/taken",
    "take care of": "take/took/taken",
    "complain about": "complain",
    "dream of": "dream",
    "laugh about": "laugh",
    "ask about": "ask",
}
"""English verb of a line of ``_GOVERNING``; what follows it stands before the object."""

ACTIVITIES = (
    ("play football", "play = spielen, gespielt", "Fußball", ""),
    ("play tennis", "play = spielen, gespielt", "Tennis", ""),
    ("play cards", "play = spielen, gespielt", "Karten", ""),
    ("play chess", "play = spielen, gespielt", "Schach", ""),
    ("play the piano", "play = spielen, gespielt", "Klavier", ""),
    ("play the guitar", "play = spielen, gespielt", "Gitarre", ""),
    ("go swimming", "go/went/gone = gehen, ist gegangen", "schwimmen", ""),
    ("go dancing", "go/went/gone = gehen, ist gegangen", "tanzen", ""),
    ("go shopping", "go/went/gone = gehen, ist gegangen", "einkaufen", ""),
    ("go for a walk", "go/went/gone = gehen, ist gegangen", "spazieren", ""),
    ("ride a bicycle", "ride/rode/ridden = fahren, fährst, fährt, ist gefahren", "Fahrrad", ""),
    ("have lunch", "have/had = essen, isst, isst, gegessen", "zu Mittag", ""),
    ("have dinner", "have/had = essen, isst, isst, gegessen", "zu Abend", ""),
    ("listen to music", "listen = hören, gehört", "Musik", "keine Musik"),
    ("stay at home", "stay = bleiben, ist geblieben", "zu Hause", ""),
    ("stay in bed", "stay = bleiben, ist geblieben", "im Bett", ""),
    ("go home", "go/went/gone = gehen, ist gegangen", "nach Hause", ""),
    ("learn German", "learn = lernen, gelernt", "Deutsch", "kein Deutsch"),
    ("learn English", "learn = lernen, gelernt", "Englisch", "kein Englisch"),
)
"""Fixed expressions: English, the verb, what closes the German middle field, and that with ``kein`` where it needs it."""

STATES = (
    ("be hungry", "be/was/been = haben, gehabt", "Hunger", "keinen Hunger"),
    ("be thirsty", "be/was/been = haben, gehabt", "Durst", "keinen Durst"),
    ("be tired", "be/was/been = sein, ist gewesen", "müde", ""),
    ("be ill", "be/was/been = sein, ist gewesen", "krank", ""),
    ("be healthy", "be/was/been = sein, ist gewesen", "gesund", ""),
    ("be happy", "be/was/been = sein, ist gewesen", "glücklich", ""),
    ("be sad", "be/was/been = sein, ist gewesen", "traurig", ""),
    ("be nervous", "be/was/been = sein, ist gewesen", "nervös", ""),
    ("be satisfied", "be/was/been = sein, ist gewesen", "zufrieden", ""),
    ("be right", "be/was/been = haben, gehabt", "recht", ""),
    ("be lucky", "be/was/been = haben, gehabt", "Glück", "kein Glück"),
    ("be in a hurry", "be/was/been = haben, gehabt", "es eilig", ""),
    ("be late", "be/was/been = sein, ist gewesen", "spät dran", ""),
    ("have time", "have/had = haben, gehabt", "Zeit", "keine Zeit"),
    ("be on holiday", "be/was/been = sein, ist gewesen", "im Urlaub", ""),
    ("be at home", "be/was/been = sein, ist gewesen", "zu Hause", ""),
    ("have a cold", "have/had = sein, ist gewesen", "erkältet", ""),
    ("have a headache", "have/had = haben, gehabt", "Kopfschmerzen", "keine Kopfschmerzen"),
    ("have a fever", "have/had = haben, gehabt", "Fieber", "kein Fieber"),
    ("have a cough", "have/had = haben, gehabt", "Husten", "keinen Husten"),
)


LEISURE = (
    "play football",
    "play tennis",
    "play cards",
    "play chess",
    "play the piano",
    "play the guitar",
    "go swimming",
    "go dancing",
    "go shopping",
    "go for a walk",
    "ride a bicycle",
    "listen to music",
    "stay at home",
)
"""Activities that people like."""


@dataclass(frozen=True)
class Action:
    """A verb with the nouns it suits, and what is known of its use.

    Attributes:
        nouns: possible objects; empty for a verb without.
        flags: how objects are determined (``any``, ``own``: the or my, ``the``, ``indefinite``; ``single``: no
            plural; ``some``: English may say it), when it happens (``habit``: again and again, ``clock``: at a certain time, ``long``: in a certain
            week or year, ``plain``: on a certain day,
            ``instant``: too short for now) and whether it can be willed (``accidental``, ``unwilled``: no) or is
            no act at all (``stative``; ``past``: yet used in the past, ``present``: never with a time).
        preposition: German, before the object.
        case: what the verb or its preposition governs.
        en: English words before the object.
    """

    verb: Verb
    nouns: tuple[Noun, ...]
    flags: frozenset[str]
    preposition: str = ""
    case: Case = "acc"
    en: str = ""


_CARRIED = (
    "thing/umbrella, thing/key, thing/bag, thing/suitcase, thing/watch, thing/camera, thing/mobile phone, "
    "thing/backpack, thing/notebook, thing/ball, thing/ticket, clothes/jacket, clothes/coat, clothes/hat, "
    "clothes/jumper, clothes/scarf, clothes/cap, clothes/belt, clothes/glove, clothes/sunglasses"
)


def _nouns(kinds: str) -> tuple[Noun, ...]:
    found: list[Noun] = []
    for part in kinds.replace("carried", _CARRIED).split(","):
        kind, _, word = part.strip().partition("/")
        found.extend([noun(word, kind)] if word else of(kind))
    return tuple(found)


def _split(table: str) -> list[list[str]]:
    return [[part.strip() for part in line.split(" : ")] for line in table.strip().splitlines()]


def _governing(verb: str, preposition: str, case: str, kinds: str, flags: str) -> Action:
    english, german = verb.split(" = ")
    parsed = parse_verb(f"{ENGLISH_OF_GOVERNING[english]} = {german}")
    governed: Case = "dat" if case == "dat" else "acc"
    return Action(parsed, _nouns(kinds), frozenset(flags.split()), preposition, governed, english)


def _person(verb: str, flags: str) -> Action:
    case, *rest = flags.split()
    return Action(parse_verb(verb), (), frozenset(rest), case="dat" if case == "dat" else "acc")


TRANSITIVE = tuple(
    Action(parse_verb(verb), _nouns(kinds), frozenset(flags.split())) for verb, kinds, flags in _split(_TRANSITIVE)
)
GIVING = tuple(Action(parse_verb(verb), _nouns(kinds), frozenset()) for verb, kinds in _split(_GIVING))
PEOPLE = tuple(_person(verb, flags) for verb, flags in _split(_PEOPLE))
INTRANSITIVE = tuple(Action(parse_verb(verb), (), frozenset(flags.split())) for verb, flags in _split(_INTRANSITIVE))
GOVERNING = tuple(_governing(*parts) for parts in _split(_GOVERNING))
