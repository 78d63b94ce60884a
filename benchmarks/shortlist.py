"""How much of a text the lists of a vocabulary shortlist cover, at several sizes.

    python benchmarks/shortlist.py MODEL SOURCES REFERENCES [--outputs FILE] [--count 5 10 20] [--frequent 400 800 1200]

MODEL names its training data, from which lists of every size are learnt. What counts is the cover of OUTPUTS: what the
model writes without a shortlist (``seq2seq translate MODEL SOURCES --output FILE``); a token that is not covered is one
that it would have to do without. References hold much that the model would not have written anyway.
"""

import argparse
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2seq.export.shortlist import COUNT, FREQUENT, copied_tokens, pick_lists
from seq2seq.inference.lines import read_lines
from seq2seq.inference.workers import length_batches
from seq2seq.model_folder.read import read_folder
from seq2seq.scoring.splits import training_split
from seq2seq.text.lexical_alignment import learn, sample_pairs

BATCH = 64
"""Sentences of a batch, whose lists are joined."""


def covered(allowed: NDArray[np.bool_], texts: Sequence[Sequence[int]]) -> str:
    """The share of tokens that are in their sentence's list, and of sentences that are covered as a whole."""
    found = [row[np.array(text, dtype=np.int64)] for row, text in zip(allowed, texts, strict=True)]
    whole = np.mean([one.all() for one in found])
    return f"{np.concatenate(found).mean():8.2%} {whole:7.1%}"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("sources", type=Path)
    parser.add_argument("references", type=Path)
    parser.add_argument("--outputs", type=Path, help="what the model writes without a shortlist")
    parser.add_argument("--count", type=int, nargs="+", default=[5, COUNT, 20, 50])
    parser.add_argument("--frequent", type=int, nargs="+", default=[400, 800, FREQUENT, 1600])
    args = parser.parse_args()

    opened = read_folder(args.model, lambda folder: folder)
    both = opened.tokenizers
    split = training_split(opened.recipe, both)
    rows = sample_pairs(split.lengths).tolist()
    pairs = [split.source_ids(row) for row in rows], [split.target_ids(row) for row in rows]
    lexicon = learn(*pairs)
    read = both.source.encode_batch(read_lines(args.sources))
    texts = {"references": args.references} | ({"outputs": args.outputs} if args.outputs else {})
    written = {name: both.target.encode_batch(read_lines(file)) for name, file in texts.items()}
    together = list(length_batches([(row, len(ids)) for row, ids in enumerate(read)], BATCH))

    print(f"{len(rows):,} pairs; target vocabulary {both.target.size:,}; tokens and whole sentences covered")
    print("  count frequent", *(f"{name:>16}" for name in texts), f"tokens per sentence, batch of {BATCH}", sep="  ")
    for count, frequent in product(args.count, args.frequent):
        sizes = both.source.size, both.target.size
        lists = pick_lists(lexicon, pairs[1], sizes, copied=copied_tokens(both), count=count, frequent=frequent)
        allowed = lists.allowed(read)
        shares = "  ".join(covered(allowed, ids) for ids in written.values())
        union = np.mean([allowed[batch].any(axis=0).sum() for batch in together])
        print(f"  {count:5} {frequent:8}  {shares}  {allowed.sum(axis=1).mean():17,.0f} {union:10,.0f}", flush=True)


if __name__ == "__main__":
    main()
