"""Replicate five claims about recurrent networks over three seeds each, and write docs/guide/replications.md.

    python benchmarks/replicate.py                          all claims, all seeds
    python benchmarks/replicate.py attention --seeds 11     one claim, some of the seeds
    python benchmarks/replicate.py --quick                  one seed and a few steps: checks that everything runs
    python benchmarks/replicate.py --page                   no training: the page again, from the figures of its folder

The figures go to FOLDER/replications.json, which keeps those of other claims and seeds. With the default folder, which
is that of the page, its tables and pictures are renewed, too. `--quick` only prints its figures.
"""

import argparse
import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from replications import attention, cells, clipping, reversal, truncation
from replications.protocol import SEEDS, Replication, Scores
from replications.results import Result, picture, result_of, section, summary_table

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "guide" / "replications.md"
FIGURES: Final = "replications.json"
REPLICATIONS: Final[dict[str, Replication]] = {
    one.name: one
    for one in (
        attention.REPLICATION,
        reversal.REPLICATION,
        cells.REPLICATION,
        clipping.REPLICATION,
        truncation.REPLICATION,
    )
}
QUICK_SEED: Final = 1


def measure(replication: Replication, seed: int, *, quick: bool) -> Scores:
    """Train and score all arms of a replication with one seed."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        found = replication.measure(seed, Path(folder), quick)
        scores = {arm: {name: round(value, 4) for name, value in one.items()} for arm, one in found.items()}
        print(f"{replication.name}, seed {seed}, {time.perf_counter() - start:.0f} s: {json.dumps(scores)}", flush=True)
        return scores


def read(folder: Path) -> dict[str, Result]:
    """The results of a folder, in the order of :data:`REPLICATIONS`."""
    path = folder / FIGURES
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {name: result_of(one, found[name]) for name, one in REPLICATIONS.items() if name in found}


def write(folder: Path, results: dict[str, Result]) -> None:
    """Write the figures."""
    content = {name: results[name].to_dict() for name in REPLICATIONS if name in results}
    (folder / FIGURES).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def render(page: str, results: dict[str, Result]) -> str:
    """The page with its figures renewed: what stands between ``<!-- figures: NAME -->`` and ``<!-- end -->``."""

    def figures(found: re.Match[str]) -> str:
        name = found[1]
        if name == "all":
            text = summary_table(list(results.values()))
        elif name in results:
            text = section(results[name])
        else:
            text = f"There are no figures yet: `python benchmarks/replicate.py {name}` measures them."
        return f"<!-- figures: {name} -->\n\n{text}\n\n<!-- end -->"

    return re.sub(r"<!-- figures: (\w+) -->.*?<!-- end -->", figures, page, flags=re.DOTALL)


def main() -> None:
    """Run what the options ask for."""
    parser = argparse.ArgumentParser(description="Replicate claims about recurrent networks.")
    parser.add_argument("names", nargs="*", choices=[[], *REPLICATIONS], metavar="NAME", help=", ".join(REPLICATIONS))
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=list(SEEDS))
    parser.add_argument("--output", type=Path, default=PAGE.parent, help="folder of the figures (the page's)")
    parser.add_argument("--quick", action="store_true", help="one seed and a few steps")
    parser.add_argument("--page", action="store_true", help="only write the page again")
    options = parser.parse_args()
    chosen = [REPLICATIONS[name] for name in options.names or REPLICATIONS]
    if options.quick:
        results = {one.name: Result(one, {QUICK_SEED: measure(one, QUICK_SEED, quick=True)}, True) for one in chosen}
        print(summary_table(list(results.values())))
        return
    options.output.mkdir(parents=True, exist_ok=True)
    for replication in () if options.page else chosen:
        for seed in options.seeds:
            scores = measure(replication, seed, quick=False)
            results = read(options.output)
            known = dict(results[replication.name].scores) if replication.name in results else {}
            results[replication.name] = Result(replication, dict(sorted({**known, seed: scores}.items())))
            write(options.output, results)
    results = read(options.output)
    write(options.output, results)
    print(summary_table(list(results.values())))
    if options.output == PAGE.parent:
        (PAGE.parent / "pictures").mkdir(exist_ok=True)
        for name, result in results.items():
            path = PAGE.parent / "pictures" / f"replication_{name}.svg"
            path.write_text(picture(result), encoding="utf-8")
        PAGE.write_text(render(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    main()
