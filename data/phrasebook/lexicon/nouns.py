"""Nouns by category.

A line reads ``umbrella = der Regenschirm, die Regenschirme``: English, its plural where it is irregular, the German
singular and plural. Without a German plural, the noun is not counted. ``den ...`` gives the accusative and dative of
weak nouns, ``des ...`` the genitive where it is used. ``*`` marks an English word that is plural for a German
singular, ``+`` a word that comes in the plural here; ``parents = die Eltern (plural)`` has no singular at all, and
with ``*`` its English has no plural.
"""

from grammar.nouns import Gender, Noun

_TABLE = """
[food]
apple = der Apfel, die Äpfel
banana = die Banane, die Bananen
egg = das Ei, die Eier
bread roll = das Brötchen, die Brötchen
cake = der Kuchen, die Kuchen
sandwich, sandwiches = das Sandwich, die Sandwiches
potato+, potatoes = die Kartoffel, die Kartoffeln
tomato+, tomatoes = die Tomate, die Tomaten
carrot+ = die Karotte, die Karotten
onion+ = die Zwiebel, die Zwiebeln
orange = die Orange, die Orangen
pear = die Birne, die Birnen
lemon = die Zitrone, die Zitronen
sausage = die Wurst, die Würste
strawberry+, strawberries = die Erdbeere, die Erdbeeren
mushroom+ = der Pilz, die Pilze
pizza = die Pizza, die Pizzen
[dish]
soup = die Suppe, die Suppen
salad = der Salat, die Salate
fish = der Fisch
meat = das Fleisch
[food mass]
bread = das Brot
cheese = der Käse
butter = die Butter
rice = der Reis
ham = der Schinken
honey = der Honig
jam = die Marmelade
chocolate = die Schokolade
sugar = der Zucker
salt = das Salz
fruit = das Obst
[hot drink]
coffee = der Kaffee
tea = der Tee
cocoa = der Kakao
[cold drink]
water = das Wasser
milk = die Milch
juice = der Saft
beer = das Bier
lemonade = die Limonade
wine = der Wein
[clothes]
shirt = das Hemd, die Hemden
jacket = die Jacke, die Jacken
coat = der Mantel, die Mäntel
dress, dresses = das Kleid, die Kleider
skirt = der Rock, die Röcke
hat = der Hut, die Hüte
jumper = der Pullover, die Pullover
scarf, scarves = der Schal, die Schals
cap = die Mütze, die Mützen
suit = der Anzug, die Anzüge
blouse = die Bluse, die Blusen
belt = der Gürtel, die Gürtel
shoe+ = der Schuh, die Schuhe
glove+ = der Handschuh, die Handschuhe
trousers* = die Hose, die Hosen
sunglasses* = die Sonnenbrille, die Sonnenbrillen
[reading]
book = das Buch, die Bücher
newspaper = die Zeitung, die Zeitungen
magazine = die Zeitschrift, die Zeitschriften
novel = der Roman, die Romane
[mail]
letter = der Brief, die Briefe
postcard = die Postkarte, die Postkarten
message = die Nachricht, die Nachrichten
parcel = das Paket, die Pakete
[thing]
umbrella = der Regenschirm, die Regenschirme
key = der Schlüssel, die Schlüssel
bag = die Tasche, die Taschen
suitcase = der Koffer, die Koffer
watch, watches = die Uhr, die Uhren
camera = die Kamera, die Kameras
mobile phone = das Handy, die Handys
backpack = der Rucksack, die Rucksäcke
notebook = das Heft, die Hefte
computer = der Computer, die Computer
ball = der Ball, die Bälle
lamp = die Lampe, die Lampen
picture = das Bild, die Bilder
blanket = die Decke, die Decken
present = das Geschenk, die Geschenke
flower+ = die Blume, die Blumen
ticket = die Fahrkarte, die Fahrkarten
[tableware]
cup = die Tasse, die Tassen
glass, glasses = das Glas, die Gläser
plate = der Teller, die Teller
knife, knives = das Messer, die Messer
fork = die Gabel, die Gabeln
spoon = der Löffel, die Löffel
bottle = die Flasche, die Flaschen
[furniture]
table = der Tisch, die Tische
chair = der Stuhl, die Stühle
bed = das Bett, die Betten
sofa = das Sofa, die Sofas
cupboard = der Schrank, die Schränke
shelf, shelves = das Regal, die Regale
desk = der Schreibtisch, die Schreibtische
carpet = der Teppich, die Teppiche
mirror = der Spiegel, die Spiegel
[opening]
door = die Tür, die Türen
window = das Fenster, die Fenster
[room]
kitchen = die Küche, die Küchen
bathroom = das Badezimmer, die Badezimmer
bedroom = das Schlafzimmer, die Schlafzimmer
living room = das Wohnzimmer, die Wohnzimmer
garage = die Garage, die Garagen
[home]
house = das Haus, die Häuser
flat = die Wohnung, die Wohnungen
garden = der Garten, die Gärten
balcony, balconies = der Balkon, die Balkone
[vehicle]
car = das Auto, die Autos
bicycle = das Fahrrad, die Fahrräder
motorcycle = das Motorrad, die Motorräder
boat = das Boot, die Boote
[transport]
train = der Zug, die Züge
bus, buses = der Bus, die Busse
ship = das Schiff, die Schiffe
plane = das Flugzeug, die Flugzeuge
[animal]
dog = der Hund, die Hunde
cat = die Katze, die Katzen
horse = das Pferd, die Pferde
bird = der Vogel, die Vögel
cow = die Kuh, die Kühe
mouse, mice = die Maus, die Mäuse
rabbit = das Kaninchen, die Kaninchen
duck = die Ente, die Enten
[family]
brother = der Bruder, des Bruders, die Brüder
sister = die Schwester, die Schwestern
mother = die Mutter
father = der Vater, des Vaters
grandmother = die Großmutter
grandfather = der Großvater, des Großvaters
uncle = der Onkel, des Onkels, die Onkel
aunt = die Tante, die Tanten
son = der Sohn, des Sohnes, die Söhne
daughter = die Tochter, die Töchter
boss = der Chef, des Chefs
[relatives]
parents = die Eltern (plural)
brothers = die Brüder (plural)
sisters = die Schwestern (plural)
children = die Kinder (plural)
grandparents = die Großeltern (plural)
neighbours = die Nachbarn (plural)
colleagues = die Kollegen (plural)
[person]
man, men = der Mann, des Mannes, die Männer
woman, women = die Frau, die Frauen
boy = der Junge, den Jungen, des Jungen, die Jungen
girl = das Mädchen, des Mädchens, die Mädchen
child, children = das Kind, des Kindes, die Kinder
guest = der Gast, des Gastes, die Gäste
tourist = der Tourist, den Touristen, des Touristen, die Touristen
student = der Student, den Studenten, des Studenten, die Studenten
waiter = der Kellner, des Kellners, die Kellner
[shop]
bakery, bakeries = die Bäckerei, die Bäckereien
pharmacy, pharmacies = die Apotheke, die Apotheken
bookshop = die Buchhandlung, die Buchhandlungen
supermarket = der Supermarkt, die Supermärkte
bank = die Bank, die Banken
post office = die Postfiliale, die Postfilialen
[sight]
museum = das Museum, die Museen
church, churches = die Kirche, die Kirchen
castle = das Schloss, die Schlösser
tower = der Turm, die Türme
bridge = die Brücke, die Brücken
market square = der Marktplatz, die Marktplätze
park = der Park, die Parks
[venue]
hotel = das Hotel, die Hotels
restaurant = das Restaurant, die Restaurants
café = das Café, die Cafés
theatre = das Theater, die Theater
cinema = das Kino, die Kinos
[station]
station = der Bahnhof, die Bahnhöfe
airport = der Flughafen, die Flughäfen
bus stop = die Bushaltestelle, die Bushaltestellen
hospital = das Krankenhaus, die Krankenhäuser
school = die Schule, die Schulen
university, universities = die Universität, die Universitäten
swimming pool = das Schwimmbad, die Schwimmbäder
[service]
menu = die Speisekarte, die Speisekarten
bill = die Rechnung, die Rechnungen
towel = das Handtuch, die Handtücher
pillow = das Kissen, die Kissen
[medicine]
medicine = das Medikament, die Medikamente
tablet+ = die Tablette, die Tabletten
plaster+ = das Pflaster, die Pflaster
[event]
party, parties = das Fest, die Feste
concert = das Konzert, die Konzerte
course = der Kurs, die Kurse
meeting = die Besprechung, die Besprechungen
journey = die Reise, die Reisen
exam = die Prüfung, die Prüfungen
holiday = der Urlaub, die Urlaube
film = der Film, die Filme
[topic]
weather = das Wetter
music = die Musik
history = die Geschichte
sport = der Sport
art = die Kunst
politics* = die Politik
nature = die Natur
[body]
head = der Kopf, die Köpfe
back = der Rücken, die Rücken
arm = der Arm, die Arme
leg = das Bein, die Beine
foot, feet = der Fuß, die Füße
hand = die Hand, die Hände
knee = das Knie, die Knie
throat = der Hals, die Hälse
eye = das Auge, die Augen
ear = das Ohr, die Ohren
tooth, teeth = der Zahn, die Zähne
[work]
report = der Bericht, die Berichte
homework* = die Hausaufgaben (plural)
mistake+ = der Fehler, die Fehler
question = die Frage, die Fragen
answer = die Antwort, die Antworten
rule = die Regel, die Regeln
word = das Wort, die Wörter
text = der Text, die Texte
[money unit]
euro = der Euro, die Euro
[unit]
minute = die Minute, die Minuten
hour = die Stunde, die Stunden
day = der Tag, die Tage
week = die Woche, die Wochen
month = der Monat, die Monate
year = das Jahr, die Jahre
kilometre = der Kilometer, die Kilometer
night = die Nacht, die Nächte
degree = das Grad, die Grad
gram = das Gramm, die Gramm
kilo = das Kilo, die Kilo
person, people = die Person, die Personen
piece = das Stück, die Stücke
"""

_VOWELS = "aeiou"


def _english_plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in _VOWELS else f"{word}s"


def parse_noun(line: str, kind: str) -> Noun:
    """Read a line of the table."""
    english, german = (side.strip() for side in line.split("="))
    forms = [form.strip() for form in german.split(",")]
    singular, plural = [*english.split(", "), ""][:2]
    trousers, several = singular.endswith("*"), singular.endswith("+")
    singular = singular.rstrip("*+")
    if german.endswith("(plural)"):
        word = forms[0].removeprefix("die ").removesuffix(" (plural)")
        return Noun(singular, singular, word, "f", word, word, word, kind, plural_only=True, english_singular=trousers)
    gender: Gender = {"der": "m", "die": "f", "das": "n"}[forms[0][:3]]  # type: ignore[assignment]
    word = forms[0][4:]
    rest = {form[:3]: form[4:] for form in forms[1:]}
    many = rest.get("die", "")
    if many and not plural and not trousers:
        plural = _english_plural(singular)
    genitive = rest.get("des", word if gender == "f" else "")
    return Noun(
        singular,
        plural or singular,
        word,
        gender,
        many,
        rest.get("den", word),
        genitive,
        kind,
        trousers,
        several=several,
    )


def _read() -> dict[str, tuple[Noun, ...]]:
    tables: dict[str, list[Noun]] = {}
    kind = ""
    for line in _TABLE.strip().splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
            tables[kind] = []
        else:
            tables[kind].append(parse_noun(line, kind))
    return {kind: tuple(nouns) for kind, nouns in tables.items()}


NOUNS = _read()


def of(*kinds: str) -> tuple[Noun, ...]:
    """Return the nouns of some categories."""
    return tuple(noun for kind in kinds for noun in NOUNS[kind])


def noun(english: str, kind: str) -> Noun:
    """Return one noun by its English singular."""
    return next(entry for entry in NOUNS[kind] if entry.en == english)
