#!/usr/bin/env python3
"""Ours and the peers, interleaved in one run: medians, spreads and ratios.

    python benchmarks/peers.py setup   --home PEERS --data FOLDER    the peers' environment (1.7 GB), the split text
    python benchmarks/peers.py models  --home PEERS --data FOLDER    train their LSTM (18 min) and Transformer (45 min)
    python benchmarks/peers.py train   --home PEERS --data FOLDER    pairs per second, against OpenNMT-py's LSTM
    python benchmarks/peers.py quality --home PEERS --data FOLDER    seconds to a BLEU, from nothing
    python benchmarks/peers.py decode  --home PEERS --data FOLDER    seconds for the test sentences, greedy and beam 5
    python benchmarks/peers.py latency --home PEERS --data FOLDER    milliseconds per output piece, sentence by sentence
    python benchmarks/peers.py all     --home PEERS --data FOLDER    these four, one after the other

PEERS is a folder to keep; FOLDER has Multi30k as plain text (train.en, train.de, val.*, test_2016_flickr.*). Tables
are Markdown, on standard output; --json FILE keeps every value of every round. The machine should do nothing else.

What is compared: models of the same size (embedding 256, hidden 512, one bidirectional encoder layer, one decoder
layer with attention, 8,000 joint pieces) on the same sentences, by as many threads. OpenNMT-py feeds its attention back
to the decoder, ours does not; CTranslate2 runs a Transformer (3 + 3 layers, 256/1024) that OpenNMT-py has trained.
Seconds of decoding leave start-up out on all sides; the command's whole time is beside them. Ours are from text to
text, the peers' from pieces to pieces. Milliseconds per piece are those of a sentence divided by the pieces written
for it, each side's by its own vocabulary; then the percentiles over all sentences. BLEU is sacrebleu's default, cased
and detokenised.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

import torch
from beside.figures import Column, Results, turns
from beside.opennmt import Peers
from beside.ours import Ours, Way
from beside.process import Failed
from beside.setting import Setting

from seq2seq.config.training import Precision
from seq2seq.training.precision import computes_bf16

THEIRS = "OpenNMT-py"
OURS = "seq2seq"
TARGET_BLEU, TARGET_SECONDS = 32.6, 530.0
BEAMS = (1, 5)
INSTRUCTIONS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_bf16")
Figures = Mapping[str, float | None]

_DECODING = (
    Column("seconds", "seconds", 2, compared=True),
    Column("wall", "whole command, s", 2, compared=True),
    Column("bleu", "BLEU", 2),
    Column("pieces", "output pieces", 0),
    Column("megabytes", "peak memory, MB", 0),
)
_LATENCY = (
    Column("piece_p50", "ms per piece, p50", 3, compared=True),
    Column("piece_p99", "ms per piece, p99", 3, compared=True),
    Column("p50", "ms per sentence, p50", 2),
    Column("p99", "ms per sentence, p99", 2),
    Column("pieces", "pieces per sentence", 2),
)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(results: Results, contestants: dict[str, Callable[[], Figures]], rounds: int) -> None:
    """Let contestants take turns, and say what each did. Who fails once is left out from then on, and said."""
    out: set[str] = set()
    for name in turns(list(contestants), rounds):
        if name in out:
            continue
        try:
            figures = contestants[name]()
        except Failed as error:
            out.add(name)
            say(f"left out: {name}: {error}")
            continue
        results.add(name, figures)
        shown = ", ".join(f"{key} {value:,.2f}" for key, value in figures.items() if value is not None)
        say(f"{results.title}: {name}: {shown}")


def wanted(contestants: dict[str, Callable[[], Figures]], names: list[str]) -> dict[str, Callable[[], Figures]]:
    """The contestants whose name begins with one of these (none are given: all)."""
    return {name: one for name, one in contestants.items() if not names or name.startswith(tuple(names))}


def train(peers: Peers, ours: Ours, options: argparse.Namespace) -> list[Results]:
    """Pairs per second."""
    columns = (
        Column("pairs_per_second", "pairs/s", 1, "more", compared=True),
        Column("seconds", "whole command, s", 0),
        Column("megabytes", "peak memory, MB", 0),
    )
    found = []
    for tokens in options.tokens:
        title = f"Training, batches of {tokens:,} tokens per side, {options.steps} updates"
        results = Results(title, columns, [THEIRS])
        save = peers.setting.work / "opennmt"
        contestants: dict[str, Callable[[], Figures]] = {
            THEIRS: partial(peers.train, "lstm", steps=options.steps, tokens=tokens, save=save),
            OURS: partial(ours.train_rate, steps=options.steps, tokens=tokens, precision="32-true"),
            f"{OURS}, bf16-mixed": partial(ours.train_rate, steps=options.steps, tokens=tokens, precision="bf16-mixed"),
        }
        measure(results, wanted(contestants, options.only), options.rounds)
        found.append(results)
    return found


def quality(peers: Peers, ours: Ours, options: argparse.Namespace) -> list[Results]:
    """Seconds from nothing to a model, and its BLEU."""
    columns = (
        Column("seconds", "whole command, s", 0, compared=True),
        Column("training", "of it training, s", 0),
        Column("bleu", "BLEU, beam 5", 2),
    )
    results = Results("Time to quality; ours with tokenizer, preparation and export", columns, [THEIRS])

    def mine(precision: Precision) -> Figures:
        return ours.train_quickly([f"training.precision={precision}", *options.overrides]) | {"bleu": ours.evaluate(5)}

    def theirs() -> Figures:
        save = peers.setting.work / "opennmt_quality"
        steps, tokens = options.peer_steps, 1024
        trained = peers.train("lstm", steps=steps, tokens=tokens, save=save)
        bleu = peers.decode(5, model=Path(f"{save}_step_{steps}.pt"))["bleu"]
        return {"seconds": trained["seconds"], "training": trained["training"], "bleu": bleu}

    precisions: tuple[Precision, ...] = ("bf16-mixed", "32-true")
    names = {f"{OURS}, {one}": one for one in precisions if one == "32-true" or computes_bf16(torch.device("cpu"))}
    contestants: dict[str, Callable[[], Figures]] = {name: partial(mine, one) for name, one in names.items()}
    if options.peer:
        contestants[THEIRS] = theirs
    measure(results, wanted(contestants, options.only), options.quality_rounds)
    for name in names:
        samples = results.samples.get(name, {})
        for seconds, bleu in zip(*(samples.get(key, []) for key in ("seconds", "bleu")), strict=True):
            verdict = "reached" if bleu >= TARGET_BLEU and seconds <= TARGET_SECONDS else "missed"
            target = f"{TARGET_BLEU} BLEU within {TARGET_SECONDS:.0f} s"
            say(f"{target}: {verdict} ({name}: {bleu:.2f} after {seconds:.0f} s)")
    return [results]


def decode(peers: Peers, ours: Ours, options: argparse.Namespace) -> list[Results]:
    """Seconds for the test sentences."""
    ways = _ways(ours)
    found = []
    for beam in BEAMS:
        against = [THEIRS, _ctranslate2("int8", peers.setting.threads, 1)]
        results = Results("Decoding, greedy" if beam == 1 else f"Decoding, beam {beam}", _DECODING, against)
        contestants: dict[str, Callable[[], Figures]] = {THEIRS: partial(peers.decode, beam)}
        for precision in ("float32", "int8"):
            for workers in sorted({1, peers.setting.threads}):
                each = peers.setting.threads // workers
                name = _ctranslate2(precision, workers, each)
                contestants[name] = partial(peers.decode_transformer, beam, precision, workers)
        contestants |= {way.name: partial(ours.decode, way, beam) for way in ways}
        measure(results, wanted(contestants, options.only), options.rounds)
        found.append(results)
    return found


def latency(peers: Peers, ours: Ours, options: argparse.Namespace) -> list[Results]:
    """Milliseconds per output piece, and per sentence."""
    ways = _ways(ours)
    count = peers.setting.sentences
    found = []
    for beam in BEAMS:
        name = "greedy" if beam == 1 else f"beam {beam}"
        against = [THEIRS, _ctranslate2("int8", 1, 1)]
        title = f"One sentence at a time, {name}, {'all' if count is None else f'the first {count}'}"
        results = Results(title, _LATENCY, against)
        contestants: dict[str, Callable[[], Figures]] = {THEIRS: partial(peers.latencies, beam, count)}
        for threads in sorted({1, peers.setting.threads}):
            name = _ctranslate2("int8", 1, threads)
            contestants[name] = partial(peers.latencies_transformer, beam, "int8", threads, count)
        contestants |= {way.name: partial(ours.latencies, way, beam, count) for way in ways}
        measure(results, wanted(contestants, options.only), options.rounds)
        found.append(results)
    return found


def _ctranslate2(precision: str, workers: int, threads: int) -> str:
    return f"CTranslate2 {precision} (Transformer), {workers} x {threads} thread{'s' if threads > 1 else ''}"


def _ways(ours: Ours) -> list[Way]:
    ways, missing = ours.ways()
    for one in missing:
        say(f"left out: {one}")
    return ways


PARTS = {"train": train, "quality": quality, "decode": decode, "latency": latency}


def machine() -> dict[str, object]:
    """What was measured on."""
    names, flags = {platform.machine()}, set[str]()
    if (info := Path("/proc/cpuinfo")).exists():
        lines = [line.partition(":")[::2] for line in info.read_text().splitlines()]
        names = {value.strip() for key, value in lines if key.strip() == "model name"} or names
        flags = {flag for key, value in lines if key.strip() == "flags" for flag in value.split()}
    return {
        "processor": ", ".join(sorted(names)),
        "cores": os.cpu_count(),
        "instructions": [
            flag for flag in ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_bf16") if flag in flags
        ],
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("seq2seq", "torch", "onnxruntime", "sacrebleu")},
    }


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["setup", "models", *PARTS, "all"])
    parser.add_argument("--home", type=Path, required=True, metavar="PEERS", help="the peers' folder")
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="Multi30k, as plain text")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="for what is written meanwhile (PEERS/beside)")
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="ours for decode, latency (default: quality's)")
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="of every program (2)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="train, decode, latency: turns (3)")
    parser.add_argument("--steps", type=int, default=100, metavar="N", help="train: updates of a turn (100)")
    parser.add_argument("--tokens", type=int, nargs="+", default=[4096], metavar="N", help="train: batches (4096)")
    parser.add_argument("--quality-rounds", type=int, default=1, metavar="N", help="quality: trainings (1)")
    parser.add_argument("--peer", action="store_true", help="quality: train OpenNMT-py as well (18 min)")
    parser.add_argument(
        "--peer-steps", type=int, default=1750, metavar="N", help="its updates (1750, as measured first)"
    )
    parser.add_argument(
        "--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE", help="quality: ours"
    )
    parser.add_argument("--sentences", type=int, metavar="N", help="decode, latency: the first N (all)")
    parser.add_argument(
        "--length", type=int, metavar="N", help="pieces a Transformer's outputs are held at (it is not trained)"
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="whose name begins so (all)")
    parser.add_argument("--kind", choices=["lstm", "transformer"], action="append", help="models: which (both)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all values")
    return parser


def main() -> int:
    options = arguments().parse_args()
    home = options.home.resolve()
    work = (options.work or home / "beside").resolve()
    setting = Setting(
        data=options.data.resolve(),
        home=home,
        work=work,
        threads=options.threads,
        sentences=options.sentences,
        length=options.length,
    )
    peers = Peers(setting)
    ours = Ours(setting, (options.model or work / "quality" / "model").resolve())
    about = machine()
    if about["load"] > 0.5:  # type: ignore[operator]
        say(f"the machine is busy (load {about['load']:.1f}): its figures are of no use to compare by")
    found: dict[str, list[Results]] = {}
    try:
        setting.check_data()
        if options.part == "setup":
            peers.set_up()
        elif options.part == "models":
            for kind, steps, tokens in (("lstm", 1750, 1024), ("transformer", 3000, 2048)):
                if kind in (options.kind or ("lstm", "transformer")):
                    say(f"{kind}: {peers.train(kind, steps=steps, tokens=tokens)}")  # type: ignore[arg-type]
        for part in PARTS if options.part == "all" else [options.part]:
            if part in PARTS:
                found[part] = PARTS[part](peers, ours, options)
                print("\n\n".join(results.table() for results in found[part]), end="\n\n", flush=True)
    except Failed as error:
        say(str(error))
        return 1
    finally:
        if options.json and found:
            parts = {part: [results.to_dict() for results in all_] for part, all_ in found.items()}
            options.json.write_text(json.dumps({"machine": about, "parts": parts}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
