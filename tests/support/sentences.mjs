// Runs seq2seq/web/sentences.js and spacing.js. In: texts, pairs of text and language; spaces, triples of before, between,
// after, as spacing.js has them; characters. Out: of each text, pairs of what stands before a sentence, and it; of each
// triple, the white space; those of the characters that expect no space beside them.

import { readFileSync } from "node:fs";
import { sentencesOf } from "../../seq2seq/web/sentences.js";
import { isUnspaced, separator } from "../../seq2seq/web/spacing.js";

const { texts = [], spaces = [], characters = [] } = JSON.parse(readFileSync(0, "utf-8"));
const pairs = texts.map(([text, language]) =>
  sentencesOf(text, language).map(({ before, sentence }) => [before, sentence]),
);
const unspaced = characters.filter(isUnspaced);
process.stdout.write(JSON.stringify({ pairs, spaces: spaces.map((triple) => separator(...triple)), unspaced }));
