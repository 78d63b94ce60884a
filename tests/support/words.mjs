// Runs seq2seq/server/page/words.js. In: the pieces of both sides, and the alignment. Out: their words, and the attention.

import { readFileSync } from "node:fs";
import { attention, wordsOf } from "../../seq2seq/server/page/words.js";

const { source, target, alignment } = JSON.parse(readFileSync(0, "utf-8"));
const [sources, targets] = [wordsOf(source), wordsOf(target)];
process.stdout.write(JSON.stringify({ sources, targets, weights: attention(alignment, sources, targets) }));
