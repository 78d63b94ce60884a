"""Elements of HTML: which end a segment, which are not translated, which end which (WHATWG, HTML, section 13.2.6)."""

from collections.abc import Mapping
from typing import Final

VOID: Final = frozenset(
    ["area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link",
     "meta", "param", "source", "track", "wbr"]
)  # fmt: skip
"""Elements without content."""
RAW: Final = frozenset(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"])
"""Elements whose content is no HTML, and stays."""
TEXT_ONLY: Final = frozenset(["title", "textarea"])
"""Elements whose content is text without tags."""
OPAQUE: Final = frozenset(
    ["code", "kbd", "samp", "var", "tt", "pre", "math", "rp", "rt", "rtc", "svg", "canvas", "object", *RAW]
)
"""Elements whose content is not translated."""
BLOCK: Final = frozenset(
    ["address", "article", "aside", "base", "blockquote", "body", "caption", "center", "col", "colgroup", "dd",
     "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame",
     "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "link",
     "listing", "main", "menu", "meta", "nav", "noscript", "ol", "optgroup", "option", "p", "param", "plaintext",
     "pre", "search", "section", "select", "source", "style", "summary", "table", "tbody", "td", "template",
     "textarea", "tfoot", "th", "thead", "title", "tr", "track", "ul", "xmp"]
)  # fmt: skip
"""Elements at which a segment ends."""
STANDALONE: Final = frozenset(["a", "button", "label"])
"""Inline elements that are segments by themselves where there are no words beside them: menus, tool bars, forms."""
_CLOSES_P: Final = BLOCK - {
    "body", "head", "html", "title", "meta", "link", "base", "style", "template", "noscript", "option", "optgroup",
    "textarea", "select", "source", "track", "param", "col", "caption", "colgroup", "tbody", "td", "tfoot", "th",
    "thead", "tr",
}  # fmt: skip
_CELL: Final = frozenset(["td", "th"])
ENDED_BY: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_CLOSES_P, frozenset(["p"])),
    "li": frozenset(["p", "li"]),
    "dt": frozenset(["p", "dt", "dd"]),
    "dd": frozenset(["p", "dt", "dd"]),
    "option": frozenset(["option"]),
    "optgroup": frozenset(["option", "optgroup"]),
    "td": _CELL,
    "th": _CELL,
    "tr": _CELL | {"tr"},
    "tbody": _CELL | {"tr", "tbody", "thead", "tfoot"},
    "tfoot": _CELL | {"tr", "tbody", "thead"},
}
"""Open elements that a start tag ends."""
SCOPES: Final[Mapping[str, frozenset[str]]] = {
    "li": frozenset(["ul", "ol", "menu", "dir", "table", "template"]),
    "dt": frozenset(["dl", "table", "template"]),
    "dd": frozenset(["dl", "table", "template"]),
    "option": frozenset(["select", "datalist"]),
    "optgroup": frozenset(["select", "datalist"]),
    **dict.fromkeys(["td", "th", "tr", "tbody", "tfoot"], frozenset(["table", "template"])),
}
"""Elements beyond which a start tag ends none."""
SCOPE: Final = frozenset(["table", "td", "th", "caption", "template", "button", "select", "html"])
"""The same, where nothing else is said; and those beyond which an end tag ends none, unless it is of a table."""
TABLE_PARTS: Final = frozenset(["table", "caption", "tbody", "thead", "tfoot", "tr", "td", "th", "body", "html"])

ATTRIBUTES: Final = frozenset(
    ["title", "alt", "placeholder", "label", "aria-label", "aria-description", "aria-placeholder",
     "aria-roledescription", "aria-valuetext"]
)  # fmt: skip
"""Attributes that are translated."""
BUTTONS: Final = frozenset(["submit", "reset", "button"])
"""Types of inputs whose value is translated."""
DESCRIPTIONS: Final = frozenset(
    ["description", "keywords", "title", "abstract", "og:title", "og:description", "og:site_name", "og:image:alt",
     "twitter:title", "twitter:description", "twitter:image:alt"]
)  # fmt: skip
"""Names and properties of meta elements whose content is translated."""
