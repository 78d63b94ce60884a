"""Verbs with what they govern. The notation of a verb is that of :func:`grammar.verbs.parse_verb`."""

from dataclasses import dataclass

from grammar.nouns import Noun
from grammar.verbs import Verb, parse_verb
from lexicon.nouns import noun, of

_TRANSITIVE = """
buy/bought = kaufen, gekauft : food, food mass, cold drink, clothes, thing, reading, medicine, vehicle, furniture : any
sell/sold = verkaufen, verkauft : vehicle, furniture, home, thing/computer, thing/camera : own
need = brauchen, gebraucht : clothes, thing, tableware, medicine, furniture, service/towel, service/pillow : any stative
look ~for = suchen, gesucht : thing, clothes, home, animal/cat, animal/dog, sight, station, shop : any
find/found = finden, gefunden : thing, clothes, mail, station : own past
lose/lost = verlieren, verloren : thing, clothes, mail/letter : own past
forget/forgot/forgotten = vergessen, vergisst, vergisst, vergessen : thing, clothes, mail, work : own past
take/took/taken along = mit|nehmen, nimmst, nimmt, mitgenommen : thing, clothes, food, animal/dog, reading : own
bring/brought = mit|bringen, mitgebracht : food, food mass, cold drink, thing/present, thing/flower, tableware : any
eat/ate/eaten = essen, isst, isst, gegessen : food, dish, food mass/bread, food mass/cheese, food mass/rice, food mass/ham, food mass/chocolate, food mass/fruit : any
drink/drank/drunk = trinken, getrunken : hot drink, cold drink : any
cook = kochen, gekocht : dish/soup, dish/fish, dish/meat, food/egg, food/potato, food/mushroom, food mass/rice : any
order = bestellen, bestellt : dish, food/pizza, food/cake, hot drink, cold drink, reading/book, food/sandwich : any
read/read = lesen, liest, liest, gelesen : reading, mail/letter, mail/postcard, mail/message, work/report, work/text, service/menu : any
write/wrote/written = schreiben, geschrieben : mail/letter, mail/postcard, mail/message, work/report, reading/book : any
open = auf|machen, aufgemacht : opening, mail/letter, mail/parcel, thing/suitcase, tableware/bottle, thing/present, thing/bag : own
close = zu|machen, zugemacht : opening, thing/suitcase, thing/umbrella, tableware/bottle, thing/bag, reading/book : own
clean = putzen, geputzt : room, opening/window, clothes/shoe, thing/lamp, furniture/mirror, home/flat : own
tidy up = auf|räumen, aufgeräumt : room/kitchen, room/bedroom, room/living room, room/garage, home/flat, furniture/desk, furniture/cupboard : own
paint = streichen, gestrichen : opening, room/kitchen, room/bathroom, room/bedroom, furniture/chair, furniture/cupboard, home/house : own
repair = reparieren, repariert : vehicle, thing/computer, thing/watch, thing/lamp, thing/camera, opening/door : own
wash = waschen, wäschst, wäscht, gewaschen : clothes/shirt, clothes/blouse, clothes/jumper, clothes/trousers, vehicle/car, thing/blanket, tableware/glass : own
put/put on = an|ziehen, angezogen : clothes/shirt, clothes/jacket, clothes/coat, clothes/dress, clothes/jumper, clothes/shoe, clothes/suit, clothes/skirt, clothes/blouse : own
take/took/taken off = aus|ziehen, ausgezogen : clothes/jacket, clothes/coat, clothes/shoe, clothes/jumper, clothes/glove : own
try on = an|probieren, anprobiert : clothes/shirt, clothes/jacket, clothes/coat, clothes/dress, clothes/skirt, clothes/hat, clothes/suit, clothes/blouse, clothes/shoe, clothes/trousers : own
wear/wore/worn = tragen, trägst, trägt, getragen : clothes : any
see/saw/seen = sehen, siehst, sieht, gesehen : animal, person, transport/ship, transport/plane, sight/castle, sight/tower : any past
feed/fed = füttern, gefüttert : animal : own
visit = besuchen, besucht : sight, relatives/grandparents, relatives/parents, family/uncle, family/aunt, family/grandmother, family/sister, family/brother, event/course, event/concert : own
photograph = fotografieren, fotografiert : animal, sight, person : own
rent = mieten, gemietet : vehicle, home/flat, home/house : indefinite
turn on = an|machen, angemacht : thing/lamp, thing/computer, thing/camera : own
turn off = aus|machen, ausgemacht : thing/lamp, thing/computer, thing/mobile phone : own
pick up = ab|holen, abgeholt : mail/parcel, mail/letter, thing/suitcase, relatives/children, family/daughter, family/son, thing/ticket, clothes/suit : own
understand/understood = verstehen, verstanden : work/question, work/answer, work/rule, work/word, work/text, mail/message : own stative
correct = korrigieren, korrigiert : work/mistake, work/text, work/report, work/homework, work/answer : own
explain = erklären, erklärt : work/question, work/rule, work/word, work/mistake, work/text, work/answer : own
watch = sich (dat) an|sehen, siehst, sieht, angesehen : event/film, thing/picture, sight/castle, home/flat, home/house : own
"""

_PEOPLE = """
call = an|rufen, angerufen : acc
meet/met = treffen, triffst, trifft, getroffen : acc
invite = ein|laden, lädst, lädt, eingeladen : acc
visit = besuchen, besucht : acc
pick up = ab|holen, abgeholt : acc
see/saw/seen = sehen, siehst, sieht, gesehen : acc
ask = fragen, gefragt : acc
understand/understood = verstehen, verstanden : acc stative
know/knew/known = kennen, gekannt : acc stative
help = helfen, hilfst, hilft, geholfen : dat
thank = danken, gedankt : dat
listen ~to = zu|hören, zugehört : dat
answer = antworten, geantwortet : dat
believe = glauben, geglaubt : dat stative
congratulate = gratulieren, gratuliert : dat
"""

_GIVING = """
give/gave/given = geben, gibst, gibt, gegeben : thing, reading, food, clothes, tableware
show/showed/shown = zeigen, gezeigt : thing, reading, home, mail, sight, room
send/sent = schicken, geschickt : mail, thing/picture, thing/present, reading/book
lend/lent = leihen, geliehen : vehicle, thing/umbrella, reading, thing/camera, thing/suitcase, clothes
sell/sold = verkaufen, verkauft : vehicle, furniture, thing/computer
bring/brought = bringen, gebracht : tableware, service, mail, thing/blanket, reading/newspaper
recommend = empfehlen, empfiehlst, empfiehlt, empfohlen : reading, venue, sight, event/film
explain ~to = erklären, erklärt : work/question, work/rule, work/word, work/mistake
"""

_INTRANSITIVE = """
sleep/slept = schlafen, schläfst, schläft, geschlafen
work = arbeiten, gearbeitet
dance = tanzen, getanzt
sing/sang/sung = singen, gesungen
cook = kochen, gekocht
smoke = rauchen, geraucht
swim/swam/swum = schwimmen, ist geschwommen
get/got up = auf|stehen, ist aufgestanden
wake/woke/woken up = auf|wachen, ist aufgewacht
fall/fell/fallen asleep = ein|schlafen, schläfst, schläft, ist eingeschlafen
arrive = an|kommen, ist angekommen
come/came/come back = zurück|kommen, ist zurückgekommen
go/went/gone out = aus|gehen, ist ausgegangen
set/set off = los|fahren, fährst, fährt, ist losgefahren
watch TV = fern|sehen, siehst, sieht, ferngesehen
move house = um|ziehen, ist umgezogen
do/did/done the shopping = ein|kaufen, eingekauft
tidy up = auf|räumen, aufgeräumt
have/had breakfast = frühstücken, gefrühstückt
rest = sich aus|ruhen, ausgeruht
hurry = sich beeilen, beeilt
get/got dressed = sich an|ziehen, angezogen
"""

_GOVERNING = """
wait for = warten, gewartet : auf : acc : transport/train, transport/bus, work/answer, mail/letter, mail/parcel, family/sister, family/brother, relatives/parents, service/bill
think of = denken, gedacht : an : acc : family, relatives, event/holiday, event/exam, event/journey
look forward to = sich freuen, gefreut : auf : acc : event/party, event/concert, event/course, event/journey, event/holiday, event/film
be interested in = sich interessieren, interessiert : für : acc : topic/music, topic/history, topic/sport, topic/art, topic/politics, topic/nature
talk about = sprechen, sprichst, spricht, gesprochen : über : acc : topic, event, work/report, work/mistake, work/rule
remember = sich erinnern, erinnert : an : acc : family/grandmother, family/grandfather, event/journey, event/party, event/concert, work/word, work/rule
take part in = teil|nehmen, nimmst, nimmt, teilgenommen : an : dat : event/course, event/meeting, event/exam
take care of = sich kümmern, gekümmert : um : acc : relatives/children, relatives/grandparents, home/garden, animal/dog, animal/cat, animal/horse, family/grandmother
complain about = sich beschweren, beschwert : über : acc : service/bill, work/mistake, topic/weather, home/flat, relatives/neighbours, family/boss
dream of = träumen, geträumt : von : dat : event/holiday, event/journey, home/house, vehicle/boat, animal/horse, home/garden
laugh about = lachen, gelacht : über : acc : work/mistake, event/film, work/question, work/answer, thing/picture
ask about = fragen, gefragt : nach : dat : family, event/meeting, event/course, mail/parcel, thing/key
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


@dataclass(frozen=True)
class Action:
    """A transitive verb with the nouns it suits.

    Attributes:
        style: ``any`` determiner, ``own`` (the, my), ``indefinite``; also ``stative`` and ``past``.
    """

    verb: Verb
    nouns: tuple[Noun, ...]
    style: str
    preposition: str = ""
    case: str = "acc"
    en: str = ""


def _nouns(kinds: str) -> tuple[Noun, ...]:
    found: list[Noun] = []
    for part in kinds.split(","):
        kind, _, word = part.strip().partition("/")
        found.extend([noun(word, kind)] if word else of(kind))
    return tuple(found)


def _transitive(line: str) -> Action:
    verb, kinds, style = (part.strip() for part in line.split(" : "))
    return Action(parse_verb(verb), _nouns(kinds), style)


def _governing(line: str) -> Action:
    verb, preposition, case, kinds = (part.strip() for part in line.split(" : "))
    english, german = verb.split(" = ")
    word = ENGLISH_OF_GOVERNING[english]
    rest = english.partition(" ")[2]
    return Action(parse_verb(f"{word} = {german}"), _nouns(kinds), "own", preposition, case, rest)


def _lines(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if not line.endswith("skip")]


TRANSITIVE = tuple(_transitive(line) for line in _lines(_TRANSITIVE))
GIVING = tuple(
    Action(parse_verb(line.split(" : ")[0]), _nouns(line.split(" : ")[1]), "any") for line in _lines(_GIVING)
)
PEOPLE = tuple(
    (parse_verb(line.split(" : ")[0]), line.split(" : ")[1].split()[0], line.endswith("stative"))
    for line in _lines(_PEOPLE)
)
INTRANSITIVE = tuple(parse_verb(line) for line in _lines(_INTRANSITIVE))
GOVERNING = tuple(_governing(line) for line in _lines(_GOVERNING))
