// The likeliest segmentation under a unigram model: Viterbi's algorithm (Kudo 2018, section 3.1).

import { Trie } from "./trie.js";
import { NORMAL, UNUSED, USER_DEFINED } from "./model_proto.js";
import { characterLength } from "./utf8.js";

const UNKNOWN_PENALTY = 10; // below the least score of a piece, in nats
const LARGEST_SCORE = 100000; // beyond it, scores are counted from zero again, so that 32 bits are exact enough

export class Unigram {
  #trie = new Trie();
  #scores;
  #unknown;

  /** pieces: as readModel gives them. ids: of the pieces that text is made of. */
  constructor(pieces, ids) {
    const normal = pieces.filter(({ type }) => type === NORMAL).map(({ score }) => score);
    const least = normal.reduce((a, b) => Math.min(a, b), 3.4028234663852886e38);
    this.#unknown = Math.fround(least - UNKNOWN_PENALTY);
    this.#scores = Float32Array.from(pieces, ({ piece, score, type }) =>
      type === USER_DEFINED ? 0.1 * (piece.length - 1) : score,
    );
    for (const [piece, id] of ids) {
      if (pieces[id].type !== UNUSED) this.#trie.add(piece, id);
    }
  }

  /**
   * The ends of the pieces of a text of bytes; of segmentations that are equally likely, the one whose last pieces are
   * longest. Sums are rounded to 32 bits, as sentencepiece's are: ties depend on it.
   */
  ends(text) {
    const scores = new Float32Array(text.length + 1); // of the best segmentation up to here
    const starts = new Int32Array(text.length + 1).fill(-1); // where its last piece starts
    let furthest = 0;
    let at = 0;
    let here = 0;
    const propose = (end, score) => {
      const total = Math.fround(score + here);
      furthest = Math.max(furthest, end);
      if (starts[end] !== -1 && !(total > scores[end])) return;
      scores[end] = total;
      starts[end] = at;
    };
    while (at < text.length) {
      here = scores[at];
      if (Math.abs(here) > LARGEST_SCORE) {
        for (let end = at; end <= furthest; end++) {
          if (end === at || starts[end] !== -1) scores[end] -= here;
        }
        here = 0;
      }
      const next = at + characterLength(text, at);
      let known = false; // whether the character is a piece
      this.#trie.visitPrefixes(text, at, (end, id) => {
        propose(end, this.#scores[id]);
        known ||= end === next;
      });
      if (!known) propose(next, this.#unknown);
      at = next;
    }
    const ends = [];
    for (let end = text.length; end > 0; end = starts[end]) ends.push(end);
    return ends.reverse();
  }
}
