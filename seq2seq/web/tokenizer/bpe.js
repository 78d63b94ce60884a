// Byte-pair encoding (Sennrich et al. 2016): of two neighbours that make a piece, those with the best score are merged,
// the leftmost first, until there are none.

import { UNUSED } from "./model_proto.js";
import { characterLength } from "./utf8.js";

export class Bpe {
  #pieces;
  #ids;
  #symbols;

  /** pieces: as readModel gives them. ids: of the pieces that text is made of. symbols: a trie of those never merged. */
  constructor(pieces, ids, symbols) {
    this.#pieces = pieces;
    this.#ids = ids;
    this.#symbols = symbols;
  }

  /** The ends of the pieces of a text of bytes. */
  ends(text) {
    // Parts are known by where they start: where they end, which one is before them, whether they may be merged.
    const end = new Int32Array(text.length).fill(-1); // -1: no part starts here
    const before = new Int32Array(text.length + 1).fill(-1);
    const fixed = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at = end[at]) {
      const symbol = this.#symbols.longestAt(text, at);
      fixed[at] = symbol > 0 ? 1 : 0;
      end[at] = at + (symbol || characterLength(text, at));
      before[end[at]] = at;
    }
    const agenda = new Agenda();
    const unused = new Map(); // the end of the first half of what was merged to a piece that is not used
    const propose = (left) => {
      if (left < 0 || end[left] === text.length || fixed[left] || fixed[end[left]]) return;
      const middle = end[left];
      const merged = text.slice(left, end[middle]);
      const id = this.#ids.get(merged);
      if (id === undefined) return;
      agenda.push({ left, middle, end: end[middle], score: this.#pieces[id].score });
      if (this.#pieces[id].type === UNUSED) unused.set(merged, middle - left);
    };
    for (let at = 0; at < text.length; at = end[at]) propose(at);
    for (let pair; (pair = agenda.pop()); ) {
      const { left, middle } = pair;
      if (end[left] !== middle || end[middle] !== pair.end) continue; // one of the two has been merged since
      end[left] = pair.end;
      end[middle] = -1;
      before[pair.end] = left;
      propose(before[left]);
      propose(left);
    }
    const ends = [];
    const split = (from, to) => {
      const first = unused.get(text.slice(from, to));
      if (first === undefined) return ends.push(to);
      split(from, from + first);
      return split(from + first, to);
    };
    for (let at = 0; at < text.length; at = end[at]) split(at, end[at]);
    return ends;
  }
}

/** Pairs by their score, the best first, then from left to right: a binary heap. */
class Agenda {
  #heap = [];

  push(pair) {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(pair);
    for (let parent; at > 0 && precedes(pair, heap[(parent = (at - 1) >> 1)]); at = parent) {
      heap[at] = heap[parent];
      heap[parent] = pair;
    }
  }

  pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return first;
    let at = 0;
    for (let child; (child = 2 * at + 1) < heap.length; at = child) {
      if (child + 1 < heap.length && precedes(heap[child + 1], heap[child])) child++;
      if (!precedes(heap[child], last)) break;
      heap[at] = heap[child];
    }
    heap[at] = last;
    return first;
  }
}

function precedes(a, b) {
  return a.score > b.score || (a.score === b.score && a.left < b.left);
}
