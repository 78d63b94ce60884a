"""How a word is built of a root, a prefix and a suffix: its spelling and its polarity."""

NEGATING = ("un", "dis", "in", "im", "il", "ir", "non")
"""Prefixes that turn a polarity round: happy, unhappy; violent, non-violent."""
SPOILING = "mis"
"""A prefix that makes something bad of everything: treat, mistreat."""
_CONSONANTS = "bcdfghjklmnpqrstvwxz"


def spell(root: str, suffix: str) -> str:
    """Append a suffix, with the changes of spelling that English makes.

    A root may name the stem that it has before a vowel after a bar: `forget|forgett`.
    """
    plain, _, stem = root.partition("|")
    if not suffix:
        return plain
    vowel = suffix[0] in "aeiouy"
    if stem and vowel:
        return stem + suffix
    if plain.endswith("ble") and suffix == "ity":
        return f"{plain[:-2]}ility"
    if plain.endswith("le") and suffix == "ly" and plain[-3] in _CONSONANTS:
        return f"{plain[:-1]}y"
    if plain.endswith("y") and plain[-2] in _CONSONANTS and suffix != "ing":
        return plain[:-1] + (suffix if suffix[0] == "i" else f"i{suffix}")
    if plain.endswith("ee") and suffix[0] == "e":
        return plain + suffix[1:]
    if plain.endswith("e") and vowel and not plain.endswith(("ee", "ce", "ge")):
        return plain[:-1] + suffix
    if plain.endswith(("ce", "ge")) and suffix[0] in "eiy":
        return plain[:-1] + suffix
    return plain + suffix


def polarity(valence: int, prefix: str, suffix: str) -> int:
    """Return the polarity of a word: 1 (positive), 0 (neutral) or -1 (negative).

    Args:
        valence: of the root: whether it is good to have, or to be, what it names.
        prefix: what stands before the root, or nothing.
        suffix: what stands after it, or nothing.
    """
    if prefix == SPOILING:
        return -1
    turned = (prefix in NEGATING) != suffix.startswith("less")
    return -valence if turned else valence
