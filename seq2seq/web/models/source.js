import { UNK } from "../tokenizer/tokenizer.js";

const MOST_TOKENS = 1000; // of a source, as in seq2seq/inference/sources.py; the rest is cut off

/**
 * A text as a model reads it: {ids, unknown, cut}, where unknown are the stretches that the model does not know, and cut
 * says whether the end is left out.
 */
export function readSource(tokenizer, text) {
  const ids = tokenizer.encode(text);
  const unknown = ids.includes(UNK) ? tokenizer.unknown(text) : [];
  return { ids: ids.slice(0, MOST_TOKENS), unknown, cut: ids.length > MOST_TOKENS };
}
