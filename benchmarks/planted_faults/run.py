"""Plants faults in trainings, diagnoses the models, and counts what is named, missed and wrongly named.

    python benchmarks/planted_faults/run.py OUTPUT [--seed N] [--fault TEXT] [--train-only]

Every fault is planted on two recipes and at two strengths; then come runs in which nothing is wrong. Each model is
trained in a process of its own, unless OUTPUT holds it already, and diagnosed in another. The table goes to
OUTPUT/table.md, every diagnosis to OUTPUT/NAME/diagnosis.json.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from planted_faults.faults import FAULTS, HEALTHY, Base, Fault, Rows, Settings, Strength

DATA: Final = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Trial:
    """One run: a fault on a recipe at a strength, or a healthy one."""

    folder: str
    recipe: str
    settings: Settings
    fault: Fault | None = None
    base: Base | None = None
    strength: Strength | None = None
    level: str = ""


def trials(seed: int) -> Iterator[Trial]:
    """All runs, by the seed of their training."""
    for fault in FAULTS:
        for base in fault.bases:
            for level, strength in zip(("strong", "weak"), fault.strengths, strict=True):
                name = f"{fault.name} {base.recipe} {level} {seed}"
                settings = {**base.settings, **strength.settings(base), "training.seed": seed}
                yield Trial(_folder(name), base.recipe, settings, fault, base, strength, level)
    for number, (recipe, settings) in enumerate(HEALTHY):
        yield Trial(_folder(f"healthy {number} {recipe} {seed}"), recipe, {**settings, "training.seed": seed})


def _folder(name: str) -> str:
    return name.replace(" ", "-").replace("/", "-")


def train(trial: Trial, output: Path) -> None:
    """Train the model of a trial; it is neither exported nor scored."""
    from seq2seq.config.load import load_recipe
    from seq2seq.training.fit import LaunchOptions, fit

    settings = dict(trial.settings)
    strength = trial.strength or Strength()
    if trial.base is not None and (strength.train or strength.dev):
        settings |= _write_data(trial.base, strength, output / "data")
    with strength.patch(), strength.training():
        fit(load_recipe(trial.recipe, settings), output / "run", LaunchOptions(threads=1, overwrite=True))


def _write_data(base: Base, strength: Strength, folder: Path) -> Settings:
    """The changed data of a trial; returns the settings that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    for split in ("train", "dev", "test"):
        lines = (DATA / base.data / f"{split}.tsv").read_text(encoding="utf-8").splitlines()
        rows: Rows = [tuple(line.split("\t")[:2]) for line in lines[1:]]  # type: ignore[misc]
        if split == "train" and strength.train:
            rows = strength.train(rows)
        _write(folder / f"{split}.tsv", rows)
        if split == "dev" and strength.dev:
            _write(folder / "given.tsv", strength.dev(rows))
    columns = {"source": "source", "target": "target"}
    return {"data.path": str(folder), "data.columns": columns}


def _write(file: Path, rows: Rows) -> None:
    file.write_text("source\ttarget\n" + "".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")


def diagnose(trial: Trial, output: Path) -> None:
    """Diagnose the model of a trial."""
    from seq2seq.diagnostics.examine import examine
    from seq2seq.diagnostics.subject import Subject

    strength = trial.strength or Strength()
    given = output / "data" / "given.tsv"
    with strength.patch(), strength.after():
        diagnosis = examine(Subject.open(output / "run", str(given) if given.exists() else None, device="cpu"))
    (output / "diagnosis.json").write_text(json.dumps(diagnosis.to_dict(), indent=1) + "\n", encoding="utf-8")


def table(found: Sequence[tuple[Trial, list[str]]]) -> list[str]:
    """The table in Markdown, then the counts."""
    rows = ["| fault | recipe | strength | named | troubles found |", "|---|---|---|---|---|"]
    named = missed = wrong = alarms = healthy = 0
    for trial, troubles in found:
        if trial.fault is None:
            healthy, alarms = healthy + 1, alarms + bool(troubles)
            rows.append(f"| none | {trial.recipe} | | | {', '.join(troubles) or '–'} |")
            continue
        hit = bool({*troubles} & {*trial.fault.named})
        others = {*troubles} - {*trial.fault.named, *trial.fault.also}
        named, missed, wrong = named + hit, missed + (not hit), wrong + bool(others)
        marked = [f"**{one}**" if one in others else one for one in troubles]
        cells = [trial.fault.name, trial.recipe, trial.level, "yes" if hit else "**no**", ", ".join(marked)]
        rows.append(f"| {' | '.join(cells)} |")
    return [
        *rows,
        "",
        f"{named} of {named + missed} faults named, {missed} missed, {wrong} with a trouble that is wrong (bold); "
        f"{alarms} of {healthy} healthy runs with a false alarm.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--fault", default="", help="only those whose folder has this in its name")
    parser.add_argument("--train-only", action="store_true")
    parser.add_argument("--one", choices=["train", "diagnose"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    chosen = [trial for trial in trials(options.seed) if options.fault in trial.folder]
    if options.one:
        (trial,) = [one for one in chosen if one.folder == options.fault]
        {"train": train, "diagnose": diagnose}[options.one](trial, options.output / trial.folder)
        return
    found = []
    for trial in chosen:
        folder = options.output / trial.folder
        if not (folder / "run" / "model").exists():
            _run(options, trial, "train")
        if options.train_only:
            continue
        (folder / "diagnosis.json").unlink(missing_ok=True)
        _run(options, trial, "diagnose")
        done = (folder / "diagnosis.json").exists()
        troubles = json.loads((folder / "diagnosis.json").read_text())["troubles"] if done else ["no diagnosis"]
        found.append((trial, list(dict.fromkeys(troubles))))
        print(trial.folder, ", ".join(found[-1][1]), flush=True)
    text = "\n".join(table(found)) + "\n"
    (options.output / "table.md").write_text(text, encoding="utf-8")
    print(text)


def _run(options: argparse.Namespace, trial: Trial, what: str) -> None:
    """Train or diagnose in a process of its own; its messages go to a file."""
    folder = options.output / trial.folder
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, __file__, str(options.output), "--one", what]
    with (folder / f"{what}.log").open("w", encoding="utf-8") as log:
        subprocess.run(
            [*command, "--fault", trial.folder, "--seed", str(options.seed)], stdout=log, stderr=log, check=False
        )


if __name__ == "__main__":
    main()
