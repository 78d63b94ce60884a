"""Paradigms and sentences written by hand, against the grammar that wrote the corpus."""

import re
import sys
from typing import Any

import pytest

# It puts the phrasebook's packages within reach.
pytestmark = pytest.mark.usefixtures("generator")


def module(name: str) -> Any:
    return sys.modules[name]


@pytest.fixture
def numerals() -> Any:
    return module("grammar.numerals")


def noun(english: str) -> Any:
    tables = module("lexicon.nouns").NOUNS
    return next(entry for entries in tables.values() for entry in entries if entry.en == english)


def stem(english: str) -> str:
    return "" if not english else module("lexicon.adjectives").ADJECTIVES[english].stem


PHRASES = [
    # determiner, adjective, noun, case, German; + marks the plural
    ("a", "big", "dog", "dat", "einem großen Hund"),
    ("a", "big", "dog", "acc", "einen großen Hund"),
    ("a", "big", "dog", "nom", "ein großer Hund"),
    ("the", "big", "dog", "acc", "den großen Hund"),
    ("the", "small", "child+", "nom", "die kleinen Kinder"),
    ("the", "small", "child+", "dat", "den kleinen Kindern"),
    ("", "small", "child+", "nom", "kleine Kinder"),
    ("", "small", "child+", "dat", "kleinen Kindern"),
    ("zwei", "old", "house+", "acc", "zwei alte Häuser"),
    ("a", "old", "house", "nom", "ein altes Haus"),
    ("the", "old", "house", "dat", "dem alten Haus"),
    ("this", "red", "jacket", "nom", "diese rote Jacke"),
    ("this", "red", "jacket", "dat", "dieser roten Jacke"),
    ("a", "red", "jacket", "acc", "eine rote Jacke"),
    ("my", "new", "car", "nom", "mein neues Auto"),
    ("my", "new", "car", "dat", "meinem neuen Auto"),
    ("our", "new", "car", "dat", "unserem neuen Auto"),
    ("your (ihr)", "", "car", "nom", "euer Auto"),
    ("your (ihr)", "", "car", "dat", "eurem Auto"),
    ("your (ihr)", "", "dog", "acc", "euren Hund"),
    ("your", "", "umbrella", "acc", "Ihren Regenschirm"),
    ("your (du)", "", "flat", "dat", "deiner Wohnung"),
    ("no", "", "time", "acc", "keine Zeit"),
    ("no", "", "egg+", "acc", "keine Eier"),
    ("no", "fresh", "bread", "acc", "kein frisches Brot"),
    ("", "fresh", "bread", "acc", "frisches Brot"),
    ("", "cold", "water", "dat", "kaltem Wasser"),
    ("", "cold", "milk", "dat", "kalter Milch"),
    ("", "hot", "coffee", "acc", "heißen Kaffee"),
    ("a", "expensive", "watch", "nom", "eine teure Uhr"),
    ("the", "expensive", "coat", "acc", "den teuren Mantel"),
    ("the", "", "boy", "acc", "den Jungen"),
    ("the", "", "boy", "dat", "dem Jungen"),
    ("the", "", "student", "nom", "der Student"),
    ("the", "", "student", "acc", "den Studenten"),
    ("every", "", "tourist", "acc", "jeden Touristen"),
    ("which", "", "shirt", "acc", "welches Hemd"),
    ("which", "", "skirt", "acc", "welchen Rock"),
    ("my", "", "brother", "gen", "meines Bruders"),
    ("my", "", "sister", "gen", "meiner Schwester"),
    ("my", "", "parents", "dat", "meinen Eltern"),
    ("my", "", "neighbours", "acc", "meine Nachbarn"),
    ("the", "", "car+", "dat", "den Autos"),
    ("the", "", "apple+", "dat", "den Äpfeln"),
    ("a", "blue", "trousers", "acc", "eine blaue Hose"),
]


@pytest.mark.parametrize(("determiner", "adjective", "word", "case", "german"), PHRASES)
def test_noun_phrases(determiner: str, adjective: str, word: str, case: str, german: str) -> None:
    nouns = module("grammar.nouns")
    plural, english = word.endswith("+"), word.rstrip("+")
    # Zeit is not in the lexicon, but kein needs a feminine.
    entry = nouns.Noun("time", "", "Zeit", "f", "", "Zeit", "Zeit") if english == "time" else noun(english)
    found = nouns.german_phrase(entry, determiner, case, plural=plural, adjective=stem(adjective))
    assert found == german


@pytest.mark.parametrize(
    ("preposition", "determiner", "word", "case", "german"),
    [
        ("in", "the", "kitchen", "dat", "in der Küche"),
        ("in", "the", "kitchen", "acc", "in die Küche"),
        ("in", "the", "cinema", "acc", "ins Kino"),
        ("in", "the", "cinema", "dat", "im Kino"),
        ("zu", "the", "station", "dat", "zum Bahnhof"),
        ("zu", "the", "bakery", "dat", "zur Bäckerei"),
        ("an", "the", "church", "dat", "an der Kirche"),
        ("von", "the", "house", "dat", "vom Haus"),
        ("mit", "the", "train", "dat", "mit dem Zug"),
        ("auf", "my", "desk", "acc", "auf meinen Schreibtisch"),
        ("auf", "my", "desk", "dat", "auf meinem Schreibtisch"),
        ("hinter", "the", "door", "acc", "hinter die Tür"),
    ],
)
def test_prepositions(preposition: str, determiner: str, word: str, case: str, german: str) -> None:
    nouns = module("grammar.nouns")
    assert nouns.with_preposition(preposition, nouns.german_phrase(noun(word), determiner, case)) == german


@pytest.mark.parametrize(
    ("line", "present", "imperative", "zu"),
    [
        ("take = mit|nehmen, nimmst, nimmt, mitgenommen", "nehme nimmst nimmt nehmen nehmt", "nimm", "mitzunehmen"),
        ("sleep = schlafen, schläfst, schläft, geschlafen", "schlafe schläfst schläft schlafen schlaft", "schlaf",
         "zu schlafen"),
        ("work = arbeiten, gearbeitet", "arbeite arbeitest arbeitet arbeiten arbeitet", "arbeite", "zu arbeiten"),
        ("open = öffnen, geöffnet", "öffne öffnest öffnet öffnen öffnet", "öffne", "zu öffnen"),
        ("read = lesen, liest, liest, gelesen", "lese liest liest lesen lest", "lies", "zu lesen"),
        ("eat = essen, isst, isst, gegessen", "esse isst isst essen esst", "iss", "zu essen"),
        ("dance = tanzen, getanzt", "tanze tanzt tanzt tanzen tanzt", "tanz", "zu tanzen"),
        ("travel = reisen, ist gereist", "reise reist reist reisen reist", "reis", "zu reisen"),
        ("feed = füttern, gefüttert", "füttere fütterst füttert füttern füttert", "fütter", "zu füttern"),
        ("learn = lernen, gelernt", "lerne lernst lernt lernen lernt", "lern", "zu lernen"),
        ("help = helfen, hilfst, hilft, geholfen", "helfe hilfst hilft helfen helft", "hilf", "zu helfen"),
        ("drive = fahren, fährst, fährt, ist gefahren", "fahre fährst fährt fahren fahrt", "fahr", "zu fahren"),
        ("be = sein, ist gewesen", "bin bist ist sind seid", "sei", "zu sein"),
        ("invite = ein|laden, lädst, lädt, eingeladen", "lade lädst lädt laden ladet", "lad", "einzuladen"),
        ("meet = treffen, triffst, trifft, getroffen", "treffe triffst trifft treffen trefft", "triff", "zu treffen"),
        ("forget = vergessen, vergisst, vergisst, vergessen", "vergesse vergisst vergisst vergessen vergesst",
         "vergiss", "zu vergessen"),
    ],
)  # fmt: skip
def test_verbs(line: str, present: str, imperative: str, zu: str) -> None:
    verb = module("grammar.verbs").parse_verb(line)
    assert " ".join(verb.present(person) for person in range(5)) == present
    assert verb.imperative_du() == imperative
    assert verb.zu_infinitive == zu


@pytest.mark.parametrize(
    ("base", "third", "ing"),
    [
        ("go", "goes", "going"),
        ("try", "tries", "trying"),
        ("play", "plays", "playing"),
        ("watch", "watches", "watching"),
        ("write", "writes", "writing"),
        ("swim", "swims", "swimming"),
        ("see", "sees", "seeing"),
        ("set", "sets", "setting"),
        ("have", "has", "having"),
        ("open", "opens", "opening"),
    ],
)
def test_english_verbs(base: str, third: str, ing: str) -> None:
    verb = module("grammar.verbs").parse_verb(f"{base} = machen, gemacht")
    assert (verb.english_third(), verb.english_ing()) == (third, ing)


# Subject, verb, English rest, German parts, options of the clause, order, English, German.
CLAUSES: list[tuple[str, str, str, dict[str, Any], dict[str, Any], str, str, str]] = [
    ("I", "get/got up = auf|stehen, ist aufgestanden", "up", {}, {"time": ("at half past six", "um halb sieben")},
     "statement", "I get up at half past six", "ich stehe um halb sieben auf"),
    ("HE", "go = gehen, ist gegangen", "shopping", {"rest": "einkaufen"}, {"time": ("today", "heute")},
     "final", "he goes shopping today", "er heute einkaufen geht"),
    ("HE", "do/did the shopping = ein|kaufen, eingekauft", "the shopping", {}, {"tense": "progressive"},
     "final", "he is doing the shopping", "er einkauft"),
    ("WE", "visit = besuchen, besucht", "the museum", {"objects": "das Museum"},
     {"tense": "past", "time": ("yesterday", "gestern"), "fronted": True},
     "statement", "yesterday we visited the museum", "gestern haben wir das Museum besucht"),
    ("SHE", "arrive = an|kommen, ist angekommen", "", {}, {"tense": "past"},
     "final", "she arrived", "sie angekommen ist"),
    ("THEY", "read/read = lesen, liest, liest, gelesen", "the book", {"objects": "das Buch"},
     {"tense": "past", "time": ("yesterday", "gestern"), "negative": True},
     "statement", "they didn't read the book yesterday", "sie haben das Buch gestern nicht gelesen"),
    ("I", "go = gehen, ist gegangen", "to the cinema", {"rest": "ins Kino"},
     {"tense": "progressive", "time": ("today", "heute"), "negative": True},
     "statement", "I am not going to the cinema today", "ich gehe heute nicht ins Kino"),
    ("I", "have/had = haben, gehabt", "time", {"objects": "keine Zeit", "definite": False, "negated": True},
     {"time": ("tomorrow", "morgen"), "negative": True},
     "statement", "I don't have time tomorrow", "ich habe morgen keine Zeit"),
    ("YOU_FRIEND", "help = helfen, hilfst, hilft, geholfen", "me", {"pronouns": "mir"}, {"tense": "can"},
     "question", "can you help me", "kannst du mir helfen"),
    ("YOU_FORMAL", "help = helfen, hilfst, hilft, geholfen", "me", {"pronouns": "mir"}, {"tense": "can"},
     "question", "can you help me", "können Sie mir helfen"),
    ("YOU_FRIENDS", "rest = sich aus|ruhen, ausgeruht", "", {}, {"tense": "want"},
     "question", "do you want to rest", "wollt ihr euch ausruhen"),
    ("SHE", "work = arbeiten, gearbeitet", "", {}, {"tense": "must", "negative": True},
     "statement", "she doesn't have to work", "sie muss nicht arbeiten"),
    ("I", "wash = sich (dat) waschen, wäschst, wäscht, gewaschen", "my hands", {"objects": "die Hände"},
     {"tense": "past"}, "statement", "I washed my hands", "ich habe mir die Hände gewaschen"),
    ("THEY", "wait for = warten, gewartet", "for the bus", {"rest": "auf den Bus"},
     {"tense": "would like", "time": ("here", "hier")}, "statement",
     "they would like to wait for the bus here", "sie möchten hier auf den Bus warten"),
    ("WE", "clean = putzen, geputzt", "the kitchen", {"objects": "die Küche"},
     {"tense": "perfect", "adverb": ("already", "schon")}, "statement",
     "we have already cleaned the kitchen", "wir haben die Küche schon geputzt"),
    ("WE", "clean = putzen, geputzt", "the kitchen", {"objects": "die Küche"},
     {"tense": "perfect", "negative": True, "not_yet": True}, "statement",
     "we haven't cleaned the kitchen yet", "wir haben die Küche noch nicht geputzt"),
    ("HE", "be/was = sein, ist gewesen", "tired", {"rest": "müde"},
     {"tense": "past", "time": ("yesterday", "gestern")}, "final",
     "he was tired yesterday", "er gestern müde war"),
    ("HE", "come/came/come = kommen, ist gekommen", "", {}, {"tense": "must", "front": ("when", "wann")},
     "question", "when does he have to come", "wann muss er kommen"),
    ("I", "call = an|rufen, angerufen", "you", {"pronouns": "Sie"}, {"tense": "will", "time": ("tomorrow", "morgen")},
     "final", "I will call you tomorrow", "ich Sie morgen anrufen werde"),
    ("I", "watch = sich (dat) an|sehen, siehst, sieht, angesehen", "the film", {"objects": "den Film"},
     {"tense": "progressive", "time": ("now", "jetzt")}, "statement",
     "I am watching the film now", "ich sehe mir jetzt den Film an"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "verb", "rest", "parts", "options", "order", "english", "german"), CLAUSES)
def test_clauses(
    who: str,
    verb: str,
    rest: str,
    parts: dict[str, Any],
    options: dict[str, Any],
    order: str,
    english: str,
    german: str,
) -> None:
    clauses = module("grammar.clause")
    predicate = clauses.Predicate(module("grammar.verbs").parse_verb(verb), rest, **parts)
    clause = clauses.Clause(getattr(module("grammar.people"), who), predicate, **options)
    assert (clause.english(order), clause.german(order)) == (english, german)


def test_a_pronoun_goes_before_a_subject_that_is_none() -> None:
    clauses, people = module("grammar.clause"), module("grammar.people")
    call = clauses.Predicate(module("grammar.verbs").parse_verb("call = an|rufen, angerufen"), "me", pronouns="mich")
    clause = clauses.Clause(people.named("Anna", "f"), call, "past", ("yesterday", "gestern"), fronted=True)
    assert clause.german() == "gestern hat mich Anna angerufen"


@pytest.mark.parametrize(
    ("who", "english", "german"),
    [
        ("YOU_FORMAL", "please close the window", "machen Sie bitte das Fenster zu"),
        ("YOU_FRIEND", "please close the window", "mach bitte das Fenster zu"),
        ("YOU_FRIENDS", "please close the window", "macht bitte das Fenster zu"),
    ],
)
def test_requests(who: str, english: str, german: str) -> None:
    clauses = module("grammar.clause")
    close = module("grammar.verbs").parse_verb("close = zu|machen, zugemacht")
    predicate = clauses.Predicate(close, "the window", objects="das Fenster")
    assert clauses.imperative(predicate, getattr(module("grammar.people"), who)) == (english, german)


def test_mister_is_a_weak_noun() -> None:
    weber = module("grammar.people").titled("Weber", "m")
    assert (weber.en, weber.nom, weber.acc, weber.dat) == ("Mr Weber", "Herr Weber", "Herrn Weber", "Herrn Weber")


# ------------------------------------------------------------------------------------------------------------- numbers


ONES = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
TENS = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SMALL += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def read_german(word: str) -> int:
    """Read a German number word: an inverse, written apart from the generator."""
    for unit, name in ((1000, "tausend"), (100, "hundert")):
        head, found, tail = word.partition(name)
        if found:
            return (read_german(head) if head else 1) * unit + (read_german(tail) if tail else 0)
    for index, name in enumerate(TENS):
        if word.endswith(name):
            head = word.removesuffix(name).removesuffix("und")
            return 20 + 10 * index + (read_german(head) if head else 0)
    if word.endswith("zehn") and word != "zehn":
        return 10 + next(index for index, one in enumerate(ONES) if one.startswith(word.removesuffix("zehn")))
    return 1 if word == "ein" else ONES.index(word)


def read_english(text: str) -> int:
    """Read an English number: an inverse, written apart from the generator."""
    total = current = 0
    for word in text.replace("-", " ").replace(" and ", " ").split():
        if word in SMALL:
            current += SMALL.index(word)
        elif word in ENGLISH_TENS:
            current += 20 + 10 * ENGLISH_TENS.index(word)
        elif word == "hundred":
            current *= 100
        else:
            assert word == "thousand"
            total, current = current * 1000, 0
    return total + current


def test_every_number_reads_back(numerals: Any) -> None:
    spelt = {number: (numerals.english(number), numerals.german(number)) for number in range(10_000)}
    assert [read_english(en) for en, _ in spelt.values()] == list(spelt)
    assert [read_german(de) for _, de in spelt.values()] == list(spelt)
    assert len({de for _, de in spelt.values()}) == 10_000


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [
        (1, "one", "eins"),
        (16, "sixteen", "sechzehn"),
        (17, "seventeen", "siebzehn"),
        (21, "twenty-one", "einundzwanzig"),
        (30, "thirty", "dreißig"),
        (66, "sixty-six", "sechsundsechzig"),
        (70, "seventy", "siebzig"),
        (100, "one hundred", "hundert"),
        (101, "one hundred and one", "hunderteins"),
        (341, "three hundred and forty-one", "dreihunderteinundvierzig"),
        (1000, "one thousand", "tausend"),
        (1100, "one thousand one hundred", "tausendeinhundert"),
        (2005, "two thousand and five", "zweitausendfünf"),
        (9999, "nine thousand nine hundred and ninety-nine", "neuntausendneunhundertneunundneunzig"),
    ],
)
def test_numbers(numerals: Any, number: int, english: str, german: str) -> None:
    assert (numerals.english(number), numerals.german(number)) == (english, german)


def test_a_one_before_a_noun_loses_its_s(numerals: Any) -> None:
    assert numerals.german(1, attributive=True) == "ein"
    assert numerals.german(101, attributive=True) == "hundertein"
    assert numerals.german(21, attributive=True) == "einundzwanzig"


@pytest.mark.parametrize("number", [-1, 10_000])
def test_numbers_out_of_range(numerals: Any, number: int) -> None:
    with pytest.raises(ValueError, match=f"{number} .*9999"):
        numerals.german(number)
    with pytest.raises(ValueError, match=f"{number} .*9999"):
        numerals.english(number)


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [
        (1, "first", "erste"),
        (2, "second", "zweite"),
        (3, "third", "dritte"),
        (5, "fifth", "fünfte"),
        (7, "seventh", "siebte"),
        (8, "eighth", "achte"),
        (9, "ninth", "neunte"),
        (12, "twelfth", "zwölfte"),
        (16, "sixteenth", "sechzehnte"),
        (19, "nineteenth", "neunzehnte"),
        (20, "twentieth", "zwanzigste"),
        (21, "twenty-first", "einundzwanzigste"),
        (30, "thirtieth", "dreißigste"),
        (31, "thirty-first", "einunddreißigste"),
    ],
)
def test_ordinals(numerals: Any, number: int, english: str, german: str) -> None:
    assert (numerals.english_ordinal(number), numerals.german_ordinal(number)) == (english, german)


def test_a_date_is_inflected(numerals: Any) -> None:
    assert numerals.date(3, 4) == ("third of May", "dritten Mai")
    assert numerals.date(1, 2, "e") == ("first of March", "erste März")


@pytest.mark.parametrize(
    ("hour", "minute", "english", "german"),
    [
        (1, 0, "one o'clock", "ein Uhr"),
        (3, 30, "half past three", "halb vier"),
        (12, 30, "half past twelve", "halb eins"),
        (1, 15, "a quarter past one", "Viertel nach eins"),
        (8, 45, "a quarter to nine", "Viertel vor neun"),
        (12, 45, "a quarter to one", "Viertel vor eins"),
        (4, 10, "ten past four", "zehn nach vier"),
        (5, 40, "twenty to six", "zwanzig vor sechs"),
        (11, 55, "five to twelve", "fünf vor zwölf"),
    ],
)
def test_clock_times(numerals: Any, hour: int, minute: int, english: str, german: str) -> None:
    assert numerals.clock(hour, minute) == (english, german)


def test_every_clock_time_has_a_form_of_its_own(numerals: Any) -> None:
    times = [numerals.clock(hour, minute) for hour in range(1, 13) for minute in numerals.CLOCK_MINUTES]
    assert len({en for en, _ in times}) == len({de for _, de in times}) == 120
    with pytest.raises(ValueError, match="3:25"):
        numerals.clock(3, 25)


# ---------------------------------------------------------------------------------------------- sentences of the corpus

RULES = [
    # what the English says, what the German then must say
    (r"^My (?:head|back|arm|leg|knee|throat|foot|hand) hurts", r"^Mir tut "),
    (r"^What time is it\?", r"^Wie spät ist es\? Es ist "),
    (r"\bhalf past three\b", r"\bhalb vier\b"),
    (r"^I am sorry, but ", r"^Es tut mir leid, aber "),
    (r"\b(?:am|is|are) hungry\b", r"\bHunger\b"),
    (r"\bhas been living\b", r" wohnt seit "),
    (r"^Mr \w+, ", r"^Herr \w+, "),
    (r" because .+ (?:is|was) ill\.$", r", weil .+ krank (?:ist|war)\.$"),
    (r"^On the [\w-]+ of \w+ ", r"^Am \w+ten \w+ "),
    (
        r"^Please put .+ (?:on|under|behind|next to) the \w+\.$",
        r"^(?:Legen|Stellen) Sie bitte .+ (?:auf|unter|hinter|neben) (?:den|die|das) \w+\.$",
    ),
    (r"^\w+ \w+ is on the \w+\.$", r" (?:liegt|steht) auf (?:dem|der) \w+\.$"),
    (r" was born in \d+\.$", r" wurde \d+ geboren\.$"),
    (r"^Is there an? ", r"^Gibt es hier in der Nähe "),
    (r"^I would like .+, please\.$", r"^Ich hätte gern .+, bitte\.$"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "german"), RULES)
def test_the_corpus_keeps_the_rule(splits: dict[str, list[Any]], english: str, german: str) -> None:
    found = [row for rows in splits.values() for row in rows if re.search(english, row.source)]
    assert found
    assert not [row for row in found if not re.search(german, row.target)]
