"""Learning byte-pair merges (Sennrich et al. 2016, section 3.2), from words that are cut in pieces already."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from itertools import pairwise

Pair = tuple[str, str]


def learn_merges(words: Mapping[tuple[str, ...], int], count: int) -> list[str]:
    """The pieces that merging the most frequent neighbours makes, in order; equals go by letter.

    Each merge looks only at the words that hold its pair, found by an index, so that thousands of merges of a hundred
    thousand words take seconds.

    Args:
        words: pieces of each word, and how often it occurs.
        count: merges at most. A pair that occurs once is not merged.
    """
    cut = [list(pieces) for pieces in words]
    times = list(words.values())
    counts: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)
    for number, pieces in enumerate(cut):
        for pair in pairwise(pieces):
            counts[pair] += times[number]
            where[pair].add(number)
    heap = [(-occurrences, pair) for pair, occurrences in counts.items()]
    heapify(heap)
    merges: list[str] = []
    while heap and len(merges) < count:
        negated, pair = heappop(heap)
        if -negated != counts[pair]:  # an outdated entry: the new count is elsewhere in the heap
            continue
        if -negated < 2:
            break
        merges.append("".join(pair))
        changed: set[Pair] = set()
        for number in where.pop(pair):
            before, after = cut[number], _merged(cut[number], pair)
            for old in pairwise(before):
                counts[old] -= times[number]
                changed.add(old)
            for new in pairwise(after):
                counts[new] += times[number]
                where[new].add(number)
                changed.add(new)
            cut[number] = after
        for touched in changed:
            if counts[touched] > 0:
                heappush(heap, (-counts[touched], touched))
    return list(dict.fromkeys(merges))


def _merged(pieces: list[str], pair: Pair) -> list[str]:
    """The pieces of a word after a merge, from left to right."""
    merged: list[str] = []
    at = 0
    while at < len(pieces):
        if tuple(pieces[at : at + 2]) == pair:
            merged.append("".join(pair))
            at += 2
        else:
            merged.append(pieces[at])
            at += 1
    return merged
