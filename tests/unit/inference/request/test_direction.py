"""The direction of a translator: tags given, tags of the texts, tags that are refused."""

import pytest
from support.refused import refused

from seq2seq.inference.request.direction import Direction, without_tags

MANY = Direction(("<2de>", "<2pt-BR>", "<:formal>"))


def test_languages_are_those_of_the_tags() -> None:
    assert MANY.languages == ("de", "pt-BR")
    assert Direction(("<:formal>",)).languages == ()


def test_given_tags_stand_before_every_text() -> None:
    assert MANY.to("pt-BR", ["formal"]).lead(["one", " ", ""]) == ["<2pt-BR> <:formal> one", " ", ""]
    assert MANY.to(None, ["formal"]).given == ("<:formal>",)


def test_texts_may_have_their_own() -> None:
    texts = ["<2de> one", "<:formal><2pt-BR>two", "", "  <2de>  three"]
    assert MANY.lead(texts) == texts


@pytest.mark.parametrize(
    ("text", "code", "fact"),
    [
        ("one", "inference.no-language", "line 8"),
        ("<:formal> one", "inference.no-language", "pt-BR"),
        ("<2xx> one", "inference.unknown-tag", "<2xx>"),
        ("<2de> <:rude> one", "inference.unknown-tag", "<:rude>"),
    ],
)
def test_texts_that_do_not_say_it_are_refused(text: str, code: str, fact: str) -> None:
    with refused(code, fact):
        MANY.lead(["<2de> fine", text], start=6)


def test_what_the_model_does_not_know_is_refused() -> None:
    with refused("inference.unknown-tag", "--to", "'fr'", "de, pt-BR"):
        MANY.to("fr")
    with refused("inference.unknown-tag", "--tag", "'rude'", "formal"):
        MANY.to("de", ["rude"])
    with refused("inference.unknown-tag", "--to", "'de'"):
        Direction().to("de")


def test_a_model_of_one_direction_reads_anything() -> None:
    assert Direction().lead(["<2xx> one"]) == ["<2xx> one"]
    assert Direction(("<:formal>",)).lead(["one"]) == ["one"]


@pytest.mark.parametrize(
    ("pieces", "count"),
    [(["▁", "<2de>", "▁one"], 2), (["▁", "<2de>", "▁", "<:formal>", "▁one"], 4), (["▁one", "<2de>"], 0), ([], 0)],
)
def test_pieces_of_the_head_are_counted(pieces: list[str], count: int) -> None:
    assert MANY.head(pieces) == count


def test_tags_are_taken_off() -> None:
    assert without_tags("<2de> <:formal> one <b>") == "one <b>"
    assert without_tags("<b>one</b>") == "<b>one</b>"
