"""The list of sentence templates, each with its share."""

from collections.abc import Callable

from grammar.clause import Words
from grammar.draw import Draw

Template = Callable[[Draw], Words]
TEMPLATES: dict[str, tuple[Template, float]] = {}


def template(weight: float = 1.0) -> Callable[[Template], Template]:
    """Register a function that draws a sentence; its weight is relative to the others'."""

    def register(function: Template) -> Template:
        if function.__name__ in TEMPLATES:
            raise ValueError(f"two templates are called {function.__name__}")
        TEMPLATES[function.__name__] = (function, weight)
        return function

    return register
