// Runs seq2seq/web/sentences.js and spacing.js. In: texts, pairs of text and language; spaces, triples of before, between,
// after, as spacing.js has them. Out: of each text, pairs of what stands before a sentence, and it; of each triple, the
// white space.

import { readFileSync } from "node:fs";
import { sentencesOf } from "../../seq2seq/web/sentences.js";
import { separator } from "../../seq2seq/web/spacing.js";

const { texts = [], spaces = [] } = JSON.parse(readFileSync(0, "utf-8"));
const pairs = texts.map(([text, language]) =>
  sentencesOf(text, language).map(({ before, sentence }) => [before, sentence]),
);
process.stdout.write(JSON.stringify({ pairs, spaces: spaces.map((triple) => separator(...triple)) }));
