"""The syntax of each kind of markup: the expressions by which ``markup`` recognises it."""

import re
from html.entities import html5
from typing import Final

_WORD: Final = "[A-Za-z0-9_]"
"""A letter of a name. Chinese and Japanese stand next to names without a space, so their letters are none."""
_EXTENSIONS: Final = (
    "py|pyi|pyx|pyc|txt|rst|md|html?|xml|css|js|mjs|tsx?|json|ya?ml|toml|ini|cfg|conf|csv|tsv|po|pot|mo|zip|tar|gz|"
    "tgz|bz2|xz|whl|egg|exe|dll|so|sh|bat|ps1|c|h|cpp|hpp|cc|rs|go|java|class|jar|rb|php|pl|sql|db|sqlite3?|log|lock|"
    "pdf|png|jpe?g|gif|svg|ico|tex|bib|epub|docx?|xlsx?|odt|ods|pptx?|desktop|service|deb|rpm|iso|dsc|changes"
)

START: Final = re.compile(r"[`*<&{%$\[|]|(?<!\w)_|!\[|~~|:(?=[A-Za-z][\w.+:-]*:`)|::(?=\s*$)|\.\. (?=[\w:-]+::)")
"""Places at which markup may begin, other than that which begins like a word."""

_OUTSIDE: Final = r"\s\u200b-\u200f<>\"`|\\^{}“”„«»’‘、。，；！？）」』】》〉"
_UNSPACED: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters that follow a link without a space, unless they are the title of a page."""
_LINK: Final = rf"(?:[^{_OUTSIDE}{_UNSPACED}]|(?<=/wiki/)[^{_OUTSIDE}]+)+"
WORDS: Final = re.compile(
    rf"(?P<url>(?<![A-Za-z0-9])(?:(?:https?|ftp|sftp|ssh|git|svn|file|irc|wss?)://{_LINK}"
    rf"|www\.[a-z0-9-]+\.{_LINK}|mailto:{_LINK}))"
    r"|(?P<email>(?<![\w.+-])[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})"
    rf"|(?P<placeholder>(?<!{_WORD})__[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*__(?!{_WORD}))"
    r"|(?P<identifier>"
    rf"(?<![A-Za-z0-9_.])[A-Za-z_]{_WORD}*(?:\.[A-Za-z_]{_WORD}*)*\(\)"
    r"|(?<![\w-])--[a-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*(?![A-Za-z0-9_-])"
    rf"|(?<![A-Za-z0-9_./~])(?:~|\.{{1,2}})/[\w.+-]+(?:/[\w.+-]+)*/?"
    rf"|(?<![A-Za-z0-9_./~])/[a-z][\w.+-]*(?:/[\w.+-]+)+/?"
    r"|\b[A-Z]:\\[\w.\\-]+"
    rf"|(?<![A-Za-z0-9_.])[A-Za-z_]{_WORD}*(?:\.[A-Za-z_]{_WORD}*)*\.(?:{_EXTENSIONS})(?!{_WORD}|\.{_WORD})"
    rf"|(?<![A-Za-z0-9_.])[a-z_]{_WORD}+(?:\.[A-Za-z_]{_WORD}+){{2,}}"
    rf"|(?<![A-Za-z0-9_])(?:[A-Za-z]{_WORD}*\.)?_?[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?!{_WORD})"
    rf"|(?<![A-Za-z0-9_])(?:[A-Z][a-z0-9]+)+(?:Error|Exception|Warning)(?!{_WORD})"
    rf"|(?<![A-Za-z0-9_])[A-Z][a-z]+(?:[A-Z][a-z]+){{2,}}(?!{_WORD})"
    rf"|(?<![A-Za-z0-9_])[a-z]{{2,}}(?:[A-Z][a-z]+)+(?!{_WORD})"
    r")"
)
"""Markup that begins like a word: links, addresses, ``__NAME__``, and names of code. The groups are kinds of spans."""

NAME_TRIGGER: Final = re.compile(
    r"[@_\\]|://|www\.|mailto:|--[a-z]|\(\)|[a-z][A-Z]|[A-Za-z_0-9]\.[A-Za-z_0-9]|[~.]/|/[a-z]"
)
"""Some of these is in every match of :data:`WORDS`."""

TICKS: Final = re.compile("`+")
REFERENCE: Final = re.compile(rf"__?(?!{_WORD})")
TARGET: Final = re.compile(r"\s*(?<!\\)<([^<>]+)>\s*\Z")
"""The target of a link or a role, at its end."""
ROLE: Final = re.compile(
    r":(?P<name>[A-Za-z][\w.+-]*(?::[A-Za-z][\w.+-]*)*):`(?P<content>(?:\\.|[^`\\])+)`(?!`)", re.ASCII
)
PROSE_ROLES: Final = frozenset(
    {"abbr", "dfn", "emphasis", "guilabel", "menuselection", "rubric", "strong", "sub", "subscript", "sup",
     "superscript", "title", "title-reference", "t"}
)  # fmt: skip
"""Roles around words that are translated."""

MARKS: Final = re.compile(r"\*{1,3}(?!\*)|_{1,2}(?!_)|~~(?!~)")
_PAIRS: Final = {'"': '"', "'": "'", "(": ")", "[": "]", "{": "}", "<": ">", "“": "”", "«": "»", "「": "」"}


def opens(text: str, start: int, stop: int) -> bool:
    """Whether marks of emphasis precede a word, and are not quoted themselves."""
    before, after = text[start - 1 : start] if start else "", text[stop : stop + 1]
    if not after or after.isspace() or after in "/.,;:!?)]}*_~|=" or _is_word(before) or before in ("*", "\\"):
        return False
    return not before or _PAIRS.get(before) != after


def closes(text: str, start: int, stop: int) -> bool:
    """Whether marks of emphasis follow a word."""
    before, after = text[start - 1], text[stop : stop + 1]
    if before.isspace() or before in "\\(" or _is_word(after) or after == text[start]:
        return False
    return not after or _PAIRS.get(before) != after


def _is_word(character: str) -> bool:
    """Whether it is a letter of a script with spaces between words."""
    return character == "_" or (character.isalnum() and character < "\u1000")


UPPER: Final = re.compile(r"[A-Z][A-Z_]+\d*")
TAG: Final = re.compile(r"<(?P<slash>/?)(?P<tag>[A-Za-z][\w:.-]*)(?P<attributes>\s[^<>]*?)?(?P<void>/?)>", re.ASCII)
COMMENT: Final = re.compile(r"<!--.*?-->|<!DOCTYPE\b[^<>]*>|<!\[CDATA\[.*?\]\]>", re.IGNORECASE | re.DOTALL)
AUTOLINK: Final = re.compile(r"<((?:[a-z]+://|mailto:)[^\s<>]+|[A-Za-z0-9][\w.+-]*@[\w-]+(?:\.[\w-]+)+)>")
ENTITY: Final = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# fmt: off
VOID_TAGS: Final = frozenset(["br", "hr", "img", "input", "meta", "link", "wbr", "p", "li", "td", "tr", "th"])
INLINE_TAGS: Final = frozenset(
    ["a", "abbr", "b", "big", "code", "em", "font", "i", "q", "s", "small", "span", "strong", "sub", "sup", "tt", "u"]
)
HTML_TAGS: Final = frozenset(
    [*VOID_TAGS, *INLINE_TAGS, "blockquote", "body", "button", "caption", "center", "cite", "col", "dd", "del", "div",
     "dl", "dt", "embed", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "html",
     "iframe", "ins", "kbd", "label", "mark", "ol", "option", "pre", "samp", "script", "section", "select", "style",
     "table", "tbody", "textarea", "tfoot", "thead", "title", "ul", "var", "video"]
)
# fmt: on


def is_entity(entity: re.Match[str]) -> bool:
    """Whether HTML has an entity of that name."""
    return entity[1].startswith("#") or f"{entity[1]};" in html5


def is_tag(tag: re.Match[str], text: str) -> bool:
    """Whether it is a tag, and no ``<3`` or ``<B>`` of another notation, nor ``<file>`` of a usage message.

    A tag of HTML is closed, or needs no end; any other is closed, closes itself, or has attributes.
    """
    name, lower = tag["tag"].lower(), text.lower()
    if tag["slash"]:
        return re.search(rf"<{re.escape(name)}[\s>]", lower) is not None or (name in HTML_TAGS and len(name) > 1)
    attributes = (tag["attributes"] or "").strip()
    if f"</{name}>" in lower:
        return not attributes or "=" in attributes
    if name not in HTML_TAGS:
        return bool(tag["void"]) or re.search(r"\w=[\"']", attributes) is not None
    void = (name in VOID_TAGS and len(name) > 1) or name == "p"
    return "=" in attributes or (void and not attributes)


LINK: Final = re.compile(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"\((?P<target><[^<>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"
)
LINK_TARGET: Final = re.compile(r"[/#:{]|\.\w")
FOOTNOTE: Final = re.compile(rf"\[(?:\d+|#[\w-]*|\*|[A-Za-z][\w.-]*)\]_(?!{_WORD})|\[\^[\w-]+\]")
BRACKETED: Final = re.compile(r"\[[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ_]+\d*\]")

STATEMENT: Final = re.compile(r"<\?(?:php\b|xml\b|=).*?(?:\?>|\Z)|<%.*?%>|\{%.*?%\}|\{#\s.*?\s#\}", re.DOTALL)
ICU: Final = re.compile(r"\{\s*[\w.-]+\s*,\s*(?:plural|selectordinal|select|number|date|time|spellout|ordinal)\b")
BRACED: Final = re.compile(
    r"\{\{\{?[^{}]*\}\}\}?|\{\s*\$?[\w.-]*(?:\[\w*\])*(?:\.\w+)*(?:![rsa])?(?::[^{}\s'\"]{0,20})?\s*\}"
)
DOLLAR: Final = re.compile(rf"\$\{{[^{{}}]*\}}|(?<![A-Za-z0-9_$])\$[A-Z_]{{2,}}(?!{_WORD})")
_CONVERSION: Final = r"[-+#0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|q|j|z|t|L)?[diouxXeEfFgGcrsaS@]"
_DATE: Final = "%[-#]?[aAbBcdeHIjmMnpSTuUwWxXyYzZ]"
PRINTF: Final = re.compile(
    rf"%\([^()\s]+\){_CONVERSION}|%\{{\w+\}}|%\d+\$-?{_CONVERSION}|%%"
    rf"|(?<!\d){_DATE}(?:[-/:., T]{{0,2}}{_DATE})+"
    rf"|(?<![\d%])%{_CONVERSION}(?![A-Za-z])|(?<![\d%])%(?:[ds]|\.\df)(?=[a-z]{{1,2}}(?![A-Za-z]))"
)
PRINTF_DECLARED: Final = re.compile(
    rf"%\([^()]+\) ?{_CONVERSION}|%\{{\w+\}}|%\d+\$-?{_CONVERSION}|%%"
    rf"|{_DATE}(?:[-/:., T]{{0,2}}{_DATE})+|% ?{_CONVERSION}|%L?[1-9]\d?(?!\d)|%[npC]"
)
"""Percent signs that certainly begin a placeholder; ``%1`` is one of Qt."""
SUBSTITUTION: Final = re.compile(rf"(?<!{_WORD})\|[A-Za-z][\w-]*\|_{{0,2}}(?![\w|])", re.ASCII)
SUBSTITUTION_DECLARED: Final = re.compile(r"\|(?=\S)[^|]*[^|\s]\|_{0,2}")
DIRECTIVE: Final = re.compile(r"\.\. [\w:-]+::")
LITERAL_BLOCK: Final = re.compile(r"::(?=\s*$)")


def trim_url(url: str) -> str:
    """A link without the punctuation of the sentence that it stands in, nor a bracket that opens before it."""
    while url:
        last = url[-1]
        if last in ".,;:!?'*_…" or (last in ")]" and url.count(last) > url.count("(" if last == ")" else "[")):
            url = url[:-1]
        else:
            break
    return url
