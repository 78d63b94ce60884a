"""Codes of a paragraph of runs: fields, formats, and codes in a row as one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from seq2seq.formats.documents.office.dialect import RunPiece, Spelling
from seq2seq.formats.segment import Code, Part

_DEEPEST: Final = 32
"""Fields within one another that become one code: each holds the text of those within."""


def fold_fields(pieces: Sequence[RunPiece], spelling: Spelling) -> list[RunPiece]:
    """Fields as codes: links are pairs around their words, others are whole with the result that a program computed."""
    folded: list[RunPiece] = []
    begins: list[int] = []
    apart: list[bool] = [False]  # of each field that is open, and the paragraph: whether its codes stay apart
    for piece in pieces:
        folded.append(piece)
        apart[-1] |= is_half(piece)  # the field may cross another element
        if piece.mark == "begin":
            begins.append(len(folded) - 1)
            apart.append(len(begins) > _DEEPEST)
        elif piece.mark == "end" and begins:
            begin = begins.pop()
            if apart.pop():
                apart[-1] = True
                continue
            within = folded[begin:]
            separate = next((place for place, inner in enumerate(within) if inner.mark == "separate"), None)
            instruction = "".join(inner.mark[1:] for inner in within if inner.mark.startswith("="))
            if separate is not None and instruction.split()[:1] == ["HYPERLINK"]:
                name = f"field-{piece.start}"
                opening = _one(within[: separate + 1], Part.OPEN, name, spelling)
                folded[begin:] = [opening, *within[separate + 1 : -1], _one([piece], Part.CLOSE, name, spelling)]
                apart[-1] = True
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
    rows: list[list[RunPiece]] = []
    for place, piece in enumerate(pieces):
        before = rows[-1][-1] if rows else None
        if before is None or isinstance(before.value, str) or isinstance(piece.value, str):
            rows.append([piece])
            continue
        first, second = before.value, piece.value
        whole = first.part is second.part is Part.WHOLE and not before.nested and not piece.nested
        pair = first.part is second.part is not Part.WHOLE and partners.get(place, -1) + 1 == partners.get(place - 1)
        if whole or pair:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(row) if len(row) > 1 else row[0] for row in rows]


def _joined(row: Sequence[RunPiece]) -> RunPiece:
    """Codes of the same part as one."""
    codes = [piece.value for piece in row if isinstance(piece.value, Code)]
    part = codes[0].part
    name = codes[-1].name if part is Part.CLOSE else next((code.name for code in codes if code.name), "")
    code = Code("".join(code.data for code in codes), part, name, any(code.breaks for code in codes))
    return replace(row[0], value=code, end=row[-1].end, after=row[-1].after)
