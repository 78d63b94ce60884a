"""The comment at the top of a recipe, written for people: what it shows, its command, score, time and sources.

# English to German image captions (Multi30k), attention, 7 M parameters.
# Run:    seq2seq train recipes/translation/multi30k.yaml --output runs/multi30k
# Score:  BLEU 37.9 on test_2016_flickr
# Time:   31 min on 2 CPU cores
# After:  Bahdanau et al. 2015
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

UNMEASURED: Final = "not measured yet"
"""Score and time of a recipe that has not been run to its end."""


@dataclass(frozen=True)
class Header:
    """What a recipe says of itself; a part that is not there is empty."""

    title: str = ""
    run: str = ""
    score: str = ""
    time: str = ""
    after: str = ""


def read_header(path: Path) -> Header:
    """Read the header of a recipe; a line that begins with two spaces continues the one above."""
    parts: dict[str, str] = {}
    name = "title"
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") or line.strip() == "#":
            break
        match = re.match(r"# ?(Run|Score|Time|After):\s*(.*)", line)
        if match:
            name, text = match[1].lower(), match[2]
        elif name != "title" and not line.startswith("#  "):
            break
        else:
            text = line.lstrip("# ")
        parts[name] = f"{parts[name]} {text.strip()}" if name in parts else text.strip()
    return Header(**parts)
