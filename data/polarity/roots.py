"""Roots, whether they are good, neutral or bad, and the affixes that each of them really takes.

A line reads `root: forms`. A form is a prefix and a suffix with a hyphen between them (`un-ly`), either may be missing;
a dot is the root alone. The groups of _GROUPS stand for several forms. Only what has a clear polarity is listed: not
"priceless" or "shameless", whose parts mislead, nor "use", which is neither good nor bad although "useful" is.
"""

from bad import BAD
from good import GOOD
from neutral import NEUTRAL

_GROUPS = {
    "FUL": "-ful -fully -fulness",
    "LESS": "-less -lessly -lessness",
    "ADJ": ". -ly -ness",
    "UN": "un- un-ly un-ness",
    "IN": "in- in-ly in-ness",
    "COMP": "-er -est",
    "MAKE": ". -s -er -ers -ing",
    "VERB": ". -s -ed -ing",
    "FEEL": ". -ed -ing -ingly",
    "ING": "-ing -ingly",
}


def entries(table: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Read a table: each root with its forms, a form being prefix and suffix."""
    found = []
    for line in table.strip().splitlines():
        root, _, listed = line.partition(": ")
        forms = " ".join(_GROUPS.get(form, form) for form in listed.split()).split()
        pairs = ["-" if form == "." else form for form in forms]
        found.append((root, [(pair.partition("-")[0], pair.partition("-")[2]) for pair in pairs]))
    return found


ROOTS = [
    (root, valence, forms) for valence, table in ((1, GOOD), (0, NEUTRAL), (-1, BAD)) for root, forms in entries(table)
]
