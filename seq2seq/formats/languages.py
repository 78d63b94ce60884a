"""Names of languages: codes of BCP 47, as files and people write them, and English names."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

NAMES: Final = {
    "ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "cy": "welsh", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "gl": "galician", "he": "hebrew", "hi": "hindi", "hr": "croatian", "hu": "hungarian",
    "id": "indonesian", "is": "icelandic", "it": "italian", "ja": "japanese", "ka": "georgian", "ko": "korean",
    "lt": "lithuanian", "lv": "latvian", "mk": "macedonian", "mt": "maltese", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovenian",
    "sq": "albanian", "sr": "serbian", "sv": "swedish", "sw": "swahili", "ta": "tamil", "th": "thai", "tr": "turkish",
    "uk": "ukrainian", "ur": "urdu", "vi": "vietnamese", "zh": "chinese",
}  # fmt: skip
"""English names of languages, by the codes by which columns of pairs are often called (ISO 639-1)."""
_CODES: Final = {name: code for code, name in NAMES.items()} | {"slovene": "sl"}
_SUFFIX: Final = re.compile(r"[-_](text|texts|sentence|sentences|sent|string|col|column)$")


def without_suffix(name: str) -> str:
    """The name of a column in lower case, without what tells no column apart: ``source`` of ``Source_Text``."""
    return _SUFFIX.sub("", name.strip().casefold())


def language_of(name: str) -> str | None:
    """The language by which a column is called: ``en``, ``pt-BR``, ``en_XX``, ``German``, ``translation.de``."""
    plain = without_suffix(name.rpartition(".")[2])
    if plain in _CODES:
        return _CODES[plain]
    code, *region = re.split("[-_]", plain)
    return "-".join([code, *region]) if code in NAMES and len(region) < 2 and all(len(r) < 5 for r in region) else None


def plain_tag(tag: str) -> str:
    """A tag as it is compared: ``en-us`` of ``en_US``."""
    return tag.strip().replace("_", "-").casefold()


def covers(wanted: str, tag: str) -> bool:
    """Whether a tag is of a language that is asked for: ``en`` covers ``en-US`` (RFC 4647, section 3.3.1).

    An empty string is a language that is not known, and may be any.
    """
    wanted, tag = plain_tag(wanted), plain_tag(tag)
    return not wanted or not tag or tag == wanted or tag.startswith(f"{wanted}-")


def base(tag: str) -> str:
    """The language of a tag without script and region: ``en`` of ``en-US``."""
    return plain_tag(tag).partition("-")[0]


def find_language(tags: Sequence[str], wanted: str) -> str | None:
    """What to ask for among some tags: ``wanted`` if it covers one, else the longest tag that covers ``wanted``.

    The latter is the lookup of RFC 4647, section 3.4: ``en-US`` finds ``en``, where there is no other.
    """
    if any(tag and covers(wanted, tag) for tag in tags):
        return wanted
    wider = [tag for tag in tags if tag and covers(tag, wanted)]
    return max(wider, key=len) if wider else None


def group(tags: Iterable[str]) -> dict[str, str]:
    """The languages among some tags: by the base of each, the tag if there is one, else the base."""
    found: dict[str, str] = {}
    for tag in tags:
        key = base(tag)
        found[key] = tag if found.get(key, tag) == tag else key
    return found


def direction(languages: tuple[str, str], source: str, target: str) -> bool | None:
    """How the two sides of a file fit to what is asked for.

    Args:
        languages: of the file's sources and targets, as :func:`covers` compares them.
        source: language that is asked for as source.
        target: likewise.

    Returns:
        True: as the file has them; False: the other way round; None: the file is in other languages.
    """
    first, second = languages
    if covers(source, first) and covers(target, second):
        return True
    return False if covers(source, second) and covers(target, first) else None
