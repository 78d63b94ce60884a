"""The words of a translation, and the places in the source that they translate."""

from seq2seq.documents.spans.alignment import align
from seq2seq.inference.translation import Translation


def places(words: str, translation: Translation) -> list[tuple[str, str]]:
    """Each word of a translation, and the word of the source at the place that it translates."""
    found = []
    for unit in align(words, translation):
        place = sum(place * weight for place, weight in unit.links)
        start = words.rfind(" ", 0, round(place)) + 1
        found.append((translation.text[unit.start : unit.end], words[start:].split()[0]))
    return found


def test_translations_of_terms_in_a_source_leave_the_others_where_they_are() -> None:
    """The model read a glossary's translation behind "dogs", and the rest as it is."""
    read = ("▁the", "▁dogs", "▁", "｟=｠", "▁kleine", "▁Schäfer", "hunde", "▁", "｟/｠", "▁go", "▁to", "▁bed", "▁late")
    written = ("▁die", "▁kleine", "▁Schäfer", "hunde", "▁gehen", "▁spät", "▁ins", "▁Bett")
    alignment = tuple((target, source, 1.0) for target, source in enumerate((0, 4, 5, 6, 9, 12, 10, 11)))
    text = "".join(written).replace("▁", " ").strip()
    translation = Translation(text, 0.0, 0.0, tokens=written, source_tokens=read, alignment=alignment)
    found = dict(places("the dogs go to bed late", translation))
    of_term = {found.pop("kleine"), found.pop("Schäferhunde")}
    assert of_term <= {"dogs", "go"}
    assert found == {"die": "the", "gehen": "go", "spät": "late", "ins": "to", "Bett": "bed"}
