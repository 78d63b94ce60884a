"""Where the page cuts a text: into sentences, and what stands between them is kept."""

from collections.abc import Sequence
from pathlib import Path

from support import node
from support.hostile_text import hostile_texts

SCRIPT = Path(node.__file__).with_name("sentences.mjs")


def cut(texts: Sequence[str], language: str = "en") -> list[list[list[str]]]:
    """The sentences of each text, as pairs of what stands before it, and it."""
    found: list[list[list[str]]] = node.run_module(SCRIPT, [[text, language] for text in texts])
    return found


def test_a_line_break_or_a_full_stop_ends_a_sentence() -> None:
    texts = ["One. Two!\n\n Three\n", "  ", "", "one\ntwo", "\n\none"]
    assert cut(texts) == [
        [["", "One."], [" ", "Two!"], ["\n\n ", "Three"], ["\n", ""]],
        [["  ", ""]],
        [],
        [["", "one"], ["\n", "two"]],
        [["\n\n", "one"]],
    ]


def test_nothing_is_lost() -> None:
    texts = [text for text in hostile_texts(1_000, ["One.", "two", "\n", "3.5", "?!"], seed=20) if text]
    for text, pairs in zip(texts, cut(texts), strict=True):
        assert "".join(before + sentence for before, sentence in pairs) == text
        assert all(sentence for _, sentence in pairs[:-1])


def test_a_language_that_the_browser_cannot_read_has_its_own_rules() -> None:
    for language in ("en_US", "-", ""):
        assert cut(["One. Two."], language) == [[["", "One."], [" ", "Two."]]]
