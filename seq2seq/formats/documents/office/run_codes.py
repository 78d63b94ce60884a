"""Codes of a paragraph of runs: fields, formats, and codes in a row as one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from seq2seq.formats.documents.office.dialect import RunPiece, Spelling
from seq2seq.formats.segment import Code, Part


def fold_fields(pieces: Sequence[RunPiece], spelling: Spelling) -> list[RunPiece]:
    """Fields as codes: links are pairs around their words, others are whole with the result that a program computed."""
    folded: list[RunPiece] = []
    begins: list[int] = []
    for piece in pieces:
        folded.append(piece)
        if piece.mark == "begin":
            begins.append(len(folded) - 1)
        elif piece.mark == "end" and begins:
            begin = begins.pop()
            within = folded[begin:]
            if any(is_half(inner) for inner in within):  # it may cross another element: its codes stay apart
                continue
            separate = next((place for place, inner in enumerate(within) if inner.mark == "separate"), None)
            instruction = "".join(inner.mark[1:] for inner in within if inner.mark.startswith("="))
            if separate is not None and instruction.split()[:1] == ["HYPERLINK"]:
                name = f"field-{piece.start}"
                opening = _one(within[: separate + 1], Part.OPEN, name, spelling)
                folded[begin:] = [opening, *within[separate + 1 : -1], _one([piece], Part.CLOSE, name, spelling)]
            else:
                folded[begin:] = [_one(within, Part.WHOLE, "", spelling)]
    return folded


def _one(pieces: Sequence[RunPiece], part: Part, name: str, spelling: Spelling) -> RunPiece:
    """One code of several, and of the text among them."""
    data = "".join(
        piece.value.data
        if isinstance(piece.value, Code)
        else spelling.run(piece.format or spelling.format(""), spelling.text(piece.value))
        for piece in pieces
    )
    last = pieces[-1]
    return replace(pieces[0], value=Code(data, part, name), end=last.end, after=last.after, mark="")


def is_half(piece: RunPiece) -> bool:
    """Whether it is an opening or closing code."""
    return isinstance(piece.value, Code) and piece.value.part is not Part.WHOLE


def base_key(pieces: Sequence[RunPiece]) -> str:
    """The format with which the fewest codes are needed: that of most stretches, then of most characters."""
    texts = [(piece.format.key, len(piece.value)) for piece in pieces if isinstance(piece.value, str) and piece.format]
    stretches, characters = Counter[str](), Counter[str]()
    for place, (key, length) in enumerate(texts):
        stretches[key] += place == 0 or key != texts[place - 1][0]
        characters[key] += length
    return max(stretches, key=lambda key: (stretches[key], characters[key]), default="")


def pair_formats(pieces: Sequence[RunPiece], base: str, spelling: Spelling) -> list[RunPiece]:
    """Pairs of codes around text in a format other than ``base``. White space has the format of the text before it."""
    paired: list[RunPiece] = []
    opened: str | None = None
    last = 0  # place after the last text between the codes

    def close() -> None:
        before = paired[last - 1]
        code = Code(spelling.end, Part.CLOSE, "format")
        paired.insert(last, replace(before, value=code, start=before.end, before=before.after))

    for piece in pieces:
        words = piece.value if isinstance(piece.value, str) else ""
        key = piece.format.key if piece.format and words.strip() else None
        if opened is not None and (is_half(piece) or key not in (None, opened)):
            close()
            opened = None
        if piece.format and key is not None and opened is None and key != base:
            code = Code(spelling.start + piece.format.spelled, Part.OPEN, "format")
            paired.append(replace(piece, value=code, end=piece.start, after=piece.before))
            opened = key
        paired.append(piece)
        if words:
            last = len(paired)
    if opened is not None:
        close()
    return paired


def join_codes(pieces: Sequence[RunPiece]) -> list[RunPiece]:
    """Codes in a row as one: whole ones, and pairs around the same words."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for place, piece in enumerate(pieces):
        if isinstance(piece.value, Code) and piece.value.part is Part.OPEN:
            opened.append(place)
        elif is_half(piece) and opened:
            start = opened.pop()
            partners[start], partners[place] = place, start
    joined: list[RunPiece] = []
    for place, piece in enumerate(pieces):
        before = joined[-1] if joined else None
        if before is None or isinstance(before.value, str) or isinstance(piece.value, str):
            joined.append(piece)
            continue
        first, second = before.value, piece.value
        whole = first.part is second.part is Part.WHOLE and not before.nested and not piece.nested
        pair = first.part is second.part is not Part.WHOLE and partners.get(place, -1) + 1 == partners.get(place - 1)
        if whole or pair:
            name = second.name if second.part is Part.CLOSE else first.name or second.name
            code = Code(first.data + second.data, first.part, name, first.breaks or second.breaks)
            joined[-1] = replace(before, value=code, end=piece.end, after=piece.after)
        else:
            joined.append(piece)
    return joined
