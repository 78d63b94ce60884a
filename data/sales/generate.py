"""Write the sales corpus: monthly sales of invented products, with promotions that are planned ahead.

    python data/sales/generate.py            writes train.csv beside this file
    python data/sales/generate.py --check    writes nothing; exits 1 if the file differs from what would be written

README.md says what the series hold.
"""

import argparse
import math
import random
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PRODUCTS, SHORTEST, LONGEST, PLANNED = 48, 72, 144, 12
"""Series; months of a series; months after the last sale for which promotions are planned."""
END = 2025
"""The last sales are those of December of this year."""
SEASONS = {
    "ice": (-0.5, -0.45, -0.25, 0.0, 0.25, 0.5, 0.65, 0.55, 0.15, -0.15, -0.35, -0.4),
    "coats": (0.3, 0.1, -0.1, -0.25, -0.35, -0.4, -0.4, -0.25, 0.15, 0.4, 0.45, 0.35),
    "gifts": (-0.25, -0.1, -0.1, 0.05, 0.1, -0.05, -0.15, -0.15, -0.1, 0.0, 0.2, 0.55),
    "bread": (0.0, -0.02, 0.01, 0.0, 0.02, -0.01, -0.03, -0.03, 0.0, 0.01, 0.02, 0.03),
}
"""Deviation from the mean of a year by month, for each kind of product."""
MISSING, LEFT_OUT = 0.02, 0.004
"""Share of the months without a number, and of those without a row."""


@dataclass(frozen=True)
class Row:
    """A month of a product; the number of sales is missing, or not known yet, if it is empty."""

    product: str
    month: str
    sales: str
    promotion: int


def product(rng: random.Random, number: int) -> list[Row]:
    """Draw the months of one product, the planned ones at the end."""
    kind = rng.choice(sorted(SEASONS))
    months = rng.randrange(SHORTEST, LONGEST + 1)
    level = math.exp(rng.uniform(math.log(30), math.log(20_000)))
    growth = rng.gauss(0.03, 0.06) / 12
    strength, noise, lift = rng.uniform(0.5, 1.1), rng.uniform(0.03, 0.12), rng.uniform(0.2, 0.6)
    shifts = {
        rng.randrange(12, months - 18): rng.choice((0.55, 0.7, 1.4, 1.8)) for _ in range(rng.choice((0, 0, 1, 2)))
    }
    rows = []
    for month in range(months + PLANNED):
        place = month - months  # 0 is the January after the last sale
        year, of_year = END + 1 + place // 12, place % 12
        level *= math.exp(growth + rng.gauss(0, 0.01)) * shifts.get(month, 1.0)
        growth += rng.gauss(0, 0.0004)
        promoted = rng.random() < 0.12
        expected = level * (1 + strength * SEASONS[kind][of_year]) * (1 + lift * promoted)
        sold = round(expected * math.exp(rng.gauss(0, noise)))
        missing, left_out = rng.random() < MISSING, rng.random() < LEFT_OUT
        inside = 0 < month < months - 1
        if left_out and inside:
            continue
        known = month < months and not (missing and inside)
        rows.append(
            Row(f"{kind}-{number:02}", f"{year}-{of_year + 1:02}-01", str(sold) if known else "", int(promoted))
        )
    return rows


def text(seed: int) -> str:
    """Return the file."""
    rng = random.Random(f"sales {seed}")
    rows = [row for number in range(1, PRODUCTS + 1) for row in product(rng, number)]
    lines = [f"{row.product},{row.month},{row.sales},{row.promotion}" for row in rows]
    return "\n".join(["unique_id,ds,y,promotion", *lines]) + "\n"


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description="Write the sales corpus.")
    parser.add_argument("--seed", type=int, default=1, help="decides every draw (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file differs")
    options = parser.parse_args()
    path, written = HERE / "train.csv", text(options.seed)
    if not options.check:
        path.write_text(written, encoding="utf-8", newline="\n")
    elif not path.is_file() or path.read_text(encoding="utf-8") != written:
        print("train.csv: differs from what the generator writes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
