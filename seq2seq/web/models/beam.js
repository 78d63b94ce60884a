// What seq2seq/inference/engines/onnx/searches.py and seq2seq/search/penalties.py do, for one sentence.
// Letters: K hypotheses, C candidates, T steps.

import { EOS } from "../tokenizer/tokenizer.js";

/** Divisors of log-probabilities of outputs of 0, 1, … count - 1 tokens. */
export function divisors(penalty, alpha, count) {
  const base = { none: () => 1, average: (length) => length, wu: (length) => (5 + length) / 6 }[penalty];
  return Float64Array.from({ length: count }, (_, length) => base(length) ** alpha);
}

/**
 * The best output of a beam search, {tokens, ended}.
 *
 * log_probs, tokens, parents: (T, 1, C) the candidates of every step, the best first. steps: (1,) those after which the
 * sentence was done. beam: K. table: from `divisors`.
 */
export function bestOutput({ log_probs: logProbs, tokens, parents, steps }, beam, table) {
  const width = tokens.dims[2];
  const at = (tensor, step, column) => tensor.data[step * width + column];
  const survivors = (step) => {
    const columns = Array.from({ length: width }, (_, column) => column);
    return columns.filter((column) => at(tokens, step, column) !== EOS);
  };
  const trace = (step, hypothesis) => {
    const written = [];
    for (let earlier = step - 1; earlier >= 0; earlier--) {
      const column = survivors(earlier)[hypothesis];
      written.unshift(at(tokens, earlier, column));
      hypothesis = at(parents, earlier, column);
    }
    return written;
  };

  let best = null;
  for (let step = 0; step < steps.data[0]; step++) {
    for (let column = 0; column < Math.min(beam, width); column++) {
      const logProb = at(logProbs, step, column);
      if (at(tokens, step, column) !== EOS || logProb === -Infinity) continue;
      const score = logProb / table[step + 1];
      if (best !== null && score < best.score) continue;
      const written = trace(step, at(parents, step, column));
      if (best === null || score > best.score || compare(written, best.tokens) < 0) best = { tokens: written, score };
    }
  }
  if (best !== null) return { tokens: best.tokens, ended: true };
  return { tokens: trace(steps.data[0] - 1, 0), ended: false };
}

/** Negative if the ids of one text come before those of another. */
function compare(one, other) {
  const place = one.findIndex((id, index) => id !== other[index]);
  if (place === -1) return one.length - other.length;
  return place < other.length ? one[place] - other[place] : 1;
}
