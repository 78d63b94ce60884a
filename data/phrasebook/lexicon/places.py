"""Places where one is, and to which one goes, with the preposition each takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A place: English ``at`` and ``to`` phrases, German ``where`` and ``whither`` phrases."""

    name: str
    en_at: str
    en_to: str
    de_at: str
    de_to: str


_TABLE = """
station : at the station : to the station : am Bahnhof : zum Bahnhof
airport : at the airport : to the airport : am Flughafen : zum Flughafen
bus stop : at the bus stop : to the bus stop : an der Bushaltestelle : zur Bushaltestelle
office : at the office : to the office : im Büro : ins Büro
supermarket : at the supermarket : to the supermarket : im Supermarkt : zum Supermarkt
bakery : at the bakery : to the bakery : in der Bäckerei : zur Bäckerei
pharmacy : at the pharmacy : to the pharmacy : in der Apotheke : zur Apotheke
bookshop : at the bookshop : to the bookshop : in der Buchhandlung : zur Buchhandlung
market : at the market : to the market : auf dem Markt : auf den Markt
cinema : at the cinema : to the cinema : im Kino : ins Kino
theatre : at the theatre : to the theatre : im Theater : ins Theater
museum : at the museum : to the museum : im Museum : ins Museum
restaurant : at the restaurant : to the restaurant : im Restaurant : ins Restaurant
park : in the park : to the park : im Park : in den Park
garden : in the garden : into the garden : im Garten : in den Garten
kitchen : in the kitchen : into the kitchen : in der Küche : in die Küche
school : at school : to school : in der Schule : zur Schule
university : at the university : to the university : an der Universität : zur Universität
hospital : at the hospital : to the hospital : im Krankenhaus : ins Krankenhaus
doctor : at the doctor's : to the doctor : beim Arzt : zum Arzt
dentist : at the dentist's : to the dentist : beim Zahnarzt : zum Zahnarzt
hairdresser : at the hairdresser's : to the hairdresser : beim Friseur : zum Friseur
work : at work : to work : bei der Arbeit : zur Arbeit
post office : at the post office : to the post office : in der Postfiliale : zur Postfiliale
swimming pool : at the swimming pool : to the swimming pool : im Schwimmbad : ins Schwimmbad
library : in the library : to the library : in der Bibliothek : in die Bibliothek
beach : on the beach : to the beach : am Strand : an den Strand
lake : at the lake : to the lake : am See : an den See
mountains : in the mountains : to the mountains : in den Bergen : in die Berge
town : in town : into town : in der Stadt : in die Stadt
forest : in the forest : into the forest : im Wald : in den Wald
seaside : at the seaside : to the seaside : am Meer : ans Meer
"""

PLACES = {
    place.name: place
    for place in (Place(*(part.strip() for part in line.split(" : "))) for line in _TABLE.strip().splitlines())
}

ACTIVITY_PLACES = {
    "work": "office hospital bakery pharmacy bookshop restaurant university market school library garden",
    "sleep": "garden beach",
    "dance": "garden kitchen park beach",
    "sing": "garden park kitchen theatre",
    "swim": "lake seaside swimming_pool",
    "cook": "restaurant kitchen",
    "rest": "garden park beach mountains",
    "have lunch": "office restaurant school market park town university",
    "have dinner": "restaurant town garden",
    "have breakfast": "kitchen garden bakery office",
    "play football": "park garden beach school",
    "play cards": "garden kitchen park beach",
    "play chess": "park library garden",
    "go for a walk": "park forest mountains town",
    "do the shopping": "supermarket market town",
    "listen to music": "park garden kitchen office",
    "arrive": "station airport",
}
"""Where people do what; English verb or activity to the names of places."""

OUTINGS = ("mountains", "seaside", "beach", "lake")
"""Where one spends a day."""
FAR = ("airport", *OUTINGS)
"""Places one does not walk to: in die Berge fahren."""
