"""First names, surnames, cities and countries."""

FEMALE = (
    "Anna Maria Sophie Laura Julia Lena Sarah Emma Katrin Claudia Sabine Monika Petra Nina Eva Lisa Helga Ingrid "
    "Marta Clara Johanna Silke"
).split()
MALE = (
    "Paul Peter Stefan Martin Michael Thomas Daniel David Jan Lukas Felix Simon Robert Georg Anton Karl Oskar Emil "
    "Florian Sebastian Walter Bernd"
).split()
SURNAMES = (
    "Weber Schneider Fischer Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann "
    "Zimmermann Braun Krüger Hartmann Lange Krause Lehmann Köhler Maier König Huber Kaiser Fuchs Peters Scholz "
    "Möller Weiß Jung Hahn Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke "
    "Albrecht Schuster Ludwig Böhm Winter Kraus Schumacher Krämer Vogt Stein Jäger Otto Sommer Seidel Heinrich "
    "Clark Taylor Wilson Evans Harris Walker Baker Carter Morgan Cooper"
).split()
"""Surnames are copied."""
UNSEEN_SURNAMES = (
    "Brenner Lindner Steinbach Falkner Rosenthal Hartwig Baumgart Kellermann Winterfeld Parker Turner Miller"
).split()
"""Surnames that only test shows."""

CITIES = (
    *(
        (name, name)
        for name in (
            "Berlin Hamburg Bremen Leipzig Dresden Frankfurt Stuttgart Salzburg London Paris Madrid Amsterdam "
            "Stockholm Oslo"
        ).split()
    ),
    ("Munich", "München"),
    ("Cologne", "Köln"),
    ("Vienna", "Wien"),
    ("Zurich", "Zürich"),
    ("Geneva", "Genf"),
    ("Prague", "Prag"),
    ("Rome", "Rom"),
    ("Milan", "Mailand"),
    ("Venice", "Venedig"),
    ("Brussels", "Brüssel"),
    ("Warsaw", "Warschau"),
    ("Nuremberg", "Nürnberg"),
)

COUNTRIES = (
    ("Germany", "nach Deutschland", "aus Deutschland", "in Deutschland"),
    ("Austria", "nach Österreich", "aus Österreich", "in Österreich"),
    ("Italy", "nach Italien", "aus Italien", "in Italien"),
    ("Spain", "nach Spanien", "aus Spanien", "in Spanien"),
    ("France", "nach Frankreich", "aus Frankreich", "in Frankreich"),
    ("Poland", "nach Polen", "aus Polen", "in Polen"),
    ("England", "nach England", "aus England", "in England"),
    ("Sweden", "nach Schweden", "aus Schweden", "in Schweden"),
    ("Greece", "nach Griechenland", "aus Griechenland", "in Griechenland"),
    ("Switzerland", "in die Schweiz", "aus der Schweiz", "in der Schweiz"),
    ("Turkey", "in die Türkei", "aus der Türkei", "in der Türkei"),
    ("the Netherlands", "in die Niederlande", "aus den Niederlanden", "in den Niederlanden"),
)
"""English, then German: to, from and in the country."""
LANGUAGES = (
    ("German", "Deutsch"),
    ("English", "Englisch"),
    ("French", "Französisch"),
    ("Spanish", "Spanisch"),
    ("Italian", "Italienisch"),
    ("Polish", "Polnisch"),
)
PROFESSIONS = (
    ("doctor", "Arzt", "Ärztin"),
    ("teacher", "Lehrer", "Lehrerin"),
    ("engineer", "Ingenieur", "Ingenieurin"),
    ("cook", "Koch", "Köchin"),
    ("lawyer", "Anwalt", "Anwältin"),
    ("baker", "Bäcker", "Bäckerin"),
    ("journalist", "Journalist", "Journalistin"),
    ("musician", "Musiker", "Musikerin"),
    ("pilot", "Pilot", "Pilotin"),
    ("architect", "Architekt", "Architektin"),
    ("gardener", "Gärtner", "Gärtnerin"),
    ("nurse", "Krankenpfleger", "Krankenschwester"),
)
"""English, then German for a man and for a woman."""
